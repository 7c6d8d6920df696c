"""``steward panic``: make everything unreadable now, with or without a network.

The key slots go first: without them the rest is noise. Then the bot is stopped, then the files go,
and only then is the homeserver asked to end the login. Nothing that fails on the way stops the rest.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import os
import signal
import time
from collections.abc import Iterable
from pathlib import Path

from bot.config import Config
from bot.keys import keyring, passphrase
from bot.keys.data_key import Purpose
from bot.keys.passphrase import Source
from bot.matrix.client import Client, MatrixError, NotNow, TokenRejected
from bot.polls.keys import PollKeys
from bot.process import control
from bot.process.data_directory import DataDirectory
from bot.process.exit_codes import Stop
from storage.chat.facts import Facts
from storage.core.database import Database
from storage.core.lazy_dataclass import dataclass

PIECE = 1 << 20
STOPPING = 3.0
"""Seconds the bot has for letting go of its files before it is killed."""
LOGGING_OUT = 8.0
"""Seconds the homeserver has."""

OURS = (
    *("keyslots.json*", "app.db*", "nio.db*", "ballots.db*", "backup.*"),
    *("reserve*", "recovery-key-shown*", "poll-keys*", "starts*", "control.*", "lock"),
)
"""Names of everything that is ever made in a data directory."""


@dataclass(frozen=True, slots=True)
class Login:
    """What ends the bot's session at the homeserver."""

    homeserver: str
    user: str
    device: str
    token: str


@dataclass(frozen=True, slots=True)
class PanicOutcome:
    """What ``steward panic`` destroyed, what files are left, and whether the login was ended."""

    destroyed: int
    left: tuple[Path, ...]
    """Files that could not be removed."""
    logged_out: bool
    secret_file: Path | None
    """The passphrase file, which was destroyed as well."""


def panic(directory: DataDirectory, config: Config | None) -> PanicOutcome:
    """Destroy what is in a data directory. Never raises for something that is in the way."""
    slots = _content(directory.keyslots)
    # A leftover of the slots on a disk opens with this file: it is read, and goes with them.
    secret = _unattended(config)
    gone = _destroy([*_matching(directory.path, ("keyslots.json*",))])
    file = None if config is None else config.passphrase_file
    if file is not None:
        gone += _destroy([file])
    login = _stop(directory) or _from_files(directory, config, slots, secret)
    keys = None if config is None else PollKeys.seen(directory, config.polls.keys_dir)
    gone += _destroy(_matching(directory.path, OURS))
    if keys is not None:
        with contextlib.suppress(OSError):
            gone += keys.wipe_all_but([])
            if keys.shared is not None:
                keys.path.rmdir()
    left = (*_matching(directory.path, OURS), *([file] if file and file.exists() else []))
    with contextlib.suppress(OSError):
        directory.path.rmdir()
    return PanicOutcome(gone, left, login is not None and _log_out(login, config), file)


# ------------------------------------------------------------------ stopping the bot
def _stop(directory: DataDirectory) -> Login | None:
    """End the running bot, which gives its login away; killed if it does not answer."""
    login = None
    with contextlib.suppress(control.NotRunning, control.NoAnswer, KeyError, OSError):
        answer = control.ask(directory.control_socket, {"verb": "panic"}, timeout_seconds=STOPPING)
        login = Login(*(str(answer[name]) for name in ("homeserver", "user", "device", "token")))
    deadline = time.monotonic() + STOPPING
    while _is_held(directory.lock) and time.monotonic() < deadline:
        time.sleep(0.05)
    if _is_held(directory.lock):
        with contextlib.suppress(OSError, ValueError):
            os.kill(int(directory.lock.read_text("ascii")), signal.SIGKILL)
            time.sleep(0.2)
    return login


def _is_held(lock: Path) -> bool:
    try:
        descriptor = os.open(lock, os.O_RDWR | os.O_NOFOLLOW)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    finally:
        os.close(descriptor)
    return False


# ------------------------------------------------------------------ the files
def _matching(directory: Path, patterns: Iterable[str]) -> list[Path]:
    return sorted({path for pattern in patterns for path in directory.glob(pattern)})


def _destroy(paths: Iterable[Path]) -> int:
    """Overwrite and remove files; how many are gone."""
    gone = 0
    for path in paths:
        with contextlib.suppress(OSError):
            if path.is_file() and not path.is_symlink():
                _overwrite(path)
        with contextlib.suppress(OSError):
            path.unlink()
            gone += 1
    return gone


def _overwrite(path: Path) -> None:
    # It reaches the old bytes on a magnetic disk, and on a flash disk perhaps not.
    with path.open("r+b", buffering=0) as file:
        left = os.fstat(file.fileno()).st_size
        while left > 0:
            left -= file.write(os.urandom(min(PIECE, left))) or left
        os.fsync(file.fileno())


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None


# ------------------------------------------------------------------ the login
def _unattended(config: Config | None) -> str | None:
    """The passphrase, if nobody has to be asked for it: there is no time."""
    if config is None or passphrase.source(config) is Source.PROMPT:
        return None
    try:
        return passphrase.read(config)
    except Exception:  # noqa: BLE001 (whatever it is: the destroying goes on)
        return None


def _from_files(
    directory: DataDirectory, config: Config | None, slots: bytes | None, secret: str | None
) -> Login | None:
    """The login as the database has it, when the bot does not run and nobody has to be asked."""
    if config is None or slots is None or secret is None:
        return None

    async def read() -> Login | None:
        key = keyring.unlock_content(slots, directory.keyslots, secret)
        database = await Database.open(directory.app_database, key.derive(Purpose.APP_DATABASE))
        try:
            async with database.transaction() as tx:
                device = await Facts(tx).get("device_id")
                token = await Facts(tx).get("access_token")
        finally:
            await database.close()
        if device is None or token is None:
            return None
        return Login(config.homeserver, config.user, device, token)

    try:
        return asyncio.run(read())
    except Exception:  # noqa: BLE001 (whatever it is: the destroying goes on)
        return None


def _log_out(login: Login, config: Config | None) -> bool:
    proxy = None if config is None or config.proxy is None else config.proxy.get_secret_value()

    async def ask() -> bool:
        ca_file = None if config is None else config.ca_file
        client = Client(
            login.homeserver, login.user, proxy=proxy, ca_file=ca_file, patience=LOGGING_OUT
        )
        client.resume(login.device, login.token)
        try:
            await client.request("POST", "/logout", {})
        finally:
            await client.close()
        return True

    try:
        return asyncio.run(ask())
    except (MatrixError, TokenRejected, NotNow, OSError, Stop):
        return False
