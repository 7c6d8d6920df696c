"""Delivers what transactions left to send: each once, in order per room, rooms in parallel."""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, Protocol

from bot import failpoints, left_out, logs
from bot.matrix import native_polls
from bot.matrix.client import Client, MatrixError, NotNow, TokenRejected, quoted
from bot.matrix.pictures import Pictures
from bot.matrix.render import CALENDAR, EXPORT, PICTURE
from bot.matrix.room_keys import NotEncrypted, RoomKeys
from bot.matrix.rooms import Room
from bot.matrix.sync import listing, section
from bot.threads import in_clear
from storage.database import Database, Transaction
from storage.outbox import OutboxTable, Parcel

IN_DOUBT_AFTER = 20 * 3600 * 1000
"""Milliseconds after which a homeserver may have forgotten a transaction id (Synapse: 24 h)."""

AFTER_RESTORING = 24 * 3600 * 1000
"""Milliseconds for which what we say by ourselves may have been said by the bot that was lost."""

LONGEST_DOUBT = 24 * 3600 * 1000
"""Milliseconds before it was queued at which nobody has to look for it, clocks being as they are."""

AT_ONCE = 20
"""Rooms that are written to at the same time."""

ANSWERS = "st-"
"""How the transaction ids of answers to messages begin."""

ANNOUNCEMENTS = "new-"
"""How those of the messages begin that tell a room of people who are new."""

QUIET_EACH, LONGEST_QUIET = 0.1, 0.5
"""Seconds that asking for news gives way to each waiting answer, and to all of them: whoever asks
something meanwhile waits as long.
"""

LOOK_BACK_PAGES = 50
"""Pages of our own messages searched for one in doubt, newest first."""

REFERENCE = "org.steward.transaction"
"""Names the transaction id on the envelope, where the homeserver saw it anyway."""

log = logs.get("bot.outbox")

Resolve = Callable[[str], Awaitable[Room | None]]
"""The direct room with a person, or None while there is none they have joined."""

REMINDER = "org.steward.reminder"
"""Which reminder a parcel is (its row id). It never leaves this machine."""


class Timely(Protocol):
    """Knows what a reminder says now."""

    async def said(self, content: Mapping[str, Any]) -> dict[str, Any] | None: ...

    async def sent(self, tx: Transaction, content: Mapping[str, Any]) -> None: ...


Make = Callable[[Mapping[str, Any]], Awaitable[dict[str, Any]]]
"""What to send instead of a content that only describes a picture or file. Raises NotNow."""


