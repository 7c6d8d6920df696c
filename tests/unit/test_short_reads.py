"""What is short is done on the event loop; nothing else is, and nobody is kept waiting."""

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from storage.core import connection_thread as module
from storage.core import driver
from storage.core.connection_thread import ConnectionThread
from storage.core.database import Database, Transaction
from storage.core.lazy_dataclass import dataclass
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
    hand_over = ConnectionThread._hand_over

    def noted(
        self: ConnectionThread,
        work: Callable[[driver.Connection], object],
        future: asyncio.Future[object],
    ) -> object:
        found.append(threading.current_thread().name)
        return hand_over(self, work, future)

    monkeypatch.setattr(ConnectionThread, "_hand_over", noted)
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
async def test_a_number_that_a_row_gives_back_takes_no_hop(
    database: Database, hops: list[str]
) -> None:
    async with database.transaction() as tx:
        changed = "UPDATE t SET b = b || '!' WHERE a = 3 RETURNING b"
        assert await tx.returned(changed) == "b3!"
        assert await tx.value("SELECT b FROM t WHERE a = 3") == "b3!"
        assert await tx.returned("DELETE FROM t WHERE a = 99 RETURNING b") is None
        assert hops == []
        with contextlib.suppress(ZeroDivisionError):
            async with all_or_nothing(tx):
                assert await tx.returned(changed) == "b3!!"
                raise ZeroDivisionError
        assert await tx.value("SELECT b FROM t WHERE a = 3") == "b3!"


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


@pytest.mark.usefixtures("patient")
async def test_rows_named_by_a_key_are_changed_without_a_hop(
    database: Database, hops: list[str]
) -> None:
    async with database.transaction() as tx:
        await tx.brief("DELETE FROM t WHERE a = ?", (0,))
        assert await tx.brief("DELETE FROM t WHERE a = ?", (1,), (2,), (99,)) == 2
        assert await tx.add("t", a=10, b="x") == 10
        assert [await tx.add_new("t", a=10, b="y"), await tx.add_new("t", a=11)] == [False, True]
        assert hops == []
    assert len(hops) == 1, "the commit"
    async with database.transaction() as tx:
        assert [row[0] for row in await tx.all("SELECT a FROM t")] == [3, 4, 10, 11]
        assert await tx.brief("DELETE FROM t WHERE a = ?", *((n,) for n in range(100))) == 4
    assert len(hops) == 3, "many rows are for the thread"


@pytest.mark.usefixtures("patient")
async def test_what_was_changed_on_the_loop_is_undone_with_the_rest(database: Database) -> None:
    with pytest.raises(ZeroDivisionError):
        async with database.transaction() as tx:
            await tx.add("t", a=10)
            raise ZeroDivisionError
    async with database.transaction() as tx:
        assert await tx.number("SELECT count(*) FROM t") == 5


@dataclass(frozen=True, slots=True)
class _Fixed:
    a: int
    b: str


@dataclass(slots=True)
class _Loose:
    a: int
    b: str


@pytest.mark.usefixtures("patient")
async def test_the_same_is_read_once_until_something_is_written(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    database._thread.connection.set_trace_callback(read.append)
    one, number = "SELECT * FROM t WHERE a = ?", "SELECT count(*) FROM t"

    async def asked(tx: Transaction) -> tuple[int, _Fixed | None, list[_Fixed]]:
        found = await tx.number(number), await tx.record(_Fixed, one, (3,))
        return *found, await tx.records(_Fixed, "SELECT * FROM t WHERE a < 2")

    async with database.transaction() as tx:
        first = await asked(tx)
        (await tx.records(_Fixed, "SELECT * FROM t WHERE a < 2")).clear()
        assert await asked(tx) == first
        assert len([each for each in read if "SELECT" in each]) == 3, "each once"
        assert await tx.record(_Fixed, one, (4,)) == _Fixed(4, "b4"), "what is asked for counts"
        await tx.brief("UPDATE t SET b = 'new' WHERE a = ?", (3,))
        assert (await asked(tx))[1] == _Fixed(3, "new")
        with contextlib.suppress(ZeroDivisionError):
            async with all_or_nothing(tx):
                await tx.execute("DELETE FROM t WHERE a = 3")
                assert (await asked(tx))[:2] == (4, None)
                raise ZeroDivisionError
        assert (await asked(tx))[:2] == (5, _Fixed(3, "new")), "taken back is written too"
        loose = await tx.record(_Loose, one, (3,))
        assert loose is not None
        loose.b = "changed by whoever has it"
        assert await tx.record(_Loose, one, (3,)) == _Loose(3, "new")
    with pytest.raises(RuntimeError):
        await tx.number(number)
    async with database.transaction() as tx:
        await tx.execute("DELETE FROM t WHERE a = 0")
    async with database.transaction() as tx:
        assert await tx.number(number) == 4


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

    monkeypatch.setattr("storage.core.connection_thread.time.monotonic", monotonic)
    async with database.transaction() as tx:
        beside = asyncio.create_task(other())
        for number in range(100):
            await tx.one("SELECT b FROM t WHERE a = ?", (number,))
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
