"""What is written down beside a poll: whose ballots said the small print whole, whose roster counts."""

from collections.abc import Sequence
from dataclasses import dataclass

from commands.polls.model import PollKind
from storage.core.database import Database
from storage.core.model import UserId
from storage.polls.rosters import AllRosters
from storage.polls.small_print import SmallPrint


@dataclass(frozen=True, slots=True)
class Records:
    """Reads and notes, in transactions beside those of commands."""

    database: Database

    async def told(self, kind: PollKind) -> frozenset[UserId]:
        """The people who have had the small print with a poll of this kind."""
        async with self.database.transaction() as tx:
            return await SmallPrint(tx).told(kind.value)

    async def note(self, kind: PollKind, people: Sequence[UserId]) -> None:
        """Note that these people have it now."""
        async with self.database.transaction() as tx:
            await SmallPrint(tx).note(kind.value, people)

    async def without_result(self, poll: str) -> None:
        """The room was told that nothing of this poll is published: nothing can be compared with it."""
        async with self.database.transaction() as tx:
            await AllRosters(tx).without_result(poll)
