"""The guard: which events are messages from somebody we believe, and why all others are not."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from nio.crypto import InboundGroupSession

from bot.matrix.machine import Machine, contained
from bot.matrix.rooms import MEGOLM, Room
from bot.matrix.trust import Device, Standing, Trust

MESSAGE_TYPES = frozenset({"m.room.message"})
"""Types that are taken out of a ciphertext; state never is (2-trust: Receiving, rule 4)."""

MESSAGE_KINDS = frozenset({"m.text"})
"""What a person types. Notices are other bots', emotes and files are not commands."""


class Refused(StrEnum):
    """Why an event was not acted upon; counted and shown by ``!status``."""

    NOT_ENCRYPTED = "not_encrypted"
    NOT_A_MEMBER = "not_a_member"
    STRANGER = "stranger"
    NOT_THEIR_SESSION = "not_their_session"
    """The named sender does not own the session the message was encrypted with."""
    UNSIGNED_DEVICE = "unsigned_device"
    NO_IDENTITY = "no_identity"
    IDENTITY_CHANGED = "identity_changed"
    STATE_IN_CIPHERTEXT = "state_in_ciphertext"
    OTHER_ROOM = "other_room"
    REPLAYED = "replayed"
    EDIT = "edit"
    MALFORMED = "malformed"
    UNREADABLE = "unreadable"
    INVITATION = "invitation"


@dataclass(frozen=True, slots=True)
class Message:
    """Text from a member, encrypted by a device that this member cross-signed."""

    event_id: str
    room: str
    sender: str
    device: str
    body: str
    session_id: str
    index: int


@dataclass(frozen=True, slots=True)
class Rejection:
    """An event that is not acted upon, for a reason that is counted."""

    reason: Refused
    sender: str = ""
    device: str = ""
    body: str | None = field(default=None, repr=False)
    """What was typed, where it could be read: chatter is not worth counting."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """An event whose key has not come (yet)."""

    session_id: str
    sender: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """An event from a device of ``sender`` that we have not heard of: ask, then look again."""

    sender: str


Verdict = Message | Rejection | Sealed | Unknown | None


class Guard:
    """Judges timeline events. It never raises, whatever the event is."""

    def __init__(self, machine: Machine, trust: Trust, own: str) -> None:
        self._machine = machine
        self._trust = trust
        self._own = own

    def judge(self, room: Room, event: object) -> Verdict:
        """What one timeline event is. None: nothing for us, and nothing to count."""
        try:
            return self._judge(room, event)
        except BaseException as error:  # noqa: BLE001 (one bad event never ends the loop)
            contained(error)
            return Rejection(Refused.MALFORMED)

    def _judge(self, room: Room, event: object) -> Verdict:
        if not isinstance(event, dict) or "state_key" in event:
            return None
        sender, kind, content = event.get("sender"), event.get("type"), event.get("content")
        if sender == self._own:
            return None
        if not isinstance(sender, str) or not isinstance(event.get("event_id"), str):
            return Rejection(Refused.MALFORMED)
        if kind in MESSAGE_TYPES:
            # Anybody on the way could have written this, whether or not the room is encrypted.
            if not isinstance(content, dict) or not _is_typed(content):
                return None
            return Rejection(Refused.NOT_ENCRYPTED, sender, body=content["body"])
        if kind != "m.room.encrypted" or not content:
            return None
        if not room.has(sender):
            return Rejection(Refused.NOT_A_MEMBER, sender)
        return self._open(room, event, sender, content)

    def _open(
        self, room: Room, event: Mapping[str, Any], sender: str, content: Mapping[str, Any]
    ) -> Verdict:
        session_id = content["session_id"]
        if content["algorithm"] != MEGOLM or not isinstance(session_id, str):
            return Rejection(Refused.MALFORMED, sender)
        found = self._session_of(room.id, sender, session_id)
        if found is None:
            return self._without_session(room.id, sender, session_id)
        device, session = found
        if session.ed25519 != device.ed25519 or session.forwarding_chain:
            return Rejection(Refused.NOT_THEIR_SESSION, sender, device.id)
        try:
            plaintext, index = session.decrypt(content["ciphertext"])
        except BaseException as error:  # noqa: BLE001 (an older index, or rubbish: say so later)
            contained(error)
            return Sealed(session_id, sender)
        payload = json.loads(plaintext)
        if not _is_message(payload):
            forged = isinstance(payload, dict) and _is_state(payload)
            return Rejection(Refused.STATE_IN_CIPHERTEXT, sender) if forged else None
        if payload.get("room_id") != room.id:
            return Rejection(Refused.OTHER_ROOM, sender, device.id)
        inner = payload["content"]
        if not _is_typed(inner):
            return None
        body: str = inner["body"]
        refused = self._mistrusted(sender, device)
        if _replaces(inner) or _replaces(content):
            refused = Refused.EDIT
        if refused is not None:
            return Rejection(refused, sender, device.id, body)
        return Message(event["event_id"], room.id, sender, device.id, body, session_id, index)

    def _mistrusted(self, sender: str, device: Device) -> Refused | None:
        standing = self._trust.standing(sender)
        if standing is Standing.CHANGED:
            return Refused.IDENTITY_CHANGED
        if standing is Standing.NONE:
            return Refused.NO_IDENTITY
        return None if device.cross_signed else Refused.UNSIGNED_DEVICE

    def _session_of(
        self, room: str, sender: str, session_id: str
    ) -> tuple[Device, InboundGroupSession] | None:
        """The session, looked for only among those that the sender's own devices made.

        The sender key on the envelope is not authenticated and not used.
        """
        sessions = self._machine.olm.inbound_group_store
        for device in self._trust.person(sender).devices.values():
            session = sessions.get(room, device.curve25519, session_id)
            if session is not None:
                return device, session
        return None

    def _without_session(self, room: str, sender: str, session_id: str) -> Verdict:
        by_sender_key = self._machine.olm.inbound_group_store[room]
        for sender_key, sessions in by_sender_key.items():
            if session_id in sessions:
                owner = self._trust.owner(sender_key)
                if owner is None:
                    return Unknown(sender)
                return Rejection(Refused.NOT_THEIR_SESSION, sender)
        return Sealed(session_id, sender)


def _is_message(payload: object) -> bool:
    return (
        isinstance(payload, dict)
        and "state_key" not in payload
        and payload.get("type") in MESSAGE_TYPES
        and isinstance(payload.get("content"), dict)
    )


def _is_state(payload: Mapping[str, Any]) -> bool:
    kind = payload.get("type")
    return "state_key" in payload or (
        isinstance(kind, str)
        and kind.startswith("m.room.")
        and kind not in {"m.room.message", "m.room.encrypted", "m.room.redaction"}
    )


def _is_typed(content: Mapping[str, Any]) -> bool:
    return content.get("msgtype") in MESSAGE_KINDS and isinstance(content.get("body"), str)


def _replaces(content: Mapping[str, Any]) -> bool:
    relation = content.get("m.relates_to")
    replaces = isinstance(relation, dict) and relation.get("rel_type") == "m.replace"
    return replaces or "m.new_content" in content
