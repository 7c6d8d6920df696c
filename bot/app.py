"""The composition root: builds the parts, wires them, runs them, closes them."""

import asyncio
import os
import signal
import threading
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from bot import __version__
from bot.backup import after_restore, create, old_device, rotate
from bot.backup.control import BackupControl
from bot.cli.approval import approval
from bot.config import Config
from bot.delivery.attachments import Makers
from bot.delivery.calendars import CalendarFiles
from bot.delivery.clearance import Clearance
from bot.delivery.duplicates import DuplicateCheck
from bot.delivery.exports import ExportFiles, exported
from bot.delivery.outbox import Outbox
from bot.delivery.parcel_delivery import Contents, ParcelDelivery, Resolve
from bot.delivery.pictures import PictureFiles
from bot.delivery.sender import Sender
from bot.files.downloads import FileDownloads
from bot.health import identity as identity_desk
from bot.health.disk import DiskGuard
from bot.health.metrics import MINUTE
from bot.health.monitor import Monitor
from bot.incoming.admission import Admission
from bot.incoming.dependencies import CommandDependencies, KeyMode
from bot.incoming.dispatcher import Dispatcher
from bot.incoming.processor import SyncProcessor
from bot.incoming.queue import CommandQueue
from bot.incoming.rate_limit import RateLimiter
from bot.jobs.digest_texts import DigestTexts
from bot.jobs.digests import DigestJob
from bot.jobs.imports import ImportJob
from bot.jobs.reminder_texts import ReminderTexts
from bot.jobs.reminders import ReminderJob
from bot.jobs.retention import RetentionJob
from bot.jobs.scheduler import Scheduler
from bot.keys import keyring
from bot.keys.data_key import hkdf
from bot.keys.keyring import DataKey, Purpose
from bot.logging import logs
from bot.matrix import identity
from bot.matrix.client import Client, MatrixError, NotNow, TokenRejected
from bot.matrix.crypto_store import CipherStore
from bot.matrix.identity import CrossSigning
from bot.matrix.login import Credentials, log_in
from bot.matrix.machine import Machine
from bot.matrix.olm import OurOlm
from bot.matrix.room_keys import RoomKeys
from bot.matrix.session_expiry import SessionExpiry
from bot.matrix.sync import Sync
from bot.matrix.trust import Trust
from bot.pictures.renderer import PictureRenderer
from bot.polls.build import Polling
from bot.polls.officer import ReturningOfficer
from bot.process import failpoints
from bot.process.control import ControlServer
from bot.process.data_directory import DataDirectory
from bot.process.exit_codes import ExitCode
from bot.rooms.authority import Authority
from bot.rooms.direct_rooms import DirectRooms
from bot.rooms.directory import NamedLeads, RoomDirectory
from bot.rooms.invitations import Invitations
from bot.rooms.newcomers import introduced
from bot.state import Signals
from bot.verification.build import verifications
from bot.verification.sessions import Verifications
from commands.privacy.formats import CardKey
from storage.chat.facts import Facts
from storage.chat.identities import Identities
from storage.chat.outbox import ContentKind
from storage.core.database import Database
from storage.core.refusals import DamagedFile
from storage.polls.ballots import Ballots
from storage.privacy.forgotten import Seal

DEVICE_NAME = "Steward"

LAST_MOMENTS = 0.7
"""Seconds that closing may take after the work in hand had its time."""

FAST_KDF = keyring.Cost(memory_kib=8 << 10, iterations=1, lanes=1)
"""For the demo and tests, whose data is thrown away."""

REFUSED_SYNC_PAUSE = 10.0
"""Seconds after a sync that the homeserver refused for a reason that may pass."""

log = logs.get("bot.app")


@dataclass(frozen=True, slots=True)
class InitResult:
    """What ``steward init`` shows. ``recovery_key`` is None when it was shown before."""

    recovery_key: str | None
    fingerprint: str
    device_id: str


@dataclass(slots=True)
class Account:
    """The bot's own account, opened: its database, its device, its identity."""

    client: Client
    database: Database
    store: CipherStore
    machine: Machine
    trust: Trust
    authority: Authority
    signing: CrossSigning
    seal: Seal
    """Marks people who were forgotten."""
    ballots: Ballots

    @property
    def places(self) -> RoomDirectory:
        """The rooms it is in."""
        return self.authority.places


