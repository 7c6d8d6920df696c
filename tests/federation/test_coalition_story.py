"""What docs/guide/coalition.md tells, on three homeservers that federate: from pairing until one leaves.

The page's words are compared without Matrix (tests/chat/test_guide_coalition.py). Here the same is typed to three
bots by fifteen people: a petition, a poll, a meeting across seven hours with one homeserver cut off from another,
news. Hours and days go by as in the demo: bots start with their clock ahead. Minutes, whose meeting has to have
begun by everybody's clock, are left to the page's own test.
"""

import asyncio
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from demo.federation import Federation
from demo.organizer import Organizer
from tests.chat.test_guide_coalition import LIST
from tests.support.chapters import Chapter, NewChapter
from tests.support.committee import SignIn
from tests.support.guide_pages import NEW_LINE
from tests.support.polling import announced, in_memory, with_people

ZONES = {"berlin": "Berlin", "milan": "Rome", "shenzhen": "Shanghai"}
LABELS = {"berlin": "Berlin", "milan": "Milan", "shenzhen": "Shenzhen"}
SETTINGS = """
[polls]
joined_hours = 0
shortest_minutes = 1
ballots_per_minute = 6000
keys_dir = "{keys}"
"""
PETITION = '!coalition test petition "On-call pay" goal=65% closes="{day} 18:00"'
QUESTION = "Do we stop answering on-call phones if they say no?"
OPEN_FOR = timedelta(hours=3)
SIGNED = {"berlin": 12, "milan": 8, "shenzhen": 3}
VOTES = {
    "berlin": ("01", "01", "01", "01", "02"),
    "milan": ("01", "01", "01", "01", "01"),
    "shenzhen": ("02", "02", "02", "01", "01"),
}
"""As on the page: eleven say yes, four no."""


@dataclass(frozen=True, slots=True)
class Town:
    """A chapter with everybody in it, and its lead's direct chat."""

    chapter: Chapter
    people: list[Organizer]
    direct: str

    async def ask(self, text: str, expect: str, *, seconds: float = 60) -> str:
        """What the bot answers to its lead in the direct chat."""
        lead, bot = self.chapter.ana, self.chapter.steward.user
        return (await lead.ask(self.direct, text, expect, of=bot, seconds=seconds)).body

    async def hears(self, words: str, *, seconds: float = 180) -> str:
        """What the lead is told unasked."""
        bot = self.chapter.steward.user
        said = await self.chapter.ana.hear(words, of=bot, where=self.direct, seconds=seconds)
        return said.body

    async def room_hears(self, words: str, *, seconds: float = 180) -> str:
        """What is told in the committee's room."""
        bot, room = self.chapter.steward.user, self.chapter.room
        said = await self.chapter.ana.hear(words, of=bot, where=room, seconds=seconds)
        return said.body

    def heard_in_the_room(self, words: str) -> int:
        """How often the room was told so."""
        room = self.chapter.room
        return sum(words in each.body for each in self.chapter.ana.messages if each.room == room)


@pytest.fixture
def memory() -> Iterator[Path]:
    with in_memory() as made:
        yield made


async def _found(
    new_chapter: NewChapter, federation: Federation, sign_in: SignIn, town: str, memory: Path
) -> Town:
    """Five people, and twenty on their list."""
    chapter = await new_chapter(town, settings=SETTINGS.format(keys=memory))
    others = [await sign_in(name, on=federation[town]) for name in ("cara", "dan", "eva")]
    people = await with_people(chapter, others)
    await chapter.say(chapter.ana, f"!setup name={LABELS[town]} tz={ZONES[town]}", "This is")
    founded = Town(chapter, people, await chapter.open_direct(chapter.ana))
    await founded.ask(f"!import paste ⏎ {LIST}".replace(NEW_LINE, "\n"), "!import check 1")
    await founded.ask("!import check 1", "20 new")
    await founded.ask("!import commit 1", "20 added")
    return founded


async def _join(host: Town, guest: Town, ask: str) -> None:
    """Have a committee join by a code that another's lead reads out."""
    told = await host.ask(ask, "pairing code")
    words = " ".join(re.findall(r"(?m)^\s*\d+\. ([a-z ]+)$", told))
    await guest.ask(f"!coalition join {words}", "compare its key with the code")
    await host.hears("typed your pairing code")
    await guest.hears("answers: the coalition Games workers")
    await host.ask("!coalition ok", "Good.")
    await guest.ask("!coalition ok", "We are in as soon as")


async def _pair(towns: Mapping[str, Town]) -> None:
    """Two by a code; the third is brought by one of them, and the other agrees."""
    berlin, milan, shenzhen = towns.values()
    await _join(berlin, milan, '!coalition new "Games workers"')
    await milan.room_hears("We are in the coalition Games workers now")
    await _join(milan, shenzhen, "!coalition code")
    await berlin.hears("would like to let them into the coalition")
    await berlin.ask("!coalition ok", "comes in as soon as")
    await shenzhen.room_hears("We are in the coalition Games workers now")
    await berlin.room_hears("Shenzhen is in our coalition now.")


async def _petition(towns: Mapping[str, Town], day: str) -> None:
    """One petition in three towns; each marks its own people."""
    berlin, *others = towns.values()
    await berlin.ask(PETITION.format(day=day), "You are about to propose a joint test")
    await berlin.ask("!coalition ok", "On-call pay is open here as T-1")
    for each in others:
        await each.hears("Berlin proposes a joint test: On-call pay")
        await each.ask("!coalition ok", "On-call pay is open here as T-1")
    for name, town in towns.items():
        signed = " ".join(f"M-{number}" for number in range(1, SIGNED[name] + 1))
        await town.ask(f"!test mark T-1 did {signed}", f"Now {SIGNED[name]}/20")


