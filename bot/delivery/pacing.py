"""How fast many messages of one kind go, so that a homeserver's limits leave room for answers."""

import asyncio
import time

from bot.config.polls import FEW
from bot.matrix.client import NotNow

PACE = 8.0
"""Seconds between messages of a larger mailing: Synapse allows an account one in five seconds by
default, and commands want to be answered meanwhile (rc_message)."""

SLOWEST = 8
"""How many times its pace a mailing waits at most, when answers to votes need all that we may send."""


class SendingPace:
    """The beat that all larger mailings keep together: two at once are not twice as fast."""

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
    """Many messages of one kind: a few at once, more than that one after the other.

    A few become many when the homeserver asks for patience: what is sent at once after that only
    stands in the way of answers.
    """

    def __init__(self, size: int, pace: SendingPace) -> None:
        self._pace = pace
        self._paced = size > FEW
        self._lock = asyncio.Lock()

    async def turn(self) -> None:
        """Wait until the next message may go; mailings at the same time take turns."""
        if not self._paced:
            return
        async with self._lock:
            await self._pace.turn()

    async def refused(self, later: NotNow) -> None:
        """A message of this mailing has to wait; return when it may be tried again."""
        self._paced = True
        await asyncio.sleep(later.after)
        # Not behind the others of this mailing: it keeps whatever else goes to its room waiting.
        await self._pace.turn()
