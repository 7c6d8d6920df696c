"""Marks of people in structure tests: who was asked, and what became of it."""

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import date

from storage.core.lazy_dataclass import dataclass
from storage.core.model import ContactId, EntryId, UserId
from storage.core.repository import Repository
from storage.core.rows import records
from storage.structure_tests.derived import recompute_marks, records_of
from storage.structure_tests.figures import who_did
from storage.structure_tests.model import ANSWERS, OUTSIDE, Mark, StructureTest

_ROOT = "COALESCE(k.merged_into, k.id)"
_MINE = (
    "SELECT c.id FROM contacts AS c WHERE c.committee = ?2 AND c.organizer IN "
    "(SELECT value FROM json_each(?3)) AND c.present AND c.merged_into IS NULL "
    "UNION ALL SELECT d.id FROM contacts AS c JOIN contacts AS d ON d.merged_into = c.id "
    "WHERE c.committee = ?2 AND c.organizer IN (SELECT value FROM json_each(?3)) AND c.present"
)


@dataclass(frozen=True, slots=True)
class Marked:
    """One person in a test."""

    contact: ContactId
    """The record kept in merges."""
    number: int
    name: str
    area: int
    """The area when the test opened; OUTSIDE: not in the unit."""
    organizer: UserId | None
    """Today's organizer."""
    mark: Mark

    @property
    def handle(self) -> str:
        """The handle people type, ``M-<number>``."""
        return f"M-{self.number}"


@dataclass(frozen=True, slots=True)
class MarkRecord:
    """One person's frozen result, ready to be amended."""

    contact: ContactId
    """The record the person had in the test."""
    area: int
    shift: str | None
    rating: int | None
    organizer: UserId | None
    mark: Mark
    promised: bool


