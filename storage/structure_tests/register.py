"""The register of structure tests: which there are, their announced terms, and their rosters."""

from collections.abc import Mapping
from datetime import date, datetime

from storage.core.driver import Row
from storage.core.lazy_dataclass import dataclass
from storage.core.model import EntryId, UserId
from storage.core.repository import Counts
from storage.core.rows import millis, moment
from storage.names import folded
from storage.structure_tests.model import Action, AnnouncedTerms, StructureTest

_SELECT = (
    "SELECT t.*, w.goal, w.public, w.closes_day FROM live_tests AS t LEFT JOIN test_terms AS w "
    "ON w.id = (SELECT n.id FROM live_test_terms AS n WHERE n.test = t.id "
    "ORDER BY n.id DESC LIMIT 1) "
)
LOOKED_THROUGH = 400
"""Tests, newest first, among which a name is looked for."""


@dataclass(frozen=True, slots=True)
class NewStructureTest:
    """A test that is about to be opened."""

    action: Action
    name: str
    area: int | None
    count_only: bool
    day: date
    terms: AnnouncedTerms


@dataclass(frozen=True, slots=True)
class StructureTests(Counts):
    """One committee's structure tests. No query here reads a name of a person."""

    async def sizes(self, area: int | None) -> dict[int, int]:
        """Count people in the unit by area id, from columns storage.reports.unit has recomputed."""
        rows = await self.tx.all(
            "SELECT area, SUM(people) AS n FROM unit_counts WHERE committee = ? GROUP BY area",
            (self.committee,),
        )
        return {row["area"]: row["n"] for row in rows if area in {None, row["area"]}}

    async def open(
        self, entry: EntryId, opening: NewStructureTest, rows: Mapping[int, tuple[int, int]]
    ) -> StructureTest:
        """Open a test with a snapshot of the unit.

        ``rows``, for a test that only counts: area id -> (its row, people).
        """
        number = await self.tx.returned(
            "UPDATE committees SET last_test = last_test + 1 WHERE id = ? RETURNING last_test",
            (self.committee,),
        )
        test = await self.tx.add(
            "tests",
            committee=self.committee,
            number=number,
            kind=opening.action,
            name=opening.name,
            area=opening.area,
            count_only=opening.count_only,
            opened_day=opening.day,
            entry=entry,
        )
        await self.announce_terms(entry, test, opening.terms)
        if opening.count_only:
            await self.tx.executemany(
                "INSERT INTO test_rows(test, area, counted_with, people) VALUES (?, ?, ?, ?)",
                [(test, area, row, people) for area, (row, people) in rows.items()],
            )
        else:
            await self._photograph(test, opening.area)
        found = await self.by_number(int(str(number)))
        if found is None:
            raise LookupError("a test just opened is not there")
        return found

    async def _photograph(self, test: int, area: int | None) -> None:
        await self.tx.execute(
            "INSERT INTO test_people(test, contact, area, shift, rating, organizer, leader) "
            "SELECT ?2, id, unit_area, unit_shift, rating, organizer, (parts & 2) / 2 "
            "FROM contacts WHERE committee = ?1 AND unit_area >= 0 "
            + ("" if area is None else "AND unit_area = ?3 ")
            + "ORDER BY id",
            (self.committee, test, *(() if area is None else (area,))),
        )
        await self.tx.execute(
            "INSERT INTO test_counts(test, area, shift, mark, promised, people) "
            "SELECT ?2, area, shift, 0, 0, SUM(people) FROM unit_counts WHERE committee = ?1 "
            + ("" if area is None else "AND area = ?3 ")
            + "GROUP BY area, shift",
            (self.committee, test, *(() if area is None else (area,))),
        )

    async def announce_terms(self, entry: EntryId, test: int, terms: AnnouncedTerms) -> None:
        """Save the test's goal, public bar and last day."""
        await self.tx.add(
            "test_terms",
            test=test,
            goal=terms.goal,
            public=terms.public,
            closes_day=terms.closes,
            entry=entry,
        )

    async def close(self, test: StructureTest, at: datetime) -> None:
        """Close a test for good. storage.structure_tests.figures freezes the figures."""
        await self.tx.execute(
            "UPDATE tests SET closed_at = ? WHERE id = ? AND closed_at IS NULL",
            (millis(at), test.id),
        )

    async def by_number(self, number: int) -> StructureTest | None:
        """Return the test with the number people type; None if there is none."""
        row = await self.tx.one(
            f"{_SELECT}WHERE t.committee = ? AND t.number = ?", (self.committee, number)
        )
        return None if row is None else _test(row)

    async def called(self, name: str, limit: int = 6) -> list[StructureTest]:
        """Return tests by name, by the beginning of a name, or by kind; newest first."""
        wanted = folded(name)
        every = await self.latest(LOOKED_THROUGH)
        exact = [test for test in every if folded(test.name) == wanted]
        found = [
            test
            for test in every
            if folded(test.name).startswith(wanted) or test.action.value == wanted.replace(" ", "")
        ]
        return (exact or found)[:limit]

    async def open_ones(self, limit: int = 10) -> list[StructureTest]:
        """Return open tests, newest first."""
        rows = await self.tx.all(
            f"{_SELECT}WHERE t.committee = ? AND t.number > 0 AND t.closed_at IS NULL "
            "ORDER BY t.number DESC LIMIT ?",
            (self.committee, limit),
        )
        return [_test(row) for row in rows]

    async def latest(self, limit: int, *, closed: bool = False) -> list[StructureTest]:
        """Return tests, newest first: all, or only closed ones."""
        only = "AND t.closed_at IS NOT NULL " if closed else ""
        rows = await self.tx.all(
            f"{_SELECT}WHERE t.committee = ? AND t.number > 0 {only}ORDER BY t.number DESC LIMIT ?",
            (self.committee, limit),
        )
        return [_test(row) for row in rows]

    async def last_with_names(self) -> StructureTest | None:
        """Return the newest open test that knows who did it, else the newest of all; None: there is none."""
        rows = await self.tx.all(
            f"{_SELECT}WHERE t.committee = ? AND t.number > 0 AND NOT t.count_only "
            "AND NOT t.names_gone ORDER BY t.closed_at IS NOT NULL, t.number DESC LIMIT 1",
            (self.committee,),
        )
        return _test(rows[0]) if rows else None

    async def counting_rows(self, test: StructureTest) -> dict[int, tuple[int, int]]:
        """Return for a test that only counts: area id -> (its row, people)."""
        rows = await self.tx.all(
            "SELECT area, counted_with, people FROM test_rows WHERE test = ?", (test.id,)
        )
        return {row["area"]: (row["counted_with"], row["people"]) for row in rows}

    async def count(self, entry: EntryId, test: StructureTest, row: int, did: int) -> None:
        """Save how many people of a row took part."""
        await self.tx.add("test_turnouts", test=test.id, area=row, did=did, entry=entry)

    async def counted_by(self, test: StructureTest, row: int) -> UserId | None:
        """Return who entered the turnout of a row; None: no turnout counts."""
        found = await self.tx.value(
            "SELECT h.author FROM live_test_turnouts AS n JOIN history AS h ON h.id = n.entry "
            "WHERE n.test = ? AND n.area = ? ORDER BY n.id DESC LIMIT 1",
            (test.id, row),
        )
        return None if found is None else UserId(str(found))

    async def area_named(self, name: str) -> int | None:
        """Return the id of an area by its name; None if there is none."""
        found = await self.tx.value(
            "SELECT id FROM areas WHERE committee = ? AND folded = ?",
            (self.committee, folded(name)),
        )
        return None if found is None else int(str(found))


def _test(row: Row) -> StructureTest:
    return StructureTest(
        id=row["id"],
        number=row["number"],
        action=Action(row["kind"]),
        name=row["name"],
        area=row["area"],
        count_only=bool(row["count_only"]),
        opened=date.fromisoformat(row["opened_day"]),
        closed_at=None if row["closed_at"] is None else moment(row["closed_at"]),
        names_gone=bool(row["names_gone"]),
        joint=row["joint"],
        terms=AnnouncedTerms(
            row["goal"],
            row["public"],
            None if row["closes_day"] is None else date.fromisoformat(row["closes_day"]),
        ),
    )
