"""Whether somebody is on record, asked through every command there is; and who looked, of whom."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from commands.all import CATALOGUE
from commands.framework.context import CommitteeId, Role, UserId
from commands.framework.reader import reader_of
from commands.framework.reply import Audience
from commands.framework.spec import Command
from commands.framework.values import Pasted, SearchWords, Who
from commands.imports.terms import DecisionWord
from commands.names.terms import PersonName
from commands.shared.look_ups import ASKED_A_DAY
from commands.structure_tests.mark.terms import Several
from commands.turf.terms import ContactRefs
from storage.authority.look_ups import LookUpKind, LookUps
from storage.core.repository import Counts, Repository
from storage.core.rows import millis
from tests.chat.conversation import Chat, Said
from tests.support.begun import copied, made

OUTSIDE = "Zora Quill"
WHO = ("M-2", "M-77", "Zora Quill", "Zora", "Quil", "Qu", '"Quill Zora"', "zora")
"""What somebody types who wants to know whether there is a Zora Quill, M-2, with another organizer."""
PEOPLE = (Who, ContactRefs, Several, DecisionWord)

TYPED = {
    "contact add": (
        "!contact add {who} --yes",
        "!contact add {who}",
        "!contact add {who} area=Ops",
    ),
    "contact find": ("!contact find {who}", "!contact find {who} --all"),
    "contact list": ("!contact list after={who}",),
    "contact alias": ("!contact alias {who} Zo", "!contact alias M-1 {who}"),
    "contact edit": ("!contact edit {who} shift=night",),
    "1on1 edit": ("!1on1 edit 1 who={who}",),
    "merge": ("!merge M-1 {who}", "!merge {who} M-1 --yes", "!merge {who} {who}"),
    "test mark": (
        "!test mark petition did {who}",
        "!test mark petition did M-1 {who}",
        "!test mark petition yes\n{who}\nAna Own",
    ),
    "test unmark": ("!test unmark petition {who}", "!test unmark petition M-1 {who}"),
    "test decide": ("!test decide 1 1 {who}", "!test decide 9 1 {who}"),
    "turf release": ("!turf release {who} why=no", "!turf release {who}"),
}
"""Ways to ask; of every other command its example."""
OPEN = {"contact add", "contact find", "1on1 log", "1on1 guide", "1on1 edit", "assess", "followup"}
"""Commands that are about people outside one's care as well; they count."""


def about_people(command: Command) -> bool:
    """Whether somebody can name a person in it."""
    read = {id(parameter.reader) for parameter in command.parameters}
    by_name = {id(reader_of(kind)) for kind in (*PEOPLE, PersonName)}
    return (
        not read.isdisjoint(by_name)
        or Pasted in command.facts.values()
        or (id(reader_of(SearchWords)) in read and command.name == "contact find")
    )


ASKING = [c for c in CATALOGUE if c.who is Role.ORGANIZER and about_people(c)]


def lines(command: Command, who: str) -> list[str]:
    """What is typed to ask about somebody."""
    typed = TYPED.get(command.name)
    if typed is None:
        assert "M-41" in command.example, f"{command.name}: say in TYPED how to ask by it"
        typed = (command.example.replace("M-41", "{who}"),)
    return [each.replace("{who}", who) for each in typed]


async def begin(chat: Chat, *, known: bool) -> None:
    """Ana has one person; whether there is a Zora Quill, with a lead, is what she does not know."""
    await chat.dm("@ana", '!contact add "Ana Own" area=Payments --yes')
    if known:
        await chat.dm("@lea", f'!contact add "{OUTSIDE}" area=Payments')
    await chat.dm("@lea", "!test open petition --yes")
    await chat.dm("@lea", "!1on1 log M-1 reached")
    await chat.dm("@ana", "!1on1 log M-1 reached")


