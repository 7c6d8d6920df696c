"""Watches the running bot, for ``steward status``, for monitoring, and for whoever repairs it."""

import asyncio
import time
from typing import Any

from bot import __version__
from bot.config import Config
from bot.delivery.dead_letters import DeadLetters
from bot.delivery.outbox import Outbox
from bot.health.clock_jumps import ClockWatch
from bot.health.disk import DiskGuard
from bot.health.event_loop import LoopWatch
from bot.health.homeserver import HomeserverWatch
from bot.health.metrics import MetricsReading, sizes_in
from bot.health.metrics_file import MetricsFile
from bot.jobs.scheduler import Scheduler
from bot.logging import logs
from bot.rooms.directory import RoomDirectory
from bot.state import Pulse
from storage.authority.standings import Renewals
from storage.chat.said_once import SaidOnce
from storage.core.database import Database
from storage.core.driver import Error

EVERY = 10.0
"""Seconds between two looks at clock and disk."""

log = logs.get("bot.health.monitor")


class Monitor:
    """Watches disk and clock, counts, and answers ``status`` and ``doctor``."""

    def __init__(
        self,
        config: Config,
        database: Database,
        *,
        places: RoomDirectory,
        outbox: Outbox,
        scheduler: Scheduler,
        letters: DeadLetters,
        disk: DiskGuard,
        watch: LoopWatch,
        homeserver: HomeserverWatch,
        pulse: Pulse,
    ) -> None:
        self._config = config
        self._database = database
        self._places = places
        self._outbox = outbox
        self._scheduler = scheduler
        self._letters = letters
        self._disk = disk
        self._watch = watch
        self._homeserver = homeserver
        self._pulse = pulse
        self._clock = ClockWatch(scheduler.clock_stepped)
        self._figures = MetricsFile(config.metrics.textfile, self.reading)

    async def run(self) -> None:
        """Watch, and write figures, until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._keep_watch(), name="monitor")
            group.create_task(self._figures.run(), name="metrics")

    async def _keep_watch(self) -> None:
        while True:
            await self._clock_set(self._clock.look())
            self._disk.look()
            await asyncio.sleep(EVERY)

    async def _clock_set(self, step: float) -> None:
        """Days for which somebody has been something do not come by setting a clock."""
        if not step:
            return
        try:
            async with self._database.transaction() as tx:
                await Renewals(tx).clock_set(round(step * 1000), time.time_ns() // 1_000_000)
        except Error as error:
            log.failure("clock_set", error)

    async def well(self, _request: dict[str, Any]) -> dict[str, Any]:
        """Answer the verb ``well``, which is asked every minute: the rule of ``steward status``, and nothing else."""
        last = self._pulse.last
        heard = (
            last is not None
            and time.monotonic() - last <= self._config.timeouts.unhealthy_after_seconds
        )
        return {"well": heard and not self._disk.low}

    async def trouble(self) -> dict[str, Any]:
        """Trouble that an operator should look at, as the control socket tells it."""
        try:
            letters: int | None = await self._letters.count()
        except Error:
            # The storage is the trouble; that is for the log and the exit status to say.
            letters = None
        held = dict(self._watch.held)
        return {
            "dead_letters": letters,
            "disk_low": self._disk.low,
            "held": held,
            "homeserver": self._homeserver.answer(),
        }

    async def reading(self) -> MetricsReading:
        """Read all figures now."""
        last = self._pulse.last
        async with self._database.transaction() as tx:
            refused = await SaidOnce(tx).counts()
        return MetricsReading(
            version=__version__,
            ready=last is not None,
            heard_seconds=None if last is None else time.monotonic() - last,
            rooms=len(self._places.rooms),
            queue=self._outbox.waiting,
            syncs=self._pulse.taken,
            answered=self._pulse.answered,
            dead_letters=await self._letters.count(),
            disk_low=self._disk.low,
            disk_free=self._disk.free,
            clock_steps=self._clock.steps,
            refused=refused,
            expired=self._scheduler.expired,
            sizes=sizes_in(self._config.data_dir),
            homeserver_away=self._homeserver.outage is not None,
            limited=self._homeserver.limited,
            limited_seconds=self._homeserver.limited_seconds,
        )
