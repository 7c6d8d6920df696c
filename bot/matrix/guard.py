"""The guard: which events are messages from somebody we believe, and why all others are not."""

from collections.abc import Mapping
from dataclasses import field, replace
from enum import StrEnum
from typing import Any

import vodozemac
from nio.crypto import InboundGroupSession

from bot.matrix import message_text, native_polls, untrusted_json, verification
from bot.matrix.machine import Machine, contained
from bot.matrix.media import Attachment, attachment_in
from bot.matrix.message_text import NO_RELATION, Relation
from bot.matrix.payloads import (
    MESSAGE_TYPES,
    answers_in,
    coalition_block_in,
    is_typed,
    thing_in,
)
from bot.matrix.rooms import MEGOLM, Room
from bot.matrix.trust import Device, IdentityStanding, Trust
from bot.matrix.verification import VerificationStep
from commands.shared.attached import WordlessMessage
from storage.core.lazy_dataclass import dataclass

LATEST = 1 << 43
"""Unix milliseconds after which no date is real (the year 2248)."""

A_VOTE = "vote"
"""What a tap amounts to in words, for whoever decides whether a refusal is worth explaining."""


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
    TOO_FAST = "too_fast"
    DISK_FULL = "disk_full"
    WITHDRAWN = "withdrawn"
    """A message of our own whose reader may not have it any more."""


@dataclass(frozen=True, slots=True)
class Message:
    """Text from a member, encrypted by a device that the member cross-signed."""

    event_id: str
    room: str
    sender: str
    device: str
    body: str
    """What was said, with mentions in it (bot/matrix/message_text.py)."""
    session_id: str
    """Sender key and session: what another device passes on under this id is not the same."""
    index: int
    sent: int = 0
    """Unix milliseconds UTC, as the homeserver says."""
    attachment: Attachment | None = None
    """The file that came instead of typed words; ``body`` is then what was said with it."""
    thing: WordlessMessage | None = None
    """What came instead of words and files."""
    relation: Relation = NO_RELATION


@dataclass(frozen=True, slots=True)
class Rejection:
    """An event that is not acted upon, for a reason that is counted."""

    reason: Refused
    sender: str = ""
    device: str = ""
    body: str | None = field(default=None, repr=False)
    """What was typed, where it could be read: chatter is not worth counting."""
    relation: Relation = NO_RELATION


@dataclass(frozen=True, slots=True)
class Sealed:
    """An event whose room key has not come (yet)."""

    session_id: str
    sender: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """An event from an unknown device of ``sender``: query their devices, then judge again."""

    sender: str


@dataclass(frozen=True, slots=True)
class Vote:
    """A tap on a native poll by a member, encrypted by a device that the member cross-signed."""

    event_id: str
    room: str
    sender: str
    answers: tuple[str, ...] = field(repr=False)
    """The ids of the answers tapped; none takes a tap back."""
    session_id: str
    index: int
    sent: int = 0
    """Unix milliseconds UTC, as the homeserver says."""


@dataclass(frozen=True, slots=True)
class Reaction:
    """A member's reaction; never counted, as the server reads it and could have made it."""

    event_id: str
    room: str
    sender: str
    target: str
    """What it reacts to, as the server says."""


@dataclass(frozen=True, slots=True)
class CoalitionBlock:
    """What somebody's device provably said to bots of a coalition; whether they are one is not looked at here."""

    event_id: str
    room: str
    sender: str
    master: str | None
    """The sender's published master key if it vouches for the device; None if it does not."""
    block: Mapping[str, Any] = field(repr=False)
    sentence: str = field(repr=False)
    """What it says to people beside the block; empty where that is no text."""
    session_id: str
    index: int


Verdict = (
    Message
    | Vote
    | CoalitionBlock
    | Reaction
    | VerificationStep
    | Rejection
    | Sealed
    | Unknown
    | None
)


