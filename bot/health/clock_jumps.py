"""Notices that the machine's clock was set or stood still, and wakes whatever waits by that clock.

What goes by the wall clock (reminders, deadlines, digests, retention) waits for a moment. When the
clock is set, that moment is nearer or farther than the wait: each is looked at anew.
"""

import time
from collections.abc import Callable

from bot.logging import logs

A_STEP = 5.0
"""Seconds that wall clock and monotonic clock come apart between two looks; slewing never does that."""

log = logs.get("bot.clock")


class ClockWatch:
    """Compares the wall clock with one that is never set."""

    def __init__(
        self,
        stepped: Callable[[float], None],
        *,
        wall: Callable[[], float] = time.time,
        steady: Callable[[], float] = time.monotonic,
    ) -> None:
        """``stepped`` is told by how many seconds; negative: the clock was set back."""
        self._stepped = stepped
        self._wall = wall
        self._steady = steady
        self._apart = wall() - steady()
        self.steps = 0

    def look(self) -> float:
        """Seconds by which the clock was set since the last look; 0.0 if it was not."""
        apart = self._wall() - self._steady()
        step, self._apart = apart - self._apart, apart
        if abs(step) < A_STEP:
            return 0.0
        self.steps += 1
        log.warning("clock_stepped", seconds=step)
        self._stepped(step)
        return step
