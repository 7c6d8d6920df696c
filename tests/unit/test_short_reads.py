"""Reads that are short are done on the event loop; nothing else is, and nobody is kept waiting."""

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.core import database as module
from storage.core import driver
from storage.core.database import Database, Transaction
from storage.core.repository import all_or_nothing

LONG = """
SELECT count(*) FROM (
  WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 200000)
  SELECT n FROM numbers
)
"""


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = await Database.open(tmp_path / "app.db", bytes(32))
    async with database.transaction() as tx:
        await tx.execute("CREATE TABLE t(a INTEGER PRIMARY KEY, b TEXT)")
        await tx.executemany("INSERT INTO t VALUES (?, ?)", [(n, f"b{n}") for n in range(5)])
    yield database
    await database.close()


@pytest.fixture
def hops(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was handed to the database's thread."""
    found: list[str] = []
    run = module._Thread.run

    async def noted(self: module._Thread, work: object) -> object:
        found.append(threading.current_thread().name)
        return await run(self, work)  # type: ignore[arg-type]

    monkeypatch.setattr(module._Thread, "run", noted)
    return found


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """No clock: one read after the other, however slow this machine is."""
    monkeypatch.setattr(module, "GLANCES", 3600.0)


@pytest.mark.usefixtures("patient")
async def test_short_reads_take_no_hop_and_writes_do(database: Database, hops: list[str]) -> None:
    async with database.transaction() as tx:
        assert await tx.value("SELECT b FROM t WHERE a = ?", (3,)) == "b3"
        assert await tx.one("SELECT b FROM t WHERE a = 99") is None
        assert [tuple(row) for row in await tx.all("SELECT a FROM t WHERE a > 2")] == [(3,), (4,)]
        assert await tx.number(" SELECT count(*) FROM t") == 5
        assert hops == []
        await tx.execute("DELETE FROM t WHERE a = 4")
        assert len(hops) == 1
        assert await tx.number("SELECT count(*) FROM t") == 4
    assert len(hops) == 2, "what wrote is committed on the thread: that waits for the disk"


@pytest.mark.usefixtures("patient")
async def test_what_only_read_is_over_at_once(database: Database, hops: list[str]) -> None:
    done: list[str] = []
    for _ in range(2):
        async with database.transaction() as tx:
            tx.after_commit(lambda: done.append("done"))
            assert await tx.number("SELECT count(*) FROM t") == 5
        assert not database.busy
    assert (hops, done) == ([], ["done", "done"])


@pytest.mark.usefixtures("patient")
async def test_the_same_again_and_again_is_never_broken_off(
    database: Database, hops: list[str]
) -> None:
    """SQLite counts the steps of a statement on from one execution to the next."""
    for _ in range(3_000):
        async with database.transaction() as tx:
            assert await tx.number("SELECT count(*) FROM t") == 5
            async with all_or_nothing(tx):
                assert await tx.value("SELECT b FROM t WHERE a = 1") == "b1"
    assert hops == []
    async with database.transaction() as tx:
        assert await tx.number("PRAGMA busy_timeout") == 5000


@pytest.mark.usefixtures("patient")
async def test_a_part_that_is_taken_back_takes_one_hop_for_each_write(
    database: Database, hops: list[str]
) -> None:
    async with database.transaction() as tx:
        await tx.number("SELECT count(*) FROM t")
        async with all_or_nothing(tx):
            await tx.execute("DELETE FROM t WHERE a = 1")
        with contextlib.suppress(ZeroDivisionError):
            async with all_or_nothing(tx):
                await tx.execute("DELETE FROM t WHERE a = 2")
                raise ZeroDivisionError
        assert len(hops) == 3, "and one to take it back"
    async with database.transaction() as tx:
        assert [row[0] for row in await tx.all("SELECT a FROM t")] == [0, 2, 3, 4]


@pytest.mark.usefixtures("patient")
async def test_whoever_holds_the_file_holds_up_the_thread_alone(
    database: Database, hops: list[str]
) -> None:
    other = driver.open_connection(database.path, bytes(32))
    other.execute("BEGIN IMMEDIATE")

    async def read() -> int:
        async with database.transaction() as tx:
            return await tx.number("SELECT count(*) FROM t")

    reading = asyncio.create_task(read())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert (len(hops), reading.done()) == (1, False)
    other.execute("COMMIT")
    assert await reading == 5
    other.close()
    async with database.transaction() as tx:
        assert await tx.number("PRAGMA busy_timeout") == 5000


@pytest.mark.usefixtures("patient")
async def test_a_long_read_is_broken_off_and_done_on_the_thread(
    database: Database, hops: list[str]
) -> None:
    async with database.transaction() as tx:
        await tx.execute("INSERT INTO t VALUES (7, 'seven')")
        assert await tx.number(LONG) == 200_000
        assert len(hops) == 2
        assert await tx.value("SELECT b FROM t WHERE a = 7") == "seven", "the transaction lives on"
    async with database.transaction() as tx:
        assert await tx.value("SELECT b FROM t WHERE a = 7") == "seven"


@pytest.mark.usefixtures("patient")
async def test_what_returns_rows_of_what_it_wrote_is_no_read(
    database: Database, hops: list[str]
) -> None:
    async with database.transaction() as tx:
        await tx.all("SELECT 1")
        assert await tx.value("INSERT INTO t VALUES (8, 'x') RETURNING a") == 8
        assert len(hops) == 1


async def test_others_have_their_turn_however_many_reads_there_are(
    database: Database, hops: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """By a clock of the test's own: each read takes a millisecond."""
    now = 0.0

    def monotonic() -> float:
        nonlocal now
        now += 0.001
        return now

    turns = 0

    async def other() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    monkeypatch.setattr("storage.core.database.time.monotonic", monotonic)
    async with database.transaction() as tx:
        beside = asyncio.create_task(other())
        for _ in range(100):
            await tx.one("SELECT b FROM t WHERE a = 1")
        beside.cancel()
    assert 10 < len(hops) < 60
    assert turns > 10


@pytest.mark.usefixtures("patient")
async def test_no_read_passes_a_statement_whose_task_was_cancelled(database: Database) -> None:
    """It is still at work on the thread: what follows waits behind it."""
    async with database.transaction() as tx:
        await tx.execute("SELECT 1")
        statement = asyncio.create_task(tx.execute(f"INSERT INTO t SELECT 100, ({LONG})"))
        await asyncio.sleep(0)
        statement.cancel()
        assert await tx.value("SELECT b FROM t WHERE a = 100") == "200000"


async def test_a_transaction_that_says_nothing_costs_no_hop(
    database: Database, hops: list[str]
) -> None:
    done: list[str] = []
    async with database.transaction() as tx:
        tx.after_commit(lambda: done.append("done"))
    with pytest.raises(ZeroDivisionError):
        await _fails(database.transaction, done)
    assert (hops, done) == ([], ["done"])


async def _fails(begin: object, done: list[str]) -> None:
    async with begin() as tx:  # type: ignore[operator]
        assert isinstance(tx, Transaction)
        tx.after_commit(lambda: done.append("not this"))
        raise ZeroDivisionError


@pytest.mark.usefixtures("patient")
async def test_an_error_in_a_short_read_is_the_callers(database: Database) -> None:
    async with database.transaction() as tx:
        await tx.all("SELECT 1")
        with pytest.raises(driver.OperationalError, match="no such table"):
            await tx.all("SELECT * FROM nowhere")
        assert await tx.number("SELECT count(*) FROM t") == 5
