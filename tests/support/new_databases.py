"""New databases for tests: the tables that all migrations make, made in one go and not one change by one.

SQLite takes 0.1 s of a processor for the hundreds of changes, and 0.02 s for what comes of them; tests make
databases by the thousand. What is made is compared with the migrations' hash, as whatever is opened is. The
migrations themselves are for ``tests/unit/test_migrations.py``.
"""

from collections.abc import Iterator
from functools import cache

import pytest

from storage.core import driver, migrate

_each = migrate._apply


def make_in_one_go(patch: pytest.MonkeyPatch) -> None:
    """Have new databases made so from now on."""
    patch.setattr(migrate, "_apply", _in_one_go)


def make_one_by_one(patch: pytest.MonkeyPatch) -> None:
    """Have migrations applied one by one, as the bot applies them."""
    patch.setattr(migrate, "_apply", _each)


def _in_one_go(connection: driver.Connection, migrations: list[migrate.Migration]) -> None:
    if [each.path for each in migrations] != _every():
        _each(connection, migrations)
        return
    connection.execute("BEGIN IMMEDIATE")
    for statement in _made():
        connection.execute(statement)
    connection.execute(f"PRAGMA user_version = {migrations[-1].number}")
    connection.execute("COMMIT")


@cache
def _every() -> list[object]:
    return [each.path for each in migrate.read(migrate.MIGRATIONS)]


@cache
def _made() -> tuple[str, ...]:
    """What stands in a database that the migrations made, as statements."""
    scratch = driver.in_memory()
    try:
        _each(scratch, migrate.read(migrate.MIGRATIONS))
        return tuple(_statements(scratch))
    finally:
        scratch.close()


def _statements(made: driver.Connection) -> Iterator[str]:
    things = made.execute(
        "SELECT type, name, sql FROM sqlite_schema"
        " WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND sql IS NOT NULL"
        " ORDER BY type <> 'table', rowid"
    ).fetchall()
    for kind, name, sql in things:
        yield sql
        if kind == "table":
            columns = [row[1] for row in made.execute(f'PRAGMA table_info("{name}")')]
            quoted = " || ', ' || ".join(f'quote("{column}")' for column in columns)
            rows = made.execute(f'SELECT {quoted} FROM "{name}"').fetchall()
            yield from (f'INSERT INTO "{name}" VALUES ({row[0]})' for row in rows)