@dataclass(frozen=True, slots=True)
class Marks(Repository):
    """Marks of one committee's people, by name."""

    today: date

    async def mark(
        self, entry: EntryId, test: StructureTest, contacts: Sequence[ContactId], mark: Mark
    ) -> None:
        """Mark people in an open test. People outside the unit are kept apart."""
        await self.tx.executemany(
            "INSERT INTO test_people(test, contact, area, leader) SELECT ?1, ?2, ?3, 0 "
            "WHERE NOT EXISTS (SELECT 1 FROM test_people AS p WHERE p.test = ?1 AND p.contact "
            "IN (SELECT ?2 UNION ALL SELECT id FROM contacts WHERE merged_into = ?2))",
            [(test.id, contact, OUTSIDE) for contact in contacts],
        )
        await self.tx.executemany(
            "INSERT INTO test_marks(test, contact, mark, entry) VALUES (?, ?, ?, ?)",
            [(test.id, contact, mark.value, entry) for contact in contacts],
        )
        told = "SELECT value AS contact FROM json_each(?)"
        people = await records_of(self.tx, told, (json.dumps(list(contacts)),))
        await recompute_marks(self.tx, people)

    async def of(
        self, test: StructureTest, contacts: Iterable[ContactId]
    ) -> dict[ContactId, Marked]:
        """Return people's marks by the record kept in merges; people who are not in the test are left out."""
        rows = await self.tx.all(
            f"{_marked('p.test = ?1 AND p.counted')} AND {_ROOT} IN "
            "(SELECT value FROM json_each(?2)) AND p.contact IN (SELECT o.id FROM contacts AS o "
            "WHERE o.id IN (SELECT value FROM json_each(?2)) UNION ALL SELECT o.id FROM contacts AS o "
            "WHERE o.merged_into IN (SELECT value FROM json_each(?2)))",
            (test.id, json.dumps(list(contacts))),
        )
        return {each.contact: each for each in records(Marked, rows)}

    async def listed(
        self,
        test: StructureTest,
        marks: Sequence[Mark],
        *,
        whose: Sequence[UserId] | None = None,
        area: int | None = None,
        limit: int = 200,
    ) -> list[Marked]:
        """Return people with the given marks, of some organizers or of all (None), by area and name."""
        mine = "" if whose is None else f"AND p.contact IN ({_MINE}) "
        there = "" if area is None else f"AND p.area = {area:d} "
        return await self.tx.records(
            Marked,
            f"{_marked('p.test = ?1 AND p.counted')} AND p.mark IN "
            f"({','.join(str(mark.value) for mark in marks)}) {mine}{there}"
            "AND (c.out_from IS NULL OR c.out_from > ?4) "
            "ORDER BY p.area, c.sort_key, c.id LIMIT ?5",
            (
                test.id,
                self.committee,
                json.dumps(list(whose or ())),
                self.today.isoformat(),
                limit,
            ),
        )

    async def progress(self, test: StructureTest, whose: Sequence[UserId]) -> tuple[int, int]:
        """Count some organizers' people: how many did, and how many are in the test."""
        row = await self.tx.one(
            "SELECT COUNT(*) AS n, COALESCE(SUM(mark = 5), 0) AS did FROM test_people AS p "
            f"WHERE p.test = ?1 AND p.counted AND p.area >= 0 AND p.contact IN ({_MINE})",
            (test.id, self.committee, json.dumps(list(whose))),
        )
        return (0, 0) if row is None else (row["did"], row["n"])

    async def across(
        self,
        tests: Sequence[StructureTest],
        which: Callable[[Sequence[set[int]]], set[int]],
        *,
        whose: Sequence[UserId] | None = None,
        limit: int = 40,
    ) -> list[Marked]:
        """Return people by what they did in several tests, of some organizers or of all (None), by name."""
        people = which(await who_did(self.tx, tests))
        mine = "" if whose is None else "AND c.organizer IN (SELECT value FROM json_each(?2)) "
        return await self.tx.records(
            Marked,
            "SELECT c.id AS contact, c.number, c.name, c.organizer, "
            "COALESCE(c.unit_area, -1) AS area, 5 AS mark FROM json_each(?1) AS j "
            f"CROSS JOIN contacts AS c ON c.id = j.value WHERE c.present {mine}"
            "AND (c.out_from IS NULL OR c.out_from > ?3) ORDER BY c.sort_key, c.id LIMIT ?4",
            (
                json.dumps(sorted(people)),
                json.dumps(list(whose or ())),
                self.today.isoformat(),
                limit,
            ),
        )

    async def in_both(self, one: ContactId, other: ContactId) -> list[tuple[str, Mark, Mark]]:
        """Return open tests that count both records, by name, with the mark of each record."""
        rows = await self.tx.all(
            "SELECT t.name, a.mark AS one, b.mark AS other FROM test_people AS a "
            "JOIN test_people AS b ON b.test = a.test JOIN live_tests AS t ON t.id = a.test "
            "WHERE a.contact = ? AND b.contact = ? AND a.counted AND b.counted "
            "AND t.closed_at IS NULL ORDER BY t.number",
            (one, other),
        )
        return [(row["name"], Mark(row["one"]), Mark(row["other"])) for row in rows]

    async def standing(self, test: StructureTest, contact: ContactId) -> MarkRecord | None:
        """Return one person's frozen result, of merged records the highest mark; None: not counted."""
        return await self.tx.record(
            MarkRecord,
            "SELECT p.* FROM test_people AS p WHERE p.test = ?1 AND p.counted AND p.area >= 0 "
            "AND p.contact IN (SELECT ?2 UNION ALL SELECT id FROM contacts WHERE merged_into = ?2) "
            "ORDER BY p.mark DESC, p.contact LIMIT 1",
            (test.id, contact),
        )

    async def amend(
        self, entry: EntryId, test: StructureTest, before: MarkRecord, mark: Mark
    ) -> MarkRecord:
        """Change a person's mark in a closed test; returns the new result."""
        promised = before.promised
        if mark in ANSWERS or mark is Mark.NOT_ASKED:
            promised = mark is Mark.YES
        await self.tx.execute(
            "INSERT INTO test_marks(test, contact, mark, amends, entry) VALUES (?, ?, ?, 1, ?)",
            (test.id, before.contact, mark.value, entry),
        )
        await self.tx.execute(
            "UPDATE test_people SET mark = ?, promised = ? WHERE test = ? AND contact = ?",
            (mark.value, promised, test.id, before.contact),
        )
        return MarkRecord(
            before.contact,
            before.area,
            before.shift,
            before.rating,
            before.organizer,
            mark,
            promised,
        )


def _marked(where: str) -> str:
    return (
        f"SELECT {_ROOT} AS contact, c.number, c.name, c.organizer, p.area, p.mark "
        "FROM test_people AS p JOIN contacts AS k ON k.id = p.contact "
        f"JOIN contacts AS c ON c.id = {_ROOT} WHERE {where} AND c.present"
    )