@dataclass
class Worlds:
    """The same committee with and without her."""

    known: Chat
    unknown: Chat

    async def spend(self) -> None:
        """Ana has asked as much as she may today (test_look_ups does it by typing)."""
        for chat in (self.known, self.unknown):
            async with chat.database.transaction() as tx:
                await LookUps(tx, CommitteeId(1)).count(
                    UserId("@ana:example.org"), LookUpKind.ASKED, [None] * ASKED_A_DAY, chat.now
                )
        there, nowhere = await self.dm("!contact find zzz")
        assert there.says("I did not do that")
        assert nowhere.says("I did not do that")

    async def dm(self, text: str) -> tuple[Said, Said]:
        return await self.known.dm("@ana", text), await self.unknown.dm("@ana", text)


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The database with her, and the one without."""
    folder = tmp_path_factory.mktemp("worlds")
    return (
        made(folder / "known.db", partial(begin, known=True)),
        made(folder / "unknown.db", partial(begin, known=False)),
    )


@pytest.fixture
async def worlds(both: tuple[Path, Path]) -> AsyncIterator[Worlds]:
    async with copied(both[0]) as known, copied(both[1]) as unknown:
        known.later(hours=25)
        unknown.later(hours=25)
        yield Worlds(known, unknown)


def test_every_way_to_ask_is_tried() -> None:
    assert {c.name for c in ASKING} >= {*TYPED, *OPEN}
    assert len(ASKING) > 20


@pytest.mark.parametrize("command", ASKING, ids=lambda command: command.name)
async def test_spent_nothing_tells_whether_somebody_is_on_record(
    worlds: Worlds, command: Command
) -> None:
    await worlds.spend()
    for who in WHO:
        for line in lines(command, who):
            there, nowhere = await worlds.dm(line)
            assert there.replies == nowhere.replies, line
            await worlds.dm("cancel")


@pytest.mark.parametrize(
    "command", [c for c in ASKING if c.name not in OPEN], ids=lambda command: command.name
)
async def test_commands_about_ones_own_people_never_tell(worlds: Worlds, command: Command) -> None:
    for who in WHO:
        for line in lines(command, who):
            there, nowhere = await worlds.dm(line)
            assert there.replies == nowhere.replies, line


async def test_control_before_it_is_spent_one_can_ask(worlds: Worlds) -> None:
    for line in ("!contact find Zora", "!1on1 log M-2 reached", "!contact add Zora Quill"):
        there, nowhere = await worlds.dm(line)
        assert there.replies != nowhere.replies, line


async def test_what_is_counted_does_not_tell_either(worlds: Worlds) -> None:
    """After whatever was typed about one's own, as many questions are left in either world."""
    for command in ASKING:
        if command.name in OPEN:
            continue
        for who in WHO:
            for line in lines(command, who):
                await worlds.dm(line)
    counts = []
    for chat in (worlds.known, worlds.unknown):
        async with chat.database.transaction() as tx:
            rows = await tx.all(
                "SELECT what, COUNT(*) AS n FROM look_ups WHERE viewer LIKE '@ana%' GROUP BY what"
            )
            counts.append({row["what"]: row["n"] for row in rows})
    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    "renaming",
    [
        f'!contact alias M-1 "{OUTSIDE}"',
        f'!contact alias M-1 "{OUTSIDE}" --preferred',
        f'!contact edit M-1 name="{OUTSIDE}"',
    ],
)
async def test_a_name_given_to_ones_own_asks_nothing(worlds: Worlds, renaming: str) -> None:
    """Whoever calls one of their own like her would see it become less sure that they are meant."""
    typed = (
        renaming,
        f"!test mark petition did\n{OUTSIDE}\nZora\nAna Own",
        "!test sheet 1",
        "!test sheet 1 sure",
        "!test sheet 1 likely",
        "!test sheet 1 unclear",
        "!test accept 1 --likely",
        f'!test mark petition did "{OUTSIDE}"',
        "!contact find zora",
        f"!1on1 log {OUTSIDE} reached",
        "!1on1 log Zora reached",
        f"!contact show {OUTSIDE}",
        f'!contact add "{OUTSIDE}"',
        "!due",
        "!stale 0",
        "!test gaps",
    )
    for line in typed:
        there, nowhere = await worlds.dm(line)
        assert [r for r in there.replies if r.audience is not Audience.LEADS] == [
            r for r in nowhere.replies if r.audience is not Audience.LEADS
        ], line
        await worlds.dm("cancel")


# -- who looked --------------------------------------------------------------------------------

