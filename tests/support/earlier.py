"""Data directories left by bots of earlier commits: see tests/fixtures/README.md."""

import hashlib
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Self

from bot.keys import keyring
from bot.keys.data_key import DataKey, Purpose
from bot.process.data_directory import DataDirectory
from storage.core import driver
from storage.core.database import Database

FIXTURES: Final = Path(__file__).parents[1] / "fixtures"
COMMITS: Final = tuple(path.name.removeprefix("data_") for path in sorted(FIXTURES.glob("data_*")))
BACKED_UP: Final = tuple(
    commit for commit in COMMITS if (FIXTURES / f"data_{commit}" / "backup").exists()
)
"""Those of which there is a backup, too."""
PURPOSES: Final = {
    "app.db": Purpose.APP_DATABASE,
    "nio.db": Purpose.NIO_STORE,
    "ballots.db": Purpose.BALLOTS,
}


@dataclass(frozen=True, slots=True)
class EarlierData:
    """A copy of an earlier bot's data directory, and what the bot wrote down about the directory."""

    commit: str
    directory: DataDirectory
    backup: Path
    numbers: dict[str, Any]

    @classmethod
    def copied(cls, commit: str, target: Path) -> Self:
        """Copy the directory of a commit to a place of its own, closed to other users."""
        source, numbers = FIXTURES / f"data_{commit}", cls.numbers_of(commit)
        data = target / "data"
        data.mkdir(mode=0o700)
        for name in numbers["sha256"]:
            place = target if name == "backup" else data
            shutil.copyfile(source / name, place / name)
            (place / name).chmod(0o600)
        return cls(commit, DataDirectory(data), target / "backup", numbers)

    @staticmethod
    def numbers_of(commit: str) -> dict[str, Any]:
        """Read what the bot of a commit wrote down."""
        numbers = json.loads((FIXTURES / f"data_{commit}" / "numbers.json").read_text("utf-8"))
        return dict(numbers)

    def untouched(self) -> bool:
        """Tell whether the fixture itself is still what the commit left."""
        source = FIXTURES / f"data_{self.commit}"
        return all(
            hashlib.sha256((source / name).read_bytes()).hexdigest() == digest
            for name, digest in self.numbers["sha256"].items()
        )

    @property
    def made_at(self) -> datetime:
        """When the bot had stopped, UTC."""
        return datetime.fromisoformat(self.numbers["made_at"])

    @property
    def key(self) -> DataKey:
        """The data key, by the passphrase."""
        return keyring.unlock(self.directory.keyslots, self.numbers["passphrase"])

    async def open(self) -> Database:
        """Open the database as the bot does at a start: migrations, derived columns, all checks."""
        path = self.directory.app_database
        return await Database.open(path, self.key.derive(Purpose.APP_DATABASE))

    @contextmanager
    def connection(self, file: str = "app.db") -> Iterator[driver.Connection]:
        """Open a file without migrating the schema."""
        key = self.key.derive(PURPOSES[file])
        connection = driver.open_connection(self.directory.path / file, key)
        try:
            yield connection
        finally:
            connection.close()

    def answer(self, typed: str, who: str = "") -> str:
        """Return what the earlier bot answered to ``typed`` at the end of the week."""
        return next(
            str(told["answer"])
            for told in self.numbers["told"]
            if told["typed"] == typed and who in {"", told["who"]}
        )

    def rows(self, table: str, file: str = "app.db") -> int:
        """How many rows the table had."""
        return int(self.numbers["files"][file]["tables"][table]["rows"])

    def lost(self, connection: driver.Connection, file: str = "app.db") -> set[str]:
        """Return what has changed: ``table`` for its number of rows, ``table.column`` for values."""
        found = set()
        for table, was in self.numbers["files"][file]["tables"].items():
            try:
                rows = connection.execute(f"SELECT * FROM {table}").fetchall()
            except driver.OperationalError:
                found.add(table)
                continue
            if len(rows) != was["rows"]:
                found.add(table)
            names = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
            for column, digest in was["columns"].items():
                if column not in names or _digest(rows, names.index(column)) != digest:
                    found.add(f"{table}.{column}")
        return found


def _digest(rows: list[driver.Row], column: int) -> str:
    """Digest the values of a column in any order, as tests/fixtures/make_data.py does."""
    said = "\n".join(sorted(repr(row[column]) for row in rows))
    return hashlib.sha256(said.encode()).hexdigest()[:16]
