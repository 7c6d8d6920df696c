"""A new database of the tests is what the migrations make, whichever way it was made."""

from collections.abc import Callable
from pathlib import Path

import pytest

from storage.core import driver, migrate
from storage.core.refusals import WrongKey
from tests.support.new_databases import make_in_one_go, make_one_by_one

Making = Callable[[pytest.MonkeyPatch], None]
KEY = bytes(range(32))


def _made(path: Path, key: bytes | None, how: Making) -> driver.Connection:
    connection = driver.open_connection(path, key)
    with pytest.MonkeyPatch.context() as patch:
        how(patch)
        migrate.migrate(connection, path, migrate.read(migrate.MIGRATIONS))
    return connection


def _all_of(connection: driver.Connection) -> dict[str, object]:
    tables = [name for kind, name, _sql in migrate.schema(connection) if kind == "table"]
    rows = {
        name: sorted(map(repr, map(tuple, connection.execute(f'SELECT * FROM "{name}"'))))
        for name in tables
    }
    pragmas = {
        name: connection.execute(f"PRAGMA {name}").fetchone()[0]
        for name in (*driver.PRAGMAS, "user_version", "application_id", "auto_vacuum", "encoding")
    }
    return {"schema": migrate.schema(connection), **rows, **pragmas}


@pytest.mark.parametrize("key", [KEY, None], ids=["encrypted", "plain"])
def test_it_has_what_the_migrations_make(tmp_path: Path, key: bytes | None) -> None:
    ours = _made(tmp_path / "ours.db", key, make_in_one_go)
    theirs = _made(tmp_path / "theirs.db", key, make_one_by_one)
    assert _all_of(ours) == _all_of(theirs)
    assert len(migrate.schema(ours)) > 100, "control: there is something"
    ours.close()
    theirs.close()


def test_each_is_encrypted_with_its_own_key(tmp_path: Path) -> None:
    """It opens again, with every byte of it checked, and with no other key."""
    for number in (1, 2):
        path, key = tmp_path / f"{number}.db", bytes([number]) * 32
        _made(path, key, make_in_one_go).close()
        assert b"CREATE TABLE" not in path.read_bytes()
        driver.open_connection(path, key).close()
    salts = {(tmp_path / f"{number}.db").read_bytes()[:16] for number in (1, 2)}
    assert len(salts) == 2
    with pytest.raises(WrongKey):
        driver.open_connection(tmp_path / "1.db", bytes([2]) * 32)
