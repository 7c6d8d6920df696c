"""Migrations: in order, all or nothing, with a copy first, never backwards."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from storage.core import driver, migrate
from storage.core.database import Database, NewerDatabase, UnexpectedSchema
from tests.support.new_databases import make_one_by_one

KEY = bytes(range(32))

FIRST = "CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT NOT NULL);\n"
SECOND = "ALTER TABLE note ADD COLUMN author TEXT;\nCREATE INDEX note_author ON note(author);\n"


class Release:
    """A folder of migrations that grows as releases do."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "migrations"
        self.folder.mkdir()
        self.path = folder / "app.db"

    def ship(self, name: str, sql: str) -> Path:
        file = self.folder / name
        file.write_text(sql)
        return file

    async def open(self) -> Database:
        return await Database.open(self.path, KEY, migrations=self.folder)

    async def run(self, sql: str) -> object:
        """Open, run one statement, close: what a start of the bot does to the files."""
        db = await self.open()
        try:
            async with db.transaction() as tx:
                return await tx.value(sql)
        finally:
            await db.close()


@pytest.fixture(autouse=True)
def _one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    make_one_by_one(monkeypatch)


@pytest.fixture
def release(tmp_path: Path) -> Release:
    return Release(tmp_path)


async def test_a_fresh_file_gets_all_in_order(release: Release) -> None:
    release.ship("0002_author.sql", SECOND)
    release.ship("0001_note.sql", FIRST)
    assert await release.run("PRAGMA user_version") == 2
    assert await release.run("SELECT count(*) FROM note WHERE author IS NULL") == 0
    assert not migrate.previous_copy(release.path).exists()


async def test_an_older_file_is_copied_and_brought_up(release: Release) -> None:
    release.ship("0001_note.sql", FIRST)
    await release.run("INSERT INTO note (text) VALUES ('old')")
    release.ship("0002_author.sql", SECOND)
    assert await release.run("SELECT count(*) FROM note WHERE author IS NULL") == 1

    copy = migrate.previous_copy(release.path)
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert not copy.read_bytes().startswith(b"SQLite format 3")
    old = driver.open_connection(copy, KEY)
    try:
        assert old.execute("PRAGMA user_version").fetchone()[0] == 1
        assert old.execute("SELECT text FROM note").fetchone()[0] == "old"
    finally:
        old.close()


async def test_the_copy_is_of_everything_even_what_only_the_log_had(release: Release) -> None:
    release.ship("0001_note.sql", FIRST)
    db = await release.open()
    async with db.transaction() as tx:
        await tx.insert("INSERT INTO note (text) VALUES ('in the log')")
    crashed = release.path.parent / "crashed"
    crashed.mkdir()
    for file in release.path.parent.glob("app.db*"):
        (crashed / file.name).write_bytes(file.read_bytes())
    await db.close()
    assert (crashed / "app.db-wal").stat().st_size > 0

    release.path = crashed / "app.db"
    release.ship("0002_author.sql", SECOND)
    await release.run("SELECT 1")
    old = driver.open_connection(migrate.previous_copy(release.path), KEY)
    try:
        assert old.execute("SELECT text FROM note").fetchone()[0] == "in the log"
    finally:
        old.close()


async def test_a_failing_migration_leaves_the_file_as_it_was(release: Release) -> None:
    release.ship("0001_note.sql", FIRST)
    await release.run("INSERT INTO note (text) VALUES ('kept')")
    broken = release.ship("0002_author.sql", SECOND + "INSERT INTO nowhere VALUES (1);\n")
    with pytest.raises(driver.OperationalError):
        await release.open()
    broken.unlink()
    assert await release.run("PRAGMA user_version") == 1
    assert await release.run("SELECT text FROM note") == "kept"


