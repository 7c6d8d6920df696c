"""Joint tests of several committees, which show each other counts and nothing else."""

import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from storage.core.lazy_dataclass import dataclass
from storage.core.model import CommitteeId
from storage.core.repository import Counts
from storage.structure_tests.figures import StructureFigures
from storage.structure_tests.model import FrozenCounts, Mark, PublishedCounts, StructureTest
from storage.structure_tests.register import StructureTests

LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
LENGTH = 6
"""Whoever knows a code could join, a lead alone and once: thirty bits are enough."""


@dataclass(frozen=True, slots=True)
class JointArea:
    """An area of another committee, without its name."""

    people: int
    did: int


@dataclass(frozen=True, slots=True)
class JointSide:
    """One committee's part of a joint test."""

    committee: str
    mine: bool
    open: bool
    did: int
    areas: tuple[JointArea, ...]

    @property
    def people(self) -> int:
        """The number of people in all areas together."""
        return sum(area.people for area in self.areas)


Renewed = Callable[[PublishedCounts | None, FrozenCounts], PublishedCounts]


@dataclass(frozen=True, slots=True)
class JointTests(Counts):
    """One committee's view of joint tests."""

    async def invite(self, test: StructureTest, at: datetime) -> str:
        """Return the code by which another committee's lead joins; the same for everybody who asks."""
        if test.joint is None:
            code = "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
            joint = await self.tx.add("joint_tests", code=code, committee=self.committee, at=at)
            await self.tx.execute("UPDATE tests SET joint = ? WHERE id = ?", (joint, test.id))
            return code
        return str(await self.tx.value("SELECT code FROM joint_tests WHERE id = ?", (test.joint,)))

    async def join(self, test: StructureTest, code: str) -> StructureTest | None:
        """Make a test part of the joint test with a code; None when there is no such code."""
        joint = await self.tx.value("SELECT id FROM joint_tests WHERE code = ?", (code,))
        if joint is None:
            return None
        await self.tx.execute("UPDATE tests SET joint = ? WHERE id = ?", (joint, test.id))
        return replace(test, joint=int(str(joint)))

    async def leave(self, test: StructureTest) -> None:
        """Take a test out of its joint test."""
        await self.tx.execute("UPDATE tests SET joint = NULL WHERE id = ?", (test.id,))

    async def part_in(self, joint: int) -> bool:
        """Whether the committee already takes part in a joint test."""
        found = await self.tx.value(
            "SELECT 1 FROM live_tests AS t WHERE t.joint = ? AND t.committee = ? LIMIT 1",
            (joint, self.committee),
        )
        return found is not None

    async def in_a_coalition(self, test: StructureTest) -> bool:
        """Whether a test's counts are told to committees of other bots (storage/coalition/joint.py)."""
        found = await self.tx.value("SELECT 1 FROM coalition_tests WHERE test = ?", (test.id,))
        return found is not None

    async def by_code(self, code: str) -> int | None:
        """Return the id of the joint test with a code; None if there is none."""
        found = await self.tx.value("SELECT id FROM joint_tests WHERE code = ?", (code,))
        return None if found is None else int(str(found))

    async def sides(self, joint: int, renewed: Renewed) -> list[JointSide]:
        """Return every committee's published counts, the own committee's first.

        ``renewed``: what is told now, after what was told last, of an open test.
        """
        rows = await self.tx.all(
            "SELECT t.number, t.committee, k.name FROM live_tests AS t "
            "JOIN committees AS k ON k.id = t.committee WHERE t.joint = ? "
            "ORDER BY t.committee <> ?, k.name, t.id",
            (joint, self.committee),
        )
        found: list[JointSide] = []
        for row in rows:
            committee = CommitteeId(row["committee"])
            test = await StructureTests(self.tx, committee).by_number(row["number"])
            if test is not None:
                found.append(await self._side(committee, row["name"], test, renewed))
        return found

    async def _side(
        self, committee: CommitteeId, name: str, test: StructureTest, renewed: Renewed
    ) -> JointSide:
        figures = StructureFigures(self.tx, committee)
        whole = counted = await figures.of(test)
        if test.open and not test.count_only:
            last = await figures.told(test)
            told = renewed(last, counted)
            if told != last:
                await figures.tell(test, told)
            whole, counted = told.whole, told.rows
        in_all = sum(cell.people for cell in whole.cells if cell.mark is Mark.DID)
        people: dict[int, int] = {}
        did: dict[int, int] = {}
        for cell in counted.cells:
            people[cell.area] = people.get(cell.area, 0) + cell.people
            took_part = cell.people if cell.mark is Mark.DID else 0
            did[cell.area] = did.get(cell.area, 0) + took_part
        areas = tuple(JointArea(people[area], did[area]) for area in sorted(people))
        return JointSide(name, committee == self.committee, test.open, in_all, areas)
