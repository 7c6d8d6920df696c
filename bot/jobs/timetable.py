"""Calls jobs again and again, by a clock that is never set.

A library for this was let go: it took 2 MB, dropped by default what was a second late, and fell silent for an
hour after the machine's clock was set back by one.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta

from bot.logging import logs

Job = Callable[[], Awaitable[None]]

log = logs.get("bot.jobs.timetable")


class Timetable:
    """Jobs with the time between two calls of each. Times that went by during a call are left out."""

    def __init__(self) -> None:
        self._entries: list[_Entry] = []

    def every(self, period: timedelta, job: Job, *, first: timedelta) -> None:
        """Call a job that often; ``first`` is how long the first call waits. Before ``run``."""
        self._entries.append(_Entry(job, period.total_seconds(), first.total_seconds()))

    async def run(self) -> None:
        """Call the jobs when they are due, each one at a time, until cancelled."""
        async with asyncio.TaskGroup() as calls:
            for entry in self._entries:
                calls.create_task(entry.run(), name=entry.name)

    def call_all_now(self) -> None:
        """Have each job called at once; its next call is a period later."""
        for entry in self._entries:
            entry.wanted.set()


class _Entry:
    def __init__(self, job: Job, period: float, first: float) -> None:
        self.wanted = asyncio.Event()
        """Set when the job is to be called before its time."""
        self._job = job
        self._period = period
        self._due = time.monotonic() + first

    @property
    def name(self) -> str:
        return getattr(self._job, "__name__", "job")

    async def run(self) -> None:
        while True:
            await self._wait()
            now = time.monotonic()
            self._due = now + self._period
            try:
                await self._job()
            except Exception as error:  # noqa: BLE001 (a job looks at its tables again; none ends the others)
                log.failure("job", error, which=self.name)

    async def _wait(self) -> None:
        try:
            async with asyncio.timeout(self._due - time.monotonic()):
                await self.wanted.wait()
        except TimeoutError:
            return
        self.wanted.clear()
