"""The table of contents: every part of the bot, and what it is given. Nothing here runs.

``build`` is the whole; what follows it makes the parts that belong together, each lot from those before.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from bot.account import Account
from bot.backup import after_restore
from bot.backup.control import BackupControl
from bot.config import Config
from bot.delivery.attachments import Makers
from bot.delivery.calendars import CalendarFiles
from bot.delivery.clearance import Clearance
from bot.delivery.dead_letters import DeadLetters
from bot.delivery.duplicates import DuplicateCheck
from bot.delivery.ephemeral import EphemeralSender
from bot.delivery.exports import ExportFiles, exported
from bot.delivery.notices import Notices
from bot.delivery.outbox import Outbox
from bot.delivery.parcel_delivery import Contents, ParcelDelivery
from bot.delivery.pictures import PictureFiles
from bot.delivery.sender import Sender
from bot.files.downloads import FileDownloads
from bot.health import identity
from bot.health.disk import DiskGuard
from bot.health.monitor import Monitor
from bot.health.status import Status
from bot.incoming.admission import Admission
from bot.incoming.build import CommandHandling, build_commands, build_processor
from bot.incoming.dependencies import CommandDependencies
from bot.incoming.loop import SyncLoop
from bot.incoming.processor import SyncProcessor
from bot.incoming.rate_limit import RateLimiter
from bot.incoming.room_audit import RoomAuditor
from bot.jobs.digest_texts import DigestTexts
from bot.jobs.digests import DigestJob
from bot.jobs.imports import ImportJob
from bot.jobs.reminder_texts import ReminderTexts
from bot.jobs.reminders import ReminderJob
from bot.jobs.retention import RetentionJob
from bot.jobs.scheduler import Scheduler
from bot.keys.data_key import Purpose, hkdf
from bot.keys.key_mode import KeyMode
from bot.matrix.room_keys import RoomKeys
from bot.matrix.session_expiry import SessionExpiry
from bot.matrix.sync import Sync
from bot.membership.members import MemberWatch
from bot.membership.newcomers import Introductions, introduced
from bot.membership.offboarding import Effects
from bot.membership.onboarding import RoomOnboarding
from bot.pictures.renderer import PictureRenderer
from bot.polls.build import Hearing, Polling, build_polls
from bot.polls.keys import PollKeys
from bot.polls.register import Register
from bot.rooms.direct_rooms import DirectRooms
from bot.rooms.invitations import Invitations
from bot.running import Bot, Handler
from bot.state import Pulse, SharedState
from bot.verification.build import build_verification
from bot.verification.sessions import Verifications
from commands.all import CATALOGUE
from commands.privacy.formats import CardKey
from storage.chat.outbox import ContentKind
from storage.privacy.forgotten import Seal

BuildCommands = Callable[..., CommandHandling]


async def build(
    account: Account, config: Config, commands_of: BuildCommands = build_commands
) -> Bot:
    """Put the bot together. Nothing is sent, and nothing is read but when it was last restored.

    ``commands_of`` puts together what handles commands; tests replace it.
    """
    register = Register(account.ballots, PollKeys(config.polls.keys_dir))
    state = SharedState(Pulse(register.any_open))
    disk = DiskGuard(account.directory)
    renderer = PictureRenderer()
    restored_at = await after_restore.restored_at(account.database)
    out = _outgoing(account, config, state, renderer, restored_at)
    talks = _conversations(account, config, state, register, out)
    rooms = _rooms(account, state, out, talks)
    dependencies = _dependencies(account, config, state, out, talks, rooms)
    commands = commands_of(
        account.database,
        CATALOGUE,
        dependencies,
        out.outbox,
        state,
        say_from_memory=out.ephemeral.say,
        admission=Admission(RateLimiter(config.limits, state.pulse), disk),
        limits=config.limits,
        afterwards=rooms.members.look_at_regrouped,
    )
    sync = Sync(account.client, config.timeouts.long_poll_seconds)
    processor = _processor(account, state, sync, out, talks, rooms, commands)
    jobs = _jobs(account, config, state, out, commands)
    operator = _operator(account, config, state, disk, out, talks, commands, jobs)
    return Bot(
        account=account,
        state=state,
        sync=sync,
        processor=processor,
        dispatcher=commands.dispatcher,
        queue=commands.queue,
        outbox=out.outbox,
        polls=talks.polls,
        verifications=talks.verifications,
        expiry=talks.expiry,
        backups=operator.backups,
        loop=SyncLoop(sync, processor, out.outbox, disk, talks.polls.officer.next_deadline),
        from_start=(renderer, out.ephemeral, talks.expiry),
        when_ready=(
            out.outbox,
            rooms.invitations,
            out.direct_rooms,
            talks.verifications,
            jobs.imports,
            jobs.downloads,
            commands.queue,
            jobs.retention,
            jobs.reminders,
            jobs.scheduler,
            operator.monitor,
            talks.polls.officer,
        ),
        handlers=operator.handlers,
    )


# -- what is said -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Outgoing:
    keys: RoomKeys
    clearance: Clearance
    direct_rooms: DirectRooms
    outbox: Outbox
    ephemeral: EphemeralSender
    notices: Notices


def _outgoing(
    account: Account,
    config: Config,
    state: SharedState,
    renderer: PictureRenderer,
    restored_at: int | None,
) -> _Outgoing:
    client, database = account.client, account.database
    authority, places = account.authority, account.places
    keys = RoomKeys(client, account.machine, account.trust)
    sender, clearance = Sender(client, keys), Clearance(authority)
    makers: Makers = {
        ContentKind.PICTURE: PictureFiles(client, renderer),
        ContentKind.EXPORT: ExportFiles(database, client, _cards(account.seal)),
        ContentKind.CALENDAR: CalendarFiles(client),
    }
    contents = Contents(
        makers,
        {
            ContentKind.REMINDER: ReminderTexts(database, authority),
            ContentKind.DIGEST: DigestTexts(database, authority),
        },
        exported=exported,
        introduced=partial(introduced, authority),
    )
    direct_rooms = DirectRooms(database, client, places, clearance.wanted, state.signals)
    resolve, duplicates = direct_rooms.direct_room, DuplicateCheck(sender, restored_at)
    delivery = ParcelDelivery(
        database, sender, places.rooms, resolve, clearance, contents, duplicates
    )
    outbox = Outbox(database, delivery)
    hearing, pace = Hearing(database, clearance), 60 / config.polls.ballots_per_minute
    ephemeral = EphemeralSender(sender, places.rooms, resolve, makers, hearing, pace=pace)
    notices = Notices(database, places, outbox)
    return _Outgoing(keys, clearance, direct_rooms, outbox, ephemeral, notices)


def _cards(seal: Seal) -> CardKey:
    """From the key that outlives a change of keys, so that cards are known again after one."""
    return CardKey(hkdf(seal.key, b"", Purpose.CARDS.value.encode()))


# -- what goes on for longer than one message -------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Conversations:
    expiry: SessionExpiry
    polls: Polling
    verifications: Verifications


def _conversations(
    account: Account, config: Config, state: SharedState, register: Register, out: _Outgoing
) -> _Conversations:
    database, places = account.database, account.places
    grace_ms = config.reading.grace_ms
    expiry = SessionExpiry.of(database, account.machine, places.is_direct, grace_ms, state.pulse)
    polls = build_polls(
        config.polls,
        register,
        database,
        sender=out.ephemeral,
        expiry=expiry,
        places=places,
        pulse=state.pulse,
    )
    verifications = build_verification(
        account.client,
        database,
        machine=account.machine,
        trust=account.trust,
        signing=account.signing,
        keys=out.keys,
        places=places,
        outbox=out.outbox,
        committees=state.committees,
    )
    return _Conversations(expiry, polls, verifications)


# -- who is in the rooms ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Rooms:
    invitations: Invitations
    effects: Effects
    members: MemberWatch
    onboarding: RoomOnboarding


def _rooms(account: Account, state: SharedState, out: _Outgoing, talks: _Conversations) -> _Rooms:
    client, database, authority = account.client, account.database, account.authority
    outbox, committees = out.outbox, state.committees
    effects = Effects(talks.polls.pending.forget, state.signals.invitations.set, outbox.wake)
    introductions = Introductions(authority, outbox)
    return _Rooms(
        Invitations(database, client, account.places),
        effects,
        MemberWatch(database, authority, outbox, effects, introductions, committees),
        RoomOnboarding(database, authority, client, out.notices, account.trust, committees),
    )


# -- what comes in ----------------------------------------------------------------------------


def _dependencies(
    account: Account,
    config: Config,
    state: SharedState,
    out: _Outgoing,
    talks: _Conversations,
    rooms: _Rooms,
) -> CommandDependencies:
    authority, trust, polls = account.authority, account.trust, talks.polls
    auditor = RoomAuditor(
        authority,
        trust,
        out.outbox,
        state.pulse,
        account.signing.fingerprint,
        KeyMode.of(config),
        config.retention,
    )
    return CommandDependencies(
        authority,
        trust,
        auditor,
        account.seal,
        state.signals,
        rooms.effects,
        polls.service,
        polls.register.has_open,
    )


def _processor(
    account: Account,
    state: SharedState,
    sync: Sync,
    out: _Outgoing,
    talks: _Conversations,
    rooms: _Rooms,
    commands: CommandHandling,
) -> SyncProcessor:
    return build_processor(
        account.database,
        sync,
        machine=account.machine,
        trust=account.trust,
        keys=out.keys,
        places=account.places,
        members=rooms.members,
        onboarding=rooms.onboarding,
        invitations=rooms.invitations,
        notices=out.notices,
        dispatcher=commands.dispatcher,
        outbox=out.outbox,
        polls=talks.polls,
        verifications=talks.verifications,
        expiry=talks.expiry,
        state=state,
    )


# -- by the clock -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Jobs:
    imports: ImportJob
    downloads: FileDownloads
    retention: RetentionJob
    reminders: ReminderJob
    scheduler: Scheduler


def _jobs(
    account: Account,
    config: Config,
    state: SharedState,
    out: _Outgoing,
    commands: CommandHandling,
) -> _Jobs:
    database, authority, outbox = account.database, account.authority, out.outbox
    signals, directory = state.signals, account.directory
    retention = RetentionJob(database, config.retention, signals)
    reminders = ReminderJob(database, authority, outbox)
    digests = DigestJob(database, authority, outbox)
    return _Jobs(
        ImportJob(database, authority=authority, outbox=outbox, seal=account.seal, signals=signals),
        FileDownloads(database, account.client, commands.files, directory.path, signals),
        retention,
        reminders,
        Scheduler(database, directory, config.retention, digests, retention, reminders),
    )


# -- the operator -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Operator:
    monitor: Monitor
    backups: BackupControl
    handlers: dict[str, Handler]


def _operator(
    account: Account,
    config: Config,
    state: SharedState,
    disk: DiskGuard,
    out: _Outgoing,
    talks: _Conversations,
    commands: CommandHandling,
    jobs: _Jobs,
) -> _Operator:
    client, database, places = account.client, account.database, account.places
    letters = DeadLetters(database, out.outbox)
    monitor = Monitor(
        config,
        database,
        places=places,
        outbox=out.outbox,
        scheduler=jobs.scheduler,
        letters=letters,
        disk=disk,
        watch=commands.queue.watch,
        pulse=state.pulse,
    )
    backups = BackupControl(account.directory, account.key, database, client, account.signing)
    handlers: dict[str, Handler] = {
        "status": Status(state.pulse, places, out.outbox, monitor).answer,
        "dead-letters": letters.answer,
        "identity": partial(identity.report, client, account.signing, account.machine),
        "verify": talks.verifications.operate,
        **dict.fromkeys(backups.VERBS, backups.answer),
    }
    return _Operator(monitor, backups, handlers)
