"""The file of a backup: what opens it, what is refused, and in which words."""

import asyncio
import hashlib
import resource
import shutil
import signal
import stat
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.backup import archive, create
from bot.backup.archive import Archive, NoBackup, Taken
from bot.keys import keyring
from bot.keys.data_key import DataKey, Purpose
from bot.keys.recovery_key import RecoveryKey
from bot.process.data_directory import DataDirectory
from storage.chat.facts import Facts
from storage.chat.undecrypted import UndecryptedEvents, WaitingEvent
from storage.core.database import Database
from storage.core.driver import OperationalError
from storage.core.refusals import DamagedFile, NewerDatabase, WrongKey
from storage.polls.ballots import Ballots
from storage.polls.sealed import Label, new_half
from tests.forensics.search import Canary, search
from tests.unit.test_keys import CHEAP, PASSPHRASE

WORDS = {
    "name": "Canary Robinsworth",
    "token": "syt_canary_token",
    "device": "CANARYDEV",
    "event": "$canary-event-of-a-vote",
    "configuration": "canary-homeserver.example",
}
POLL = "canarypoll0000000000000000000000"


@dataclass(frozen=True, slots=True)
class Home:
    """A data directory with something in it, and a backup of that."""

    directory: DataDirectory
    key: DataKey
    recovery: RecoveryKey
    backup: Path


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The one that is copied: making it takes longer than most of what is asked of it."""
    return asyncio.run(furnish(tmp_path_factory.mktemp("home")))


async def furnish(place: Path) -> Home:
    path = place / "data"
    path.mkdir(mode=0o700)
    directory = DataDirectory(path)
    key, recovery = keyring.create(directory.keyslots, PASSPHRASE, cost=CHEAP)
    database = await Database.open(directory.app_database, key.derive(Purpose.APP_DATABASE))
    async with database.transaction() as tx:
        await Facts(tx).put("access_token", WORDS["token"])
        await Facts(tx).put("device_id", WORDS["device"])
        await Facts(tx).put("cross_signing", WORDS["name"])
        await UndecryptedEvents(tx).keep(
            WaitingEvent(WORDS["event"], "!room", {"type": "m.room.encrypted"}, 1)
        )
    ballots = await Ballots.open(directory.ballots, key.derive(Purpose.BALLOTS))
    await ballots.insert(Label(POLL, "!room"), 1, new_half(), bytes(4096))
    await ballots.close()
    made_at = await create.take(directory, database, key, f"# {WORDS['configuration']}")
    await database.close()
    assert made_at.tzinfo is UTC
    backup = place / "b.backup"
    archive.deliver(create.finished_in(directory), backup, overwrite=False)
    create.discard(directory)
    return Home(directory, key, recovery, backup)


@pytest.fixture
def home(furnished: Home, tmp_path: Path) -> Home:
    directory, backup = tmp_path / "data", tmp_path / "b.backup"
    shutil.copytree(furnished.directory.path, directory)
    shutil.copy2(furnished.backup, backup)
    return replace(furnished, directory=DataDirectory(directory), backup=backup)


async def opened(home: Home, key: DataKey, path: Path) -> Database:
    kept = Archive.read(home.backup)
    kept.extract(path)
    return await Database.open(path, kept.key(key))


async def test_the_passphrase_and_the_recovery_key_open_it(home: Home) -> None:
    kept = Archive.read(home.backup)
    assert kept.unlock(PASSPHRASE) == home.key
    assert kept.unlock(home.recovery.text()) == home.key
    with pytest.raises(WrongKey):
        kept.unlock("another passphrase altogether")


async def test_it_opens_with_the_passphrase_of_its_time(home: Home) -> None:
    keyring.change_passphrase(home.directory.keyslots, PASSPHRASE, "quite another one", cost=CHEAP)
    assert Archive.read(home.backup).unlock(PASSPHRASE) == home.key


async def test_records_and_identity_are_in_it_and_the_login_is_not(
    home: Home, tmp_path: Path
) -> None:
    database = await opened(home, home.key, tmp_path / "copy.db")
    async with database.transaction() as tx:
        facts = Facts(tx)
        assert await facts.get("cross_signing") == WORDS["name"]
        assert await facts.get(create.FORMER_DEVICE) == WORDS["device"]
        assert await facts.get("access_token") is None
        assert await facts.get("device_id") is None
        assert await UndecryptedEvents(tx).all() == []
        tables = {row["name"] for row in await tx.all("SELECT name FROM sqlite_schema")}
    await database.close()
    assert "facts" in tables
    assert "box" not in tables


async def test_nobody_else_may_read_it_and_it_tells_nothing(home: Home) -> None:
    assert stat.S_IMODE(home.backup.stat().st_mode) == 0o600
    canaries = [Canary(kind, word) for kind, word in WORDS.items()] + [Canary("poll", POLL)]
    assert search(canaries, {"backup": home.backup.read_bytes()}) == []


async def test_control_the_same_without_encryption_tells_it(home: Home, tmp_path: Path) -> None:
    """All but what is in no backup: the login, what waited unread, and the boxes of polls."""
    database = await opened(home, home.key, tmp_path / "copy.db")
    plain = await Database.open(tmp_path / "plain.db", None)
    async with database.transaction() as tx:
        rows = await tx.all("SELECT name, value FROM facts")
    async with plain.transaction() as tx:
        for row in rows:
            await Facts(tx).put(row["name"], row["value"])
    await plain.close()
    await database.close()
    canaries = [Canary(kind, word) for kind, word in WORDS.items()] + [Canary("poll", POLL)]
    hits = search(canaries, {"plain": (tmp_path / "plain.db").read_bytes()})
    assert {hit.canary.kind for hit in hits} == {"name", "device", "configuration"}


async def test_any_changed_byte_is_noticed_before_a_passphrase_is_asked_for(home: Home) -> None:
    whole = home.backup.read_bytes()
    places = {0, 5, *range(15, len(whole), len(whole) // 60), len(whole) - 1}
    for place in sorted(places):
        changed = bytearray(whole)
        changed[place] ^= 1
        home.backup.write_bytes(changed)
        with pytest.raises((DamagedFile, NoBackup)):
            Archive.read(home.backup)
    home.backup.write_bytes(whole)
    Archive.read(home.backup)


@pytest.mark.parametrize("kept", [0, 14, 40, 2000, -4096, -1])
async def test_a_part_of_it_is_noticed(home: Home, kept: int) -> None:
    whole = home.backup.read_bytes()
    home.backup.write_bytes(whole[:kept])
    with pytest.raises((DamagedFile, NoBackup)):
        Archive.read(home.backup)


async def test_something_added_is_noticed(home: Home) -> None:
    home.backup.write_bytes(home.backup.read_bytes() + b"\0")
    with pytest.raises(DamagedFile):
        Archive.read(home.backup)


async def test_a_page_changed_on_purpose_is_noticed_when_it_is_opened(
    home: Home, tmp_path: Path
) -> None:
    """Somebody who recomputes the digest does not have the key of the pages."""
    kept = Archive.read(home.backup)
    content = bytearray(home.backup.read_bytes())
    content[kept.start + 5000] ^= 1
    body = bytes(content[: -archive.DIGEST_BYTES])
    home.backup.write_bytes(body + hashlib.sha256(body).digest())
    Archive.read(home.backup)
    with pytest.raises(DamagedFile):
        await opened(home, home.key, tmp_path / "copy.db")


async def test_one_of_a_newer_release_says_so(home: Home) -> None:
    content = home.backup.read_bytes().replace(b'"format":1,"made_at"', b'"format":2,"made_at"')
    home.backup.write_bytes(content)
    with pytest.raises(NewerDatabase, match="newer Steward"):
        Archive.read(home.backup)


async def test_a_newer_database_in_it_says_so(home: Home, tmp_path: Path) -> None:
    path, salt = tmp_path / "app.db", archive.new_salt()
    database = await Database.open(path, home.key.derive(Purpose.BACKUP, salt))
    await database.copy_to(
        tmp_path / "newer.db",
        home.key.derive(Purpose.BACKUP, salt),
        [("PRAGMA user_version = 9999", ())],
    )
    await database.close()
    home.backup.unlink()
    archive.write(
        home.backup,
        tmp_path / "newer.db",
        keyslots=keyring.content(home.directory.keyslots),
        salt=salt,
        made_at=datetime.now(UTC),
        made_by="99.0",
    )
    with pytest.raises(NewerDatabase):
        await opened(home, home.key, tmp_path / "copy.db")


async def test_another_file_is_no_backup(tmp_path: Path) -> None:
    path = tmp_path / "photo.jpg"
    path.write_bytes(b"\xff\xd8\xff" * 50)
    with pytest.raises(NoBackup, match="not a backup"):
        Archive.read(path)
    with pytest.raises(NoBackup, match="There is no file"):
        Archive.read(tmp_path / "nowhere")


async def test_nothing_is_overwritten_unless_told_to(home: Home, tmp_path: Path) -> None:
    source, target = home.backup, tmp_path / "other.backup"
    target.write_text("precious")
    with pytest.raises(Taken):
        archive.deliver(source, target, overwrite=False)
    assert target.read_text() == "precious"
    archive.deliver(source, target, overwrite=True)
    assert target.read_bytes() == source.read_bytes()
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert not list(tmp_path.glob(".*unfinished"))


async def test_a_backup_spoiled_on_its_way_never_gets_its_name(home: Home, tmp_path: Path) -> None:
    content = bytearray(home.backup.read_bytes())
    content[-100] ^= 1
    home.backup.write_bytes(content)
    with pytest.raises(DamagedFile):
        archive.deliver(home.backup, tmp_path / "other.backup", overwrite=False)
    assert not list(tmp_path.glob("*other.backup*"))


async def test_two_backups_of_the_same_moment_have_nothing_in_common(home: Home) -> None:
    database = await Database.open(
        home.directory.app_database, home.key.derive(Purpose.APP_DATABASE)
    )
    await create.take(home.directory, database, home.key, "")
    await database.close()
    one, other = Archive.read(home.backup), Archive.read(create.finished_in(home.directory))
    assert one.key(home.key) != other.key(home.key)


async def test_a_full_disk_leaves_no_copy_and_the_database_as_it_was(
    home: Home, tmp_path: Path
) -> None:
    database = await Database.open(
        home.directory.app_database, home.key.derive(Purpose.APP_DATABASE)
    )
    async with database.transaction() as tx:
        for number in range(200):
            await Facts(tx).put(f"filling {number}", "x" * 2000)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, limits[1]))
    try:
        with pytest.raises((OperationalError, OSError)):
            await create.take(home.directory, database, home.key, "")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, before)
    assert not list(home.directory.path.glob("backup*"))
    async with database.transaction() as tx:
        await Facts(tx).put("after", "all")
    await create.take(home.directory, database, home.key, "")
    await database.close()
    assert create.finished_in(home.directory).stat().st_size > 400_000
