"""Buddies: the organizer who is there for a new one in the first weeks. They see no more by it."""

from datetime import date, datetime

from storage.core.lazy_dataclass import dataclass
from storage.core.model import EntryId, UserId
from storage.core.repository import Repository

_SELECT = "SELECT *, until_day AS until FROM current_buddies AS t "


@dataclass(frozen=True, slots=True)
class BuddyPair:
    """A new organizer and the buddy who is there for them, up to and including ``until``."""

    newcomer: UserId
    buddy: UserId
    until: date


@dataclass(frozen=True, slots=True)
class Buddies(Repository):
    """One committee's buddies. Days are days of the committee's calendar."""

    async def begin(self, entry: EntryId, pair: BuddyPair, at: datetime) -> None:
        """Save who is somebody's buddy, whoever it was before."""
        await self._write(entry, pair, at, ended=False)

    async def end(self, entry: EntryId, pair: BuddyPair, at: datetime) -> None:
        """Save that somebody has that buddy no longer, before the announced day."""
        await self._write(entry, pair, at, ended=True)

    async def of(self, newcomer: UserId, today: date) -> BuddyPair | None:
        """Return who is somebody's buddy on ``today``; None if nobody is."""
        return await self.tx.record(
            BuddyPair,
            f"{_SELECT}WHERE t.committee = ? AND t.newcomer = ? AND t.until_day >= ?",
            (self.committee, newcomer, today.isoformat()),
        )

    async def of_buddy(self, buddy: UserId, today: date) -> list[BuddyPair]:
        """Return for whom somebody is the buddy on ``today``, the first to end first."""
        return await self.tx.records(
            BuddyPair,
            f"{_SELECT}WHERE t.committee = ? AND t.buddy = ? AND t.until_day >= ? "
            "ORDER BY t.until_day, t.newcomer",
            (self.committee, buddy, today.isoformat()),
        )

    async def pairs_with(self, person: UserId, today: date) -> list[BuddyPair]:
        """Return every pair that somebody is one of on ``today``: first as the buddy, then with one."""
        own = await self.of(person, today)
        found = await self.of_buddy(person, today)
        return found if own is None else [*found, own]

    async def all(self, today: date) -> list[BuddyPair]:
        """Return every pair on ``today``, the first to end first."""
        return await self.tx.records(
            BuddyPair,
            f"{_SELECT}WHERE t.committee = ? AND t.newcomer > '' AND t.until_day >= ? "
            "ORDER BY t.until_day, t.newcomer",
            (self.committee, today.isoformat()),
        )

    async def touched(self, entry: EntryId) -> list[BuddyPair]:
        """Return the pairs that an entry made or ended, taken back or not."""
        return await self.tx.records(
            BuddyPair,
            "SELECT *, until_day AS until FROM buddies WHERE entry = ? ORDER BY id",
            (entry,),
        )

    async def drop(self, before: date) -> int:
        """Delete the rows of pairs whose last day was before ``before``; return how many."""
        return await self.tx.execute(
            "DELETE FROM buddies WHERE committee = ? AND newcomer > '' AND until_day < ?",
            (self.committee, before.isoformat()),
        )

    async def _write(self, entry: EntryId, pair: BuddyPair, at: datetime, *, ended: bool) -> None:
        await self.tx.add(
            "buddies",
            committee=self.committee,
            newcomer=pair.newcomer,
            buddy=pair.buddy,
            until_day=pair.until,
            ended=ended,
            at=at,
            entry=entry,
        )
