"""History entries: who did what when, and how the last one is taken back (undo, amend, audit)."""

from datetime import datetime

from storage.core.lazy_dataclass import dataclass
from storage.core.model import ContactId, Entry, EntryId, EntryKind, UserId
from storage.core.repository import Common, Repository
from storage.core.rows import millis
from storage.history.derived import recompute_entry


@dataclass(frozen=True, slots=True)
class Entries(Common):
    """Write-only history of a committee, for commands given in the room: nothing can be read."""

    author: UserId
    now: datetime

    async def record(self, kind: EntryKind) -> EntryId:
        """Begin a history entry; rows written for the entry refer to the returned id."""
        return await History(self.tx, self.committee, self.author, self.now).record(kind)


@dataclass(frozen=True, slots=True)
class History(Repository):
    """One committee's history entries."""

    author: UserId
    now: datetime

    async def record(self, kind: EntryKind, contact: ContactId | None = None) -> EntryId:
        """Begin a history entry; rows written for the entry refer to the returned id.

        ``contact``: whom the entry is about; None: nobody in particular.
        """
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
        """Return the newest entry of ``author`` since then that is not taken back; None: there is none."""
        return await self.tx.record(
            Entry,
            "SELECT id, kind, author, at, contact FROM history AS h "
            "WHERE committee = ? AND author = ? AND at >= ? AND NOT forgotten "
            f"AND (reverses IS NULL OR kind = '{EntryKind.TALK_WITHDRAWN.value}') "
            "AND NOT EXISTS (SELECT 1 FROM history AS back WHERE back.reverses = h.id) "
            "ORDER BY id DESC LIMIT 1",
            (self.committee, author, millis(since)),
        )

    async def newest(self, author: UserId) -> EntryId | None:
        """Return the newest entry of ``author``, one that takes another back as well; None: no entry."""
        found = await self.tx.value(
            "SELECT MAX(id) FROM history WHERE committee = ? AND author = ?",
            (self.committee, author),
        )
        return None if found is None else EntryId(int(str(found)))

    async def reverse(self, entry: Entry, kind: EntryKind = EntryKind.UNDONE) -> EntryId:
        """Take an entry back: its rows stay, no longer count, and derived columns are recomputed.

        Returns the id of the entry, of the given kind, that takes it back.
        """
        back = await self.tx.add(
            "history",
            committee=self.committee,
            author=self.author,
            at=self.now,
            kind=kind,
            contact=entry.contact,
            reverses=entry.id,
        )
        await recompute_entry(self.tx, entry.id)
        return EntryId(back)

    async def lift(self, back: Entry) -> None:
        """Let what an entry took back count again; that entry is then taken back itself."""
        taken = await self.tx.number("SELECT reverses FROM history WHERE id = ?", (back.id,))
        await self.tx.execute(
            "UPDATE history SET lifted = reverses, reverses = NULL WHERE id = ?", (back.id,)
        )
        await recompute_entry(self.tx, taken)
        await self.reverse(back)
