"""Copies of an encrypted database under another key: for backups, and when the key is changed.

A copy is made in one read of the original, so it shows one moment, and holds nothing that was
deleted. It is one file, without a log beside it.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from storage.core import driver

Change = tuple[str, Sequence[object]]
"""A statement to run on the copy before the copy is finished, and its values."""

WITHOUT_LOGIN: tuple[Change, ...] = (
    # The device that this login belongs to goes on, or is gone: a backup is for another one.
    ("DELETE FROM facts WHERE name IN ('access_token', 'device_id')", ()),
    # Nor for the one before a move, where the old homeserver could not be told.
    ("UPDATE facts SET value = json_set(value, '$.old', NULL) WHERE name = 'account_moved'", ()),
    # Nobody but that device can open these; a vote may be among them.
    ("DELETE FROM unread", ()),
)
"""Takes from a copy what belongs to the bot's device alone."""


def with_fact(name: str, value: str) -> Change:
    """Make the change that sets a value in the table of facts of the copy."""
    return ("INSERT OR REPLACE INTO facts(name, value) VALUES (?, ?)", (name, value))


def without_facts(*names: str) -> Change:
    """Make the change that deletes values from the table of facts of the copy."""
    return (f"DELETE FROM facts WHERE name IN ({', '.join('?' * len(names))})", names)


def export(connection: driver.Connection, target: Path, key: bytes) -> None:
    """Write a copy of everything to ``target``, a new file (0600) under ``key``, durably.

    Raises what SQLite raises; no file is left then, and the connection is as it was.
    """
    target.unlink(missing_ok=True)
    os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    try:
        connection.execute(f"ATTACH DATABASE ? AS copy KEY \"x'{key.hex()}'\"", (str(target),))
        try:
            _fill(connection)
        finally:
            if connection.in_transaction:
                # The disk is full: what was being copied, nothing of the original.
                connection.execute("ROLLBACK")
            connection.execute("DETACH DATABASE copy")
        _sync(target)
    except BaseException:
        target.unlink(missing_ok=True)
        raise


def _fill(connection: driver.Connection) -> None:
    # An unfinished copy is thrown away: a power cut leaves nothing to recover.
    connection.execute("PRAGMA copy.synchronous = OFF")
    connection.execute("SELECT sqlcipher_export('copy')").fetchall()
    (version,) = connection.execute("PRAGMA main.user_version").fetchone()
    connection.execute(f"PRAGMA copy.user_version = {version}")


def finish(target: Path, key: bytes, changes: Sequence[Change]) -> None:
    """Apply the changes to a copy, rewrite the file so that no deleted row remains, and check every byte.

    Raises ``StorageRefusal`` if the copy cannot be opened or is damaged.
    """
    connection = driver.open_connection(target, key)
    try:
        for statement, values in changes:
            connection.execute(statement, list(values))
        if changes:
            driver.rewrite(connection)
        driver.checkpoint(connection)
    finally:
        connection.close()
    _sync(target)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
