"""What lies in SQLCipher's files for whoever has the key: every page, freed ones and the log too."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

PAGE: Final = 4096
RESERVED: Final = 80
"""Bytes at the end of a page: its initialisation vector, then its HMAC."""
VECTOR: Final = 16
SALT: Final = 16
"""Bytes at the beginning of the first page, in clear."""
LOG_HEAD, FRAME_HEAD = 32, 24


def everything(data: Path, keys: dict[str, bytes]) -> dict[str, bytes]:
    """The plain pages of each database and of its log, by file name."""
    found = {}
    for name, key in keys.items():
        for path, pages in ((data / name, _pages), (data / f"{name}-wal", _frames)):
            if path.exists():
                content = path.read_bytes()
                found[path.name] = b"".join(_opened(n, p, key) for n, p in pages(content))
    return found


def _pages(content: bytes) -> Iterator[tuple[int, bytes]]:
    for at in range(0, len(content), PAGE):
        yield at // PAGE + 1, content[at : at + PAGE]


def _frames(content: bytes) -> Iterator[tuple[int, bytes]]:
    """The pages in a log, those of earlier rounds that were not written over included."""
    for at in range(LOG_HEAD, len(content), FRAME_HEAD + PAGE):
        number = int.from_bytes(content[at : at + 4], "big")
        yield number, content[at + FRAME_HEAD : at + FRAME_HEAD + PAGE]


def _opened(number: int, page: bytes, key: bytes) -> bytes:
    start, end = (SALT if number == 1 else 0), PAGE - RESERVED
    if len(page) < PAGE:
        return b""
    decryptor = Cipher(AES(key), CBC(page[end : end + VECTOR])).decryptor()
    return decryptor.update(page[start:end])
