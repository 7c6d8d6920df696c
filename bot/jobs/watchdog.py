"""Sees to it that reminders are looked at even when the scheduler's own clock has stopped.

An interval job goes silent after the machine's clock was set back, until the time it had been reaches
it again (measured on APScheduler 3.11). This loop goes by a clock that is never set.
"""

import asyncio
import time
from asyncio import sleep
from collections.abc import Awaitable, Callable

from bot.logging import logs

EVERY = 20.0
"""Seconds between two looks."""
TOO_LONG = 45.0
"""Seconds without a look after which the scheduler is not waited for."""

log = logs.get("bot.meetings")


class Watchdog:
    """Looks itself when nobody has for too long."""

    def __init__(
        self,
        look: Callable[[], Awaitable[None]],
        *,
        every: float = EVERY,
        too_long: float = TOO_LONG,
    ) -> None:
        self._look = look
        self._every = every
        self._too_long = too_long
        self._last = time.monotonic()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._last = time.monotonic()
        self._task = asyncio.create_task(self._keep_looking())

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def look(self) -> None:
        """What the scheduler calls."""
        self._last = time.monotonic()
        await self._look()

    async def _keep_looking(self) -> None:
        while True:
            await sleep(self._every)
            if time.monotonic() - self._last > self._too_long:
                log.warning("scheduler_silent")
                await self.look()
