"""Puts together what turns messages into commands and answers."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.config.limits import Limits
from bot.delivery.post import Delivering
from bot.files.requests import FileRequests
from bot.health.event_loop import LoopWatch
from bot.incoming.admission import Admission
from bot.incoming.dependencies import CommandDependencies
from bot.incoming.dispatcher import Dispatcher
from bot.incoming.executor import MessageExecutor
from bot.incoming.fair_share import FairShare
from bot.incoming.kept_commands import KeptCommands
from bot.incoming.queue import CommandQueue
from bot.incoming.replies import Replies, SayFromMemory
from bot.incoming.study_runner import StudyRunner
from bot.incoming.timed import TimedTransactions
from bot.incoming.whereabouts import Circumstances
from bot.state import SharedState
from commands.framework.catalogue import Catalogue
from storage.core.database import Database


@dataclass(frozen=True, slots=True)
class CommandHandling:
    """From a believed message to its answer."""

    dispatcher: Dispatcher
    queue: CommandQueue
    files: FileRequests


def build_commands(
    database: Database,
    catalogue: Catalogue,
    dependencies: CommandDependencies,
    outbox: Delivering,
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
    executor = MessageExecutor(replies, files)
    kept = KeptCommands(timed, executor, state.pulse)
    queue = CommandQueue(database, kept, studies, share=share, watch=watch, afterwards=afterwards)
    waiting = queue if queued else None
    dispatcher = Dispatcher(timed, executor, admission, state.pulse, waiting)
    return CommandHandling(dispatcher, queue, files)
