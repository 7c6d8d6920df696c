"""Messages that transactions left to send."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from storage.database import Transaction
from storage.driver import Row


@dataclass(frozen=True, slots=True)
class Parcel:
    """One message to send, to a room or, once they have a direct room, to a person."""

    id: int
    transaction_id: str
    room: str | None
    recipient: str | None
    content: Mapping[str, Any]
    queued_at: int
    """Unix ms UTC."""
    device_id: str
    """Our device when it was queued; homeservers remember transaction ids per device."""


@dataclass(frozen=True, slots=True)
class OutboxTable:
    tx: Transaction

    async def put(
        self,
        transaction_id: str,
        content: Mapping[str, Any],
        at: int,
        device_id: str,
        *,
        room: str | None = None,
        recipient: str | None = None,
    ) -> Parcel | None:
        """Queue a message; None when that transaction id was queued before and still waits."""
        taken = await self.tx.value(
            "INSERT OR IGNORE INTO outbox(transaction_id, room, recipient, content, queued_at,"
            " device_id) VALUES (?, ?, ?, ?, ?, ?) RETURNING id",
            (transaction_id, room, recipient, json.dumps(content), at, device_id),
        )
        if taken is None:
            return None
        number = int(str(taken))
        return Parcel(number, transaction_id, room, recipient, content, at, device_id)

    async def waiting(self) -> list[Parcel]:
        """Everything not yet acknowledged by the homeserver, oldest first."""
        return [parcel_of(row) for row in await self.tx.all("SELECT * FROM outbox ORDER BY id")]

    async def by_id(self, parcel: int) -> Parcel | None:
        row = await self.tx.one("SELECT * FROM outbox WHERE id = ?", (parcel,))
        return None if row is None else parcel_of(row)

    async def replace(self, parcel: Parcel, content: Mapping[str, Any]) -> Parcel:
        """Send this under the same transaction id instead."""
        await self.tx.execute(
            "UPDATE outbox SET content = ? WHERE id = ?", (json.dumps(content), parcel.id)
        )
        return replace(parcel, content=content)

    async def done(self, parcel: int) -> None:
        """The homeserver has it: drop the text."""
        await self.tx.execute("DELETE FROM outbox WHERE id = ?", (parcel,))

    async def bury(self, parcel: int, reason: str, at: int) -> None:
        """Give up on a message, which an admin may send again within a week."""
        letter = await self.tx.insert(
            "INSERT INTO dead_letters(kind, reason, at) VALUES ('send', ?, ?)", (reason, at)
        )
        await self.tx.execute(
            "INSERT INTO parked SELECT ?, transaction_id, room, recipient, content, queued_at,"
            " device_id FROM outbox WHERE id = ?",
            (letter, parcel),
        )
        await self.done(parcel)


def parcel_of(row: Row) -> Parcel:
    """A row of the table as a parcel."""
    return Parcel(
        row["id"],
        row["transaction_id"],
        row["room"],
        row["recipient"],
        json.loads(row["content"]),
        row["queued_at"],
        row["device_id"],
    )
