"""Sends what must be stored nowhere: held in memory, retried until the homeserver has it.

What commands answer waits in the outbox, in a file. What a secret poll says does not: its question,
who is asked, and that somebody voted are in no queue that could be found later. A crash forgets it,
and whoever has to say it says it again under the same transaction id.
"""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from functools import partial
from typing import Any, Protocol, TypeVar

from bot.delivery import transaction_ids
from bot.delivery.attachments import Makers
from bot.delivery.clearance import fit
from bot.delivery.pacing import PACE, Mailing, SendingPace
from bot.delivery.sender import OwnPage, Sender, Undeliverable, refusals
from bot.logging import logs
from bot.matrix.client import NotNow
from bot.matrix.rooms import Room
from storage.chat.outbox import ATTACHMENTS, Outgoing

AT_ONCE = 8
"""Messages on their way at the same time; the outbox has its own."""

PATIENCE = 1.0
"""Seconds: whoever asks us to wait so long has had too many messages of ours."""

COURTESY = 0.5
"""Seconds by which we come back later than asked, so that an answer to a command is there first."""

LOOK_BACK_PAGES = 10
"""Pages of our own messages searched for some, newest first."""

ABSENT_PAUSE, LONGEST_ABSENT_PAUSE = 1.0, 60.0
"""Seconds until somebody who has not joined their direct room is looked for again."""

ANYBODY = ""
"""Instead of a committee's room: said to somebody in the direct chat there is, whatever their part is now."""

CLOSED_PAUSE = 20.0
"""Seconds until a room that was open to the public is looked at again."""

log = logs.get("bot.delivery.ephemeral")

T = TypeVar("T")
Resolve = Callable[[str], Awaitable[Room | None]]


class Hearers(Protocol):
    """Knows to whom anything may be said at this moment."""

    async def hears(self, person: str, of: str | None) -> bool:
        """Whether a person takes part in the committee of the room ``of``; None stands for any committee."""
        ...

    async def spoken_in(self, room: str) -> bool:
        """Whether a room may be spoken in."""
        ...


