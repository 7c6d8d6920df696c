"""Lines as people type them, played: what each saved, compared with what its strict form saves."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn, cast

from storage.core.database import Database, Transaction
from tests.chat.conversation import Chat

TABLE = Path(__file__).resolve().parents[1] / "chat" / "spoken_lines.txt"
NEW_LINE = "⏎"
ARROW = " => "
PEOPLE = (
    ("Sam Okafor", "Payments"),
    ("Priya Raman", "Payments"),
    ("Conor O'Brien", "QA"),
    ("Jürgen Müller", "QA"),
    ("王秀英", "QA"),
    ("Łukasz Wójcik", "Payments"),
    ("María José Ortiz", "Search"),
    ("Alex Kim", "Payments"),
    ("Alex Kim", "Search"),
)
"""Ana's people, M-1 to M-9. Dana Fox, M-10, is Ben's."""

_EFFECTS = (
    (
        "SELECT json_array('talk', c.number, t.outcome, t.issue, t.ask, t.answer, t.note, t.at) AS told "
        "FROM current_conversations AS t JOIN contacts AS c ON c.id = t.contact"
    ),
    (
        "SELECT json_array('rating', c.number, s.rating, s.evidence, s.note, s.at) AS told "
        "FROM live_assessments AS s JOIN contacts AS c ON c.id = s.contact"
    ),
    (
        "SELECT json_array('follow-up', c.number, f.number, f.what, f.due_day, f.open, f.owner) AS told "
        "FROM follow_ups AS f JOIN contacts AS c ON c.id = f.contact"
    ),
    (
        "SELECT json_array('closed', f.number, e.kind, e.result, e.due_day) AS told "
        "FROM live_follow_up_events AS e JOIN follow_ups AS f ON f.id = e.follow_up"
    ),
    (
        "SELECT json_array('note', c.number, n.note) AS told "
        "FROM live_notes AS n JOIN contacts AS c ON c.id = n.contact"
    ),
    (
        "SELECT json_array('mark', c.number, m.mark, m.test) AS told "
        "FROM live_test_marks AS m JOIN contacts AS c ON c.id = m.contact"
    ),
    "SELECT json_array('rsvp', r.person, r.answer) AS told FROM live_rsvps AS r",
)
"""Everything that a line about a talk can save, without row ids."""

Effects = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SpokenLine:
    """One line of the table, and what it has to do."""

    typed: str
    sign: str
    """= done, @ shown, ? asked back, ! refused with the line repaired, ~ refused in other words."""
    expected: str

    @property
    def strict(self) -> tuple[str, ...]:
        """The strict lines that do the same."""
        return tuple(f"!{each.strip()}" for each in self.expected.split(f" {NEW_LINE} "))


def spoken_lines() -> list[SpokenLine]:
    """The table."""
    found = []
    for row in TABLE.read_text(encoding="utf-8").splitlines():
        if row and not row.startswith("#"):
            typed, _arrow, value = row.partition(ARROW)
            sign, _blank, expected = value.partition(" ")
            found.append(SpokenLine(typed.replace(NEW_LINE, "\n"), sign, expected))
    return found


async def effects(chat: Chat) -> Effects:
    """What is saved now, without row ids."""
    async with chat.database.transaction() as tx:
        told = [str(row["told"]) for statement in _EFFECTS for row in await tx.all(statement)]
    return tuple(sorted(told))


async def people(chat: Chat) -> None:
    """Ana's and Ben's people, and one follow-up that is due today."""
    for name, area in PEOPLE:
        await chat.dm("@ana", f'!contact add "{name}" area={area} --yes')
    await chat.dm("@ben", '!contact add "Dana Fox" area=Search')
    await chat.dm("@ana", '!log M-2 reached ask="sign petition" next=today')
    chat.later(minutes=20)


class _TakenBack(Exception):
    """Leaves a transaction so that nothing of it is kept."""


def _take_back() -> NoReturn:
    raise _TakenBack


@dataclass(frozen=True, slots=True)
class _OneTransaction:
    """A database all of whose transactions are one that is open already."""

    tx: Transaction

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        """The open transaction, which goes on."""
        yield self.tx


@dataclass(slots=True)
class Table:
    """A committee in which each line is typed as the first one, and taken back."""

    database: Database
    known: dict[tuple[str, ...], tuple[str, Effects]] = field(default_factory=dict)
    """What strict lines did: each is needed often."""

    async def strictly(self, *lines: str) -> tuple[str, Effects]:
        """What the last of some lines was answered, and what all of them saved; played once."""
        if lines not in self.known:
            self.known[lines] = await self.played(*lines)
        return self.known[lines]

    async def played(self, *lines: str) -> tuple[str, Effects]:
        """What the last of some lines was answered, and what all of them saved."""
        said, saved = "", Effects()
        try:
            async with self.database.transaction() as tx:
                chat = Chat(cast("Database", _OneTransaction(tx)))
                chat.later(minutes=20)
                await chat.know()
                for each in lines:
                    said = (await chat.dm("@ana", each)).text
                saved = await effects(chat)
                _take_back()
        except _TakenBack:
            return said, saved