class Guard:
    """Judges timeline events. It never raises, whatever the event is."""

    def __init__(self, machine: Machine, trust: Trust, own: str) -> None:
        self._machine = machine
        self._trust = trust
        self._own = own
        self._reading = machine.olm.reading

    def judge(self, room: Room, event: object) -> Verdict:
        """The verdict on one timeline event; None for an event that is nothing for us and not counted."""
        try:
            return self._judge(room, event)
        except BaseException as error:  # noqa: BLE001 (one bad event never ends the loop)
            contained(error)
            return Rejection(Refused.MALFORMED)

    def _judge(self, room: Room, event: object) -> Verdict:
        if not isinstance(event, dict) or "state_key" in event or event.get("sender") == self._own:
            return None
        sender, content = event.get("sender"), event.get("content")
        if not isinstance(sender, str) or not isinstance(event.get("event_id"), str):
            return Rejection(Refused.MALFORMED)
        # Redacted events keep their type and lose their content.
        if not isinstance(content, dict) or not content:
            return None
        return self._judge_typed(room, event, sender, content)

    def _judge_typed(
        self, room: Room, event: Mapping[str, Any], sender: str, content: Mapping[str, Any]
    ) -> Verdict:
        kind = event.get("type")
        if kind == "m.room.encrypted":
            if not room.has(sender):
                return Rejection(Refused.NOT_A_MEMBER)
            return self._open(room, event, sender, content)
        if isinstance(kind, str) and kind in MESSAGE_TYPES and is_typed(content):
            if not room.has(sender):
                # Never repeat a name in a notice that no member bears.
                return Rejection(Refused.NOT_A_MEMBER, body=content["body"])
            # Anybody on the way could have written this, whether or not the room is encrypted.
            return Rejection(Refused.NOT_ENCRYPTED, sender, body=content["body"])
        return _in_clear(room, event, sender, content)

    def _open(  # noqa: PLR0911 (a list of reasons, each on its line)
        self, room: Room, event: Mapping[str, Any], sender: str, content: Mapping[str, Any]
    ) -> Verdict:
        session_id, ciphertext = content["session_id"], content["ciphertext"]
        if not (isinstance(session_id, str) and isinstance(ciphertext, str)):
            return Rejection(Refused.MALFORMED, sender)
        if content["algorithm"] != MEGOLM:
            return Rejection(Refused.MALFORMED, sender)
        found = self._session_of(room.id, sender, session_id)
        if found is None:
            return self._without_session(room.id, sender, session_id, ciphertext)
        device, session = found
        if session.ed25519 != device.ed25519 or session.forwarding_chain:
            return Rejection(Refused.NOT_THEIR_SESSION, sender, device.id)
        try:
            plaintext, index = session.decrypt(ciphertext)
        except BaseException as error:  # noqa: BLE001 (an older index, or rubbish: say so later)
            contained(error)
            return self._behind(session, device, sender, ciphertext)
        of_device = f"{device.curve25519} {session_id}"
        first = session.first_known_index
        self._reading.note(room.id, of_device, index, first=first, sent=_sent(event))
        payload = untrusted_json.parse(plaintext)
        wordless = self._wordless(payload, event, room, device, (of_device, index))
        if wordless is not None:
            return wordless
        inner = _message_in(payload, room.id)
        if inner is None or isinstance(inner, Refused):
            return None if inner is None else Rejection(inner, sender, device.id)
        attachment = attachment_in(inner)
        typed: str = inner["body"] if attachment is None else attachment.caption
        relation = message_text.relation_of(inner, content)
        body = message_text.said_in(inner, typed, relation, room, self._own)
        if message_text.answers_us(inner, relation, self._own):
            relation = replace(relation, to_us=True)
        refused = Refused.EDIT if relation.edits else self._mistrusted(sender, device)
        if refused is not None:
            return Rejection(refused, sender, device.id, body, relation)
        return Message(
            event["event_id"],
            room.id,
            sender,
            device.id,
            body,
            of_device,
            index,
            _sent(event),
            attachment,
            relation=relation,
        )

    def _wordless(
        self,
        payload: object,
        event: Mapping[str, Any],
        room: Room,
        device: Device,
        place: tuple[str, int],
    ) -> VerificationStep | Vote | Message | CoalitionBlock | Rejection | None:
        """What is no typed message, and for us all the same."""
        said = coalition_block_in(payload, room.id)
        if said is not None:
            master = self._trust.person(device.user).master if device.cross_signed else None
            return CoalitionBlock(event["event_id"], room.id, device.user, master, *said, *place)
        step = verification.in_room(payload, event, room.id, device.id)
        if step is not None:
            # Whose identity changed, or whose device is new, has all the more reason to compare.
            return step
        thing = thing_in(payload, room.id)
        if thing is not None:
            seen = event["event_id"], room.id, device.user, device.id, ""
            relation = message_text.relation_of({}, event["content"])
            sent = _sent(event)
            message = Message(*seen, *place, sent, thing=thing, relation=relation)
            refused = self._mistrusted(device.user, device)
            return message if refused is None else Rejection(refused, device.user, device.id, "")
        answers = answers_in(payload, room.id)
        if answers is None:
            return None
        vote = Vote(event["event_id"], room.id, device.user, answers, *place, _sent(event))
        return self._unless_mistrusted(vote, device)

    def _unless_mistrusted(self, vote: Vote, device: Device) -> Vote | Rejection:
        refused = self._mistrusted(vote.sender, device)
        return vote if refused is None else Rejection(refused, vote.sender, device.id, A_VOTE)

    def _mistrusted(self, sender: str, device: Device) -> Refused | None:
        standing = self._trust.standing(sender)
        if standing is IdentityStanding.CHANGED:
            return Refused.IDENTITY_CHANGED
        if standing is IdentityStanding.NONE:
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

    def _behind(
        self, session: InboundGroupSession, device: Device, sender: str, ciphertext: str
    ) -> Verdict:
        """Classify a message that its session cannot decrypt: replayed, older than our key, or without one."""
        of_device, index = f"{device.curve25519} {session.id}", _index_of(ciphertext)
        if self._reading.was_read(session.room_id, of_device, index):
            return Rejection(Refused.REPLAYED, sender, device.id)
        begun = self._reading.read_until(session.room_id, of_device) is not None
        if begun and index is not None and index < session.first_known_index:
            # No key that comes will open it.
            return Rejection(Refused.UNREADABLE, sender, session.id)
        return Sealed(session.id, sender)

    def _without_session(self, room: str, sender: str, session_id: str, ciphertext: str) -> Verdict:
        index = _index_of(ciphertext)
        for device in self._trust.person(sender).devices.values():
            if self._reading.was_read(room, f"{device.curve25519} {session_id}", index):
                return Rejection(Refused.REPLAYED, sender, device.id)
        by_sender_key = self._machine.olm.inbound_group_store[room]
        for sender_key, sessions in by_sender_key.items():
            if session_id in sessions:
                owner = self._trust.owner(sender_key)
                if owner is None:
                    return Unknown(sender)
                return Rejection(Refused.NOT_THEIR_SESSION, sender)
        return Sealed(session_id, sender)


