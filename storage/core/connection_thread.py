"""The thread that has a database's connection, and how much of the work is done without it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any, TypeVar

import aiosqlite

from storage.core.driver import PRAGMAS, Connection, OperationalError

T = TypeVar("T")

PATIENCE = int(PRAGMAS["busy_timeout"][0])
"""Milliseconds that work on the thread waits for another process."""
GLANCE_STEPS = 4000
"""Steps of SQLite's machine, a third of a ms, in which a read on the event loop has to end, or in twice as many."""
GLANCES = 0.003
"""Seconds in which one after the other may be done there, until others have a turn."""
NOT_SHORT = frozenset({"interrupted", "database is locked"})
"""What SQLite says of work that was broken off, or that somebody else holds up."""


class _Unbroken(asyncio.Future[T]):
    """A result that is waited for even by a task that is cancelled, which asyncio then tells it afterwards.

    A task that waits asks what it waits for to be cancelled, and notes for later that it is where that refuses.
    """

    def cancel(self, msg: Any | None = None) -> bool:  # noqa: ARG002 (asyncio's)
        """Refuse."""
        return False


class ConnectionThread(aiosqlite.Connection):
    """aiosqlite's connection thread, used for whole pieces of work: one hop instead of three."""

    def __init__(self, connector: Callable[[], Connection]) -> None:
        super().__init__(connector, iter_chunk_size=64)
        # One that nobody closed would otherwise keep the process from ending. Being cut off at
        # the end is no worse than being killed: what was acknowledged is on disk.
        self._thread.daemon = True
        self._given = 0
        self._done = 0
        self._patience = PATIENCE
        self._since: float | None = None
        """When the first work of this turn of the event loop was done on it."""

    async def start(self) -> None:
        """Run the connector; when it raises, the thread is gone before the caller knows."""
        try:
            await self
        except BaseException:
            # aiosqlite only tells it to stop; it would still report to a loop that may be closed.
            await asyncio.to_thread(self._thread.join)
            raise

    async def close(self) -> None:
        """Close the file; when this returns, the thread has ended too."""
        await super().close()
        if self._thread.ident is not None:
            await asyncio.to_thread(self._thread.join)

    @property
    def connection(self) -> Connection:
        """The connection; its own thread uses it whenever anything may take long."""
        return self._conn

    async def run(self, work: Callable[[Connection], T]) -> T:
        """Run ``work`` with the connection on the database's own thread and return its result."""
        return await self._hand_over(work, asyncio.get_running_loop().create_future())

    async def finish(self, work: Callable[[Connection], T]) -> T:
        """Like `run`, but a cancelled task waits for the work to be over before it goes."""
        return await self._hand_over(work, _Unbroken(loop=asyncio.get_running_loop()))

    def _hand_over(
        self, work: Callable[[Connection], T], future: asyncio.Future[T]
    ) -> asyncio.Future[T]:
        # As `aiosqlite.Connection._execute` does it, without a coroutine around the future.
        connection = self._conn
        self._given += 1
        self._tx.put_nowait((future, partial(self._counted, work, connection)))
        return future

    def _counted(self, work: Callable[[Connection], T], connection: Connection) -> T:
        try:
            # Within a transaction nobody is waited for: it has begun to write (BEGIN IMMEDIATE).
            if not connection.in_transaction:
                self.wait_for_others(connection, PATIENCE)
            return work(connection)
        finally:
            self._done += 1

    def wait_for_others(self, connection: Connection, milliseconds: int) -> None:
        """Set how long SQLite waits for another process that holds the file: on the event loop not at all."""
        if milliseconds != self._patience:
            connection.execute(f"PRAGMA busy_timeout = {milliseconds}")
            self._patience = milliseconds

    def glance(self, work: Callable[[Connection], T]) -> T | None:
        """Do short work here and now; None where it is not short, or somebody else has to have a turn.

        A hop to the thread and back costs more than most statements take: 43 of them were half of the
        processor time of a command. Work that may be broken off writes nothing: to break off what does
        undoes a transaction.
        """
        if self._given != self._done or not self._has_time():
            return None
        try:
            return work(self.connection)
        except OperationalError as error:
            if str(error) not in NOT_SHORT:
                raise
            return None

    def _has_time(self) -> bool:
        now = time.monotonic()
        if self._since is None:
            self._since = now
            asyncio.get_running_loop().call_soon(self._next_turn)
        return now - self._since <= GLANCES

    def _next_turn(self) -> None:
        self._since = None


def within_steps(work: Callable[[Connection], T], connection: Connection) -> T:
    """Do the one statement of ``work``, broken off when it takes too many steps.

    Around a read alone: SQLite counts on from one execution of a statement to the next, so that the
    first call may come at any step, and a COMMIT at which it came would be undone.
    """
    calls = 0

    def too_many() -> bool:
        nonlocal calls
        calls += 1
        return calls > 1

    connection.set_progress_handler(too_many, GLANCE_STEPS)
    try:
        return work(connection)
    finally:
        connection.set_progress_handler(None, 0)


async def uninterrupted(
    work: Coroutine[Any, Any, T] | asyncio.Future[T],
    *,
    undo: Callable[[], Coroutine[Any, Any, object]] | None = None,
) -> T:
    """Await ``work`` to its end even if this task is cancelled, and only then be cancelled.

    ``undo`` is awaited first if the work had succeeded, for a caller that never gets its result.
    """
    task = asyncio.ensure_future(work)
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.wait({task})
        except asyncio.CancelledError as error:
            cancelled = error
    if cancelled is None:
        return task.result()
    if task.exception() is None and undo is not None:
        await uninterrupted(undo())
    raise cancelled
