"""Whose turn at the database it is: one at a time, in the order in which they asked."""

import asyncio
from types import TracebackType


class TransactionTurn:
    """The one turn there is; ``async with`` waits for it, and gives it to whoever asked next."""

    def __init__(self) -> None:
        self._lock = asyncio.Lock()
        self._waiting = 0

    async def __aenter__(self) -> None:
        await self.acquire()

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.release()

    async def acquire(self) -> None:
        """Wait for the turn."""
        self._waiting += 1
        try:
            await self._lock.acquire()
        finally:
            self._waiting -= 1

    def release(self) -> None:
        """Give the turn up."""
        self._lock.release()

    @property
    def taken(self) -> bool:
        """Whether somebody has the turn."""
        return self._lock.locked()

    @property
    def wanted(self) -> bool:
        """Whether somebody waits for the turn."""
        return self._waiting > 0
