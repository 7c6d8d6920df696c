"""The bot's own account, opened: its files, its device, its identity."""

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import Future
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace

from bot.backup import create, rotate
from bot.config import Config
from bot.keys.keyring import DataKey, Purpose
from bot.matrix.client import Client, TokenRejected
from bot.matrix.crypto_store import CipherStore
from bot.matrix.identity import CrossSigning
from bot.matrix.machine import Machine
from bot.matrix.olm import OurOlm
from bot.matrix.trust import Trust
from bot.process import device_hold, failpoints
from bot.process.data_directory import DataDirectory
from bot.rooms.authority import Authority
from bot.rooms.directory import NamedLeads, RoomDirectory
from storage.chat.facts import Facts
from storage.chat.identities import Identities
from storage.core.database import Database
from storage.core.lazy_dataclass import dataclass
from storage.core.refusals import DamagedFile
from storage.polls.ballots import Ballots
from storage.privacy.forgotten import Seal


@dataclass(frozen=True, slots=True)
class Account:
    """Everything that is open while the bot runs."""

    directory: DataDirectory
    key: DataKey
    client: Client
    database: Database
    ballots: Ballots
    machine: Machine
    trust: Trust
    authority: Authority
    signing: CrossSigning
    seal: Seal
    """Marks people who were forgotten."""

    @property
    def places(self) -> RoomDirectory:
        """The rooms the account is in."""
        return self.authority.places


@asynccontextmanager
async def opened(
    config: Config, directory: DataDirectory, unlocked: Future[DataKey]
) -> AsyncIterator[Account]:
    """Open the files of a directory that is held, and the client, closed when the block is left.

    Raises StorageRefusal, and TokenRejected where nobody has logged in yet.
    """
    key = await asyncio.wrap_future(unlocked)
    _refuse_incomplete(directory)
    create.discard(directory)
    client = client_of(config)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(client.close)
        database = await open_database(stack, directory, key)
        yield await open_account(stack, config, directory, key, client, database)


def client_of(config: Config) -> Client:
    """Make the client for the configured homeserver and account; nobody is logged in yet."""
    proxy = None if config.proxy is None else config.proxy.get_secret_value()
    return Client(
        config.homeserver,
        config.user,
        proxy=proxy,
        ca_file=config.ca_file,
        patience=config.timeouts.request_seconds,
    )


async def open_database(stack: AsyncExitStack, directory: DataDirectory, key: DataKey) -> Database:
    """Open the app database until ``stack`` is closed. Raises StorageRefusal."""
    database = await Database.open(directory.app_database, key.derive(Purpose.APP_DATABASE))
    stack.push_async_callback(database.close)
    return database


async def open_account(
    stack: AsyncExitStack,
    config: Config,
    directory: DataDirectory,
    key: DataKey,
    client: Client,
    database: Database,
) -> Account:
    """Open everything beside the database until ``stack`` is closed.

    Raises TokenRejected where nobody has logged in yet, DeviceInUse where the same device is in use.
    """
    device, token = await fact(database, "device_id"), await fact(database, "access_token")
    if device is None or token is None:
        raise TokenRejected(401, "NEVER_LOGGED_IN")
    stack.enter_context(device_hold.held(config.user, device, token))
    client.resume(device, token)
    store = CipherStore.at(
        directory.nio_store,
        key=key.derive(Purpose.NIO_STORE),
        pickle_key=key.derive(Purpose.NIO_PICKLE),
        user_id=config.user,
        device_id=device,
    )
    stack.callback(store.close)
    ballots = await Ballots.open(directory.ballots, key.derive(Purpose.BALLOTS))
    stack.push_async_callback(ballots.close)
    sealing = await fact(database, rotate.FORGOTTEN_KEY)
    places = RoomDirectory(config.user, config.may_invite, _named_leads(config))
    async with database.transaction() as tx:
        trust = Trust(client, await Identities(tx).all())
    olm = OurOlm(config.user, device, store, places.is_in)
    settings = replace(config.authority.settings, making_percent=config.limits.making_percent)
    return Account(
        directory,
        key,
        client,
        database,
        ballots,
        Machine(client, olm, store, trust, places.knows),
        trust,
        Authority(places, settings),
        await _signing(database),
        Seal(bytes.fromhex(sealing) if sealing else key.derive(Purpose.FORGOTTEN)),
    )


async def fact(database: Database, name: str) -> str | None:
    """Read one of the bot's own facts; None where it is not written yet."""
    async with database.transaction() as tx:
        return await Facts(tx).get(name)


def _refuse_incomplete(directory: DataDirectory) -> None:
    """A missing database is never made anew behind somebody's back: it would start from nothing."""
    for path in (directory.app_database, directory.nio_store):
        if not path.exists():
            raise DamagedFile(
                f"{path} is missing, although this data directory was set up. Bring it back; if it "
                "is lost, set up a new data directory with steward init."
            )


def _named_leads(config: Config) -> NamedLeads:
    by_room = {room: frozenset(leads) for room, leads in config.authority.leads.items()}
    return NamedLeads(frozenset(config.leads), by_room)


async def _signing(database: Database) -> CrossSigning:
    """Our cross-signing keys; made at the first call, saved before anybody hears of them."""
    stored = await fact(database, "cross_signing")
    if stored is not None:
        return CrossSigning.from_json(stored)
    fresh = CrossSigning.create()
    async with database.transaction() as tx:
        await Facts(tx).put("cross_signing", fresh.to_json())
    failpoints.reach("after_identity_keys")
    return fresh
