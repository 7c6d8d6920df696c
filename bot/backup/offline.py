"""Operations on a data directory from the command line: back up, and change what opens it."""

from __future__ import annotations

import asyncio
import shutil
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from bot.backup import archive, create
from bot.backup.pending_recovery_key import keep_for_secret_storage
from bot.config import Config
from bot.keys import keyring, passphrase
from bot.keys.data_key import DataKey, Purpose
from bot.keys.recovery_key import RecoveryKey
from bot.keys.slots import Cost
from bot.process import control
from bot.process.data_directory import AlreadyRunning, DataDirectory, write_private
from bot.process.exit_codes import ExitCode, Stop
from storage.core.database import Database

T = TypeVar("T")

STDOUT = Path("-")


# ------------------------------------------------------------------ backup
def back_up(
    config: Config, text: str, target: Path | None, *, overwrite: bool, secret: Callable[[], str]
) -> tuple[Path, datetime]:
    """Write a backup, by asking the running bot or by opening the files; where it is, and of when.

    ``text`` is the configuration as the file has it, ``secret`` asks for a passphrase if need be.
    """
    directory = directory_of(config)
    target = target or Path(f"steward-{create.now():%Y%m%d-%H%M}.backup")
    if target != STDOUT:
        archive.refuse_taken(target, overwrite=overwrite)

    def deliver() -> None:
        finished = create.finished_in(directory)
        if target == STDOUT:
            sys.stdout.buffer.write(finished.read_bytes())
            sys.stdout.buffer.flush()
        else:
            archive.deliver(finished, target, overwrite=overwrite)

    try:
        answer = _ask(directory, {"verb": "backup", "configuration": text})
    except control.NotRunning:
        return target, _at_rest(directory, text, secret, deliver)
    made_at = datetime.fromisoformat(answer["made_at"])
    deliver()
    _ask(directory, {"verb": "backed_up", "made_at": made_at.isoformat()})
    return target, made_at


def _at_rest(
    directory: DataDirectory, text: str, secret: Callable[[], str], deliver: Callable[[], None]
) -> datetime:
    typed = secret()
    with DataDirectory.open(directory.path) as held:
        key = keyring.unlock(held.keyslots, typed)

        async def take(database: Database) -> datetime:
            made_at = await create.take(held, database, key, text)
            deliver()
            await create.note(database, made_at)
            return made_at

        try:
            return asyncio.run(_with_database(held, key, take))
        finally:
            create.discard(held)


# ------------------------------------------------------------------ passphrase and keys
def change_passphrase(config: Config, old: str, new: str, cost: Cost | None) -> None:
    """Replace one passphrase; opened with the recovery key, replace all passphrases."""
    directory = directory_of(config)
    with _kept_still(directory):
        keyring.change_passphrase(directory.keyslots, old, new, cost=cost)


def opens_with_recovery_key(config: Config, typed: str) -> bool:
    """Whether this is the recovery key of the data directory. Raises what says why it is not."""
    if not RecoveryKey.resembles(typed):
        return False
    keyring.unlock(directory_of(config).keyslots, typed)
    return True


def replace_recovery_key(config: Config, secret: str, show: Callable[[str, bool], None]) -> None:
    """Make a new recovery key and ``show`` it, with whether the homeserver has it as well."""
    directory = directory_of(config)
    with _kept_still(directory) as running:
        key = keyring.unlock(directory.keyslots, secret)
        # Whoever is interrupted before it was shown is shown a new one by `init`.
        directory.recovery_key_shown.unlink(missing_ok=True)
        recovery = keyring.change_recovery_key(directory.keyslots, secret)
        if running:
            request = {"verb": "recovery_key", "key": recovery.secret.hex()}
            everywhere = bool(_ask(directory, request).get("ok"))
        else:
            asyncio.run(
                _with_database(
                    directory, key, lambda db: keep_for_secret_storage(db, recovery.secret)
                )
            )
            everywhere = False
        show(recovery.text(), everywhere)
        write_private(directory.recovery_key_shown, b"")


def rotate(config: Config, secret: str, show: Callable[[str], None]) -> None:
    """Change the data key. The bot has to be stopped: every file is written anew."""
    # Imported late: a backup needs nothing of Matrix, which takes a second to load.
    from bot.backup import rotate as rotating  # noqa: PLC0415

    with DataDirectory.open(directory_of(config).path) as held:
        recovery = rotating.rotate(held, secret)
        show(recovery.text())
        write_private(held.recovery_key_shown, b"")


# ------------------------------------------------------------------ what these share
def directory_of(config: Config) -> DataDirectory:
    """The data directory, which has to be set up. Raises Stop; PermissionError where one may not look."""
    directory = DataDirectory(config.data_dir)
    if not directory.initialised:
        raise Stop(
            ExitCode.DATA_DIRECTORY,
            f"{directory.path} is not set up: there is nothing in it to back up or to change.",
        )
    return directory


def refuse_running(config: Config) -> None:
    """Raise AlreadyRunning where the bot is not stopped, before anybody is asked for anything."""
    with DataDirectory.open(directory_of(config).path):
        pass


def secret_of(config: Config, file: Path | None) -> str:
    """A passphrase or recovery key that opens the data directory."""
    if file is not None:
        return passphrase.read_secret(file, "passphrase")
    return passphrase.read(config)


def _ask(directory: DataDirectory, request: dict[str, str]) -> dict[str, Any]:
    try:
        return control.ask(directory.control_socket, request, timeout_seconds=control.LONGEST_WORK)
    except control.NoAnswer:
        _refuse_full(directory)
        raise Stop(
            ExitCode.NOT_READY,
            "The running Steward did not do it. Its log says why; an older release does not know "
            "this command until it is restarted.",
        ) from None


def _refuse_full(directory: DataDirectory) -> None:
    """The bot writes a backup into its data directory first, so there has to be room for one."""
    free = shutil.disk_usage(directory.path).free
    wanted = directory.app_database.stat().st_size * 2
    if free < wanted:
        raise Stop(
            ExitCode.DISK,
            f"The disk of {directory.path} is too full for a backup: {free >> 20} MB are free, and "
            f"{(wanted >> 20) + 1} MB are needed. Make room, then type the same again.",
        )


@contextmanager
def _kept_still(directory: DataDirectory) -> Iterator[bool]:
    """Whether the bot runs; if not, nobody else has the data directory while the block lasts."""
    try:
        control.ask(directory.control_socket, {"verb": "status"})
    except control.NotRunning:
        with DataDirectory.open(directory.path):
            yield False
        return
    except control.NoAnswer:
        raise AlreadyRunning(
            "The running Steward does not answer. Try again, or stop it first."
        ) from None
    yield True


async def _with_database(
    directory: DataDirectory, key: DataKey, work: Callable[[Database], Awaitable[T]]
) -> T:
    database = await Database.open(directory.app_database, key.derive(Purpose.APP_DATABASE))
    try:
        return await work(database)
    finally:
        await database.close()
