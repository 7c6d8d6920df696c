"""Expires inbound Megolm sessions: a while after a message was read, its key is given up.

A message is read, its effects are on disk, the checkpoint is past it: only then, and after a time
of grace for messages that come late, its session is moved on. Killed at any point, the bot reads
again what it has not kept, and moves on at the next start what it was about to.
"""

import asyncio
import heapq
import random
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace

from bot.logging import logs
from bot.matrix.machine import Machine, Moves
from bot.matrix.read_positions import Key, ReadPositions
from bot.process import failpoints
from bot.state import Pulse
from storage.chat.facts import HEARD, SYNC_TOKEN, Facts
from storage.chat.inbox import Inbox
from storage.chat.read_positions import Progresses
from storage.core.database import Database, Transaction
from storage.core.driver import Error

SHORTEST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
"""Seconds between two rounds: sessions are moved on together, not one by one."""

CROWD = 50
"""Sessions of direct chats that are written anew together with one that is moved on at once."""

HEARING = 60_000
"""Milliseconds after an answer of sync in which the next one comes, with news or without."""

DAY = 24 * 3600 * 1000
GONE_FOR_DAYS = 45
"""How long it is known how far a session was read that is not there any more."""

REFUSALS = (Error,)
"""A full disk, a busy file: worth another attempt."""

log = logs.get("bot.matrix.session_expiry")


