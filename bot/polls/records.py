"""Facts stored beside polls: who has had the small print whole, and which rosters count."""

from collections.abc import Sequence

from commands.polls.model import PollKind
from storage.core.database import Database
from storage.core.lazy_dataclass import dataclass
from storage.core.model import UserId
from storage.polls.rosters import AllRosters
from storage.polls.small_print import SmallPrint


@dataclass(frozen=True, slots=True)
class Records:
    """Reads and writes facts beside polls, in transactions apart from those of commands."""

    database: Database

    async def told(self, kind: PollKind) -> frozenset[UserId]:
        """The people who already received the small print with a poll of the given kind."""
        async with self.database.transaction() as tx:
            return await SmallPrint(tx).told(kind.value)

    async def note(self, kind: PollKind, people: Sequence[UserId]) -> None:
        """Record that people have received the small print."""
        async with self.database.transaction() as tx:
            await SmallPrint(tx).note(kind.value, people)

    async def needs_box(self, ref: str, code: str) -> bool:
        """Whether a coalition poll may still need the totals that are in its box here."""
        # Late: few committees are in a coalition.
        from storage.coalition.polls import CoalitionPolls  # noqa: PLC0415

        async with self.database.transaction() as tx:
            return await CoalitionPolls(tx).needs_box(ref, code)

    async def knows_sum(self, ref: str, code: str) -> bool:
        """Whether the committee is still in the coalition that asked a poll."""
        from storage.coalition.polls import CoalitionPolls  # noqa: PLC0415

        async with self.database.transaction() as tx:
            return await CoalitionPolls(tx).knows(ref, code)

    async def without_result(self, poll: str) -> None:
        """Record that nothing of a poll was published, so that later polls are not compared with it."""
        async with self.database.transaction() as tx:
            await AllRosters(tx).without_result(poll)
