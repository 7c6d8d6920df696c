"""A file on its way, as it was encrypted by its sender: on the disk, without a name, never in memory.

The key that opens it stays in the database, which is encrypted. What is opened goes to the process
that reads it, a piece at a time. The file is gone with the bot, however that ends.
"""

import asyncio
import base64
import hashlib
import hmac
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import IO, Final, Self

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CTR

from bot.matrix.media import FileLocation

PIECE: Final = 256 << 10
"""Bytes that are written or read in one go."""
KEY, COUNTER = 32, 16
"""Bytes of them (specification: Sending encrypted attachments)."""
_PLAIN: Final = str.maketrans("-_", "+/")


class Tampered(Exception):
    """Raised when the bytes fetched are not what the sender encrypted."""


class Spool:
    """Holds one file."""

    def __init__(self, folder: Path) -> None:
        self._file: IO[bytes] = tempfile.TemporaryFile(dir=folder, buffering=0)  # noqa: SIM115
        self._waiting = bytearray()
        self._digest = hashlib.sha256()
        self.size = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    async def write(self, part: bytes) -> None:
        """Append fetched bytes. Raises OSError, as on a full disk."""
        self._digest.update(part)
        self._waiting += part
        self.size += len(part)
        if len(self._waiting) >= PIECE:
            await self._flush()

    async def _flush(self) -> None:
        waiting, self._waiting = bytes(self._waiting), bytearray()
        await asyncio.to_thread(self._put, waiting)

    def _put(self, waiting: bytes) -> None:
        rest = memoryview(waiting)
        while rest:
            rest = rest[self._file.write(rest) :]

    async def opened(self, where: FileLocation) -> AsyncIterator[bytes]:
        """Yield the decrypted bytes, piece by piece. Raises Tampered before the first, and OSError."""
        await self._flush()
        try:
            key, start, digest = map(_bytes, (where.key, where.iv, where.sha256))
        except ValueError:
            raise Tampered from None
        genuine = hmac.compare_digest(self._digest.digest(), digest)
        if not genuine or (len(key), len(start)) != (KEY, COUNTER):
            raise Tampered
        return self._pieces(Cipher(AES(key), CTR(start)))

    async def _pieces(self, cipher: "Cipher[CTR]") -> AsyncIterator[bytes]:
        decryptor = cipher.decryptor()
        self._file.seek(0)
        while part := await asyncio.to_thread(self._file.read, PIECE):
            yield decryptor.update(part)


def _bytes(text: str) -> bytes:
    """Base64 as apps write it: either alphabet, with or without padding. Raises ValueError."""
    bare = text.rstrip("=").translate(_PLAIN)
    return base64.b64decode(bare + "=" * (-len(bare) % 4), validate=True)
