"""Who did what when; and taking the last of it back. One mechanism for undo, amend and audit."""

from dataclasses import dataclass
from datetime import datetime

from storage.core.model import ContactId, Entry, EntryId, EntryKind, UserId
from storage.core.repository import Common, Repository
from storage.core.rows import millis
from storage.history.derived import recompute_entry


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
            await self.tx.add(
                "history",
                committee=self.committee,
                author=self.author,
                at=self.now,
                kind=kind,
                contact=contact,
            )
        )

    async def last(self, author: UserId, since: datetime) -> Entry | None:
        """The newest thing this person did here since then and has not taken back."""
        return await self.tx.record(
            Entry,
            "SELECT id, kind, author, at, contact FROM history AS h "
            "WHERE committee = ? AND author = ? AND at >= ? AND reverses IS NULL AND NOT forgotten "
            "AND NOT EXISTS (SELECT 1 FROM history AS back WHERE back.reverses = h.id) "
            "ORDER BY id DESC LIMIT 1",
            (self.committee, author, millis(since)),
        )

    async def reverse(self, entry: Entry) -> None:
        """Take an entry back. Its rows stay and no longer count."""
        await self.tx.add(
            "history",
            committee=self.committee,
            author=self.author,
            at=self.now,
            kind=EntryKind.UNDONE,
            contact=entry.contact,
            reverses=entry.id,
        )
        await recompute_entry(self.tx, entry.id)
