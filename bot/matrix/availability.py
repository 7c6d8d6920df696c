"""Whether the homeserver answers, and how often it is asked while it does not."""

import asyncio
import random
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.matrix.outages import Outage
from storage.core.lazy_dataclass import dataclass

LONGEST_PAUSE = 30.0
"""Seconds between attempts at most while the homeserver is away."""


class Availability:
    """Knows whether the homeserver answers requests of one kind, for all of them together.

    While it does not, requests line up behind a single one that probes with growing pauses, so that
    twenty waiting rooms ask no more often than one. Whoever comes last waits for a pause of each
    before them: what must not wait for others has a line of its own.
    """

    def __init__(self) -> None:
        self._failures = 0
        self._round = 0
        self._retry_at = 0.0
        self._probe = asyncio.Lock()
        self.outage: Outage | None = None
        """Why the last request got no answer; None when it got one."""
        self.since: float | None = None
        """Monotonic time of the first of the failed requests in a row."""
        self.failed_at = 0.0
        """Monotonic time of the last of them."""

    @property
    def away(self) -> bool:
        """Whether the last request got no answer."""
        return self._failures > 0

    @property
    def round(self) -> int:
        """The round for which a request reports that goes while the homeserver answers: it waits for no turn."""
        return self._round

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[int]:
        """Wait for one's turn; yields the round to report the outcome for."""
        if not self._failures:
            yield self._round
            return
        async with self._probe:
            if self._failures:
                await asyncio.sleep(max(0.0, self._retry_at - time.monotonic()))
                yield self._round
                return
        yield self._round

    def answered(self) -> None:
        """Note that the homeserver answered."""
        self._failures = 0
        self.outage = self.since = None

    def failed(self, round_: int, outage: Outage) -> None:
        """Count a failed round once, however many requests were under way together."""
        if round_ != self._round:
            return
        self._round += 1
        self._failures += 1
        self.outage = outage
        self.failed_at = time.monotonic()
        self.since = self.failed_at if self.since is None else self.since
        pause = min(LONGEST_PAUSE, 0.5 * 2 ** min(self._failures - 1, 10))
        self._retry_at = time.monotonic() + pause * random.uniform(0.8, 1.2)  # noqa: S311 (jitter)


@dataclass(slots=True)
class Throttling:
    """How often and for how long the homeserver told the account to wait (429), since the start."""

    times: int = 0
    seconds: float = 0.0
    """Of all waits together, as they were asked for."""

    def add(self, seconds: float) -> None:
        """Count one more."""
        self.times += 1
        self.seconds += seconds
