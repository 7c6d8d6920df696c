"""Paces large mailings, so that a homeserver's rate limits leave room for replies."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.config.polls import FEW
from bot.matrix.client import NotNow

PACE = 8.0
"""Seconds between messages of a larger mailing: Synapse allows an account one in five seconds by
default, and commands want to be answered meanwhile (rc_message)."""

ABREAST = 4
"""Messages of a small mailing that are on their way together: so many a first 429 wastes at most."""

SLOWEST = 8
"""How many times its pace a mailing waits at most, when answers to votes need all that we may send."""


class SendingPace:
    """The beat that all larger mailings share: two at once are not twice as fast."""

    def __init__(self, gap: float) -> None:
        self._gap = gap
        self._last = self._next = 0.0
        self._lock = asyncio.Lock()

    async def turn(self) -> None:
        """Wait until the next message may go."""
        async with self._lock:
            while (left := self._next - time.monotonic()) > 0:  # noqa: ASYNC110 (no event: time)
                await asyncio.sleep(left)
            self._last = time.monotonic()
            self._next = self._last + self._gap

    def give_way(self, seconds: float) -> None:
        """Delay the next message of a mailing so that something that was refused for so long goes first.

        At most by SLOWEST times the usual gap.
        """
        later = time.monotonic() + seconds + self._gap
        self._next = max(self._next, min(later, self._last + SLOWEST * self._gap))


class Mailing:
    """One batch of similar messages: a few go at once, more go one after the other.

    A homeserver's request for patience (429) turns a few into many: sending at once after such a
    request only stands in the way of replies. So that the first request comes before most of the few
    have been tried, only some of them are on their way together.
    """

    def __init__(self, size: int, pace: SendingPace) -> None:
        self._pace = pace
        self._at_once = size <= FEW
        self._limited = False
        self._places = asyncio.Semaphore(ABREAST)
        self._lock = asyncio.Lock()

    async def turn(self) -> None:
        """Wait until the next message may go; mailings at the same time take turns."""
        if self._at_once:
            return
        async with self._lock:
            await self._pace.turn()

    @asynccontextmanager
    async def place(self) -> AsyncIterator[None]:
        """Keep one of the places in which messages of a small mailing are tried together."""
        if not self._at_once:
            yield
            return
        async with self._places:
            if self._limited:
                await self._pace.turn()
            yield

    async def refused(self, later: NotNow) -> None:
        """Wait after a 429 for a message of the mailing; return when the message may be tried again."""
        self._limited = True
        await asyncio.sleep(later.after)
        if not self._at_once:
            # Not behind the others of this mailing: it keeps whatever else goes to its room waiting.
            await self._pace.turn()
