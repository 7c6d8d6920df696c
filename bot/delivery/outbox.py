"""Delivers what transactions left to send: each once, in order per room, rooms in parallel.

Whether a message may go is looked at when its turn comes, and once more when its room's key is out and
only encrypting is left (``bot/delivery/clearance.py``).
"""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, Protocol

from bot.delivery import unreadable_devices
from bot.delivery.clearance import HELD_FOR, Clearance, MessageFate, Ruling
from bot.delivery.duplicates import REFERENCE, DuplicateCheck
from bot.delivery.pictures import Pictures
from bot.delivery.threads import elsewhere, in_clear
from bot.delivery.withdrawal import REMINDER, withdraw
from bot.logging import logs
from bot.matrix.client import Client, MatrixError, NotNow, quoted
from bot.matrix.render import CALENDAR, EXPORT, PICTURE
from bot.matrix.room_keys import NotEncrypted, RoomKeys
from bot.matrix.rooms import Room
from bot.polls import native_events
from bot.process import failpoints
from storage.chat.outbox import MessageKind, OutboxTable, Parcel
from storage.core.database import Database, Transaction

__all__ = ["DIGEST", "REFERENCE", "REMINDER", "Outbox"]

AT_ONCE = 20
"""Rooms that are written to at the same time."""

ANNOUNCEMENTS = "new-"
"""How the transaction ids of messages begin that tell a room of people who are new."""

QUIET_EACH, LONGEST_QUIET = 0.1, 0.5
"""Seconds that asking for news gives way to each waiting answer, and to all of them: whoever asks
something meanwhile waits as long.
"""

log = logs.get("bot.delivery.outbox")

Resolve = Callable[[str], Awaitable[Room | None]]
"""The direct room with a person, or None while there is none they have joined."""

DIGEST = "org.steward.digest"
"""Whose digest a parcel is, and of which day. It never leaves this machine."""


class Timely(Protocol):
    """Knows what something says now whose words are written when it goes."""

    async def said(self, content: Mapping[str, Any]) -> dict[str, Any] | None: ...

    async def sent(self, tx: Transaction, content: Mapping[str, Any]) -> None: ...


Make = Callable[[Mapping[str, Any]], Awaitable[dict[str, Any]]]
"""What to send instead of a content that only describes a picture or file. Raises NotNow."""

