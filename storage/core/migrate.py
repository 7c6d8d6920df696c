"""Schema migrations: numbered SQL files, applied to a database file in one transaction.

A file is called ``NNNN_name.sql``; ``PRAGMA user_version`` is the number of the last one applied. All
that are missing are applied, or none: after a failure, or killed half way, the file is what the older
release left, which opens it again.
Before the first change an existing file is copied beside itself (``app.db.previous``, encrypted as
it is). One such copy is kept, until the next migration or the first purge after a week: retention
cannot reach into it.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import time
from datetime import timedelta
from pathlib import Path

from storage.core import driver, refusals
from storage.core.lazy_dataclass import dataclass

MIGRATIONS = Path(__file__).parents[1] / "migrations"
KNOWN = "schema.sha256"
"""The file in a folder of migrations that holds the hash of what they make; ``make docs`` writes it."""


@dataclass(frozen=True, slots=True)
class Migration:
    """One numbered SQL file."""

    number: int
    path: Path

    def statements(self) -> list[str]:
        """Return the file's statements one by one: ``executescript`` would commit behind our back."""
        statements, pending = [], ""
        for piece in re.split("(?<=;)", self.path.read_text(encoding="utf-8")):
            pending += piece
            if driver.complete_statement(pending):
                statements.append(pending)
                pending = ""
        if _says_something(pending):
            raise ValueError(f"{self.path.name} ends in the middle of a statement")
        return statements


def read(folder: Path) -> list[Migration]:
    """Read the migrations of a folder in order. Raises ValueError for a gap, a double or an odd name."""
    found = []
    for path in sorted(folder.glob("*.sql")):
        match = re.fullmatch(r"(\d{4})_[a-z0-9_]+\.sql", path.name)
        if match is None:
            raise ValueError(f"{path.name} is not called NNNN_name.sql")
        found.append(Migration(int(match[1]), path))
    if [m.number for m in found] != list(range(1, len(found) + 1)):
        raise ValueError(f"the migrations in {folder.name} are not numbered 1, 2, 3, ...")
    return found


def previous_copy(path: Path) -> Path:
    """Return the path of the copy from before the last migration."""
    return path.with_name(path.name + ".previous")


def drop_previous_copy(path: Path, *, older_than: timedelta) -> None:
    """Delete the copy from before the last migration if the copy has reached an age."""
    copy = previous_copy(path)
    if copy.exists() and time.time() - copy.stat().st_mtime >= older_than.total_seconds():
        copy.unlink()


def migrate(connection: driver.Connection, path: Path, migrations: list[Migration]) -> None:
    """Compare the file with a fresh one of its version, apply what is missing, and compare again.

    Raises ``NewerDatabase``, ``UnexpectedSchema``; an older file is then as it was, and so it is when
    a migration fails.
    """
    version = _version(connection)
    newest = len(migrations)
    if version > newest:
        raise refusals.NewerDatabase(
            f"{path} was last used by a newer Steward (its format is {version}, this release "
            f"knows up to {newest}). Install the newer release again, or restore a backup made "
            "with this one."
        )
    if version < newest:
        if version > 0:
            # Before anything is changed: a migration of tables that are not ours would fail half way,
            # or lose what it does not expect.
            _compare(connection, path, migrations[:version])
            _copy(connection, path)
        _apply(connection, migrations[version:])
    _compare(connection, path, migrations)


def schema(connection: driver.Connection) -> list[tuple[str, str, str]]:
    """Type, name and SQL of everything that a database has, SQLite's own tables aside."""
    rows = connection.execute(
        "SELECT type, name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
        " ORDER BY type, name"
    ).fetchall()
    return [(row[0], row[1], row[2]) for row in rows]


def fingerprint(made: list[tuple[str, str, str]]) -> str:
    """Hash a schema with SHA-256; in hexadecimal digits."""
    return hashlib.sha256(json.dumps(made).encode()).hexdigest()


def _compare(connection: driver.Connection, path: Path, migrations: list[Migration]) -> None:
    found = schema(connection)
    # Making a fresh one takes SQLite 0.1 s, at every start. Where another version of SQLite words a
    # schema differently from the one that wrote the hash, the fresh one decides.
    if fingerprint(found) != _known(migrations) and found != _fresh_schema(migrations):
        raise refusals.UnexpectedSchema(
            f"The tables in {path} are not the ones that Steward makes: something else has changed "
            "them. Restore the last backup."
        )


def _known(migrations: list[Migration]) -> str | None:
    """The hash of what these migrations make, where they are all of their folder and it is written down."""
    written = migrations[0].path.with_name(KNOWN) if migrations else None
    if written is None or not written.exists():
        return None
    number, digest = written.read_text(encoding="ascii").split()
    return digest if int(number) == len(migrations) else None


def write_down(folder: Path) -> None:
    """Write the hash of what a folder's migrations make into the folder, behind the last one's number."""
    migrations = read(folder)
    line = f"{len(migrations)} {fingerprint(_fresh_schema(migrations))}\n"
    (folder / KNOWN).write_text(line, encoding="ascii")


def _fresh_schema(migrations: list[Migration]) -> list[tuple[str, str, str]]:
    scratch = driver.in_memory()
    try:
        _apply(scratch, migrations)
        return schema(scratch)
    finally:
        scratch.close()


def _apply(connection: driver.Connection, migrations: list[Migration]) -> None:
    # Rebuilding a table that others refer to needs this off, and it only works outside a
    # transaction (https://sqlite.org/lang_altertable.html, section 7); checked after each migration.
    connection.execute("PRAGMA foreign_keys = OFF")
    try:
        connection.execute("BEGIN IMMEDIATE")
        try:
            for migration in migrations:
                for statement in migration.statements():
                    connection.execute(statement)
                _check_references(connection, migration)
                connection.execute(f"PRAGMA user_version = {migration.number}")
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
    finally:
        connection.execute("PRAGMA foreign_keys = ON")


def _check_references(connection: driver.Connection, migration: Migration) -> None:
    if connection.execute("PRAGMA foreign_key_check").fetchone() is not None:
        raise ValueError(f"{migration.path.name} leaves rows that refer to nothing")


def _copy(connection: driver.Connection, path: Path) -> None:
    """Copy the file as it is on disk: encrypted, same key. Nothing else writes while we start."""
    if not driver.checkpoint(connection):
        raise driver.OperationalError("database is locked")
    target = previous_copy(path)
    unfinished = target.with_name(target.name + ".tmp")
    unfinished.unlink(missing_ok=True)
    descriptor = os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with path.open("rb") as source, os.fdopen(descriptor, "wb") as copy:
        shutil.copyfileobj(source, copy, 1 << 20)
        copy.flush()
        os.fsync(copy.fileno())
    unfinished.replace(target)


def _version(connection: driver.Connection) -> int:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    return int(version)


def _says_something(sql: str) -> bool:
    return bool(re.sub(r"--[^\n]*|/\*.*?\*/|\s", "", sql, flags=re.DOTALL))


if __name__ == "__main__":
    write_down(MIGRATIONS)
