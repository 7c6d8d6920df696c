"""Figures of structure tests: counted anew for open tests, frozen for closed ones."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from storage.core.database import Transaction
from storage.core.lazy_dataclass import dataclass
from storage.core.model import EntryId, UserId
from storage.core.repository import Counts
from storage.core.rows import records
from storage.structure_tests.model import (
    OUTSIDE,
    Belief,
    Frozen,
    FrozenCounts,
    Mark,
    MarkCell,
    PublishedCounts,
    StructureTest,
)


@dataclass(frozen=True, slots=True)
class Together:
    """Counts of people across several tests."""

    steady: int
    """Took part in every test."""
    dropped: int
    """In the last but one, not in the last."""
    new: int


@dataclass(frozen=True, slots=True)
class StructureFigures(Counts):
    """Figures of one committee's tests. Counts only, no names."""

    async def of(self, test: StructureTest) -> FrozenCounts:
        """Return the counts that are valid today."""
        (counts,) = await self.of_each([test])
        return counts

    async def of_each(self, tests: Sequence[StructureTest]) -> list[FrozenCounts]:
        """Return the counts of each test that are valid today; those of closed ones are read at once."""
        rows = await self.tx.all(
            "SELECT f.test, f.figures FROM json_each(?) AS j CROSS JOIN live_test_figures AS f "
            "ON f.test = j.value ORDER BY f.id",
            (json.dumps([test.id for test in tests if not test.open]),),
        )
        last = {row["test"]: row["figures"] for row in rows}
        return [await self.now(test) if test.open else _read(str(last[test.id])) for test in tests]

    async def now(self, test: StructureTest) -> FrozenCounts:
        """Count from the records, whether the test is closed or not."""
        return await (self._turnouts(test) if test.count_only else self._people(test))

    async def _last(self, test: StructureTest, column: str) -> object:
        return await self.tx.value(
            f"SELECT f.{column} FROM live_test_figures AS f WHERE f.test = ? "
            f"ORDER BY f.id DESC LIMIT 1",
            (test.id,),
        )

    async def told(self, test: StructureTest) -> PublishedCounts | None:
        """Return what everybody was last told of an open test; None: nothing yet."""
        row = await self.tx.one("SELECT * FROM test_told WHERE test = ?", (test.id,))
        if row is None:
            return None
        return PublishedCounts(
            date.fromisoformat(row["whole_day"]),
            _read(row["whole"]),
            date.fromisoformat(row["rows_day"]),
            _read(row["rows"]),
        )

    async def tell(self, test: StructureTest, told: PublishedCounts) -> None:
        """Save what everybody is told of an open test."""
        await self.tx.put(
            "test_told",
            test=test.id,
            whole_day=told.whole_day,
            whole=_written(told.whole),
            rows_day=told.rows_day,
            rows=_written(told.rows),
        )

    async def history(self, test: StructureTest) -> list[Frozen]:
        """Return the figures at closing, then of each amendment, oldest first; empty for an open test."""
        return await self.tx.records(
            Frozen,
            "SELECT f.did, f.people, f.author, f.at, f.why FROM live_test_figures AS f WHERE f.test = ? "
            "ORDER BY f.id",
            (test.id,),
        )

    async def freeze(
        self,
        entry: EntryId,
        test: StructureTest,
        frozen: Frozen,
        counted: FrozenCounts,
        beliefs: Iterable[Belief],
    ) -> None:
        """Save figures for good. Figures frozen before stay beside the new ones."""
        await self.tx.add(
            "test_figures",
            test=test.id,
            did=frozen.did,
            people=frozen.people,
            figures=_written(counted),
            beliefs=json.dumps([[b.organizer, b.rating, b.asked, b.did] for b in beliefs]),
            why=frozen.why,
            author=frozen.author,
            at=frozen.at,
            entry=entry,
        )

    async def beliefs(self, test: StructureTest) -> tuple[Belief, ...]:
        """Return by organizer and rating at the opening how many people were asked and how many did."""
        if test.count_only:
            return ()
        if test.open:
            return await self.beliefs_now(test)
        told = json.loads(str(await self._last(test, "beliefs")))
        return tuple(
            Belief(None if who is None else UserId(who), rating, asked, did)
            for who, rating, asked, did in told
        )

    async def beliefs_now(self, test: StructureTest) -> tuple[Belief, ...]:
        """Count ``beliefs`` from the records."""
        rows = await self.tx.all(
            "SELECT organizer, rating, SUM(mark > 0) AS asked, SUM(mark = 5) AS did "
            "FROM test_people WHERE test = ? AND area >= 0 AND counted GROUP BY organizer, rating",
            (test.id,),
        )
        return tuple(belief for belief in records(Belief, rows) if belief.asked)

    async def beliefs_of(self, test: StructureTest, organizer: UserId) -> tuple[Belief, ...]:
        """Return ``beliefs`` for people who were one organizer's at the opening, and are today.

        What became of somebody who has gone to another is the other's to know. When the names have had
        their time, it is what was kept at the closing.
        """
        if test.count_only:
            return ()
        if test.names_gone:
            return tuple(b for b in await self.beliefs(test) if b.organizer == organizer)
        rows = await self.tx.all(
            "SELECT p.rating, SUM(p.mark > 0) AS asked, SUM(p.mark = 5) AS did "
            "FROM test_people AS p JOIN contacts AS k ON k.id = p.contact "
            "JOIN contacts AS c ON c.id = COALESCE(k.merged_into, k.id) "
            "WHERE p.test = ?1 AND p.area >= 0 AND p.counted AND p.organizer = ?2 "
            "AND c.organizer = ?2 GROUP BY p.rating",
            (test.id, organizer),
        )
        return tuple(
            Belief(organizer, row["rating"], row["asked"], row["did"])
            for row in rows
            if row["asked"]
        )

    async def together(self, tests: Sequence[StructureTest]) -> Together:
        """Count who took part in all of several tests, and what changed from the last but one."""
        deeds = await who_did(self.tx, tests)
        before, last = deeds[-2:]
        return Together(len(set.intersection(*deeds)), len(before - last), len(last - before))

    async def areas(self) -> dict[int, str]:
        """Return the names of areas by id."""
        rows = await self.tx.all(
            "SELECT id, name FROM areas WHERE committee = ? AND folded >= ''", (self.committee,)
        )
        return {row["id"]: row["name"] for row in rows}

    async def _people(self, test: StructureTest) -> FrozenCounts:
        rows = await self.tx.all(
            "SELECT area, shift, mark, promised, people FROM test_counts "
            "WHERE test = ? AND people > 0",
            (test.id,),
        )
        cells = [_cell(tuple(row)) for row in rows]
        did = [cell.people for cell in cells if cell.area == OUTSIDE and cell.mark is Mark.DID]
        return FrozenCounts(tuple(cell for cell in cells if cell.area != OUTSIDE), sum(did))

    async def _turnouts(self, test: StructureTest) -> FrozenCounts:
        rows = await self.tx.all(
            "SELECT r.counted_with AS area, SUM(r.people) AS people, (SELECT n.did "
            "FROM live_test_turnouts AS n WHERE n.test = r.test AND n.area = r.counted_with "
            "ORDER BY n.id DESC LIMIT 1) AS did "
            "FROM test_rows AS r WHERE r.test = ? GROUP BY r.counted_with",
            (test.id,),
        )
        cells: list[MarkCell] = []
        for row in rows:
            did = row["did"] or 0
            cells.append(MarkCell(row["area"], None, Mark.DID, False, did))
            cells.append(MarkCell(row["area"], None, Mark.NOT_ASKED, False, row["people"] - did))
        reported = sum(row["did"] is not None for row in rows)
        return FrozenCounts(tuple(cell for cell in cells if cell.people), 0, reported=reported)


