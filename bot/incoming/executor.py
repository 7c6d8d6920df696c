"""Runs one message whose id was claimed, within the message's transaction."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

from bot.delivery.post import Post
from bot.delivery.transaction_ids import ANSWER, TAKEN_AWAY, stem
from bot.files.requests import FileRequests
from bot.incoming import admission
from bot.incoming.addressing import the_thread
from bot.incoming.admission import Halt
from bot.incoming.replies import Replies
from bot.incoming.whereabouts import Whereabouts
from bot.matrix.guard import Message, Refused
from bot.matrix.rooms import Room
from bot.membership import unclaimed_rooms
from commands.framework.context import Place, UserId
from commands.framework.reply import Audience
from commands.framework.room_lines import may_be_left, may_not_wait
from commands.framework.study import IN_PLACE, Study
from commands.general import attachments
from storage.chat.outbox import ContentKind, Outgoing
from storage.chat.preferences import People
from storage.chat.rooms import Rooms
from storage.chat.said_once import SaidOnce
from storage.core.database import Transaction
from storage.core.lazy_dataclass import dataclass


@dataclass(frozen=True, slots=True)
class MessageExecutor:
    """Executes commands, takes files in, and answers what is neither."""

    replies: Replies
    files: FileRequests
    write_sent: Callable[[Transaction], Awaitable[None]]
    """Takes what was sent off the table, in a transaction that waits for the disk anyway."""

    async def execute(
        self,
        tx: Transaction,
        message: Message,
        where: Whereabouts,
        *,
        halt: Halt | None = None,
        meant: str = "",
        study: Study = IN_PLACE,
    ) -> None:
        """Run a message now, and never again.

        ``halt``: why it is left aside. ``meant``: the command it looks like without being one.
        """
        # Before anything is queued: what is known of a row is known until another one goes.
        await self.write_sent(tx)
        if where.unclear is not None:
            await self._ask_about(tx, message, where, where.unclear, halt)
            return
        committee = where.likely
        if halt is not None:
            await SaidOnce(tx).count(halt.reason)
            zone = await People(tx).zone(UserId(message.sender)) or committee.zone
            said = admission.words(halt, message.sender, zone)
            await self.replies.queue(tx, said, message, committee)
            if where.place is Place.ROOM and not self._stays(message, halt):
                await self._take_away(tx, message)
        elif message.thing is not None:
            told = attachments.about(message.thing)
            await self.replies.queue(tx, (told,), message, committee)
        elif meant:
            await self.replies.queue(tx, (attachments.unmarked(meant),), message, committee)
        elif message.attachment is not None:
            await self.files.take_in(tx, message, message.attachment, where, study)
        else:
            replies, committee = await self.replies.to(tx, message, where, study=study)
            await self.replies.queue(tx, replies, message, committee)

    def _stays(self, message: Message, halt: admission.Halt) -> bool:
        """Whether a line that is not acted upon may stay in the room."""
        catalogue = self.replies.catalogue
        if halt.reason is Refused.TOO_FAST:
            return may_be_left(message.body, catalogue)
        return not may_not_wait(message.body, catalogue)

    async def _take_away(self, tx: Transaction, message: Message) -> None:
        """Remove a message from the room that is not acted upon, and may name somebody all the same."""
        post = Post(tx, self.replies.outbox, stem(TAKEN_AWAY, message.event_id))
        removal = Outgoing({}, ContentKind.REDACTION, message.event_id)
        await post.put(removal, room=message.room)

    async def _ask_about(
        self,
        tx: Transaction,
        message: Message,
        where: Whereabouts,
        room: Room,
        halt: Halt | None,
    ) -> None:
        """Nothing typed here is a command, except for what says what this room is."""
        if halt is not None:
            await SaidOnce(tx).count(halt.reason)
            return
        asked, authority = unclaimed_rooms.wish(message.body), self.replies.circumstances.authority
        replies, direct = await unclaimed_rooms.answer(
            asked, room, message.sender, list(where.committees), authority, tx
        )
        known = replace(room, asked=True, said_direct=room.said_direct or direct)
        await Rooms(tx).save(room.id, known.snapshot())
        tx.after_commit(lambda: room.answered(direct=direct))
        post = Post(tx, self.replies.outbox, stem(ANSWER, message.event_id), the_thread(message))
        for reply in replies:
            person = None if reply.audience is Audience.HERE else message.sender
            likely = next(iter(where.committees), None)
            for each in await post.worded(reply, likely, "", message.sender):
                here = None if person else message.room
                await post.put(each, room=here, recipient=person)
