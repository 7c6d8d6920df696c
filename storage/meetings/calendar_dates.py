"""Calendar dates: which meeting times people were sent in a calendar file, as far as known."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from storage.core.driver import Row
from storage.core.lazy_dataclass import dataclass
from storage.core.model import UserId
from storage.core.repository import Common
from storage.core.rows import millis, moment
from storage.meetings.meetings import MeetingId, Occurrence, OccurrenceId


@dataclass(frozen=True, slots=True)
class HeldDate:
    """A meeting time as the person's last calendar file has the time."""

    seq: int
    """Version of the time in the file; -1: nobody knows whether the time was in a file."""
    at: datetime
    """UTC."""
    ends: datetime
    live: bool
    """False: the person was told to delete the date."""

    def is_now(self, date: Occurrence) -> bool:
        """Whether the person's calendar shows the present time of a meeting."""
        return self.live and date.live and (self.at, self.ends) == (date.at, date.ends)


@dataclass(frozen=True, slots=True)
class LastFile:
    """The last calendar file of a meeting that somebody was sent: title, and when made (UTC)."""

    title: str | None
    made: datetime


@dataclass(frozen=True, slots=True)
class CalendarDates(Common):
    """Dates of one committee's meetings in people's calendars."""

    async def last_file(self, meeting: MeetingId, person: UserId) -> LastFile | None:
        """Return the last calendar file of a meeting sent to a person; None: none was."""
        row = await self.tx.one(
            "SELECT title, made FROM calendar_files WHERE meeting = ? AND person = ?",
            (meeting, person),
        )
        return None if row is None else LastFile(row["title"], moment(row["made"]).astimezone(UTC))

    async def held(self, meeting: MeetingId, person: UserId) -> dict[OccurrenceId, HeldDate]:
        """Return the times of a meeting that a person was sent, by occurrence."""
        rows = await self.tx.all(
            "SELECT d.* FROM calendar_dates AS d JOIN occurrences AS o ON o.id = d.occurrence "
            "WHERE o.meeting = ? AND o.committee = ? AND d.person = ?",
            (meeting, self.committee, person),
        )
        return {OccurrenceId(row["occurrence"]): _held(row) for row in rows}

    async def holders(self, date: OccurrenceId) -> dict[UserId, HeldDate]:
        """Return everybody who was sent a meeting time, with what they were sent."""
        rows = await self.tx.all("SELECT * FROM calendar_dates WHERE occurrence = ?", (date,))
        return {UserId(row["person"]): _held(row) for row in rows}

    async def sent(
        self,
        meeting: MeetingId,
        person: UserId,
        dates: Sequence[Occurrence],
        title: str,
        made: datetime,
    ) -> None:
        """Note which times a person was sent in a calendar file; cancelled times as to be deleted."""
        await self.tx.put("calendar_files", meeting=meeting, person=person, title=title, made=made)
        for each in dates:
            await self.tx.put(
                "calendar_dates",
                occurrence=each.id,
                person=person,
                seq=each.seq,
                start_at=each.at,
                end_at=each.ends,
                live=each.live,
            )

    async def ahead_of(self, person: UserId, now: datetime) -> int:
        """Count the future meeting times in a person's calendar."""
        return await self.tx.number(
            "SELECT COUNT(*) FROM calendar_dates AS d JOIN occurrences AS o ON o.id = d.occurrence "
            "WHERE d.person = ? AND o.committee = ? AND d.live AND d.seq >= 0 AND d.end_at > ?",
            (person, self.committee, millis(now)),
        )

    async def drop(self, person: UserId) -> None:
        """Delete the record of a person's calendar: they have left, and get no corrections any more."""
        await self.tx.execute(
            "DELETE FROM calendar_dates WHERE person = ? AND occurrence IN "
            "(SELECT id FROM occurrences WHERE committee = ?)",
            (person, self.committee),
        )
        await self.tx.execute(
            "DELETE FROM calendar_files WHERE person = ? AND meeting IN "
            "(SELECT id FROM meetings WHERE committee = ?)",
            (person, self.committee),
        )


def after(last: LastFile | None, now: datetime) -> datetime:
    """Return the time stamp (UTC, whole seconds) of a new file: later than the last one's in any case."""
    this = now.astimezone(UTC).replace(microsecond=0)
    return this if last is None else max(this, last.made + timedelta(seconds=1))


async def everybody(
    dates: CalendarDates, changed: Sequence[Occurrence]
) -> Mapping[UserId, list[tuple[Occurrence, HeldDate]]]:
    """Return for each person which of the changed times they were sent, with what they were sent."""
    found: defaultdict[UserId, list[tuple[Occurrence, HeldDate]]] = defaultdict(list)
    for each in sorted(changed, key=lambda one: one.at):
        for person, held in (await dates.holders(each.id)).items():
            found[person].append((each, held))
    return found


def _held(row: Row) -> HeldDate:
    return HeldDate(
        row["seq"],
        moment(row["start_at"]).astimezone(UTC),
        moment(row["end_at"]).astimezone(UTC),
        bool(row["live"]),
    )
