"""Counts, by command, how often a command kept the event loop from reading anything else.

While Python computes, nothing is heard and nothing is answered. A look that comes too late shows
it. Votes are not counted: no figure rises with them.
"""

import asyncio
import time
from collections import Counter
from typing import Final

EVERY: Final = 0.05
"""Seconds between two looks."""
HELD: Final = 0.1
"""Seconds by which a look is too late, and this process computed meanwhile: others had no turn."""
UNCOUNTED: Final = frozenset({"", "vote"})


class LoopWatch:
    """Looks at the clock of the loop while a command is at work; a late look counts for that command."""

    def __init__(self) -> None:
        self.held: Counter[str] = Counter()
        """By the command's name, since the start."""
        self._doing = ""
        self._next: asyncio.TimerHandle | None = None

    def begins(self, command: str) -> None:
        """A command is at work; the name of none: something else is."""
        self._doing = command
        if command and self._next is None:
            self._look_later()
        elif not command and self._next is not None:
            # Nobody would be counted, and the process is not woken for nothing.
            self._next.cancel()
            self._next = None

    def _look_later(self) -> None:
        due, computed = time.monotonic() + EVERY, time.thread_time()
        self._next = asyncio.get_running_loop().call_later(EVERY, self._look, due, computed)

    def _look(self, due: float, computed: float) -> None:
        # A machine that is busy with other programs makes a look late as well.
        held = time.monotonic() - due > HELD and time.thread_time() - computed > HELD
        if held and self._doing not in UNCOUNTED:
            self.held[self._doing] += 1
        self._next = None
        if self._doing:
            self._look_later()