class Outbox:
    """One lane per room (or per person whose direct room is not there yet)."""

    def __init__(
        self,
        database: Database,
        client: Client,
        keys: RoomKeys,
        rooms: dict[str, Room],
        resolve: Resolve,
        pictures: Pictures,
    ) -> None:
        self._database = database
        self._client = client
        self._keys = keys
        self._rooms = rooms
        self._resolve = resolve
        self._pictures = pictures
        self.exports: Make = _without_file
        """Makes the files of exports."""
        self.calendars: Make = _without_file
        """Makes calendar files."""
        self.restored_at: int | None = None
        """When this bot was restored from a backup, Unix ms UTC."""
        self.timely: Timely | None = None
        """Writes the words of reminders at the moment they go."""
        self.announced: Callable[[Transaction, str], Awaitable[None]] = _nobody_waits
        """Called with the transaction id of a message about new people that the homeserver has."""
        self._lanes: dict[str, deque[Parcel]] = {}
        self._workers: dict[str, asyncio.Task[bool]] = {}
        self._again: set[str] = set()
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._queued: set[int] = set()
        self._looked: set[int] = set()
        self._reworded: set[int] = set()
        self._open = False
        self.fatal: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        """Fails when sending showed that the bot cannot go on at all."""

    async def start(self) -> None:
        """Take up what the table holds, from this run or an earlier one, and begin to deliver."""
        async with self._database.transaction() as tx:
            waiting = await OutboxTable(tx).waiting()
            # Still inside: what commits after this reading is added to what it found.
            self._open = True
            self.add(waiting)

    async def close(self) -> None:
        """Stop; whatever is not acknowledged stays in the table."""
        self._open = False
        workers = list(self._workers.values())
        for worker in workers:
            worker.cancel()
        await asyncio.gather(*workers, return_exceptions=True)
        if not self.fatal.done():
            self.fatal.cancel()

    @property
    def waiting(self) -> int:
        return sum(len(lane) for lane in self._lanes.values())

    def add(self, parcels: Iterable[Parcel]) -> None:
        """Deliver these; they are already in the table.

        Before ``start`` that is enough: it reads the table, oldest first, so that what an earlier
        run left goes before what this one answers.
        """
        if not self._open:
            return
        for parcel in parcels:
            if parcel.id in self._queued:
                continue
            self._queued.add(parcel.id)
            lane = parcel.room or f"to {parcel.recipient}"
            self._lanes.setdefault(lane, deque()).append(parcel)
            self._wake(lane)

    def reworded(self, parcels: Iterable[int]) -> None:
        """The table is about to say something else for these; they are read again before they go."""
        self._reworded.update(parcels)

    async def quiet(self) -> None:
        """Wait until answers are out, a moment for a few of them and longer for many.

        Asking for news while answers are on their way makes the homeserver do both at once, and
        the answers come later.
        """
        deadline = time.monotonic() + min(LONGEST_QUIET, QUIET_EACH * self.waiting)
        while self._workers and (left := deadline - time.monotonic()) > 0:
            await asyncio.wait(
                self._workers.values(), timeout=left, return_when=asyncio.FIRST_COMPLETED
            )

    def wake_people(self) -> None:
        """Somebody joined a direct room: what waits for people is tried again."""
        for lane in self._lanes:
            if lane.startswith("to "):
                self._wake(lane)

    def _wake(self, lane: str) -> None:
        if lane in self._workers:
            self._again.add(lane)
        elif self._open:
            worker = asyncio.create_task(self._work(lane))
            self._workers[lane] = worker
            worker.add_done_callback(lambda done: self._retire(lane, done))

    def _retire(self, lane: str, worker: "asyncio.Task[bool]") -> None:
        del self._workers[lane]
        if worker.cancelled():
            return
        error = worker.exception()
        if error is not None:
            if not self.fatal.done():
                self.fatal.set_exception(error)
            return
        again = lane in self._again
        self._again.discard(lane)
        if not self._lanes[lane]:
            del self._lanes[lane]
        elif again or worker.result():
            self._wake(lane)

    async def _work(self, lane: str) -> bool:
        """Deliver a lane; False when it has to wait until somebody joins a direct room."""
        queue = self._lanes[lane]
        while queue:
            try:
                pause = await self._attempt(queue[0])
            except _NobodyThere:
                return False
            if pause is None:
                self._queued.discard(queue.popleft().id)
            else:
                await asyncio.sleep(pause)
        return True

    async def _destination(self, parcel: Parcel) -> Room | None:
        if parcel.recipient is None:
            return self._rooms.get(parcel.room or "")
        room = await self._resolve(parcel.recipient)
        if room is None:
            raise _NobodyThere
        return room

    async def _attempt(self, parcel: Parcel) -> float | None:
        """Try once; None when the parcel is off the table, else seconds to wait."""
        try:
            room = await self._destination(parcel)
            if room is None or room.closed_to(self._client.user):
                # In a room that was upgraded the homeserver would refuse it.
                await self._bury(parcel, "room_gone" if room is None else "room_replaced")
                return None
            if parcel.content.keys() & {PICTURE, EXPORT, CALENDAR}:
                parcel = await self._made(parcel)
            async with self._slots:
                if not await self._handed_over(parcel, room):
                    return None
        except NotNow as later:
            return later.after
        except NotEncrypted:
            await self._bury(parcel, "not_encrypted")
            return None
        except TokenRejected:
            raise
        except MatrixError as refusal:
            log.warning("refused", status=refusal.status)
            await self._bury(parcel, f"refused_{refusal.status}")
            return None
        failpoints.reach("after_send")
        await self._done(parcel)
        failpoints.reach("after_mark")
        return None

    async def _handed_over(self, parcel: Parcel, room: Room) -> bool:
        """Send it; False when it is off the table without that."""
        if await self._in_doubt(parcel, room):
            await self._done(parcel)
            return False
        said = await self._said_now(await self._as_it_is_now(parcel))
        if said is None:
            await self._drop(parcel)
            return False
        await self._send(said, room)
        return True

    async def _made(self, parcel: Parcel) -> Parcel:
        """The parcel with its picture or file made, uploaded and kept: it is sent like this from now on.

        A description was never sent, so this parcel is nowhere yet; whoever died between the
        upload and here left a file that nobody can open.
        """
        make = self._pictures.made if PICTURE in parcel.content else self.exports
        if CALENDAR in parcel.content:
            make = self.calendars
        content = await make(parcel.content)
        failpoints.reach("after_upload_of_picture")
        async with self._database.transaction() as tx:
            if parcel.id in self._reworded:
                # Somebody in it was removed while it was made.
                return parcel
            made = await OutboxTable(tx).replace(parcel, content)
        lane = self._lanes[made.room or f"to {made.recipient}"]
        lane[0] = made
        failpoints.reach("after_picture")
        return made

    async def _as_it_is_now(self, parcel: Parcel) -> Parcel:
        """The parcel with the words the table has, if somebody was removed since it was queued.

        The transaction waits for the one that reworded it.
        """
        if parcel.id not in self._reworded:
            return parcel
        async with self._database.transaction() as tx:
            now = await OutboxTable(tx).by_id(parcel.id)
        return now or parcel

    async def _send(self, parcel: Parcel, room: Room) -> None:
        failpoints.reach("before_send")
        redacted = parcel.content.get("redacts")
        reference = {REFERENCE: parcel.transaction_id}
        if left_out.MARK in parcel.content:
            apart = (room, parcel.content, parcel.transaction_id, reference)
            await left_out.send(self._keys, *apart)
            return
        if redacted is None:
            await self._keys.send(
                room,
                native_polls.type_of(parcel.content),
                parcel.content,
                parcel.transaction_id,
                reference | in_clear(parcel.content),
            )
            return
        if not room.may_redact(self._client.user):
            return
        path = f"/rooms/{quoted(room.id)}/redact/{quoted(redacted)}/{quoted(parcel.transaction_id)}"
        await self._client.request("PUT", path, {})

    async def _in_doubt(self, parcel: Parcel, room: Room) -> bool:
        """Whether an old or foreign parcel turns out to be in the room already."""
        age = time.time_ns() // 1_000_000 - parcel.queued_at
        if parcel.id in self._looked or "redacts" in parcel.content:
            # Taking back what was taken back already changes nothing.
            return False
        ours = age < IN_DOUBT_AFTER and parcel.device_id == self._client.device
        if ours and not self._said_before_restoring(parcel):
            return False
        found = await self._is_in(room, parcel)
        self._looked.add(parcel.id)
        return found

    def _said_before_restoring(self, parcel: Parcel) -> bool:
        """Whether the bot that was lost may have sent this: reminders and the like, not answers."""
        if self.restored_at is None or parcel.transaction_id.startswith(ANSWERS):
            return False
        return parcel.queued_at - self.restored_at < AFTER_RESTORING

    async def _is_in(self, room: Room, parcel: Parcel) -> bool:
        wanted = '{"types":["m.room.encrypted"],"senders":["' + self._client.user + '"]}'
        path = f"/rooms/{quoted(room.id)}/messages?dir=b&limit=100&filter={quoted(wanted)}"
        oldest = parcel.queued_at - LONGEST_DOUBT
        point = ""
        for _ in range(LOOK_BACK_PAGES):
            page = await self._client.request("GET", path + point)
            for event in listing(page, "chunk"):
                if _reference(event) == parcel.transaction_id:
                    return True
            if not isinstance(page.get("end"), str):
                return False
            if any(_is_older(event, oldest) for event in listing(page, "chunk")):
                return False
            point = f"&from={quoted(page['end'])}"
        return False

    async def _said_now(self, parcel: Parcel) -> Parcel | None:
        """The parcel; a reminder in the words of this moment, None when it is not said any more.

        Its words are written anew for every attempt, under the same transaction id.
        """
        if REMINDER not in parcel.content:
            return parcel
        said = None if self.timely is None else await self.timely.said(parcel.content)
        return None if said is None else replace(parcel, content=said)

    async def _done(self, parcel: Parcel) -> None:
        async with self._database.transaction() as tx:
            if REMINDER in parcel.content and self.timely is not None:
                await self.timely.sent(tx, parcel.content)
            if parcel.transaction_id.startswith(ANNOUNCEMENTS):
                await self.announced(tx, parcel.transaction_id)
            await OutboxTable(tx).done(parcel.id)

    async def _drop(self, parcel: Parcel) -> None:
        async with self._database.transaction() as tx:
            await OutboxTable(tx).done(parcel.id)

    async def _bury(self, parcel: Parcel, reason: str) -> None:
        log.warning("undeliverable")
        async with self._database.transaction() as tx:
            await OutboxTable(tx).bury(parcel.id, reason, time.time_ns() // 1_000_000)


class _NobodyThere(Exception):
    """The person has not joined their direct room yet."""


async def _nobody_waits(_tx: Transaction, _transaction_id: str) -> None:
    """Nobody has to know."""


async def _without_file(content: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in content.items() if key not in {EXPORT, CALENDAR}}


def _is_older(event: object, moment: int) -> bool:
    sent = event.get("origin_server_ts") if isinstance(event, dict) else None
    return isinstance(sent, int) and sent < moment


def _reference(event: object) -> object:
    return section(event, "content").get(REFERENCE)