HANDLES = {"M-41": "M-1", "M-42": "M-2", "M-88": "M-2", "@ana": "@ana", "@ben": "@ben"}
MORE = {
    "stale": ("!stale 1", "!stale"),
    "disputes": ("!disputes",),
    "dupes": ("!dupes",),
    "contact list": ("!contact list",),
    "contact find": ("!contact find sam",),
    "turf unassigned": ("!turf unassigned",),
    "test gaps": ("!test gaps petition --all",),
    "test names": ("!test names petition did", "!test names petition notasked"),
    "test review": ("!test review cards",),
    "chart": ("!chart",),
    "hold": ("!hold M-1 why=court", "!hold", "!hold end M-1"),
    "forget": ("!forget M-1",),
    "turf": ("!turf @ben",),
}


def shows_people(command: Command) -> bool:
    """Whether it can reach records of people."""
    touched = [kind for kind in command.reaches if issubclass(kind, Repository)]
    return any(not issubclass(kind, Counts) for kind in touched)


@pytest.fixture
async def busy(chat: Chat) -> Chat:
    """Ana and Ben have people; there are disputes, doubles, talks, tests, and somebody unassigned."""
    await chat.dm("@ana", '!contact add "Sam Okafor" area=Payments --yes')
    await chat.dm("@ben", '!contact add "Sammy Okafor" area=Search --yes')
    await chat.dm("@ben", '!contact add "Mia Chen" area=Search --yes')
    await chat.dm("@ben", '!turf release M-3 why="other shifts"')
    await chat.dm("@ana", "!1on1 log M-1 reached rate=2 did next=fri")
    await chat.dm("@ben", "!assess M-1 5 said")
    await chat.dm("@lea", '!test open cards "Cards" --yes')
    await chat.dm("@ana", "!test mark cards asked M-1")
    await chat.sure("@lea", "!test close cards")
    await chat.dm("@lea", "!test open petition --yes")
    await chat.dm("@ana", "!test mark petition did M-1")
    chat.later(days=40)
    return chat


async def looked(chat: Chat, viewer: str) -> set[str]:
    """Whom somebody is on record for having looked at within the hour."""
    async with chat.database.transaction() as tx:
        rows = await tx.all(
            "SELECT c.number FROM views AS v JOIN contacts AS c ON c.id = v.contact "
            "WHERE v.viewer = ? AND v.at > ?",
            (f"{viewer}:example.org", millis(chat.now) - 3_600_000),
        )
    return {f"M-{row['number']}" for row in rows}


def shown(said: Said, people: dict[str, str]) -> set[str]:
    """The handles of those who are named in an answer."""
    words = said.here + said.in_person
    pictured = str([reply.picture for reply in said.replies if reply.picture is not None])
    return {
        handle
        for handle, each in people.items()
        if (handle in words and each in words) or f"'{each}'" in pictured
    }


async def test_every_command_that_shows_people_is_on_record(busy: Chat) -> None:
    people = {contact.handle: contact.name for contact in await busy.contacts()}
    showing: set[str] = set()
    typed = [(name, text) for name, several in MORE.items() for text in several]
    for command in filter(shows_people, CATALOGUE):
        line = command.example
        for handle, ours in HANDLES.items():
            line = line.replace(handle, ours)
        typed.append((command.name, line))
    for name, text in typed:
        busy.later(hours=2)
        there = shown(await busy.dm("@kim", text), people)
        assert there <= await looked(busy, "@kim"), text
        showing |= {name} if there else set()
    assert {"stale", "disputes", "dupes", "contact list", "contact find", "test names"} <= showing
    assert {"contact show", "turf unassigned", "test gaps", "chart", "subject"} <= showing
    assert (await busy.dm("@kim", "!audit")).says("@kim: looked at M-1")


async def test_a_look_again_within_the_hour_is_on_record_once(busy: Chat) -> None:
    for _ in range(3):
        await busy.dm("@lea", "!contact show M-1")
        busy.later(minutes=10)
    async with busy.database.transaction() as tx:
        found: Any = await tx.value("SELECT COUNT(*) FROM views WHERE viewer LIKE '@lea%' AND at > ?",
                                    (millis(busy.now) - 3_600_000,))  # fmt: skip
    assert found == 1


async def test_the_end_of_an_import_that_names_people_is_on_record(busy: Chat) -> None:
    await busy.send("@lea", "staff.csv", "Name,Emp #,Team\nSam Okafor,77,Ops\n")
    said = await busy.dm("@lea", "!import check 1")
    assert said.says("M-1 Sam Okafor")
    assert "M-1" in await looked(busy, "@lea")
