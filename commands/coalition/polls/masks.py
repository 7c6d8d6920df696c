"""Masks that hide one committee's totals in the sum of several. Pure.

Each two committees of a fixed set share a secret (X25519). From it comes a stream of numbers
(HKDF-SHA256) that one adds to its totals and the other subtracts, modulo 2**64: over the whole set
all streams cancel, and the sum is left. This is the first half of Bonawitz et al., "Practical Secure
Aggregation" (2017). The second half, recovering what a member who drops out had masked, is replaced by
the rule in ``rounds.py``: a committee lets one masked vector out in a poll, and never a second.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Final

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from storage.core.lazy_dataclass import dataclass

MODULUS: Final = 1 << 64
KEY: Final = 32
"""Bytes of a private and of a public key."""
_WORD: Final = 8
_VERSION: Final = "steward coalition sum 1"


class UnusableKey(ValueError):
    """A public key with which no secret can be shared: one of a few that give the same with everybody."""


@dataclass(frozen=True, slots=True)
class SetMember:
    """A committee's bot in a fixed set, with the public key it said."""

    bot: str
    key: bytes


class SumSet:
    """The committees whose totals are added in one round of one poll. Never changed: another is another round."""

    def __init__(
        self, coalition: str, poll: str, number: int, members: Iterable[SetMember]
    ) -> None:
        self.coalition = coalition
        self.poll = poll
        self.round = number
        self.members = tuple(sorted(members, key=lambda each: each.bot))
        self.bots = frozenset(each.bot for each in self.members)
        if len(self.bots) != len(self.members):
            raise ValueError("each bot is in a set once")

    @cached_property
    def hash(self) -> str:
        """What everybody in the set has to name before anything masked is sent: SHA-256, in hexadecimal."""
        said = [
            _VERSION,
            self.coalition,
            self.poll,
            self.round,
            [[each.bot, each.key.hex()] for each in self.members],
        ]
        return hashlib.sha256(json.dumps(said, separators=(",", ":")).encode()).hexdigest()


def private_key(secret: bytes, coalition: str, poll: str) -> bytes:
    """Derive a committee's private key for one poll from a secret of KEY bytes that lives as long as the poll.

    It is never written: it comes from the half of the box's key that is in memory alone, and is gone
    with it.
    """
    info = json.dumps([_VERSION, "key", coalition, poll]).encode()
    return HKDF(algorithm=SHA256(), length=KEY, salt=None, info=info).derive(secret)


def public_key(private: bytes) -> bytes:
    """The public key to a private one."""
    return X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


def check_key(key: bytes) -> None:
    """Raise UnusableKey for a public key with which no secret can be shared (RFC 7748, section 6.1)."""
    _shared(bytes(range(KEY)), key)


def masked(totals: Sequence[int], where: SumSet, own: str, private: bytes) -> tuple[int, ...]:
    """One committee's totals with its masks: noise for everybody, until all of the set are added.

    Raises UnusableKey; KeyError if ``own`` is not in the set, or there with another key.
    """
    if SetMember(own, public_key(private)) not in where.members:
        raise KeyError(own)
    found = [total % MODULUS for total in totals]
    for other in where.members:
        if other.bot == own:
            continue
        first, second = sorted((own, other.bot))
        stream = _stream(_shared(private, other.key), where, first, second, len(totals))
        sign = 1 if own == first else -1
        found = [(each + sign * mask) % MODULUS for each, mask in zip(found, stream, strict=True)]
    return tuple(found)


def summed(vectors: Iterable[Sequence[int]]) -> tuple[int, ...]:
    """The sum of vectors, place by place, modulo 2**64. Raises ValueError where their lengths differ."""
    return tuple(sum(place) % MODULUS for place in zip(*vectors, strict=True))


def as_text(vector: Sequence[int]) -> str:
    """A vector as text for a message: sixteen hexadecimal digits for each place."""
    return "".join(f"{each:016x}" for each in vector)


def from_text(text: str) -> tuple[int, ...]:
    """Read a vector that ``as_text`` made. Raises ValueError."""
    if len(text) % (2 * _WORD) or not set(text) <= set("0123456789abcdef"):
        raise ValueError("a vector is sixteen hexadecimal digits for each place")
    return tuple(int(text[at : at + 2 * _WORD], 16) for at in range(0, len(text), 2 * _WORD))


def _shared(private: bytes, key: bytes) -> bytes:
    try:
        theirs = X25519PublicKey.from_public_bytes(key)
        return X25519PrivateKey.from_private_bytes(private).exchange(theirs)
    except ValueError:
        raise UnusableKey from None


def _stream(shared: bytes, where: SumSet, first: str, second: str, places: int) -> list[int]:
    """The masks of a pair: bound to coalition, poll, round and set by the hash, to a position by its place.

    The pair's names are bound too, so that a bot which repeats another's key shares no mask with it.
    """
    info = json.dumps([_VERSION, "masks", first, second]).encode()
    kdf = HKDF(algorithm=SHA256(), length=places * _WORD, salt=bytes.fromhex(where.hash), info=info)
    stream = kdf.derive(shared)
    return [int.from_bytes(stream[at : at + _WORD], "big") for at in range(0, len(stream), _WORD)]
