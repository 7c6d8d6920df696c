"""Whether a message that was tried before is in its room already."""

import time

from bot.delivery import transaction_ids
from bot.delivery.sender import Sender
from bot.matrix.rooms import Room
from storage.chat.outbox import ContentKind, Parcel

IN_DOUBT_AFTER = 20 * 3600 * 1000
"""Milliseconds after which a homeserver may have forgotten a transaction id (Synapse: 24 h)."""

AFTER_RESTORING = 24 * 3600 * 1000
"""Milliseconds for which what we say by ourselves may have been said by the bot that was lost."""

LONGEST_DOUBT = 24 * 3600 * 1000
"""Milliseconds before a message was queued from which a room's history is searched; covers clock skew."""

LOOK_BACK_PAGES = 50
"""Pages of our own messages searched for one in doubt, newest first."""


class DuplicateCheck:
    """Looks back in a room, once for each message."""

    def __init__(self, sender: Sender, restored_at: int | None) -> None:
        """``restored_at``: when this bot was restored from a backup, Unix ms UTC; None: it never was."""
        self._sender = sender
        self._restored_at = restored_at
        self._looked: set[int] = set()

    async def is_there(self, parcel: Parcel, room: Room) -> bool:
        """Whether a message that is old, or another device's, is in the room already. Raises NotNow, MatrixError."""
        age = time.time_ns() // 1_000_000 - parcel.queued_at
        if parcel.id in self._looked or parcel.kind is ContentKind.REDACTION:
            # Taking back what was taken back already changes nothing.
            return False
        ours = age < IN_DOUBT_AFTER and parcel.device_id == self._sender.device
        if ours and not self._said_before_restoring(parcel):
            return False
        found = await self.is_in(room, parcel)
        self._looked.add(parcel.id)
        return found

    def _said_before_restoring(self, parcel: Parcel) -> bool:
        """Whether the bot that was lost may have sent a message: reminders and the like, not answers."""
        is_answer = transaction_ids.is_of(transaction_ids.ANSWER, parcel.transaction_id)
        if self._restored_at is None or is_answer:
            return False
        return parcel.queued_at - self._restored_at < AFTER_RESTORING

    async def is_in(self, room: Room, parcel: Parcel) -> bool:
        """Whether a message is among our own in a room, by its transaction id. Raises NotNow, MatrixError."""
        oldest = parcel.queued_at - LONGEST_DOUBT
        point = ""
        for _ in range(LOOK_BACK_PAGES):
            page = await self._sender.own_messages(room.id, point)
            if any(each.transaction_id == parcel.transaction_id for each in page.messages):
                return True
            if page.further is None:
                return False
            if any(each.sent_at is not None and each.sent_at < oldest for each in page.messages):
                return False
            point = page.further
        return False
