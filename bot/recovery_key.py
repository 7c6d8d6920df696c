"""The recovery key as it is printed and typed: letters in groups, with a checksum."""

from __future__ import annotations

import base64
import binascii
import hashlib
import secrets
from dataclasses import dataclass, field

KEY_BYTES = 32
CHECK_BYTES = 3
"""With 32 bytes of key they fill 56 base32 letters exactly; one typo in 2^24 goes unnoticed."""
GROUP = 4
LETTERS = (KEY_BYTES + CHECK_BYTES) * 8 // 5
LOOK_ALIKES = str.maketrans({"0": "O", "1": "I", "8": "B"})
"""Digits that base32 leaves out because people take them for letters."""


@dataclass(frozen=True, slots=True)
class RecoveryKey:
    """The printed key: opens the data when every passphrase is forgotten."""

    secret: bytes = field(repr=False)

    @classmethod
    def generate(cls) -> RecoveryKey:
        """A new one from the system's random numbers."""
        return cls(secrets.token_bytes(KEY_BYTES))

    def text(self) -> str:
        """Fourteen groups of four letters and digits, the last ones a checksum."""
        letters = base64.b32encode(self.secret + self._check()).decode("ascii")
        return " ".join(letters[i : i + GROUP] for i in range(0, len(letters), GROUP))

    @classmethod
    def parse(cls, text: str) -> RecoveryKey | None:
        """Read one back as people type it, or None for a typo (or something else altogether)."""
        letters = _letters(text)
        try:
            content = base64.b32decode(letters)
        except (binascii.Error, ValueError):
            return None
        key = cls(content[:KEY_BYTES])
        return key if len(letters) == LETTERS and content == key._all() else None

    @staticmethod
    def resembles(text: str) -> bool:
        """Whether somebody meant to type a recovery key, right or wrong."""
        return len(_letters(text)) == LETTERS

    def _check(self) -> bytes:
        return hashlib.sha256(b"steward recovery key" + self.secret).digest()[:CHECK_BYTES]

    def _all(self) -> bytes:
        return self.secret + self._check()


def _letters(text: str) -> str:
    return "".join(c for c in text.upper() if c.isalnum()).translate(LOOK_ALIKES)
