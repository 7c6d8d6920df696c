"""Decides whose commands run at once and whose wait, by the work they make, not their number.

While somebody's command is done, nobody else's is. Whoever asks for little never waits for more
than the command at work. Whoever asks for much is done after the others, and over a while for no
more than a share of the time.
"""

import time
from collections import deque
from collections.abc import Callable
from typing import Final

from bot.config.limits import Limits

LATELY: Final = 10.0
"""Seconds over which it is seen who asks for much."""
A_SHARE: Final = 0.4
"""Seconds of work in that time up to which a command is done as soon as it is read."""
A_BATCH: Final = 0.5
"""Seconds of work in one answer of sync after which only those go on at once who asked for nothing yet."""
A_LITTLE: Final = 0.05
WINDOW: Final = 600.0
"""Seconds over which the budget of a person is counted."""
MOST_FOLLOWED: Final = 20_000
"""People who are remembered; beyond that the longest silent are forgotten."""


class FairShare:
    """Counts seconds of work by person, in memory alone."""

    def __init__(self, limits: Limits, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._budget = float(limits.person_seconds)
        self._clock = clock
        self._spent: dict[str, _Spent] = {}
        self._batch = 0.0

    def begin(self) -> None:
        """Start the batch of another sync response."""
        self._batch = 0.0

    def note(self, person: str, seconds: float, *, at_once: bool) -> None:
        """Add the seconds a person's command took. ``at_once``: while others' messages waited to be read."""
        now = int(self._clock())
        spent = self._spent.pop(person, None) or _Spent()
        self._spent[person] = spent
        spent.add(now, seconds)
        while len(self._spent) > MOST_FOLLOWED:
            del self._spent[next(iter(self._spent))]
        if at_once:
            self._batch += seconds

    def at_once(self, person: str) -> bool:
        """Whether a command of a person with none waiting runs as soon as it is read."""
        lately = self._since(person, LATELY)
        if self._batch >= A_BATCH and lately > A_LITTLE:
            return False
        return lately < A_SHARE and self.pause(person) == 0.0

    def alone(self, person: str) -> bool:
        """Whether a command runs as soon as it is read where nobody else's waits: it keeps others as little waiting."""
        return self._batch < A_BATCH and self.pause(person) == 0.0

    def pause(self, person: str) -> float:
        """Seconds until somebody's next command may be done; 0.0: now."""
        spent = self._spent.get(person)
        # All that is remembered is no less than what was spent in the time.
        if spent is None or spent.total < self._budget:
            return 0.0
        over = self._since(person, WINDOW) - self._budget
        if over < 0:
            return 0.0
        for at, seconds in spent.seconds:
            over -= seconds
            if over < 0:
                return max(at + WINDOW + 1.0 - self._clock(), 1.0)
        return WINDOW

    def _since(self, person: str, span: float) -> float:
        spent = self._spent.get(person)
        return 0.0 if spent is None else spent.since(self._clock() - span - 1.0)


class _Spent:
    """What one person's commands took, by second."""

    __slots__ = ("seconds", "total")

    def __init__(self) -> None:
        self.seconds: deque[tuple[int, float]] = deque()
        self.total = 0.0
        """Of all that is remembered, which may go further back than is asked for."""

    def add(self, now: int, seconds: float) -> None:
        """Add to what this second took; forget what is longer ago than counts."""
        self.total += seconds
        if self.seconds and self.seconds[-1][0] == now:
            seconds += self.seconds.pop()[1]
        self.seconds.append((now, seconds))
        while self.seconds[0][0] < now - WINDOW:
            self.total -= self.seconds.popleft()[1]

    def since(self, begin: float) -> float:
        """Return the sum since ``begin``: the newest is last, so that few are looked at."""
        took = 0.0
        for at, seconds in reversed(self.seconds):
            if at < begin:
                break
            took += seconds
        return took
