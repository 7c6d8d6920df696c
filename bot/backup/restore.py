"""``steward restore``: from a backup to a bot that can run, on a new machine, as a new device."""

from __future__ import annotations

import asyncio
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from bot.backup import after_restore, archive, create
from bot.backup.archive import Archive
from bot.config import Config, load
from bot.keys import passphrase
from bot.keys.data_key import DataKey, Purpose
from bot.process import failpoints
from bot.process.data_directory import DataDirectory, sync_directory, write_private
from bot.process.exit_codes import ExitCode, Stop
from bot.process.file_trouble import present, refuse_unusable
from bot.setup.draft import with_line
from bot.setup.initialisation import next_steps, set_up
from bot.setup.options import Given, Say, login_alone
from bot.setup.questions import credentials_of
from storage.chat.facts import RESTORED_AT, Facts
from storage.core.copying import with_fact, without_facts
from storage.core.counting import DatabaseContents, contents
from storage.core.database import Database
from storage.core.lazy_dataclass import dataclass


@dataclass(frozen=True, slots=True)
class RestoreOptions:
    """What was given on the command line."""

    backup: Path
    config: Path
    data_dir: Path | None
    passphrase_file: Path | None
    password_file: Path | None
    login_token_file: Path | None = None
    access_token_file: Path | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    """A backup whose database copy is open, in a directory of its own; encrypted there as well."""

    database: Database
    made_at: datetime
    configuration: str


def check(backup: Path, passphrase_file: Path | None, config: Path, say: Say) -> None:
    """``steward backup --check``: open a backup as restoring would, and tell what the file holds."""
    kept = Archive.read(backup)
    key = kept.unlock(secret_for(kept, passphrase_file, config))

    async def look() -> tuple[DatabaseContents, datetime]:
        with tempfile.TemporaryDirectory(prefix="steward-") as scratch:
            opened = await _open(kept, key, Path(scratch))
            try:
                async with opened.database.transaction() as tx:
                    return await contents(tx), opened.made_at
            finally:
                await opened.database.close()

    found, made_at = asyncio.run(look())
    say(
        f"{backup} is whole and opens. Made {made_at:%Y-%m-%d %H:%M} UTC by Steward {kept.made_by}: "
        f"{_counted(found.committees, 'committee')}, {_counted(found.contacts, 'contact')}, "
        f"{_counted(found.handled, 'handled message')}."
    )


def _counted(n: int, one: str) -> str:
    return f"{n} {one}" if n == 1 else f"{n} {one}s"


def restore(wanted: RestoreOptions, say: Say) -> None:
    """Put a backup into an empty data directory, log in as a new device, and say what comes next."""
    kept = Archive.read(wanted.backup)
    before = load(wanted.config) if present(wanted.config) else None
    going_on = before is not None and _is_half_done(before, kept)
    if before is not None and not going_on:
        _refuse_used(before, wanted.config)
    # Nobody types a passphrase for a place where nothing can be made.
    wanted.config.parent.mkdir(parents=True, exist_ok=True)
    refuse_unusable(wanted.config.parent)
    secret = secret_for(kept, wanted.passphrase_file, wanted.config)
    key = kept.unlock(secret)
    if before is not None and going_on:
        config, given = before, credentials_of(login_alone(wanted), before)
        say("The records were put there before; only the login is left.")
    else:
        with _scratch(wanted.config.parent) as scratch:
            config, given = asyncio.run(_put_in_place(wanted, kept, key, scratch, say))
    say(f"The records are in {config.data_dir}. Making a new device for {config.user} ...")
    set_up(login_alone(wanted), config, secret, given, say)
    say(next_steps(wanted.config, config, at_home=True))


def secret_for(kept: Archive, file: Path | None, config: Path) -> str:
    """The passphrase or recovery key of a backup: from a file, or from whoever is at the terminal."""
    if file is not None:
        return passphrase.read_secret(file, "passphrase")
    if sys.stdin.isatty():
        return passphrase.ask_secret(
            f"Passphrase (as it was on {kept.made_at:%Y-%m-%d}) or recovery key: "
        )
    if present(config):
        return passphrase.read(load(config))
    raise Stop(ExitCode.USAGE, "Nobody is at a terminal to ask. Add: --passphrase-file FILE")


