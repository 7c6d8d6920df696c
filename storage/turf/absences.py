"""Who is away and who stands in, and whose part in the committee has ended."""

from dataclasses import dataclass
from datetime import date, datetime

from storage.core.model import Contact, EntryId, UserId
from storage.core.repository import Repository


@dataclass(frozen=True, slots=True)
class Absence:
    """Somebody is away up to and including a day; until then ``cover`` sees and does what they do."""

    organizer: UserId
    cover: UserId
    until: date


@dataclass(frozen=True, slots=True)
class Absences(Repository):
    """One committee's absences. Days are days of the committee's calendar."""

    async def begin(self, entry: EntryId, absence: Absence, at: datetime) -> None:
        await self._write(entry, absence, at, ended=False)

    async def end(self, entry: EntryId, absence: Absence, at: datetime) -> None:
        """They are back before the day that was said."""
        await self._write(entry, absence, at, ended=True)

    async def of(self, organizer: UserId, today: date) -> Absence | None:
        """The absence somebody is on today."""
        return await self.tx.record(
            Absence,
            "SELECT *, until_day AS until FROM current_absences "
            "WHERE committee = ? AND organizer = ? AND until_day >= ?",
            (self.committee, organizer, today.isoformat()),
        )

    async def covered_by(self, cover: UserId, today: date) -> list[Absence]:
        """Whom somebody stands in for today, whoever is back soonest first."""
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
        """Whose absence an entry was about."""
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
class Barred(Repository):
    """People whose part in one committee a lead has ended, whether they are in its room or not."""

    async def bar(self, entry: EntryId, person: UserId) -> None:
        await self.tx.put("barred", committee=self.committee, person=person, entry=entry)

    async def whose(self, entry: EntryId) -> UserId | None:
        """Whose part an entry ended, if it still is; None: nobody's."""
        found = await self.tx.value(
            "SELECT person FROM barred WHERE committee = ? AND entry = ?", (self.committee, entry)
        )
        return None if found is None else UserId(str(found))

    async def lift(self, person: UserId) -> bool:
        """Let somebody take part again; whether they were barred."""
        was = await self.includes(person)
        await self.tx.execute(
            "DELETE FROM barred WHERE committee = ? AND person = ?", (self.committee, person)
        )
        return was

    async def includes(self, person: UserId) -> bool:
        found = await self.tx.value(
            "SELECT 1 FROM live_barred WHERE committee = ? AND person = ?",
            (self.committee, person),
        )
        return found is not None

    async def people(self) -> set[UserId]:
        rows = await self.tx.all(
            "SELECT person FROM live_barred WHERE committee = ? AND person > ''",
            (self.committee,),
        )
        return {UserId(row["person"]) for row in rows}
