"""One verification from the request to its end, as the specification orders its messages.

It does nothing by itself: it takes messages and decisions and leaves what is to be sent. Whatever
is malformed or comes out of order ends it, and an end leaves nothing behind.
"""

import hmac
from collections.abc import Callable, Mapping
from dataclasses import field
from enum import Enum
from typing import Any

from bot.verification import sas
from bot.verification.sas import DoesNotMatch, Exchange, NotAKey, SasSide, ShortString, commitment
from storage.core.lazy_dataclass import dataclass

PREFIX = "m.key.verification."

LONGEST = 600.0
"""Seconds after which a verification that did not complete is given up (specification)."""

PATIENCE = 5.0
"""Seconds for their app to begin the comparison before we do; most do, some wait for the other."""

Content = dict[str, Any]


class Stage(Enum):
    """How far a verification is."""

    READY = "ready"
    """Both agreed to verify; nobody began to compare."""
    STARTED = "started"
    """We began, and wait for them to accept."""
    ACCEPTED = "accepted"
    """The other side began, we accepted, and wait for their key."""
    KEY_SENT = "key sent"
    """We began, they accepted, and we wait for their key."""
    COMPARING = "comparing"
    """Both show the same, or somebody is in between."""
    CONFIRMED = "confirmed"
    """Our operator said that it matches."""
    DONE = "done"
    CANCELLED = "cancelled"


