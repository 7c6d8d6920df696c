"""Views of the rows that count: what was taken back is not in them, and they cost nothing."""

import re
from collections.abc import Iterator

import pytest

from storage.core import driver, migrate

UNDONE = "NOT EXISTS (SELECT 1 FROM history AS back WHERE back.reverses = t.entry)"


@pytest.fixture(name="db", scope="module")
def scratch() -> Iterator[driver.Connection]:
    """A database of this release, in memory."""
    db = driver.in_memory()
    for migration in migrate.read(migrate.MIGRATIONS):
        for statement in migration.statements():
            db.execute(statement)
    yield db
    db.close()


def views(db: driver.Connection) -> list[str]:
    """Tables of which there is a view of the rows that count."""
    found = db.execute("SELECT name FROM sqlite_schema WHERE type = 'view' AND name GLOB 'live_*'")
    return [name.removeprefix("live_") for (name,) in found.fetchall()]


def plan(db: driver.Connection, sql: str) -> list[str]:
    """What SQLite does for a query, without the names it gives to parts of it."""
    steps = db.execute(f"EXPLAIN QUERY PLAN {sql}", [None] * sql.count("?")).fetchall()
    return [re.sub(r" [0-9]+", "", step[3]) for step in steps]


def columns_led_by(db: driver.Connection, table: str) -> set[str]:
    """The first column of each index over all of a table."""
    indexes = db.execute(f"PRAGMA index_list({table})").fetchall()
    whole = [name for _number, name, _unique, _origin, partial in indexes if not partial]
    return {db.execute(f"PRAGMA index_info({name})").fetchone()[2] for name in whole}


def test_what_was_taken_back_is_in_no_view(db: driver.Connection) -> None:
    db.execute(
        "INSERT INTO committees(id, room, name, zone, created_at) VALUES (1, '!r', '', '', 0)"
    )
    for entry, reverses in ((1, None), (2, None), (3, 2)):
        db.execute(
            "INSERT INTO history(id, committee, author, at, kind, reverses) VALUES (?, 1, '', 0, '', ?)",
            (entry, reverses),
        )
    db.execute(
        "INSERT INTO contacts(id, committee, number, name, sort_key, entry) VALUES (1, 1, 1, '', '', 1)"
    )
    for entry, name in ((1, "counts"), (2, "taken back")):
        db.execute(
            "INSERT INTO names(contact, kind, name, entry) VALUES (1, 'alias', ?, ?)", (name, entry)
        )
    assert db.execute("SELECT name FROM live_names").fetchall() == [("counts",)]
    assert len(db.execute("SELECT name FROM names").fetchall()) == 2, "the control: the row stays"


def test_a_view_uses_the_indexes_of_its_table(db: driver.Connection) -> None:
    looked = 0
    for table in views(db):
        for column in columns_led_by(db, table) & columns(db, table):
            looked += 1
            folded = plan(db, f"SELECT t.* FROM live_{table} AS t WHERE t.{column} = ?")
            written = plan(db, f"SELECT t.* FROM {table} AS t WHERE t.{column} = ? AND {UNDONE}")
            assert folded == written, f"live_{table} by {column}"
            assert not any(
                step.startswith(("SCAN", "MATERIALIZE", "CO-ROUTINE")) for step in folded
            )
    assert looked > 60


def test_a_view_joins_as_its_table_does(db: driver.Connection) -> None:
    for table in views(db):
        if "contact" not in columns(db, table):
            continue
        sql = "SELECT c.id FROM contacts AS c {how} {table} AS t ON t.contact = c.id{counts} WHERE c.id = ?"
        for how in ("JOIN", "CROSS JOIN", "LEFT JOIN"):
            folded = plan(db, sql.format(how=how, table=f"live_{table}", counts=""))
            written = plan(db, sql.format(how=how, table=table, counts=f" AND {UNDONE}"))
            assert folded == written, f"{how} live_{table}"


@pytest.mark.parametrize(
    ("view", "by"),
    [
        ("current_backups", "contact"),
        ("current_backups", "organizer"),
        ("current_conversations", "contact"),
        ("current_meeting_roles", "occurrence"),
    ],
)
def test_the_last_word_is_found_by_an_index(db: driver.Connection, view: str, by: str) -> None:
    steps = plan(db, f"SELECT t.* FROM {view} AS t WHERE t.{by} = ?")
    assert not any(step.startswith(("SCAN", "MATERIALIZE", "CO-ROUTINE")) for step in steps), steps


def test_control_a_view_that_is_not_folded_would_be_noticed(db: driver.Connection) -> None:
    db.execute("CREATE TEMP VIEW slow_names AS SELECT DISTINCT t.* FROM names AS t LIMIT -1")
    steps = plan(db, "SELECT t.* FROM slow_names AS t WHERE t.contact = ?")
    assert any(step.startswith(("SCAN", "MATERIALIZE", "CO-ROUTINE")) for step in steps)


def columns(db: driver.Connection, table: str) -> set[str]:
    return {row[1] for row in db.execute(f"PRAGMA table_info({table})").fetchall()}