Exported = Callable[[Transaction, int], Awaitable[None]]
"""Told that the file of an export is with the homeserver."""


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
        clearance: Clearance,
    ) -> None:
        self._database = database
        self._client = client
        self._keys = keys
        self._rooms = rooms
        self._resolve = resolve
        self._pictures = pictures
        self._clearance = clearance
        self.in_doubt = DuplicateCheck(client)
        self.exports: Make = _without_file
        """Makes the files of exports."""
        self.exported: Exported = _nothing_more
        """Notes that such a file is out."""
        self.calendars: Make = _without_file
        """Makes calendar files."""
        self.timely: dict[str, Timely] = {}
        """Write words at the moment they go, by the mark of what they are for."""
        self.announced: Callable[[Transaction, str], Awaitable[None]] = _nobody_waits
        """Called with the transaction id of a message about new people that the homeserver has."""
        self._lanes: dict[str, deque[Parcel]] = {}
        self._workers: dict[str, asyncio.Task[bool]] = {}
        self._again: set[str] = set()
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._queued: set[int] = set()
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
    def device(self) -> str:
        """The device of ours that sends."""
        return self._client.device

    def deliver(self, parcel: Parcel) -> None:
        """Deliver one message; it is already in the table. See ``add``."""
        self.add((parcel,))

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

    def wake(self) -> None:
        """Somebody joined or left, or a room changed: whatever waits for that is looked at again."""
        for lane in self._lanes:
            if lane not in self._workers:
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
        """Deliver a lane; False when it has to wait until somebody joins, or its room is fit again."""
        queue = self._lanes[lane]
        while queue:
            try:
                pause = await self._attempt(queue[0])
            except _Waits:
                return False
            if pause is None:
                self._queued.discard(queue.popleft().id)
            else:
                await asyncio.sleep(pause)
        return True

    async def _attempt(self, parcel: Parcel) -> float | None:
        """Try once; None when the parcel is off the table, else seconds to wait."""
        try:
            ready = await self._ready(parcel)
            if ready is None:
                return None
            parcel, room = ready
            async with self._slots:
                if not await self._handed_over(parcel, room):
                    return None
        except NotNow as later:
            return later.after
        except NotEncrypted:
            await self._bury(parcel, "not_encrypted")
            return None
        except MatrixError as refusal:
            log.warning("refused", status=refusal.status)
            await self._bury(parcel, f"refused_{refusal.status}")
            return None
        failpoints.reach("after_send")
        await self._done(parcel)
        failpoints.reach("after_mark")
        return None

    async def _ready(self, parcel: Parcel) -> tuple[Parcel, Room] | None:
        """The parcel as it goes, and where; None when it is off the table. Raises _Waits."""
        now = await self._as_it_is_now(parcel)
        if now is None:
            return None
        parcel, ruling = now
        room = await self._destination(parcel, ruling)
        if room is None:
            await self._bury(parcel, "room_gone")
            return None
        if parcel.content.keys() & {PICTURE, EXPORT, CALENDAR}:
            parcel = await self._made(parcel)
        return parcel, room

    async def _as_it_is_now(self, parcel: Parcel) -> tuple[Parcel, Ruling] | None:
        """The parcel as the table has it, and where it goes; None: it is withdrawn. Raises _Waits.

        The transaction waits for the one that takes it back, or words in it.
        """
        async with self._database.transaction() as tx:
            now = await OutboxTable(tx).by_id(parcel.id)
            if now is None:
                return None
            ruling = await self._clearance.rule(tx, now)
            if ruling.fate not in {MessageFate.GOES, MessageFate.WAITS}:
                now = await withdraw(tx, now, ruling.fate, self._clearance, self)
        if now is None:
            log.info("withdrawn", fate=ruling.fate)
            return None
        if ruling.fate is MessageFate.WAITS:
            if _age(now) < HELD_FOR.total_seconds() * 1000:
                raise _Waits
            await self._bury(now, "room_unfit")
            return None
        return now, ruling

    async def _destination(self, parcel: Parcel, ruling: Ruling) -> Room | None:
        """Where it goes: a committee's room, or somebody's direct chat. Raises _Waits."""
        asked_in = self._rooms.get(parcel.room or "")
        person = parcel.terms.person
        if person is None or parcel.terms.kind is MessageKind.NOTICE:
            if parcel.recipient is None:
                return asked_in if ruling.room is None else self._rooms.get(ruling.room)
        elif asked_in is not None and self._is_theirs(asked_in, person, ruling):
            return asked_in
        room = await self._resolve(str(person))
        if room is None:
            raise _Waits
        return room

    async def _handed_over(self, parcel: Parcel, room: Room) -> bool:
        """Send it; False when it is off the table without that."""
        if await self.in_doubt.is_there(parcel, room):
            await self._done(parcel)
            return False
        said = await self._said_now(parcel)
        if said is None:
            await self._drop(parcel)
            return False
        await self._send(said, room, parcel)
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
            await self._unchanged(tx, parcel)
            made = await OutboxTable(tx).replace(parcel, content)
        lane = self._lanes[made.room or f"to {made.recipient}"]
        lane[0] = made
        failpoints.reach("after_picture")
        return made

    async def _unchanged(self, tx: Transaction, parcel: Parcel) -> None:
        """Raise NotNow if it was withdrawn or reworded since its turn came: its turn comes again."""
        now = await OutboxTable(tx).by_id(parcel.id)
        if now is None or now.content != parcel.content:
            raise NotNow(0)

    async def _last_look(self, parcel: Parcel, room: Room) -> None:
        """Nothing is left but encrypting. Raises NotNow if the message may not go (there) any more."""
        async with self._database.transaction() as tx:
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

    def _is_theirs(self, room: Room, person: str, ruling: Ruling) -> bool:
        return room.id not in ruling.committees and self._clearance.is_theirs(room, person)

    async def _send(self, parcel: Parcel, room: Room, queued: Parcel) -> None:
        """``queued``: the parcel as the table has it; ``parcel`` has the words of this moment."""
        failpoints.reach("before_send")
        redacted = parcel.content.get("redacts")
        reference = {REFERENCE: parcel.transaction_id}

        async def last_look() -> None:
            await self._last_look(queued, room)

        if unreadable_devices.MARK in parcel.content:
            apart = (room, parcel.content, parcel.transaction_id, reference)
            await unreadable_devices.send(self._keys, *apart, last_look)
            return
        if redacted is None:
            content = parcel.content
            if parcel.room not in {None, room.id}:
                content = elsewhere(content)
            await self._keys.send(
                room,
                native_events.type_of(content),
                content,
                parcel.transaction_id,
                reference | in_clear(content),
                last_look,
            )
            return
        if not room.may_redact(self._client.user):
            return
        path = f"/rooms/{quoted(room.id)}/redact/{quoted(redacted)}/{quoted(parcel.transaction_id)}"
        await self._client.request("PUT", path, {})

    async def _said_now(self, parcel: Parcel) -> Parcel | None:
        """The parcel; a reminder in the words of this moment, None when it is not said any more.

        Its words are written anew for every attempt, under the same transaction id.
        """
        timely = self._timely(parcel)
        if timely is None:
            return None if parcel.content.keys() & {REMINDER, DIGEST} else parcel
        said = await timely.said(parcel.content)
        return None if said is None else replace(parcel, content=said)

    def _timely(self, parcel: Parcel) -> Timely | None:
        return next((self.timely[each] for each in parcel.content if each in self.timely), None)

    async def _done(self, parcel: Parcel) -> None:
        timely = self._timely(parcel)
        async with self._database.transaction() as tx:
            if timely is not None:
                await timely.sent(tx, parcel.content)
            if parcel.terms.export is not None and parcel.content.get("msgtype") == "m.file":
                await self.exported(tx, parcel.terms.export)
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


class _Waits(Exception):
    """Nobody has joined the direct room yet, or the room takes nothing now."""


def _age(parcel: Parcel) -> int:
    return time.time_ns() // 1_000_000 - parcel.queued_at


async def _nobody_waits(_tx: Transaction, _transaction_id: str) -> None:
    """Nobody has to know."""


async def _without_file(content: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in content.items() if key not in {EXPORT, CALENDAR}}


async def _nothing_more(_tx: Transaction, _export: int) -> None:
    return