async def test_of_two_migrations_none_stays_when_one_fails(release: Release) -> None:
    """The older release opens the file again, and the copy is of before, however often it is tried."""
    release.ship("0001_note.sql", FIRST)
    await release.run("INSERT INTO note (text) VALUES ('kept')")
    newer = [
        release.ship("0002_author.sql", SECOND),
        release.ship("0003_bad.sql", "CREATE TABLE x (a); SELECT * FROM nowhere;\n"),
    ]
    for _attempt in range(2):
        with pytest.raises(driver.OperationalError):
            await release.open()
    for file in newer:
        file.unlink()
    assert await release.run("PRAGMA user_version") == 1
    assert await release.run("SELECT text FROM note") == "kept"
    copy = driver.open_connection(migrate.previous_copy(release.path), KEY)
    try:
        assert copy.execute("PRAGMA user_version").fetchone()[0] == 1
    finally:
        copy.close()
    release.ship("0002_author.sql", SECOND)
    assert await release.run("PRAGMA user_version") == 2


async def test_a_newer_file_is_refused_in_plain_words(release: Release) -> None:
    release.ship("0001_note.sql", FIRST)
    second = release.ship("0002_author.sql", SECOND)
    await release.run("SELECT 1")
    second.unlink()
    before = release.path.read_bytes()
    with pytest.raises(NewerDatabase, match="newer Steward"):
        await release.open()
    assert release.path.read_bytes() == before


async def test_tables_that_are_not_ours_are_refused(release: Release) -> None:
    release.ship("0001_note.sql", FIRST)
    db = await release.open()
    async with db.transaction() as tx:
        await tx.execute("CREATE TABLE extra (a)")
    await db.close()
    with pytest.raises(UnexpectedSchema, match="something else has changed"):
        await release.open()


async def test_a_table_may_be_rebuilt_under_its_references(release: Release) -> None:
    release.ship("0001_note.sql", FIRST + "CREATE TABLE tag (note INT REFERENCES note(id));\n")
    db = await release.open()
    async with db.transaction() as tx:
        await tx.insert("INSERT INTO note (text) VALUES ('a')")
        await tx.insert("INSERT INTO tag VALUES (1)")
    await db.close()
    release.ship(
        "0002_rebuild.sql",
        "CREATE TABLE fresh (id INTEGER PRIMARY KEY, text TEXT, more TEXT);\n"
        "INSERT INTO fresh (id, text) SELECT id, text FROM note;\n"
        "DROP TABLE note;\nALTER TABLE fresh RENAME TO note;\n",
    )
    assert await release.run("SELECT count(*) FROM tag JOIN note ON note.id = tag.note") == 1
    assert await release.run("PRAGMA foreign_keys") == 1


async def test_a_migration_that_breaks_references_is_undone(release: Release) -> None:
    release.ship("0001_note.sql", FIRST + "CREATE TABLE tag (note INT REFERENCES note(id));\n")
    db = await release.open()
    async with db.transaction() as tx:
        await tx.insert("INSERT INTO note (text) VALUES ('a')")
        await tx.insert("INSERT INTO tag VALUES (1)")
    await db.close()
    broken = release.ship("0002_break.sql", "DELETE FROM note;\n")
    with pytest.raises(ValueError, match="refer to nothing"):
        await release.open()
    broken.unlink()
    assert await release.run("SELECT count(*) FROM note") == 1


def test_statements_are_split_where_sqlite_says(release: Release) -> None:
    release.ship(
        "0001_trigger.sql",
        "-- a comment; with a semicolon\nCREATE TABLE t (a TEXT DEFAULT ';'); /* ; */ "
        "CREATE TRIGGER g AFTER INSERT ON t BEGIN\n  DELETE FROM t;\n  SELECT 1;\nEND;\n-- end\n",
    )
    statements = migrate.read(release.folder)[0].statements()
    assert [s.split("CREATE ")[1].split()[0] for s in statements] == ["TABLE", "TRIGGER"]


@pytest.mark.parametrize(
    ("files", "problem"),
    [
        (["0001_a.sql", "0003_c.sql"], "numbered"),
        (["0001_a.sql", "0001_b.sql"], "numbered"),
        (["0002_b.sql"], "numbered"),
        (["1_a.sql"], "NNNN_name"),
    ],
)
def test_gaps_doubles_and_odd_names_are_mistakes(
    release: Release, files: list[str], problem: str
) -> None:
    for name in files:
        release.ship(name, "SELECT 1;\n")
    with pytest.raises(ValueError, match=problem):
        migrate.read(release.folder)


