"""Followings: who stands behind which natural leader. Each change is a row; the last one counts."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from storage.core.lazy_dataclass import dataclass
from storage.core.model import ContactId, EntryId, UserId
from storage.core.repository import Counts, Repository
from storage.core.rows import records
from storage.history.derived import recompute_followings
from storage.structure_tests.model import Mark, StructureTest

_IN_UNIT = (
    "{c}.present AND {c}.merged_into IS NULL AND ({c}.out_from IS NULL OR {c}.out_from > '{today}')"
)
_MARK = (
    "(SELECT MAX(p.mark) FROM test_people AS p WHERE p.test = {test} AND p.area >= 0 AND p.contact IN "
    "(SELECT {c}.id UNION ALL SELECT d.id FROM contacts AS d WHERE d.merged_into = {c}.id))"
)
"""How far somebody came in a test; NULL: they are not in it."""
_OF = "(?3 IS NULL OR {c}.organizer IN (SELECT value FROM json_each(?3)))"


@dataclass(frozen=True, slots=True)
class LedGroup:
    """A natural leader with the people behind them, counted."""

    contact: ContactId
    number: int
    name: str
    organizer: UserId | None
    people: int
    """Who stands behind the leader and is in the unit; with a test, who is in the test."""
    talked: int
    """Of these, with whom somebody had a one-on-one."""
    support: int
    """Of these, rated 1 or 2."""
    mark: Mark | None
    """The leader's own mark in the test; None: there is no test, or the leader is not in it."""
    did: int
    """Of the people, who did it in the test; 0 without one."""

    @property
    def handle(self) -> str:
        """The handle people type, ``M-<number>``."""
        return f"M-{self.number}"


@dataclass(frozen=True, slots=True)
class Followings(Repository):
    """One committee's people and the leaders they stand behind."""

    today: date

    async def put(
        self, entry: EntryId, contacts: Sequence[ContactId], leader: ContactId | None
    ) -> None:
        """Put people behind a leader, whoever they stood behind before; None: behind nobody."""
        await self.tx.executemany(
            "INSERT INTO followings(contact, leader, entry) VALUES (?, ?, ?)",
            [(contact, leader, entry) for contact in contacts],
        )
        await recompute_followings(self.tx, contacts)

    async def leaders_of(self, contacts: Iterable[ContactId]) -> dict[ContactId, ContactId]:
        """Return behind whom each of the contacts stands; who stands behind nobody is left out."""
        rows = await self.tx.all(
            "SELECT c.id, c.follows FROM json_each(?1) AS j CROSS JOIN contacts AS c ON c.id = j.value "
            "JOIN contacts AS l ON l.id = c.follows WHERE c.committee = ?2 AND l.present",
            (json.dumps(list(contacts)), self.committee),
        )
        return {ContactId(row["id"]): ContactId(row["follows"]) for row in rows}

    async def above(self, contact: ContactId) -> set[ContactId]:
        """Return the leader somebody stands behind, that leader's leader, and so on."""
        rows = await self.tx.all(
            "WITH RECURSIVE up(id) AS (SELECT follows FROM contacts WHERE id = ?1 UNION "
            "SELECT c.follows FROM up JOIN contacts AS c ON c.id = up.id) "
            "SELECT id FROM up WHERE id IS NOT NULL",
            (contact,),
        )
        return {ContactId(row["id"]) for row in rows}

    async def in_a_circle(self, contacts: Iterable[ContactId]) -> bool:
        """Whether somebody stands, over others, behind themselves; merging and taking back can do that."""
        return any([contact in await self.above(contact) for contact in contacts])

    async def touched(self, entry: EntryId) -> list[ContactId]:
        """Return whom an entry put behind somebody, or behind nobody."""
        rows = await self.tx.all(
            "SELECT DISTINCT COALESCE(c.merged_into, c.id) AS id FROM followings AS t "
            "JOIN contacts AS c ON c.id = t.contact WHERE t.entry = ?",
            (entry,),
        )
        return [ContactId(row["id"]) for row in rows]

    async def behind(self, leader: ContactId) -> int:
        """Count who stands behind a leader and is in the unit."""
        return await self.tx.number(
            f"SELECT COUNT(*) FROM contacts AS f WHERE f.follows = ? AND {self._in_unit('f')}",
            (leader,),
        )

    async def groups(
        self,
        test: StructureTest | None,
        *,
        whose: Sequence[UserId] | None = None,
        limit: int,
    ) -> list[LedGroup]:
        """Return natural leaders with their groups, the largest group first.

        ``test``: one in which people are named. ``whose``: both leaders and people of these organizers
        alone; None: everybody.
        """
        mine = None if whose is None else json.dumps(list(whose))
        return await self.tx.records(
            LedGroup, _groups(test, self.today), (self.committee, limit, mine)
        )

    async def nobody_led(self) -> int:
        """Count the people of the unit who stand behind no leader, and are none."""
        every = await self.tx.number(
            "SELECT COALESCE(SUM(people), 0) FROM unit_counts WHERE committee = ? AND parts < 2",
            (self.committee,),
        )
        return every - await self.tx.number(
            "SELECT COUNT(*) FROM contacts WHERE follows > 0 AND committee = ? "
            "AND unit_area >= 0 AND parts < 2",
            (self.committee,),
        )

    def _in_unit(self, contact: str) -> str:
        return _IN_UNIT.format(c=contact, today=self.today.isoformat())


@dataclass(frozen=True, slots=True)
class LedCounts(Counts):
    """Groups of natural leaders in a test, counted: handles, and nobody's name."""

    today: date

    async def groups(self, test: StructureTest, *, limit: int) -> list[LedGroup]:
        """Return natural leaders with somebody behind them, the largest group first; names are empty."""
        rows = await self.tx.all(_groups(test, self.today), (self.committee, limit, None))
        found = records(LedGroup, [row for row in rows if row["people"]])
        return [replace(each, name="") for each in found]


def _groups(test: StructureTest | None, today: date) -> str:
    """The query for leaders and their groups: ?1 committee, ?2 at most, ?3 whose in JSON, or NULL."""
    did, own = (
        "NULL" if test is None else _MARK.format(test=f"{test.id:d}", c=who) for who in ("f", "l")
    )
    counted = "TRUE" if test is None else f"{did} IS NOT NULL"
    led, leader = (_IN_UNIT.format(c=who, today=today.isoformat()) for who in ("f", "l"))
    return (
        "SELECT l.id AS contact, l.number, l.name, l.organizer, COUNT(f.id) AS people, "
        "COUNT(f.talked_at) AS talked, COALESCE(SUM(f.rating <= 2), 0) AS support, "
        f"{own} AS mark, COALESCE(SUM({did} = 5), 0) AS did "
        "FROM contacts AS l INDEXED BY contacts_leading LEFT JOIN contacts AS f "
        f"ON f.follows = l.id AND {led} AND {_OF.format(c='f')} AND {counted} "
        f"WHERE l.committee = ?1 AND l.parts >= 2 AND {leader} "
        f"AND {_OF.format(c='l')} GROUP BY l.id ORDER BY people DESC, l.number LIMIT ?2"
    )
