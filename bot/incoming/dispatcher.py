"""One incoming message, one transaction: taken, run, answered, or nothing of it."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import TypeVar

from bot.delivery import notice_words
from bot.delivery.outgoing import outgoing
from bot.delivery.post import Delivering, Post
from bot.delivery.threads import within
from bot.delivery.transaction_ids import ANSWER, BUSY, UNREAD_FILE, stem
from bot.files.requests import FileRequests
from bot.incoming import admission, unclaimed_rooms
from bot.incoming.addressing import as_said, chooses, is_for_us, looks_meant, the_thread
from bot.incoming.admission import Admission, Halt
from bot.incoming.dependencies import NO_FILE, CommandDependencies
from bot.incoming.queue import CommandQueue
from bot.incoming.study_runner import Elsewhere, Notes, Unstudied
from bot.incoming.unclaimed_rooms import Wish
from bot.incoming.whereabouts import Whereabouts
from bot.logging import logs
from bot.matrix.guard import Message, Refused
from bot.matrix.message_text import Relation
from bot.matrix.rooms import Room
from bot.process import failpoints
from bot.rooms.authority import Authority
from bot.rooms.directory import Settlement
from bot.state import Signals
from commands.all import CATALOGUE
from commands.framework.answer import answer
from commands.framework.context import Committee, Context, Place, UserId
from commands.framework.i18n import _
from commands.framework.reply import Audience, Code, Reply, say
from commands.framework.study import IN_PLACE, Study
from commands.general import attachments
from commands.general.namesakes import told_apart
from commands.general.views import which_committee
from commands.imports.upload import AttachedFile
from storage.chat.committees import Committees
from storage.chat.inbox import Claim, Inbox
from storage.chat.outbox import ContentKind, Outgoing
from storage.chat.preferences import People
from storage.chat.rooms import Rooms
from storage.chat.said_once import SaidOnce
from storage.chat.waiting_commands import WaitingCommand, WaitingCommands
from storage.core.database import Database, Transaction
from storage.core.driver import Error, OperationalError

SayFromMemory = Callable[[Sequence[str], Sequence[str], Sequence[Outgoing], str, str], None]
"""Rooms, people by direct message, messages, the beginning of the transaction ids, and the room of the
committee that it is of: whoever takes no part in that does not get it."""

T = TypeVar("T")

log = logs.get("bot.incoming.dispatcher")


class Dispatcher:
    """Turns authenticated messages into effects and queued replies."""

    def __init__(
        self,
        database: Database,
        authority: Authority,
        outbox: Delivering,
        facts: CommandDependencies,
        signals: Signals,
    ) -> None:
        self._database = database
        self._authority = authority
        self._places = authority.places
        self._outbox = outbox
        self._facts = facts
        self.brakes = Admission()
        self.files = FileRequests(database, self, signals)
        self.waiting: CommandQueue | None = None
        """Where commands wait whose sender asked for much; None: everything is done at once."""
        self.answered = 0
        """Commands since the start that were answered and are on disk, while no secret poll was open."""
        self.watched: Callable[[], bool] = lambda: False
        """Whether a secret poll is open: then nothing is counted that might be a vote."""
        self.say_from_memory: SayFromMemory = lambda _rooms, _people, _contents, _name, _of: None
        """Called with what must not be written down, not even until it is sent."""

    async def handle(self, message: Message) -> None:
        """Run one message. Raises only what the storage raises; nothing is then half done."""
        started = time.monotonic()
        try:
            await self._run_or_keep(message)
        except OperationalError:
            # A full disk, a busy file: not the command's fault, and worth another attempt.
            raise
        except Exception as error:  # noqa: BLE001 (whatever a command raised: rolled back, told)
            error_id = log.failure("command", error)
            await self._apologise(message, error_id)
        failpoints.reach("after_commit")
        log.debug("handled", ms=(time.monotonic() - started) * 1000)

    def begin_batch(self) -> None:
        """Another answer of sync is read."""
        if self.waiting is not None:
            self.waiting.turns.begin()

    async def thinking(self, person: str, attempt: Callable[[Study], Awaitable[T]]) -> T:
        """Do something, and think about what it has to think about between the attempts."""
        if self.waiting is None:
            return await attempt(IN_PLACE)
        notes = Notes(self.waiting.watch)
        while True:
            try:
                return await attempt(notes)
            except Unstudied as question:
                await self.waiting.think(person, question, notes)

    # -- commands that wait ----------------------------------------------------------------------

    async def resume(self, kept: WaitingCommand, notes: Notes) -> None:
        """Do a command that waited. Raises what the storage raises, and Unstudied; then it waits on."""
        message = _as_it_came(kept)
        try:
            await self._resumed(message, notes)
        except (OperationalError, Unstudied):
            raise
        except Exception as error:  # noqa: BLE001 (whatever a command raised: rolled back, told)
            await self.drop(kept, log.failure("command", error))

    async def _resumed(self, message: Message, notes: Notes) -> None:
        async with self._timed(message.sender, at_once=False) as tx:
            where = await self.whereabouts(tx, message.room, message.sender)
            if not await WaitingCommands(tx).done(message.event_id) or where is None:
                return
            await self._take(tx, message, where, None, "", notes)
            tx.after_commit(self._count)

    async def drop(self, kept: WaitingCommand, error_id: str) -> None:
        """Give up on a command that waited, and say so."""
        message = _as_it_came(kept)
        async with self._database.transaction() as tx:
            if await WaitingCommands(tx).done(message.event_id):
                await self.sorry(tx, message, error_id)

    async def tell_to_wait(self, kept: WaitingCommand, until: datetime) -> None:
        """Say once that the rest of somebody's commands waits for their share of the time."""
        message = _as_it_came(kept)
        async with self._database.transaction() as tx:
            where = await self.whereabouts(tx, message.room, message.sender)
            if where is None or not where.committees:
                return
            committee = where.current or where.committees[0]
            zone = await People(tx).zone(UserId(message.sender)) or committee.zone
            said = notice_words.busy(message.sender, until.astimezone(zone))
            post = Post(tx, self._outbox, stem(BUSY, message.event_id), the_thread(message))
            await post.say(said, message.room, message.sender, committee, self._authority)

    @asynccontextmanager
    async def _timed(self, person: str, *, at_once: bool) -> AsyncIterator[Transaction]:
        """A transaction whose time is counted as a person's: nobody else has the database in it."""
        begun = None
        try:
            async with self._database.transaction() as tx:
                begun = time.perf_counter()
                yield tx
        finally:
            if begun is not None and self.waiting is not None:
                self.waiting.watch.begins("")
                self.waiting.turns.note(person, time.perf_counter() - begun, at_once=at_once)

    async def _run_or_keep(self, message: Message) -> None:
        try:
            await self._run(message)
        except Unstudied:
            await self._run(message, waits=True)

    async def set_aside(self, message: Message, error_id: str) -> None:
        """Give up on a message that the storage refused several times, and say so."""
        if self.brakes.give_way():
            # There is a little room now: enough to say that there is too little.
            await self.handle(message)
            return
        await self._apologise(message, error_id)

    async def whereabouts(self, tx: Transaction, room: str, user: str) -> Whereabouts | None:
        """What a room means for somebody; None: it is nobody's business here."""
        everything = await Committees(tx).all()
        for committee in everything:
            if committee.room == room:
                return Whereabouts(Place.ROOM, (committee,), committee)
        if self._places.direct_partner(room) != user:
            return None
        theirs = told_apart(self._places.committees_of(user, everything))
        if not theirs:
            return None
        current = theirs[0] if len(theirs) == 1 else None
        if current is None:
            chosen = await People(tx).current(UserId(user))
            current = next((each for each in theirs if each.id == chosen), None)
        return Whereabouts(Place.DIRECT, theirs, current)

    async def _unclear(self, tx: Transaction, message: Message) -> Whereabouts | None:
        """A room that may become a committee's or a direct chat, for those who may say so."""
        everything = await Committees(tx).all()
        room, who = self._places.rooms.get(message.room), message.sender
        if room is None or self._places.settle(room, everything) is not Settlement.UNCLEAR:
            return None
        if unclaimed_rooms.wish(message.body) is Wish.COMMITTEE and self._places.may_found(
            room, who
        ):
            await unclaimed_rooms.found(tx, self._authority, room)
            tx.after_commit(self._places.regroup)
            return await self.whereabouts(tx, message.room, who)
        theirs = told_apart(self._places.committees_of(who, everything))
        if not (theirs or self._places.may_invite(who)):
            return None
        alone = room.partner(self._places.own) == who
        return Whereabouts(Place.DIRECT if alone else Place.ROOM, theirs, None, unclear=room)

    async def _run(self, message: Message, *, waits: bool = False) -> None:
        async with self._timed(message.sender, at_once=True) as tx:
            await self._decide(tx, message, waits=waits)
            failpoints.reach("before_commit")

    async def keep_all(self, messages: Sequence[Message]) -> None:
        """Have messages wait that came together, in one transaction. Raises what the storage raises."""
        try:
            async with self._database.transaction() as tx:
                for message in messages:
                    await self._decide(tx, message, waits=True)
                failpoints.reach("before_commit")
        except Error:
            raise
        except Exception:  # noqa: BLE001 (one of them: which, is found out one by one)
            for message in messages:
                await self.handle(message)

    async def _decide(self, tx: Transaction, message: Message, *, waits: bool) -> None:
        """Take a message in: leave it, have it wait, or do it."""
        where = await self.whereabouts(tx, message.room, message.sender)
        if where is None:
            where = await self._unclear(tx, message)
        if where is None:
            if not self.watched():
                await SaidOnce(tx).count(Refused.STRANGER)
            return
        message = as_said(message, where.place)
        ours = is_for_us(message, where.place)
        meant = "" if ours else looks_meant(message, where.place)
        if not (ours or meant) or self._places.is_replaced(message.room):
            return
        claim = await Inbox(tx).claim(message.event_id, message.session_id, message.index, _now())
        if claim is Claim.REPLAYED:
            await SaidOnce(tx).count(Refused.REPLAYED)
        if claim is not Claim.NEW:
            return
        halt = self.brakes.look(message)
        tx.after_commit(lambda: self._taken(message, halt))
        wait = halt is None and self._has_to_wait(message, waits=waits)
        if wait and await self._is_work(tx, message, where, waits=waits):
            await self._keep(tx, message, where)
            return
        study = IN_PLACE if self.waiting is None else Elsewhere(self.waiting.watch)
        await self._take(tx, message, where, halt, meant, study)

    def _taken(self, message: Message, halt: Halt | None) -> None:
        self.brakes.taken(message, halt)
        if halt is None:
            self._count()

    def _count(self) -> None:
        self.answered += not self.watched()

    async def _is_work(
        self, tx: Transaction, message: Message, where: Whereabouts, *, waits: bool
    ) -> bool:
        """Whether a message is a command, and nothing that is answered in a line or kept for later.

        Words under a file that take none are a command, too.
        """
        if message.thing is not None or where.unclear is not None:
            return False
        return waits or message.attachment is None or not await self.files.takes(tx, message, where)

    def _has_to_wait(self, message: Message, *, waits: bool) -> bool:
        if self.waiting is None:
            return False
        return waits or not self.waiting.at_once(message.sender)

    async def _keep(self, tx: Transaction, message: Message, where: Whereabouts) -> None:
        """Have a command wait for its turn; too many of them are left aside, and that is told once."""
        if self.waiting is None:
            return
        if self.waiting.has_room(message.sender, message.body):
            kept = WaitingCommand(
                message.event_id,
                message.sender,
                message.room,
                message.body,
                message.relation.thread,
            )
            await self.waiting.keep(tx, kept)
            await self._unread(tx, message, where)
            return
        await SaidOnce(tx).count(Refused.TOO_FAST)
        if not self.waiting.tells(message.sender):
            return
        committee = where.current or where.committees[0]
        await self.queue(tx, (notice_words.queue_full(message.sender),), message, committee)

    async def _unread(self, tx: Transaction, message: Message, where: Whereabouts) -> None:
        """Say at once that nobody looks at the file below which a command stands that waits."""
        if message.attachment is None:
            return
        said = (attachments.unread_file(message.attachment.name),)
        await self.queue(tx, said, message, where.likely, beginning=UNREAD_FILE)

    async def _take(
        self,
        tx: Transaction,
        message: Message,
        where: Whereabouts,
        halt: Halt | None,
        meant: str,
        study: Study = IN_PLACE,
    ) -> None:
        """Handle a message now, and never again."""
        if where.unclear is not None:
            await self._ask_about(tx, message, where, where.unclear, halt)
        elif halt is not None:
            await SaidOnce(tx).count(halt.reason)
            committee = where.current or where.committees[0]
            zone = await People(tx).zone(UserId(message.sender)) or committee.zone
            said = admission.words(halt, message.sender, zone)
            await self.queue(tx, said, message, committee)
        elif message.thing is not None or meant:
            committee = where.current or where.committees[0]
            told = (
                attachments.unmarked(meant)
                if message.thing is None
                else attachments.about(message.thing)
            )
            await self.queue(tx, (told,), message, committee)
        elif message.attachment is not None:
            await self.files.take_in(tx, message, message.attachment, where, study)
        else:
            replies, committee = await self.reply_to(tx, message, where, study=study)
            await self.queue(tx, replies, message, committee)

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
        asked = unclaimed_rooms.wish(message.body)
        theirs = list(where.committees)
        replies, direct = await unclaimed_rooms.answer(
            asked, room, message.sender, theirs, self._authority, tx
        )
        known = replace(room, asked=True, said_direct=room.said_direct or direct)
        await Rooms(tx).save(room.id, known.snapshot())
        tx.after_commit(lambda: room.answered(direct=direct))
        post = Post(tx, self._outbox, stem(ANSWER, message.event_id), the_thread(message))
        for reply in replies:
            person = None if reply.audience is Audience.HERE else message.sender
            for each in outgoing(reply):
                here = None if person else message.room
                await post.put(each, room=here, recipient=person)

    async def context(
        self, tx: Transaction, message: Message, where: Whereabouts, study: Study = IN_PLACE
    ) -> Context:
        """The circumstances of a command. Raises PermissionError for somebody with no part there."""
        committee, user = where.likely, UserId(message.sender)
        standing = await self._authority.standing(tx, committee, user)
        if standing.shown is None:
            raise PermissionError
        return Context(
            user=user,
            standing=standing,
            place=where.place,
            committee=committee,
            committees=where.committees,
            now=datetime.now(UTC),
            zone=await People(tx).zone(user) or committee.zone,
            study=study,
            settings=self._authority.settings,
        )

    async def reply_to(
        self,
        tx: Transaction,
        message: Message,
        where: Whereabouts,
        upload: AttachedFile = NO_FILE,
        study: Study = IN_PLACE,
    ) -> tuple[tuple[Reply, ...], Committee]:
        """Do what a message asks, and say in which committee."""
        ctx = await self.context(tx, message, where, study)
        if where.current is None and not chooses(message.body):
            return (which_committee(where.committees, None),), ctx.committee
        provide = self._facts.provider(ctx, tx, message.event_id, upload)
        asked: set[type] = set()

        async def noting(kind: type) -> object:
            asked.add(kind)
            return await provide(kind)

        replies = await answer(message.body, ctx, tx, noting, CATALOGUE)
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
        """Put replies where they belong, to be sent after the commit.

        ``beginning`` tells what is said to one message at several times apart.
        """
        occasion = stem(beginning, message.event_id)
        of = str(committee.room)
        post = Post(tx, self._outbox, occasion, the_thread(message))
        for number, reply in enumerate(replies):
            if reply.fleeting:
                rooms, people = await post.addressees(
                    reply, message.room, message.sender, committee, self._authority
                )
                name = f"{occasion}-f{number}"
                for room in rooms:
                    said = [within(post.thread, each, room) for each in outgoing(reply)]
                    tx.after_commit(partial(self.say_from_memory, [room], [], said, name, of))
                said = outgoing(reply)
                tx.after_commit(partial(self.say_from_memory, [], people, said, name, of))
                continue
            if reply.retract:
                await post.put(
                    Outgoing({}, ContentKind.REDACTION, message.event_id), room=message.room
                )
            await post.say(
                reply,
                message.room,
                message.sender,
                committee,
                self._authority,
                message.event_id,
            )

    async def _apologise(self, message: Message, error_id: str) -> None:
        async with self._database.transaction() as tx:
            claim = await Inbox(tx).claim(
                message.event_id, message.session_id, message.index, _now()
            )
            if claim is Claim.NEW:
                tx.after_commit(lambda: self.brakes.taken(message, None))
                await self.sorry(tx, message, error_id)

    async def sorry(self, tx: Transaction, message: Message, error_id: str) -> None:
        """Say that something went wrong that is our fault, and note it."""
        sorry = say(
            _("That did not work, and it is our fault. Nothing was changed. Tell your admin: {id}"),
            id=Code(error_id),
        )
        post = Post(tx, self._outbox, stem(ANSWER, message.event_id), the_thread(message))
        for each in outgoing(sorry):
            await post.put(each, room=message.room)
        await SaidOnce(tx).bury("command", error_id, _now())


def _as_it_came(kept: WaitingCommand) -> Message:
    """A message that waited, which was claimed when it was taken."""
    relation = Relation(thread=kept.thread)
    return Message(kept.event_id, kept.room, kept.person, "", kept.body, "", 0, relation=relation)


def _now() -> int:
    return time.time_ns() // 1_000_000
