"""Statements done where they are asked for, where a test lets only one thing happen at a time.

The bot's database works on a thread of its own, and going there and back takes longer than most statements
do. Nobody notices in a conversation where each waits for the answer before anybody types again. Statements,
transactions and the encrypted file are the same. What two do at the same time is for other tests.
"""

from collections.abc import Callable
from typing import TypeVar

import pytest

from storage.core import database
from storage.core.connection_thread import ConnectionThread
from storage.core.driver import Connection

T = TypeVar("T")


class AtOnce(ConnectionThread):
    """Everything is done at once, on the thread that asks; the one that there is for it never starts."""

    async def start(self) -> None:
        self._connection = self._connector()

    async def close(self) -> None:
        connection = self.let_go()
        if connection is not None:
            connection.close()

    def let_go(self) -> Connection | None:
        """Give the connection away, open as it is; None if it is closed."""
        connection, self._connection = self._connection, None
        return connection

    async def run(self, work: Callable[[Connection], T]) -> T:
        return work(self._conn)

    async def finish(self, work: Callable[[Connection], T]) -> T:
        return work(self._conn)


def do_at_once(patch: pytest.MonkeyPatch) -> None:
    """Have databases that are opened from now on do so."""
    patch.setattr(database, "ConnectionThread", AtOnce)
