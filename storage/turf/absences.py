"""Absences of organizers with their covers, and people barred from a committee."""

from datetime import date, datetime

from storage.core.lazy_dataclass import dataclass
from storage.core.model import Contact, EntryId, UserId
from storage.core.repository import Common, Repository


@dataclass(frozen=True, slots=True)
class Absence:
    """Somebody is away up to and including ``until``; meanwhile ``cover`` sees and does what they do."""

    organizer: UserId
    cover: UserId
    until: date


@dataclass(frozen=True, slots=True)
class Absences(Repository):
    """One committee's absences. Days are days of the committee's calendar."""

    async def begin(self, entry: EntryId, absence: Absence, at: datetime) -> None:
        """Record the begin of an absence."""
        await self._write(entry, absence, at, ended=False)

    async def end(self, entry: EntryId, absence: Absence, at: datetime) -> None:
        """Record that somebody is back before the announced day."""
        await self._write(entry, absence, at, ended=True)

    async def of(self, organizer: UserId, today: date) -> Absence | None:
        """Return somebody's absence on ``today``; None if they are not away."""
        return await self.tx.record(
            Absence,
            "SELECT *, until_day AS until FROM current_absences "
            "WHERE committee = ? AND organizer = ? AND until_day >= ?",
            (self.committee, organizer, today.isoformat()),
        )

    async def covered_by(self, cover: UserId, today: date) -> list[Absence]:
        """Return the absences somebody covers today, sorted by the day of return."""
        return await self.tx.records(
            Absence,
            "SELECT *, until_day AS until FROM current_absences "
            "WHERE committee = ? AND cover = ? AND until_day >= ? ORDER BY until_day, organizer",
            (self.committee, cover, today.isoformat()),
        )

    async def may_stand_in(self, contact: Contact, user: UserId, today: date) -> bool:
        """Whether somebody covers for the contact's organizer today, or is their backup."""
        found = await self.tx.value(
            "SELECT 1 FROM current_backups WHERE contact = ? AND organizer = ? LIMIT 1",
            (contact.id, user),
        )
        if found is not None or contact.organizer is None:
            return found is not None
        absence = await self.of(contact.organizer, today)
        return absence is not None and absence.cover == user

    async def whose(self, entry: EntryId) -> UserId | None:
        """Return whose absence an entry was about; None: the entry was about none."""
        found = await self.tx.value("SELECT organizer FROM absences WHERE entry = ?", (entry,))
        return None if found is None else UserId(str(found))

    async def _write(self, entry: EntryId, absence: Absence, at: datetime, *, ended: bool) -> None:
        await self.tx.add(
            "absences",
            committee=self.committee,
            organizer=absence.organizer,
            cover=absence.cover,
            until_day=absence.until,
            ended=ended,
            at=at,
            entry=entry,
        )


@dataclass(frozen=True, slots=True)
class Barred(Common):
    """People whose part in one committee was ended by a lead, whether they are in its room or not."""

    async def bar(self, entry: EntryId, person: UserId) -> None:
        """Bar a person from the committee."""
        await self.tx.put("barred", committee=self.committee, person=person, entry=entry)

    async def whose(self, entry: EntryId) -> UserId | None:
        """Return whom an entry barred and who still is; None: nobody."""
        found = await self.tx.value(
            "SELECT person FROM barred WHERE committee = ? AND entry = ?", (self.committee, entry)
        )
        return None if found is None else UserId(str(found))

    async def lift(self, person: UserId) -> bool:
        """Let somebody take part again; False if they were not barred."""
        was = await self.includes(person)
        await self.tx.execute(
            "DELETE FROM barred WHERE committee = ? AND person = ?", (self.committee, person)
        )
        return was

    async def includes(self, person: UserId) -> bool:
        """Whether a person is barred, by an entry not taken back."""
        found = await self.tx.value(
            "SELECT 1 FROM live_barred WHERE committee = ? AND person = ?",
            (self.committee, person),
        )
        return found is not None

    async def people(self) -> set[UserId]:
        """Return everybody who is barred."""
        rows = await self.tx.all(
            "SELECT person FROM live_barred WHERE committee = ? AND person > ''",
            (self.committee,),
        )
        return {UserId(row["person"]) for row in rows}