async def who_did(tx: Transaction, tests: Sequence[StructureTest]) -> list[set[int]]:
    """Return for each test the people who did, by the record kept today.

    Two records of one person that were merged after a test closed are one person here. Numbers go
    through JSON and sets: SQLite takes ten times as long to group sixty thousand rows.
    """
    kept = {
        row["id"]: row["merged_into"]
        for row in await tx.all("SELECT id, merged_into FROM contacts WHERE merged_into > 0")
    }
    found: list[set[int]] = []
    for test in tests:
        told = await tx.value(
            "SELECT json_group_array(contact) FROM test_people INDEXED BY test_people_who_did "
            "WHERE test = ? AND mark = 5 AND counted AND area >= 0",
            (test.id,),
        )
        deed = set(json.loads(str(told)))
        for record in deed & kept.keys():
            deed.remove(record)
            deed.add(kept[record])
        found.append(deed)
    return found


def moved(counted: FrozenCounts, before: MarkCell, after: MarkCell) -> FrozenCounts:
    """Return the figures after one person went from one cell to another."""
    people = {_place(cell): cell.people for cell in counted.cells}
    people[_place(before)] = people.get(_place(before), 0) - 1
    people[_place(after)] = people.get(_place(after), 0) + 1
    cells = (MarkCell(area, shift, mark, promised, n)
             for (area, shift, mark, promised), n in people.items())  # fmt: skip
    return replace(counted, cells=tuple(cell for cell in cells if cell.people))


def _place(cell: MarkCell) -> tuple[int, str | None, Mark, bool]:
    return cell.area, cell.shift, cell.mark, cell.promised


def believed(beliefs: Iterable[Belief], of: Belief) -> tuple[Belief, ...]:
    """Return the beliefs after adding ``of`` to the counts of its organizer and rating."""
    kept = {(each.organizer, each.rating): each for each in beliefs}
    key = (of.organizer, of.rating)
    old = kept.get(key, Belief(*key, 0, 0))
    kept[key] = Belief(*key, old.asked + of.asked, old.did + of.did)
    return tuple(each for each in kept.values() if each.asked)


def _written(counted: FrozenCounts) -> str:
    cells = [[c.area, c.shift, c.mark.value, int(c.promised), c.people] for c in counted.cells]
    return json.dumps({"cells": cells, "outside": counted.outside, "reported": counted.reported})


def _read(figures: str) -> FrozenCounts:
    told = json.loads(figures)
    return FrozenCounts(tuple(map(_cell, told["cells"])), told["outside"], told["reported"])


_MARKS = {mark.value: mark for mark in Mark}


def _cell(row: Sequence[Any]) -> MarkCell:
    area, shift, mark, promised, people = row
    return MarkCell(area, shift or None, _MARKS[mark], bool(promised), people)
