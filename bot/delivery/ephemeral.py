"""Says what must be written down nowhere: from memory, again and again until the homeserver has it.

What commands answer waits in the outbox, in a file. What a secret poll says does not: its question,
who is asked, and that somebody voted are in no queue that could be found later. A crash forgets it,
and whoever has to say it says it again under the same transaction id.
"""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from functools import partial
from typing import Any, Protocol, TypeVar

from bot.delivery import unreadable_devices
from bot.delivery.clearance import fit
from bot.delivery.outbox import REFERENCE
from bot.delivery.pacing import PACE, Mailing, SendingPace
from bot.delivery.pictures import Pictures
from bot.delivery.threads import in_clear
from bot.logging import logs
from bot.matrix.client import Client, MatrixError, NotNow, quoted
from bot.matrix.render import PICTURE
from bot.matrix.room_keys import LastLook, NotEncrypted, RoomKeys
from bot.matrix.rooms import Room
from bot.matrix.sync import listing, section
from bot.polls import native_events

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

OF_A_VOTE = "v"
"""What the transaction ids of all that answers votes begin with."""

log = logs.get("bot.delivery.ephemeral")

T = TypeVar("T")
Content = Mapping[str, Any]
Resolve = Callable[[str], Awaitable[Room | None]]


class Hearers(Protocol):
    """Knows whom anything may be said to at this moment."""

    async def hears(self, person: str, of: str | None) -> bool:
        """Whether somebody takes part in the committee of this room; None: in any."""
        ...

    async def spoken_in(self, room: str) -> bool:
        """Whether a room may be spoken in."""
        ...


