"""The answer to ``steward status`` and ``steward doctor`` over the control socket."""

import time
from dataclasses import field
from typing import Any

from bot import __version__
from bot.delivery.outbox import Outbox
from bot.health.metrics import MINUTE
from bot.health.monitor import Monitor
from bot.keys.passphrase import Source
from bot.polls.register import Register
from bot.rooms.directory import RoomDirectory
from bot.state import Pulse
from storage.core.lazy_dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Status:
    """Figures on how the bot is, which tell nothing of anybody's vote."""

    pulse: Pulse
    places: RoomDirectory
    outbox: Outbox
    monitor: Monitor
    polls: Register
    source: Source
    """Where this process had its passphrase from."""
    started: float = field(default_factory=time.monotonic)

    async def answer(self, _request: dict[str, Any]) -> dict[str, Any]:
        """Answer the verb ``status``: ``StatusAnswer`` of bot/process/control.py."""
        now, last = time.monotonic(), self.pulse.last
        return {
            "ready": last is not None,
            "version": __version__,
            "uptime_seconds": round(now - self.started, 1),
            "last_sync_seconds": None if last is None else self._age(now - last),
            "rooms": len(self.places.rooms),
            "queue": self.outbox.waiting,
            "passphrase_from": self.source.value,
            **self._open_polls(),
            **await self.monitor.trouble(),
        }

    def _open_polls(self) -> dict[str, Any]:
        ends = [each.poll.rules.closes_at.timestamp() for each in self.polls.open_polls.values()]
        return {"open_polls": len(ends), "open_until": max(ends, default=None)}

    def _age(self, seconds: float) -> float:
        """How old the last answer of sync is; in whole minutes while each vote would show in it."""
        return seconds // MINUTE * MINUTE if self.pulse.is_watched() else round(seconds, 1)
