"""The encrypted database: what it refuses, what it keeps, and what cancelling does to it."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import stat
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from storage.core import database, driver, migrate
from storage.core.connection_thread import ConnectionThread
from storage.core.database import DamagedFile, Database, PlainFile, Transaction, WrongKey
from storage.core.driver import OperationalError
from storage.core.repository import all_or_nothing

KEY = bytes(range(32))
OTHER_KEY = bytes(32)
CANARY = "zanzibar-canary"


@pytest.fixture
def migrations(tmp_path: Path) -> Path:
    folder = tmp_path / "migrations"
    folder.mkdir()
    (folder / "0001_notes.sql").write_text(
        "CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE) STRICT;\n"
        "CREATE TABLE tag (note INTEGER NOT NULL REFERENCES note(id), name TEXT) STRICT;\n"
    )
    return folder


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "app.db"


@pytest.fixture
async def db(path: Path, migrations: Path) -> AsyncIterator[Database]:
    opened = await Database.open(path, KEY, migrations=migrations)
    yield opened
    await opened.close()


async def notes(db: Database) -> list[str]:
    async with db.transaction() as tx:
        return [str(row["text"]) for row in await tx.all("SELECT text FROM note ORDER BY id")]


async def add(tx: Transaction, text: str) -> int:
    return await tx.insert("INSERT INTO note (text) VALUES (?)", (text,))


async def filled(path: Path, migrations: Path, key: bytes | None = KEY, rows: int = 40) -> None:
    db = await Database.open(path, key, migrations=migrations)
    async with db.transaction() as tx:
        await tx.executemany(
            "INSERT INTO note (text) VALUES (?)", [(f"{CANARY} {n} " * 20,) for n in range(rows)]
        )
    await db.close()


def flip(file: Path, position: int) -> None:
    content = bytearray(file.read_bytes())
    content[position] ^= 0x40
    file.write_bytes(content)


# What a transaction is


async def test_rows_are_read_by_name_and_counted(db: Database) -> None:
    async with db.transaction() as tx:
        assert await add(tx, "a") == 1
        assert await add(tx, "b") == 2
        await tx.executemany("INSERT INTO tag VALUES (?, ?)", [(1, "x"), (2, "y"), (2, "z")])
        assert await tx.execute("UPDATE tag SET name = 'w' WHERE note = ?", (2,)) == 2
        row = await tx.one("SELECT id, text FROM note WHERE text = ?", ("b",))
        assert row is not None
        assert (row["id"], row["text"]) == (2, "b")
        assert await tx.one("SELECT 1 FROM note WHERE id = 9") is None
        assert await tx.value("SELECT count(*) FROM tag") == 3
        assert await tx.value("SELECT id FROM note WHERE id = 9") is None
        assert [r["name"] for r in await tx.all("SELECT name FROM tag ORDER BY rowid")] == [
            "x",
            "w",
            "w",
        ]


@dataclass(frozen=True, slots=True)
class Written:
    """One row of the table of notes."""

    id: int
    text: str


async def test_rows_are_added_by_their_columns_and_read_as_records(db: Database) -> None:
    async with db.transaction() as tx:
        assert await tx.add("note", text="a") == 1
        assert await tx.add_new("note", text="b")
        assert not await tx.add_new("note", text="b")
        await tx.put("note", id=1, text="c")
        assert await tx.number("SELECT count(*) FROM note") == 2
        every = "SELECT id, text, 7 AS more FROM note ORDER BY id"
        assert await tx.records(Written, every) == [Written(1, "c"), Written(2, "b")]
        assert await tx.record(Written, f"{every} LIMIT 1") == Written(1, "c")
        assert await tx.record(Written, "SELECT * FROM note WHERE id = ?", (9,)) is None


async def test_an_exception_undoes_the_whole_block(db: Database) -> None:
    with pytest.raises(ZeroDivisionError):
        async with db.transaction() as tx:
            await add(tx, "lost")
            _ = 1 / 0
    assert await notes(db) == []


async def test_what_was_committed_is_there_after_opening_again(
    path: Path, migrations: Path
) -> None:
    first = await Database.open(path, KEY, migrations=migrations)
    async with first.transaction() as tx:
        await add(tx, "kept")
    await first.close()
    second = await Database.open(path, KEY, migrations=migrations)
    assert await notes(second) == ["kept"]
    await second.close()


async def test_transactions_wait_for_each_other(db: Database) -> None:
    order: list[str] = []

    async def work(name: str) -> None:
        async with db.transaction() as tx:
            order.append(f"{name} in")
            await add(tx, name)
            await asyncio.sleep(0.005)
            order.append(f"{name} out")

    await asyncio.gather(work("a"), work("b"), work("c"))
    assert order == ["a in", "a out", "b in", "b out", "c in", "c out"]


async def test_a_transaction_is_dead_after_its_block(db: Database) -> None:
    async with db.transaction() as tx:
        await add(tx, "inside")
    with pytest.raises(RuntimeError, match="over"):
        await add(tx, "outside")
    assert await notes(db) == ["inside"]


async def test_what_follows_a_commit_does_not_follow_a_rollback(db: Database) -> None:
    done: list[str] = []
    async with db.transaction() as tx:
        tx.after_commit(lambda: done.append("first"))
        with contextlib.suppress(LookupError):
            async with all_or_nothing(tx):
                tx.after_commit(lambda: done.append("undone"))
                raise LookupError
        tx.after_commit(lambda: done.append("second"))
        assert done == []
    assert done == ["first", "second"]
    with contextlib.suppress(LookupError):
        async with db.transaction() as tx:
            await add(tx, "taken back")
            tx.after_commit(lambda: done.append("rolled back"))
            raise LookupError
    assert done == ["first", "second"]


async def test_what_follows_a_commit_does_not_follow_one_that_failed(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []

    def full(*_: object) -> None:
        raise OperationalError("database or disk is full")

    monkeypatch.setattr(Transaction, "_commit", full)
    with pytest.raises(OperationalError):
        async with db.transaction() as tx:
            tx.after_commit(lambda: done.append("lost"))
    assert done == []


async def test_an_effect_that_raises_keeps_no_other_from_being_called(db: Database) -> None:
    done: list[str] = []

    def fails() -> None:
        raise LookupError

    with pytest.raises(LookupError):
        async with db.transaction() as tx:
            await add(tx, "stays")
            tx.after_commit(fails)
            tx.after_commit(lambda: done.append("called"))
    with pytest.raises(ExceptionGroup) as both:
        async with db.transaction() as tx:
            tx.after_commit(fails)
            tx.after_commit(fails)
            tx.after_commit(lambda: done.append("called again"))
    assert both.group_contains(LookupError)
    assert (done, await notes(db)) == (["called", "called again"], ["stays"])


async def test_foreign_keys_hold(db: Database) -> None:
    with pytest.raises(driver.IntegrityError):
        async with db.transaction() as tx:
            await tx.execute("INSERT INTO tag VALUES (77, 'nobody')")


async def test_every_pragma_is_in_force(db: Database) -> None:
    async with db.transaction() as tx:
        found = {name: await tx.value(f"PRAGMA {name}") for name in driver.PRAGMAS}
    assert found == {
        "busy_timeout": 5000,
        "foreign_keys": 1,
        "journal_mode": "wal",
        "synchronous": 2,
        "secure_delete": 1,
        "temp_store": 2,
        "trusted_schema": 0,
        "cache_spill": 0,
        "cache_size": -65536,
        "journal_size_limit": 0,
    }


# Cancelling


async def test_cancelled_at_any_moment_a_transaction_is_whole_or_gone(db: Database) -> None:
    """A task is cancelled after 1, 2, 3, ... turns of the event loop, until it is too late."""
    outcomes = set()
    for turns in range(1, 400):
        before = len(await notes(db))
        acknowledged = False

        async def work(number: int = turns) -> None:
            nonlocal acknowledged
            async with db.transaction() as tx:
                await add(tx, f"{number} first")
                await add(tx, f"{number} second")
            acknowledged = True

        task = asyncio.create_task(work())
        for _ in range(turns):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait({task})
        assert not db._thread.in_transaction, "over means over, not soon"

        added = len(await notes(db)) - before  # hangs or fails if a transaction were left open
        assert added in {0, 2}
        if acknowledged:
            assert added == 2
        outcomes.add((task.cancelled(), added))
        if acknowledged and turns > 50:
            break
    assert (True, 0) in outcomes, "never cancelled in time: the test shows nothing"


async def test_cancelled_while_committing_it_waits_for_the_outcome(db: Database) -> None:
    entered, gate = threading.Event(), threading.Event()

    def hold(_: object) -> bool:
        entered.set()
        return gate.wait(60)

    async def work() -> None:
        async with db.transaction() as tx:
            await add(tx, "kept")
            tx.after_commit(lambda: followed.append("kept"))
            busy.append(asyncio.create_task(db._thread.run(hold)))
            await asyncio.sleep(0)

    busy: list[asyncio.Task[bool]] = []
    followed: list[str] = []
    task = asyncio.create_task(work())
    await asyncio.to_thread(entered.wait)
    while not db._thread._tx.qsize():  # noqa: ASYNC110 (the commit lies in the thread's queue)
        await asyncio.sleep(0)
    for _ in range(2):
        task.cancel()
        await asyncio.sleep(0.02)
        assert not task.done()
    gate.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await busy[0]
    assert not db._thread.in_transaction
    assert await notes(db) == followed == ["kept"]


async def test_an_open_database_does_not_keep_the_process_from_ending(tmp_path: Path) -> None:
    script = (
        "import asyncio, sys; from pathlib import Path; from storage.core.database import Database\n"
        "async def main(): return await Database.open(Path(sys.argv[1]), bytes(32))\n"
        "kept = asyncio.run(main())\n"
    )
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", script, str(tmp_path / "app.db")
    )
    assert await asyncio.wait_for(process.wait(), 30) == 0


@pytest.mark.parametrize("statements", [0, 1, 2])
async def test_cancelled_while_each_statement_is_at_work(db: Database, statements: int) -> None:
    """The statement is on the other thread when the cancellation comes: it says so, and waits."""
    entered, gate = threading.Event(), threading.Event()

    def hold() -> str:
        entered.set()
        gate.wait(60)
        return "slow"

    await db._thread.run(lambda c: c.create_function("hold", 0, hold))

    async def work() -> None:
        async with db.transaction() as tx:
            for number in range(statements):
                await add(tx, str(number))
            await tx.execute("INSERT INTO note (text) VALUES (hold())")

    task = asyncio.create_task(work())
    await asyncio.to_thread(entered.wait)
    task.cancel()
    await asyncio.sleep(0)
    gate.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await notes(db) == []


async def test_a_waiting_task_can_be_cancelled_without_harm(db: Database) -> None:
    async def wait() -> None:
        async with db.transaction() as tx:
            await add(tx, "never")

    async with db.transaction() as tx:
        await add(tx, "first")
        waiting = asyncio.create_task(wait())
        await asyncio.sleep(0.005)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
    assert await notes(db) == ["first"]


async def test_cancelled_while_opening_leaves_no_thread(
    path: Path, migrations: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A connection that nobody closes would keep the file open; each is asked after by itself."""
    threads: list[threading.Thread] = []

    class Noted(ConnectionThread):
        def __init__(self, connector: Callable[[], driver.Connection]) -> None:
            super().__init__(connector)
            threads.append(self._thread)

    monkeypatch.setattr(database, "ConnectionThread", Noted)
    outcomes = set()
    for turns in range(12):
        task = asyncio.create_task(Database.open(path, KEY, migrations=migrations))
        for _ in range(turns):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait({task})
        outcomes.add(task.cancelled())
        if not task.cancelled():
            # It was through before the wish came; then it is whole, and ours to close.
            await task.result().close()
        assert not [thread for thread in threads if thread.is_alive()]
    assert threads, "never as far as a thread: the test shows nothing"
    assert True in outcomes


