"""What a bot of an earlier commit left opens as before: nothing is lost, and what cannot be refuses."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.backup import offline, restore, rotate
from bot.cli import doctor
from bot.cli.finding import Severity
from bot.config import load
from bot.keys import keyring
from bot.keys.data_key import Purpose
from bot.matrix.crypto_store import CipherStore
from bot.polls.keys import PollKeys
from bot.polls.register import Register
from bot.process.data_directory import DataDirectory
from bot.process.exit_codes import Stop
from storage.chat.facts import Facts
from storage.core import migrate
from storage.core.database import Database, NewerDatabase, UnexpectedSchema
from storage.core.refusals import DamagedFile, WrongKey
from storage.polls.ballots import Ballots
from storage.polls.sealed import NotThisBox, new_half
from tests.support.earlier import BACKED_UP, COMMITS, EarlierData
from tests.unit.test_cli import place, secret
from tests.unit.test_keys import CHEAP

__all__ = ["place"]

NAME_KEYS = "derived from names, and written anew when a release has other rules (rekeying.py)"
CHANGED: dict[str, dict[str, str]] = {
    "f159b98": {
        "calendar_files.seq": "14 keeps beside each date what somebody's calendar shows of it",
        "exports.state": "20 calls a file sent that was made",
        "name_keys": NAME_KEYS,
        "name_keys.committee": NAME_KEYS,
        "name_keys.key": NAME_KEYS,
        "name_keys.contact": NAME_KEYS,
    },
    "9788b9c": {},
}
"""What later releases keep in another way than the commit did, and why nothing is lost by it.

