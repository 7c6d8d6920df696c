"""Copies of a database that stay open from test to test, and are made whole again in between.

To copy a database, open the copy and compile what every conversation asks of it takes 6 ms of a processor, more
than two commands do. What is written goes into the log beside the file, and the file stays what was copied. So
when a test ends its log is cut to nothing and the index of the log is wiped, which is what SQLite finds after a
crash: it looks anew at the next transaction, and finds the copy. A copy whose file was written to, as by a
checkpoint, or whose connection was closed, is thrown away.
"""

import os
import shutil
from collections.abc import Awaitable, Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from storage.core import driver
from storage.core.database import Database
from storage.core.driver import Connection, DatabaseError
from tests.support.at_once import AtOnce
from tests.support.ballot_layouts import IN_MEMORY

MOST: Final = 8
"""Copies that wait for another test, at most."""
INDEX_HEADER: Final = 136
"""Bytes in which the index says what is in the log (https://sqlite.org/walformat.html)."""
LONG_AGO: Final = (0, 0)

Opening = Callable[[Path], Awaitable[Database]]


class Copy:
    """A copy in a folder of its own, in memory where there is room: what a disk does is for other tests."""

    def __init__(self, original: Path) -> None:
        self.original = original
        self._folder = TemporaryDirectory(dir=IN_MEMORY if IN_MEMORY.is_dir() else None)
        self.path = Path(shutil.copy(original, self._folder.name))
        self._connection: Connection | None = None
        self._index: int | None = None
        self._whole: object = None

    async def opened(self, opening: Opening) -> Database:
        """Return the copy, opened anew or with the connection that it has from before."""
        connection = self._connection
        if connection is None:
            database = await opening(self.path)
            # Whoever writes to it from here on changes its time, however soon.
            os.utime(self.path, LONG_AGO)
            self._whole = self._looks()
            return database
        thread = AtOnce(lambda: connection)
        await thread.start()
        return Database(thread, self.path)

    async def taken_back(self, database: Database) -> bool:
        """Take it out of a test's hands and make it whole; False where that cannot be, and it is closed."""
        thread = database._thread
        if isinstance(thread, AtOnce):
            async with database._turn:
                self._connection = thread.let_go()
        else:
            await database.close()
            self._connection = None
        if self._connection is not None and self._is_whole_again(self._connection):
            return True
        self.close()
        return False

    def close(self) -> None:
        """Close the connection, and leave nothing."""
        if self._connection is not None:
            self._connection.close()
        if self._index is not None:
            os.close(self._index)
        self._folder.cleanup()

    def _is_whole_again(self, connection: Connection) -> bool:
        try:
            if connection.in_transaction or self._looks() != self._whole:
                return False
            if self._index is None:
                # Stays open: a process that closes a file gives up all its locks on it.
                self._index = os.open(self._beside("shm"), os.O_RDWR)
            os.truncate(self._beside("wal"), 0)
            os.pwrite(self._index, bytes(INDEX_HEADER), 0)
            driver._set_pragmas(connection)
            temporary = connection.execute("SELECT 1 FROM sqlite_temp_schema").fetchone()
            return temporary is None and self._looks() == self._whole
        except (OSError, DatabaseError, RuntimeError):
            return False

    def _beside(self, what: str) -> Path:
        return self.path.with_name(f"{self.path.name}-{what}")

    def _looks(self) -> object:
        """What changes when the file is written to or replaced, or another one comes to lie beside it."""
        found = self.path.stat()
        names = sorted(each.name for each in self.path.parent.iterdir())
        return found.st_ino, found.st_size, found.st_mtime_ns, names


class Shelf:
    """Copies that no test has now."""

    def __init__(self) -> None:
        self._copies: list[Copy] = []

    def take(self, original: Path) -> Copy:
        """Return a copy of a database: one that is there, or a new one."""
        for copy in reversed(self._copies):
            if copy.original == original:
                self._copies.remove(copy)
                return copy
        return Copy(original)

    async def give_back(self, copy: Copy, database: Database) -> None:
        """Keep what a test has had, if it can be made whole; the copy that has waited longest goes."""
        if await copy.taken_back(database):
            self._copies.append(copy)
        if len(self._copies) > MOST:
            self._copies.pop(0).close()

    def clear(self) -> None:
        """Close all of them."""
        while self._copies:
            self._copies.pop().close()


SHELF: Final = Shelf()
"""The one of this process; cleared at the end of the session."""