class EphemeralSender:
    """Delivers in order per room. Lives as long as the process."""

    def __init__(
        self,
        sender: Sender,
        rooms: Mapping[str, Room],
        resolve: Resolve,
        makers: Makers,
        hearers: Hearers,
        *,
        pace: float = PACE,
    ) -> None:
        self._sender = sender
        self._rooms = rooms
        self._resolve = resolve
        self._makers = makers
        self._hearers = hearers
        self._pace = SendingPace(pace)
        self._door = asyncio.Lock()
        """Held by whoever waits until another direct room may be opened."""
        self._line = asyncio.Lock()
        """Held by whoever waits until another message may be sent."""
        self._lanes: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Wait until cancelled; then drop what is on its way."""
        try:
            await asyncio.Event().wait()
        finally:
            tasks = list(self._tasks)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def soon(self, work: Coroutine[Any, Any, object]) -> asyncio.Task[None]:
        """Run something in the background until it is done or the process ends."""
        task = asyncio.create_task(_contained(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def say(
        self,
        rooms: Sequence[str],
        people: Sequence[str],
        messages: Sequence[Outgoing],
        name: str,
        of: str,
    ) -> None:
        """Say messages in rooms and to people, in the background, while they take part in the committee of ``of``.

        ``name`` is the stem of the transaction ids; ``of`` is the id of that committee's room.
        """
        for room in rooms:
            self.soon(self.to_room(room, messages, name, of))
        for person in people:
            self.soon(self.to_person(person, messages, name, of=of))

    def mailing(self, size: int) -> Mailing:
        """Begin a mailing of ``size`` messages of one kind (``bot/delivery/pacing.py``)."""
        return Mailing(size, self._pace)

    async def to_room(
        self, room: str, messages: Sequence[Outgoing], occasion: str, of: str | None = None
    ) -> list[str]:
        """Say messages in a room, in order; the ids of their events. What is refused is left out.

        In somebody's direct chat only while they take part in the committee of the room ``of``
        (None: in any), which is looked at before each. A room that is open to the public for a while
        hears it afterwards.
        """

        async def there(_: str) -> Room | None:
            known = self._rooms.get(room)
            partner = None if known is None else known.direct_partner(self._sender.user)
            if known is None or not await self._hearers.spoken_in(room):
                if known is None or partner is not None:
                    return None
                raise _NotNow
            if partner is None or room == of or await self._hearers.hears(partner, of):
                return known
            return None

        return await self._deliver(room, there, messages, occasion)

    async def to_person(
        self,
        person: str,
        messages: Sequence[Outgoing],
        occasion: str,
        mailing: Mailing | None = None,
        *,
        of: str | None = None,
        still: Callable[[], Awaitable[bool]] | None = None,
    ) -> list[tuple[str, str]]:
        """Say messages in somebody's direct chat, once they are there; the rooms and events.

        Only while they take part in the committee of the room ``of`` (None: in any). ``still``: whether
        they may hear it besides, at the moment at which it would be sent.
        """
        if mailing is not None:
            await mailing.turn()
        room = await self._present(person, of)
        if room is None or not (still is None or await still()):
            return []

        async def there(_: str) -> Room | None:
            known = self._rooms.get(room.id)
            theirs = known is not None and known.direct_partner(self._sender.user) == person
            if of == ANYBODY:
                return known if theirs and known is not None and fit(known) else None
            if not theirs or not await self._hearers.spoken_in(room.id):
                return None
            return known if await self._hearers.hears(person, of) else None

        sent = await self._deliver(room.id, there, messages, occasion, mailing)
        return [(room.id, event) for event in sent]

    def is_closed(self, room: str) -> bool:
        """Whether a room was replaced by another and takes no more words of ours."""
        known = self._rooms.get(room)
        return known is not None and known.closed_to(self._sender.user)

    def may_redact(self, room: str) -> bool:
        """Whether the bot may take messages away in a room."""
        known = self._rooms.get(room)
        return known is not None and known.may_redact(self._sender.user)

    async def redact(self, room: str, event: str, occasion: str) -> None:
        """Take an event back where the bot may."""
        known = self._rooms.get(room)
        if known is not None:
            await self._insist(lambda: self._sender.redact(known, event, occasion), about=occasion)

    async def transaction_of(self, room: str, event: str) -> str | None:
        """The transaction id of an event of ours; None where the homeserver shows no such event."""
        return await self._insist(lambda: self._sender.transaction_of(room, event))

    async def ours(self, room: str, begins: str) -> list[str]:
        """The ids of our own events in a room whose transaction ids begin with ``begins``."""
        found: list[str] = []
        point = ""
        for _page in range(LOOK_BACK_PAGES):
            page: OwnPage | None = await self._insist(
                partial(self._sender.own_messages, room, point)
            )
            if page is None:
                break
            found += [
                each.event_id
                for each in page.messages
                if isinstance(each.transaction_id, str) and each.transaction_id.startswith(begins)
            ]
            if page.further is None:
                break
            point = page.further
        return found

    async def _present(self, person: str, of: str | None) -> Room | None:
        """The direct room with a person, opened if there is none; None once they take no part any more."""
        if of == ANYBODY:
            own = self._sender.user
            theirs = (room for room in self._rooms.values() if room.direct_partner(own) == person)
            return next(filter(fit, theirs), None)
        pause = ABSENT_PAUSE
        while await self._hearers.hears(person, of):
            try:
                with refusals():
                    room = await self._resolve(person)
            except NotNow as later:
                # One after the other: all who have no direct room yet would come back together.
                async with self._door:
                    await asyncio.sleep(max(later.after, 0.1))
                continue
            except Undeliverable:
                log.warning("no_direct_room")
                return None
            if room is not None:
                return room
            await asyncio.sleep(pause)
            pause = min(LONGEST_ABSENT_PAUSE, pause * 2)
        return None

    async def _deliver(
        self,
        lane: str,
        there: Resolve,
        messages: Sequence[Outgoing],
        occasion: str,
        mailing: Mailing | None = None,
    ) -> list[str]:
        sent: list[str] = []
        async with self._lanes[lane]:
            for number, message in enumerate(messages, 1):
                event = await self._one(lane, there, message, f"{occasion}-{number}", mailing)
                if event is None:
                    return sent
                sent += [event] if event else []
        return sent

    async def _one(
        self, lane: str, there: Resolve, message: Outgoing, txn: str, mailing: Mailing | None
    ) -> str | None:
        """Say one thing; the event's id, nothing if it was refused, None if nobody is there for more."""

        async def last_look() -> None:
            if await there(lane) is None:
                raise _NotAnyMore

        while True:
            try:
                room = await there(lane)
                if room is None or room.closed_to(self._sender.user):
                    return None
                ready = await self._made(message)
                send = partial(self._sender.send, room, ready, txn, last_look)
                return await self._insist(send, mailing, about=txn) or ""
            except _NotAnyMore:
                # No line of a log: it might tell by its time that somebody voted.
                return None
            except _NotNow:
                await asyncio.sleep(CLOSED_PAUSE)

    async def _made(self, message: Outgoing) -> Outgoing:
        while message.kind in ATTACHMENTS:
            try:
                message = await self._makers[message.kind].made(message)
            except NotNow as later:
                await asyncio.sleep(max(later.after, 0.1))
        return message

    async def _insist(
        self,
        attempt: Callable[[], Awaitable[T]],
        mailing: Mailing | None = None,
        *,
        about: str = "",
    ) -> T | None:
        """Repeat a request until it is done; None when it is refused for good.

        ``about`` is its transaction id. No line of the log may tell by its time that somebody
        voted.
        """
        told = not about.startswith(transaction_ids.OF_A_VOTE)
        while True:
            try:
                with refusals(told=told):
                    async with _place(mailing), self._slots:
                        return await attempt()
            except NotNow as later:
                await self._patient(later, mailing)
            except Undeliverable:
                return None

    async def _patient(self, later: NotNow, mailing: Mailing | None) -> None:
        """Wait until something that was refused may be tried again, not together with the rest."""
        if later.after < PATIENCE:
            await asyncio.sleep(max(later.after, 0.1))
        elif mailing is not None:
            await mailing.refused(later)
        else:
            self._pace.give_way(later.after)
            async with self._line:
                await asyncio.sleep(later.after + COURTESY)


def _place(mailing: Mailing | None) -> AbstractAsyncContextManager[None]:
    return nullcontext() if mailing is None else mailing.place()


class _NotAnyMore(Exception):
    """Raised when the reader of a message takes no part any more."""


class _NotNow(Exception):
    """Raised while the room is open to the public."""


async def _contained(work: Coroutine[Any, Any, object]) -> None:
    """One poll's trouble is not another's, nor the bot's; a lost login shows elsewhere."""
    try:
        await work
    except Exception as error:  # noqa: BLE001
        log.failure("polls", error)
