"""What was read is read again as soon as it may be otherwise, and not before."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import pytest

from storage.core import driver, known_answers
from storage.core.database import Database, Transaction, WrittenMeanwhile
from storage.core.known_answers import EVERY_MESSAGE
from storage.core.lazy_dataclass import dataclass

KEY = bytes(32)
FACT = "SELECT value FROM facts WHERE name = ?"
PERSON = "SELECT zone FROM people WHERE user = ?"


@dataclass(frozen=True, slots=True)
class Fact:
    """A row of a table."""

    name: str
    value: str


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = await Database.open(tmp_path / "app.db", KEY)
    yield database
    await database.close()


@pytest.fixture
def asked(database: Database) -> list[str]:
    """The questions that reached the file."""
    found: list[str] = []

    def note(statement: str) -> None:
        if statement.startswith("SELECT"):
            found.append(statement)

    database._thread.connection.set_trace_callback(note)
    return found


async def write(tx: Transaction, table: str, value: str) -> None:
    if table == "facts":
        await tx.put("facts", name="a", value=value)
    else:
        await tx.put("people", user="@a", zone=value)


async def read(database: Database, sql: str = FACT, of: str = "a") -> object:
    async with database.transaction() as tx:
        return await tx.value(sql, (of,))


async def test_a_question_reaches_the_file_once_while_nobody_writes(
    database: Database, asked: list[str]
) -> None:
    for _ in range(3):
        assert await read(database) is None
        async with database.transaction() as tx:
            assert await tx.records(Fact, "SELECT * FROM facts") == []
    assert len(asked) == 2


async def test_what_every_message_writes_keeps_the_answers_of_other_tables(
    database: Database, asked: list[str]
) -> None:
    assert (await read(database), await read(database, PERSON, "@a")) == (None, None)
    async with database.transaction() as tx:
        await write(tx, "facts", "1")
        assert await tx.value(FACT, ("a",)) == "1"
    assert (await read(database), await read(database, PERSON, "@a")) == ("1", None)
    assert len([each for each in asked if "people" in each]) == 1
    async with database.transaction() as tx:
        await write(tx, "people", "Europe/Berlin")
    assert await read(database, PERSON, "@a") == "Europe/Berlin"


@pytest.mark.parametrize("table", ["facts", "people"])
async def test_what_was_read_within_what_is_undone_is_not_believed(
    database: Database, table: str
) -> None:
    sql, of = (FACT, "a") if table == "facts" else (PERSON, "@a")
    with pytest.raises(ZeroDivisionError):
        async with database.transaction() as tx:
            await write(tx, table, "undone")
            assert await tx.value(sql, (of,)) == "undone"
            raise ZeroDivisionError
    assert await read(database, sql, of) is None
    async with database.transaction() as tx:
        await tx.execute("SAVEPOINT step")
        await write(tx, table, "undone")
        assert await tx.value(sql, (of,)) == "undone"
        await tx.execute("ROLLBACK TO step")
        await tx.execute("RELEASE step")
        assert await tx.value(sql, (of,)) is None


async def test_what_a_commit_that_fails_would_have_written_is_not_believed(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_tx: Transaction, connection: driver.Connection) -> None:
        connection.execute("ROLLBACK")
        raise driver.OperationalError

    monkeypatch.setattr(Transaction, "_commit", full)
    with pytest.raises(driver.OperationalError):
        async with database.transaction() as tx:
            await write(tx, "facts", "undone")
            assert await tx.value(FACT, ("a",)) == "undone"
    monkeypatch.undo()
    assert await read(database) is None


async def test_what_another_process_writes_is_seen(database: Database) -> None:
    assert await read(database) is None
    other = driver.open_connection(database.path, KEY)
    other.execute("INSERT INTO facts(name, value) VALUES ('a', 'theirs')")
    other.close()
    assert await read(database) == "theirs"


async def test_few_answers_are_kept(database: Database) -> None:
    for number in range(3 * known_answers.MOST):
        await read(database, FACT, str(number))
    kept = database._answers._rows
    assert len(kept) == known_answers.MOST
    await database.release_memory()
    assert not kept


async def test_tables_of_every_message_are_connected_with_no_other(database: Database) -> None:
    """Else a write to one would change answers of another."""
    async with database.transaction() as tx:
        schema = await tx.all("SELECT type, name, tbl_name, sql FROM sqlite_schema")
        ends = {
            (row["name"], other["table"])
            for row in schema
            if row["type"] == "table"
            for other in await tx.all(
                'SELECT "table" FROM pragma_foreign_key_list(?)', (row["name"],)
            )
        }
    names = {row["name"] for row in schema if row["type"] == "table"}
    assert names >= EVERY_MESSAGE
    assert not {pair for pair in ends if pair[1] in EVERY_MESSAGE}
    for row in schema:
        if row["type"] in {"view", "trigger"}:
            assert row["tbl_name"] not in EVERY_MESSAGE
            assert not EVERY_MESSAGE & set(row["sql"].replace("(", " ").replace(",", " ").split())


@pytest.mark.parametrize("seed", range(10))
async def test_whatever_happens_an_answer_is_what_the_file_says(
    database: Database, seed: int
) -> None:
    chance = random.Random(seed)
    other = driver.open_connection(database.path, KEY)

    async def step(tx: Transaction, number: int) -> None:
        if chance.random() < 0.4:
            await write(tx, chance.choice(["facts", "people"]), str(number))
        for sql, of in ((FACT, "a"), (PERSON, "@a")):
            found = await tx.value(sql, (of,))
            row = database._thread.connection.execute(sql, (of,)).fetchone()
            assert found == (None if row is None else row[0])

    async def steps(number: int) -> None:
        async with database.transaction() as tx:
            for _ in range(chance.randint(1, 3)):
                await step(tx, number)
            if chance.random() < 0.3:
                raise ZeroDivisionError

    for number in range(60):
        with suppress(ZeroDivisionError):
            await steps(number)
        if chance.random() < 0.1:
            other.execute("INSERT OR REPLACE INTO facts VALUES ('a', ?)", (f"other {number}",))
    other.close()


# -- looks -------------------------------------------------------------------------------------------


def elsewhere(database: Database, value: str) -> None:
    """Another process writes."""
    other = driver.open_connection(database.path, KEY)
    other.execute("INSERT OR REPLACE INTO facts(name, value) VALUES ('a', ?)", (value,))
    other.close()


async def test_a_look_at_what_is_known_begins_nothing(database: Database) -> None:
    await read(database)
    done: list[str] = []
    database._thread.connection.set_trace_callback(done.append)
    async with database.look() as tx:
        assert await tx.value(FACT, ("a",)) is None
    assert done == ["PRAGMA data_version"]
    async with database.look() as tx:
        assert await tx.value(FACT, ("a",)) is None
        await write(tx, "facts", "1")
        assert await tx.value(FACT, ("a",)) == "1"
    assert (done.count("BEGIN IMMEDIATE"), done.count("COMMIT")) == (1, 1)
    assert await read(database) == "1"


async def test_a_look_waits_for_whoever_has_a_transaction(database: Database) -> None:
    await read(database)
    seen: list[object] = []

    async def look() -> None:
        async with database.look() as tx:
            seen.append(await tx.value(FACT, ("a",)))

    async with database.transaction() as tx:
        looking = asyncio.create_task(look())
        await write(tx, "facts", "1")
        await asyncio.sleep(0.01)
        assert seen == []
    await looking
    assert seen == ["1"]


async def test_a_look_sees_what_another_process_wrote_before(database: Database) -> None:
    await read(database)
    elsewhere(database, "theirs")
    async with database.look() as tx:
        assert await tx.value(FACT, ("a",)) == "theirs"


async def test_nothing_is_done_on_what_another_process_changed_since_a_look(
    database: Database,
) -> None:
    await read(database)
    with pytest.raises(WrittenMeanwhile):
        async with database.look() as tx:
            assert await tx.value(FACT, ("a",)) is None
            elsewhere(database, "theirs")
            await write(tx, "facts", "ours")
    assert await read(database) == "theirs"


async def test_what_fails_in_a_look_is_undone(database: Database) -> None:
    await read(database)
    with suppress(ZeroDivisionError):
        async with database.look() as tx:
            assert await tx.value(FACT, ("a",)) is None
            await write(tx, "facts", "1")
            raise ZeroDivisionError
    assert await read(database) is None
