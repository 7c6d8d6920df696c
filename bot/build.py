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
from bot.incoming.processor import SyncProcessor
from bot.incoming.rate_limit import RateLimiter
from bot.incoming.room_audit import RoomAuditor
from bot.jobs.build import Jobs, build_jobs
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
from bot.running import Bot, BotPart, Handler
from bot.state import Pulse, SharedState
from bot.verification.build import build_verification
from bot.verification.sessions import Verifications
from commands.all import CATALOGUE
from commands.privacy.formats import CardKey
from storage.chat.outbox import ContentKind
from storage.core.lazy_dataclass import dataclass
from storage.privacy.forgotten import Seal

BuildCommands = Callable[..., CommandHandling]


@dataclass(frozen=True, slots=True)
class _Foundations:
    """What the parts that listen and work are made of, in the order in which it is made."""

    account: Account
    config: Config
    state: SharedState
    disk: DiskGuard
    keys: RoomKeys
    said: Deliveries
    expiry: SessionExpiry
    polls: Polling
    rooms: MembershipParts
    coalition: CoalitionDesk
    verifications: Verifications

    @classmethod
    async def of(cls, account: Account, config: Config) -> "_Foundations":
        """Make them all for one account."""
        database, authority, places = account.database, account.authority, account.places
        poll_keys = PollKeys.of(account.directory, config.polls.keys_dir)
        register = Register(account.ballots, poll_keys)
        state = SharedState(Pulse(register.any_open))
        keys = RoomKeys(account.client, account.machine, account.trust, places.closed)
        said = await _deliveries(account, config, keys, state)
        expiry = SessionExpiry.of(
            database, account.machine, places.is_direct, config.reading.grace_ms, state.pulse
        )
        polls = build_polls(
            config.polls, register, database, said.ephemeral, expiry, places, account.trust, state
        )
        rooms = build_membership(
            database, account.client, authority, account.trust, said.outbox, polls.pending.forget, state
        )  # fmt: skip
        return cls(
            account,
            config,
            state,
            DiskGuard(account.directory),
            keys,
            said,
            expiry,
            polls,
            rooms,
            CoalitionDesk(account, keys, said.outbox, state.signals, polls.own_ballots),
            build_verification(account, keys, said.outbox, state.committees),
        )


async def build(
    account: Account, config: Config, commands_of: BuildCommands = build_commands
) -> Bot:
    """Put the bot together. Nothing is sent, and nothing is read but when it was last restored.

    ``commands_of`` puts together what handles commands; tests replace it.
    """
    on = await _Foundations.of(account, config)
    commands = _commands(on, commands_of)
    starts = Starts(account.client, account.directory.starts)
    sync = Sync(account.client, config.timeouts.long_poll_seconds)
    processor = _processor(on, sync, commands)
    jobs = build_jobs(
        account.database, account.directory, account.authority, on.said.outbox, config.retention,
        account.seal, on.state.signals,
    )  # fmt: skip
    letters = DeadLetters(account.database, on.said.outbox)
    homeserver = HomeserverWatch(account.client, on.state.pulse.is_watched)
    monitor = _monitor(on, commands, jobs, letters, homeserver)
    backups = BackupControl(
        account.directory, account.key, account.database, account.client, account.signing
    )
    return Bot(
        account=account,
        state=on.state,
        sync=sync,
        processor=processor,
        dispatcher=commands.dispatcher,
        queue=commands.queue,
        outbox=on.said.outbox,
        polls=on.polls,
        verifications=on.verifications,
        expiry=on.expiry,
        backups=backups,
        starts=starts,
        loop=SyncLoop(sync, processor, on.disk, starts, on.polls.officer.next_deadline),
        first=homeserver,
        from_start=(on.said.renderer, on.said.ephemeral, on.expiry),
        when_rooms_known=(on.said.outbox, commands.queue),
        when_ready=_when_ready(on, commands, jobs, monitor, processor),
        when_quiet=(
            jobs.retention,
            jobs.reminders,
            jobs.scheduler,
            Face(config.account, account.client, account.database),
        ),
        handlers=_handlers(on, monitor, letters, backups),
    )


def _commands(on: _Foundations, commands_of: BuildCommands) -> CommandHandling:
    """What handles commands."""
    return commands_of(
        on.account.database,
        CATALOGUE,
        _dependencies(on),
        on.said.outbox,
        on.state,
        say_from_memory=on.said.ephemeral.say,
        admission=Admission(RateLimiter(on.config.limits, on.state.pulse), on.disk),
        limits=on.config.limits,
        afterwards=on.rooms.members.look_at_regrouped,
    )


def _processor(on: _Foundations, sync: Sync, commands: CommandHandling) -> SyncProcessor:
    """What takes in each answer of sync."""
    return build_processor(
        on.account,
        sync,
        keys=on.keys,
        membership=on.rooms,
        dispatcher=commands.dispatcher,
        outbox=on.said.outbox,
        polls=on.polls,
        verifications=on.verifications,
        coalition=on.coalition,
        expiry=on.expiry,
        state=on.state,
    )


def _monitor(
    on: _Foundations,
    commands: CommandHandling,
    jobs: Jobs,
    letters: DeadLetters,
    homeserver: HomeserverWatch,
) -> Monitor:
    """What says how the bot is."""
    return Monitor(
        on.config,
        on.account.database,
        places=on.account.places,
        outbox=on.said.outbox,
        scheduler=jobs.scheduler,
        letters=letters,
        disk=on.disk,
        watch=commands.queue.watch,
        homeserver=homeserver,
        pulse=on.state.pulse,
    )


def _when_ready(
    on: _Foundations,
    commands: CommandHandling,
    jobs: Jobs,
    monitor: Monitor,
    processor: SyncProcessor,
) -> tuple[BotPart, ...]:
    """What works once everything was heard that happened while the bot was away."""
    account = on.account
    downloads = FileDownloads(
        account.database, account.client, commands.files, account.directory.path, on.state.signals
    )
    return (
        *(on.rooms.invitations, on.said.direct_rooms, on.verifications, on.polls.officer),
        *(jobs.imports, downloads, monitor, on.coalition),
        LateCheckpoints(processor.checkpoint, on.disk),
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


def _dependencies(on: _Foundations) -> CommandDependencies:
    account = on.account
    return CommandDependencies(
        account.authority,
        account.trust,
        RoomAuditor(
            account.authority,
            account.trust,
            on.said.outbox,
            on.state.pulse,
            account.signing.fingerprint,
            KeyMode.of(on.config),
            on.config.retention,
        ),
        account.seal,
        on.state.signals,
        on.rooms.effects,
        on.polls.service,
        on.polls.register.has_open,
        on.coalition.voice,
    )


def _handlers(
    on: _Foundations, monitor: Monitor, letters: DeadLetters, backups: BackupControl
) -> dict[str, Handler]:
    """What is answered on the control socket, by verb."""
    account, config = on.account, on.config
    status = Status(
        on.state.pulse, account.places, on.said.outbox, monitor, on.polls.register, source(config)
    )
    return {
        "status": status.answer,
        "well": status.monitor.well,
        "dead-letters": letters.answer,
        "identity": partial(identity.report, account.client, account.signing, account.machine),
        "verify": on.verifications.operate,
        **dict.fromkeys(backups.VERBS, backups.answer),
    }


def _cards(seal: Seal) -> CardKey:
    """The key for cards, derived from the sealing key, which outlives a change of keys."""
    return CardKey(hkdf(seal.key, b"", Purpose.CARDS.value.encode()))
