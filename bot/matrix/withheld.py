"""Why a device gets no room key, as ``m.room_key.withheld`` says it to the device (specification).

The wording is fixed and names nobody: it travels in clear.
"""

import os
from typing import Any, Final

from bot.matrix.rooms import MEGOLM

TYPE: Final = "m.room_key.withheld"


def unverified(room: str, session: str, sender_key: str) -> dict[str, Any]:
    """Content for a device that its owner did not verify, or whose owner is not the one we know."""
    return {
        "algorithm": MEGOLM,
        "code": "m.unverified",
        "reason": "Only verified devices get the keys to what this bot says.",
        "room_id": room,
        "sender_key": sender_key,
        "session_id": session,
    }


def no_olm(sender_key: str) -> dict[str, Any]:
    """Content for a device that offers no one-time key; it speaks of no room in particular."""
    return {
        "algorithm": MEGOLM,
        "code": "m.no_olm",
        "reason": "No secure channel to this device could be opened.",
        "sender_key": sender_key,
    }


def transaction_id() -> str:
    """A new transaction id for one request; repeating the request under another does no harm."""
    return os.urandom(12).hex()
