"""Who is away and who stands in, and whose part in the committee has ended."""

from dataclasses import dataclass
from datetime import date, datetime

from storage.core.driver import Row
from storage.core.model import Contact, EntryId, UserId
from storage.core.repository import Repository, millis
from storage.names.called import COUNTS


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
        row = await self.tx.one(
            "SELECT organizer, cover, until_day, ended FROM absences AS a WHERE committee = ? "
            f"AND organizer = ? AND {COUNTS.format(row='a')} ORDER BY id DESC LIMIT 1",
            (self.committee, organizer),
        )
        if row is None or row["ended"] or row["until_day"] < today.isoformat():
            return None
        return _absence(row)

    async def covered_by(self, cover: UserId, today: date) -> list[Absence]:
        """Whom somebody stands in for today, whoever is back soonest first."""
        rows = await self.tx.all(
            "SELECT organizer, cover, until_day FROM absences AS a "
            "WHERE committee = ? AND cover = ? AND until_day >= ? AND NOT ended "
            f"AND {COUNTS.format(row='a')} AND NOT EXISTS (SELECT 1 FROM absences AS n "
            "WHERE n.committee = a.committee AND n.organizer = a.organizer AND n.id > a.id "
            f"AND {COUNTS.format(row='n')}) ORDER BY until_day, organizer",
            (self.committee, cover, today.isoformat()),
        )
        return [_absence(row) for row in rows]

    async def may_stand_in(self, contact: Contact, user: UserId, today: date) -> bool:
        """Whether somebody covers for the contact's organizer today, or is their backup."""
        found = await self.tx.value(
            "SELECT 1 FROM assignments AS a WHERE a.contact = ? AND a.organizer = ? "
            f"AND a.part = 'backup' AND NOT a.ended AND {COUNTS.format(row='a')} "
            "AND NOT EXISTS (SELECT 1 FROM assignments AS n WHERE n.contact = a.contact "
            "AND n.organizer = a.organizer AND n.part = 'backup' AND n.id > a.id "
            f"AND {COUNTS.format(row='n')}) LIMIT 1",
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
        await self.tx.insert(
            "INSERT INTO absences(committee, organizer, cover, until_day, ended, at, entry) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                self.committee,
                absence.organizer,
                absence.cover,
                absence.until.isoformat(),
                ended,
                millis(at),
                entry,
            ),
        )


@dataclass(frozen=True, slots=True)
class Barred(Repository):
    """People whose part in one committee a lead has ended, whether they are in its room or not."""

    async def bar(self, entry: EntryId, person: UserId) -> None:
        await self.tx.execute(
            "INSERT OR REPLACE INTO barred(committee, person, entry) VALUES (?, ?, ?)",
            (self.committee, person, entry),
        )

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
            "SELECT 1 FROM barred AS b WHERE committee = ? AND person = ? "
            f"AND {COUNTS.format(row='b')}",
            (self.committee, person),
        )
        return found is not None

    async def people(self) -> set[UserId]:
        rows = await self.tx.all(
            "SELECT person FROM barred AS b WHERE committee = ? AND person > '' "
            f"AND {COUNTS.format(row='b')}",
            (self.committee,),
        )
        return {UserId(row["person"]) for row in rows}


def _absence(row: Row) -> Absence:
    return Absence(
        UserId(row["organizer"]), UserId(row["cover"]), date.fromisoformat(row["until_day"])
    )
