"""``steward run``: takes hold of the data directory, and unlocks it while the bot is being imported."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from bot.cli.terminal import told, watched
from bot.config import Config, load
from bot.keys import keyring, passphrase
from bot.keys.data_key import DataKey
from bot.logging import logs
from bot.process import memory
from bot.process.data_directory import DataDirectory
from bot.process.exit_codes import ExitCode, Stop


def run(config: Path, *, take_over: bool = False) -> ExitCode:
    """Run the bot until SIGTERM or Ctrl-C; whatever ends it is told in one plain message.

    ``take_over``: other processes of this bot that were started since shall end.
    """
    return told(partial(_run, config, take_over=take_over))


def _run(config: Path, *, take_over: bool) -> ExitCode:
    settings = load(config)
    logs.install(settings.log_level, style=settings.log_format)
    if not DataDirectory(settings.data_dir).initialised:
        raise Stop(
            ExitCode.DATA_DIRECTORY,
            f"{settings.data_dir} is not set up yet. Type: steward init --config {config.absolute()}",
        )
    secret = passphrase.read(settings)
    memory.look_only_at_new()
    with (
        DataDirectory.open(settings.data_dir) as directory,
        ThreadPoolExecutor(2, "unlocking") as threads,
    ):
        # Argon2id takes half a second on purpose, and does not hold the interpreter meanwhile.
        unlocked = threads.submit(_unlock, settings, directory, secret)
        # It opens old backups as well, and perhaps more: a bot that runs for months needs it no more.
        del secret
        # Imported late, beside it: this takes as long.
        from bot.app import run as run_bot  # noqa: PLC0415
        from bot.matrix import authorities  # noqa: PLC0415

        if settings.homeserver.startswith("https:"):
            threads.submit(authorities.read)
        return asyncio.run(watched(run_bot(settings, directory, unlocked, take_over=take_over)))


def _unlock(settings: Config, directory: DataDirectory, secret: str) -> DataKey:
    with passphrase.named(settings):
        return keyring.unlock(directory.keyslots, secret)
