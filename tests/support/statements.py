"""An instrument: how much one message asks of the database, in statements and steps of SQLite.

Both are counts, so that a busy machine changes nothing.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import pytest

from storage.core.database import Database, Transaction
from storage.core.driver import Connection

EVERY: Final = 100
"""Steps that are counted at a time."""


@dataclass(slots=True)
class Asked:
    """Counts of statements and of SQLite's steps."""

    statements: int = 0
    """As many as there would be hops to the database's thread."""
    steps: int = 0


@contextmanager
def asked_of(database: Database, patch: pytest.MonkeyPatch) -> Iterator[Asked]:
    """Count the statements and steps of a database inside the block."""
    found = Asked()
    run = Transaction._run

    async def counted(self: Transaction, work: Callable[[Connection], Any]) -> Any:
        found.statements += 1
        return await run(self, work)

    def step() -> int:
        found.steps += EVERY
        return 0

    connection = database._thread._conn
    connection.set_progress_handler(step, EVERY)
    try:
        with patch.context() as patched:
            patched.setattr(Transaction, "_run", counted)
            # Short reads too on the thread: what is done on the event loop is broken off by steps.
            patched.setattr(type(database._thread), "glance", lambda *_: None)
            yield found
    finally:
        connection.set_progress_handler(None, EVERY)
