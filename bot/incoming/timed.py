"""Transactions whose time is counted as a person's."""

import time
from contextlib import AbstractAsyncContextManager
from types import TracebackType

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

    def begin(self, person: str, *, at_once: bool) -> AbstractAsyncContextManager[Transaction]:
        """A transaction for somebody. ``at_once``: while others' messages waited to be read."""
        return _Timed(self, person, at_once=at_once)


class _Timed:
    """One of them; written out, as each command has one."""

    __slots__ = ("_at_once", "_begun", "_of", "_person", "_transaction")

    def __init__(self, of: TimedTransactions, person: str, *, at_once: bool) -> None:
        self._of = of
        self._person = person
        self._at_once = at_once
        self._transaction = of.database.transaction()
        self._begun = 0.0

    async def __aenter__(self) -> Transaction:
        transaction = await self._transaction.__aenter__()
        self._begun = time.perf_counter()
        return transaction

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            await self._transaction.__aexit__(kind, error, trace)
        finally:
            self._of.watch.begins("")
            took = time.perf_counter() - self._begun
            self._of.share.note(self._person, took, at_once=self._at_once)
