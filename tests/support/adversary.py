"""Forged devices, built from the bare cryptography: what they say need not be true."""

import json
import secrets
from collections.abc import Mapping
from typing import Any

import vodozemac

from bot.matrix.identity import CrossSigning
from bot.matrix.signing import canonical, unpadded

JsonObject = dict[str, Any]


def event_id() -> str:
    """Make a random event id."""
    return "$" + secrets.token_urlsafe(32)


class ForgedDevice:
    """A device of ``user`` that follows no rules; it can sign, encrypt and claim whatever it likes.

    Real keys and real ciphertext: only an honest check tells it from an honest device.
    """

    def __init__(self, user: str, device: str = "") -> None:
        self.user = user
        self.id = device or "FORGED" + secrets.token_hex(3).upper()
        self.account = vodozemac.Account()
        self.megolm = vodozemac.GroupSession()
        self._olm: vodozemac.Session | None = None

    @property
    def curve25519(self) -> str:
        """The identity key in base64."""
        return self.account.curve25519_key.to_base64()

    @property
    def ed25519(self) -> str:
        """The signing key in base64."""
        return self.account.ed25519_key.to_base64()

    # -- what is published ---------------------------------------------------------------------

    def keys(self, identity: CrossSigning | None = None, **changes: Any) -> JsonObject:
        """Return the device's entry in ``/keys/query``, cross-signed if an identity is given."""
        keys: JsonObject = {
            "algorithms": ["m.olm.v1.curve25519-aes-sha2", "m.megolm.v1.aes-sha2"],
            "device_id": self.id,
            "user_id": self.user,
            "keys": {f"curve25519:{self.id}": self.curve25519, f"ed25519:{self.id}": self.ed25519},
            **changes,
        }
        keys["signatures"] = {self.user: {f"ed25519:{self.id}": self.sign(keys)}}
        return keys if identity is None else identity.self_signing.sign(keys, self.user)

    def sign(self, value: Mapping[str, Any]) -> str:
        """Sign the canonical JSON of a value; returns base64."""
        return str(self.account.sign(canonical(value)).to_base64())

    # -- what is sent --------------------------------------------------------------------------

    def meet(self, curve25519: str, one_time_key: str) -> None:
        """Open an Olm session towards somebody's device."""
        self._olm = self.account.create_outbound_session(
            vodozemac.Curve25519PublicKey.from_base64(curve25519),
            vodozemac.Curve25519PublicKey.from_base64(one_time_key),
        )

    def to_device(
        self, bot: "Target", kind: object, content: object, claims: Mapping[str, Any] | None = None
    ) -> JsonObject:
        """Make an encrypted to-device event; ``claims`` replace parts of the Olm payload."""
        if self._olm is None:
            self.meet(bot.curve25519, bot.one_time_key())
        assert self._olm is not None
        payload = {
            "sender": self.user,
            "sender_device": self.id,
            "keys": {"ed25519": self.ed25519},
            "recipient": bot.user,
            "recipient_keys": {"ed25519": bot.ed25519},
            "type": kind,
            "content": content,
            **(claims or {}),
        }
        form, ciphertext = self._olm.encrypt(json.dumps(payload).encode()).to_parts()
        sealed = {"type": form, "body": unpadded(ciphertext)}
        return {
            "type": "m.room.encrypted",
            "sender": self.user,
            "content": {
                "algorithm": "m.olm.v1.curve25519-aes-sha2",
                "sender_key": self.curve25519,
                "ciphertext": {bot.curve25519: sealed},
            },
        }

    def room_key(self, bot: "Target", room: str, **claims: Any) -> JsonObject:
        """Make the to-device event that shares the device's room key with the bot."""
        return self.to_device(
            bot,
            "m.room_key",
            {
                "algorithm": "m.megolm.v1.aes-sha2",
                "room_id": room,
                "session_id": self.megolm.session_id,
                "session_key": self.megolm.session_key.to_base64(),
                **claims,
            },
        )

    def seal(self, payload: Any) -> JsonObject:
        """Encrypt a payload; returns the content of an ``m.room.encrypted`` event."""
        text = payload if isinstance(payload, str) else json.dumps(payload)
        return {
            "algorithm": "m.megolm.v1.aes-sha2",
            "sender_key": self.curve25519,
            "device_id": self.id,
            "session_id": self.megolm.session_id,
            "ciphertext": self.megolm.encrypt(text.encode(errors="surrogatepass")).to_base64(),
        }

    def says(self, room: str, text: str, **more: Any) -> JsonObject:
        """Make a timeline event: ``text`` typed in ``room``; ``more`` goes into the inner content."""
        content = {"msgtype": "m.text", "body": text, **more}
        return self.event(
            self.seal({"type": "m.room.message", "room_id": room, "content": content})
        )

    def event(self, content: Mapping[str, Any], **changes: Any) -> JsonObject:
        """Make a timeline event around an encrypted content."""
        return {
            "type": "m.room.encrypted",
            "sender": self.user,
            "event_id": event_id(),
            "origin_server_ts": 1,
            "content": dict(content),
            **changes,
        }


class Target:
    """The public keys of the bot's device, as anybody sees them who wants to write to the bot."""

    def __init__(self, user: str, curve25519: str, ed25519: str, one_time_keys: list[str]) -> None:
        self.user = user
        self.curve25519 = curve25519
        self.ed25519 = ed25519
        self._one_time_keys = one_time_keys

    def one_time_key(self) -> str:
        """Take one of the one-time keys; each is given out once."""
        return self._one_time_keys.pop()


def published(user: str, identity: CrossSigning, *devices: JsonObject) -> JsonObject:
    """Make an answer of ``/keys/query`` about one person."""
    keys = identity.public(user)
    return {
        "device_keys": {user: {device["device_id"]: device for device in devices}},
        "master_keys": {user: keys["master_key"]},
        "self_signing_keys": {user: keys["self_signing_key"]},
        "failures": {},
    }
