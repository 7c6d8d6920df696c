"""One incoming message, one transaction: taken, run, answered, or nothing of it."""

import time
from collections.abc import Sequence
from enum import Enum, auto

from bot.delivery import notice_words
from bot.delivery.transaction_ids import UNREAD_FILE
from bot.incoming.addressing import as_said, is_for_us, looks_meant
from bot.incoming.admission import Admission, Halt
from bot.incoming.executor import MessageExecutor
from bot.incoming.queue import CommandQueue
from bot.incoming.study_runner import Elsewhere, Unstudied
from bot.incoming.timed import TimedTransactions
from bot.incoming.whereabouts import Whereabouts
from bot.logging import logs
from bot.matrix.guard import Message, Refused
from bot.process import failpoints
from bot.state import Pulse
from commands.framework.study import IN_PLACE
from commands.general import attachments
from storage.chat.inbox import Claim, Inbox
from storage.chat.said_once import SaidOnce
from storage.chat.waiting_commands import WaitingCommand
from storage.core.database import Transaction
from storage.core.driver import Error, OperationalError

log = logs.get("bot.incoming.dispatcher")


class Turn(Enum):
    """When a command runs that has just been read."""

    NOW = auto()
    """At once: nobody else waits for anything."""
    FAIR = auto()
    """At once, unless its sender asked for much lately."""
    LATER = auto()
    """When the commands before it were done."""


class Dispatcher:
    """Turns authenticated messages into effects and queued replies."""

    def __init__(
        self,
        timed: TimedTransactions,
        executor: MessageExecutor,
        admission: Admission,
        pulse: Pulse,
        queue: CommandQueue | None,
    ) -> None:
        """``queue``: where commands wait whose sender asked for much; None: all are done at once."""
        self._timed = timed
        self._executor = executor
        self._replies = executor.replies
        self._circumstances = executor.replies.circumstances
        self._admission = admission
        self._pulse = pulse
        self.queue = queue

    async def handle(self, message: Message, turn: Turn = Turn.FAIR) -> None:
        """Run one message. Raises only what the storage raises; nothing is then half done."""
        started = time.monotonic()
        try:
            await self._run_or_keep(message, turn)
        except OperationalError:
            # A full disk, a busy file: not the command's fault, and worth another attempt.
            raise
        except Exception as error:  # noqa: BLE001 (whatever a command raised: rolled back, told)
            await self._apologise(message, log.failure("command", error))
        failpoints.reach("after_commit")
        log.debug("handled", ms=(time.monotonic() - started) * 1000)

    def begin_batch(self) -> None:
        """Start the batch of another sync response."""
        self._timed.share.begin()

    async def set_aside(self, message: Message, error_id: str) -> None:
        """Give up on a message that the storage refused several times, and say so."""
        if self._admission.release_reserve():
            # There is a little room now: enough to say that there is too little.
            await self.handle(message)
            return
        await self._apologise(message, error_id)

    async def keep_all(self, messages: Sequence[Message]) -> None:
        """Queue messages that came together, in one transaction. Raises what the storage raises."""
        try:
            async with self._timed.database.transaction() as tx:
                for message in messages:
                    await self._decide(tx, message, Turn.LATER)
                failpoints.reach("before_commit")
        except Error:
            raise
        except Exception:  # noqa: BLE001 (one of them: which, is found out one by one)
            for message in messages:
                await self.handle(message)

    async def _run_or_keep(self, message: Message, turn: Turn) -> None:
        try:
            await self._run(message, turn)
        except Unstudied:
            await self._run(message, Turn.LATER)

    async def _run(self, message: Message, turn: Turn) -> None:
        async with self._timed.begin(message.sender, at_once=True) as tx:
            await self._decide(tx, message, turn)
            failpoints.reach("before_commit")

    async def _decide(self, tx: Transaction, message: Message, turn: Turn) -> None:
        """Take a message in: leave it, have it wait, or do it."""
        where = await self._circumstances.whereabouts(tx, message.room, message.sender)
        if where is None:
            where = await self._circumstances.unclear(tx, message)
        if where is None:
            if not self._pulse.is_watched():
                await SaidOnce(tx).count(Refused.STRANGER)
            return
        message = as_said(message, where.place)
        ours = is_for_us(message, where.place)
        meant = "" if ours else looks_meant(message, where.place)
        replaced = self._circumstances.authority.places.is_replaced(message.room)
        if not (ours or meant) or replaced or not await self._claim(tx, message):
            return
        halt = self._admission.look(message)
        tx.after_commit(lambda: self._taken(message, halt))
        wait = halt is None and self._has_to_wait(message, turn)
        if self.queue is not None and wait and await self._is_work(tx, message, where, turn):
            await self._keep(tx, message, where, self.queue)
            return
        study = IN_PLACE if self.queue is None else Elsewhere(self.queue.watch)
        await self._executor.execute(tx, message, where, halt=halt, meant=meant, study=study)

    async def _claim(self, tx: Transaction, message: Message) -> bool:
        """Whether a message is handled now for the first time; it is from now on."""
        claim = await Inbox(tx).claim(message.event_id, message.session_id, message.index, _now())
        if claim is Claim.REPLAYED:
            await SaidOnce(tx).count(Refused.REPLAYED)
        return claim is Claim.NEW

    def _taken(self, message: Message, halt: Halt | None) -> None:
        self._admission.taken(message, halt)
        if halt is None:
            self._pulse.count_answer()

    async def _apologise(self, message: Message, error_id: str) -> None:
        async with self._timed.database.transaction() as tx:
            claim = await Inbox(tx).claim(
                message.event_id, message.session_id, message.index, _now()
            )
            if claim is Claim.NEW:
                tx.after_commit(lambda: self._admission.taken(message, None))
                await self._replies.apologise(tx, message, error_id)

    # -- waiting -----------------------------------------------------------------------------------

    async def _is_work(
        self, tx: Transaction, message: Message, where: Whereabouts, turn: Turn
    ) -> bool:
        """Whether a message is a command, and nothing that is answered in a line or kept for later.

        Words under a file that take none are a command, too.
        """
        if message.thing is not None or where.unclear is not None:
            return False
        files = self._executor.files
        if turn is Turn.LATER or message.attachment is None:
            return True
        return not await files.takes(tx, message, where)

    def _has_to_wait(self, message: Message, turn: Turn) -> bool:
        if self.queue is None or turn is Turn.NOW:
            return False
        return turn is Turn.LATER or not self.queue.at_once(message.sender)

    async def _keep(
        self, tx: Transaction, message: Message, where: Whereabouts, queue: CommandQueue
    ) -> None:
        """Have a command wait for its turn; too many of them are left aside, and that is told once."""
        if queue.has_room(message.sender, message.body):
            kept = WaitingCommand(
                message.event_id,
                message.sender,
                message.room,
                message.body,
                message.relation.thread,
            )
            await queue.keep(tx, kept)
            await self._unread(tx, message, where)
            return
        await SaidOnce(tx).count(Refused.TOO_FAST)
        if queue.tells(tx, message.sender):
            said = (notice_words.queue_full(message.sender),)
            await self._replies.queue(tx, said, message, where.likely)

    async def _unread(self, tx: Transaction, message: Message, where: Whereabouts) -> None:
        """Say at once that nobody looks at the file below which a command stands that waits."""
        if message.attachment is None:
            return
        said = (attachments.unread_file(message.attachment.name),)
        await self._replies.queue(tx, said, message, where.likely, beginning=UNREAD_FILE)


def _now() -> int:
    return time.time_ns() // 1_000_000