async def initialise(
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
            cost = FAST_KDF if fast_kdf else None
            key, recovery = await asyncio.to_thread(
                lambda: keyring.create(directory.keyslots, passphrase, cost=cost)
            )
        failpoints.reach("after_keyslots")
        if not directory.recovery_key_shown.exists():
            _drop_unborn(directory)
        client = _client(config)
        async with AsyncExitStack() as stack:
            stack.push_async_callback(client.close)
            database = await _database(stack, directory, key)
            if not await _logged_in(client, database):
                say("Logging in ...")
                await _log_in(client, database, given)
                failpoints.reach("after_token")
            account = await _account(stack, config, directory, key, client, database)
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
            return InitResult(
                recovery.text() if recovery else None,
                account.signing.fingerprint,
                client.device,
            )


async def run(config: Config, passphrase: str) -> int:
    """Run the bot until SIGTERM or SIGINT; the exit status."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()

    def asked_to_stop() -> None:
        stop.set()
        _end_anyway(config.timeouts.stop_seconds + LAST_MOMENTS)

    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, asked_to_stop)
    with DataDirectory.open(config.data_dir) as directory:
        key = await asyncio.to_thread(keyring.unlock, directory.keyslots, passphrase)
        _refuse_incomplete(directory)
        create.discard(directory)
        client = _client(config)
        async with AsyncExitStack() as stack:
            stack.push_async_callback(client.close)
            database = await _database(stack, directory, key)
            account = await _account(stack, config, directory, key, client, database)
            keeper = BackupControl(directory, key, database, client, account.signing)
            bot = Bot(account, config, keeper)
            control = ControlServer(directory.control_socket, bot.answer)
            await control.start()
            stack.push_async_callback(control.close)
            await _until(stop, bot.serve(), config.timeouts.stop_seconds)
    log.info("stopped")
    return ExitCode.OK


class Bot:
    """The running parts and how they hang together."""

    def __init__(self, account: Account, config: Config, keeper: BackupControl) -> None:
        self._account = account
        self._keeper = keeper
        self._config = config
        self._started = time.monotonic()
        self._intake: SyncProcessor | None = None
        self._outbox: Outbox | None = None
        self._oversight: Monitor | None = None
        self._verifications: Verifications | None = None
        self._watched: Callable[[], bool] = lambda: False

    async def serve(self) -> None:
        """Prepare, then take one sync after the other, for ever."""
        account = self._account
        client, database, places = account.client, account.database, account.places
        await account.machine.publish_keys()
        await identity.publish(client, account.signing, account.machine.sign)
        await self._keeper.store_secrets()
        signals = Signals()
        room_keys = RoomKeys(client, account.machine, account.trust)
        clearance = Clearance(account.authority)
        doors, direct_rooms = (
            Invitations(database, client, places),
            DirectRooms(database, client, places, clearance.wanted),
        )
        renderer = PictureRenderer()
        sender = Sender(client, room_keys)
        makers = self._makers(renderer)
        outbox = await self._outgoing(sender, direct_rooms.direct_room, clearance, makers)
        moving = SessionExpiry.of(
            database, account.machine, places.is_direct, self._config.reading.grace_ms
        )
        polling = Polling.build(
            self._config.polls,
            account.ballots,
            database,
            moving=moving,
            sender=sender,
            places=places,
            resolve=direct_rooms.direct_room,
            makers=makers,
            clearance=clearance,
            heard=lambda: None if self._intake is None else self._intake.heard,
        )
        desk = CommandDependencies(
            account.authority,
            account.trust,
            outbox,
            room_keys,
            account.signing.fingerprint,
            KeyMode.of(self._config),
            self._config.retention,
            account.seal,
            signals,
        )
        desk.polls, desk.has_open_polls = polling.desk, polling.register.has_open
        dispatcher = Dispatcher(database, account.authority, outbox, desk, signals)
        directory = DataDirectory(self._config.data_dir)
        dispatcher.brakes, dispatcher.files.limits = (
            Admission(RateLimiter(self._config.limits), DiskGuard(directory)),
            self._config.limits,
        )
        dispatcher.say_from_memory, dispatcher.watched = polling.courier.say, moving.watched
        queue = dispatcher.waiting = CommandQueue(database, dispatcher, self._config.limits)
        importing = ImportJob(
            database,
            authority=account.authority,
            outbox=outbox,
            seal=account.seal,
            signals=signals,
        )
        arrivals = FileDownloads(database, client, dispatcher.files, directory.path, signals)
        verifying = verifications(
            client,
            database,
            machine=account.machine,
            trust=account.trust,
            signing=account.signing,
            keys=room_keys,
            places=places,
            outbox=outbox,
        )
        sync = await Sync.prepare(client, self._config.timeouts.long_poll_seconds)
        intake = SyncProcessor(
            database,
            sync,
            machine=account.machine,
            trust=account.trust,
            keys=room_keys,
            authority=account.authority,
            dispatcher=dispatcher,
            doors=doors,
            direct_rooms=direct_rooms,
            outbox=outbox,
            polling=polling,
            verifications=verifying,
            moving=moving,
        )
        shredding = RetentionJob(database, self._config.retention, signals)
        desk.ending = intake.ending
        reminding = ReminderJob(database, account.authority, outbox)
        mornings = DigestJob(database, account.authority, outbox)
        scheduler = Scheduler(
            database,
            directory,
            self._config.retention,
            mornings,
            shredding,
            reminding,
        )
        oversight = Monitor(
            self._config,
            database,
            places=places,
            outbox=outbox,
            dispatcher=dispatcher,
            intake=intake,
            scheduler=scheduler,
        )
        queue.afterwards = intake.regroup
        await intake.restore()
        await queue.restore()
        await polling.register.restore()
        self._intake, self._outbox, self._oversight = intake, outbox, oversight
        self._verifications, self._watched = verifying, moving.watched
        desk.synced = lambda: intake.last
        async with AsyncExitStack() as stack:
            for part in (
                renderer,
                verifying,
                outbox,
                doors,
                direct_rooms,
                importing,
                arrivals,
                queue,
                shredding,
                polling,
                moving,
                reminding,
                scheduler,
                oversight,
            ):
                stack.push_async_callback(part.close)

            async def begin() -> None:
                await outbox.start()
                await doors.start()
                direct_rooms.start()
                for begun in (
                    verifying,
                    importing,
                    arrivals,
                    queue,
                    shredding,
                    reminding,
                    scheduler,
                    oversight,
                ):
                    begun.start()
                polling.officer.begin()

            await _unless(outbox.fatal, self._loop(sync, intake, outbox, polling.officer, begin))

    def _makers(self, renderer: PictureRenderer) -> Makers:
        client, database = self._account.client, self._account.database
        return {
            ContentKind.PICTURE: PictureFiles(client, renderer),
            ContentKind.EXPORT: ExportFiles(database, client, _cards(self._account.seal)),
            ContentKind.CALENDAR: CalendarFiles(client),
        }

    async def _outgoing(
        self, sender: Sender, resolve: Resolve, clearance: Clearance, makers: Makers
    ) -> Outbox:
        database, authority = self._account.database, self._account.authority
        contents = Contents(
            makers,
            {
                ContentKind.REMINDER: ReminderTexts(database, authority),
                ContentKind.DIGEST: DigestTexts(database, authority),
            },
            exported=exported,
            introduced=partial(introduced, authority),
        )
        duplicates = DuplicateCheck(sender, await after_restore.restored_at(database))
        rooms = self._account.places.rooms
        return Outbox(
            database,
            ParcelDelivery(database, sender, rooms, resolve, clearance, contents, duplicates),
        )

    async def _loop(
        self,
        sync: Sync,
        intake: SyncProcessor,
        outbox: Outbox,
        officer: ReturningOfficer,
        begin: Callable[[], Awaitable[None]],
    ) -> None:
        ready = False
        while True:
            try:
                answer = await sync.next(intake.token, wait=ready, until=officer.next_deadline)
            except NotNow as later:
                await asyncio.sleep(later.after)
                continue
            except MatrixError as refusal:
                log.warning("sync_refused", status=refusal.status)
                await asyncio.sleep(REFUSED_SYNC_PAUSE)
                continue
            await self._take(intake, answer)
            await outbox.quiet()
            if not ready:
                ready = True
                await begin()
                log.info("ready", rooms=len(self._account.places.rooms))

    async def _take(self, intake: SyncProcessor, answer: Mapping[str, Any]) -> None:
        try:
            await intake.take(answer)
        except Exception:
            if self._oversight is not None:
                # The next start finds the room it needs to say that there is none.
                self._oversight.give_way()
            raise

    def _age(self, seconds: float) -> float:
        """How old the last good answer of sync is; in whole minutes while each vote would show in it."""
        return seconds // MINUTE * MINUTE if self._watched() else round(seconds, 1)

    async def answer(self, request: dict[str, Any]) -> dict[str, Any]:
        """What ``steward status`` and ``steward doctor`` ask over the control socket."""
        verb = request.get("verb")
        if verb == "status":
            last = self._intake.last if self._intake is not None else None
            now = time.monotonic()
            return {
                "ready": last is not None,
                "version": __version__,
                "uptime_seconds": round(now - self._started, 1),
                "last_sync_seconds": None if last is None else self._age(now - last),
                "rooms": len(self._account.places.rooms),
                "queue": self._outbox.waiting if self._outbox is not None else 0,
                **({} if self._oversight is None else await self._oversight.trouble()),
            }
        if verb == "dead-letters" and self._oversight is not None:
            return await self._oversight.letters.answer(request)
        if verb == "identity":
            return await identity_desk.report(
                self._account.client, self._account.signing, self._account.machine
            )
        if verb == "verify" and self._verifications is not None:
            return await self._verifications.operate(request)
        return await self._keeper.answer(request) or {"error": "unknown verb"}


def _end_anyway(seconds: float) -> None:
    """End the process after that time, whatever still hangs.

    A name server that does not answer keeps a thread for half a minute, and Python waits for it.
    Everything acknowledged is on disk by then.
    """
    last = threading.Timer(seconds, os._exit, (int(ExitCode.OK),))
    last.daemon = True
    last.start()


async def _until(stop: asyncio.Event, work: Awaitable[None], grace: float) -> None:
    """Run ``work`` until it fails or ``stop`` is set; then it has ``grace`` seconds to end."""
    working = asyncio.ensure_future(work)
    stopping = asyncio.ensure_future(stop.wait())
    try:
        await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if working.done():
            working.result()
    finally:
        working.cancel()
        stopping.cancel()
        await asyncio.wait({working, stopping}, timeout=grace)


async def _unless(fatal: "asyncio.Future[None]", work: Awaitable[None]) -> None:
    """Run ``work`` until it fails, or at once until something else does."""
    working = asyncio.ensure_future(work)
    try:
        await asyncio.wait({working, fatal}, return_when=asyncio.FIRST_COMPLETED)
        (fatal if fatal.done() else working).result()
    finally:
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)


# -- opening ---------------------------------------------------------------------------------


def _refuse_incomplete(directory: DataDirectory) -> None:
    """A missing database is never made anew behind somebody's back: it would start from nothing."""
    for path in (directory.app_database, directory.nio_store):
        if not path.exists():
            raise DamagedFile(
                f"{path} is missing, although this data directory was set up. Bring it back; if it "
                "is lost, set up a new data directory with steward init."
            )


async def _database(stack: AsyncExitStack, directory: DataDirectory, key: DataKey) -> Database:
    database = await Database.open(directory.app_database, key.derive(Purpose.APP_DATABASE))
    stack.push_async_callback(database.close)
    return database


def _drop_unborn(directory: DataDirectory) -> None:
    """Remove databases that an `init` made and did not live to write into."""
    for path in (directory.app_database, directory.nio_store):
        if path.exists() and path.stat().st_size == 0:
            path.unlink()


async def _fact(database: Database, name: str) -> str | None:
    async with database.transaction() as tx:
        return await Facts(tx).get(name)


async def _logged_in(client: Client, database: Database) -> bool:
    """Whether the login of an earlier run still holds; one that was ended is made anew."""
    device, token = await _fact(database, "device_id"), await _fact(database, "access_token")
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


async def _account(
    stack: AsyncExitStack,
    config: Config,
    directory: DataDirectory,
    key: DataKey,
    client: Client,
    database: Database,
) -> Account:
    device, token = await _fact(database, "device_id"), await _fact(database, "access_token")
    if device is None or token is None:
        raise TokenRejected(401, "NEVER_LOGGED_IN")
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
    sealing = await _fact(database, rotate.FORGOTTEN_KEY)
    named = {room: frozenset(leads) for room, leads in config.authority.leads.items()}
    named_leads = NamedLeads(frozenset(config.leads), named)
    places = RoomDirectory(config.user, config.may_invite, named_leads)
    async with database.transaction() as tx:
        pins = await Identities(tx).all()
    trust = Trust(client, pins)
    olm = OurOlm(config.user, device, store, places.rooms.__contains__)
    machine = Machine(client, olm, store, trust, places.knows)
    return Account(
        client,
        database,
        store,
        machine,
        trust,
        Authority(
            places,
            replace(config.authority.settings, making_percent=config.limits.making_percent),
        ),
        await _signing(database),
        Seal(bytes.fromhex(sealing) if sealing else key.derive(Purpose.FORGOTTEN)),
        ballots,
    )


def _cards(seal: Seal) -> CardKey:
    """From the key that outlives a change of keys, so that cards are known again after one."""
    return CardKey(hkdf(seal.key, b"", Purpose.CARDS.value.encode()))


async def _signing(database: Database) -> CrossSigning:
    """Our cross-signing keys; made at the first call, saved before anybody hears of them."""
    stored = await _fact(database, "cross_signing")
    if stored is not None:
        return CrossSigning.from_json(stored)
    fresh = CrossSigning.create()
    async with database.transaction() as tx:
        await Facts(tx).put("cross_signing", fresh.to_json())
    failpoints.reach("after_identity_keys")
    return fresh


def _client(config: Config) -> Client:
    proxy = None if config.proxy is None else config.proxy.get_secret_value()
    return Client(
        config.homeserver, config.user, proxy=proxy, patience=config.timeouts.request_seconds
    )
