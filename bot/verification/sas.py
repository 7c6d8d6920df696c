"""The cryptography of one comparison of emoji, by vodozemac; what goes into it, by the specification.

Nothing here knows in which order messages come: that is the conversation's business.
"""

import hashlib
import hmac
from collections.abc import Iterable, Mapping
from typing import Any

import vodozemac

from bot.matrix.machine import contained
from bot.matrix.signing import canonical, unpadded
from bot.verification.emoji import EMOJI
from storage.core.lazy_dataclass import dataclass

METHOD = "m.sas.v1"
AGREEMENT = "curve25519-hkdf-sha256"
HASH = "sha256"
MAC = "hkdf-hmac-sha256.v2"
OLD_MAC = "hkdf-hmac-sha256"
"""Deprecated since v1.6 of the specification, which still wants it offered to older apps.

The same code over the same keys, written in a base64 that loses most of it: 48 bits are left. Whoever
is in between has one guess at them, after one at the 42 bits of the emoji.
"""
MACS = (MAC, OLD_MAC)
"""What we understand, the better first."""
SHOWN = ("decimal", "emoji")


class NotAKey(Exception):
    """Raised for a public key with which no secret can be agreed."""


class DoesNotMatch(Exception):
    """Raised when a device's key is not the one we know, or a message authentication code is wrong."""


@dataclass(frozen=True, slots=True)
class SasSide:
    """One side of a verification: a device and the keys it stands for, in unpadded base64."""

    user: str
    device: str
    ed25519: str
    master: str | None

    @property
    def keys(self) -> dict[str, str]:
        """The keys that are vouched for, by key id."""
        keys = {f"ed25519:{self.device}": self.ed25519}
        if self.master is not None:
            keys[f"ed25519:{self.master}"] = self.master
        return keys


@dataclass(frozen=True, slots=True)
class ShortString:
    """What two people compare, as emoji or as numbers."""

    emoji: tuple[tuple[str, str], ...]
    """Seven symbols, each with its name."""
    decimals: tuple[int, int, int]


def commitment(key: str, start: Mapping[str, Any]) -> str:
    """Binds whoever accepted to a public key that is shown later, and to what was accepted."""
    return unpadded(hashlib.sha256(key.encode() + canonical(start)).digest())


class Exchange:
    """The key agreement: our ephemeral key, then the secret that both sides have."""

    def __init__(self, ours: SasSide, theirs: SasSide, transaction: str) -> None:
        self._ours = ours
        self._theirs = theirs
        self._transaction = transaction
        self._ephemeral = vodozemac.Sas()
        self.public = str(self._ephemeral.public_key.to_base64())
        self._secret: vodozemac.EstablishedSas | None = None
        self.mac = MAC
        """Which of MACS both agreed on."""

    def agree(self, their_key: str, *, we_started: bool) -> ShortString:
        """Take the other side's public key. Raises NotAKey."""
        try:
            key = vodozemac.Curve25519PublicKey.from_base64(their_key)
            self._secret = self._ephemeral.diffie_hellman(key)
        except BaseException as error:  # noqa: BLE001 (whatever a stranger's key causes)
            contained(error)
            raise NotAKey from None
        ours = f"{self._ours.user}|{self._ours.device}|{self.public}"
        # As it was sent would do as well; the canonical form is what other clients use.
        theirs = f"{self._theirs.user}|{self._theirs.device}|{key.to_base64()}"
        first, second = (ours, theirs) if we_started else (theirs, ours)
        info = f"MATRIX_KEY_VERIFICATION_SAS|{first}|{second}|{self._transaction}"
        shared = self._secret.bytes(info)
        one, two, three = shared.decimals
        emoji = tuple(EMOJI[number] for number in shared.emoji_indices)
        return ShortString(emoji, (one, two, three))

    def vouch(self) -> dict[str, Any]:
        """The content of ``m.key.verification.mac`` for our own keys."""
        info = self._info(self._ours, self._theirs)
        keys = self._ours.keys
        return {
            "mac": {name: self._tag(key, info + name) for name, key in keys.items()},
            "keys": self._tag(_listed(keys), info + "KEY_IDS"),
        }

    def check(self, mac: Mapping[str, str], listed: str) -> frozenset[str]:
        """The keys known to us that the other side vouched for; unknown ids are ignored.

        Raises DoesNotMatch when a key differs from ours, or when none of them is known to us.
        """
        known = self._theirs.keys
        if self._theirs.master == self._theirs.device:
            # An id that names two keys would let one of them pass for the other.
            raise DoesNotMatch
        info = self._info(self._theirs, self._ours)
        self._verify(_listed(mac), info + "KEY_IDS", listed)
        for name in mac.keys() & known.keys():
            self._verify(known[name], info + name, mac[name])
        vouched = frozenset(known[name] for name in mac.keys() & known.keys())
        if not vouched:
            raise DoesNotMatch
        return vouched

    def _tag(self, text: str, info: str) -> str:
        secret = self._agreed()
        tag = secret.calculate_mac if self.mac == MAC else secret.calculate_mac_invalid_base64
        return str(tag(text, info))

    def _verify(self, text: str, info: str, tag: str) -> None:
        if self.mac == OLD_MAC:
            if not hmac.compare_digest(self._tag(text, info).encode(), tag.encode()):
                raise DoesNotMatch
            return
        try:
            self._agreed().verify_mac(text, info, tag)
        except BaseException as error:  # noqa: BLE001 (a wrong tag, or no base64 at all)
            contained(error)
            raise DoesNotMatch from None

    def _agreed(self) -> vodozemac.EstablishedSas:
        if self._secret is None:
            raise DoesNotMatch
        return self._secret

    def _info(self, sender: SasSide, receiver: SasSide) -> str:
        ends = f"{sender.user}{sender.device}{receiver.user}{receiver.device}"
        return f"MATRIX_KEY_VERIFICATION_MAC{ends}{self._transaction}"


def _listed(names: Iterable[str]) -> str:
    return ",".join(sorted(names))