async def _put_in_place(
    wanted: RestoreOptions, kept: Archive, key: DataKey, scratch: Path, say: Say
) -> tuple[Config, Given]:
    opened = await _open(kept, key, scratch)
    try:
        config = _configured(wanted, opened.configuration, say)
        _refuse_used(config, wanted.config)
        # Asked for before anything is written: without it there will be no login.
        given = credentials_of(login_alone(wanted), config)
        with DataDirectory.open(config.data_dir) as directory:
            await _fill(directory, opened, kept, key)
    finally:
        await opened.database.close()
    return config, given


async def _fill(directory: DataDirectory, opened: Opened, kept: Archive, key: DataKey) -> None:
    """Fill the empty data directory; key slots last, for without them it can be filled again."""
    back = after_restore.of(opened.made_at)
    unfinished = directory.path / "app.db.restoring"
    changes = [
        without_facts(create.MADE_AT, create.CONFIGURATION),
        with_fact(after_restore.RESTORED, back.to_json()),
        with_fact(RESTORED_AT, str(back.at)),
        *after_restore.as_restored(back.at, int(opened.made_at.timestamp() * 1000)),
    ]
    await opened.database.copy_to(unfinished, key.derive(Purpose.APP_DATABASE), changes)
    for path in directory.databases:
        for kind in ("", "-wal", "-shm"):
            path.with_name(path.name + kind).unlink(missing_ok=True)
    unfinished.replace(directory.app_database)
    sync_directory(directory.path)
    failpoints.reach("restore_database")
    # The recovery key on paper opens this as well: there is none to be shown.
    write_private(directory.recovery_key_shown, b"")
    write_private(directory.keyslots, kept.keyslots)
    failpoints.reach("restore_slots")


async def _open(kept: Archive, key: DataKey, scratch: Path) -> Opened:
    """Open the copy, byte for byte checked, and bring it to this release's schema."""
    path = scratch / "app.db"
    kept.extract(path)
    database = await Database.open(path, kept.key(key))
    async with database.transaction() as tx:
        made_at = await Facts(tx).get(create.MADE_AT)
        configuration = await Facts(tx).get(create.CONFIGURATION)
    if made_at is None or configuration is None:
        await database.close()
        raise archive.damaged(kept.path)
    return Opened(database, datetime.fromisoformat(made_at), configuration)


# ------------------------------------------------------------------ the configuration
def _configured(wanted: RestoreOptions, text: str, say: Say) -> Config:
    """The configuration that is there, or else the one in the backup, written beside it."""
    if present(wanted.config):
        return load(wanted.config)
    write_private(wanted.config, _adapted(text, wanted).encode())
    try:
        config = load(wanted.config)
    except BaseException:
        wanted.config.unlink()
        raise
    say(f"{wanted.config} was in the backup and is written. Look it over later.")
    return config


def _adapted(text: str, wanted: RestoreOptions) -> str:
    """The old machine's configuration without what was true of that machine only."""
    if wanted.data_dir is not None:
        text = with_line("data_dir", str(wanted.data_dir.absolute()), text)
    if wanted.passphrase_file is not None:
        return with_line("passphrase_file", str(wanted.passphrase_file.absolute()), text)
    return text


def _is_half_done(config: Config, kept: Archive) -> bool:
    """Whether this very backup was put there, and nobody has logged in since."""
    directory = DataDirectory(config.data_dir)
    if not directory.initialised or present(directory.nio_store):
        return False
    return directory.keyslots.read_bytes() == kept.keyslots


def _refuse_used(config: Config, path: Path) -> None:
    if DataDirectory(config.data_dir).initialised:
        raise Stop(
            ExitCode.DATA_DIRECTORY,
            f"{config.data_dir} is in use: a backup is restored into an empty directory only. To "
            f"go on with an interrupted restore type: steward init --config {path}",
        )


@contextmanager
def _scratch(parent: Path) -> Iterator[Path]:
    """A directory of ours beside the configuration, for what is encrypted and taken apart."""
    path = Path(tempfile.mkdtemp(prefix=".steward-restore-", dir=parent))
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)
