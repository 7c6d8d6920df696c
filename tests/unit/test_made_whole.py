"""What a conversation leaves in a copy is gone when the next one gets it."""

import os
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from storage.core.database import Database
from tests.support import begun, made_whole
from tests.support.made_whole import Copy, Shelf

ROOMS = "SELECT room FROM committees ORDER BY room"


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return begun.made(tmp_path_factory.mktemp("begun") / "steward.db")


async def rooms(database: Database) -> list[str]:
    async with database.transaction() as tx:
        return [str(row["room"]) for row in await tx.all(ROOMS)]


async def written(database: Database) -> None:
    async with database.transaction() as tx:
        await tx.execute("UPDATE committees SET room = '!another:example.org'")
        await tx.execute("CREATE TABLE left_behind(x)")


async def nothing(_database: Database) -> None:
    """Change nothing."""


async def moved_into_the_file(database: Database) -> None:
    await written(database)
    await database.purge_remnants()


async def in_the_middle(database: Database) -> None:
    database._thread.connection.execute("BEGIN IMMEDIATE")


async def closed(database: Database) -> None:
    await written(database)
    await database.close()


async def with_a_table_of_its_own(database: Database) -> None:
    database._thread.connection.execute("CREATE TEMP TABLE own(x)")


async def with_a_file_beside(database: Database) -> None:
    database.path.with_name("steward.db.previous").touch()


async def _one_after_the_other(
    shelf: Shelf, original: Path, does: Callable[[Database], Awaitable[None]]
) -> tuple[Copy, Copy, Database]:
    first = shelf.take(original)
    database = await first.opened(begun.opened)
    assert await rooms(database) == ["!payments:example.org"]
    await does(database)
    await shelf.give_back(first, database)
    second = shelf.take(original)
    return first, second, await second.opened(begun.opened)


async def _as_it_was_made(database: Database) -> None:
    assert await rooms(database) == ["!payments:example.org"]
    async with database.transaction() as tx:
        names = await tx.all("SELECT name FROM sqlite_schema WHERE name = 'left_behind'")
        assert names == []
        assert await tx.value("PRAGMA integrity_check") == "ok"


@pytest.mark.parametrize("does", [nothing, written])
async def test_the_same_copy_is_whole_again(
    original: Path, does: Callable[[Database], Awaitable[None]]
) -> None:
    shelf = Shelf()
    first, second, database = await _one_after_the_other(shelf, original, does)
    assert second is first
    for _turn in range(3):
        await _as_it_was_made(database)
        await written(database)
        assert await rooms(database) == ["!another:example.org"]
        await shelf.give_back(second, database)
        assert shelf.take(original) is second
        database = await second.opened(begun.opened)
    await shelf.give_back(second, database)
    shelf.clear()
    assert not second.path.parent.exists()


@pytest.mark.parametrize(
    "does",
    [
        moved_into_the_file,
        in_the_middle,
        closed,
        with_a_table_of_its_own,
        with_a_file_beside,
    ],
)
async def test_what_cannot_be_made_whole_is_thrown_away(
    original: Path, does: Callable[[Database], Awaitable[None]]
) -> None:
    shelf = Shelf()
    first, second, database = await _one_after_the_other(shelf, original, does)
    assert second is not first
    assert not first.path.parent.exists()
    await _as_it_was_made(database)
    await shelf.give_back(second, database)
    shelf.clear()


async def test_control_with_its_log_it_would_be_as_it_was_left(
    original: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf = Shelf()
    with monkeypatch.context() as patch:
        patch.setattr(os, "truncate", lambda *_: None)
        patch.setattr(os, "pwrite", lambda *_: None)
        first, second, database = await _one_after_the_other(shelf, original, written)
    assert second is first
    assert await rooms(database) == ["!another:example.org"]
    await database.close()
    await shelf.give_back(second, database)


async def test_copies_of_two_are_not_mixed_up_and_only_some_wait(
    original: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(made_whole, "MOST", 2)
    other = tmp_path / "other.db"
    other.write_bytes(original.read_bytes())
    shelf = Shelf()
    taken = [shelf.take(original), shelf.take(original), shelf.take(other)]
    for copy in taken:
        await shelf.give_back(copy, await copy.opened(begun.opened))
    assert not taken[0].path.parent.exists()
    assert shelf.take(other) is taken[2]
    assert shelf.take(original) is taken[1]
    for copy in taken[1:]:
        copy.close()
