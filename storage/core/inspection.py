"""Checks of database files and write-ahead logs, done before SQLite opens the files.

SQLite treats a damaged frame in the write-ahead log as the end of the log: everything committed
after it is dropped without a word. `check_log` looks first, so that a damaged log is told from
one that a crash cut short. File formats: https://sqlite.org/fileformat2.html (sections 1.3, 4)
and https://www.zetetic.net/sqlcipher/design/.

Not detected: a log cut off exactly between two transactions, a log removed altogether, and files
replaced by an older copy of themselves. All three look like an earlier moment.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import struct
import time
from pathlib import Path

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from storage.core import refusals
from storage.core.lazy_dataclass import dataclass

log = logging.getLogger(__name__)

PLAIN_HEADER = b"SQLite format 3\0"

PAGE = 4096
RESERVED = 80
"""SQLCipher 4 ends each page with a 16-byte IV and a 64-byte HMAC-SHA512."""
BLOCK = 16
HMAC = 64

LOG_HEADER = struct.Struct(">8I")
FRAME_HEADER = struct.Struct(">6I")
LOG_MAGIC = 0x377F0682
"""Its lowest bit says whether checksums read words as big-endian."""
WORD = 0xFFFFFFFF


def log_of(path: Path) -> Path:
    """Return the path of the write-ahead log that belongs to a database file."""
    return path.with_name(path.name + "-wal")


def is_plain(path: Path) -> bool:
    """Whether the file begins like an unencrypted SQLite database."""
    with path.open("rb") as file:
        return file.read(len(PLAIN_HEADER)) == PLAIN_HEADER


def key_fits(path: Path, key: bytes) -> bool:
    """Whether ``key`` decrypts the first page to something that is a database header.

    Two separate blocks are looked at and one is enough: a single changed byte spoils at most one
    of them. A wrong key passes by chance once in 2^64 files.
    """
    with path.open("rb") as file:
        page = file.read(PAGE)
    if len(page) < PAGE:
        return False
    iv = page[PAGE - RESERVED : PAGE - RESERVED + BLOCK]
    # The first 16 bytes are the salt; what SQLite keeps there is a constant.
    cipher = Cipher(algorithms.AES(key), modes.CBC(iv)).decryptor()
    header = bytes(BLOCK) + cipher.update(page[BLOCK : PAGE - RESERVED])
    page_size, fractions = header[16:18], header[21:24]
    expansion = header[80:92]  # "reserved for expansion: must be zero"
    return (page_size == PAGE.to_bytes(2) and fractions == b"\x40\x20\x20") or not any(expansion)


def check_pages(path: Path, key: bytes, *, written_again: set[int]) -> None:
    """Refuse another file's key, and a page that was changed unless the log will write it again.

    For a file with a log beside it: opening and closing moves the log into the file, whatever the
    key, so what is wrong has to be found before, or nothing would be left as it was.
    Raises ``WrongKey``, ``DamagedFile``.
    """
    with path.open("rb") as file:
        mac_salt = bytes(byte ^ 0x3A for byte in file.read(BLOCK))
        mac_key = hashlib.pbkdf2_hmac("sha512", key, mac_salt, 2, len(key))
        file.seek(0)
        pages = enumerate(iter(lambda: file.read(PAGE), b""), start=1)
        # One that was never written is all zeros and has no HMAC.
        authentic = {n: _is_authentic(page, n, mac_key) for n, page in pages if any(page)}
    # A changed salt leaves no page authentic either, but the key decrypts them.
    if not any(authentic.values()) and not key_fits(path, key):
        raise refusals.wrong_key(path)
    for number, good in authentic.items():
        if not good and number not in written_again:
            raise refusals.damaged(path, f"page {number} was changed")


def _is_authentic(page: bytes, number: int, mac_key: bytes) -> bool:
    """Whether a page's HMAC is right for its content, IV and number."""
    start = BLOCK if number == 1 else 0
    covered, mac = page[start : PAGE - HMAC], page[PAGE - HMAC :]
    expected = hmac.digest(mac_key, covered + number.to_bytes(4, "little"), "sha512")
    return hmac.compare_digest(mac, expected)


