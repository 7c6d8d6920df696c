"""A backup as one file: key slots, an encrypted copy of the database, and a digest of both.

Two lines of text, then bytes:

    Steward backup
    {"format": 1, "made_at": ..., "keyslots": {...}, "salt": ..., "size": ...}
    the copy, an SQLCipher file of that size under a key of its own
    SHA-256 of all before it

The digest tells a damaged file from a wrong passphrase; that nobody changed the copy on purpose is
what SQLCipher's own authentication of each page shows. Whoever has the file learns when it was made,
by which release, and how large it is.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Annotated

from bot.keys import keyring
from bot.keys.data_key import DataKey, Purpose
from bot.process import file_trouble
from bot.process.data_directory import PRIVATE_FILE, sync_directory
from storage.core.as_json import CLOSED_JSON, plain
from storage.core.bounds import AtLeast, Within
from storage.core.lazy_dataclass import dataclass
from storage.core.refusals import DamagedFile, NewerDatabase, StorageRefusal

MAGIC = b"Steward backup\n"
FORMAT = 1
SALT_BYTES = 16
DIGEST_BYTES = hashlib.sha256().digest_size
LONGEST_HEADER = 1 << 16
PIECE = 1 << 20


class Taken(StorageRefusal):
    """Raised where a backup is to be written: the target exists, or has no directory to stand in."""


class NoBackup(StorageRefusal):
    """Raised for a file that is no Steward backup, or cannot be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Header:
    format: Annotated[int, Within(1, FORMAT)]
    made_at: datetime
    made_by: str
    salt: bytes
    size: Annotated[int, AtLeast(1)]
    keyslots: str


@dataclass(frozen=True, slots=True)
class Archive:
    """A backup file that was read through once and is whole."""

    path: Path
    made_at: datetime
    made_by: str
    keyslots: bytes
    salt: bytes
    start: int
    size: int

    @classmethod
    def read(cls, path: Path) -> Archive:
        """Open a backup and compare its digest. Raises ``NoBackup``, ``DamagedFile``, ``NewerDatabase``."""
        try:
            with path.open("rb") as file:
                header, start = _header(file, path)
                _compare_digest(file, path, start + header.size)
        except OSError as error:
            raise NoBackup(
                f"The backup cannot be read. {file_trouble.reason(error, path)}"
            ) from None
        return cls(
            path,
            header.made_at,
            header.made_by,
            header.keyslots.encode(),
            header.salt,
            start,
            header.size,
        )

    def unlock(self, secret: str) -> DataKey:
        """The data key, opened by a passphrase or recovery key valid when the backup was made.

        Raises WrongKey.
        """
        return keyring.unlock_content(self.keyslots, self.path, secret)

    def key(self, data_key: DataKey) -> bytes:
        """The key of the backup's database copy."""
        return data_key.derive(Purpose.BACKUP, self.salt)

    def extract(self, target: Path) -> None:
        """Write the copy of the database, still encrypted, to a new file of mode 0600."""
        with self.path.open("rb") as file, _private(target) as out:
            file.seek(self.start)
            for piece in _pieces(file, self.size):
                out.write(piece)


def new_salt() -> bytes:
    """Random bytes from which the key of one backup's database copy is derived."""
    return secrets.token_bytes(SALT_BYTES)


def write(
    target: Path, copy: Path, *, keyslots: bytes, salt: bytes, made_at: datetime, made_by: str
) -> None:
    """Write a backup to a new file (0600), durably."""
    header = _Header(
        format=FORMAT,
        made_at=made_at.astimezone(UTC),
        made_by=made_by,
        salt=salt,
        size=copy.stat().st_size,
        keyslots=keyslots.decode(),
    )
    digest = hashlib.sha256()
    with copy.open("rb") as file, _private(target) as out:
        opening = MAGIC + _as_line(header)
        digest.update(opening)
        out.write(opening)
        for piece in _pieces(file, header.size):
            digest.update(piece)
            out.write(piece)
        out.write(digest.digest())


def deliver(finished: Path, target: Path, *, overwrite: bool) -> None:
    """Copy a finished backup to ``target``: the whole file or nothing, mode 0600.

    Raises ``Taken`` rather than replacing a file unless ``overwrite`` is given.
    """
    refuse_taken(target, overwrite=overwrite)
    unfinished = target.with_name(f".{target.name}.unfinished")
    unfinished.unlink(missing_ok=True)
    try:
        with finished.open("rb") as file, _private(unfinished) as out:
            for piece in _pieces(file, finished.stat().st_size):
                out.write(piece)
        Archive.read(unfinished)
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)
    sync_directory(target.parent)


def refuse_taken(target: Path, *, overwrite: bool) -> None:
    """Raise ``Taken`` if ``target`` exists (and may not be replaced) or its directory does not."""
    if target.is_dir():
        raise Taken(f"{target} is a directory. Name a file in it: {target / 'steward.backup'}")
    if target.exists() and not overwrite:
        raise Taken(
            f"{target} is there already and was not touched. Give another name, or --overwrite."
        )
    if not target.parent.is_dir():
        raise Taken(
            f"There is no directory {target.parent}. Type: mkdir -p '{target.absolute().parent}'"
        )
    parent = target.absolute().parent
    if not os.access(parent, os.W_OK | os.X_OK, effective_ids=True):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(target))


@contextmanager
def _private(path: Path) -> Iterator[IO[bytes]]:
    """A new file of ours, on disk when the block is over and gone when it fails."""
    descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, PRIVATE_FILE)
    try:
        with file_trouble.naming(path), os.fdopen(descriptor, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _as_line(header: _Header) -> bytes:
    line = json.dumps(plain(header), ensure_ascii=False, separators=(",", ":"))
    return line.encode() + b"\n"


def _header(file: IO[bytes], path: Path) -> tuple[_Header, int]:
    if file.read(len(MAGIC)) != MAGIC:
        raise NoBackup(f"{path} is not a backup of Steward, or its first bytes were changed.")
    text = file.readline(LONGEST_HEADER)
    try:
        stored = json.loads(text)
        if isinstance(stored, dict) and isinstance(found := stored.get("format"), int):
            _refuse_newer(path, found)
        return CLOSED_JSON.read(_Header, stored), file.tell()
    except ValueError:
        raise damaged(path) from None


def _refuse_newer(path: Path, found: int) -> None:
    if found > FORMAT:
        raise NewerDatabase(
            f"{path} was made by a newer Steward (format {found}; this release knows {FORMAT}). "
            "Install that release or a later one, then restore."
        )


def _compare_digest(file: IO[bytes], path: Path, length: int) -> None:
    if path.stat().st_size != length + DIGEST_BYTES:
        raise damaged(path)
    file.seek(0)
    digest = hashlib.sha256()
    for piece in _pieces(file, length):
        digest.update(piece)
    if file.read() != digest.digest():
        raise damaged(path)


def _pieces(file: IO[bytes], size: int) -> Iterator[bytes]:
    while size > 0:
        piece = file.read(min(PIECE, size))
        if not piece:
            raise OSError(0, "it ends too early")
        size -= len(piece)
        yield piece


def damaged(path: Path) -> DamagedFile:
    """The error for a backup whose bytes do not match its digest or its header."""
    return DamagedFile(
        f"{path} is damaged: it is not what was written, or not all of it. Use another backup; copy "
        "this one again if it came from elsewhere."
    )
