"""What a committee's files tell of the other committees of its coalition: labels, and counts that leads agreed to.

An examiner with the key reads every page, freed ones, the log and a backup. The controls: the same words are
found in the files of whose they are; what leads gave is found; and with a rule off, so is what it keeps in.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from commands.coalition.polls import adding
from commands.coalition.polls.masks import as_text
from storage.coalition.retention import POLLS_KEPT, OldCoalitionRecords
from tests.chat.conversation import Chat
from tests.forensics.decrypted import everything
from tests.forensics.search import Canary, kinds, search
from tests.support.begun import KEY, made
from tests.support.coalition_bus import Bus, Chapter, coalition
from tests.support.coalition_meetings import chapters as with_clocks
from tests.support.coalition_meetings import set_for
from tests.support.summing import bare

NAMES = ("Berlin", "Milan", "Shenzhen")
FIRST = (
    "Zephyrine",
    "Quillon",
    "Marmaduke",
    "Ottoline",
    "Peregrine",
    "Thessaly",
    "Ambrose",
    "Isolde",
)
LAST = {"Berlin": "Featherstone", "Milan": "Inkwellino", "Shenzhen": "Lanternworth"}
AREAS = {"Berlin": "Periwinkle", "Milan": "Tamarindo", "Shenzhen": "Mothballs"}
NOTE = "Herons over telephones in {name}"
VOTES = {
    "Berlin": ("01", "01", "02", "02"),
    "Milan": ("01", "02", "02", "02", "02"),
    "Shenzhen": ("01", "01", "01"),
}
TOTALS = {"Milan": (5, 0, 6, 1, 4), "Shenzhen": (3, 0, 6, 3, 0)}
"""Ballots, abstentions, people, yes, no."""
PEOPLE = ("@ana", "@ben", "@lea", "@kim", "@ida")
NEWS = "Dandelions won the cloakroom"


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    async def nothing(_chat: Chat) -> None:
        return

    return made(tmp_path_factory.mktemp("coalition") / "steward.db", nothing)


def private(name: str) -> list[Canary]:
    """What no other committee may have of one: people, areas, notes, accounts, its own name, its own total."""
    return [
        *(Canary("contact", f"{first} {LAST[name]}") for first in FIRST),
        Canary("last name", LAST[name]),
        Canary("area", AREAS[name]),
        Canary("note", NOTE.format(name=name)),
        Canary("account", f"@organizer-of-{name.lower()}"),
        Canary("committee", f"Works council {LAST[name]}"),
        *([Canary("total", as_text(TOTALS[name]))] if name in TOTALS else []),
    ]


def given(name: str) -> list[Canary]:
    """What leads agreed that others have."""
    return [Canary("label", f"Chapter of {name}")]


@asynccontextmanager
async def chapters(begun: Path) -> AsyncIterator[Bus]:
    """Three committees with people, areas, notes and organizers of their own."""
    async with coalition(*NAMES, begun=begun) as bus:
        for name, chapter in bus.chapters.items():
            await fill(name, chapter)
            await chapter.lead(f'!coalition label "Chapter of {name}"')
        await bus.settle()
        yield bus
        assert bus.errors == []


async def together(bus: Bus, line: str) -> None:
    """Berlin proposes something, and a lead in each says ok."""
    await bus["Berlin"].lead(line)
    for name in NAMES:
        await agree(bus[name])
        await bus.settle()


async def poll(bus: Bus) -> None:
    """A coalition poll, voted in and added."""
    await together(bus, '!coalition poll "Strike fund?" closes=3d k=3')
    for name, chapter in bus.chapters.items():
        for number, vote in enumerate(VOTES[name]):
            await chapter.chat.dm(PEOPLE[number], f"vote K7QX {vote}")
    await bus.later(days=3, hours=9)


async def everything_else(bus: Bus) -> None:
    """A joint test to its end, and news."""
    await together(bus, '!coalition test petition "On-call pay" closes="2026-11-30 18:00"')
    for chapter in bus.chapters.values():
        said = await chapter.chat.dm("@kim", "!test mark T-1 did M-1 M-2 M-3 M-4 M-5 M-6")
        assert said.says(": did M-"), said.text
    await bus["Milan"].lead(f'!coalition say "{NEWS}"')
    await bus.settle()
    await bus.later(days=8)


async def agree(chapter: Chapter) -> None:
    """A lead says ok to what came last."""
    shown = (await chapter.lead("!coalition")).text
    numbers = [each.split()[0] for each in shown.split("!coalition ok ")[1:]]
    await chapter.lead(f"!coalition ok {numbers[-1]}")


async def fill(name: str, chapter: Chapter) -> None:
    """People, areas, a note and an organizer that no other committee has."""
    chat = chapter.chat
    chat.join("@ida")
    chat.join(f"@organizer-of-{name.lower()}")
    chat.polls.rules = chat.polls.rules.__class__(k=3)
    for first in FIRST:
        who = f"@organizer-of-{name.lower()}" if first == FIRST[0] else "@kim"
        said = await chat.dm(who, f'!contact add "{first} {LAST[name]}" area={AREAS[name]} --yes')
        assert first in said.text, said.text
    said = await chat.dm("@kim", f"!1on1 log M-2 reached note {NOTE.format(name=name)}")
    assert "I did not use" not in said.text, said.text
    async with chat.database.transaction() as tx:
        await tx.execute("UPDATE committees SET name = ?", (f"Works council {LAST[name]}",))


async def files(chapter: Chapter, folder: Path) -> dict[str, bytes]:
    """Every page of a committee's database, of its log, and of a backup."""
    path = chapter.chat.database.path
    found = everything(path.parent, {path.name: KEY})
    folder.mkdir()
    await chapter.backup(folder / "backup.db")
    found["backup"] = everything(folder, {"backup.db": KEY})["backup.db"]
    assert b"coalition_members" in found[path.name]
    assert b"coalition_members" in found["backup"]
    return found


