"""A database is called damaged for what its pages are, never for what the disk had no room for."""

from pathlib import Path
from typing import Any, cast

import pytest

from storage.core import driver
from storage.core.driver import DatabaseError, OperationalError
from storage.core.refusals import DamagedFile

KEY = bytes(range(32))


class Failing:
    """A connection whose first read fails."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def execute(self, _statement: str) -> Any:
        raise self.error


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "app.db"
    connection = driver.open_connection(path, KEY)
    connection.execute("CREATE TABLE kept(words TEXT)")
    connection.close()
    return path


def read(path: Path, error: Exception) -> None:
    driver._first_read(cast(driver.Connection, Failing(error)), path, KEY)


@pytest.mark.parametrize(
    "words", ["database or disk is full", "disk I/O error", "database is locked"]
)
def test_a_disk_without_room_is_no_damage(database: Path, words: str) -> None:
    with pytest.raises(OperationalError, match=words):
        read(database, OperationalError(words))


def test_a_page_that_is_none_is(database: Path) -> None:
    """The control."""
    with pytest.raises(DamagedFile, match="first page"):
        read(database, DatabaseError("file is not a database"))
