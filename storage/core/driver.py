"""The SQLCipher driver: one function opens every connection, with the same settings.

The exception classes and Row are SQLCipher's own, not sqlite3's; take them from here. The two
modules have the same shape, so the type checker reads the standard library's description.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from storage.core import inspection, refusals

if TYPE_CHECKING:
    from sqlite3 import (
        Connection,
        DatabaseError,
        Error,
        IntegrityError,
        OperationalError,
        Row,
        complete_statement,
        connect,
    )
else:
    from sqlcipher3.dbapi2 import (
        Connection,
        DatabaseError,
        Error,
        IntegrityError,
        OperationalError,
        Row,
        complete_statement,
        connect,
    )

__all__ = [
    "Connection",
    "DatabaseError",
    "Error",
    "IntegrityError",
    "OperationalError",
    "Row",
    "checkpoint",
    "complete_statement",
    "in_memory",
    "open_connection",
    "rewrite",
]

KEY_BYTES = 32
UNFITTING = "its pages do not fit together"

PRAGMAS: dict[str, tuple[str, object]] = {
    # name: (as set, as read back)
    "busy_timeout": ("5000", 5000),
    "foreign_keys": ("ON", 1),
    "journal_mode": ("WAL", "wal"),
    "synchronous": ("FULL", 2),
    "secure_delete": ("ON", 1),
    "temp_store": ("MEMORY", 2),
    "trusted_schema": ("OFF", 0),
    # The log then holds whole transactions and nothing stale, so that inspection.py can tell a
    # damaged log from one that a crash cut short; and old ciphertext goes sooner.
    "cache_spill": ("OFF", 0),
    # KiB, of a large file only. Changed pages stay (above), and of 8 MiB, the usual, they leave one page
    # for reading: 25,000 people changed hands in 2.7 s, and do in 0.6 s.
    "cache_size": ("-65536", -65536),
    "journal_size_limit": ("0", 0),
}


def open_connection(path: Path, key: bytes | None) -> Connection:
    """Open the database file at ``path`` and check every byte; create the file (mode 0600) if missing.

    The caller's thread does all the work; the connection may be handed to another one.
    ``key`` is the raw 32-byte SQLCipher key; None opens a plain file, for control experiments.
    Raises a ``StorageRefusal``; the files are then as they were.
    """
    if key is not None and len(key) != KEY_BYTES:
        raise ValueError(f"a SQLCipher raw key has {KEY_BYTES} bytes")
    _prepare(path, key)
    # Python 3.12's autocommit attribute does not exist here; None means: we say BEGIN ourselves.
    connection = connect(path, isolation_level=None, check_same_thread=False)
    try:
        if key is not None:
            _unlock(connection, key)
        _first_read(connection, path, key)
        _set_pragmas(connection)
        # Recovers a log that a crash left, so that a half-finished checkpoint is not taken for
        # damage below; from here on every commit is in the file that is being checked.
        checkpoint(connection)
        _check(connection, path, encrypted=key is not None)
        # It has read the whole file, of which pages would stay until something else wants their place.
        release_memory(connection)
    except DatabaseError as error:
        connection.close()
        if "malformed" in str(error) or "not a database" in str(error):
            raise refusals.damaged(path, UNFITTING) from error
        raise
    except BaseException:
        connection.close()
        raise
    connection.row_factory = Row
    return connection


def in_memory() -> Connection:
    """Open a scratch database that never touches a disk."""
    return connect(":memory:", isolation_level=None)


def checkpoint(connection: Connection) -> bool:
    """Move the log into the file and cut it to nothing; False when a reader was in the way."""
    busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not busy


def release_memory(connection: Connection) -> None:
    """Give back the memory of pages that were read and not changed."""
    connection.execute("PRAGMA shrink_memory")


def rewrite(connection: Connection) -> None:
    """Rewrite the whole file with VACUUM, so that only rows that exist are left in the pages.

    secure_delete zeroes what is freed, but when pages are split or joined, copies of rows stay in
    the unused part of a page (measured: about one deleted name in two hundred was still there).
    """
    connection.execute("VACUUM")


def _check(connection: Connection, path: Path, *, encrypted: bool) -> None:
    """Refuse a file with a changed byte.

    Each page carries an HMAC over all its bytes, so the first check finds any changed byte. The
    second finds whole pages that are missing or from another time.
    """
    if encrypted and (bad := connection.execute("PRAGMA cipher_integrity_check(3)").fetchall()):
        raise refusals.damaged(path, "; ".join(str(row[0]) for row in bad))
    (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    if verdict != "ok":
        raise refusals.damaged(path, UNFITTING)


def _prepare(path: Path, key: bytes | None) -> None:
    """Look at the files before SQLite does: it would repair silently what we must report."""
    if not path.exists():
        if inspection.log_of(path).exists():
            raise refusals.damaged(path, f"it is missing, but its log {path.name}-wal is there")
        # SQLite gives -wal and -shm the mode of the main file.
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        return
    if path.stat().st_size == 0:
        raise refusals.damaged(path, "it is empty (if you never finished steward init, delete it)")
    if key is not None and inspection.is_plain(path):
        raise refusals.plain_file(path)
    in_log = inspection.check_log(path)
    if in_log and key is not None:
        inspection.check_pages(path, key, written_again=in_log)


def _unlock(connection: Connection, key: bytes) -> None:
    # The key has to be the first statement; pragmas take no bound parameters.
    connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
    # SQLCipher writes diagnostics to stderr by itself.
    connection.execute("PRAGMA cipher_log_level = NONE")
    # A library without the cipher would ignore the key and write plain text.
    if connection.execute("PRAGMA cipher_version").fetchone() is None:
        raise RuntimeError("this SQLite has no SQLCipher in it: nothing would be encrypted")


def _first_read(connection: Connection, path: Path, key: bytes | None) -> None:
    try:
        connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    except OperationalError:
        # Nothing is said of the file: a full disk has no room for what is made beside it to read it.
        raise
    except DatabaseError as error:
        # SQLCipher has one message for "other key" and "first page damaged"; the page itself
        # tells them apart.
        if key is None:
            raise refusals.encrypted_file(path) from error
        if inspection.key_fits(path, key):
            raise refusals.damaged(path, "its first page was changed") from error
        raise refusals.wrong_key(path) from error


def _set_pragmas(connection: Connection) -> None:
    for name, (value, _) in PRAGMAS.items():
        connection.execute(f"PRAGMA {name} = {value}")
    for name, (_, expected) in PRAGMAS.items():
        (found,) = connection.execute(f"PRAGMA {name}").fetchone()
        if found != expected:
            raise RuntimeError(f"PRAGMA {name} is {found}, not {expected}: this SQLite ignores it")