def _index_of(ciphertext: str) -> int | None:
    """Which message of its session this is; it says so in clear."""
    try:
        return int(vodozemac.MegolmMessage.from_base64(ciphertext).message_index())
    except ValueError:
        return None


def _in_clear(
    room: Room, event: Mapping[str, Any], sender: str, content: Mapping[str, Any]
) -> Rejection | Reaction | VerificationStep | None:
    """Taps, reactions and verification steps in clear: reported, so that people hear why, never trusted.

    Nor is a verification in clear believed: people compare what comes of it (specification).
    """
    if not room.has(sender):
        return None
    step = verification.in_room(event, event, room.id)
    if step is not None:
        return step
    if native_polls.selections(event.get("type"), content) is not None:
        return Rejection(Refused.NOT_ENCRYPTED, sender, body=A_VOTE)
    if event.get("type") == "m.reaction":
        relation = content.get("m.relates_to")
        target = relation.get("event_id") if isinstance(relation, dict) else None
        if isinstance(target, str):
            return Reaction(event["event_id"], room.id, sender, target)
    return None


def _sent(event: Mapping[str, Any]) -> int:
    at = event.get("origin_server_ts")
    return at if isinstance(at, int) and 0 <= at < LATEST else 0


def what_is_judged(event: Mapping[str, Any]) -> dict[str, Any]:
    """The parts of an encrypted event that a later attempt to open and judge the event needs."""
    content = event["content"]
    kept = {name: content[name] for name in ("algorithm", "session_id", "ciphertext")}
    kept |= message_text.routing(content)
    about = {name: event[name] for name in ("type", "event_id", "sender")}
    return about | {"origin_server_ts": _sent(event), "content": kept}


def _message_in(payload: object, room: str) -> Mapping[str, Any] | Refused | None:
    """The typed message inside a decrypted payload; None: something else, and not for us."""
    if not isinstance(payload, dict):
        return Refused.MALFORMED
    if _is_state(payload):
        return Refused.STATE_IN_CIPHERTEXT
    content = payload.get("content")
    kind = payload.get("type")
    if not isinstance(kind, str) or kind not in MESSAGE_TYPES or not isinstance(content, dict):
        return None
    if payload.get("room_id") != room:
        return Refused.OTHER_ROOM
    return content if is_typed(content) or attachment_in(content) is not None else None


def _is_state(payload: Mapping[str, Any]) -> bool:
    kind = payload.get("type")
    return "state_key" in payload or (
        isinstance(kind, str)
        and kind.startswith("m.room.")
        and kind not in {"m.room.message", "m.room.encrypted", "m.room.redaction"}
    )
