"""Transactions whose time is counted as a person's."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.health.event_loop import LoopWatch
from bot.incoming.fair_share import FairShare
from storage.core.database import Database, Transaction
from storage.core.lazy_dataclass import dataclass


@dataclass(frozen=True, slots=True)
class TimedTransactions:
    """Measures for whom the database was busy; nobody else has the database meanwhile."""

    database: Database
    share: FairShare
    watch: LoopWatch

    @asynccontextmanager
    async def begin(self, person: str, *, at_once: bool) -> AsyncIterator[Transaction]:
        """A transaction for somebody. ``at_once``: while others' messages waited to be read."""
        begun = None
        try:
            async with self.database.transaction() as tx:
                begun = time.perf_counter()
                yield tx
        finally:
            if begun is not None:
                self.watch.begins("")
                self.share.note(person, time.perf_counter() - begun, at_once=at_once)
