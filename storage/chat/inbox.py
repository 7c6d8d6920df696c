"""Handled messages: each is acted upon once, however often the homeserver delivers the event."""

from enum import Enum

from storage.core.database import Transaction
from storage.core.lazy_dataclass import dataclass


class Claim(Enum):
    """What became of an attempt to take a message for handling."""

    NEW = "new"
    KNOWN = "known"
    """The same event was handled before."""
    REPLAYED = "replayed"
    """The same ciphertext was handled before under another event id."""


@dataclass(frozen=True, slots=True)
class Inbox:
    """The table of handled messages, kept at least 45 days against replay of an old event."""

    tx: Transaction

    async def claim(self, event_id: str, session_id: str, index: int, at: int) -> Claim:
        """Take a message for handling within the running transaction; ``at`` is Unix ms UTC."""
        taken = await self.tx.add_new(
            "handled", event_id=event_id, session_id=session_id, message_index=index, at=at
        )
        if taken:
            return Claim.NEW
        known = await self.tx.value("SELECT 1 FROM handled WHERE event_id = ?", (event_id,))
        return Claim.KNOWN if known else Claim.REPLAYED

    async def knows(self, event_id: str) -> bool:
        """Whether this event was handled."""
        found = await self.tx.value("SELECT 1 FROM handled WHERE event_id = ?", (event_id,))
        return found is not None

    async def last_places(self) -> dict[str, int]:
        """Return the highest handled message index by Megolm session, for sessions not yet forgotten."""
        rows = await self.tx.all(
            "SELECT session_id, max(message_index) AS last FROM handled"
            " WHERE message_index >= 0 GROUP BY session_id"
        )
        return {row["session_id"]: row["last"] for row in rows}

    async def forget_before(self, at: int) -> int:
        """Drop rows older than ``at`` (Unix ms UTC); how many went."""
        return await self.tx.execute("DELETE FROM handled WHERE at < ?", (at,))