class Cancel(Exception):
    """Ends a verification; the codes are the specification's."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(code)
        self.code = code
        self.reason = reason


def unexpected() -> Cancel:
    """Cancel a verification after a message out of order."""
    return Cancel("m.unexpected_message", "That message was not expected now.")


def invalid() -> Cancel:
    """Cancel a verification after a malformed message."""
    return Cancel("m.invalid_message", "That message is not as it should be.")


def unknown_method() -> Cancel:
    """Cancel a verification whose methods we do not speak."""
    return Cancel(
        "m.unknown_method", "Only m.sas.v1 is understood here, with curve25519-hkdf-sha256."
    )


def mismatch() -> Cancel:
    """Cancel a verification with a key that is not the one we know."""
    return Cancel("m.key_mismatch", "A key is not the one that we know.")


@dataclass(slots=True)
class Conversation:
    """State in memory only. ``outgoing`` is emptied by whoever sends."""

    ours: SasSide
    theirs: SasSide
    transaction: str
    room: str | None
    """The room it happens in; None: between devices."""
    requested: bool
    """Whether it came from a request. Without one there is no ``done`` either (deprecated)."""
    began: float
    stage: Stage = Stage.READY
    shown: ShortString | None = None
    vouched: frozenset[str] = frozenset()
    """The keys that the other side proved to hold; empty until then."""
    code: str = ""
    """Why it was cancelled."""
    by_them: bool = False
    """Whether they cancelled it."""
    outgoing: list[tuple[str, Content]] = field(default_factory=list)
    _start: Content = field(default_factory=dict)
    _commitment: str = ""
    _exchange: Exchange = field(init=False)

    def __post_init__(self) -> None:
        self._exchange = Exchange(self.ours, self.theirs, self.transaction)

    @property
    def over(self) -> bool:
        """Whether the verification is done or cancelled."""
        return self.stage in {Stage.DONE, Stage.CANCELLED}

    # -- what we decide --------------------------------------------------------------------------

    def ready(self) -> None:
        """Accept a request."""
        self._say("ready", {"from_device": self.ours.device, "methods": [sas.METHOD]})

    def begin(self) -> None:
        """Start the comparison, because the other side did not."""
        if self.stage is not Stage.READY:
            return
        self._start = self._framed(
            {
                "from_device": self.ours.device,
                "method": sas.METHOD,
                "key_agreement_protocols": [sas.AGREEMENT],
                "hashes": [sas.HASH],
                "message_authentication_codes": list(sas.MACS),
                "short_authentication_string": list(sas.SHOWN),
            }
        )
        self.outgoing.append((PREFIX + "start", self._start))
        self.stage = Stage.STARTED

    def confirm(self) -> bool:
        """Note that our operator saw the same on both sides; False when there is nothing to compare."""
        if self.stage is not Stage.COMPARING:
            return False
        self.stage = Stage.CONFIRMED
        self._say("mac", self._exchange.vouch())
        self._conclude()
        return True

    def reject(self) -> bool:
        """Note that our operator saw a difference; False when there is nothing to compare."""
        if self.stage is not Stage.COMPARING:
            return False
        self.cancel("m.mismatched_sas", "The two do not show the same.")
        return True

    def cancel(self, code: str, reason: str) -> None:
        """End the verification from our side; nothing the other side proved counts any more."""
        if self.over:
            return
        self._say("cancel", {"code": code, "reason": reason})
        self._end(code)

    def expire(self) -> None:
        """Cancel the verification because it took too long."""
        self.cancel("m.timeout", "That took too long.")

    # -- what they say ---------------------------------------------------------------------------

    def take(self, kind: str, content: Mapping[str, Any]) -> None:
        """Process one message from the other side. Never raises."""
        if self.over:
            return
        if kind == "cancel":
            code = content.get("code")
            self.by_them = True
            self._end(code if isinstance(code, str) else "m.user")
            return
        steps: dict[str, Callable[[Mapping[str, Any]], None]] = {
            "start": self._started,
            "accept": self._accepted,
            "key": self._key,
            "mac": self._mac,
            "done": self._done,
        }
        try:
            step = steps.get(kind)
            if step is None:
                raise unexpected()
            step(content)
        except Cancel as reason:
            self.cancel(reason.code, reason.reason)

    def _started(self, content: Mapping[str, Any]) -> None:
        if content.get("from_device") != self.theirs.device:
            raise invalid()
        if self.stage is Stage.STARTED:
            if content.get("method") != sas.METHOD:
                raise unexpected()
            # Both began: the one with the smaller name did (specification).
            ours, theirs = (
                (self.ours.user, self.ours.device),
                (self.theirs.user, self.theirs.device),
            )
            if ours < theirs:
                return
        elif self.stage is not Stage.READY:
            raise unexpected()
        method = content.get("method")
        if not isinstance(method, str):
            raise invalid()
        if method != sas.METHOD:
            raise unknown_method()
        shown = [
            each for each in _texts(content, "short_authentication_string") if each in sas.SHOWN
        ]
        macs = _texts(content, "message_authentication_codes")
        mac = next((each for each in sas.MACS if each in macs), None)
        offered = sas.AGREEMENT in _texts(
            content, "key_agreement_protocols"
        ) and sas.HASH in _texts(content, "hashes")
        if not offered or not shown or mac is None:
            raise unknown_method()
        self._exchange.mac = mac
        self._say(
            "accept",
            {
                "method": sas.METHOD,
                "key_agreement_protocol": sas.AGREEMENT,
                "hash": sas.HASH,
                "message_authentication_code": mac,
                "short_authentication_string": shown,
                "commitment": commitment(self._exchange.public, content),
            },
        )
        self.stage = Stage.ACCEPTED

    def _accepted(self, content: Mapping[str, Any]) -> None:
        if self.stage is not Stage.STARTED:
            raise unexpected()
        chosen = _texts(content, "short_authentication_string")
        mac = _text(content, "message_authentication_code")
        fits = (
            _text(content, "key_agreement_protocol") == sas.AGREEMENT
            and _text(content, "hash") == sas.HASH
            and mac in sas.MACS
        )
        if not fits or not chosen or not set(chosen) <= set(sas.SHOWN):
            raise unknown_method()
        self._exchange.mac = mac
        self._commitment = _text(content, "commitment")
        self._say("key", {"key": self._exchange.public})
        self.stage = Stage.KEY_SENT

    def _key(self, content: Mapping[str, Any]) -> None:
        if self.stage not in {Stage.ACCEPTED, Stage.KEY_SENT}:
            raise unexpected()
        key = _text(content, "key")
        we_started = self.stage is Stage.KEY_SENT
        if we_started:
            promised = commitment(key, self._start)
            if not hmac.compare_digest(promised.encode(), self._commitment.encode()):
                raise Cancel("m.mismatched_commitment", "That is not the key that was promised.")
        try:
            self.shown = self._exchange.agree(key, we_started=we_started)
        except NotAKey:
            raise invalid() from None
        if not we_started:
            self._say("key", {"key": self._exchange.public})
        self.stage = Stage.COMPARING

    def _mac(self, content: Mapping[str, Any]) -> None:
        if self.stage not in {Stage.COMPARING, Stage.CONFIRMED} or self.vouched:
            raise unexpected()
        mac = content.get("mac")
        if not isinstance(mac, dict) or not all(isinstance(tag, str) for tag in mac.values()):
            raise invalid()
        try:
            self.vouched = self._exchange.check(mac, _text(content, "keys"))
        except DoesNotMatch:
            raise mismatch() from None
        self._conclude()

    def _done(self, _content: Mapping[str, Any]) -> None:
        if not (self.requested and self.stage is Stage.CONFIRMED and self.vouched):
            raise unexpected()
        self.stage = Stage.DONE

    # -- saying ----------------------------------------------------------------------------------

    def _conclude(self) -> None:
        """Both proved their keys and our operator agreed: say so."""
        if self.stage is not Stage.CONFIRMED or not self.vouched:
            return
        if self.requested:
            self._say("done", {})
        else:
            self.stage = Stage.DONE

    def _end(self, code: str) -> None:
        self.stage = Stage.CANCELLED
        self.code = code
        self.vouched = frozenset()
        self.shown = None

    def _say(self, kind: str, content: Content) -> None:
        self.outgoing.append((PREFIX + kind, self._framed(content)))

    def _framed(self, content: Content) -> Content:
        return framed(content, self.transaction, in_room=self.room is not None)


def framed(content: Content, transaction: str, *, in_room: bool) -> Content:
    """The content together with the reference to its verification."""
    if in_room:
        return {**content, "m.relates_to": {"rel_type": "m.reference", "event_id": transaction}}
    return {**content, "transaction_id": transaction}


def _text(content: Mapping[str, Any], name: str) -> str:
    text = content.get(name)
    if not isinstance(text, str):
        raise invalid()
    return text


def _texts(content: Mapping[str, Any], name: str) -> list[str]:
    texts = content.get(name)
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise invalid()
    return texts
