"""How far the bot has come in sync: saved when a response was handled whole, and never before."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import field
from typing import Any, Final

from bot.backup.after_restore import AfterRestore
from bot.delivery.outbox import Outbox
from bot.logging import logs
from bot.matrix.guard import Refused
from bot.matrix.machine import Machine
from bot.matrix.rooms import Room
from bot.matrix.session_expiry import SessionExpiry
from bot.matrix.sync import listing, section
from bot.process import failpoints
from bot.process.retry import EverMoreSeldom
from bot.rooms.directory import RoomDirectory
from bot.state import SharedState
from storage.chat.facts import HEARD, SYNC_TOKEN, Facts
from storage.chat.rooms import Rooms
from storage.chat.said_once import SaidOnce
from storage.chat.undecrypted import UndecryptedEvents, WaitingEvent
from storage.core.database import Database, uninterrupted
from storage.core.driver import Error
from storage.core.lazy_dataclass import dataclass

TOGETHER: Final = 1.0
"""Seconds for which answers that brought messages alone may be saved together, since each COMMIT waits for the disk.

Whoever dies meanwhile is sent those messages again, and finds that they were handled.
"""
QUIET: Final = 0.15
"""Seconds after the last of them in which no other comes, and then they are saved. It is less than what
``bot/delivery/sent_messages.py`` waits, so that both are one COMMIT.
"""

log = logs.get("bot.incoming.checkpoint")


@dataclass(slots=True)
class Unsaved:
    """What a sync response brought that the next checkpoint writes."""

    rooms: set[str] = field(default_factory=set)
    """Rooms that are new, or whose state changed."""
    left: set[str] = field(default_factory=set)
    invites: dict[str, Room] = field(default_factory=dict)
    """Rooms the bot was invited to, until it is decided whether it goes."""
    sealed: dict[str, WaitingEvent] = field(default_factory=dict)
    """Messages whose key is not there yet."""
    opened: set[str] = field(default_factory=set)
    """Messages that do not wait for their key any more."""
    refused: Counter[str] = field(default_factory=Counter)
    """What was refused, by reason."""

    def __bool__(self) -> bool:
        return bool(
            self.rooms or self.left or self.invites or self.sealed or self.opened or self.refused
        )

    def taken(self) -> "Unsaved":
        """Take over everything that is unsaved and leave this object empty."""
        whole = Unsaved(self.rooms, self.left, self.invites, self.sealed, self.opened, self.refused)
        self.rooms, self.left, self.invites = set(), set(), {}
        self.sealed, self.opened, self.refused = {}, set(), Counter()
        return whole

    def put_back(self, taken: "Unsaved") -> None:
        """Take back what could not be saved; what came since counts more."""
        self.rooms |= taken.rooms
        self.left |= taken.left
        self.invites = {**taken.invites, **self.invites}
        self.sealed = {**taken.sealed, **self.sealed}
        self.opened |= taken.opened
        self.refused += taken.refused


class Checkpoint:
    """Saves the sync token together with everything that must reach the disk in the same transaction."""

    def __init__(
        self,
        database: Database,
        unsaved: Unsaved,
        *,
        machine: Machine,
        expiry: SessionExpiry,
        places: RoomDirectory,
        outbox: Outbox,
        state: SharedState,
    ) -> None:
        self._database = database
        self._unsaved = unsaved
        self._machine = machine
        self._expiry = expiry
        self._places = places
        self._outbox = outbox
        self._state = state
        self._after_restore: AfterRestore | None = None
        self._nothing_saved = True
        self._whole = asyncio.Lock()
        """Held while an answer is being handled: how far was read is not saved in the middle of one."""
        self._waits = asyncio.Event()
        self._waiting: tuple[str, int] | None = None
        """The token to save, and when its answer came, while no answer is being handled."""
        self._since: float | None = None
        """Monotonic time from which something waits to be saved."""
        self._last = 0.0
        """Monotonic time at which the last of it came to wait."""
        self._lasting = False
        self.token: str | None = None
        """Where the next answer of sync begins; None: at the beginning."""

    async def find_token(self) -> None:
        """Know where the next answer of sync begins."""
        async with self._database.transaction() as tx:
            self.token = await Facts(tx).get(SYNC_TOKEN)

    async def restore(self) -> list[WaitingEvent]:
        """Stand where the last checkpoint left off; the messages that wait for their keys."""
        await self._expiry.restore()
        async with self._database.transaction() as tx:
            self.token = await Facts(tx).get(SYNC_TOKEN)
            heard = await Facts(tx).get(HEARD)
            self._after_restore = await AfterRestore.load(Facts(tx))
            snapshots = await Rooms(tx).all()
            waiting = await UndecryptedEvents(tx).all()
        if heard is not None:
            self._state.pulse.received = int(heard)
        for room_id, snapshot in snapshots.items():
            self._places.rooms[room_id] = Room.restore(snapshot)
        return waiting

    def is_too_late_for(self, event: Any) -> bool:
        """Whether an unreadable message was written before the bot was restored."""
        return self._after_restore is not None and self._after_restore.is_too_late_for(event)

    @property
    def has_news(self) -> bool:
        """Whether there is more to save than the token and how far was read: rooms that changed, above all."""
        return bool(self._unsaved or self._places.learned)

    @asynccontextmanager
    async def handling(self) -> AsyncIterator[None]:
        """Around the handling of one answer: saved with it is what waited. Failed, nothing more is saved."""
        async with self._whole:
            self._waiting = None
            self._waits.clear()
            yield

    async def save(self, answer: Mapping[str, Any], received: int) -> None:
        """Save the token that follows a response, which came at ``received`` (Unix ms), or let it wait a moment.

        An answer without news saves nothing: the token before it leads to the same.
        """
        self.token = str(answer["next_batch"])
        if self._since is None and not (self._nothing_saved or self.has_news or _is_news(answer)):
            return
        if self._may_wait(answer):
            self._last = time.monotonic()
            self._since = self._last if self._since is None else self._since
            self._waiting = self.token, received
            self._waits.set()
        else:
            await self._save(self.token, received)

    def _may_wait(self, answer: Mapping[str, Any]) -> bool:
        """Whether nothing but messages came, and nothing that was read is to be given up at once."""
        late = self._since is not None and time.monotonic() - self._since >= TOGETHER
        first = self._nothing_saved or self._after_restore is not None
        urgent = self.has_news or self._expiry.hurries or self._state.pulse.is_watched()
        keys = bool(listing(answer, "to_device", "events"))
        return self._lasting and not (late or first or urgent or keys)

    async def run(self) -> None:
        """Save soon what may wait, until cancelled; before, nothing waits.

        What cannot be saved is tried again, and at the latest with the next answer, where it counts.
        """
        attempts = EverMoreSeldom()
        try:
            while True:
                self._lasting = True
                await self._waits.wait()
                await asyncio.sleep(self._left())
                await attempts.attempt(self._catch_up_in_time, self._refused)
        finally:
            self._lasting = False
            await uninterrupted(self._finish())

    def _refused(self, error: Error) -> None:
        """Have nothing more wait until the next attempt, which may be a minute away."""
        self._lasting = False
        log.failure("late_checkpoint", error)

    def _left(self) -> float:
        """Seconds until what waits is to be saved."""
        if self._since is None:
            return 0.0
        return min(self._last + QUIET, self._since + TOGETHER) - time.monotonic()

    async def _catch_up_in_time(self) -> None:
        async with self._whole:
            # Another answer may have come meanwhile.
            if self._left() <= 0:
                await self._catch_up()

    async def _finish(self) -> None:
        async with self._whole:
            await self._catch_up()

    async def _catch_up(self) -> None:
        if self._waiting is not None:
            await self._save(*self._waiting)

    async def _save(self, token: str, received: int) -> None:
        self._nothing_saved = False
        await self._write(token, received)
        self._waiting = self._since = None
        self._waits.clear()
        failpoints.reach("after_checkpoint")
        await self._expiry.committed()

    def _waited_ms(self) -> int:
        return 0 if self._since is None else round((time.monotonic() - self._since) * 1000)

    async def _write(self, token: str, received: int) -> None:
        changes = self._unsaved.taken()
        # What is learned while this is being saved is for the next time.
        learned, self._places.learned = self._places.learned, set()
        if self._machine.malformed:
            changes.refused[Refused.MALFORMED] += self._machine.malformed
            self._machine.malformed = 0
        try:
            await self._write_down(changes, learned, token, received)
        except BaseException:
            self._unsaved.put_back(changes)
            self._places.learned |= learned
            raise
        self._after_restore = None

    async def _write_down(
        self, changes: Unsaved, learned: set[str], token: str, received: int
    ) -> None:
        async with self._database.transaction() as tx:
            await Facts(tx).put(SYNC_TOKEN, token)
            await Facts(tx).put(HEARD, str(received))
            for room_id in changes.rooms | learned:
                room = self._places.rooms.get(room_id)
                if room is not None:
                    await Rooms(tx).save(room_id, room.snapshot())
                    await Rooms(tx).uninvite(room_id)
            for room_id in changes.left:
                await Rooms(tx).drop(room_id)
            for event_id in changes.sealed.keys() - changes.opened:
                await UndecryptedEvents(tx).keep(changes.sealed[event_id])
            for event_id in changes.opened:
                await UndecryptedEvents(tx).drop(event_id)
            for reason, times in changes.refused.items():
                await SaidOnce(tx).count(reason, times)
            await self._expiry.save(tx, self._waited_ms())
            await self._outbox.write_sent(tx)
            if self._after_restore is not None:
                known = self._state.committees.known
                await self._after_restore.say(tx, known, self._outbox)


def _is_news(answer: Mapping[str, Any]) -> bool:
    """Whether anything came; our own messages, which the filter keeps back, make an answer too."""
    return bool(
        listing(answer, "to_device", "events")
        or listing(answer, "device_lists", "changed")
        or any(section(answer, "rooms", how) for how in ("invite", "leave"))
        or any(
            listing(joined, "state", "events")
            or listing(joined, "timeline", "events")
            or section(joined, "timeline").get("limited")
            for joined in section(answer, "rooms", "join").values()
        )
    )
