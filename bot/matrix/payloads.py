"""Kinds of decrypted events, by type and content; nothing here knows whom to believe."""

from collections.abc import Mapping
from typing import Any

from bot.matrix import native_polls
from commands.shared.attached import WordlessMessage
from storage.coalition.model import BLOCK

MESSAGE_TYPES = frozenset({"m.room.message"})
"""Event types accepted from inside a ciphertext; state is never accepted from there."""

MESSAGE_KINDS = frozenset({"m.text"})
"""What a person types. Notices are other bots', emotes are not commands; files are attachments."""

THINGS = {
    ("m.room.message", "m.location"): WordlessMessage.PLACE,
    ("m.room.message", "m.emote"): WordlessMessage.EMOTE,
    ("m.sticker", None): WordlessMessage.STICKER,
    (native_polls.START, None): WordlessMessage.POLL,
    ("m.poll.start", None): WordlessMessage.POLL,
}
"""What is no words, by type and ``msgtype``; whoever sends it to us alone is told so."""


def answers_in(payload: object, room: str) -> tuple[str, ...] | None:
    """The answers in a decrypted native-poll response; None if the event is anything else."""
    if not isinstance(payload, dict) or "state_key" in payload or payload.get("room_id") != room:
        return None
    content = payload.get("content")
    if not isinstance(content, dict):
        return None
    return native_polls.selections(payload.get("type"), content)


def thing_in(payload: object, room: str) -> WordlessMessage | None:
    """The kind of a decrypted event without words (``THINGS``); None if the event has words."""
    if not isinstance(payload, dict) or "state_key" in payload or payload.get("room_id") != room:
        return None
    kind, content = payload.get("type"), payload.get("content")
    if not isinstance(kind, str) or not isinstance(content, dict):
        return None
    form = content.get("msgtype") if kind == "m.room.message" else None
    return THINGS.get((kind, form)) if form is None or isinstance(form, str) else None


def coalition_block_in(payload: object, room: str) -> tuple[Mapping[str, Any], str] | None:
    """The block that a bot of a coalition says, and its sentence; None if the event has no block."""
    if not isinstance(payload, dict) or "state_key" in payload or payload.get("room_id") != room:
        return None
    content = payload.get("content")
    if payload.get("type") != "m.room.message" or not isinstance(content, dict):
        return None
    block = content.get(BLOCK)
    if content.get("msgtype") != "m.notice" or not isinstance(block, dict):
        return None
    body = content.get("body")
    return block, body if isinstance(body, str) else ""


def is_typed(content: Mapping[str, Any]) -> bool:
    """Whether a message's content is text that a person typed."""
    kind, body = content.get("msgtype"), content.get("body")
    return isinstance(kind, str) and kind in MESSAGE_KINDS and isinstance(body, str)
