"""The other side of an emoji verification, written from the specification, with no code of the bot."""

import base64
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import vodozemac
from canonicaljson import encode_canonical_json

JsonObject = dict[str, Any]


@dataclass(slots=True)
class EmojiPerson:
    """An app that follows the rules; ``outbox`` is what it wants to send, by short kind."""

    user: str
    device: str
    keys: dict[str, str]
    """Its own keys by id, which it vouches for."""
    bot: str
    bot_device: str
    bot_keys: dict[str, str]
    transaction: str
    in_room: bool = False
    outbox: list[tuple[str, JsonObject]] = field(default_factory=list)
    decimals: tuple[int, ...] = ()
    verified: list[str] = field(default_factory=list)
    """Ids of the bot's keys whose proof held."""
    confirmed: bool = False
    done: bool = False
    cancelled: str = ""
    we_started: bool = False
    macs: tuple[str, ...] = ("hkdf-hmac-sha256.v2", "hkdf-hmac-sha256")
    """What it understands; older apps know the last only."""
    chosen: str = ""
    """What both agreed on."""
    alter: Callable[[str, JsonObject], JsonObject] = lambda _kind, content: content
    """What somebody in between makes of a message."""
    _start: JsonObject = field(default_factory=dict)
    _commitment: str = ""
    _sas: Any = field(default_factory=vodozemac.Sas)
    _secret: Any = None

    @property
    def public(self) -> str:
        return str(self._sas.public_key.to_base64())

    def frame(self, content: JsonObject) -> JsonObject:
        if self.in_room:
            relation = {"rel_type": "m.reference", "event_id": self.transaction}
            return {**content, "m.relates_to": relation}
        return {**content, "transaction_id": self.transaction}

    def say(self, kind: str, content: JsonObject) -> JsonObject:
        framed = self.frame(content)
        self.outbox.append((kind, self.alter(kind, framed)))
        return framed

    def request(self, at: int) -> JsonObject:
        """The content of a request between devices, sent at a moment in Unix milliseconds."""
        return {
            "from_device": self.device,
            "methods": ["m.qr_code.show.v1", "m.sas.v1"],
            "timestamp": at,
            "transaction_id": self.transaction,
        }

    def room_request(self) -> JsonObject:
        return {
            "msgtype": "m.key.verification.request",
            "body": "I want to verify you, but your app cannot do that",
            "from_device": self.device,
            "methods": ["m.sas.v1"],
            "to": self.bot,
        }

    def start(self) -> None:
        self.we_started = True
        self._start = self.say("start", self.offer())

    def offer(self) -> JsonObject:
        return {
            "from_device": self.device,
            "method": "m.sas.v1",
            "key_agreement_protocols": ["curve25519-hkdf-sha256", "curve25519"],
            "hashes": ["sha256"],
            "message_authentication_codes": list(self.macs),
            "short_authentication_string": ["emoji", "decimal"],
        }

    def confirm(self) -> None:
        info = self._mac_info(own=True)
        listed = ",".join(sorted(self.keys))
        self.say(
            "mac",
            {
                "mac": {name: self._tag(key, info + name) for name, key in self.keys.items()},
                "keys": self._tag(listed, info + "KEY_IDS"),
            },
        )
        self.confirmed = True
        self._conclude()

    def _tag(self, text: str, info: str) -> str:
        old = self.chosen == "hkdf-hmac-sha256"
        make = self._secret.calculate_mac_invalid_base64 if old else self._secret.calculate_mac
        return str(make(text, info))

    def take(self, kind: str, content: JsonObject) -> None:
        """Process one message of the bot."""
        tied = content["m.relates_to"]["event_id"] if self.in_room else content["transaction_id"]
        assert tied == self.transaction
        {
            "ready": self._ready,
            "start": self._started,
            "accept": self._accepted,
            "key": self._key,
            "mac": self._mac,
            "done": self._is_done,
            "cancel": self._cancelled,
        }[kind](content)

    def _ready(self, content: JsonObject) -> None:
        assert content["from_device"] == self.bot_device
        assert "m.sas.v1" in content["methods"]

    def _started(self, content: JsonObject) -> None:
        if self.we_started and self.user < self.bot:
            return
        self.we_started = False
        self.chosen = next(m for m in self.macs if m in content["message_authentication_codes"])
        self.say(
            "accept",
            {
                "method": "m.sas.v1",
                "key_agreement_protocol": "curve25519-hkdf-sha256",
                "hash": "sha256",
                "message_authentication_code": self.chosen,
                "short_authentication_string": ["decimal"],
                "commitment": self._promise(self.public, content),
            },
        )

    @staticmethod
    def _promise(key: str, start: JsonObject) -> str:
        hashed = hashlib.sha256(key.encode() + encode_canonical_json(start)).digest()
        return base64.b64encode(hashed).decode().rstrip("=")

    def _accepted(self, content: JsonObject) -> None:
        self._commitment = content["commitment"]
        self.chosen = content["message_authentication_code"]
        self.say("key", {"key": self.public})

    def _key(self, content: JsonObject) -> None:
        key = content["key"]
        if self.we_started:
            assert self._commitment == self._promise(key, self._start)
        else:
            self.say("key", {"key": self.public})
        self._secret = self._sas.diffie_hellman(vodozemac.Curve25519PublicKey.from_base64(key))
        own = f"{self.user}|{self.device}|{self.public}"
        bots = f"{self.bot}|{self.bot_device}|{key}"
        ends = f"{own}|{bots}" if self.we_started else f"{bots}|{own}"
        shared = self._secret.bytes(f"MATRIX_KEY_VERIFICATION_SAS|{ends}|{self.transaction}")
        self.decimals = tuple(shared.decimals)

    def _mac_info(self, *, own: bool) -> str:
        ends = [self.user + self.device, self.bot + self.bot_device]
        return (
            f"MATRIX_KEY_VERIFICATION_MAC{''.join(ends if own else ends[::-1])}{self.transaction}"
        )

    def _mac(self, content: JsonObject) -> None:
        info = self._mac_info(own=False)
        listed = ",".join(sorted(content["mac"]))
        assert content["keys"] == self._tag(listed, info + "KEY_IDS")
        for name, tag in content["mac"].items():
            assert tag == self._tag(self.bot_keys[name], info + name)
            self.verified.append(name)
        self._conclude()

    def _conclude(self) -> None:
        if self.confirmed and self.verified:
            self.say("done", {})

    def _is_done(self, content: JsonObject) -> None:
        self.done = True

    def _cancelled(self, content: JsonObject) -> None:
        assert content["reason"]
        self.cancelled = content["code"]