class SessionExpiry:
    """Records how far sessions were read, and expires sessions when their time has come."""

    def __init__(
        self,
        database: Database,
        machine: Machine,
        reading: ReadPositions,
        *,
        grace_ms: int,
        direct: Callable[[str], bool],
        pulse: Pulse,
    ) -> None:
        """``direct``: whether a room is a direct chat.

        While a secret poll is open nothing that is said in one may stay readable.
        """
        self._database = database
        self._machine = machine
        self._reading = reading
        self._grace_ms = grace_ms
        self._direct = direct
        self._pulse = pulse
        self._line: list[tuple[int, Key, int]] = []
        """A heap: when, which session, up to which message."""
        self._saved: set[Key] = set()
        self._expiring: set[str] = set()
        """Rooms with something that is to be given up at once, whatever else holds for them."""
        self._recalled = False
        self._turn = asyncio.Lock()

    @classmethod
    def of(
        cls,
        database: Database,
        machine: Machine,
        is_direct: Callable[[str], bool],
        grace_ms: int,
        pulse: Pulse,
    ) -> "SessionExpiry":
        """Make one for the sessions of a running bot's machine."""
        reading = machine.olm.reading
        return cls(database, machine, reading, grace_ms=grace_ms, direct=is_direct, pulse=pulse)

    async def restore(self) -> None:
        """Take up the read positions of an earlier run, and expire what is due."""
        async with self._database.transaction() as tx:
            self._reading.restore(await Progresses(tx).all())
        for key, progress in self._reading.known.items():
            if progress.due is not None:
                heapq.heappush(self._line, (progress.due, key, progress.next))
        self._machine.forget_own()
        await self.run_due()

    # -- the checkpoint ------------------------------------------------------------------------------

    def sessions(self) -> list[Key]:
        """The sessions in which we were written to."""
        return self._machine.sessions()

    def expire_now(self, room: str) -> None:
        """Expire the room's sessions right after the next checkpoint."""
        self._expiring.add(room)

    @property
    def hurries(self) -> bool:
        """Whether something read is to be given up right after the next checkpoint."""
        return bool(self._expiring)

    async def save(self, tx: Transaction, waited: int = 0) -> None:
        """Save read positions, in the transaction that saves the sync token.

        ``waited``: for how many milliseconds the first of them waited to be saved; grace begins then.
        """
        if not self._recalled:
            self._recalled = True
            await self._recall(tx)
        now = _now()
        read = [self._reading.known[key] for key in sorted(self._reading.noted)]
        for each in read:
            hasty = each.room in self._expiring or self._at_once(each.room)
            each.due = now if hasty else now - waited + self._grace_ms
        await Progresses(tx).save(read)
        self._saved = set(self._reading.noted)

    async def _recall(self, tx: Transaction) -> None:
        """An earlier run may have ended after it handled a message and before it saved how far.

        It was sent to us again, but perhaps without its content: somebody has removed it meanwhile.
        """
        handled = await Inbox(tx).last_places()
        for key in self._machine.sessions():
            index, progress = handled.get(key[1]), self._reading.known.get(key)
            if index is not None and (progress is None or progress.next <= index):
                self._reading.note(*key, index, first=index, sent=0)

    async def committed(self) -> None:
        """Expire at once what is due now that the checkpoint is on disk; line up the rest."""
        saved, self._saved = self._saved, set()
        self._reading.noted -= saved
        self._expiring.clear()
        now, hasty = _now(), False
        for key in saved:
            progress = self._reading.known[key]
            due = now if progress.due is None else progress.due
            heapq.heappush(self._line, (due, key, progress.next))
            hasty = hasty or due <= now
        if hasty:
            await self.run_due(among_others=any(self._at_once(room) for room, _session in saved))

    def _at_once(self, room: str) -> bool:
        return self._pulse.is_watched() and self._direct(room)

    # -- moving on -------------------------------------------------------------------------------------

    async def run(self) -> None:
        """Expire sessions as they fall due, until cancelled."""
        pause = min(max(self._grace_ms / 10_000, SHORTEST_PAUSE), LONGEST_PAUSE)
        while True:
            await asyncio.sleep(pause)
            if self._line and self._line[0][0] <= _now():
                await self.run_due()

    async def expire_direct(self) -> None:
        """Expire everything read in direct chats until now."""
        now = _now()
        self._line = [(now if self._direct(k[0]) else due, k, n) for due, k, n in self._line]
        heapq.heapify(self._line)
        await self.run_due()

    async def expire(self, read: Mapping[Key, int]) -> None:
        """Advance sessions past indexes that an earlier run read but did not expire before it ended."""
        async with self._turn:
            for key, index in read.items():
                self._reading.note(*key, index, first=index, sent=0)
            try:
                self._machine.move_on(Moves({key: index + 1 for key, index in read.items()}))
            except REFUSALS as error:
                # The next checkpoint leads here once more: they are noted.
                log.failure("moving", error)

    async def run_due(self, *, among_others: bool = False) -> None:
        """Expire every session that is due; a failure is tried again in the next round.

        ``among_others``: also rewrite sessions of direct chats, so that the write does not show
        whose session expired.
        """
        async with self._turn:
            due = self._take_due()
            try:
                await self._move(due, self._decoys() if among_others else [])
            except REFUSALS as error:
                log.failure("moving", error)
                for key, upto in due.items():
                    heapq.heappush(self._line, (_now(), key, upto))

    async def decoy_write(self) -> None:
        """Decoy: make the writes a vote would make, so that write times do not show who voted."""
        async with self._turn:
            try:
                async with self._database.transaction() as tx:
                    await Facts(tx).touch(SYNC_TOKEN)
                    heard = self._pulse.received
                    if heard is not None:
                        # Else this fact would be the time of the last message: of a vote, perhaps.
                        await Facts(tx).put(HEARD, str(min(_now(), heard + HEARING)))
                await self._move({}, self._decoys())
            except REFUSALS as error:
                log.failure("pretending", error)

    def _take_due(self) -> dict[Key, int]:
        """What is due, without the sessions that were read in since the last checkpoint.

        Such a message may have come late, and would not open again should we end now.
        """
        due: dict[Key, int] = {}
        not_yet = []
        now = _now()
        while self._line and self._line[0][0] <= now:
            when, key, upto = heapq.heappop(self._line)
            if key in self._reading.noted:
                not_yet.append((when, key, upto))
            elif key in self._reading.known:
                due[key] = max(upto, due.get(key, 0))
        for each in not_yet:
            heapq.heappush(self._line, each)
        return due

    async def _move(self, due: dict[Key, int], decoys: Collection[Key]) -> None:
        if not (due or decoys):
            return
        known, today = self._reading.known, _now() // DAY
        done = {key: known[key] for key, upto in due.items() if upto >= known[key].next}
        over = {key for key, progress in done.items() if progress.over}
        self._machine.move_on(Moves({k: n for k, n in due.items() if k not in over}, over, decoys))
        failpoints.reach("after_moving")
        for key, progress in done.items():
            progress.due = None
            progress.gone_on = today if key in over else None
        old = [p for p in known.values() if p.gone_on and p.gone_on < today - GONE_FOR_DAYS]
        async with self._database.transaction() as tx:
            # Whatever was read since the last checkpoint is for the next one to save.
            calm = done.keys() - self._reading.noted
            others = {*decoys} - done.keys() - self._reading.noted
            kept = {key: replace(known[key]) for key in sorted(calm | others)}
            await Progresses(tx).save(kept.values())
            await Progresses(tx).forget_places(kept[key] for key in sorted(calm))
            await Progresses(tx).drop(old)
        failpoints.reach("after_settling")
        self._reading.forget(old)
        await self._database.purge_remnants()

    def _decoys(self) -> list[Key]:
        """Sessions of direct chats, all of them or many at random."""
        there = [k for k, p in self._reading.known.items() if not p.over and self._direct(k[0])]
        return random.SystemRandom().sample(there, min(CROWD, len(there)))


def _now() -> int:
    return time.time_ns() // 1_000_000