async def test_closing_ends_the_thread(path: Path, migrations: Path) -> None:
    db = await Database.open(path, KEY, migrations=migrations)
    thread = db._thread._thread
    assert thread.is_alive()
    await db.close()
    assert not thread.is_alive()
    await db.close()


# A full disk


async def test_a_full_disk_never_loses_what_was_acknowledged(path: Path, migrations: Path) -> None:
    db = await Database.open(path, KEY, migrations=migrations)
    async with db.transaction() as tx:
        pages = await tx.value("PRAGMA page_count")
        assert isinstance(pages, int)
        await tx.value(f"PRAGMA max_page_count = {pages + 12}")
    acknowledged, refused = [], 0
    for number in range(40):
        text = f"{number} " + "x" * 3000
        try:
            async with db.transaction() as tx:
                await add(tx, text)
                await add(tx, text + "second")
        except driver.OperationalError:
            refused += 1
        else:
            acknowledged += [text, text + "second"]
    assert acknowledged
    assert refused
    await db.close()
    again = await Database.open(path, KEY, migrations=migrations)
    assert await notes(again) == acknowledged
    await again.close()


async def test_an_error_that_undid_everything_cannot_be_swallowed(db: Database) -> None:
    """After SQLite's own rollback the second half must not be committed alone."""
    with pytest.raises(driver.OperationalError, match="rolled"):
        async with db.transaction() as tx:
            await add(tx, "first")
            with pytest.raises(driver.IntegrityError):
                await tx.execute("INSERT OR ROLLBACK INTO note (text) VALUES ('first')")
            await add(tx, "second")
    with pytest.raises(driver.OperationalError, match="rolled"):
        async with db.transaction() as tx:
            await add(tx, "first")
            with pytest.raises(driver.IntegrityError):
                await tx.execute("INSERT OR ROLLBACK INTO note (text) VALUES ('first')")
    assert await notes(db) == []


