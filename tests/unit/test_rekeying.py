"""A data directory of an earlier release: its people are found by the rules of this one."""

from datetime import date
from pathlib import Path

import pytest

from storage.contacts.contacts import Contacts
from storage.core import migrate, rekeying
from storage.core.database import Database
from storage.core.model import CommitteeId

KEY = bytes(range(32))


async def earlier(path: Path, folder: Path) -> None:
    """What the release before left: its schema, and the name keys it wrote."""
    folder.mkdir()
    for migration in migrate.read(migrate.MIGRATIONS)[:13]:
        (folder / migration.path.name).write_text(migration.path.read_text(encoding="utf-8"))
    database = await Database.open(path, KEY, migrations=folder)
    async with database.transaction() as tx:
        await tx.execute(
            "INSERT INTO committees(id, room, name, zone, created_at, last_contact, pairs_from, last_pair) "
            "VALUES (1, '!a:example.org', 'Unit', 'UTC', 0, 4, 'kim', 1)"
        )
        for number, name, merged in (
            (1, "Jürgen Müller", None), (2, "Emma Moyse", None), (3, "Jim Beam", None),
            (4, "Moyse-Kent", 2),
        ):  # fmt: skip
            await tx.execute(
                "INSERT INTO history(id, committee, author, at, kind, contact) "
                "VALUES (?, 1, '@ana:example.org', 0, 'contact_added', NULL)",
                (number,),
            )
            await tx.execute(
                "INSERT INTO contacts(id, committee, number, name, sort_key, entry, merged_into) "
                "VALUES (?1, 1, ?1, ?2, lower(?2), ?1, ?3)",
                (number, name, merged),
            )
        await tx.execute("INSERT INTO name_keys VALUES (1, 'jurgen muller', 1), (1, 'old', 3)")
        await tx.execute("INSERT INTO name_words VALUES (1, 'jurgen', 1), (1, 'old', 3)")
        await tx.execute("INSERT INTO pairs(committee, number, one, other) VALUES (1, 1, 1, 3)")
    await database.close()


@pytest.fixture
async def database(tmp_path: Path) -> Database:
    await earlier(tmp_path / "app.db", tmp_path / "migrations")
    return await Database.open(tmp_path / "app.db", KEY)


@pytest.mark.parametrize(
    ("said", "number"),
    [("Juergen Mueller", 1), ("e mma moyse", 2), ("Emma Moyse", 2), ("James Beam", 3), ("Moyse Kent", 2)],
)  # fmt: skip
async def test_people_are_found_by_other_spellings(
    database: Database, said: str, number: int
) -> None:
    try:
        async with database.transaction() as tx:
            similar = await Contacts(tx, CommitteeId(1), date(2026, 6, 1)).similar(said)
    finally:
        await database.close()
    assert [contact.number for contact in similar] == [number]


async def test_nothing_of_the_old_rules_is_left_and_pairs_are_looked_for_again(
    database: Database,
) -> None:
    try:
        async with database.transaction() as tx:
            assert await tx.value("SELECT COUNT(*) FROM name_keys WHERE key = 'old'") == 0
            assert await tx.value("SELECT COUNT(*) FROM name_words WHERE word = 'old'") == 0
            assert await tx.value("SELECT COUNT(*) FROM name_words WHERE word = 'mueller'") == 1
            assert await tx.value("SELECT pairs_from FROM committees") == ""
            assert await tx.value("SELECT COUNT(*) FROM pairs") == 0
    finally:
        await database.close()


async def test_it_is_done_once(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await database.close()
    monkeypatch.setattr(rekeying, "_rewrite", lambda _connection: pytest.fail("again"))
    await (await Database.open(tmp_path / "app.db", KEY)).close()
