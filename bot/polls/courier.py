"""Says what must be written down nowhere: from memory, again and again until the homeserver has it.

What commands answer waits in the outbox, in a file. What a secret poll says does not: its question,
who is asked, and that somebody voted are in no queue that could be found later. A crash forgets it,
and whoever has to say it says it again under the same transaction id.
"""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from functools import partial
from typing import Any, TypeVar

from bot import left_out, logs
from bot.matrix import native_polls
from bot.matrix.client import Client, MatrixError, NotNow, TokenRejected, quoted
from bot.matrix.pictures import Pictures
from bot.matrix.render import PICTURE
from bot.matrix.room_keys import NotEncrypted, RoomKeys
from bot.matrix.rooms import Room
from bot.matrix.sync import listing, section
from bot.outbox import REFERENCE
from bot.polls.mailing import PACE, Mailing, Pace
from bot.threads import in_clear

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

OF_A_VOTE = "v"
"""What the transaction ids of all that answers votes begin with."""

log = logs.get("bot.polls.courier")

T = TypeVar("T")
Content = Mapping[str, Any]
Resolve = Callable[[str], Awaitable[Room | None]]


class Courier:
    """Delivers in order per room. Lives as long as the process; ``close`` drops what is left."""

    def __init__(
        self,
        client: Client,
        keys: RoomKeys,
        rooms: Mapping[str, Room],
        resolve: Resolve,
        pictures: Pictures,
        *,
        pace: float = PACE,
    ) -> None:
        self._client = client
        self._keys = keys
        self._rooms = rooms
        self._resolve = resolve
        self._pictures = pictures
        self._pace = Pace(pace)
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
        self, rooms: Sequence[str], people: Sequence[str], contents: Sequence[Content], name: str
    ) -> None:
        """Let this go out by itself."""
        for room in rooms:
            self.soon(self.to_room(room, contents, name))
        for person in people:
            self.soon(self.to_person(person, contents, name))

    def mailing(self, size: int) -> Mailing:
        """For so many messages."""
        return Mailing(size, self._pace)

    async def to_room(self, room: str, contents: Sequence[Content], occasion: str) -> list[str]:
        """Say this in a room, in order; the ids of the events. What is refused is left out."""

        async def there(_: str) -> Room | None:
            return self._rooms.get(room)

        return await self._deliver(room, there, contents, occasion)

    async def to_person(
        self,
        person: str,
        contents: Sequence[Content],
        occasion: str,
        mailing: Mailing | None = None,
        *,
        still: Callable[[], Awaitable[bool]] | None = None,
    ) -> list[tuple[str, str]]:
        """Say this in somebody's direct chat, once they are there; the rooms and events.

        ``still``: whether they may hear it at the moment at which it would be sent.
        """
        if mailing is not None:
            await mailing.turn()
        room = await self._present(person)
        if room is None or not (still is None or await still()):
            return []

        async def there(_: str) -> Room | None:
            return self._rooms.get(room.id)

        sent = await self._deliver(room.id, there, contents, occasion, mailing)
        return [(room.id, event) for event in sent]

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

    async def _present(self, person: str) -> Room | None:
        pause = ABSENT_PAUSE
        while True:
            try:
                room = await self._resolve(person)
            except NotNow as later:
                # One after the other: all who have no direct room yet would come back together.
                async with self._door:
                    await asyncio.sleep(max(later.after, 0.1))
                continue
            except TokenRejected:
                raise
            except MatrixError as refusal:
                log.warning("no_direct_room", status=refusal.status)
                return None
            if room is not None:
                return room
            await asyncio.sleep(pause)
            pause = min(LONGEST_ABSENT_PAUSE, pause * 2)

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
                room = await there(lane)
                if room is None or room.closed_to(self._client.user):
                    return sent
                ready = content
                if PICTURE in content:
                    ready = await self._made(content)
                event = await self._send(room, ready, f"{occasion}-{number}", mailing)
                sent += [] if event is None else [event]
        return sent

    async def _made(self, content: Content) -> Content:
        while True:
            try:
                return await self._pictures.made(content)
            except NotNow as later:
                await asyncio.sleep(max(later.after, 0.1))

    async def _send(
        self, room: Room, content: Content, txn: str, mailing: Mailing | None
    ) -> str | None:
        kind = native_polls.type_of(content)

        async def attempt() -> str:
            clear = {REFERENCE: txn, **in_clear(content)}
            if left_out.MARK in content:
                await left_out.send(self._keys, room, content, txn, clear)
                return ""
            return await self._keys.send(room, kind, content, txn, clear)

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
            except TokenRejected:
                raise
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


async def _contained(work: Coroutine[Any, Any, object]) -> None:
    """One poll's trouble is not another's, nor the bot's; a lost login shows elsewhere."""
    try:
        await work
    except Exception as error:  # noqa: BLE001
        log.failure("polls", error)
