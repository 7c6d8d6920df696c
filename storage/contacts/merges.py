"""Merges: two records of one person joined, taken apart again, or told apart."""

from datetime import date, datetime

from storage.contacts.contacts import Contacts
from storage.contacts.duplicates import Duplicates
from storage.contacts.followings import Followings
from storage.core.driver import Row
from storage.core.lazy_dataclass import dataclass
from storage.core.model import Contact, ContactId, Entry, EntryId, EntryKind, UserId
from storage.core.repository import Repository
from storage.core.rows import millis, moment
from storage.history.derived import recompute


@dataclass(frozen=True, slots=True)
class RecordAmounts:
    """Counts of what is kept under one record."""

    talks: int
    ratings: int
    follow_ups: int
    """Open ones."""


@dataclass(frozen=True, slots=True)
class Merge:
    """A merge that is not taken back."""

    entry: Entry
    kept: ContactId
    dropped: ContactId
    dropped_number: int


@dataclass(frozen=True, slots=True)
class Pair:
    """Two contacts that may be one person."""

    number: int
    one: Contact
    other: Contact


@dataclass(frozen=True, slots=True)
class Merges(Repository):
    """One committee's merges, and the pairs that wait for an answer."""

    today: date

    async def records(self, *contacts: ContactId) -> list[int]:
        """Return row ids of the given contacts and of the records merged into each."""
        found: list[int] = []
        for contact in contacts:
            rows = await self.tx.all(
                "SELECT ?1 AS id UNION ALL SELECT id FROM contacts WHERE merged_into = ?1",
                (contact,),
            )
            found += [row["id"] for row in rows]
        return found

    async def tally(self, contact: ContactId) -> RecordAmounts:
        """Count what is kept under a contact, merged records included."""
        counts = [
            await self.tx.value(
                f"SELECT COUNT(*) FROM {table} AS t WHERE t.contact IN (SELECT ?1 UNION ALL "
                f"SELECT id FROM contacts WHERE merged_into = ?1) AND {which}",
                (contact,),
            )
            for table, which in (
                ("live_conversations", "t.replaces IS NULL"),
                ("live_assessments", "TRUE"),
                ("follow_ups", "t.open"),
            )
        ]
        talks, ratings, follow_ups = (int(str(count)) for count in counts)
        return RecordAmounts(talks, ratings, follow_ups)

    async def merge(self, entry: EntryId, kept: Contact, dropped: Contact, at: datetime) -> None:
        """Join two records. What the kept record lacks is taken from the dropped one."""
        await self.tx.add("merges", kept=kept.id, dropped=dropped.id, at=at, entry=entry)
        if kept.organizer is None and dropped.organizer is not None:
            await self.tx.insert(
                "INSERT INTO assignments(contact, organizer, part, at, entry) "
                "VALUES (?, ?, 'primary', ?, ?)",
                (kept.id, dropped.organizer, millis(at), entry),
            )
        if kept.area is None and kept.shift is None:
            await self.tx.execute(
                "INSERT INTO placements(contact, area, shift, from_day, entry) "
                "SELECT ?1, p.area, p.shift, p.from_day, ?3 FROM live_placements AS p "
                "WHERE p.contact = ?2 ORDER BY p.id",
                (kept.id, dropped.id, entry),
            )
        await recompute(self.tx, [kept.id, dropped.id])
        followings = Followings(self.tx, self.committee, self.today)
        if await followings.in_a_circle([kept.id]):
            # One of them stood, over somebody, behind the other.
            await followings.put(entry, [kept.id], None)

    async def newest(self, kept: ContactId) -> Merge | None:
        """Return the last merge into a record; None if none counts."""
        return _merge(
            await self.tx.one(
                _MERGE + "WHERE m.kept = ? ORDER BY m.id DESC LIMIT 1",
                (kept,),
            )
        )

    async def of(self, number: int) -> Merge | None:
        """Return the merge that dropped the record with a handle number; None if no such merge counts."""
        return _merge(
            await self.tx.one(
                _MERGE + "WHERE m.dropped = (SELECT id FROM contacts WHERE committee = ? "
                "AND number = ?) LIMIT 1",
                (self.committee, number),
            )
        )

    async def pairs(self, limit: int) -> list[Pair]:
        """Return the first open pairs; if there are too few, search on for a bounded time."""
        if len(await self._open(limit)) < limit:
            await Duplicates(self.tx, self.committee, self.today).look_on()
        rows = await self._open(limit)
        ids = [row[side] for row in rows for side in ("one", "other")]
        contacts = {c.id: c for c in await self._contacts.all(ids)}
        return [Pair(row["number"], contacts[row["one"]], contacts[row["other"]]) for row in rows]

    async def count_open(self, most: int) -> int:
        """Count the open pairs that were found so far, at most ``most``."""
        return await self.tx.number(
            "SELECT COUNT(*) FROM (SELECT 1 FROM pairs WHERE committee = ? AND number > 0 AND open "
            "LIMIT ?)",
            (self.committee, most),
        )

    async def pair(self, number: int) -> Pair | None:
        """Return an open pair by its number; None if there is none."""
        row = await self.tx.one(
            "SELECT one, other FROM pairs WHERE committee = ? AND number = ? AND open",
            (self.committee, number),
        )
        if row is None:
            return None
        both = {c.id: c for c in await self._contacts.all([row["one"], row["other"]])}
        return Pair(number, both[row["one"]], both[row["other"]])

    async def told_apart(self, entry: EntryId, pair: Pair) -> None:
        """Save that the two contacts of a pair are two people; nobody is asked again."""
        await self.tx.execute(
            "INSERT INTO not_same(pair, entry) SELECT id, ? FROM pairs "
            "WHERE committee = ? AND number = ?",
            (entry, self.committee, pair.number),
        )
        await recompute(self.tx, [pair.one.id])

    @property
    def _contacts(self) -> Contacts:
        return Contacts(self.tx, self.committee, self.today)

    async def _open(self, limit: int) -> list[Row]:
        return await self.tx.all(
            "SELECT number, one, other FROM pairs WHERE committee = ? AND number > 0 AND open "
            "ORDER BY number LIMIT ?",
            (self.committee, limit),
        )


_MERGE = (
    "SELECT m.kept, m.dropped, m.entry, d.number, h.author, h.at FROM live_merges AS m "
    "JOIN history AS h ON h.id = m.entry JOIN contacts AS d ON d.id = m.dropped "
)


def _merge(row: Row | None) -> Merge | None:
    if row is None:
        return None
    kept = ContactId(row["kept"])
    entry = Entry(
        EntryId(row["entry"]), EntryKind.MERGED, UserId(row["author"]), moment(row["at"]), kept
    )
    return Merge(entry, kept, ContactId(row["dropped"]), row["number"])