class EphemeralSender:
    """Delivers in order per room. Lives as long as the process; ``close`` drops what is left."""

    def __init__(
        self,
        client: Client,
        keys: RoomKeys,
        rooms: Mapping[str, Room],
        resolve: Resolve,
        pictures: Pictures,
        hearers: Hearers,
        *,
        pace: float = PACE,
    ) -> None:
        self._client = client
        self._keys = keys
        self._rooms = rooms
        self._resolve = resolve
        self._pictures = pictures
        self._hearers = hearers
        self._pace = SendingPace(pace)
        self._door = asyncio.Lock()
        """Held by whoever waits until another direct room may be opened."""
        self._line = asyncio.Lock()
        """Held by whoever waits until another message may be sent."""
        self._lanes: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._tasks: set[asyncio.Task[None]] = set()

    async def close(self) -> None:
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def soon(self, work: Coroutine[Any, Any, object]) -> asyncio.Task[None]:
        """Let something go on by itself until it is done or the process ends."""
        task = asyncio.create_task(_contained(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def say(
        self,
        rooms: Sequence[str],
        people: Sequence[str],
        contents: Sequence[Content],
        name: str,
        of: str,
    ) -> None:
        """Let this go out by itself, to who takes part in the committee of the room ``of``."""
        for room in rooms:
            self.soon(self.to_room(room, contents, name, of))
        for person in people:
            self.soon(self.to_person(person, contents, name, of=of))

    def mailing(self, size: int) -> Mailing:
        """For so many messages."""
        return Mailing(size, self._pace)

    async def to_room(
        self, room: str, contents: Sequence[Content], occasion: str, of: str | None = None
    ) -> list[str]:
        """Say this in a room, in order; the ids of the events. What is refused is left out.

        In somebody's direct chat only while they take part in the committee of the room ``of``
        (None: in any), which is looked at before each. A room that is open to the public for a while
        hears it afterwards.
        """

        async def there(_: str) -> Room | None:
            known = self._rooms.get(room)
            partner = None if known is None else known.direct_partner(self._client.user)
            if known is None or not await self._hearers.spoken_in(room):
                if known is None or partner is not None:
                    return None
                raise _NotNow
            if partner is None or room == of or await self._hearers.hears(partner, of):
                return known
            return None

        return await self._deliver(room, there, contents, occasion)

    async def to_person(
        self,
        person: str,
        contents: Sequence[Content],
        occasion: str,
        mailing: Mailing | None = None,
        *,
        of: str | None = None,
        still: Callable[[], Awaitable[bool]] | None = None,
    ) -> list[tuple[str, str]]:
        """Say this in somebody's direct chat, once they are there; the rooms and events.

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
            theirs = known is not None and known.direct_partner(self._client.user) == person
            if of == ANYBODY:
                return known if theirs and known is not None and fit(known) else None
            if not theirs or not await self._hearers.spoken_in(room.id):
                return None
            return known if await self._hearers.hears(person, of) else None

        sent = await self._deliver(room.id, there, contents, occasion, mailing)
        return [(room.id, event) for event in sent]

    def is_closed(self, room: str) -> bool:
        """Whether a room was replaced by another and takes no more words of ours."""
        known = self._rooms.get(room)
        return known is not None and known.closed_to(self._client.user)

    def may_redact(self, room: str) -> bool:
        """Whether the bot may take messages away in a room."""
        known = self._rooms.get(room)
        return known is not None and known.may_redact(self._client.user)

    async def redact(self, room: str, event: str, occasion: str) -> None:
        """Take an event back where the bot may."""
        if not self.may_redact(room):
            return
        path = f"/rooms/{quoted(room)}/redact/{quoted(event)}/{quoted(occasion)}"
        await self._insist(lambda: self._client.request("PUT", path, {}), about=occasion)

    async def asked(self, path: str) -> object:
        """What the homeserver answers to a question; None when it refuses."""
        return await self._insist(lambda: self._client.request("GET", path))

    async def ours(self, room: str, begins: str) -> list[str]:
        """Events of ours whose transaction ids begin like this, by the names on their envelopes."""
        wanted = '{"types":["m.room.encrypted"],"senders":["' + self._client.user + '"]}'
        path = f"/rooms/{quoted(room)}/messages?dir=b&limit=100&filter={quoted(wanted)}"
        found: list[str] = []
        point = ""
        for _page in range(LOOK_BACK_PAGES):
            page = await self._insist(partial(self._client.request, "GET", path + point))
            for event in listing(page or {}, "chunk"):
                name = section(event, "content").get(REFERENCE)
                if isinstance(name, str) and name.startswith(begins):
                    found.append(str(event["event_id"]))
            if page is None or not isinstance(page.get("end"), str):
                break
            point = f"&from={quoted(page['end'])}"
        return found

    async def _present(self, person: str, of: str | None) -> Room | None:
        """Their direct room, opened if there is none; None once they take no part any more."""
        if of == ANYBODY:
            own = self._client.user
            theirs = (room for room in self._rooms.values() if room.direct_partner(own) == person)
            return next(filter(fit, theirs), None)
        pause = ABSENT_PAUSE
        while await self._hearers.hears(person, of):
            try:
                room = await self._resolve(person)
            except NotNow as later:
                # One after the other: all who have no direct room yet would come back together.
                async with self._door:
                    await asyncio.sleep(max(later.after, 0.1))
                continue
            except MatrixError as refusal:
                log.warning("no_direct_room", status=refusal.status)
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
        contents: Sequence[Content],
        occasion: str,
        mailing: Mailing | None = None,
    ) -> list[str]:
        sent: list[str] = []
        async with self._lanes[lane]:
            for number, content in enumerate(contents, 1):
                event = await self._one(lane, there, content, f"{occasion}-{number}", mailing)
                if event is None:
                    return sent
                sent += [event] if event else []
        return sent

    async def _one(
        self, lane: str, there: Resolve, content: Content, txn: str, mailing: Mailing | None
    ) -> str | None:
        """Say one thing; the event's id, nothing if it was refused, None if nobody is there for more."""

        async def last_look() -> None:
            if await there(lane) is None:
                raise _NotAnyMore

        while True:
            try:
                room = await there(lane)
                if room is None or room.closed_to(self._client.user):
                    return None
                ready = await self._made(content) if PICTURE in content else content
                return await self._send(room, ready, txn, mailing, last_look) or ""
            except _NotAnyMore:
                # No line of a log: it might tell by its time that somebody voted.
                return None
            except _NotNow:
                await asyncio.sleep(CLOSED_PAUSE)

    async def _made(self, content: Content) -> Content:
        while True:
            try:
                return await self._pictures.made(content)
            except NotNow as later:
                await asyncio.sleep(max(later.after, 0.1))

    async def _send(
        self,
        room: Room,
        content: Content,
        txn: str,
        mailing: Mailing | None,
        last_look: LastLook,
    ) -> str | None:
        kind = native_events.type_of(content)

        async def attempt() -> str:
            clear = {REFERENCE: txn, **in_clear(content)}
            if unreadable_devices.MARK in content:
                await unreadable_devices.send(self._keys, room, content, txn, clear, last_look)
                return ""
            return await self._keys.send(room, kind, content, txn, clear, last_look)

        return await self._insist(attempt, mailing, about=txn)

    async def _insist(
        self,
        attempt: Callable[[], Awaitable[T]],
        mailing: Mailing | None = None,
        *,
        about: str = "",
    ) -> T | None:
        """Try until it is done; None when it is refused for good.

        ``about`` is its transaction id. No line of the log may tell by its time that somebody voted.
        """
        tell = not about.startswith(OF_A_VOTE)
        while True:
            try:
                async with self._slots:
                    return await attempt()
            except NotNow as later:
                await self._patient(later, mailing)
            except NotEncrypted:
                if tell:
                    log.warning("not_encrypted")
                return None
            except MatrixError as refusal:
                if tell:
                    log.warning("refused", status=refusal.status)
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


class _NotAnyMore(Exception):
    """Whoever it was for takes no part any more."""


class _NotNow(Exception):
    """The room is open to the public."""


async def _contained(work: Coroutine[Any, Any, object]) -> None:
    """One poll's trouble is not another's, nor the bot's; a lost login shows elsewhere."""
    try:
        await work
    except Exception as error:  # noqa: BLE001
        log.failure("polls", error)
