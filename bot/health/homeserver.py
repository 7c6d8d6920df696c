"""Notices that the homeserver is away or limits the account, and has each said once.

Nothing here rises with votes: what is to be said waits for a vote now and then, so while a secret poll
is open only listening is looked at, which goes on all the time, and no limit is counted.
"""

import asyncio
import time
from collections.abc import Callable
from typing import Any, Final

from bot.logging import logs
from bot.matrix.availability import Availability
from bot.matrix.client import Client
from bot.matrix.outages import Outage

EVERY: Final = 1.0
"""Seconds between two looks."""
NOTED_AFTER: Final = 3.0
"""Seconds without an answer that are no hiccup any more."""
STALE_AFTER: Final = 150.0
"""Seconds after which an attempt to say something tells nothing about now; one is made each half minute."""
STRETCH: Final = 3600.0
"""Seconds after which being limited again is said again."""

log = logs.get("bot.health.homeserver")


class HomeserverWatch:
    """Looks every second whether the homeserver answers, and whether it wants the account to wait."""

    def __init__(self, client: Client, is_watched: Callable[[], bool]) -> None:
        """``is_watched``: whether a secret poll is open."""
        self._client = client
        self._is_watched = is_watched
        self._listening = _Told(
            lambda kind: log.warning("homeserver_away", kind=kind),
            lambda seconds: log.warning("homeserver_back", seconds=seconds),
        )
        self._sending = _Told(
            lambda kind: log.warning("homeserver_takes_nothing", kind=kind),
            lambda seconds: log.warning("homeserver_takes_again", seconds=seconds),
        )
        self._counted = 0, 0.0
        self._limited_at: float | None = None
        self.limited = 0
        """How often the account was told to wait, while no secret poll was open."""
        self.limited_seconds = 0.0
        """For how long, all together."""

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            self.look()
            await asyncio.sleep(EVERY)

    def look(self) -> None:
        """Log what began or ended since the last look."""
        self._listening.look(self._client.reading)
        if not self._is_watched() and not self._client.reading.away:
            self._sending.look(self._client.writing)
        self._look_at_limits()

    @property
    def outage(self) -> tuple[Outage, float] | None:
        """What keeps the homeserver from answering, and for how many seconds; None while it answers."""
        lines = [self._client.reading]
        if not self._is_watched():
            lines.append(self._client.writing)
        now = time.monotonic()
        for line in lines:
            if line.outage is None or line.since is None:
                continue
            fresh = line is self._client.reading or now - line.failed_at < STALE_AFTER
            if fresh and now - line.since >= NOTED_AFTER:
                return line.outage, now - line.since
        return None

    def answer(self) -> dict[str, Any]:
        """The part of the answer of ``status`` about the homeserver."""
        away = self.outage
        return {
            "outage": None if away is None else {"kind": away[0].value, "seconds": round(away[1])},
            "limited": {"times": self.limited, "seconds": round(self.limited_seconds)},
        }

    def _look_at_limits(self) -> None:
        before, now = self._counted, time.monotonic()
        throttling = self._client.throttling
        self._counted = throttling.times, throttling.seconds
        if self._is_watched() or self._counted[0] == before[0]:
            return
        self.limited += self._counted[0] - before[0]
        self.limited_seconds += self._counted[1] - before[1]
        if self._limited_at is None or now - self._limited_at > STRETCH:
            # docs/admin.md, "The homeserver", "Limits", has the setting that helps.
            log.warning("homeserver_limits_us")
        self._limited_at = now


class _Told:
    """What the log was told of one line, so that it is told once."""

    def __init__(self, began: Callable[[Outage], None], ended: Callable[[int], None]) -> None:
        self._began, self._ended = began, ended
        self._kinds = set[Outage]()
        self._since = 0.0

    def look(self, line: Availability) -> None:
        now = time.monotonic()
        if line.outage is None or line.since is None:
            if self._kinds:
                self._ended(round(now - self._since))
                self._kinds.clear()
        elif now - line.since >= NOTED_AFTER and line.outage not in self._kinds:
            self._since = line.since
            self._kinds.add(line.outage)
            self._began(line.outage)
