"""Encrypted events whose key has not come yet."""

import json
from collections.abc import Mapping
from typing import Any

from storage.core.database import Transaction
from storage.core.lazy_dataclass import dataclass


@dataclass(frozen=True, slots=True)
class WaitingEvent:
    """An encrypted event whose key has not come yet; ``since`` is Unix ms UTC."""

    event_id: str
    room: str
    event: Mapping[str, Any]
    since: int


@dataclass(frozen=True, slots=True)
class UndecryptedEvents:
    """Encrypted events that wait for their key."""

    tx: Transaction

    async def all(self) -> list[WaitingEvent]:
        """Return all waiting events, the oldest first."""
        rows = await self.tx.all("SELECT * FROM unread ORDER BY since, event_id")
        return [
            WaitingEvent(r["event_id"], r["room"], json.loads(r["event"]), r["since"]) for r in rows
        ]

    async def keep(self, waiting: WaitingEvent) -> None:
        """Save an event that waits for its key; an event saved before stays unchanged."""
        await self.tx.add_new(
            "unread",
            event_id=waiting.event_id,
            room=waiting.room,
            event=json.dumps(waiting.event),
            since=waiting.since,
        )

    async def drop(self, event_id: str) -> None:
        """Delete a waiting event."""
        await self.tx.execute("DELETE FROM unread WHERE event_id = ?", (event_id,))
