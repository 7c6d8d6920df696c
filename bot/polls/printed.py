"""Whose ballots say the small print whole, and whose in short."""

from collections.abc import Sequence
from dataclasses import dataclass

from commands.polls.model import Kind
from storage.database import Database
from storage.model import UserId
from storage.small_print import SmallPrint


@dataclass(frozen=True, slots=True)
class Printed:
    """Reads and notes who has had the small print, in transactions beside those of commands."""

    database: Database

    async def told(self, kind: Kind) -> frozenset[UserId]:
        """The people who have had the small print with a poll of this kind."""
        async with self.database.transaction() as tx:
            return await SmallPrint(tx).told(kind.value)

    async def note(self, kind: Kind, people: Sequence[UserId]) -> None:
        """Note that these people have it now."""
        async with self.database.transaction() as tx:
            await SmallPrint(tx).note(kind.value, people)