# What the files tell


async def test_the_files_are_private(db: Database) -> None:
    async with db.transaction() as tx:
        await add(tx, "a")
    files = [p for p in db.path.parent.iterdir() if p.name.startswith("app.db")]
    assert {p.name for p in files} == {"app.db", "app.db-wal", "app.db-shm"}
    assert {stat.S_IMODE(p.stat().st_mode) for p in files} == {0o600}


@pytest.mark.parametrize(("key", "readable"), [(KEY, False), (None, True)])
async def test_the_files_tell_nothing(
    path: Path, migrations: Path, key: bytes | None, *, readable: bool
) -> None:
    """With the key turned off the same search finds the words, so it would find them."""
    db = await Database.open(path, key, migrations=migrations)
    async with db.transaction() as tx:
        await add(tx, CANARY)
    found = {
        p.name
        for p in path.parent.glob("app.db*")
        if CANARY.encode() in p.read_bytes() or b"CREATE TABLE" in p.read_bytes()
    }
    await db.close()
    assert bool(found) is readable


async def test_logs_and_errors_tell_nothing(db: Database, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with db.transaction() as tx:
        await add(tx, CANARY)
        with pytest.raises(driver.IntegrityError) as error:
            await add(tx, CANARY)
        await tx.all("SELECT * FROM note WHERE text = ?", (CANARY,))
    assert caplog.records, "the control: something is logged at DEBUG"
    assert CANARY not in caplog.text
    assert CANARY not in str(error.value)


async def test_purging_empties_the_log(db: Database) -> None:
    async with db.transaction() as tx:
        await add(tx, "a")
    log = db.path.with_name("app.db-wal")
    assert log.stat().st_size > 0
    await db.purge_remnants()
    assert log.stat().st_size == 0
    assert await notes(db) == ["a"]


HOLDING = """
import asyncio, sys
from pathlib import Path
import psutil
from bot.process.memory import give_back
from storage.core.database import Database

async def main():
    db = await Database.open(Path(sys.argv[1]), bytes(32))
    async with db.transaction() as tx:
        await tx.execute("CREATE TABLE large(words)")
    for _time in range(40):
        async with db.transaction() as tx:
            await tx.executemany("INSERT INTO large VALUES (?)", [("x" * 50_000,)] * 20)
    held = psutil.Process().memory_info().rss
    await db.release_memory()
    give_back()
    print(held - psutil.Process().memory_info().rss)
    async with db.transaction() as tx:
        print(await tx.value("SELECT SUM(LENGTH(words)) FROM large"))
    await db.close()

asyncio.run(main())
"""


def test_the_memory_of_pages_is_given_back(tmp_path: Path) -> None:
    """A process that reads a file needs it: of 300 MB, the bot's own share was two thirds.

    In a process of its own, whose memory nobody else has cut into pieces.
    """
    said = subprocess.run(  # noqa: S603 (this interpreter)
        [sys.executable, "-c", HOLDING, str(tmp_path / "app.db")],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    assert int(said[0]) > 20 << 20
    assert int(said[1]) == 40_000_000


async def test_the_copy_from_before_a_migration_is_dropped_after_a_week(db: Database) -> None:
    copy = migrate.previous_copy(db.path)
    copy.write_bytes(b"from before a migration")
    await db.purge_remnants()
    assert copy.exists()
    eight_days_ago = time.time() - 8 * 86400
    os.utime(copy, (eight_days_ago, eight_days_ago))
    await db.purge_remnants()
    assert not copy.exists()


async def test_the_copy_from_before_a_migration_can_be_dropped_at_once(db: Database) -> None:
    copy = migrate.previous_copy(db.path)
    copy.write_bytes(b"from before a migration")
    db.drop_previous_copy()
    assert not copy.exists()
    db.drop_previous_copy()


async def test_purging_says_when_a_reader_is_in_the_way(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "PURGE_TRIES", 2)
    async with db.transaction() as tx:
        await tx.value("PRAGMA busy_timeout = 10")
        await add(tx, "a")
    reader = driver.open_connection(db.path, KEY)
    try:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM note").fetchall()
        async with db.transaction() as tx:
            await add(tx, "b")
        with pytest.raises(driver.OperationalError, match="reading"):
            await db.purge_remnants()
    finally:
        reader.close()
    await db.purge_remnants()


# Refusals


async def test_another_key_is_refused(path: Path, migrations: Path) -> None:
    await filled(path, migrations)
    with pytest.raises(WrongKey, match="do not belong together"):
        await Database.open(path, OTHER_KEY, migrations=migrations)


async def test_a_plain_file_is_refused(path: Path, migrations: Path) -> None:
    await filled(path, migrations, key=None)
    with pytest.raises(PlainFile, match="not encrypted"):
        await Database.open(path, KEY, migrations=migrations)


async def test_an_encrypted_file_needs_a_key(path: Path, migrations: Path) -> None:
    await filled(path, migrations)
    with pytest.raises(WrongKey, match="no key was given"):
        await Database.open(path, None, migrations=migrations)


async def test_an_empty_file_is_not_taken_for_a_new_one(path: Path, migrations: Path) -> None:
    path.touch()
    with pytest.raises(DamagedFile, match="empty"):
        await Database.open(path, KEY, migrations=migrations)


async def test_a_missing_file_with_a_log_is_not_taken_for_a_new_one(
    path: Path, migrations: Path
) -> None:
    path.with_name("app.db-wal").write_bytes(b"something")
    with pytest.raises(DamagedFile, match="missing"):
        await Database.open(path, KEY, migrations=migrations)
    assert not path.exists()


@pytest.mark.parametrize("cut", [1, 80, 4096, 8192])
async def test_a_shortened_file_is_noticed(path: Path, migrations: Path, cut: int) -> None:
    await filled(path, migrations)
    os.truncate(path, path.stat().st_size - cut)
    with pytest.raises(DamagedFile):
        await Database.open(path, KEY, migrations=migrations)


async def test_any_flipped_byte_is_noticed(path: Path, migrations: Path) -> None:
    """Every 97th byte, and each end of the salt, header, IV and HMAC of the first and last page."""
    await filled(path, migrations)
    whole = path.read_bytes()
    size = len(whole)
    corners = {0, 15, 16, 31, 32, 80, 4015, 4016, 4031, 4032, 4095, 4096, size - 80, size - 1}
    for position in sorted(corners | set(range(0, size, 97))):
        flip(path, position)
        with pytest.raises(DamagedFile):
            await Database.open(path, KEY, migrations=migrations)
        path.write_bytes(whole)
    db = await Database.open(path, KEY, migrations=migrations)  # the control
    assert len(await notes(db)) == 40
    await db.close()


async def test_a_flipped_byte_where_nothing_is_stored_is_noticed(
    path: Path, migrations: Path
) -> None:
    """Pages that became free are part of the file, and will be used again."""
    await filled(path, migrations, rows=400)
    db = await Database.open(path, KEY, migrations=migrations)
    async with db.transaction() as tx:
        await tx.execute("DELETE FROM note")
        assert await tx.value("PRAGMA freelist_count") != 0
    await db.close()
    flip(path, path.stat().st_size - 2000)
    with pytest.raises(DamagedFile):
        await Database.open(path, KEY, migrations=migrations)


async def test_a_page_from_another_time_is_noticed(path: Path, migrations: Path) -> None:
    """Its bytes are as they were written and signed, but it does not belong to the rest."""
    await filled(path, migrations, rows=0)
    old = path.read_bytes()
    await filled(path, migrations, rows=400)
    new = path.read_bytes()
    path.write_bytes(new[:4096] + old[4096:8192] + new[8192:])
    with pytest.raises(DamagedFile, match="fit together"):
        await Database.open(path, KEY, migrations=migrations)


async def test_whoever_could_go_on_knows_when_somebody_else_waits(db: Database) -> None:
    async def another() -> None:
        async with db.transaction() as tx:
            assert not tx.wanted

    def wanted() -> bool:
        return tx.wanted

    async with db.transaction() as tx:
        assert not wanted()
        several = [asyncio.create_task(another()) for _each in range(2)]
        gone = asyncio.create_task(another())
        await asyncio.sleep(0)
        assert wanted()
        for each in (*several, gone):
            each.cancel()
        await asyncio.gather(*several, gone, return_exceptions=True)
        assert not wanted()
        waiting = asyncio.create_task(another())
        await asyncio.sleep(0)
        assert wanted()
    await waiting
