"""The counts of structure tests: of open ones as they are now, of closed ones as they were frozen."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from storage.model import EntryId, UserId
from storage.repository import Counts, millis, moment
from storage.settling import COUNTS
from storage.tests_model import OUTSIDE, Belief, Cell, Counted, Frozen, Mark, StructureTest


@dataclass(frozen=True, slots=True)
class Figures(Counts):
    """One committee's figures. Never who."""

    async def of(self, test: StructureTest) -> Counted:
        """What counts today."""
        if test.open:
            return await self.now(test)
        return (await self.history(test))[-1].counted

    async def now(self, test: StructureTest) -> Counted:
        """Counted from the records, whether the test is closed or not."""
        return await (self._turnouts(test) if test.count_only else self._people(test))

    async def history(self, test: StructureTest) -> list[Frozen]:
        """What a test closed with, and then each amendment, oldest first."""
        rows = await self.tx.all(
            "SELECT f.figures, f.author, f.at, f.why FROM test_figures AS f WHERE f.test = ? "
            f"AND {COUNTS.format(row='f')} ORDER BY f.id",
            (test.id,),
        )
        return [
            Frozen(_read(row["figures"]), UserId(row["author"]), moment(row["at"]), row["why"])
            for row in rows
        ]

    async def freeze(
        self, entry: EntryId, test: StructureTest, counted: Counted, author: UserId, at: datetime,
        *, why: str | None = None,
    ) -> None:  # fmt: skip
        """Keep figures for good. What was kept before stays beside them."""
        await self.tx.execute(
            "INSERT INTO test_figures(test, figures, why, author, at, entry) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            (test.id, _written(counted), why, author, millis(at), entry),
        )

    async def beliefs(self, test: StructureTest) -> tuple[Belief, ...]:
        """What was believed of people when the test opened, and how many of them were asked and did."""
        rows = await self.tx.all(
            "SELECT organizer, rating, SUM(mark > 0) AS asked, SUM(mark = 5) AS did "
            "FROM test_people WHERE test = ? AND area >= 0 AND counted GROUP BY organizer, rating",
            (test.id,),
        )
        return tuple(
            Belief(
                None if row["organizer"] is None else UserId(row["organizer"]),
                row["rating"],
                row["asked"],
                row["did"],
            )
            for row in rows
            if row["asked"]
        )

    async def together(self, tests: Sequence[StructureTest]) -> dict[int, int]:
        """How many people did which of some tests: bit 0 stands for the first of them."""
        # Two records of one person that were merged after a test closed are one person here.
        dids = " UNION ALL ".join(
            f"SELECT contact, {1 << place} AS bit FROM test_people INDEXED BY test_people_who_did "
            f"WHERE test = ?{place + 1} AND mark = 5 AND counted AND area >= 0"
            for place in range(len(tests))
        )
        rows = await self.tx.all(
            "SELECT mask, COUNT(*) AS n FROM (SELECT SUM(bit) AS mask FROM ("
            "SELECT DISTINCT CASE WHEN contact IN (SELECT id FROM contacts "
            "WHERE merged_into IS NOT NULL) THEN (SELECT merged_into FROM contacts AS c "
            f"WHERE c.id = contact) ELSE contact END AS person, bit FROM ({dids})) "
            "GROUP BY person) GROUP BY mask",
            [test.id for test in tests],
        )
        return {row["mask"]: row["n"] for row in rows}

    async def areas(self) -> dict[int, str]:
        """What the areas are called."""
        rows = await self.tx.all(
            "SELECT id, name FROM areas WHERE committee = ? AND folded >= ''", (self.committee,)
        )
        return {row["id"]: row["name"] for row in rows}

    async def _people(self, test: StructureTest) -> Counted:
        rows = await self.tx.all(
            "SELECT area, shift, mark, promised, COUNT(*) AS n FROM test_people "
            "INDEXED BY test_people_counted WHERE test = ? AND counted "
            "GROUP BY area, shift, mark, promised",
            (test.id,),
        )
        cells = [
            Cell(row["area"], row["shift"], Mark(row["mark"]), bool(row["promised"]), row["n"])
            for row in rows
        ]
        did = [cell.people for cell in cells if cell.area == OUTSIDE and cell.mark is Mark.DID]
        return Counted(tuple(cell for cell in cells if cell.area != OUTSIDE), sum(did))

    async def _turnouts(self, test: StructureTest) -> Counted:
        rows = await self.tx.all(
            "SELECT r.counted_with AS area, SUM(r.people) AS people, (SELECT n.did "
            "FROM test_turnouts AS n WHERE n.test = r.test AND n.area = r.counted_with "
            f"AND {COUNTS.format(row='n')} ORDER BY n.id DESC LIMIT 1) AS did "
            "FROM test_rows AS r WHERE r.test = ? GROUP BY r.counted_with",
            (test.id,),
        )
        cells: list[Cell] = []
        for row in rows:
            did = row["did"] or 0
            cells.append(Cell(row["area"], None, Mark.DID, False, did))
            cells.append(Cell(row["area"], None, Mark.NOT_ASKED, False, row["people"] - did))
        reported = sum(row["did"] is not None for row in rows)
        return Counted(tuple(cell for cell in cells if cell.people), 0, reported=reported)


def moved(counted: Counted, before: Cell, after: Cell) -> Counted:
    """The figures after one person went from one cell to another."""
    people = {_place(cell): cell.people for cell in counted.cells}
    people[_place(before)] = people.get(_place(before), 0) - 1
    people[_place(after)] = people.get(_place(after), 0) + 1
    cells = (Cell(area, shift, mark, promised, n)
             for (area, shift, mark, promised), n in people.items())  # fmt: skip
    return replace(counted, cells=tuple(cell for cell in cells if cell.people))


def _place(cell: Cell) -> tuple[int, str | None, Mark, bool]:
    return cell.area, cell.shift, cell.mark, cell.promised


def believed(beliefs: Iterable[Belief], of: Belief) -> tuple[Belief, ...]:
    """The beliefs after one person's ``asked`` and ``did`` changed by those of ``of``."""
    kept = {(each.organizer, each.rating): each for each in beliefs}
    key = (of.organizer, of.rating)
    old = kept.get(key, Belief(*key, 0, 0))
    kept[key] = Belief(*key, old.asked + of.asked, old.did + of.did)
    return tuple(each for each in kept.values() if each.asked)


def _written(counted: Counted) -> str:
    return json.dumps(
        {
            "cells": [
                [c.area, c.shift, c.mark.value, int(c.promised), c.people] for c in counted.cells
            ],
            "outside": counted.outside,
            "beliefs": [[b.organizer, b.rating, b.asked, b.did] for b in counted.beliefs],
            "reported": counted.reported,
        }
    )


def _read(figures: str) -> Counted:
    told = json.loads(figures)
    return Counted(
        tuple(_cell(row) for row in told["cells"]),
        told["outside"],
        tuple(
            Belief(None if who is None else UserId(who), rating, asked, did)
            for who, rating, asked, did in told["beliefs"]
        ),
        told["reported"],
    )


def _cell(row: Sequence[object]) -> Cell:
    area, shift, mark, promised, people = row
    return Cell(
        int(str(area)),
        None if shift is None else str(shift),
        Mark(mark),
        bool(promised),
        int(str(people)),
    )
