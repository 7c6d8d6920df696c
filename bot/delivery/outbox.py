"""Delivers what transactions left to send: each once, in order per room, rooms in parallel."""

import asyncio
from collections import deque
from collections.abc import Iterable
from contextlib import suppress

from bot.delivery.parcel_delivery import Held, ParcelDelivery
from bot.delivery.sent_messages import SentMessages
from bot.logging import logs
from bot.process.retry import EverMoreSeldom
from storage.chat.outbox import OutboxTable, Parcel
from storage.core.database import Database, Transaction
from storage.core.driver import OperationalError

QUIET_EACH, LONGEST_QUIET = 0.1, 0.5
"""Seconds that asking for news gives way to each waiting answer, and to all of them: whoever asks
something meanwhile waits as long.
"""

log = logs.get("bot.delivery.outbox")


class Outbox:
    """Delivers queued messages: one lane per room, or per person whose direct room is not there yet."""

    def __init__(self, database: Database, delivery: ParcelDelivery, sent: SentMessages) -> None:
        self._database = database
        self._delivery = delivery
        self._sent = sent
        self._lanes: dict[str, deque[Parcel]] = {}
        self._workers: dict[str, asyncio.Task[bool]] = {}
        self._again: set[str] = set()
        self._queued: set[int] = set()
        self._idle = asyncio.Event()
        """Set while nobody works."""
        self._idle.set()
        self.open = False
        self._group = asyncio.TaskGroup()

    async def run(self) -> None:
        """Deliver the queued messages, from this run or an earlier one, until cancelled.

        Whatever is not acknowledged at the end stays in the table. Raises, in a group, what shows
        that the bot cannot go on at all, such as TokenRejected.
        """
        try:
            async with self._group:
                async with self._database.transaction() as tx:
                    waiting = await OutboxTable(tx).waiting()
                    # Still inside: what commits after this reading is added to what it found.
                    self.open = True
                    self.add(waiting)
                await self._sent.run()
        finally:
            self.open = False
            # What was sent is off the table, even if the bot is being stopped.
            await self._sent.finish()

    @property
    def device(self) -> str:
        """The id of the device that sends."""
        return self._delivery.device

    def deliver(self, parcel: Parcel) -> None:
        """Deliver one message that is in the table already. See ``add``."""
        self.add((parcel,))

    @property
    def waiting(self) -> int:
        """How many messages are not acknowledged by the homeserver yet."""
        return sum(len(lane) for lane in self._lanes.values())

    def add(self, parcels: Iterable[Parcel]) -> None:
        """Deliver messages that are in the table already.

        Before ``run`` that is enough: it reads the table, oldest first, so that what an earlier
        run left goes before what this one answers.
        """
        if not self.open:
            return
        for parcel in parcels:
            if parcel.id in self._queued:
                continue
            self._queued.add(parcel.id)
            lane = parcel.room or f"to {parcel.recipient}"
            self._lanes.setdefault(lane, deque()).append(parcel)
            self._wake(lane)

    async def write_sent(self, tx: Transaction) -> None:
        """Take what was sent off the table, in the transaction of whoever writes anyway."""
        await self._sent.write(tx)

    async def quiet(self) -> None:
        """Wait until replies are delivered: briefly for a few, longer for many.

        Asking for news (sync) while replies are on their way makes the homeserver do both at once,
        and the replies come later.
        """
        if self._idle.is_set():
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(min(LONGEST_QUIET, QUIET_EACH * self.waiting)):
                await self._idle.wait()

    def wake(self) -> None:
        """Look again at every waiting message: somebody joined or left, or a room changed."""
        for lane in self._lanes:
            # Also where one is at work: it may have looked already, and found nobody.
            self._wake(lane)

    def _wake(self, lane: str) -> None:
        if lane in self._workers:
            self._again.add(lane)
        elif self.open:
            worker = self._group.create_task(self._work(lane))
            self._workers[lane] = worker
            self._idle.clear()
            worker.add_done_callback(lambda done: self._retire(lane, done))

    def _retire(self, lane: str, worker: "asyncio.Task[bool]") -> None:
        del self._workers[lane]
        if not (worker.cancelled() or worker.exception() is not None):
            again = lane in self._again
            self._again.discard(lane)
            if not self._lanes[lane]:
                del self._lanes[lane]
            elif again or worker.result():
                self._wake(lane)
        if not self._workers:
            self._idle.set()

    async def _work(self, lane: str) -> bool:
        """Deliver a lane; False when it has to wait until somebody joins, or its room is fit again."""
        queue, attempts = self._lanes[lane], EverMoreSeldom()
        while queue:
            try:
                pause = await self._delivery.attempt(queue[0], self)
            except Held:
                return False
            except OperationalError as error:
                # A full disk, a busy file: sent again, under the transaction id that the homeserver knows.
                log.failure("delivery", error)
                pause = attempts.refused()
            else:
                attempts.accepted()
            if pause is None:
                self._queued.discard(queue.popleft().id)
            else:
                await asyncio.sleep(pause)
        return True
