"""Puts together what processes sync responses, and what turns messages into commands and replies."""

from collections.abc import Awaitable, Callable

from bot.account import Account
from bot.coalition.desk import CoalitionDesk
from bot.config.limits import Limits
from bot.delivery.outbox import Outbox
from bot.files.requests import FileRequests
from bot.health.event_loop import LoopWatch
from bot.incoming.admission import Admission
from bot.incoming.checkpoint import Checkpoint, Unsaved
from bot.incoming.dependencies import CommandDependencies
from bot.incoming.dispatcher import Dispatcher
from bot.incoming.executor import MessageExecutor
from bot.incoming.fair_share import FairShare
from bot.incoming.identity_changes import IdentityChanges
from bot.incoming.kept_commands import KeptCommands
from bot.incoming.late_keys import LateKeys
from bot.incoming.processor import SyncProcessor
from bot.incoming.queue import CommandQueue
from bot.incoming.replies import Replies, SayFromMemory
from bot.incoming.room_state import RoomState
from bot.incoming.router import Router
from bot.incoming.study_runner import StudyRunner
from bot.incoming.timed import TimedTransactions
from bot.incoming.whereabouts import Circumstances
from bot.matrix.guard import Guard
from bot.matrix.room_keys import RoomKeys
from bot.matrix.session_expiry import SessionExpiry
from bot.matrix.sync import Sync
from bot.membership.build import MembershipParts
from bot.polls.build import Polling
from bot.state import SharedState
from bot.verification.sessions import Verifications
from commands.framework.catalogue import Catalogue
from storage.core.database import Database
from storage.core.lazy_dataclass import dataclass


@dataclass(frozen=True, slots=True)
class CommandHandling:
    """The parts from a believed message to its reply."""

    dispatcher: Dispatcher
    queue: CommandQueue
    files: FileRequests


def build_commands(
    database: Database,
    catalogue: Catalogue,
    dependencies: CommandDependencies,
    outbox: Outbox,
    state: SharedState,
    *,
    say_from_memory: SayFromMemory,
    admission: Admission,
    limits: Limits,
    afterwards: Callable[[], Awaitable[None]],
    queued: bool = True,
) -> CommandHandling:
    """Put the parts together.

    ``afterwards`` is called when a command was done that had waited. Not ``queued``: every command is
    done at once, and nobody waits.
    """
    share, watch = FairShare(limits), LoopWatch()
    studies = StudyRunner(database, share, watch)
    timed = TimedTransactions(database, share, watch)
    circumstances = Circumstances(dependencies.authority, state.committees)
    replies = Replies(catalogue, circumstances, dependencies, outbox, say_from_memory)
    files = FileRequests(database, replies, studies, signals=state.signals, limits=limits)
    executor = MessageExecutor(replies, files, outbox.write_sent)
    kept = KeptCommands(timed, executor, state.pulse)
    queue = CommandQueue(database, kept, studies, share=share, watch=watch, afterwards=afterwards)
    waiting = queue if queued else None
    dispatcher = Dispatcher(timed, executor, admission, state.pulse, waiting)
    return CommandHandling(dispatcher, queue, files)


def build_processor(
    account: Account,
    sync: Sync,
    *,
    keys: RoomKeys,
    membership: MembershipParts,
    dispatcher: Dispatcher,
    outbox: Outbox,
    polls: Polling,
    verifications: Verifications,
    coalition: CoalitionDesk,
    expiry: SessionExpiry,
    state: SharedState,
) -> SyncProcessor:
    """Put together what processes sync responses."""
    database, machine, places = account.database, account.machine, account.places
    trust, notices = account.trust, membership.notices
    unsaved, guard = Unsaved(), Guard(machine, trust, places.own)
    checkpoint = Checkpoint(
        database,
        unsaved,
        machine=machine,
        expiry=expiry,
        places=places,
        outbox=outbox,
        state=state,
    )
    rooms = RoomState(
        database,
        sync.client,
        unsaved,
        machine=machine,
        keys=keys,
        places=places,
        members=membership.members,
        onboarding=membership.onboarding,
        invitations=membership.invitations,
        presence=polls.presence,
        outbox=outbox,
        state=state,
    )
    router = Router(
        database,
        unsaved,
        votes=polls.votes,
        dispatcher=dispatcher,
        verifications=verifications,
        coalition=coalition,
        notices=notices,
        members=membership.members,
        places=places,
        state=state,
    )
    return SyncProcessor(
        sync,
        checkpoint,
        machine=machine,
        guard=guard,
        trust=trust,
        identities=IdentityChanges(database, trust, places, notices, state.committees),
        places=places,
        members=membership.members,
        rooms=rooms,
        late_keys=LateKeys(guard, router, places, unsaved),
        router=router,
        polls=polls,
        verifications=verifications,
        coalition=coalition,
        outbox=outbox,
        state=state,
    )
