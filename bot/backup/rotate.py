"""``steward rotate-key``: another data key, and every file written anew under it.

What lies beside the files decides what a start after an interruption does (``DataDirectory.settle``):

    keyslots.json.new   is there: nothing has changed yet; it and all *.db.new are thrown away
    *.db.new            without it: the key slots were replaced, so these take their places
"""

from __future__ import annotations

import asyncio
from pathlib import Path

from bot.backup import create
from bot.backup.pending_recovery_key import SECRET_STORAGE_KEY
from bot.keys import keyring
from bot.keys.data_key import DataKey, Purpose
from bot.keys.keyring import Renewed
from bot.keys.recovery_key import RecoveryKey
from bot.matrix.crypto_store import repickle
from bot.process import failpoints
from bot.process.data_directory import DataDirectory, sync_directory, write_private
from storage.chat.facts import Facts
from storage.core import driver
from storage.core.copying import Change, export, finish, with_fact
from storage.core.database import Database
from storage.core.refusals import DamagedFile
from storage.polls.ballots import Ballots

FORGOTTEN_KEY = "forgotten_key"
"""The fact: the key of the markers of people who were forgotten. It stays when the data key changes,
or nobody would be recognised by them."""


def rotate(directory: DataDirectory, passphrase: str) -> RecoveryKey:
    """Change the data key and rewrite all files under it; return the new recovery key.

    The data directory has to be held by the caller.
    """
    renewed = keyring.renew(directory.keyslots, passphrase)
    create.discard(directory)
    directory.drop_previous_copies()
    asyncio.run(_rewrite(directory, renewed))
    # The recovery key of the new slots is on no paper yet.
    directory.recovery_key_shown.unlink(missing_ok=True)
    directory.new(directory.keyslots).replace(directory.keyslots)
    sync_directory(directory.path)
    failpoints.reach("rotate_committed")
    directory.settle()
    return renewed.recovery


async def _rewrite(directory: DataDirectory, renewed: Renewed) -> None:
    """Write all files anew beside the old ones, and look whether they open."""
    old, key = renewed.old, renewed.key
    write_private(directory.new(directory.keyslots), renewed.slots)
    failpoints.reach("rotate_slots")
    await _app(directory, renewed)
    failpoints.reach("rotate_app")
    if directory.nio_store.exists():
        await asyncio.to_thread(_nio, directory, old, key)
    failpoints.reach("rotate_nio")
    if directory.ballots.exists():
        await _ballots(directory, old, key)
    failpoints.reach("rotate_ballots")


async def _app(directory: DataDirectory, renewed: Renewed) -> None:
    path, fresh = directory.app_database, directory.new(directory.app_database)
    if not path.exists():
        raise DamagedFile(f"{path} is missing. Nothing was changed.")
    database = await Database.open(path, renewed.old.derive(Purpose.APP_DATABASE))
    try:
        async with database.transaction() as tx:
            seal = await Facts(tx).get(FORGOTTEN_KEY)
        changes: list[Change] = [
            with_fact(FORGOTTEN_KEY, seal or renewed.old.derive(Purpose.FORGOTTEN).hex()),
            # What the homeserver keeps is under the recovery key that was; `run` mends that.
            with_fact(SECRET_STORAGE_KEY, renewed.recovery.secret.hex()),
        ]
        await database.copy_to(fresh, renewed.key.derive(Purpose.APP_DATABASE), changes)
    finally:
        await database.close()
    await (await Database.open(fresh, renewed.key.derive(Purpose.APP_DATABASE))).close()


async def _ballots(directory: DataDirectory, old: DataKey, key: DataKey) -> None:
    """Rewrite the file around the boxes; the boxes stay sealed as they are."""
    fresh = directory.new(directory.ballots)
    ballots = await Ballots.open(directory.ballots, old.derive(Purpose.BALLOTS))
    try:
        await ballots.database.copy_to(fresh, key.derive(Purpose.BALLOTS))
    finally:
        await ballots.close()
    await (await Ballots.open(fresh, key.derive(Purpose.BALLOTS))).close()


def _nio(directory: DataDirectory, old: DataKey, key: DataKey) -> None:
    fresh = directory.new(directory.nio_store)
    _copy(directory.nio_store, fresh, old.derive(Purpose.NIO_STORE), key.derive(Purpose.NIO_STORE))
    repickle(
        fresh,
        key.derive(Purpose.NIO_STORE),
        old=old.derive(Purpose.NIO_PICKLE),
        new=key.derive(Purpose.NIO_PICKLE),
    )


def _copy(path: Path, fresh: Path, old: bytes, key: bytes) -> None:
    connection = driver.open_connection(path, old)
    try:
        export(connection, fresh, key)
    finally:
        connection.close()
    finish(fresh, key, ())
