"""The data key: 32 random bytes that everything else is derived from."""

from __future__ import annotations

from dataclasses import field
from enum import Enum

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from storage.core.lazy_dataclass import dataclass

KEY_BYTES = 32


class Purpose(Enum):
    """What a sub-key is for. The values go into the derivation: never change one."""

    APP_DATABASE = "steward 1 app database"
    NIO_STORE = "steward 1 nio store"
    NIO_PICKLE = "steward 1 nio pickle"
    BACKUP = "steward 1 backup"
    FORGOTTEN = "steward 1 forgotten"
    BALLOTS = "steward 1 ballots"
    CARDS = "steward 1 cards"


@dataclass(frozen=True, slots=True)
class DataKey:
    """The 32 random bytes that everything else is derived from."""

    secret: bytes = field(repr=False)

    def derive(self, purpose: Purpose, salt: bytes = b"") -> bytes:
        """The 32-byte key for one purpose; knowing one says nothing about the others.

        ``salt`` makes one of its own of each thing of the same purpose.
        """
        return hkdf(self.secret, salt, purpose.value.encode())


def hkdf(secret: bytes, salt: bytes, info: bytes) -> bytes:
    """HKDF-SHA256."""
    return HKDF(hashes.SHA256(), length=KEY_BYTES, salt=salt, info=info).derive(secret)
