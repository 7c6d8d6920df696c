"""The recovery key as it is printed and typed: the standard form of Matrix recovery keys.

One key for both: it opens the data directory, and as the key of secret storage it lets a person
who logs in as the bot with an ordinary client recover the bot's identity.
"""

from __future__ import annotations

import functools
import operator
import secrets
from dataclasses import field

import base58

from storage.core.lazy_dataclass import dataclass

KEY_BYTES = 32
PREFIX = bytes((0x8B, 0x01))
"""Marks a Matrix recovery key (spec: Secrets, "Key representation")."""

GROUP = 4
LETTERS = 48
"""Base58 letters of prefix, key and parity byte: always that many, because of the prefix."""


@dataclass(frozen=True, slots=True)
class RecoveryKey:
    """The printed key: opens the data when every passphrase is forgotten."""

    secret: bytes = field(repr=False)

    @classmethod
    def generate(cls) -> RecoveryKey:
        """A new recovery key from the system's random numbers."""
        return cls(secrets.token_bytes(KEY_BYTES))

    def text(self) -> str:
        """The key as printed: twelve groups of four letters and digits; capitals matter."""
        letters = base58.b58encode(self._all()).decode("ascii")
        return " ".join(letters[i : i + GROUP] for i in range(0, len(letters), GROUP))

    @classmethod
    def parse(cls, text: str) -> RecoveryKey | None:
        """Read a key as people type it; None for a typo or something else altogether."""
        try:
            content = base58.b58decode(_letters(text))
        except ValueError:
            return None
        key = cls(content[len(PREFIX) : -1])
        return key if len(key.secret) == KEY_BYTES and content == key._all() else None

    @staticmethod
    def resembles(text: str) -> bool:
        """Whether somebody meant to type a recovery key, right or wrong."""
        letters = _letters(text)
        return abs(len(letters) - LETTERS) <= 1 and letters.startswith("Es")

    def _all(self) -> bytes:
        content = PREFIX + self.secret
        return content + bytes((functools.reduce(operator.xor, content),))


def _letters(text: str) -> str:
    return "".join(c for c in text if c.isalnum())
