"""One attempt at one queued message: may it go, where, what does it say now, is it there already, send.

Whether a message may go is looked at when its turn comes, and once more when its room's key is out and
only encrypting is left (``bot/delivery/clearance.py``), unless nobody else has done anything in between.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Protocol

from bot.delivery import transaction_ids
from bot.delivery.attachments import Makers
from bot.delivery.clearance import HELD_FOR, Clearance, MessageFate, Ruling
from bot.delivery.duplicates import DuplicateCheck
from bot.delivery.loop_turn import LoopTurn
from bot.delivery.post import Delivering, reads
from bot.delivery.sender import Sender, Undeliverable, refusals
from bot.delivery.sent_messages import SentMessages
from bot.delivery.threads import elsewhere
from bot.delivery.withdrawal import withdraw
from bot.logging import logs
from bot.matrix.client import NotNow
from bot.matrix.rooms import Room
from bot.process import failpoints
from commands.framework.i18n import speaking
from storage.chat.committees import Committees
from storage.chat.outbox import (
    ATTACHMENTS,
    LATE_WORDS,
    ContentKind,
    MessageKind,
    OutboxTable,
    Outgoing,
    Parcel,
)
from storage.core.database import Database, Transaction, WrittenMeanwhile, uninterrupted
from storage.core.lazy_dataclass import dataclass

AT_ONCE = 20
"""Rooms that are written to at the same time."""

log = logs.get("bot.delivery.outbox")

Resolve = Callable[[str], Awaitable[Room | None]]
"""The direct room with a person, or None while there is none they have joined."""


class LateWords(Protocol):
    """Writes a message's words at the moment of sending, for reminders and digests."""

    async def said(self, source: str) -> Mapping[str, Any] | None:
        """The present content of what ``source`` names; None when it is not said any more."""
        ...

    async def sent(self, tx: Transaction, source: str) -> None:
        """Record that the homeserver has the message."""
        ...


@dataclass(frozen=True, slots=True)
class Contents:
    """The parts that finish contents at sending, and hear when they are out."""

    makers: Makers
    """For every kind of attachment."""
    late_words: Mapping[ContentKind, LateWords]
    """For every kind whose words are late."""
    exported: Callable[[Transaction, int], Awaitable[None]]
    """Called with the row id of an export whose file the homeserver has."""
    introduced: Callable[[Transaction, str], Awaitable[None]]
    """Called with the transaction id of a message about new people that the homeserver has."""


class Held(Exception):
    """Raised while nobody has joined the direct room yet, or the room takes no messages now."""


