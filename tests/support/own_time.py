"""Time of a test's own: it passes when the test says so, however fast or slow this machine is."""

import asyncio
import heapq
import itertools
from collections.abc import Coroutine
from types import ModuleType, SimpleNamespace
from typing import Any, TypeVar

import pytest

T = TypeVar("T")


class OwnTime:
    """Stands for ``asyncio.sleep`` and ``time.monotonic`` in some modules.

    Only what sleeps there waits for it. A test either lets time pass itself (``asleep``, ``passes``) or
    has it pass as soon as nobody can do anything before (``through``); the latter is for parts that use
    no thread, since what a thread works at is not seen.
    """

    def __init__(self, patch: pytest.MonkeyPatch, *modules: ModuleType) -> None:
        self.now = 0.0
        """Seconds since the beginning."""
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._numbers = itertools.count()
        self._fell_asleep = asyncio.Event()
        for module in modules:
            for name, theirs in vars(module).copy().items():
                if theirs is asyncio:
                    lent = SimpleNamespace(**{**vars(asyncio), "sleep": self.sleep})
                    patch.setattr(module, name, lent)
                elif getattr(theirs, "__name__", "") == "time" and isinstance(theirs, ModuleType):
                    lent = SimpleNamespace(**{**vars(theirs), "monotonic": self.monotonic})
                    patch.setattr(module, name, lent)

    def monotonic(self) -> float:
        """Seconds since the beginning."""
        return self.now

    async def sleep(self, seconds: float) -> None:
        """Return once so much time has passed."""
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        awake = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self.now + seconds, next(self._numbers), awake))
        self._fell_asleep.set()
        await awake

    async def asleep(self) -> float:
        """Wait until somebody sleeps; return the seconds until the first of them wakes."""
        while True:
            self._drop_who_gave_up()
            if self._sleepers:
                return self._sleepers[0][0] - self.now
            self._fell_asleep.clear()
            await self._fell_asleep.wait()

    def passes(self, seconds: float) -> None:
        """Let time pass; whoever wakes then goes on when the loop comes to it."""
        self.now += seconds
        while self._sleepers and self._sleepers[0][0] <= self.now:
            _due, _number, awake = heapq.heappop(self._sleepers)
            if not awake.done():
                awake.set_result(None)

    async def through(self, work: Coroutine[Any, Any, T]) -> T:
        """Do something, with time passing as soon as nobody can do anything before."""
        task = asyncio.create_task(work)
        try:
            while not task.done():
                await asyncio.sleep(0)
                # Whatever can go on goes on first: then everybody waits, and for time alone.
                if not asyncio.get_running_loop()._ready and not task.done():  # type: ignore[attr-defined]
                    self._drop_who_gave_up()
                    assert self._sleepers, "nobody waits for time: what is awaited never comes"
                    self.passes(self._sleepers[0][0] - self.now)
            return task.result()
        finally:
            task.cancel()

    def _drop_who_gave_up(self) -> None:
        while self._sleepers and self._sleepers[0][2].done():
            heapq.heappop(self._sleepers)
