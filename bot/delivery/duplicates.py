"""Whether a message that was tried before is in its room already."""

import time

from bot.matrix.client import Client, quoted
from bot.matrix.rooms import Room
from bot.matrix.sync import listing, section
from storage.chat.outbox import Parcel

IN_DOUBT_AFTER = 20 * 3600 * 1000
"""Milliseconds after which a homeserver may have forgotten a transaction id (Synapse: 24 h)."""

AFTER_RESTORING = 24 * 3600 * 1000
"""Milliseconds for which what we say by ourselves may have been said by the bot that was lost."""

LONGEST_DOUBT = 24 * 3600 * 1000
"""Milliseconds before it was queued at which nobody has to look for it, clocks being as they are."""

ANSWERS = "st-"
"""How the transaction ids of answers to messages begin."""

LOOK_BACK_PAGES = 50
"""Pages of our own messages searched for one in doubt, newest first."""

REFERENCE = "org.steward.transaction"
"""Names the transaction id on the envelope, where the homeserver saw it anyway."""


class DuplicateCheck:
    """Looks back in a room, once for each message."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._looked: set[int] = set()
        self.restored_at: int | None = None
        """When this bot was restored from a backup, Unix ms UTC."""

    async def is_there(self, parcel: Parcel, room: Room) -> bool:
        """Whether an old or foreign parcel turns out to be in the room already."""
        age = time.time_ns() // 1_000_000 - parcel.queued_at
        if parcel.id in self._looked or "redacts" in parcel.content:
            # Taking back what was taken back already changes nothing.
            return False
        ours = age < IN_DOUBT_AFTER and parcel.device_id == self._client.device
        if ours and not self._said_before_restoring(parcel):
            return False
        found = await self.is_in(room, parcel)
        self._looked.add(parcel.id)
        return found

    def _said_before_restoring(self, parcel: Parcel) -> bool:
        """Whether the bot that was lost may have sent this: reminders and the like, not answers."""
        if self.restored_at is None or parcel.transaction_id.startswith(ANSWERS):
            return False
        return parcel.queued_at - self.restored_at < AFTER_RESTORING

    async def is_in(self, room: Room, parcel: Parcel) -> bool:
        """Look for it. Raises NotNow, MatrixError."""
        wanted = '{"types":["m.room.encrypted"],"senders":["' + self._client.user + '"]}'
        path = f"/rooms/{quoted(room.id)}/messages?dir=b&limit=100&filter={quoted(wanted)}"
        oldest = parcel.queued_at - LONGEST_DOUBT
        point = ""
        for _ in range(LOOK_BACK_PAGES):
            page = await self._client.request("GET", path + point)
            for event in listing(page, "chunk"):
                if _reference(event) == parcel.transaction_id:
                    return True
            if not isinstance(page.get("end"), str):
                return False
            if any(_is_older(event, oldest) for event in listing(page, "chunk")):
                return False
            point = f"&from={quoted(page['end'])}"
        return False


def _is_older(event: object, moment: int) -> bool:
    sent = event.get("origin_server_ts") if isinstance(event, dict) else None
    return isinstance(sent, int) and sent < moment


def _reference(event: object) -> object:
    return section(event, "content").get(REFERENCE)