class ParcelDelivery:
    """Delivers one queued message of the outbox table at a time."""

    def __init__(
        self,
        database: Database,
        sender: Sender,
        rooms: Mapping[str, Room],
        resolve: Resolve,
        clearance: Clearance,
        contents: Contents,
        duplicates: DuplicateCheck,
        sent: SentMessages,
    ) -> None:
        self._database = database
        self._sender = sender
        self._rooms = rooms
        self._resolve = resolve
        self._clearance = clearance
        self._contents = contents
        self._duplicates = duplicates
        self._sent = sent
        self._slots = asyncio.Semaphore(AT_ONCE)

    @property
    def device(self) -> str:
        """The device of ours that sends."""
        return self._sender.device

    async def attempt(self, parcel: Parcel, outbox: Delivering) -> float | None:
        """Try once; None when the message is off the table, else seconds to wait.

        Raises Held, and TokenRejected. What has to be said because this one is withdrawn goes into
        ``outbox``.
        """
        turn = LoopTurn()
        try:
            with refusals():
                ready = await self._ready(parcel, outbox)
                if ready is None:
                    return None
                async with self._slots:
                    if not await self._handed_over(ready, turn):
                        return None
                parcel = ready.parcel
        except NotNow as later:
            return later.after
        except WrittenMeanwhile:
            return 0.0
        except Undeliverable as refusal:
            await self._bury(parcel, refusal.reason)
            return None
        failpoints.reach("after_send")
        if self._is_only_noted(parcel):
            self._sent.note(parcel)
        else:
            # What was sent is marked, even if the bot is being stopped.
            await uninterrupted(self._done(parcel))
        failpoints.reach("after_mark")
        return None

    # -- may it go, where, and as what

    async def _ready(self, parcel: Parcel, outbox: Delivering) -> "_Ready | None":
        """The message as it goes, and where; None when it is off the table. Raises Held."""
        now = await self._as_it_is_now(parcel, outbox)
        if now is None:
            return None
        parcel, ruling = now
        room = await self._destination(parcel, ruling)
        if room is None:
            await self._bury(parcel, "room_gone")
            return None
        if parcel.kind in ATTACHMENTS:
            parcel = await self._made(parcel)
        return _Ready(parcel, room, ruling)

    async def _as_it_is_now(
        self, parcel: Parcel, outbox: Delivering
    ) -> tuple[Parcel, Ruling] | None:
        """The message as the table has it, and where it goes; None: it is withdrawn. Raises Held.

        The transaction waits for the one that takes it back, or words in it.
        """
        async with self._database.look() as tx:
            now = await OutboxTable(tx).by_id(parcel.id)
            if now is None:
                return None
            ruling = await self._clearance.rule(tx, now)
            if ruling.fate not in {MessageFate.GOES, MessageFate.WAITS}:
                now = await withdraw(tx, now, ruling.fate, self._clearance, outbox)
        if now is None:
            log.info("withdrawn", fate=ruling.fate)
            return None
        if ruling.fate is MessageFate.WAITS:
            if age(now) < HELD_FOR.total_seconds() * 1000:
                raise Held
            await self._bury(now, "room_unfit")
            return None
        return now, ruling

    async def _destination(self, parcel: Parcel, ruling: Ruling) -> Room | None:
        """Where it goes: a committee's room, or somebody's direct chat. Raises Held."""
        asked_in = self._rooms.get(parcel.room or "")
        person = parcel.terms.person
        if person is None or parcel.terms.kind is MessageKind.NOTICE:
            if parcel.recipient is None:
                return asked_in if ruling.room is None else self._rooms.get(ruling.room)
        elif asked_in is not None and self._is_theirs(asked_in, person, ruling):
            return asked_in
        room = await self._resolve(str(person))
        if room is None:
            raise Held
        return room

    async def _made(self, parcel: Parcel) -> Parcel:
        """The message with its file made, uploaded and kept: it is sent like this from now on.

        A description was never sent, so this message is nowhere yet; whoever died between the
        upload and here left a file that nobody can open.
        """
        with speaking(await self._language(parcel)):
            finished = await self._contents.makers[parcel.kind].made(parcel.outgoing)
        failpoints.reach("after_upload_of_picture")
        async with self._database.transaction() as tx:
            await self._unchanged(tx, parcel)
            made = await OutboxTable(tx).replace(parcel, finished)
        failpoints.reach("after_picture")
        return made

    async def _language(self, parcel: Parcel) -> str:
        """The language of whoever reads a message: what cannot be made is said in it."""
        terms = parcel.terms
        person = terms.person or parcel.recipient or ""
        async with self._database.transaction() as tx:
            known = terms.committee
            committee = None if known is None else await Committees(tx).by_id(known)
            return await reads(tx, committee, parcel.room or "", str(person))

    # -- sending

    async def _handed_over(self, ready: "_Ready", turn: LoopTurn) -> bool:
        """Send it; False when it is off the table without that."""
        parcel, room = ready.parcel, ready.room
        if await self._duplicates.is_there(parcel, room):
            await self._done(parcel)
            return False
        said = await self._said_now(parcel)
        if said is None:
            await self._drop(parcel)
            return False
        failpoints.reach("before_send")
        if parcel.room not in {None, room.id}:
            said = elsewhere(said)
        await self._sender.send(
            room, said, parcel.transaction_id, lambda: self._last_look(ready, turn)
        )
        return True

    async def _said_now(self, parcel: Parcel) -> Outgoing | None:
        """What the message says at this moment; None when it is not said any more.

        Late words are written anew for every attempt, under the same transaction id.
        """
        if parcel.kind not in LATE_WORDS:
            return parcel.outgoing
        content = await self._contents.late_words[parcel.kind].said(parcel.source)
        return None if content is None else Outgoing(content)

    async def _last_look(self, ready: "_Ready", turn: LoopTurn) -> None:
        """Nothing is left but encrypting. Raises NotNow if the message may not go (there) any more.

        ``turn``: the one in which all was looked at; while it lasts, nothing can have changed.
        """
        parcel, room, ruling = ready.parcel, ready.room, ready.ruling
        if turn.over:
            async with self._database.look() as tx:
                await self._unchanged(tx, parcel)
                ruling = await self._clearance.rule(tx, parcel)
        if ruling.fate is not MessageFate.GOES:
            raise NotNow(0)
        person = parcel.terms.person
        if ruling.room is not None:
            right = ruling.room == room.id
        elif person is None or parcel.terms.kind is MessageKind.NOTICE:
            right = True
        else:
            right = self._is_theirs(room, person, ruling)
        if not right:
            raise NotNow(0)

    @staticmethod
    async def _unchanged(tx: Transaction, parcel: Parcel) -> None:
        """Raise NotNow if it was withdrawn or reworded since its turn came: its turn comes again."""
        now = await OutboxTable(tx).by_id(parcel.id)
        if now is None or now.outgoing != parcel.outgoing:
            raise NotNow(0)

    def _is_theirs(self, room: Room, person: str, ruling: Ruling) -> bool:
        return room.id not in ruling.committees and self._clearance.is_theirs(room, person)

    # -- off the table

    async def _done(self, parcel: Parcel) -> None:
        """The homeserver has it: tell whoever waits for that, and drop the text."""
        if self._is_only_noted(parcel):
            self._sent.note(parcel)
            return
        export = parcel.terms.export
        async with self._database.transaction() as tx:
            if parcel.kind in LATE_WORDS:
                await self._contents.late_words[parcel.kind].sent(tx, parcel.source)
            if export is not None and parcel.kind is ContentKind.FILE:
                await self._contents.exported(tx, export)
            if _announces(parcel):
                await self._contents.introduced(tx, parcel.transaction_id)
            await OutboxTable(tx).done(parcel.id)

    @staticmethod
    def _is_only_noted(parcel: Parcel) -> bool:
        """Whether nobody waits for a message to be out: it is taken off the table with others."""
        late = parcel.kind in LATE_WORDS
        return not (late or parcel.terms.export is not None or _announces(parcel))

    async def _drop(self, parcel: Parcel) -> None:
        async with self._database.transaction() as tx:
            await OutboxTable(tx).done(parcel.id)

    async def _bury(self, parcel: Parcel, reason: str) -> None:
        log.warning("undeliverable")
        async with self._database.transaction() as tx:
            await OutboxTable(tx).bury(parcel.id, reason, time.time_ns() // 1_000_000)


@dataclass(frozen=True, slots=True)
class _Ready:
    """A message as it goes, where, and what was found when that was looked at."""

    parcel: Parcel
    room: Room
    ruling: Ruling


def _announces(parcel: Parcel) -> bool:
    return transaction_ids.is_of(transaction_ids.NEWCOMERS, parcel.transaction_id)


def age(parcel: Parcel) -> int:
    """Milliseconds since a message was queued."""
    return time.time_ns() // 1_000_000 - parcel.queued_at