async def test_files_tell_of_others_labels_and_counts_alone(begun: Path, tmp_path: Path) -> None:
    async with chapters(begun) as bus:
        await poll(bus)
        await everything_else(bus)
        own = {name: await files(bus[name], tmp_path / name) for name in NAMES}
        for name in NAMES:
            there = {"contact", "last name", "area", "note", "account", "committee"}
            assert kinds(search(private(name), own[name])) >= there, "the examiner sees nothing"
            for other in {*NAMES} - {name}:
                assert search(private(other), own[name]) == []
                assert search(given(other), own[name])
        await _gone_when_its_time_is_over(bus, own["Berlin"], tmp_path)


async def _gone_when_its_time_is_over(bus: Bus, before: dict[str, bytes], folder: Path) -> None:
    """The question and the masked parts of a poll, the words of news; not the label, nor the counts of a test."""
    parts = [
        Canary("part", block["body"]["vector"])
        for _who, block, _said in bus.said
        if block["kind"] == "poll part"
    ]
    passing = [*parts, Canary("news", NEWS), Canary("said", "sends its part, hidden among")]
    assert kinds(search(passing, before)) == {"part", "news", "said"}
    await after(bus["Berlin"], lambda chat: chat.database.shred())
    pages = await files(bus["Berlin"], folder / "after")
    assert search(passing, pages) == []
    assert search(given("Milan"), pages)


async def test_with_masks_off_the_same_files_hold_anothers_total(
    begun: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adding, "masked", bare)
    async with chapters(begun) as bus:
        await poll(bus)
        found = search(private("Milan"), await files(bus["Berlin"], tmp_path / "Berlin"))
        assert kinds(found) == {"total"}


async def test_areas_are_in_others_files_only_where_leads_gave_them(
    begun: Path, tmp_path: Path
) -> None:
    async with chapters(begun) as bus:
        for first in ("Odo", *FIRST[:5]):
            line = f'!contact add "{first} Plain" area=Plainspoken --yes'
            await bus["Milan"].chat.dm("@kim", line)
        await bus["Milan"].lead("!coalition give areas")
        await together(bus, '!coalition test petition "More pay" closes="2026-11-30 18:00"')
        found = search(private("Milan"), await files(bus["Berlin"], tmp_path / "Berlin"))
        assert kinds(found) == {"area"}


async def after(chapter: Chapter, clean: Callable[[Chat], Awaitable[None]]) -> None:
    """All times of retention are over, and the files are cleaned as the bot does it."""
    chat = chapter.chat
    chat.later(days=POLLS_KEPT.days + 1)
    async with chat.database.transaction() as tx:
        await OldCoalitionRecords(tx).forget(chat.now + timedelta(days=1))
        await tx.execute("DELETE FROM outbox")
    await clean(chat)


HERDS = "herds flamingos at noon"


async def test_handles_stay_at_home_and_minutes_of_others_go(begun: Path, tmp_path: Path) -> None:
    """M-2 of Milan is somebody else in Berlin, whose files never say it. The control: Milan's own do."""
    async with with_clocks(*NAMES, begun=begun) as bus:
        await set_for(bus)
        for name, chapter in bus.chapters.items():
            await chapter.chat.dm("@kim", f'!contact add "Otto {LAST[name]}"')
            chapter.chat.be(datetime(2026, 11, 29, 13, 5, tzinfo=UTC))
        milan = bus["Milan"]
        await milan.chat.room("@ana", "!meet start")
        await milan.chat.room("@ana", f"!decide M-1 {HERDS}")
        shown = await milan.lead("!coalition minutes #1")
        assert shown.says(f"a colleague {HERDS}")
        await milan.lead("!coalition ok")
        await milan.lead(f'!coalition say "M-1 {HERDS}, says the news"')
        await milan.lead("!ok")
        await bus.settle()
        berlin = bus["Berlin"]
        for _each in range(2):
            await agree(berlin)
        assert f"a colleague {HERDS}, says the news" in berlin.in_room
        handle, words = Canary("handle", f"M-1 {HERDS}"), Canary("words", HERDS)
        pages = {name: await files(bus[name], tmp_path / name) for name in ("Berlin", "Milan")}
        assert kinds(search([handle, words], pages["Milan"])) == {"handle", "words"}
        assert kinds(search([handle, words], pages["Berlin"])) == {"words"}
        await after(berlin, lambda chat: chat.database.shred())
        assert search([words], await files(berlin, tmp_path / "after")) == []
