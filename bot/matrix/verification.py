"""Events by which somebody's app wants to verify the bot: recognised here, answered elsewhere."""

from collections.abc import Mapping
from dataclasses import field
from typing import Any

from storage.core.lazy_dataclass import dataclass

PREFIX = "m.key.verification."
REQUEST = PREFIX + "request"

LONGEST_ID = 255
"""Characters of an id that is somebody else's choice."""


@dataclass(frozen=True, slots=True)
class VerificationStep:
    """One message of a verification. Who sent it is as sure as its way here made it, not surer."""

    sender: str
    kind: str
    """``request``, ``start``, ``key`` and so on."""
    transaction: str
    content: Mapping[str, Any] = field(repr=False)
    room: str | None = None
    """The room; None: sent to the device."""
    device: str | None = None
    """The device that provably encrypted it; None where it came in clear."""
    sent: int | None = None
    """Unix milliseconds UTC, as the sender or their homeserver says."""


def to_device(event: object) -> VerificationStep | None:
    """The step of a verification in a to-device event; None if the event is anything else."""
    if not isinstance(event, dict):
        return None
    kind, sender, content = event.get("type"), event.get("sender"), event.get("content")
    if not isinstance(kind, str) or not kind.startswith(PREFIX):
        return None
    if not isinstance(sender, str) or not isinstance(content, dict):
        return None
    transaction = content.get("transaction_id")
    if not isinstance(transaction, str) or not _is_id(transaction):
        return None
    at = content.get("timestamp")
    sent = at if isinstance(at, int) and not isinstance(at, bool) else None
    return VerificationStep(sender, kind.removeprefix(PREFIX), transaction, content, sent=sent)


def in_room(  # noqa: PLR0911 (a list of reasons, each on its line)
    payload: object, event: Mapping[str, Any], room: str, device: str | None = None
) -> VerificationStep | None:
    """A message in a room, if it belongs to a verification.

    ``payload`` is what was decrypted, or the event itself where it came in clear; ``event`` is the
    envelope, which may carry the relation instead.
    """
    if not isinstance(payload, dict) or "state_key" in payload:
        return None
    kind, content = payload.get("type"), payload.get("content")
    if not isinstance(kind, str) or not isinstance(content, dict):
        return None
    if device is not None and payload.get("room_id") != room:
        return None
    at = event.get("origin_server_ts")
    sent = at if isinstance(at, int) and not isinstance(at, bool) else None
    if kind == "m.room.message" and content.get("msgtype") == REQUEST:
        return VerificationStep(
            event["sender"], "request", event["event_id"], content, room, device, sent
        )
    if not kind.startswith(PREFIX) or kind == REQUEST:
        return None
    relation = content.get("m.relates_to")
    if relation is None:
        # Some apps leave it on the envelope alone; it is part of what is agreed upon all the same.
        outer = event.get("content")
        relation = outer.get("m.relates_to") if isinstance(outer, dict) else None
        content = {**content, "m.relates_to": relation}
    if not isinstance(relation, dict) or relation.get("rel_type") != "m.reference":
        return None
    transaction = relation.get("event_id")
    if not _is_id(transaction):
        return None
    short = kind.removeprefix(PREFIX)
    return VerificationStep(event["sender"], short, str(transaction), content, room, device, sent)


def _is_id(text: object) -> bool:
    return isinstance(text, str) and 0 < len(text) <= LONGEST_ID
