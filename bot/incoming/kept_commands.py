"""Commands that waited for their turn, done as if they had just been typed."""

from dataclasses import replace
from datetime import datetime

from bot.delivery import notice_words
from bot.delivery.post import Post
from bot.delivery.transaction_ids import BUSY, stem
from bot.incoming.addressing import the_thread
from bot.incoming.executor import MessageExecutor
from bot.incoming.study_runner import Notes, Unstudied
from bot.incoming.timed import TimedTransactions
from bot.logging import logs
from bot.matrix.guard import Message
from bot.matrix.message_text import Relation
from bot.state import Pulse
from commands.framework.context import UserId
from storage.chat.preferences import People
from storage.chat.waiting_commands import WaitingCommand, WaitingCommands
from storage.core.driver import OperationalError
from storage.core.lazy_dataclass import dataclass

log = logs.get("bot.incoming.kept_commands")


@dataclass(frozen=True, slots=True)
class KeptCommands:
    """Runs queued commands when their senders' turn has come."""

    timed: TimedTransactions
    executor: MessageExecutor
    pulse: Pulse

    async def resume(self, kept: WaitingCommand, notes: Notes) -> None:
        """Run a command that waited.

        Raises what the storage raises, and Unstudied; the command then waits on.
        """
        try:
            await self._resume(_as_it_came(kept), notes)
        except (OperationalError, Unstudied):
            raise
        except Exception as error:  # noqa: BLE001 (whatever a command raised: rolled back, told)
            await self.drop(kept, log.failure("command", error))

    async def _resume(self, message: Message, notes: Notes) -> None:
        circumstances = self.executor.replies.circumstances
        async with self.timed.begin(message.sender, at_once=False) as tx:
            where = await circumstances.whereabouts(tx, message.room, message.sender)
            body = await WaitingCommands(tx).take(message.event_id)
            if body is None or where is None:
                return
            await self.executor.execute(tx, replace(message, body=body), where, study=notes)
            tx.after_commit(self.pulse.count_answer)

    async def drop(self, kept: WaitingCommand, error_id: str) -> None:
        """Give up on a command that waited, and tell its sender."""
        message = _as_it_came(kept)
        async with self.timed.database.transaction() as tx:
            if await WaitingCommands(tx).take(message.event_id) is not None:
                await self.executor.replies.apologise(tx, message, error_id)

    async def tell_to_wait(self, kept: WaitingCommand, until: datetime) -> None:
        """Say once that the rest of a sender's commands waits for their share of the time."""
        message, replies = _as_it_came(kept), self.executor.replies
        async with self.timed.database.transaction() as tx:
            where = await replies.circumstances.whereabouts(tx, message.room, message.sender)
            if where is None or not where.committees:
                return
            zone = await People(tx).zone(UserId(message.sender)) or where.likely.zone
            said = notice_words.busy(message.sender, until.astimezone(zone))
            post = Post(tx, replies.outbox, stem(BUSY, message.event_id), the_thread(message))
            authority = replies.circumstances.authority
            await post.say(said, message.room, message.sender, where.likely, authority)


def _as_it_came(kept: WaitingCommand) -> Message:
    """A message that waited, which was claimed when it was taken."""
    relation = Relation(thread=kept.thread)
    return Message(kept.event_id, kept.room, kept.person, "", kept.body, "", 0, relation=relation)
