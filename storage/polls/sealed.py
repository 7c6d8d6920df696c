"""Encryption of the state of a secret poll, with ``cryptography``'s HKDF and AES-256-GCM only.

A box opens only with both halves of its key: one lies beside it in the file, the other in memory
alone (docs/ballot-secrecy.md). What is sealed always has the same size, and each time another nonce, so
that two copies of a file tell that something was written and not what.
"""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from storage.core.lazy_dataclass import dataclass

VERSION = b"steward ballot box 1"
HALF = 32
"""Bytes of each half of a key."""
NONCE, TAG = 12, 16
SMALLEST = 4096
"""Bytes of the smallest state; every size is a power of two from here."""


class NotThisBox(Exception):
    """The key, the poll, the room or the size is another's, or a byte was changed."""


@dataclass(frozen=True, slots=True)
class Label:
    """Additional data a sealed state is bound to: only the same poll and room can open the box."""

    poll: str
    room: str


def new_half() -> bytes:
    """Make half of a key from the system's random source."""
    return os.urandom(HALF)


def size_for(content: int) -> int:
    """Return the padded size of a state that has to hold ``content`` bytes."""
    size = SMALLEST
    while size < content:
        size *= 2
    return size


def derive(in_memory: bytes, in_file: bytes, poll: str) -> bytes:
    """Derive the key of a poll's box from its two halves (HKDF-SHA-256).

    Raises ValueError for a half of another length than HALF.
    """
    if len(in_memory) != HALF or len(in_file) != HALF:
        raise ValueError(f"each half of a key has {HALF} bytes")
    kdf = HKDF(algorithm=SHA256(), length=32, salt=poll.encode(), info=VERSION)
    return kdf.derive(in_memory + in_file)


def seal(state: bytes, key: bytes, label: Label) -> bytes:
    """Encrypt a padded state; returns nonce | ciphertext | tag.

    Raises ValueError for a size that ``size_for`` does not give.
    """
    if len(state) != size_for(len(state)):
        raise ValueError("a state is padded before it is sealed")
    nonce = os.urandom(NONCE)
    return nonce + AESGCM(key).encrypt(nonce, state, _bound_to(label, len(state)))


def unseal(sealed: bytes, key: bytes, label: Label) -> bytes:
    """Decrypt a state. Raises NotThisBox."""
    size = len(sealed) - NONCE - TAG
    try:
        return AESGCM(key).decrypt(sealed[:NONCE], sealed[NONCE:], _bound_to(label, size))
    except (InvalidTag, ValueError):
        raise NotThisBox from None


def _bound_to(label: Label, size: int) -> bytes:
    parts = (VERSION, label.poll.encode(), label.room.encode(), str(size).encode())
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)
