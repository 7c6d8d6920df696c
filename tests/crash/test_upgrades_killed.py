"""A start that brings a directory of an earlier commit up to date is killed; the next one finishes."""

import json
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.keys.data_key import Purpose
from storage.core import driver, migrate
from tests.support.earlier import COMMITS, EarlierData

Opened = Callable[[Path, int, bytes], tuple[int, int]]


@pytest.fixture
def opened() -> Iterator[Opened]:
    """Opens a database in a process that ends at a statement: how it ended, and how many there were."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.support.upgrading"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as forking:

        def ask(path: Path, last: int, key: bytes) -> tuple[int, int]:
            assert forking.stdin is not None
            assert forking.stdout is not None
            forking.stdin.write(json.dumps([str(path), key.hex(), last]) + "\n")
            forking.stdin.flush()
            status, count = json.loads(forking.stdout.readline())
            return status, count

        yield ask
        forking.terminate()


def version(path: Path, key: bytes) -> int:
    connection = driver.open_connection(path, key)
    try:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])
    finally:
        connection.close()


@pytest.mark.parametrize(
    "points", [pytest.param(9, id="some"), pytest.param(0, id="all", marks=pytest.mark.nightly)]
)
@pytest.mark.timeout(1800)
def test_killed_at_any_statement_it_opens_with_everything(
    tmp_path: Path, points: int, opened: Opened
) -> None:
    """And the copy beside it is always of before: what the old release would open."""
    left = EarlierData.copied(min(COMMITS, key=_age), tmp_path)
    path, key = left.directory.app_database, left.key.derive(Purpose.APP_DATABASE)
    untouched = tmp_path / "untouched"
    shutil.copyfile(path, untouched)
    was, newest = version(path, key), len(migrate.read(migrate.MIGRATIONS))
    status, statements = opened(path, 0, key)
    assert status == 0
    expected = _lost(left)
    for last in range(1, statements + 1, max(1, statements // points) if points else 1):
        for beside in path.parent.glob("app.db*"):
            beside.unlink()
        shutil.copyfile(untouched, path)
        assert opened(path, last, key)[0] == -signal.SIGKILL
        assert version(path, key) in {was, newest}, f"half way, at statement {last}"
        assert opened(path, 0, key)[0] == 0, last
        assert version(path, key) == newest
        assert _lost(left) == expected, last
        assert version(migrate.previous_copy(path), key) == was, last


def _age(commit: str) -> int:
    """Tell how old a fixture is by the schema it has."""
    numbers = EarlierData.numbers_of(commit)
    return int(numbers["files"]["app.db"]["version"])


def _lost(left: EarlierData) -> set[str]:
    with left.connection() as connection:
        assert [tuple(row) for row in connection.execute("PRAGMA integrity_check")] == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        return left.lost(connection)
