"""Words for a device that reads nothing from us, on their way: fixed ones, in a session of their own.

The message says which device and why. The words are made from that when it is sent, so nothing else
can ever be said in this way.
"""

import json
from collections.abc import Mapping
from typing import Any, Final

from bot.delivery import notice_words
from bot.delivery.threads import in_clear, thread_of
from bot.matrix.guard import Refused, Rejection
from bot.matrix.render import render
from bot.matrix.room_keys import LastLook, RoomKeys, no_look
from bot.matrix.rooms import Room
from storage.chat.outbox import ContentKind, Outgoing

AGAIN_AFTER: Final = 24 * 3600 * 1000
"""Milliseconds after which a device that writes again is told again."""


def in_direct_chat(rejection: Rejection) -> Outgoing:
    """The message for a device that is left out, in its owner's direct chat: it wrote in a room."""
    return Outgoing({}, ContentKind.LEFT_OUT, json.dumps({**_about(rejection), "elsewhere": True}))


def to_device(rejection: Rejection, event_id: str) -> Outgoing:
    """The message for a device that is left out, as an answer to what it sent."""
    thread = thread_of("", rejection.relation.thread, event_id)
    answer = {"m.in_reply_to": {"event_id": event_id}}
    relation = {"m.relates_to": answer if thread is None else thread.relation}
    return Outgoing(relation, ContentKind.LEFT_OUT, json.dumps(_about(rejection)))


def _about(rejection: Rejection) -> dict[str, object]:
    return {"user": rejection.sender, "device": rejection.device, "why": rejection.reason.value}


async def send(
    keys: RoomKeys,
    room: Room,
    message: Outgoing,
    txn: str,
    envelope: Mapping[str, Any],
    last_look: LastLook = no_look,
) -> None:
    """Send the fixed words to the device, unless it is gone. Raises NotEncrypted, MatrixError or NotNow."""
    left_out = json.loads(message.source)
    device = keys.device(left_out["user"], left_out["device"])
    if device is None or not room.has(device.user):
        return
    why = Refused(left_out["why"])
    elsewhere = left_out.get("elsewhere") is True
    (words,) = render(
        notice_words.left_out_of_room(why) if elsewhere else notice_words.left_out(why)
    )
    said, clear = {**words, **message.content}, {**envelope, **in_clear(message.content)}
    await keys.send_apart(room, device, said, txn, clear, last_look)
