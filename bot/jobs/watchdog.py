"""Looks for due reminders even when the scheduler's own clock has stopped.

An interval job goes silent after the machine's clock was set back, until the time it had been
reaches it again (measured on APScheduler 3.11). This loop goes by a clock that is never set.
"""

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
    """Looks for due reminders itself when the scheduler has not for too long."""

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

    async def tick(self) -> None:
        """Look for due reminders; called by the scheduler."""
        self._last = time.monotonic()
        await self._look()

    async def run(self) -> None:
        """Look for due reminders whenever the scheduler has not for too long."""
        self._last = time.monotonic()
        while True:
            await sleep(self._every)
            if time.monotonic() - self._last > self._too_long:
                log.warning("scheduler_silent")
                await self.tick()
