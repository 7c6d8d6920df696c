"""Commands that wait for their turn: each person's in order, one at a time of all, and nobody's lost.

They are in the table from the moment they are read, in the transaction that takes them. Whoever waits,
waits behind their own; between people it goes round.
"""

import asyncio
from collections import Counter, deque
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Final, Protocol

from bot.health.event_loop import LoopWatch
from bot.incoming.fair_share import FairShare
from bot.incoming.study_runner import Notes, StudyRunner, Unstudied
from bot.logging import logs
from bot.process.retry import persist
from storage.chat.waiting_commands import WaitingCommand, WaitingCommands
from storage.core.database import Database, Transaction
from storage.core.driver import Error

MOST: Final = 4 << 20
"""Characters of one person that wait; what is more is left aside."""
LONGEST_NAP: Final = 30.0
"""Seconds after which it is looked again whether somebody's time has come."""
AHEAD: Final = 20
"""Commands of a person that are read from the table in one go; one that is not there any more is passed over."""
PAUSE: Final = 5.0
"""Seconds between two attempts at a storage that refuses."""

log = logs.get("bot.incoming.queue")


class Runner(Protocol):
    """Runs, drops or puts off a command whose turn in the queue has come."""

    async def resume(self, kept: WaitingCommand, notes: Notes) -> None:
        """Run a command that waited.

        Raises what the storage raises, and Unstudied; the command then waits on.
        """

    async def drop(self, kept: WaitingCommand, error_id: str) -> None:
        """Give up on a command that waited, and tell its sender."""

    async def tell_to_wait(self, kept: WaitingCommand, until: datetime) -> None:
        """Tell a sender once that their other commands wait until ``until``."""


class CommandQueue:
    """Runs waiting commands: one task for each person with something waiting."""

    def __init__(
        self,
        database: Database,
        runner: Runner,
        studies: StudyRunner,
        *,
        share: FairShare,
        watch: LoopWatch,
        afterwards: Callable[[], Awaitable[None]],
    ) -> None:
        """``afterwards`` is called when a command was done: it may have moved a committee."""
        self._database = database
        self._runner = runner
        self._studies = studies
        self.share = share
        self.watch = watch
        self._afterwards = afterwards
        self._sizes: Counter[str] = Counter()
        self._added: Counter[str] = Counter()
        self._full: dict[str, Transaction | None] = {}
        """Who was told that no more of theirs may wait; with the transaction until it has committed."""
        self._lanes: dict[str, asyncio.Task[None]] = {}
        self._turn = asyncio.Lock()
        self._open = False

    async def restore(self) -> None:
        """Know who has something waiting since an earlier run."""
        async with self._database.transaction() as tx:
            self._sizes.update(await WaitingCommands(tx).people())

    async def run(self) -> None:
        """Run waiting commands, in the order of the table, until cancelled.

        Commands not answered at the end stay in the table.
        """
        self._open = True
        try:
            for person in self._sizes:
                self._wake(person)
            await asyncio.Event().wait()
        finally:
            self._open = False
            lanes = list(self._lanes.values())
            for lane in lanes:
                lane.cancel()
            await asyncio.gather(*lanes, return_exceptions=True)

    def at_once(self, person: str) -> bool:
        """Whether a command of this person runs as soon as it is read."""
        return person not in self._sizes and self.share.at_once(person)

    def is_idle(self, person: str) -> bool:
        """Whether nothing waits of anybody, and a command of this person may run though they asked for much."""
        return not self._sizes and self.share.alone(person)

    def has_room(self, person: str, body: str) -> bool:
        """Whether a command more of somebody's may wait."""
        return self._sizes[person] + len(body) <= MOST

    def tells(self, tx: Transaction, person: str) -> bool:
        """Whether somebody has yet to be told that no more of theirs may wait; the transaction does."""
        if person in self._full and self._full[person] in {None, tx}:
            return False
        self._full[person] = tx
        tx.after_commit(lambda: self._full.update({person: None}))
        return True

    async def keep(self, tx: Transaction, kept: WaitingCommand) -> None:
        """Have a command wait, if the transaction commits."""
        await WaitingCommands(tx).keep(kept)
        tx.after_commit(lambda: self._add(kept))

    def _add(self, kept: WaitingCommand) -> None:
        self._sizes[kept.person] += len(kept.body)
        self._added[kept.person] += 1
        if self._open:
            self._wake(kept.person)

    def _wake(self, person: str) -> None:
        if person not in self._lanes:
            lane = asyncio.create_task(self._work(person), name="waiting commands")
            self._lanes[person] = lane
            lane.add_done_callback(lambda done: self._retire(person, done))

    def _retire(self, person: str, lane: "asyncio.Task[None]") -> None:
        if self._lanes.get(person) is lane:
            del self._lanes[person]
        error = None if lane.cancelled() else lane.exception()
        if error is not None:
            log.failure("queue", error)
            asyncio.get_running_loop().call_later(PAUSE, self._wake_again, person)

    def _wake_again(self, person: str) -> None:
        if self._open:
            self._wake(person)

    async def _work(self, person: str) -> None:
        """Do everything of one person's that waits."""
        told = False
        ahead: deque[WaitingCommand] = deque()
        while True:
            added = self._added[person]
            try:
                if not ahead:
                    ahead.extend(await self._first(person))
                if not ahead and added == self._added[person]:
                    # Nothing is awaited from here on: whatever comes now finds no lane.
                    self._leave(person)
                    return
                if not ahead:
                    continue
                kept = ahead.popleft()
                pause = self.share.pause(person)
                if pause:
                    ahead.clear()
                    # What was read ahead may have been withdrawn meanwhile.
                    waiting = () if told else await self._first(person)
                    if waiting:
                        until = datetime.now(UTC) + timedelta(seconds=pause)
                        await self._runner.tell_to_wait(waiting[0], until)
                        told = True
                    await asyncio.sleep(min(pause, LONGEST_NAP))
                    continue
                await self._do(kept)
            except Error as error:
                ahead.clear()
                log.failure("queue_storage", error)
                await asyncio.sleep(PAUSE)

    def _leave(self, person: str) -> None:
        self._lanes.pop(person, None)
        self._sizes.pop(person, None)
        self._added.pop(person, None)
        self._full.pop(person, None)

    async def _first(self, person: str) -> list[WaitingCommand]:
        async with self._database.transaction() as tx:
            return await WaitingCommands(tx).first(person, AHEAD)

    async def _do(self, kept: WaitingCommand) -> None:
        notes = Notes(self.watch)
        await persist(
            lambda: self._attempt(kept, notes), lambda error_id: self._runner.drop(kept, error_id)
        )
        self._sizes[kept.person] -= len(kept.body)
        await self._afterwards()

    async def _attempt(self, kept: WaitingCommand, notes: Notes) -> None:
        while True:
            try:
                async with self._turn:
                    await self._runner.resume(kept, notes)
                    return
            except Unstudied as met:
                question = met
            try:
                await self._studies.think(kept.person, question, notes)
            except Exception as error:  # noqa: BLE001 (whatever is wrong with what was thought: told)
                await self._runner.drop(kept, log.failure("thinking", error))
                return
