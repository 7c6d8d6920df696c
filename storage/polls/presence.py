"""Presence: since when the bot has seen each member in a committee's room, by its own clock."""

from datetime import datetime

from storage.core.lazy_dataclass import dataclass
from storage.core.model import UserId
from storage.core.repository import Repository
from storage.core.rows import moment


@dataclass(frozen=True, slots=True)
class SeenPresence:
    """Since when a member is in the room, and since when away. Aware, UTC; 1970: from the start."""

    since: datetime
    away: datetime | None


@dataclass(frozen=True, slots=True)
class PollPresence(Repository):
    """Presence of one committee's members."""

    async def all(self) -> dict[UserId, SeenPresence]:
        """Return everybody who is in the room, or was until lately."""
        rows = await self.tx.all(
            "SELECT person, since, away FROM poll_presence WHERE committee = ? ORDER BY person",
            (self.committee,),
        )
        return {
            UserId(row["person"]): SeenPresence(
                moment(row["since"]), None if row["away"] is None else moment(row["away"])
            )
            for row in rows
        }

    async def put(self, person: UserId, seen: SeenPresence) -> None:
        """Insert or replace a member's presence."""
        await self.tx.put(
            "poll_presence",
            committee=self.committee,
            person=person,
            since=seen.since,
            away=seen.away,
        )

    async def drop(self, person: UserId) -> None:
        """Delete the presence of somebody who was away so long that they would be new."""
        await self.tx.execute(
            "DELETE FROM poll_presence WHERE committee = ? AND person = ?",
            (self.committee, person),
        )