@dataclass(frozen=True, slots=True)
class _Frame:
    """One page in the log. ``ours``: of the log's present round, not left over from an earlier."""

    page: int
    ours: bool
    commits: bool
    intact: bool


def check_log(path: Path) -> set[int]:
    """Refuse when the log left by a crash holds commits that SQLite would silently drop.

    Returns the numbers of the pages that it will write again. Raises ``DamagedFile``. An
    unfinished last transaction is no damage: it was never acknowledged, because with
    synchronous=FULL each commit is on disk before the next one starts.
    """
    wal = log_of(path)
    content = wal.read_bytes() if wal.exists() else b""
    if len(content) <= LOG_HEADER.size:
        return set()
    magic, _, page_size, rounds, *_ = LOG_HEADER.unpack_from(content)
    start = _checksum(content[:24], (0, 0), little_endian=magic == LOG_MAGIC)
    if magic & ~1 != LOG_MAGIC or start != LOG_HEADER.unpack_from(content)[6:]:
        # The header is written and synced before the first frame.
        raise refusals.damaged(wal, "its header was changed, so recent changes cannot be read")
    frames = _frames(content, page_size)
    first_bad = next((i for i, frame in enumerate(frames) if not frame.intact), len(frames))
    commits = [i for i, frame in enumerate(frames[:first_bad]) if frame.commits]
    pages = {frame.page for frame in frames[: commits[-1] + 1]} if commits else set()
    tail = [frame for frame in frames[first_bad:] if frame.ours]
    if not tail:
        return pages
    if any(frame.commits for frame in tail[:-1]):
        raise refusals.damaged(wal, "a page in it was changed, so later changes cannot be read")
    # What is left is one transaction. A killed process leaves all its pages but the last as they
    # were written; only a power cut can lose others, because they had not been synced yet.
    # Its page may be the earlier round's where the log was begun again and not cut: more follows then.
    more = len(frames) > first_bad + len(tail)
    half_written = len(tail) == 1 and rounds > 0 and not commits and more
    if not half_written and _written_since_boot(wal):
        raise refusals.damaged(wal, "its last transaction was changed")
    log.warning("dropped %d pages of a transaction that a power cut left unfinished", len(tail))
    return pages


def _frames(content: bytes, page_size: int) -> list[_Frame]:
    """All whole frames in the order of the file.

    The checksum runs on from frame to frame, so none that follows a bad one is intact.
    """
    magic, _, _, _, *salts, sum1, sum2 = LOG_HEADER.unpack_from(content)
    little_endian = magic == LOG_MAGIC
    length = FRAME_HEADER.size + page_size
    checksum: tuple[int, int] | None = (sum1, sum2)
    frames = []
    for at in range(LOG_HEADER.size, len(content) - length + 1, length):
        page, pages_after, salt1, salt2, *expected = FRAME_HEADER.unpack_from(content, at)
        if checksum is not None and [salt1, salt2] == salts:
            covered = content[at : at + 8] + content[at + FRAME_HEADER.size : at + length]
            checksum = _checksum(covered, checksum, little_endian=little_endian)
        intact = checksum is not None and [salt1, salt2, *checksum] == [*salts, *expected]
        if not intact:
            checksum = None
        # An earlier round differs in both salts, a changed byte in one of them.
        ours = salt1 == salts[0] or salt2 == salts[1]
        frames.append(_Frame(page, ours=ours, commits=pages_after != 0, intact=intact))
    return frames


def _checksum(data: bytes, start: tuple[int, int], *, little_endian: bool) -> tuple[int, int]:
    """SQLite's running checksum over pairs of 32-bit words."""
    first, second = start
    pairs = struct.iter_unpack("<II" if little_endian else ">II", data)
    for even, odd in pairs:
        first = (first + even + second) & WORD
        second = (second + odd + first) & WORD
    return first, second


def _written_since_boot(path: Path) -> bool:
    """Whether the machine has run without a break since the file was last written.

    Then the kernel still has (or has written) every byte: nothing can be missing by a power cut.
    """
    clock = getattr(time, "CLOCK_BOOTTIME", None)
    if clock is None:  # not Linux: take a broken tail for a power cut rather than refuse to start
        return False
    return path.stat().st_mtime > time.time() - time.clock_gettime(clock)
