"""Cross-signing identities of people: pinned at first sight, changed only by a lead."""

from dataclasses import replace

from storage.core.database import Transaction
from storage.core.lazy_dataclass import dataclass
from storage.core.rows import records


@dataclass(frozen=True, slots=True)
class Pin:
    """A person's master key as first seen, and the one offered since; times are Unix ms UTC."""

    person: str
    pinned: str
    pinned_at: int
    offered: str | None
    offered_at: int | None
    verified: str | None = None
    """The master key that was compared with an operator's help; worth something while pinned."""
    verified_at: int | None = None
    accepted_at: int | None = None
    """When a changed identity was last accepted."""

    @property
    def changed_at(self) -> int:
        """When this identity last changed or a change was accepted; 0: never."""
        return self.offered_at or self.accepted_at or 0

    def accepted(self, master: str, at: int) -> "Pin":
        """Return the pin after another master key was accepted at ``at`` (Unix ms UTC)."""
        return replace(
            self, pinned=master, pinned_at=at, offered=None, offered_at=None, accepted_at=at
        )

    @property
    def compared(self) -> bool:
        """Whether the pinned master key was compared with the person, and no other key is on offer."""
        return self.offered is None and self.verified == self.pinned


@dataclass(frozen=True, slots=True)
class Identities:
    """All pinned cross-signing identities."""

    tx: Transaction

    async def all(self) -> list[Pin]:
        """Return every pin."""
        return records(Pin, await self.tx.all("SELECT * FROM identities"))

    async def pin(self, person: str, master: str, at: int) -> None:
        """Remember a master key at first sight; an existing pin stays."""
        await self.tx.add_new("identities", person=person, pinned=master, pinned_at=at)

    async def offer(self, person: str, master: str | None, at: int) -> None:
        """Note that the homeserver shows another master key than the pinned one (None: the pinned one)."""
        await self.tx.execute(
            "UPDATE identities SET offered = ?, offered_at = ? WHERE person = ?",
            (master, None if master is None else at, person),
        )

    async def accept(self, person: str, master: str, at: int) -> bool:
        """Pin exactly the offered key a lead has looked at; False when it is not on offer."""
        return bool(
            await self.tx.execute(
                "UPDATE identities SET pinned = offered, pinned_at = ?, offered = NULL,"
                " offered_at = NULL, accepted_at = ? WHERE person = ? AND offered = ?",
                (at, at, person, master),
            )
        )

    async def verify(self, person: str, master: str, at: int) -> bool:
        """Pin a key that two people have compared. False when the key is neither pinned nor on offer."""
        return bool(
            await self.tx.execute(
                "UPDATE identities SET pinned = ?1,"
                " pinned_at = CASE WHEN pinned = ?1 THEN pinned_at ELSE ?2 END,"
                " accepted_at = CASE WHEN pinned = ?1 THEN accepted_at ELSE ?2 END,"
                " offered = NULL, offered_at = NULL, verified = ?1, verified_at = ?2"
                " WHERE person = ?3 AND (offered = ?1 OR (offered IS NULL AND pinned = ?1))",
                (master, at, person),
            )
        )
