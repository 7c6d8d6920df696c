"""The table of contents: every part of the bot, and what it is given. Nothing here runs."""

from collections.abc import Callable
from functools import partial

from bot.account import Account
from bot.backup import after_restore
from bot.backup.control import BackupControl
from bot.coalition.desk import CoalitionDesk
from bot.config import Config
from bot.delivery.build import Deliveries, build_deliveries
from bot.delivery.dead_letters import DeadLetters
from bot.face import Face
from bot.files.downloads import FileDownloads
from bot.health import identity
from bot.health.disk import DiskGuard
from bot.health.homeserver import HomeserverWatch
from bot.health.monitor import Monitor
from bot.health.status import Status
from bot.incoming.admission import Admission
from bot.incoming.build import CommandHandling, build_commands, build_processor
from bot.incoming.dependencies import CommandDependencies
from bot.incoming.loop import LateCheckpoints, SyncLoop
from bot.incoming.rate_limit import RateLimiter
from bot.incoming.room_audit import RoomAuditor
from bot.jobs.build import build_jobs
from bot.jobs.digest_texts import DigestTexts
from bot.jobs.reminder_texts import ReminderTexts
from bot.keys.data_key import Purpose, hkdf
from bot.keys.key_mode import KeyMode
from bot.keys.passphrase import source
from bot.matrix.room_keys import RoomKeys
from bot.matrix.session_expiry import SessionExpiry
from bot.matrix.starts import Starts
from bot.matrix.sync import Sync
from bot.membership.build import MembershipParts, build_membership
from bot.membership.newcomers import introduced
from bot.polls.build import Polling, build_polls
from bot.polls.keys import PollKeys
from bot.polls.register import Register
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
    database, client, machine = account.database, account.client, account.machine
    authority, places, trust = account.authority, account.places, account.trust
    poll_keys = PollKeys.of(account.directory, config.polls.keys_dir)
    register = Register(account.ballots, poll_keys)
    state, disk = SharedState(Pulse(register.any_open)), DiskGuard(account.directory)
    keys = RoomKeys(client, machine, trust, places.closed)
    pulse, signals = state.pulse, state.signals

    said = await _deliveries(account, config, keys, state)
    outbox = said.outbox
    expiry = SessionExpiry.of(database, machine, places.is_direct, config.reading.grace_ms, pulse)
    polls = build_polls(
        config.polls, register, database, said.ephemeral, expiry, places, trust, state
    )
    forget = polls.pending.forget
    rooms = build_membership(database, client, authority, trust, outbox, forget, state)
    coalition = CoalitionDesk(account, keys, outbox, signals, polls.own_ballots)
    verifications = build_verification(account, keys, outbox, state.committees)
    commands = commands_of(
        database,
        CATALOGUE,
        _dependencies(account, config, state, said, polls, rooms, coalition),
        outbox,
        state,
        say_from_memory=said.ephemeral.say,
        admission=Admission(RateLimiter(config.limits, pulse), disk),
        limits=config.limits,
        afterwards=rooms.members.look_at_regrouped,
    )
    starts = Starts(client, account.directory.starts)
    sync = Sync(client, config.timeouts.long_poll_seconds)
    processor = build_processor(
        account,
        sync,
        keys=keys,
        membership=rooms,
        dispatcher=commands.dispatcher,
        outbox=outbox,
        polls=polls,
        verifications=verifications,
        coalition=coalition,
        expiry=expiry,
        state=state,
    )
    downloads = FileDownloads(database, client, commands.files, account.directory.path, signals)
    jobs = build_jobs(
        database, account.directory, authority, outbox, config.retention, account.seal, signals
    )
    letters = DeadLetters(database, outbox)
    homeserver = HomeserverWatch(client, pulse.is_watched)
    monitor = Monitor(
        config,
        database,
        places=places,
        outbox=outbox,
        scheduler=jobs.scheduler,
        letters=letters,
        disk=disk,
        watch=commands.queue.watch,
        homeserver=homeserver,
        pulse=pulse,
    )
    backups = BackupControl(account.directory, account.key, database, client, account.signing)
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
        starts=starts,
        loop=SyncLoop(sync, processor, disk, starts, polls.officer.next_deadline),
        first=homeserver,
        from_start=(said.renderer, said.ephemeral, expiry),
        when_rooms_known=(outbox, commands.queue),
        when_ready=(
            *(rooms.invitations, said.direct_rooms, verifications, polls.officer),
            *(jobs.imports, downloads, monitor, coalition),
            LateCheckpoints(processor.checkpoint, disk),
        ),
        when_quiet=(
            jobs.retention,
            jobs.reminders,
            jobs.scheduler,
            Face(config.account, client, database),
        ),
        handlers=_handlers(
            account,
            Status(state.pulse, account.places, outbox, monitor, polls.register, source(config)),
            letters,
            verifications,
            backups,
        ),
    )


async def _deliveries(
    account: Account, config: Config, keys: RoomKeys, state: SharedState
) -> Deliveries:
    database, authority = account.database, account.authority
    return build_deliveries(
        database,
        account.client,
        keys,
        authority,
        state.signals,
        cards=_cards(account.seal),
        late_words={
            ContentKind.REMINDER: ReminderTexts(database, authority),
            ContentKind.DIGEST: DigestTexts(database, authority),
        },
        introduced=partial(introduced, authority),
        restored_at=await after_restore.restored_at(database),
        pace=60 / config.polls.ballots_per_minute,
    )


def _dependencies(
    account: Account,
    config: Config,
    state: SharedState,
    said: Deliveries,
    polls: Polling,
    rooms: MembershipParts,
    coalition: CoalitionDesk,
) -> CommandDependencies:
    return CommandDependencies(
        account.authority,
        account.trust,
        RoomAuditor(
            account.authority,
            account.trust,
            said.outbox,
            state.pulse,
            account.signing.fingerprint,
            KeyMode.of(config),
            config.retention,
        ),
        account.seal,
        state.signals,
        rooms.effects,
        polls.service,
        polls.register.has_open,
        coalition.voice,
    )


def _handlers(
    account: Account,
    status: Status,
    letters: DeadLetters,
    verifications: Verifications,
    backups: BackupControl,
) -> dict[str, Handler]:
    """What is answered on the control socket, by verb."""
    return {
        "status": status.answer,
        "well": status.monitor.well,
        "dead-letters": letters.answer,
        "identity": partial(identity.report, account.client, account.signing, account.machine),
        "verify": verifications.operate,
        **dict.fromkeys(backups.VERBS, backups.answer),
    }


def _cards(seal: Seal) -> CardKey:
    """The key for cards, derived from the sealing key, which outlives a change of keys."""
    return CardKey(hkdf(seal.key, b"", Purpose.CARDS.value.encode()))
