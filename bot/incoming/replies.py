"""Runs one command within its transaction, and queues what it answers."""

import asyncio
import time
from collections.abc import Callable, Sequence
from functools import partial

from bot.delivery.post import Delivering, Post
from bot.delivery.threads import within
from bot.delivery.transaction_ids import ANSWER, stem
from bot.incoming.addressing import chooses, the_thread
from bot.incoming.dependencies import NO_FILE, CommandDependencies
from bot.incoming.whereabouts import Circumstances, Whereabouts
from bot.matrix.guard import Message
from commands.framework.answer import answer
from commands.framework.catalogue import Catalogue
from commands.framework.context import Committee, Context
from commands.framework.i18n import hearing
from commands.framework.reply import Code, Reply, in_each_language, say
from commands.framework.room_lines import may_not_wait
from commands.framework.study import IN_PLACE, Study
from commands.framework.typed_names import TypedNames
from commands.general import attachments
from commands.general.views import which_committee
from commands.imports.upload import AttachedFile
from storage.chat.committees import Committees
from storage.chat.outbox import ContentKind, Outgoing
from storage.chat.said_once import SaidOnce
from storage.core.database import Transaction
from storage.core.later import were_replaced
from storage.core.lazy_dataclass import dataclass
from storage.core.model import RoomId

SayFromMemory = Callable[[Sequence[str], Sequence[str], Sequence[Outgoing], str, str], None]
"""Rooms, people by direct message, messages, the beginning of the transaction ids, and the room of the
committee that it is of: whoever takes no part in that does not get it."""


async def read_names(names: TypedNames, text: str, ctx: Context) -> None:
    """Have the names of commands in other languages at hand where a message may need them."""
    with hearing(ctx.committee.language, ctx.language):
        needed = names.needs_others(text, ctx.place)
    if needed:
        # 20 ms, once: on the event loop everybody would wait for them.
        await asyncio.to_thread(names.read_others)


@dataclass(frozen=True, slots=True)
class Replies:
    """Answers messages; every answer is sent once the transaction has committed."""

    catalogue: Catalogue
    circumstances: Circumstances
    dependencies: CommandDependencies
    outbox: Delivering
    say_from_memory: SayFromMemory
    """Sends what must not be written down, not even until it is sent."""

    async def to(
        self,
        tx: Transaction,
        message: Message,
        where: Whereabouts,
        upload: AttachedFile = NO_FILE,
        study: Study = IN_PLACE,
    ) -> tuple[tuple[Reply, ...], Committee]:
        """Run what a message asks for; return the replies, and the committee they are about."""
        ctx = await self.circumstances.context(tx, message, where, study)
        if where.current is None and not chooses(message.body):
            return (which_committee(where.committees, None),), ctx.committee
        provide = self.dependencies.provider(ctx, tx, message.event_id, upload)
        asked: set[type] = set()

        async def noting(kind: type) -> object:
            asked.add(kind)
            return await provide(kind)

        await read_names(self.catalogue.typed, message.body, ctx)
        replies = await answer(message.body, ctx, tx, noting, self.catalogue)
        await self.circumstances.committees.refresh(tx)
        if upload is not NO_FILE and upload.name and AttachedFile not in asked:
            replies = (*replies, attachments.unread_file(upload.name))
        return replies, ctx.committee

    async def queue(
        self,
        tx: Transaction,
        replies: Sequence[Reply],
        message: Message,
        committee: Committee,
        *,
        beginning: str = ANSWER,
    ) -> None:
        """Queue replies for whom they are meant.

        ``beginning`` tells what is said to one message at several times apart.
        """
        occasion = stem(beginning, message.event_id)
        of, authority = str(committee.room), self.circumstances.authority
        post = Post(tx, self.outbox, occasion, the_thread(message))
        for number, reply in enumerate(replies):
            if reply.fleeting:
                rooms, people = await post.addressees(
                    reply, message.room, message.sender, committee, authority
                )
                name = f"{occasion}-f{number}"
                for room in rooms:
                    worded = await post.worded(reply, committee, room, message.sender)
                    said = [within(post.thread, each, room) for each in worded]
                    tx.after_commit(partial(self.say_from_memory, [room], [], said, name, of))
                for who in people:
                    said = await post.worded(reply, committee, "", who)
                    tx.after_commit(partial(self.say_from_memory, [], [who], said, name, of))
                continue
            if reply.retract:
                redaction = Outgoing({}, ContentKind.REDACTION, message.event_id)
                await post.put(redaction, room=message.room)
            await post.say(
                reply, message.room, message.sender, committee, authority, message.event_id
            )

    async def apologise(self, tx: Transaction, message: Message, error_id: str) -> None:
        """Tell a sender that their command failed through our fault, and keep a dead letter."""
        post = Post(tx, self.outbox, stem(ANSWER, message.event_id), the_thread(message))
        committee = await Committees(tx).by_room(RoomId(message.room))
        sorry = (_outdated if were_replaced() else _sorry)(error_id)
        for each in await post.worded(sorry, committee, message.room, message.sender):
            await post.put(each, room=message.room)
        places = self.circumstances.authority.places
        talk = places.direct_partner(message.room) != message.sender
        if talk and may_not_wait(message.body, self.catalogue):
            removal = Outgoing({}, ContentKind.REDACTION, message.event_id)
            await post.put(removal, room=message.room)
        await SaidOnce(tx).bury("command", error_id, _now())


@in_each_language
def _sorry(error_id: str) -> Reply:
    return say(
        "That did not work, and it is our fault. Nothing was changed. Tell your admin: {id}",
        id=Code(error_id),
    )


@in_each_language
def _outdated(error_id: str) -> Reply:
    """Said where a command was loaded, or tried to be, of another release than what runs."""
    return say(
        "That did not work: I was updated and have to be restarted first. Nothing was changed. Tell your admin: {id}",
        id=Code(error_id),
    )


def _now() -> int:
    return time.time_ns() // 1_000_000