Whoever writes a migration that moves or rewrites old rows adds a line here, with the reason.
"""


@pytest.fixture(params=COMMITS)
def left(request: pytest.FixtureRequest, place: Path) -> Iterator[EarlierData]:
    """A copy of what a commit left. The fixture in the repository stays as it is."""
    copied = EarlierData.copied(str(request.param), place)
    yield copied
    assert copied.untouched()


def test_both_commits_are_here() -> None:
    assert set(COMMITS) == set(CHANGED)
    assert BACKED_UP == ("f159b98",)


# ------------------------------------------------------------------ the database
async def test_it_comes_to_the_newest_schema_and_loses_nothing(left: EarlierData) -> None:
    with left.connection() as before:
        assert left.lost(before) == set()
    await (await left.open()).close()
    with left.connection() as after:
        (version,) = after.execute("PRAGMA user_version").fetchone()
        assert version == len(migrate.read(migrate.MIGRATIONS))
        assert after.execute("PRAGMA cipher_integrity_check").fetchall() == []
        assert [tuple(row) for row in after.execute("PRAGMA integrity_check")] == [("ok",)]
        assert after.execute("PRAGMA foreign_key_check").fetchall() == []
        assert left.lost(after) == set(CHANGED[left.commit])


async def test_who_is_there_is_counted(left: EarlierData) -> None:
    """Reports read counts that triggers keep from 42 on; a migration counts who was there before."""
    await (await left.open()).close()
    with left.connection() as after:
        of_all = "SELECT unit_area, COALESCE(unit_shift, ''), COALESCE(rating, 0), parts, COUNT(*), COUNT(organizer) "
        counted = after.execute(
            "SELECT area, shift, rating, parts, people, assigned FROM unit_counts"
        )
        people = after.execute(
            f"{of_all} FROM contacts WHERE unit_area IS NOT NULL GROUP BY committee, 1, 2, 3, 4"
        )
        counts = sorted(map(tuple, counted.fetchall()))
        assert counts == sorted(map(tuple, people.fetchall()))
        assert counts
        weeks = after.execute("SELECT week, area, shift, people FROM unit_talks")
        talked = after.execute(
            "SELECT talked_at / 604800000, unit_area, COALESCE(unit_shift, ''), COUNT(*) FROM contacts "
            "WHERE unit_area IS NOT NULL AND talked_at IS NOT NULL GROUP BY committee, 1, 2, 3"
        )
        talks = sorted(map(tuple, weeks.fetchall()))
        assert talks == sorted(map(tuple, talked.fetchall()))
        assert talks


async def test_a_second_start_changes_nothing_more(left: EarlierData) -> None:
    await (await left.open()).close()
    with left.connection() as once:
        lost, schema = left.lost(once), migrate.schema(once)
    await (await left.open()).close()
    with left.connection() as twice:
        assert (left.lost(twice), migrate.schema(twice)) == (lost, schema)


async def test_of_before_a_migration_there_is_a_copy(left: EarlierData) -> None:
    old = left.directory.app_database.read_bytes()
    await (await left.open()).close()
    copy = migrate.previous_copy(left.directory.app_database)
    newest = len(migrate.read(migrate.MIGRATIONS))
    if left.numbers["files"]["app.db"]["version"] == newest:
        assert not copy.exists()
    else:
        assert copy.read_bytes() == old


@pytest.mark.parametrize("table", ["notes", "rsvps", "seals"])
async def test_control_a_migration_that_loses_something_is_noticed(
    left: EarlierData, tmp_path: Path, table: str
) -> None:
    folder = tmp_path / "migrations"
    shutil.copytree(migrate.MIGRATIONS, folder)
    number = len(migrate.read(folder)) + 1
    (folder / f"{number:04}_bad.sql").write_text(f"DELETE FROM {table};\n")
    key = left.key.derive(Purpose.APP_DATABASE)
    await (await Database.open(left.directory.app_database, key, migrations=folder)).close()
    with left.connection() as after:
        lost = left.lost(after)
    assert table in lost
    assert not lost <= set(CHANGED[left.commit])


# ------------------------------------------------------------------ what cannot be opened
async def test_a_file_of_a_newer_release_is_refused(left: EarlierData) -> None:
    with left.connection() as connection:
        connection.execute("PRAGMA user_version = 9999")
    with pytest.raises(NewerDatabase, match="newer Steward"):
        await left.open()


@pytest.mark.parametrize("table", ["time_options", "seals", "calendar_files", "outbox"])
async def test_a_file_without_one_of_its_tables_is_refused(left: EarlierData, table: str) -> None:
    """Also when a migration is to rewrite it; the file is then as it was."""
    with left.connection() as connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute(f"DROP TABLE {table}")
    before = left.directory.app_database.read_bytes()
    with pytest.raises(UnexpectedSchema, match="something else has changed"):
        await left.open()
    assert left.directory.app_database.read_bytes() == before


async def test_a_file_that_says_another_version_than_it_has_is_refused(left: EarlierData) -> None:
    with left.connection() as connection:
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        connection.execute(f"PRAGMA user_version = {version - 1}")
    with pytest.raises(UnexpectedSchema, match="something else has changed"):
        await left.open()


async def test_a_changed_byte_is_refused(left: EarlierData) -> None:
    path = left.directory.app_database
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(DamagedFile):
        await left.open()


# ------------------------------------------------------------------ keys
def test_its_key_slots_open(left: EarlierData) -> None:
    path = left.directory.keyslots
    assert [slot.kind for slot in keyring.slots(path)] == ["passphrase", "recovery"]
    assert keyring.unlock(path, left.numbers["recovery_key"]) == left.key
    with pytest.raises(WrongKey):
        keyring.unlock(path, "another passphrase than that")


async def test_its_encryption_sessions_open(left: EarlierData) -> None:
    database = await left.open()
    async with database.transaction() as tx:
        device = await Facts(tx).get("device_id")
    await database.close()
    with left.connection("nio.db") as connection:
        assert left.lost(connection, "nio.db") == set()
    assert device is not None
    store = CipherStore.at(
        left.directory.nio_store,
        key=left.key.derive(Purpose.NIO_STORE),
        pickle_key=left.key.derive(Purpose.NIO_PICKLE),
        user_id="@steward:example.org",
        device_id=device,
    )
    try:
        assert store.load_account() is not None
        sessions = sum(len(one) for one in store.load_sessions()._entries.values())
        assert sessions == left.rows("olmsessions", "nio.db")
        groups = store.load_inbound_group_sessions()
        assert sum(1 for _ in groups) == left.rows("megolminboundsessions", "nio.db")
    finally:
        store.close()


async def test_its_open_poll_is_there_and_cannot_be_read(left: EarlierData, tmp_path: Path) -> None:
    """The half of the key was in memory, and the machine is another: nobody reads the votes."""
    with left.connection("ballots.db") as connection:
        assert left.lost(connection, "ballots.db") == set()
    ballots = await Ballots.open(left.directory.ballots, left.key.derive(Purpose.BALLOTS))
    try:
        (box,) = await ballots.boxes()
        assert box.room == left.numbers["rooms"]["payments"]
        with pytest.raises(NotThisBox):
            box.open(new_half())
        register = Register(ballots, PollKeys(tmp_path / "keys"))
        await register.restore()
        assert not register.open_polls
        assert [lost.id for lost in register.lost] == [box.poll]
    finally:
        await ballots.close()


# ------------------------------------------------------------------ the operator
def configured(left: EarlierData) -> Path:
    """The configuration of somebody who kept the directory; nobody answers at its homeserver."""
    place = left.directory.path.parent
    secret(place / "passphrase", left.numbers["passphrase"])
    path = place / "config.toml"
    path.write_text(
        'homeserver = "http://127.0.0.1:9"\nuser = "@steward:example.org"\n'
        'allow_inviters = ["@*:example.org"]\npassphrase_file = "passphrase"\n'
        "[timeouts]\nrequest_seconds = 1\n"
    )
    path.chmod(0o600)
    return path


def test_the_doctor_finds_it_whole(left: EarlierData) -> None:
    findings = list(doctor.examine(configured(left)))
    words = {finding.subject: finding.words for finding in findings}
    assert words["data"] == "directory and files are closed to other users"
    assert words["keys"] == "2 slots: passphrase, recovery"
    assert words["passphrase"].startswith("read from a secret file")
    # Its throw-away key is cheap, and nobody answers.
    wrong = [each.subject for each in findings if each.mark is Severity.WRONG]
    assert wrong == ["keys", "homeserver"]


def test_it_can_be_backed_up_and_that_opens(left: EarlierData) -> None:
    file, target = configured(left), left.directory.path.parent / "new.backup"
    config = load(file)
    offline.back_up(
        config,
        file.read_text(),
        target,
        overwrite=False,
        secret=lambda: offline.secret_of(config, None),
    )
    said: list[str] = []
    restore.check(target, config.passphrase_file, file, said.append)
    assert f"2 committees, {left.rows('contacts')} contacts" in said[0]


def test_its_passphrase_can_be_changed(left: EarlierData) -> None:
    config, other = load(configured(left)), "a second throw-away passphrase"
    key = left.key
    offline.change_passphrase(config, left.numbers["passphrase"], other, CHEAP)
    assert keyring.unlock(left.directory.keyslots, other) == key
    assert keyring.unlock(left.directory.keyslots, left.numbers["recovery_key"]) == key
    with pytest.raises(WrongKey):
        keyring.unlock(left.directory.keyslots, left.numbers["passphrase"])


def test_its_keys_can_be_changed_and_nothing_is_lost_by_it(left: EarlierData) -> None:
    old = left.key
    with DataDirectory.open(left.directory.path) as directory:
        rotate.rotate(directory, left.numbers["passphrase"])
    assert left.key != old
    with left.connection() as app:
        # Under which key the forgotten are marked is written down beside the new one.
        assert left.lost(app) == set(CHANGED[left.commit]) | {"facts", "facts.name", "facts.value"}
    for file in ("nio.db", "ballots.db"):
        with left.connection(file) as connection:
            # The account and its sessions are sealed once more inside, under the new key.
            assert {each for each in left.lost(connection, file) if "." not in each} == set()


@pytest.mark.parametrize("left", BACKED_UP, indirect=True)
@pytest.mark.parametrize("by", ["passphrase", "recovery_key"])
def test_its_backup_is_whole_and_opens(left: EarlierData, by: str) -> None:
    file = secret(left.backup.parent / "secret", left.numbers[by])
    said: list[str] = []
    restore.check(left.backup, file, left.backup.parent / "config.toml", said.append)
    assert "is whole and opens" in said[0]
    assert f"2 committees, {left.rows('contacts')} contacts" in said[0]


@pytest.mark.parametrize("left", BACKED_UP, indirect=True)
def test_its_backup_comes_back_as_far_as_that_goes_without_a_homeserver(
    left: EarlierData,
) -> None:
    """The records are in place under the old keys; the login is what is missing."""
    place, said = left.backup.parent, list[str]()
    shutil.rmtree(left.directory.path)
    passphrase = secret(place / "secret", left.numbers["passphrase"])
    config = place / "config.toml"
    wanted = restore.RestoreOptions(left.backup, config, left.directory.path, passphrase, None)
    with pytest.raises(Stop, match="Nobody is at a terminal"):
        restore.restore(wanted, said.append)
    # Its configuration came along and is one that this release reads.
    assert load(config).user == "@steward:example.org"
    assert not left.directory.initialised

    configured(left)
    given = replace(wanted, password_file=secret(place / "password", "made up"))
    with pytest.raises(Stop, match="Nothing answers"):
        restore.restore(given, said.append)
    assert f"The records are in {left.directory.path}" in said[-2]
    with left.connection() as connection:
        names = [row[0] for row in connection.execute("SELECT name FROM facts")]
        (contacts,) = connection.execute("SELECT count(*) FROM contacts").fetchone()
    assert contacts == left.rows("contacts")
    assert "cross_signing" in names
    assert not {"access_token", "device_id"} & set(names)