async def _poll(towns: Mapping[str, Town]) -> dict[str, str]:
    """Everybody in three rooms votes; the code that the poll has in each town."""
    berlin, *others = towns.values()
    hours = OPEN_FOR // timedelta(hours=1)
    await berlin.ask(f'!coalition poll "{QUESTION}" closes={hours}h', "Ask all committees secretly")
    await berlin.ask("!coalition ok", "is open until")
    for each in others:
        await each.hears("Only the sum over all that take part becomes known.")
        await each.ask("!coalition ok", "is open until")
    codes = {
        name: await announced(town.chapter, QUESTION, seconds=120) for name, town in towns.items()
    }

    async def vote(name: str, who: Organizer, choice: str) -> None:
        bot, code = towns[name].chapter.steward.user, codes[name]
        ballot = await who.hear("in front of your choice", of=bot, seconds=120)
        await who.ask(ballot.room, f"vote {code} {choice}", "Recorded", of=bot, seconds=120)

    await asyncio.gather(
        *(
            vote(name, *each)
            for name, town in towns.items()
            for each in zip(town.people, VOTES[name], strict=True)
        )
    )
    return codes


async def _meeting(towns: Mapping[str, Town], federation: Federation, day: str, end: str) -> None:
    """A meeting across seven hours; Milan's homeserver does not reach Berlin's for a while, its people go on."""
    berlin, milan, shenzhen = towns.values()
    await berlin.ask(
        f"!coalition meet On-call demands | {day} 10:00, {day} 15:00 | until {end} 20:00 | 90m",
        "Shall I propose On-call demands",
    )
    await berlin.ask("!coalition ok", "I ask the room now.")
    assert "Berlin 10:00" in await shenzhen.hears("Berlin proposes a meeting of the coalition")
    await shenzhen.ask("!coalition ok", "I ask the room now.")
    await milan.hears("Berlin proposes a meeting of the coalition")
    federation.cut("berlin", "milan")
    await milan.ask("!coalition ok", "I ask the room now.")
    for town in towns.values():
        for who in town.people:
            await town.chapter.say(who, "!can 1", "Noted for On-call demands", seconds=60)
    await berlin.ask("!coalition pick #1 1", "All committees hear of #1 now.")
    await shenzhen.room_hears("17:00–18:30 Shanghai.")
    await federation.heal("berlin", "milan")
    await milan.room_hears("10:00–11:30 Rome.")
    await berlin.ask(f"!coalition move #1 {day} 11:00", "Shall I move On-call demands")
    await berlin.ask("!coalition ok", "All committees hear of #1 now.")
    await shenzhen.room_hears("18:00–19:30 Shanghai, no longer")
    await milan.room_hears("11:00–12:30 Rome, no longer")


async def _later(towns: Mapping[str, Town], ahead: timedelta) -> None:
    """Have all bots start anew with their clock ahead."""
    clock = {"STEWARD_DEMO": "1", "STEWARD_CLOCK_AHEAD": str(ahead.total_seconds())}
    await asyncio.gather(*(each.chapter.steward.restart(clock) for each in towns.values()))


@pytest.mark.nightly
@pytest.mark.timeout(1800)
async def test_three_chapters_on_three_homeservers(
    new_chapter: NewChapter, federation: Federation, sign_in: SignIn, memory: Path
) -> None:
    await federation.open(*ZONES)
    towns = {town: await _found(new_chapter, federation, sign_in, town, memory) for town in ZONES}
    berlin, milan, shenzhen = towns.values()
    day = (datetime.now(UTC) + timedelta(days=6)).date()
    await _pair(towns)
    await _petition(towns, str(day))
    asked = datetime.now(UTC)
    codes = await _poll(towns)
    await _meeting(towns, federation, str(day), str(day - timedelta(days=1)))

    await milan.ask('!coalition say "We won: on-call pay from January."', "Sent to 2 committees.")
    await berlin.hears("Milan has news for your room")
    await berlin.ask("!coalition ok", "Your room has it now.")
    await berlin.room_hears("News from Milan: “We won: on-call pay from January.”")

    # Just after it closed: bots that come an hour late take the rounds that are left, ten minutes each.
    await _later(towns, asked + OPEN_FOR + timedelta(minutes=1) - datetime.now(UTC))
    sums = set()
    for name, town in towns.items():
        told = await town.room_hears(f"{codes[name]} is closed in all committees")
        sums.add(told.replace(codes[name], "CODE"))
    (said,) = sums
    for row in ("11 · Yes", "4 · No", "The sum over 3 committees: 15 ballots of 15."):
        assert row in said
    # The petition's last day has come by then, and Mondays between are shown or not.
    await _later(towns, timedelta(days=8))
    end = "On-call pay, all committees, at the end:"
    tables = [await town.room_hears(end) for town in towns.values()]
    assert len(set(tables)) == 1, tables
    assert "Together, 3 committees: 20/60 = 33.3 %" in tables[0]
    assert "Shenzhen: 0/20" in tables[0], "three are too few to be told"

    await shenzhen.ask("!coalition leave --yes", "We leave.")
    for town in (berlin, milan):
        await town.room_hears("Shenzhen has left our coalition.")
        moved = "On-call demands #1 moved:"
        for words in (
            moved,
            "is closed in all committees",
            end,
            "Shenzhen has left our coalition.",
        ):
            assert town.heard_in_the_room(words) == 1, words
