"""Who did what when; and taking the last of it back. One mechanism for undo, amend and audit."""

from dataclasses import dataclass
from datetime import datetime

from storage.core.model import ContactId, Entry, EntryId, EntryKind, UserId
from storage.core.repository import Common, Repository, millis, moment
from storage.history.derived import settle_entry
from storage.names.called import COUNTS
from storage.structure_tests.undo import ABOUT_TESTS, stands

__all__ = ["COUNTS", "Entries", "History"]


@dataclass(frozen=True, slots=True)
class Entries(Common):
    """Beginning entries about what a committee does together; nothing can be read by it."""

    author: UserId
    now: datetime

    async def record(self, kind: EntryKind) -> EntryId:
        """Begin an entry; the rows written for it name it."""
        return await History(self.tx, self.committee, self.author, self.now).record(kind)


@dataclass(frozen=True, slots=True)
class History(Repository):
    """One committee's history entries."""

    author: UserId
    now: datetime

    async def record(self, kind: EntryKind, contact: ContactId | None = None) -> EntryId:
        """Begin an entry; the rows written for it name it."""
        return EntryId(
            await self.tx.insert(
                "INSERT INTO history(committee, author, at, kind, contact) VALUES (?, ?, ?, ?, ?)",
                (self.committee, self.author, millis(self.now), kind.value, contact),
            )
        )

    async def last(self, author: UserId, since: datetime) -> Entry | None:
        """The newest thing this person did here since then and has not taken back."""
        row = await self.tx.one(
            "SELECT id, kind, author, at, contact FROM history AS h "
            "WHERE committee = ? AND author = ? AND at >= ? AND reverses IS NULL AND NOT forgotten "
            "AND NOT EXISTS (SELECT 1 FROM history AS back WHERE back.reverses = h.id) "
            "ORDER BY id DESC LIMIT 1",
            (self.committee, author, millis(since)),
        )
        if row is None:
            return None
        return Entry(
            id=EntryId(row["id"]),
            kind=EntryKind(row["kind"]),
            author=UserId(row["author"]),
            at=moment(row["at"]),
            contact=None if row["contact"] is None else ContactId(row["contact"]),
        )

    async def built_on(self, entry: Entry) -> bool:
        """Whether something later, not taken back, rests on what this entry added."""
        if entry.kind is EntryKind.CONTACT_ADDED:
            return await self._spoken_of_since(entry)
        if entry.kind in {EntryKind.CONVERSATION_LOGGED, EntryKind.CONVERSATION_EDITED}:
            return await self._edited_since(entry)
        if entry.kind is EntryKind.MEETING_CHANGED:
            return await self._answered_by_others(entry)
        if entry.kind is EntryKind.ACTION_CHANGED:
            return await self._worked_on_by_others(entry)
        return entry.kind in ABOUT_TESTS and await stands(self.tx, entry)

    async def _answered_by_others(self, entry: Entry) -> bool:
        """Whether others have answered, or added to, a meeting that this entry made."""
        within = " UNION ALL ".join(
            f"SELECT r.entry FROM occurrences AS o JOIN {table} AS r ON r.occurrence = o.id "
            f"WHERE o.meeting IN (SELECT id FROM meetings WHERE entry = ?1) "
            f"AND {COUNTS.format(row='r')}"
            for table in ("rsvps", "agenda_items", "minute_lines", "actions")
        )
        found = await self.tx.value(
            f"SELECT 1 FROM ({within} UNION ALL SELECT r.entry FROM availabilities AS r "
            "WHERE r.meeting IN (SELECT id FROM meetings WHERE entry = ?1) "
            f"AND {COUNTS.format(row='r')}) AS e JOIN history AS h ON h.id = e.entry "
            "WHERE h.author <> ?2 LIMIT 1",
            (entry.id, entry.author),
        )
        return found is not None

    async def _worked_on_by_others(self, entry: Entry) -> bool:
        """Whether others have done, or handed on, something to be done that this entry made."""
        found = await self.tx.value(
            "SELECT 1 FROM actions AS a JOIN action_events AS e ON e.action = a.id "
            "JOIN history AS h ON h.id = e.entry "
            f"WHERE a.entry = ?1 AND h.author <> ?2 AND {COUNTS.format(row='e')} LIMIT 1",
            (entry.id, entry.author),
        )
        return found is not None

    async def _spoken_of_since(self, entry: Entry) -> bool:
        found = await self.tx.value(
            "SELECT 1 FROM history AS h WHERE contact = ? AND id > ? AND reverses IS NULL "
            "AND NOT EXISTS (SELECT 1 FROM history AS back WHERE back.reverses = h.id) LIMIT 1",
            (entry.contact, entry.id),
        )
        merged = await self.tx.value(
            f"SELECT 1 FROM merges AS m WHERE dropped = ? AND {COUNTS.format(row='m')} LIMIT 1",
            (entry.contact,),
        )
        marked = await self.tx.value(
            f"SELECT 1 FROM test_marks AS m WHERE contact = ? AND {COUNTS.format(row='m')} LIMIT 1",
            (entry.contact,),
        )
        return any(each is not None for each in (found, merged, marked))

    async def _edited_since(self, entry: Entry) -> bool:
        found = await self.tx.value(
            "SELECT 1 FROM conversations AS t JOIN conversations AS n ON n.committee = t.committee "
            "AND n.number = t.number AND n.id > t.id "
            f"WHERE t.entry = ? AND n.entry <> t.entry AND {COUNTS.format(row='n')} LIMIT 1",
            (entry.id,),
        )
        return found is not None

    async def reverse(self, entry: Entry) -> None:
        """Take an entry back. Its rows stay and no longer count."""
        await self.tx.insert(
            "INSERT INTO history(committee, author, at, kind, contact, reverses) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            (
                self.committee,
                self.author,
                millis(self.now),
                EntryKind.UNDONE.value,
                entry.contact,
                entry.id,
            ),
        )
        await settle_entry(self.tx, entry.id)
        await self._settle_follow_ups_of(entry)
        await self._settle_owners_of(entry)

    async def _settle_follow_ups_of(self, entry: Entry) -> None:
        """Compute the derived columns anew for the follow-ups this entry touched."""
        counts = COUNTS.format(row="e")
        await self.tx.execute(
            "UPDATE follow_ups AS f SET "
            f"open = NOT EXISTS (SELECT 1 FROM follow_up_events AS e WHERE e.follow_up = f.id "
            f"  AND e.kind = 'done' AND {counts}) AND {COUNTS.format(row='f')}, "
            f"due_day = COALESCE((SELECT due_day FROM follow_up_events AS e "
            f"  WHERE e.follow_up = f.id AND e.kind = 'due' AND {counts} "
            f"  ORDER BY e.id DESC LIMIT 1), due_day) "
            "WHERE f.id IN (SELECT follow_up FROM follow_up_events WHERE entry = ?)",
            (entry.id,),
        )

    async def _settle_owners_of(self, entry: Entry) -> None:
        """Compute anew who owes the follow-ups that this entry gave to somebody."""
        await self.tx.execute(
            "UPDATE follow_ups SET owner = COALESCE((SELECT o.owner FROM follow_up_owners AS o "
            f"WHERE o.follow_up = follow_ups.id AND {COUNTS.format(row='o')} "
            "ORDER BY o.id DESC LIMIT 1), owner) "
            "WHERE id IN (SELECT follow_up FROM follow_up_owners WHERE entry = ?)",
            (entry.id,),
        )
