"""A backup as somebody reads it who has the passphrase."""

from pathlib import Path

from bot.backup.archive import Archive
from storage.core import driver
from tests.forensics.canaries import PASSPHRASE


def opened(backup: bytes, folder: Path) -> bytes:
    """Everything in a backup's database as text, for whoever has the passphrase."""
    file, copy = folder / "b.backup", folder / "copy.db"
    file.write_bytes(backup)
    kept = Archive.read(file)
    kept.extract(copy)
    connection = driver.open_connection(copy, kept.key(kept.unlock(PASSPHRASE)))
    try:
        tables = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
        names = [row["name"] for row in tables.fetchall()]
        assert "box" not in names
        values = [
            str(value)
            for name in names
            for row in connection.execute(f"SELECT * FROM {name}").fetchall()
            for value in row
        ]
    finally:
        connection.close()
    return "\n".join([*names, *values]).encode()
