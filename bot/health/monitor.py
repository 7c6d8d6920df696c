"""How the running bot is: for ``steward status``, for monitoring, and for whoever mends it."""

import asyncio
import time
from typing import Any

from bot import __version__
from bot.config import Config
from bot.delivery.dead_letters import DeadLetters
from bot.delivery.outbox import Outbox
from bot.health.clock_jumps import ClockWatch
from bot.health.disk import DiskGuard
from bot.health.metrics import MetricsFile, MetricsReading, sizes_in
from bot.incoming.dispatcher import Dispatcher
from bot.incoming.processor import SyncProcessor
from bot.jobs.scheduler import Scheduler
from bot.logging import logs
from bot.process.data_directory import DataDirectory
from bot.rooms.directory import RoomDirectory
from storage.authority.standings import Renewals
from storage.chat.said_once import SaidOnce
from storage.core.database import Database
from storage.core.driver import Error

EVERY = 10.0
"""Seconds between two looks at clock and disk."""

log = logs.get("bot.health.monitor")


class Monitor:
    """Watches disk and clock, counts, and answers questions about it."""

    def __init__(
        self,
        config: Config,
        database: Database,
        *,
        places: RoomDirectory,
        outbox: Outbox,
        dispatcher: Dispatcher,
        intake: SyncProcessor,
        scheduler: Scheduler,
    ) -> None:
        self._config = config
        self._database = database
        self._places = places
        self._outbox = outbox
        self._dispatcher = dispatcher
        self._intake = intake
        self._scheduler = scheduler
        self._space = dispatcher.brakes.space or DiskGuard(DataDirectory(config.data_dir))
        self._clock = ClockWatch(scheduler.clock_stepped)
        self._figures = MetricsFile(config.metrics.textfile, self.reading)
        self._task: asyncio.Task[None] | None = None
        self.letters = DeadLetters(database, outbox)

    def start(self) -> None:
        self._task = asyncio.create_task(self._keep_watch(), name="oversight")
        self._figures.start()

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await self._figures.close()

    async def _keep_watch(self) -> None:
        while True:
            await self._clock_set(self._clock.look())
            # Looking is what sets the reserve aside again once there is room.
            _ = self._space.low
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

    def give_way(self) -> None:
        """The storage refused: if the disk is full, give up the reserve."""
        self._space.give_way()

    async def trouble(self) -> dict[str, Any]:
        """What an operator should look at, as the control socket tells it."""
        try:
            letters: int | None = await self.letters.count()
        except Error:
            # The storage is the trouble; that is for the log and the exit status to say.
            letters = None
        queue = self._dispatcher.waiting
        held = {} if queue is None else dict(queue.watch.held)
        return {"dead_letters": letters, "disk_low": self._space.low, "held": held}

    async def reading(self) -> MetricsReading:
        """All figures at this moment."""
        last = self._intake.last
        async with self._database.transaction() as tx:
            refused = await SaidOnce(tx).counts()
        return MetricsReading(
            version=__version__,
            ready=last is not None,
            heard_seconds=None if last is None else time.monotonic() - last,
            rooms=len(self._places.rooms),
            queue=self._outbox.waiting,
            syncs=self._intake.taken,
            answered=self._dispatcher.answered,
            dead_letters=await self.letters.count(),
            disk_low=self._space.low,
            disk_free=self._space.free,
            clock_steps=self._clock.steps,
            refused=refused,
            expired=self._scheduler.expired,
            sizes=sizes_in(self._config.data_dir),
        )
