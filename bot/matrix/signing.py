"""Signed JSON as Matrix defines it, over Ed25519 keys of ``cryptography``."""

import binascii
import json
from base64 import b64decode, b64encode
from collections.abc import Mapping
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from storage.core.lazy_dataclass import dataclass


def unpadded(raw: bytes) -> str:
    """Base64 without padding: rust clients drop keys whose id is padded."""
    return b64encode(raw).decode().rstrip("=")


def from_unpadded(text: str) -> bytes:
    """The bytes of base64, padded or not; ValueError for anything else."""
    return b64decode(text + "=" * (-len(text) % 4), validate=True)


def canonical(value: Mapping[str, Any]) -> bytes:
    """Canonical JSON without signatures and unsigned data (spec: Signing JSON)."""
    bare = {key: item for key, item in value.items() if key not in {"signatures", "unsigned"}}
    return json.dumps(bare, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def is_signed(value: Mapping[str, Any], user: str, key: str) -> bool:
    """Whether ``user``'s Ed25519 ``key`` (unpadded base64) signed the value; never raises.

    The key id of cross-signing keys is the key itself; for devices pass ``key_id`` through
    :func:`is_signed_as`.
    """
    return is_signed_as(value, user, key, key)


def is_signed_as(value: Mapping[str, Any], user: str, key_id: str, key: str) -> bool:
    """Whether the signature of ``user`` under ``ed25519:key_id`` verifies with ``key``."""
    try:
        signature = value["signatures"][user][f"ed25519:{key_id}"]
        Ed25519PublicKey.from_public_bytes(from_unpadded(key)).verify(
            from_unpadded(signature), canonical(value)
        )
    except (
        InvalidSignature,
        KeyError,
        TypeError,
        ValueError,
        AttributeError,
        RecursionError,
        binascii.Error,
    ):
        return False
    return True


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private Ed25519 key of ours."""

    seed: bytes

    @property
    def _private(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)

    @property
    def public(self) -> str:
        """The public key, unpadded base64."""
        return unpadded(self._private.public_key().public_bytes_raw())

    def sign(self, value: Mapping[str, Any], user: str) -> dict[str, Any]:
        """A copy of ``value`` with the key's signature added under ``signatures``."""
        signatures = {who: dict(theirs) for who, theirs in value.get("signatures", {}).items()}
        signatures.setdefault(user, {})[f"ed25519:{self.public}"] = unpadded(
            self._private.sign(canonical(value))
        )
        return {**value, "signatures": signatures}

    def __repr__(self) -> str:
        return "SigningKey(***)"
