"""Departures: what somebody carried goes back to the pool when they leave; what they wrote stays."""

from collections.abc import Sequence
from datetime import date, datetime

from storage.contacts.drafts import Drafts
from storage.contacts.follow_ups import FollowUps
from storage.core.lazy_dataclass import dataclass
from storage.core.model import Entry, EntryId, EntryKind, UserId
from storage.core.repository import Repository
from storage.first_week.buddies import Buddies, BuddyPair
from storage.meetings.actions import Actions
from storage.meetings.calendar_dates import CalendarDates
from storage.turf.absences import Absence, Absences
from storage.turf.turf import Handed, Turf


@dataclass(frozen=True, slots=True)
class Departures(Repository):
    """One committee's departures."""

    async def carried(self, user: UserId, day: date) -> Handed:
        """Count what somebody would leave behind."""
        turf = Turf(self.tx, self.committee)
        return Handed(
            await turf.load(user, day),
            await FollowUps(self.tx, self.committee).count_open(user),
            len(await turf.backed_up_by(user)),
        )

    async def absences(self, user: UserId, day: date) -> Sequence[Absence]:
        """Return the absences somebody covers, and last their own if they are away."""
        absences = Absences(self.tx, self.committee)
        own = await absences.of(user, day)
        covered = await absences.covered_by(user, day)
        return covered if own is None else [*covered, own]

    async def buddies(self, user: UserId, day: date) -> Sequence[BuddyPair]:
        """Return the pairs somebody is one of: those in which they are the buddy first."""
        return await Buddies(self.tx, self.committee).pairs_with(user, day)

    async def dates_in_calendar(self, user: UserId, now: datetime) -> int:
        """Count the future meeting dates that somebody was sent a calendar file with."""
        return await CalendarDates(self.tx, self.committee).ahead_of(user, now)

    async def to_do(self, user: UserId) -> list[int]:
        """Return the numbers of the open action items that are somebody's."""
        return [
            each.number
            for each in await Actions(self.tx, self.committee).open()
            if each.owner == user
        ]

    async def part(self, entry: EntryId, user: UserId, at: datetime, day: date) -> None:
        """Put what somebody carried back into the pool, and end their absences, covers and buddies.

        Drafts go, and what is known of their calendar.
        """
        ended = await self.absences(user, day)
        await Turf(self.tx, self.committee).hand_over(entry, user, None, at)
        for absence in ended:
            await Absences(self.tx, self.committee).end(entry, absence, at)
        for pair in await self.buddies(user, day):
            await Buddies(self.tx, self.committee).end(entry, pair, at)
        await self.forget(user)

    async def last(self, user: UserId) -> Entry | None:
        """Return the entry by which somebody last left contacts or absences behind, if it still counts.

        None as well while their part has ended: then it is the end that is taken back.
        """
        return await self.tx.record(
            Entry,
            "WITH parted(entry) AS (SELECT entry FROM assignments WHERE organizer = ?3 AND ended "
            "UNION SELECT entry FROM absences WHERE committee = ?1 AND organizer = ?3 AND ended "
            "UNION SELECT entry FROM absences WHERE committee = ?1 AND cover = ?3 AND ended) "
            "SELECT h.id, h.kind, h.author, h.at, NULL AS contact FROM parted JOIN history AS h ON h.id = parted.entry "
            "WHERE h.committee = ?1 AND h.kind = ?2 AND h.reverses IS NULL AND NOT h.forgotten "
            "AND NOT EXISTS (SELECT 1 FROM history AS back WHERE back.reverses = h.id) "
            "AND NOT EXISTS (SELECT 1 FROM barred AS b WHERE b.entry = h.id) "
            "ORDER BY h.id DESC LIMIT 1",
            (self.committee, EntryKind.OFFBOARDED.value, user),
        )

    async def forget(self, user: UserId) -> None:
        """Delete somebody's drafts, and the record of their calendar files."""
        await Drafts(self.tx, self.committee).drop(user)
        await CalendarDates(self.tx, self.committee).drop(user)
