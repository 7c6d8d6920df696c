"""Messages that the homeserver has: taken off the table together, since each COMMIT waits for the disk."""

import asyncio
import time
from typing import Final

from bot.logging import logs
from bot.process.retry import EverMoreSeldom
from storage.chat.outbox import OutboxTable, Parcel
from storage.core.database import Database, Transaction, uninterrupted

TOGETHER: Final = 0.2
"""Seconds until a message that was sent is off the table, if nothing else is written before.

Whoever dies meanwhile sends it again, under the transaction id that the homeserver knows.
"""

log = logs.get("bot.delivery.sent_messages")


class SentMessages:
    """Notes what was sent, and takes it off the table with the next command or checkpoint, or soon without one."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._sent: dict[int, float] = {}
        """When each was sent (monotonic), by row id, of which none is ever given again; the first is first."""
        self._due = asyncio.Event()
        self._clock: asyncio.TimerHandle | None = None
        """Stopped where the next command or checkpoint has written all of them: nobody is woken for nothing."""

    def note(self, parcel: Parcel) -> None:
        """Note a message with which nothing else is to be done but to take it off the table."""
        self._sent[parcel.id] = time.monotonic()
        self._wind()

    async def write(self, tx: Transaction) -> None:
        """Take everything that was sent off the table, in a transaction of somebody's."""
        them = tuple(self._sent)
        if them:
            await OutboxTable(tx).done(*them)
            tx.after_commit(lambda: self._written(them))

    def _written(self, them: tuple[int, ...]) -> None:
        for each in them:
            self._sent.pop(each, None)
        if not self._sent and self._clock is not None:
            self._clock.cancel()
            self._clock = None

    def _wind(self) -> None:
        if self._sent and self._clock is None:
            loop = asyncio.get_running_loop()
            self._clock = loop.call_later(max(0.0, self._left()), self._due.set)

    async def run(self) -> None:
        """Take messages off the table soon after they were sent, until cancelled.

        What cannot be written is tried again: a disk that is full is told to whoever types, and ends no bot here.
        """
        attempts = EverMoreSeldom()
        while True:
            await self._due.wait()
            self._due.clear()
            self._clock = None
            # Who was sent first may be off the table by now.
            if self._left() <= 0:
                await attempts.attempt(self.finish, lambda error: log.failure("sent", error))
            self._wind()

    def _left(self) -> float:
        """Seconds until the first of them is to be off the table."""
        first = next(iter(self._sent.values()), 0.0)
        return first + TOGETHER - time.monotonic()

    async def finish(self) -> None:
        """Take everything that was sent off the table, even if the bot is being stopped."""
        if self._sent:
            await uninterrupted(self._finish())

    async def _finish(self) -> None:
        async with self._database.transaction() as tx:
            await self.write(tx)
