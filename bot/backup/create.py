"""Taking a backup: a copy of the database without the bot's login, sealed with the key slots.

Nothing of the bot's device goes into it, and nothing of secret polls: the crypto store and the file
of ballots are not read. Whoever restores it is a new device with the same identity, so no one-time
key is offered twice and no session is wound back.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path

from bot import __version__
from bot.backup import archive
from bot.keys import keyring
from bot.keys.data_key import DataKey, Purpose
from bot.process.data_directory import DataDirectory
from storage.chat.facts import Facts
from storage.core.copying import WITHOUT_LOGIN, with_fact
from storage.core.database import Database

LAST_BACKUP = "last_backup"
"""The fact: when the last backup was taken, ISO."""
MADE_AT = "backup_made_at"
"""In a backup: when it was made. The same stands in its header, which anybody could have changed."""
CONFIGURATION = "backup_configuration"
"""In a backup: the text of config.toml."""
FORMER_DEVICE = "former_device"
"""The fact: a device of ours that is to be removed."""


def now() -> datetime:
    """The present moment, in UTC and whole seconds."""
    return datetime.now(UTC).replace(microsecond=0)


async def take(
    directory: DataDirectory, database: Database, key: DataKey, configuration: str
) -> datetime:
    """Write a backup of the present state into the data directory; return when it was made (UTC)."""
    discard(directory)
    made_at, salt = now(), archive.new_salt()
    copy, finished = _copy(directory), finished_in(directory)
    async with database.transaction() as tx:
        device = await Facts(tx).get("device_id")
    changes = [
        *WITHOUT_LOGIN,
        with_fact(MADE_AT, made_at.isoformat()),
        with_fact(LAST_BACKUP, made_at.isoformat()),
        with_fact(CONFIGURATION, configuration),
    ]
    if device is not None:
        changes.append(with_fact(FORMER_DEVICE, device))
    try:
        await database.copy_to(copy, key.derive(Purpose.BACKUP, salt), changes)
        await asyncio.to_thread(
            archive.write,
            finished,
            copy,
            keyslots=keyring.content(directory.keyslots),
            salt=salt,
            made_at=made_at,
            made_by=__version__,
        )
        await asyncio.to_thread(archive.Archive.read, finished)
    finally:
        copy.unlink(missing_ok=True)
    return made_at


async def note(database: Database, made_at: datetime) -> None:
    """Record that a backup arrived at its target."""
    async with database.transaction() as tx:
        await Facts(tx).put(LAST_BACKUP, made_at.isoformat())


async def last(facts: Facts) -> datetime | None:
    """When the last backup was taken."""
    text = await facts.get(LAST_BACKUP)
    return None if text is None else datetime.fromisoformat(text)


def discard(directory: DataDirectory) -> None:
    """Remove what an unfinished or delivered backup left in the data directory."""
    _copy(directory).unlink(missing_ok=True)
    finished_in(directory).unlink(missing_ok=True)


def _copy(directory: DataDirectory) -> Path:
    return directory.path / "backup.db.tmp"


def finished_in(directory: DataDirectory) -> Path:
    """Where a finished backup waits to be fetched."""
    return directory.path / "backup.tmp"