def test_an_unfinished_statement_is_a_mistake(release: Release) -> None:
    release.ship("0001_a.sql", "CREATE TABLE t (a)\n")
    with pytest.raises(ValueError, match="middle of a statement"):
        migrate.read(release.folder)[0].statements()


async def test_our_own_migrations_apply_to_a_fresh_file(tmp_path: Path) -> None:
    """And opening again finds the schema unchanged."""
    for _ in range(2):
        db = await Database.open(tmp_path / "app.db", KEY)
        async with db.transaction() as tx:
            assert await tx.value("PRAGMA user_version") == len(migrate.read(migrate.MIGRATIONS))
        await db.close()


def test_the_hash_of_our_own_schema_is_current(release: Release) -> None:
    """Or each start of the bot makes a fresh schema to compare with."""
    for file in migrate.MIGRATIONS.glob("*.sql"):
        release.ship(file.name, file.read_text())
    migrate.write_down(release.folder)
    written = (release.folder / migrate.KNOWN).read_text()
    assert (migrate.MIGRATIONS / migrate.KNOWN).read_text() == written, "run: make docs"


async def test_changed_tables_are_refused_where_the_hash_is_written_down(release: Release) -> None:
    release.ship("0001_note.sql", FIRST)
    migrate.write_down(release.folder)
    await release.run("CREATE TABLE foreign_one (id INTEGER)")
    with pytest.raises(UnexpectedSchema):
        await release.open()


@pytest.mark.parametrize("written", ["1 0000\n", "2 0000\n"])
async def test_a_hash_of_other_words_for_the_same_tables_refuses_nothing(
    release: Release, written: str
) -> None:
    """A newer SQLite may word a schema differently; and a hash may be of another release."""
    release.ship("0001_note.sql", FIRST)
    release.ship(migrate.KNOWN, written)
    for _ in range(2):
        assert await release.run("SELECT count(*) FROM note") == 0
    await release.run("CREATE TABLE foreign_one (id INTEGER)")
    with pytest.raises(UnexpectedSchema):
        await release.open()


async def test_who_had_a_calendar_file_may_have_any_of_its_dates(release: Release) -> None:
    """Before 14 nobody noted which, so that a next file brings all of them, and a change is told."""
    later = release.folder / "0014_calendar_dates.sql"
    for file in sorted(migrate.MIGRATIONS.glob("*.sql"))[:13]:
        release.ship(file.name, file.read_text())
    db = await release.open()
    async with db.transaction() as tx:
        await tx.execute(
            "INSERT INTO committees(id, room, name, zone, created_at) VALUES (1, '!r', '', 'UTC', 0)"
        )
        await tx.execute(
            "INSERT INTO history(id, committee, kind, author, at) VALUES (1, 1, 'meeting changed', '@b', 0)"
        )
        await tx.execute(
            "INSERT INTO meetings(id, committee, number, uid, entry) VALUES (1, 1, 1, 'u', 1)"
        )
        for rid in ("a", "b"):
            await tx.execute(
                "INSERT INTO occurrences(committee, meeting, rid, start_local, zone, minutes, "
                "start_at, end_at, seq) VALUES (1, 1, ?, '2026-12-03T19:00', 'UTC', 90, 7, 9, 3)",
                (rid,),
            )
        await tx.execute("INSERT INTO calendar_files(meeting, person, seq) VALUES (1, '@b', 3)")
    await db.close()
    later.write_text((migrate.MIGRATIONS / later.name).read_text())
    db = await release.open()
    async with db.transaction() as tx:
        rows = await tx.all("SELECT person, seq, start_at, end_at, live FROM calendar_dates")
        assert [tuple(row) for row in rows] == [("@b", -1, 7, 9, 1)] * 2
        assert await tx.value("SELECT title IS NULL AND made = 0 FROM calendar_files") == 1
    await db.close()
