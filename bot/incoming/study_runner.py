"""Thinks about what takes long while the database is free for others, and gives way to their commands.

A command that has to think is taken back, thought for, and run again with the outcome at hand: whatever it
reads and writes is in one short transaction, as ever. What it depends on may have changed meanwhile; then
it is thought about again.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Hashable
from typing import Any, TypeVar, cast

from bot.health.event_loop import LoopWatch
from bot.incoming.fair_share import FairShare
from commands.framework.study import Steps, Study
from storage.core.database import Database
from storage.core.slices import in_slices

T = TypeVar("T")

ROUNDS = 6
"""How often it is thought about before a command; who keeps changing it has it done in the middle."""
AT_ONCE = 2
"""Commands for which it is thought at the same time."""
A_MOMENT = 0.001
PATIENCE = 40
"""Seconds of one look whether the database is free again, and how many of them a slice waits."""


class Unstudied(Exception):
    """Raised by a command that needs the answer to a long computation before it can go on."""

    def __init__(self, about: Hashable, steps: Steps[Any]) -> None:
        super().__init__()
        self.about = about
        self.steps = steps


class Elsewhere(Study):
    """Computes nothing: a command that has to compute is rolled back and waits for its turn."""

    def __init__(self, watch: LoopWatch) -> None:
        self._watch = watch

    def begins(self, command: str) -> None:
        """Tell the event loop's watch which command is at work."""
        self._watch.begins(command)

    async def of(self, about: Hashable, steps: Steps[T]) -> list[T]:
        """Raise Unstudied."""
        raise Unstudied(about, steps)


class Notes(Study):
    """Results of computations made for one command so far."""

    def __init__(self, watch: LoopWatch) -> None:
        self._watch = watch
        self._known: dict[Hashable, list[Any]] = {}
        self.rounds = 0

    def begins(self, command: str) -> None:
        """Tell the event loop's watch which command is at work."""
        self._watch.begins(command)

    async def of(self, about: Hashable, steps: Steps[T]) -> list[T]:
        """The result kept for ``about``; Unstudied if there is none.

        After ROUNDS results the computation is done at once, inside the transaction.
        """
        if about in self._known:
            return cast("list[T]", self._known[about])
        if self.rounds >= ROUNDS:
            return await in_slices(steps())
        raise Unstudied(about, steps)

    def note(self, about: Hashable, outcome: list[Any]) -> None:
        """Keep the result of a computation."""
        self._known[about] = outcome
        self.rounds += 1


class StudyRunner:
    """Computes in slices; between slices whoever waits for the database goes first."""

    def __init__(self, database: Database, share: FairShare, watch: LoopWatch) -> None:
        self._database = database
        self._share = share
        self._watch = watch
        self._few = asyncio.Semaphore(AT_ONCE)

    async def think(self, person: str, question: Unstudied, notes: Notes) -> None:
        """Compute and keep the result of one question; the time is charged to the person."""
        async with self._few:
            began = time.thread_time()
            outcome = await in_slices(question.steps(), self._give_way)
            notes.note(question.about, outcome)
            self._share.note(person, time.thread_time() - began, at_once=False)

    async def attempt(self, person: str, work: Callable[[Study], Awaitable[T]]) -> T:
        """Run work, and between attempts compute what the work turned out to need."""
        notes = Notes(self._watch)
        while True:
            try:
                return await work(notes)
            except Unstudied as question:
                await self.think(person, question, notes)

    async def _give_way(self) -> None:
        await asyncio.sleep(0)
        for _ in range(PATIENCE):
            if not self._database.busy:
                return
            await asyncio.sleep(A_MOMENT)


__all__ = ["Elsewhere", "Notes", "StudyRunner", "Unstudied"]
