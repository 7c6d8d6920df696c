"""After a wipe nothing of what was deleted is in any file; before it, something still is."""

import random
from pathlib import Path

from storage.core import migrate
from storage.core.database import Database

TABLE = (
    "CREATE TABLE person(id INTEGER PRIMARY KEY, name TEXT NOT NULL, note TEXT NOT NULL) STRICT;\n"
    "CREATE INDEX person_by_name ON person(name, id);\n"
    "CREATE TABLE word(word TEXT, person INTEGER, PRIMARY KEY(word, person)) STRICT, WITHOUT ROWID;\n"
)


async def test_what_was_deleted_is_in_no_file(tmp_path: Path) -> None:
    """Without a key, so that one can look. Pages that were split keep copies of rows."""
    folder = tmp_path / "migrations"
    folder.mkdir()
    (folder / "0001_people.sql").write_text(TABLE)
    path = tmp_path / "app.db"
    database = await Database.open(path, None, migrations=folder)
    chance = random.Random(1)
    names = [f"Zq{n:09d}x" for n in chance.sample(range(10**9), 3000)]
    for start in range(0, len(names), 30):
        async with database.transaction() as tx:
            for name in names[start : start + 30]:
                row = await tx.insert(
                    "INSERT INTO person(name, note) VALUES (?, ?)",
                    (name, "n" * chance.randrange(200)),
                )
                await tx.execute("INSERT INTO word VALUES (?, ?)", (name.lower(), row))
            await tx.execute(
                "UPDATE person SET note = ? WHERE id % 7 = 0", ("m" * chance.randrange(500),)
            )
    migrate.previous_copy(path).write_bytes(path.read_bytes())
    gone = chance.sample(names, 300)
    async with database.transaction() as tx:
        for name in gone:
            await tx.execute("DELETE FROM person WHERE name = ?", (name,))
            await tx.execute("DELETE FROM word WHERE word = ?", (name.lower(),))

    def found() -> set[str]:
        files = [file for file in tmp_path.iterdir() if file.is_file()]
        content = b"".join(file.read_bytes().lower() for file in files)
        return {name for name in gone if name.lower().encode() in content}

    assert len(found()) == len(gone), "the control: the log and the copy still have them"
    migrate.previous_copy(path).unlink()
    await database.purge_remnants()
    assert found(), "the control: overwriting what is freed is not enough"
    migrate.previous_copy(path).write_bytes(gone[0].encode())
    await database.shred()
    assert found() == set()
    async with database.transaction() as tx:
        assert await tx.value("SELECT COUNT(*) FROM person") == len(names) - len(gone)
        assert await tx.value("PRAGMA integrity_check") == "ok"
    await database.close()
