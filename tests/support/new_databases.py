"""New databases for tests: the tables that all migrations make, made in one go and not one change by one.

SQLite takes 0.1 s of a processor for the hundreds of changes, 0.02 s for what comes of them, and 0.008 s for
the pages of a database that has it all; tests make databases by the thousand. What is made is compared with the
migrations' hash, as whatever is opened is. The migrations themselves are for ``tests/unit/test_migrations.py``.
"""

import secrets
import threading
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import pytest

from storage.core import driver, migrate

_each = migrate._apply
_ONE_AT_A_TIME: Final = threading.Lock()


def make_in_one_go(patch: pytest.MonkeyPatch) -> None:
    """Have new databases made so from now on."""
    patch.setattr(migrate, "_apply", _in_one_go)


def make_one_by_one(patch: pytest.MonkeyPatch) -> None:
    """Have migrations applied one by one, as the bot applies them."""
    patch.setattr(migrate, "_apply", _each)


def _in_one_go(connection: driver.Connection, migrations: list[migrate.Migration]) -> None:
    if [each.path for each in migrations] != _every():
        _each(connection, migrations)
    elif connection.execute("PRAGMA cipher_status").fetchone()[0] == "1":
        with _ONE_AT_A_TIME:
            _template().backup(connection)
    else:
        # SQLCipher copies no pages to a plain file.
        _written(connection)


def _written(connection: driver.Connection) -> None:
    connection.execute("BEGIN IMMEDIATE")
    for statement in _made():
        connection.execute(statement)
    connection.execute(f"PRAGMA user_version = {len(_every())}")
    connection.execute("COMMIT")


@cache
def _template() -> driver.Connection:
    """An encrypted database that is written and used by nobody; its files are gone with the folder."""
    with TemporaryDirectory() as folder:
        made = driver.open_connection(Path(folder) / "template.db", secrets.token_bytes(32))
        _written(made)
        driver.checkpoint(made)
        return made


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
