"""The table of contents: every part of the bot, and what it is given. Nothing here runs."""

from collections.abc import Callable
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
from bot.polls.build import Hearing, build_polls
from bot.polls.keys import PollKeys
from bot.polls.register import Register
from bot.rooms.direct_rooms import DirectRooms
from bot.rooms.invitations import Invitations
from bot.running import Bot, Handler
from bot.state import Pulse, SharedState
from bot.verification.build import build_verification
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
    client, database, ballots = account.client, account.database, account.ballots
    authority, places, trust = account.authority, account.places, account.trust

    register = Register(ballots, PollKeys(config.polls.keys_dir))
    state = SharedState(Pulse(register.any_open))
    disk = DiskGuard(account.directory)
    renderer = PictureRenderer()

    # -- what is said
    keys = RoomKeys(client, account.machine, trust)
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
    resolve = direct_rooms.direct_room
    duplicates = DuplicateCheck(sender, await after_restore.restored_at(database))
    outbox = Outbox(
        database,
        ParcelDelivery(database, sender, places.rooms, resolve, clearance, contents, duplicates),
    )
    ephemeral = EphemeralSender(
        sender,
        places.rooms,
        resolve,
        makers,
        Hearing(database, clearance),
        pace=60 / config.polls.ballots_per_minute,
    )

    # -- secret polls, verification
    expiry = SessionExpiry.of(
        database, account.machine, places.is_direct, config.reading.grace_ms, state.pulse
    )
    polls = build_polls(
        config.polls,
        register,
        database,
        sender=ephemeral,
        expiry=expiry,
        places=places,
        pulse=state.pulse,
    )
    verifications = build_verification(
        client,
        database,
        machine=account.machine,
        trust=trust,
        signing=account.signing,
        keys=keys,
        places=places,
        outbox=outbox,
        committees=state.committees,
    )

    # -- rooms
    invitations = Invitations(database, client, places)
    notices = Notices(database, places, outbox)
    effects = Effects(polls.pending.forget, state.signals.invitations.set, outbox.wake)
    introductions = Introductions(authority, outbox)
    members = MemberWatch(database, authority, outbox, effects, introductions, state.committees)
    onboarding = RoomOnboarding(database, authority, client, notices, trust, state.committees)

    # -- commands
    fingerprint, mode = account.signing.fingerprint, KeyMode.of(config)
    auditor = RoomAuditor(
        authority, trust, outbox, state.pulse, fingerprint, mode, config.retention
    )
    dependencies = CommandDependencies(
        authority,
        trust,
        auditor,
        account.seal,
        state.signals,
        effects,
        polls.service,
        register.has_open,
    )
    commands = commands_of(
        database,
        CATALOGUE,
        dependencies,
        outbox,
        state,
        say_from_memory=ephemeral.say,
        admission=Admission(RateLimiter(config.limits, state.pulse), disk),
        limits=config.limits,
        afterwards=members.look_at_regrouped,
    )
    sync = Sync(client, config.timeouts.long_poll_seconds)
    processor = build_processor(
        database,
        sync,
        machine=account.machine,
        trust=trust,
        keys=keys,
        places=places,
        members=members,
        onboarding=onboarding,
        invitations=invitations,
        notices=notices,
        dispatcher=commands.dispatcher,
        outbox=outbox,
        polls=polls,
        verifications=verifications,
        expiry=expiry,
        state=state,
    )

    # -- by the clock
    imports = ImportJob(
        database, authority=authority, outbox=outbox, seal=account.seal, signals=state.signals
    )
    folder = account.directory.path
    downloads = FileDownloads(database, client, commands.files, folder, state.signals)
    retention = RetentionJob(database, config.retention, state.signals)
    reminders = ReminderJob(database, authority, outbox)
    digests = DigestJob(database, authority, outbox)
    scheduler = Scheduler(
        database, account.directory, config.retention, digests, retention, reminders
    )

    # -- the operator
    letters = DeadLetters(database, outbox)
    monitor = Monitor(
        config,
        database,
        places=places,
        outbox=outbox,
        scheduler=scheduler,
        letters=letters,
        disk=disk,
        watch=commands.queue.watch,
        pulse=state.pulse,
    )
    backups = BackupControl(account.directory, account.key, database, client, account.signing)
    handlers: dict[str, Handler] = {
        "status": Status(state.pulse, places, outbox, monitor).answer,
        "dead-letters": letters.answer,
        "identity": partial(identity.report, client, account.signing, account.machine),
        "verify": verifications.operate,
        **dict.fromkeys(backups.VERBS, backups.answer),
    }
    return Bot(
        account=account,
        state=state,
        sync=sync,
        processor=processor,
        dispatcher=commands.dispatcher,
        queue=commands.queue,
        outbox=outbox,
        polls=polls,
        verifications=verifications,
        expiry=expiry,
        backups=backups,
        loop=SyncLoop(sync, processor, outbox, disk, polls.officer.next_deadline),
        from_start=(renderer, ephemeral, expiry),
        when_ready=(
            outbox,
            invitations,
            direct_rooms,
            verifications,
            imports,
            downloads,
            commands.queue,
            retention,
            reminders,
            scheduler,
            monitor,
            polls.officer,
        ),
        handlers=handlers,
    )


def _cards(seal: Seal) -> CardKey:
    """From the key that outlives a change of keys, so that cards are known again after one."""
    return CardKey(hkdf(seal.key, b"", Purpose.CARDS.value.encode()))
