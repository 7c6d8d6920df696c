"""Whose records an organizer saw lately who are not in their care."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from storage.model import ContactId, UserId
from storage.repository import Repository, millis

KEPT = timedelta(days=1)
"""Older look-ups are of no use and are dropped with the next one."""


@dataclass(frozen=True, slots=True)
class LookUps(Repository):
    """One committee's look-ups."""

    async def of_others(
        self, numbers: Collection[int], care: Collection[UserId]
    ) -> list[ContactId]:
        """Those of the contacts with these handles who are in nobody's of these care."""
        rows = await self.tx.all(
            "SELECT id FROM contacts WHERE committee = ? "
            f"AND number IN ({','.join('?' * len(numbers))}) "
            f"AND (organizer IS NULL OR organizer NOT IN ({','.join('?' * len(care))}))",
            (self.committee, *numbers, *care),
        )
        return [ContactId(row["id"]) for row in rows]

    async def saw(self, viewer: UserId, contacts: Collection[ContactId], at: datetime) -> None:
        """Somebody sees these now."""
        await self.tx.execute(
            "DELETE FROM look_ups WHERE committee = ? AND viewer = ? AND at < ?",
            (self.committee, viewer, millis(at - KEPT)),
        )
        await self.tx.executemany(
            "INSERT OR REPLACE INTO look_ups(committee, viewer, contact, at) VALUES (?, ?, ?, ?)",
            [(self.committee, viewer, contact, millis(at)) for contact in contacts],
        )

    async def seen_since(self, viewer: UserId, since: datetime) -> int:
        """How many different contacts somebody saw since then."""
        count = await self.tx.value(
            "SELECT COUNT(*) FROM look_ups WHERE committee = ? AND viewer = ? AND at > ?",
            (self.committee, viewer, millis(since)),
        )
        return int(str(count))

    async def refused(self, viewer: UserId, at: datetime) -> int | None:
        """Count a refusal. How often that happened, if leads have not heard of it for a day."""
        heard = await self.tx.one(
            "SELECT at, times FROM look_ups_refused WHERE committee = ? AND viewer = ?",
            (self.committee, viewer),
        )
        silent = heard is None or heard["at"] <= millis(at - KEPT)
        times = 1 if heard is None else heard["times"] + 1
        told = millis(at) if heard is None or silent else heard["at"]
        await self.tx.execute(
            "INSERT OR REPLACE INTO look_ups_refused(committee, viewer, at, times) "
            "VALUES (?, ?, ?, ?)",
            (self.committee, viewer, told, times),
        )
        return times if silent else None
