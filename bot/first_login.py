"""The first login: makes keys and identity and publishes them. ``steward init`` asks for it."""

import asyncio
import hashlib
from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Final

from bot.account import client_of, fact, open_account, open_database
from bot.backup import old_device
from bot.config import Config
from bot.config.account import NONE
from bot.keys import keyring
from bot.matrix import identity, profile
from bot.matrix.approval import approval
from bot.matrix.client import Client, TokenRejected
from bot.matrix.login import Credentials, log_in
from bot.pictures import avatar
from bot.process import failpoints
from bot.process.data_directory import DataDirectory
from storage.chat.facts import Facts
from storage.core.database import Database
from storage.core.lazy_dataclass import dataclass

DEVICE_NAME: Final = "Steward"
LARGEST_PICTURE: Final = 1 << 20
"""Bytes."""
KINDS: Final = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg"}
"""Media types by how a file begins."""


@dataclass(frozen=True, slots=True)
class InitResult:
    """What ``steward init`` shows. ``recovery_key`` is None when it was shown before."""

    recovery_key: str | None
    fingerprint: str
    device_id: str


async def log_in_first(
    config: Config,
    passphrase: str,
    given: Credentials,
    *,
    fast_kdf: bool,
    say: Callable[[str], None],
) -> InitResult:
    """Log in once, make keys and identity, publish them. Safe to repeat after an interruption."""
    with DataDirectory.open(config.data_dir) as directory:
        recovery = None
        if directory.initialised:
            key = await asyncio.to_thread(keyring.unlock, directory.keyslots, passphrase)
            if not directory.recovery_key_shown.exists():
                recovery = await asyncio.to_thread(
                    keyring.change_recovery_key, directory.keyslots, passphrase
                )
        else:
            cost = keyring.FAST if fast_kdf else None
            key, recovery = await asyncio.to_thread(
                lambda: keyring.create(directory.keyslots, passphrase, cost=cost)
            )
        failpoints.reach("after_keyslots")
        if not directory.recovery_key_shown.exists():
            _drop_unborn(directory)
        client = client_of(config)
        async with AsyncExitStack() as stack:
            stack.push_async_callback(client.close)
            database = await open_database(stack, directory, key)
            if not await _logged_in(client, database):
                say("Logging in ...")
                await _log_in(client, database, given)
                failpoints.reach("after_token")
            account = await open_account(stack, config, directory, key, client, database)
            if recovery is not None:
                say("Storing the identity's keys, encrypted, with the homeserver ...")
                await identity.store_secrets(client, account.signing, recovery.secret)
                failpoints.reach("after_secrets")
            say("Publishing keys and identity ...")
            await account.machine.publish_keys()
            await identity.publish(
                client, account.signing, account.machine.sign, given.password, approval(say)
            )
            failpoints.reach("after_identity")
            await old_device.remove(client, database, given.password, say)
            await _show_face(config, client, database, say)
            return InitResult(
                recovery.text() if recovery else None,
                account.signing.fingerprint,
                client.device,
            )


async def _show_face(
    config: Config, client: Client, database: Database, say: Callable[[str], None]
) -> None:
    """Give the account its name and picture. Where that fails, everything else goes on."""
    table = config.account
    picture = None
    if table.avatar != NONE:
        picture = await asyncio.to_thread(_picture, table.avatar or avatar.FILE)
        if picture is None:
            say(
                "[account] avatar: no PNG or JPEG file of at most one megabyte; no picture was set."
            )
    if not await profile.give(client, database, name=table.display_name, picture=picture):
        say(
            "The homeserver did not take the bot's name or picture. Nothing else is affected; the next"
            " `steward init` tries again."
        )


def _picture(path: Path) -> profile.Picture | None:
    """Read a picture; None if the file is none, or too large."""
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_PICTURE + 1)
    except OSError:
        return None
    kind = next((kind for start, kind in KINDS.items() if content.startswith(start)), None)
    if kind is None or len(content) > LARGEST_PICTURE:
        return None
    return profile.Picture(content, kind, hashlib.sha256(content).hexdigest())


def _drop_unborn(directory: DataDirectory) -> None:
    """Remove databases that an `init` made and did not live to write into."""
    for path in (directory.app_database, directory.nio_store):
        if path.exists() and path.stat().st_size == 0:
            path.unlink()


async def _logged_in(client: Client, database: Database) -> bool:
    """Whether the login of an earlier run still holds; one that was ended is made anew."""
    device, token = await fact(database, "device_id"), await fact(database, "access_token")
    if device is None or token is None:
        return False
    client.resume(device, token)
    try:
        await client.request("GET", "/account/whoami")
    except TokenRejected:
        client.resume("", "")
        return False
    return True


async def _log_in(client: Client, database: Database, given: Credentials) -> None:
    """The password is used here and kept nowhere; the token goes into the encrypted database."""
    device, token = await log_in(client, given, DEVICE_NAME)
    failpoints.reach("after_login")
    async with database.transaction() as tx:
        await Facts(tx).put("device_id", device)
        await Facts(tx).put("access_token", token)
