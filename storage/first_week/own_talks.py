"""Own talks: how many one-on-ones an organizer had, and what became of the people they rated."""

from collections.abc import Sequence

from storage.core.lazy_dataclass import dataclass
from storage.core.model import UserId
from storage.core.repository import Repository
from storage.structure_tests.figures import StructureFigures
from storage.structure_tests.model import Belief, StructureTest
from storage.structure_tests.register import StructureTests


@dataclass(frozen=True, slots=True)
class OwnTalks(Repository):
    """One committee's talks, by who had them; counts only."""

    async def count(self, organizer: UserId, most: int) -> int:
        """Count the one-on-ones that somebody had themselves, at most ``most``; tries are none."""
        return await self.tx.number(
            "SELECT COUNT(*) FROM (SELECT 1 FROM current_conversations AS t "
            "WHERE t.committee = ? AND t.author = ? AND t.outcome = 'reached' LIMIT ?)",
            (self.committee, organizer, most),
        )

    async def beside_deeds(
        self, organizer: UserId, last: int
    ) -> tuple[Sequence[StructureTest], list[Belief]]:
        """Return the last closed tests, and how many of the organizer's own people acted by rating."""
        tests = await StructureTests(self.tx, self.committee).latest(last, closed=True)
        figures = StructureFigures(self.tx, self.committee)
        beliefs: list[Belief] = []
        for each in tests:
            beliefs += await figures.beliefs_of(each, organizer)
        return tests, beliefs
