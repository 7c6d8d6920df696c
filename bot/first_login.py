"""The first login: makes keys and identity and publishes them. ``steward init`` asks for it."""

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from typing import Final

from bot.account import client_of, fact, open_account, open_database
from bot.backup import old_device
from bot.config import Config
from bot.face import Face, FaceTrouble
from bot.keys import keyring
from bot.keys.data_key import DataKey
from bot.keys.recovery_key import RecoveryKey
from bot.keys.slots import Cost
from bot.matrix import identity
from bot.matrix.approval import approval
from bot.matrix.client import Client, TokenRejected
from bot.matrix.login import (
    Credentials,
    LoginRefusal,
    LoginRefused,
    NotThisAccount,
    log_in,
    log_out,
)
from bot.process import failpoints
from bot.process.data_directory import DataDirectory
from storage.chat.committees import Committees
from storage.chat.facts import Facts
from storage.core.database import Database
from storage.core.lazy_dataclass import dataclass

DEVICE_NAME: Final = "Steward"
ATTEMPTS: Final = 3
"""At a password on a terminal; Synapse lets an address try five times, then once in some minutes."""

AskAgain = Callable[[], str]
"""Asks a person for the password once more."""


@dataclass(frozen=True, slots=True)
class InitResult:
    """What ``steward init`` shows. ``recovery_key`` is None when it was shown before."""

    recovery_key: str | None
    fingerprint: str
    device_id: str
    at_home: bool
    """Whether the records name committees: it was set up before, or restored."""


async def log_in_first(
    config: Config,
    passphrase: str,
    given: Credentials,
    *,
    fast_kdf: bool,
    say: Callable[[str], None],
    ask_again: AskAgain | None = None,
) -> InitResult:
    """Log in once, make keys and identity, publish them. Safe to repeat after an interruption."""
    cost = keyring.FAST if fast_kdf else None
    with DataDirectory.open(config.data_dir) as directory:
        key, recovery = await asyncio.to_thread(_keys, directory, passphrase, cost)
        failpoints.reach("after_keyslots")
        if not directory.recovery_key_shown.exists():
            _drop_unborn(directory)
        client = client_of(config)
        async with AsyncExitStack() as stack:
            stack.push_async_callback(client.close)
            database = await open_database(stack, directory, key)
            # What was interrupted before anything was published is not in use either.
            fresh = given.access_token is None and not directory.recovery_key_shown.exists()
            if not await _logged_in(client, database):
                say("Logging in ...")
                given = await _log_in(client, database, given, ask_again)
                failpoints.reach("after_token")
                fresh = given.access_token is None
            await _refuse_foreign_identity(client, database, fresh=fresh)
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
            _tell(await Face(config.account, client, database).show(), say)
            async with database.transaction() as tx:
                at_home = bool(await Committees(tx).all())
            return InitResult(
                recovery.text() if recovery else None,
                account.signing.fingerprint,
                client.device,
                at_home,
            )


def _keys(
    directory: DataDirectory, passphrase: str, cost: Cost | None
) -> tuple[DataKey, RecoveryKey | None]:
    """The data key, made if there is none, and a new recovery key where none has been shown."""
    if not directory.initialised:
        return keyring.create(directory.keyslots, passphrase, cost=cost)
    key = keyring.unlock(directory.keyslots, passphrase)
    if directory.recovery_key_shown.exists():
        return key, None
    return key, keyring.change_recovery_key(directory.keyslots, passphrase)


def _tell(trouble: frozenset[FaceTrouble], say: Callable[[str], None]) -> None:
    """Say what of the face the account does not show. Everything else goes on."""
    if FaceTrouble.NO_PICTURE in trouble:
        say("[account] avatar: no PNG or JPEG file of at most one megabyte; no picture was set.")
    if FaceTrouble.NOT_TAKEN in trouble:
        say(
            "The homeserver did not take the bot's name or picture. Nothing else is affected; the next"
            " start of the bot tries again."
        )


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
        answer = await client.request("GET", "/account/whoami")
    except TokenRejected:
        client.resume("", "")
        return False
    if answer.get("user_id") != client.user:
        raise NotThisAccount
    return True


async def _log_in(
    client: Client, database: Database, given: Credentials, ask_again: AskAgain | None
) -> Credentials:
    """The password is used here and kept nowhere; the token goes into the encrypted database.

    Returns the credentials that were taken.
    """
    device, token, given = await _begin(client, given, ask_again)
    failpoints.reach("after_login")
    try:
        async with database.transaction() as tx:
            await Facts(tx).put("device_id", device)
            await Facts(tx).put("access_token", token)
    except BaseException:
        # Nobody would know of this device any more.
        if given.access_token is None:
            await log_out(client)
        raise
    return given


async def _begin(
    client: Client, given: Credentials, ask_again: AskAgain | None
) -> tuple[str, str, Credentials]:
    """Device, token, and what they were given for: a person may type the password anew."""
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return *(await log_in(client, given, DEVICE_NAME)), given
        except LoginRefused as refused:
            wrong = refused.refusal is LoginRefusal.PASSWORD
            if ask_again is None or not wrong or attempt == ATTEMPTS:
                raise
            given = Credentials(ask_again())
    raise LoginRefused(LoginRefusal.PASSWORD)


async def _refuse_foreign_identity(client: Client, database: Database, *, fresh: bool) -> None:
    """Raise IdentityConflict before anything is published; a device made for nothing is logged out."""
    stored = await fact(database, "cross_signing")
    ours = None if stored is None else identity.CrossSigning.from_json(stored).master.public
    answer = await identity.keys_of(client, client.user)
    if identity.published_master(answer, client.user) in {None, ours}:
        return
    if fresh and await log_out(client):
        async with database.transaction() as tx:
            await Facts(tx).drop("device_id")
            await Facts(tx).drop("access_token")
    raise identity.IdentityConflict
