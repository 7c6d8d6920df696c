"""Parts of a transaction that are taken back by themselves: marked with their first write, and whole."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.core.database import Database, Transaction
from storage.core.repository import all_or_nothing

TABLE = "CREATE TEMP TABLE jottings(words TEXT)"


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = await Database.open(tmp_path / "app.db", bytes(32))
    async with database.transaction() as tx:
        await tx.execute(TABLE)
    yield database
    await database.close()


def said_to(database: Database) -> list[str]:
    """Every statement that SQLite is given from now on."""
    said: list[str] = []
    database._thread.connection.set_trace_callback(said.append)
    return said


async def notes(tx: Transaction) -> list[str]:
    return [str(row[0]) for row in await tx.all("SELECT words FROM jottings ORDER BY rowid")]


async def test_a_part_that_writes_nothing_costs_no_statement(database: Database) -> None:
    said = said_to(database)
    async with database.transaction() as tx, all_or_nothing(tx), all_or_nothing(tx):
        assert await notes(tx) == []
    assert [each for each in said if each.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK"))] == []


async def test_each_part_is_marked_once_and_before_it_writes(database: Database) -> None:
    said = said_to(database)
    async with database.transaction() as tx, all_or_nothing(tx), all_or_nothing(tx):
        await tx.add("jottings", words="one")
        await tx.add("jottings", words="two")
    kinds = [each.split(maxsplit=1)[0] for each in said if not each.startswith("PRAGMA")]
    assert kinds == [
        *("BEGIN", "SAVEPOINT", "SAVEPOINT", "INSERT", "INSERT", "RELEASE", "RELEASE", "COMMIT")
    ]


async def test_what_was_written_before_a_part_stays_when_it_is_taken_back(
    database: Database,
) -> None:
    async with database.transaction() as tx:
        await tx.add("jottings", words="before")
        with pytest.raises(ValueError, match="no"):
            async with all_or_nothing(tx):
                await tx.add("jottings", words="within")
                raise ValueError("no")
        await tx.add("jottings", words="after")
    async with database.transaction() as tx:
        assert await notes(tx) == ["before", "after"]


class Undone(Exception):
    """Raised where a part of a tree is to be taken back."""


Tree = tuple[bool, Sequence["str | Tree"]]
"""Whether a part is kept, and what is written in it, or which parts are in it."""

trees = st.recursive(
    st.tuples(st.booleans(), st.lists(st.sampled_from("abc"), max_size=2)),
    lambda inner: st.tuples(
        st.booleans(), st.lists(st.one_of(st.sampled_from("abc"), inner), max_size=4)
    ),
    max_leaves=8,
)


def kept(tree: Tree) -> list[str]:
    """What is to be there of a part: the same, without a database."""
    keeps, children = tree
    found = [
        word for each in children for word in ([each] if isinstance(each, str) else kept(each))
    ]
    return found if keeps else []


async def write(tx: Transaction, tree: Tree) -> None:
    keeps, children = tree
    async with all_or_nothing(tx):
        for each in children:
            if isinstance(each, str):
                await tx.add("jottings", words=each)
            else:
                with contextlib.suppress(Undone):
                    await write(tx, each)
        if not keeps:
            raise Undone


@settings(max_examples=60, deadline=None)
@given(tree=trees)
def test_parts_within_parts_are_all_or_nothing(
    tree: Tree, tmp_path_factory: pytest.TempPathFactory
) -> None:
    async def run() -> None:
        database = await Database.open(tmp_path_factory.getbasetemp() / "parts.db", None)
        try:
            async with database.transaction() as tx:
                await tx.execute(TABLE)
                with contextlib.suppress(Undone):
                    await write(tx, tree)
                assert await notes(tx) == kept(tree)
            async with database.transaction() as tx:
                assert await notes(tx) == kept(tree)
        finally:
            await database.close()

    asyncio.run(run())
