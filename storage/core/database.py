"""The encrypted database under asyncio: one connection, one thread, one transaction at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, Self, TypeVar, cast

from storage.core import copying, driver, migrate, rekeying
from storage.core.connection_thread import ConnectionThread, uninterrupted, within_steps
from storage.core.copying import Change
from storage.core.driver import Connection, OperationalError, Row
from storage.core.known_answers import KnownAnswers
from storage.core.refusals import (
    DamagedFile,
    NewerDatabase,
    PlainFile,
    StorageRefusal,
    UnexpectedSchema,
    WrongKey,
)
from storage.core.rows import never_changes, records, stored
from storage.core.turn import TransactionTurn

__all__ = [
    "DamagedFile",
    "Database",
    "NewerDatabase",
    "PlainFile",
    "StorageRefusal",
    "Transaction",
    "UnexpectedSchema",
    "WrittenMeanwhile",
    "WrongKey",
    "uninterrupted",
]

T = TypeVar("T")
Parameters = Sequence[object]

PURGE_TRIES = 20
PURGE_PAUSE = 0.1
PREVIOUS_COPY_KEPT = timedelta(days=7)
"""Long enough to notice a bad migration; short, because retention cannot reach into the copy."""

FEW = 8
"""Rows that are changed on the event loop at most."""
MARKS = ("RELEASE ",)
"""Statements that neither read nor write."""

ROLLED_BACK = "the database has rolled this transaction back"
CHANGED = "somebody else has written since this transaction looked"


class WrittenMeanwhile(OperationalError):
    """Raised where another process has written since a transaction looked; nothing of it is written, so it may be tried again."""


class Transaction:
    """One transaction, from BEGIN IMMEDIATE to COMMIT. Unusable once its block is left.

    The first statement brings its BEGIN along, so a transaction that does nothing costs nothing
    and there is no moment in which only BEGIN could be cancelled.
    """

    def __init__(
        self, thread: ConnectionThread, turn: TransactionTurn, answers: KnownAnswers, *, looks: bool
    ) -> None:
        """``looks``: it begins only with a statement, not with what is known already."""
        self._looks = looks
        self._thread = thread
        self._turn = turn
        self._answers = answers
        self._used = False
        self._begun = False
        self._looked = False
        """Whether what is known is still so, as far as was seen without beginning."""
        self._changes = 0
        self._over = False
        self._committed = False
        self._effects: list[Callable[[], None]] = []
        self._parts: list[bool] = []
        """The parts of it that can be taken back, each within the one before: whether SQLite has its mark yet."""

    async def __aenter__(self) -> Self:
        await self._turn.acquire()
        return self

    async def __aexit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._over = True
        try:
            if self._used and not (kind is None and self._read_only()):
                await self._thread.finish(self._commit if kind is None else _roll_back)
            elif kind is None and not self._used:
                self._commit(self._thread.connection)
        finally:
            if not self._committed:
                # Some of it may have been read within what was undone.
                self._answers.forget()
            self._turn.release()
            # Also when the task was cancelled while COMMIT was waited for.
            if self._committed:
                _call_all(self._effects)

    def _read_only(self) -> bool:
        """Commit at once what wrote nothing: that takes no disk. False if it wrote."""

        def commit(connection: Connection) -> bool:
            wrote = connection.total_changes != self._changes
            if not wrote:
                self._commit(connection)
            return not wrote

        return bool(self._begun and self._thread.glance(commit))

    @property
    def wanted(self) -> bool:
        """Whether somebody else waits for a transaction of their own: what could go on may end here."""
        return self._turn.wanted

    def after_commit(self, effect: Callable[[], None]) -> None:
        """Call ``effect`` once everything is on disk, and never if it was rolled back.

        Effects are called in the order in which they were asked for, before anybody else has a
        transaction. One that raises keeps none of the others from being called; the block then ends
        with what they raised.
        """
        self._effects.append(effect)

    @property
    def effects(self) -> int:
        """The number of calls that wait for the commit."""
        return len(self._effects)

    def drop_effects(self, keep: int) -> None:
        """Call only the first so many after the commit: what asked for the others was undone."""
        del self._effects[keep:]

    def begin_part(self) -> None:
        """Begin what may be taken back by itself. It is marked with its first write: most write nothing."""
        self._parts.append(False)

    async def end_part(self) -> None:
        """Keep what was written since the last ``begin_part``, if the whole is."""
        if self._parts.pop():
            await self.execute("RELEASE part")

    async def undo_part(self) -> None:
        """Take back what was written since the last ``begin_part``."""
        if self._parts.pop():
            await self.execute("ROLLBACK TO part")
            await self.execute("RELEASE part")

    async def execute(self, sql: str, params: Parameters = ()) -> int:
        """Run one statement; returns the number of rows it changed."""
        if self._begun and sql.startswith(MARKS):
            changed = self._glance(lambda c: c.execute(sql).rowcount)
            if changed is not None:
                return changed
        return await self._write(sql, lambda c: c.execute(sql, _bind(params)).rowcount)

    async def brief(self, sql: str, *rows: Parameters) -> int:
        """Run one statement for each row of parameters, on the event loop where that is free.

        For statements that change a row or two, found by a key: what may take longer, or waits for
        the disk as only COMMIT does, keeps others waiting. Returns the number of rows changed.
        """
        if len(rows) > FEW:
            return await self._write(sql, lambda c: c.executemany(sql, map(_bind, rows)).rowcount)
        return await self._write_briefly(
            sql, lambda c: sum(c.execute(sql, _bind(row)).rowcount for row in rows)
        )

    async def returned(self, sql: str, params: Parameters = ()) -> object | None:
        """Run one statement as ``brief`` does; what it returns of the one row it changed, None if it changed none."""
        found = await self._write_briefly(sql, lambda c: _first_of(c, sql, params))
        return cast(object, found[0][0]) if found else None

    async def insert(self, sql: str, params: Parameters = ()) -> int:
        """Run one INSERT; returns the new row id."""
        return await self._write(sql, lambda c: c.execute(sql, _bind(params)).lastrowid or 0)

    async def insert_new(self, sql: str, params: Parameters) -> int:
        """Run one INSERT that does nothing where a key is taken; the new row id, 0 if it was taken."""
        return await self._write_briefly(sql, lambda c: _new_row(c, sql, params))

    async def add(self, table: str, **values: object) -> int:
        """Insert one row, by its columns; the row id it made. Values are stored as ``rows.stored`` says.

        Here and below, the names are SQL: they stand in the call, and a test allows nothing else.
        """
        sql, params = _insert("INSERT", table, values)
        return await self._write_briefly(
            sql, lambda c: c.execute(sql, _bind(params)).lastrowid or 0
        )

    async def put(self, table: str, **values: object) -> None:
        """Insert one row, replacing a row with the same key."""
        await self.execute(*_insert("INSERT OR REPLACE", table, values))

    async def add_new(self, table: str, **values: object) -> bool:
        """Insert one row unless its key exists; False if the key existed."""
        return bool(await self.brief(*_insert("INSERT OR IGNORE", table, values)))

    async def executemany(self, sql: str, rows: Iterable[Parameters]) -> None:
        """Run one statement for each row of parameters; without rows nothing."""
        bound = [_bind(row) for row in rows]
        if bound:
            await self._write(sql, lambda c: c.executemany(sql, bound))

    async def one(self, sql: str, params: Parameters = ()) -> Row | None:
        """Return the first row of a query, or None."""
        found = await self._first(sql, params)
        return found[0] if found else None

    async def all(self, sql: str, params: Parameters = ()) -> list[Row]:
        """Return every row of a query."""
        return await self._read(
            "all", sql, params, lambda c: c.execute(sql, _bind(params)).fetchall()
        )

    async def value(self, sql: str, params: Parameters = ()) -> object | None:
        """Return the first column of the first row, or None."""
        row = await self.one(sql, params)
        return None if row is None else cast(object, row[0])

    async def number(self, sql: str, params: Parameters = ()) -> int:
        """Return the first column of the first row, which must be a number."""
        return int(str(await self.value(sql, params)))

    async def records(self, kind: type[T], sql: str, params: Parameters = ()) -> list[T]:
        """Return every row of a query as a dataclass of ``kind``; see ``rows.records``."""
        return await self._records(kind, sql, params, self.all)

    async def record(self, kind: type[T], sql: str, params: Parameters = ()) -> T | None:
        """Return the first row of a query as a dataclass of ``kind``, or None if there is no row."""
        found = await self._records(kind, sql, params, self._first)
        return found[0] if found else None

    def remember(self, table: str, row: int, made: object) -> None:
        """Keep what a row that was just written makes, until its table is written again.

        ``table`` is one that every message writes to. Nobody may change ``made``.
        """
        self._answers.keep_made((type(made), table, row), made)

    async def remembered(self, kind: type[T], table: str, row: int) -> T | None:
        """Return what ``remember`` was told of a row, if that is still so, and None if it has to be read."""
        if not self._begun:
            await self._start()
        known = None if self._over else self._answers.records((kind, table, row))
        return None if known is None else cast("T", known[0])

    async def _records(
        self,
        kind: type[T],
        sql: str,
        params: Parameters,
        read: Callable[[str, Parameters], Awaitable[list[Row]]],
    ) -> list[T]:
        asked = (kind, sql, read.__name__, *params)
        if not self._begun:
            await self._start()
        written = self._answers.writes
        known = None if self._over else self._answers.records(asked)
        if known is None:
            known = records(kind, await read(sql, params))
            if never_changes(cast("Hashable", kind)):
                self._answers.keep_records(asked, known, written)
        return [*known]

    async def _first(self, sql: str, params: Parameters) -> list[Row]:
        return await self._read("one", sql, params, lambda c: _first_of(c, sql, params))

    async def _read(
        self, how: str, sql: str, params: Parameters, work: Callable[[Connection], list[Row]]
    ) -> list[Row]:
        if not _is_read(sql):
            # What returns rows of what it wrote.
            return await self._write(sql, work)
        if not self._begun:
            await self._start()
        asked = (how, sql, *params)
        known = None if self._over else self._answers.rows(asked)
        if known is not None:
            return list(known)
        written, found = self._answers.writes, self._glance(partial(within_steps, work))
        if found is None:
            found = await self._run(work)
        self._answers.keep_rows(asked, found, written)
        return found

    async def _start(self) -> None:
        """Begin: only then nobody else writes, and what was read before is still so."""
        if self._looked or (self._looks and self._look()):
            return
        if self._glance(lambda _connection: True) is None:
            await self._run(lambda _connection: None)

    def _look(self) -> bool:
        """See that what is known is still so, and begin nothing; False where that cannot be seen now."""

        def look(connection: Connection) -> bool:
            if not connection.in_transaction:
                self._answers.began(connection)
                self._looked = True
            return self._looked

        return bool(not self._over and self._thread.glance(look))

    async def _write(self, sql: str, work: Callable[[Connection], T]) -> T:
        self._forget(sql)
        return await self._run(self._within_parts(work))

    async def _write_briefly(self, sql: str, work: Callable[[Connection], T]) -> T:
        self._forget(sql)
        work = self._within_parts(work)
        done = self._glance(work)
        return await self._run(work) if done is None else done

    def _within_parts(self, work: Callable[[Connection], T]) -> Callable[[Connection], T]:
        """The work, after a mark for each part in which nothing was written yet."""
        if all(self._parts):
            return work

        def marked(connection: Connection) -> T:
            for at, has_mark in enumerate(self._parts):
                if not has_mark:
                    connection.execute("SAVEPOINT part")
                    self._parts[at] = True
            return work(connection)

        return marked

    def _forget(self, sql: str) -> None:
        self._answers.writing(sql)

    def _glance(self, work: Callable[[Connection], T]) -> T | None:
        def within(connection: Connection) -> T:
            if self._begun:
                self._begin(connection)
            else:
                self._begin_at_once(connection)
            return work(connection)

        return None if self._over else self._thread.glance(within)

    def _begin_at_once(self, connection: Connection) -> None:
        self._thread.wait_for_others(connection, 0)
        try:
            self._begin(connection)
        finally:
            self._used = self._used or self._begun

    async def _run(self, work: Callable[[Connection], T]) -> T:
        if self._over:
            raise RuntimeError("this transaction is over; its statements belong inside the block")

        def within(connection: Connection) -> T:
            self._begin(connection)
            return work(connection)

        self._used = True
        return await self._thread.run(within)

    def _begin(self, connection: Connection) -> None:
        if not self._begun:
            if connection.in_transaction:
                # A ROLLBACK failed before: nothing of it may be committed along with ours.
                connection.execute("ROLLBACK")
            connection.execute("BEGIN IMMEDIATE")
            # Whatever fails from here on is undone.
            self._changes, self._begun = connection.total_changes, True
            if self._answers.began(connection) and self._looked:
                raise WrittenMeanwhile(CHANGED)
        elif not connection.in_transaction:
            # SQLite undoes a whole transaction by itself on some errors (disk full, I/O). Somebody
            # swallowed that error; going on would commit the second half alone.
            raise OperationalError(ROLLED_BACK)

    def _commit(self, connection: Connection) -> None:
        if not self._begun:
            self._committed = True
            return
        if not connection.in_transaction:
            raise OperationalError(ROLLED_BACK)
        try:
            connection.execute("COMMIT")
            self._committed = True
        except BaseException:
            _roll_back(connection)
            raise


class Database:
    """One encrypted file: open it, run transactions, close it."""

    def __init__(self, thread: ConnectionThread, path: Path) -> None:
        self._thread = thread
        self._turn = TransactionTurn()
        self._answers = KnownAnswers()
        self.path = path

    @classmethod
    async def open(
        cls, path: Path, key: bytes | None, *, migrations: Path = migrate.MIGRATIONS
    ) -> Database:
        """Open or create the database file, check every byte, and migrate the schema to the newest.

        ``key``: 32 raw bytes; None only for control experiments with a plain file.
        Raises ``StorageRefusal``.
        """

        def connect() -> Connection:
            connection = driver.open_connection(path, key)
            try:
                migrate.migrate(connection, path, migrate.read(migrations))
                rekeying.rekey(connection)
            except BaseException:
                connection.close()
                raise
            return connection

        thread = ConnectionThread(connect)
        await uninterrupted(thread.start(), undo=thread.close)
        return cls(thread, path)

    async def close(self) -> None:
        """Wait for the transaction at work, move the log into the file, end the thread."""
        async with self._turn:
            await uninterrupted(self._thread.close())

    @property
    def busy(self) -> bool:
        """Whether a transaction is running."""
        return self._turn.taken

    def transaction(self) -> AbstractAsyncContextManager[Transaction]:
        """``async with``: BEGIN IMMEDIATE ... COMMIT, or ROLLBACK when the block raises.

        When the block has ended without an exception, everything in it is on disk. Cancelling
        the task rolls back, unless COMMIT was already under way: then that is waited for.
        """
        return Transaction(self._thread, self._turn, self._answers, looks=False)

    def look(self) -> AbstractAsyncContextManager[Transaction]:
        """Like `transaction`, for what asks mostly for what is known: that alone begins nothing.

        Another process that writes between such an answer and the first statement has that raise
        ``WrittenMeanwhile``; nothing is written then. None of ours does: each holds the data directory.
        """
        return Transaction(self._thread, self._turn, self._answers, looks=True)

    async def purge_remnants(self) -> None:
        """Make deleted rows unreadable: empty the log, and delete a copy of the file that is a week old.

        Deleted rows are overwritten with zeros (secure_delete), but older versions of their pages
        stay in the log until it is cut. Raises ``OperationalError`` if a reader keeps it busy.
        """
        for _ in range(PURGE_TRIES):
            async with self._turn:
                if await self._thread.finish(driver.checkpoint):
                    migrate.drop_previous_copy(self.path, older_than=PREVIOUS_COPY_KEPT)
                    return
            await asyncio.sleep(PURGE_PAUSE)
        raise OperationalError("the log could not be emptied: another connection is reading")

    async def copy_to(self, target: Path, key: bytes, changes: Sequence[Change] = ()) -> None:
        """Write a copy of the database under another key, as the file is between two transactions.

        Transactions wait while everything is copied, and not while the copy is finished.
        """
        async with self._turn:
            await self._thread.finish(lambda c: copying.export(c, target, key))
        try:
            await asyncio.to_thread(copying.finish, target, key, changes)
        except BaseException:
            target.unlink(missing_ok=True)
            raise

    async def release_memory(self) -> None:
        """Give back the memory in which pages are kept: up to 64 MiB of a large file, which are read anew.

        Raises ``Error``.
        """
        async with self._turn:
            self._answers.forget()
            await self._thread.finish(driver.release_memory)

    async def shred(self) -> None:
        """Remove every trace of deleted rows: from free space, from the log, from older copies.

        Takes as long as copying the file, and as much memory. Raises ``OperationalError``.
        """
        async with self._turn:
            self._answers.forget()
            await self._thread.finish(driver.rewrite)
        self.drop_previous_copy()
        await self.purge_remnants()

    def drop_previous_copy(self) -> None:
        """Delete the copy from before the last migration at once: somebody there is to be forgotten."""
        migrate.drop_previous_copy(self.path, older_than=timedelta(0))


def _call_all(effects: Iterable[Callable[[], None]]) -> None:
    """Call every effect, whatever the others raise, and raise that at the end."""
    failed: list[Exception] = []
    for effect in effects:
        try:
            effect()
        except Exception as error:  # noqa: BLE001 (raised below, when the others had their turn)
            failed.append(error)
    if len(failed) > 1:
        raise ExceptionGroup("effects of a transaction", failed)
    if failed:
        raise failed[0]


def _insert(verb: str, table: str, values: Mapping[str, object]) -> tuple[str, list[object]]:
    marks = ", ".join("?" * len(values))
    sql = f"{verb} INTO {table}({', '.join(values)}) VALUES ({marks})"
    return sql, [stored(value) for value in values.values()]


def _first_of(connection: Connection, sql: str, params: Parameters) -> list[Row]:
    cursor = connection.execute(sql, _bind(params))
    found = cursor.fetchmany(1)
    cursor.close()
    return found


def _new_row(connection: Connection, sql: str, params: Parameters) -> int:
    cursor = connection.execute(sql, _bind(params))
    return (cursor.lastrowid or 0) if cursor.rowcount else 0


def _is_read(sql: str) -> bool:
    return sql.lstrip().startswith("SELECT")


def _bind(params: Parameters) -> Any:
    # sqlite3's description wants its own closed union; unsupported types raise when bound.
    return params


def _roll_back(connection: Connection) -> None:
    try:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
    except driver.Error:
        # Disk full and I/O errors roll back by themselves; the next transaction looks again.
        return
