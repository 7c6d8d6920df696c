"""Words for a device that reads nothing from us, on their way: fixed ones, in a session of their own.

The parcel holds which device and why. The words are made from that when it is sent, so nothing else
can ever be said in this way.
"""

from collections.abc import Mapping
from typing import Any, Final

from bot.delivery import notice_words
from bot.delivery.threads import thread_of
from bot.matrix.guard import Refused, Rejection
from bot.matrix.render import render
from bot.matrix.room_keys import LastLook, RoomKeys, no_look
from bot.matrix.rooms import Room

MARK: Final = "org.steward.left_out"
"""Which device, and why. It never leaves this machine."""

AGAIN_AFTER = 24 * 3600 * 1000
"""Milliseconds after which a device that writes again is told again."""


def parcel(rejection: Rejection, event_id: str) -> dict[str, Any]:
    """The parcel for a device that is left out, as an answer to its message."""
    mark = {"user": rejection.sender, "device": rejection.device, "why": rejection.reason.value}
    thread = thread_of("", rejection.relation.thread, event_id)
    answer = {"m.in_reply_to": {"event_id": event_id}}
    return {MARK: mark, "m.relates_to": answer if thread is None else thread.relation}


async def send(
    keys: RoomKeys,
    room: Room,
    content: Mapping[str, Any],
    txn: str,
    envelope: Mapping[str, Any],
    last_look: LastLook = no_look,
) -> None:
    """Send the fixed words to the device, unless it is gone. Raises NotEncrypted, MatrixError or NotNow."""
    mark = content[MARK]
    device = keys.device(mark["user"], mark["device"])
    if device is None or not room.has(device.user):
        return
    (words,) = render(notice_words.left_out(Refused(mark["why"])))
    relation = {"m.relates_to": content["m.relates_to"]}
    said, clear = {**words, **relation}, {**envelope, **relation}
    await keys.send_apart(room, device, said, txn, clear, last_look)
