"""Changing the data key, killed at every step; and the end of everything without a network."""

import asyncio
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from nio.crypto import OlmAccount
from typer.testing import CliRunner, Result

from bot.backup import rotate
from bot.cli import command_line
from bot.keys import keyring
from bot.keys.data_key import DataKey, Purpose
from bot.logging import logs
from bot.matrix.crypto_store import CipherStore
from bot.process import failpoints
from bot.process.data_directory import DataDirectory
from bot.process.exit_codes import ExitCode
from storage.chat.facts import Facts
from storage.core.database import Database
from storage.core.refusals import StorageRefusal, WrongKey
from storage.polls.ballots import Ballots
from storage.polls.sealed import Label, new_half
from tests.support.moving import KEY_ON_PAPER
from tests.unit.test_keys import CHEAP, PASSPHRASE

USER, DEVICE = "@steward:committee.test", "DEVICE"
POLL = "p" * 32


@dataclass(slots=True)
class Home:
    """A data directory as a stopped bot leaves it, and what was in it at first."""

    directory: DataDirectory
    config: Path
    key: DataKey
    half: bytes
    account: str

    def steward(self, *words: str) -> Result:
        """A command as the operator gives it."""
        line = [words[0], "--config", str(self.config), *words[1:]]
        return CliRunner().invoke(command_line.app, line)

    def look(self, key: DataKey) -> None:
        """Everything opens and is what it was."""
        asyncio.run(self._look(key))
        with self._store(key) as store:
            account = store.load_account()
        assert account is not None
        assert account.identity_keys["curve25519"] == self.account

    async def _look(self, key: DataKey) -> None:
        database = await self._database(key)
        async with database.transaction() as tx:
            assert await Facts(tx).get("device_id") == DEVICE
        await database.close()
        ballots = await Ballots.open(self.directory.ballots, key.derive(Purpose.BALLOTS))
        (box,) = await ballots.boxes()
        await ballots.close()
        assert box.open(self.half) == bytes(4096)

    async def _database(self, key: DataKey) -> Database:
        return await Database.open(self.directory.app_database, key.derive(Purpose.APP_DATABASE))

    async def fact(self, key: DataKey, name: str) -> str | None:
        database = await self._database(key)
        async with database.transaction() as tx:
            found = await Facts(tx).get(name)
        await database.close()
        return found

    @contextmanager
    def _store(self, key: DataKey) -> Iterator[CipherStore]:
        store = CipherStore.at(
            self.directory.nio_store,
            key=key.derive(Purpose.NIO_STORE),
            pickle_key=key.derive(Purpose.NIO_PICKLE),
            user_id=USER,
            device_id=DEVICE,
        )
        try:
            yield store
        finally:
            store.close()


async def _fill(home: Home) -> None:
    database = await home._database(home.key)
    async with database.transaction() as tx:
        await Facts(tx).put("device_id", DEVICE)
    await database.close()
    ballots = await Ballots.open(home.directory.ballots, home.key.derive(Purpose.BALLOTS))
    await ballots.insert(Label(POLL, "!room"), 1, home.half, bytes(4096))
    await ballots.close()


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    config, secret = tmp_path / "config.toml", tmp_path / "passphrase"
    config.write_text(
        f'homeserver = "http://127.0.0.1:9"\nuser = "{USER}"\nallow_inviters = ["@*:x.test"]\n'
        f'passphrase_file = "{secret}"\n[polls]\nkeys_dir = "{tmp_path / "polls"}"\n'
    )
    secret.touch(mode=0o600)
    secret.write_text(PASSPHRASE + "\n")
    (tmp_path / "data").mkdir(mode=0o700)
    directory = DataDirectory(tmp_path / "data")
    key, _ = keyring.create(directory.keyslots, PASSPHRASE, cost=CHEAP)
    directory.recovery_key_shown.touch(mode=0o600)
    home = Home(directory, config, key, new_half(), "")
    with home._store(key) as store:
        account = OlmAccount()
        store.save_account(account)
        home.account = account.identity_keys["curve25519"]
    asyncio.run(_fill(home))
    home.look(key)
    installed = logs.install("critical")
    yield home
    installed.undo()


def test_the_old_key_opens_nothing_any_more(home: Home) -> None:
    done = home.steward("rotate-key")
    assert done.exit_code == 0, done.stderr
    fresh = keyring.unlock(home.directory.keyslots, PASSPHRASE)
    assert fresh != home.key
    home.look(fresh)
    for path, purpose in (
        (home.directory.app_database, Purpose.APP_DATABASE),
        (home.directory.nio_store, Purpose.NIO_STORE),
        (home.directory.ballots, Purpose.BALLOTS),
    ):
        with pytest.raises(WrongKey):
            asyncio.run(Database.open(path, home.key.derive(purpose)))
    with pytest.raises((StorageRefusal, Exception)), home._store(home.key):
        pass
    (printed,) = KEY_ON_PAPER.findall(done.stdout)
    assert keyring.unlock(home.directory.keyslots, printed) == fresh
    assert home.directory.recovery_key_shown.exists()
    left = {path.name for path in home.directory.path.iterdir()}
    assert left == {
        *("app.db", "nio.db", "ballots.db", "keyslots.json"),
        *("lock", "reserve", "recovery-key-shown"),
    }


def test_people_who_were_forgotten_are_still_recognised(home: Home) -> None:
    for _ in range(2):
        assert home.steward("rotate-key").exit_code == 0
    fresh = keyring.unlock(home.directory.keyslots, PASSPHRASE)
    kept = asyncio.run(home.fact(fresh, rotate.FORGOTTEN_KEY))
    assert kept == home.key.derive(Purpose.FORGOTTEN).hex()


ROTATING = """
import os, sys
from pathlib import Path
from bot.process import failpoints
from bot.process.data_directory import DataDirectory
from bot.backup import rotate as rotating

for line in sys.stdin:
    name, _, count = line.strip().partition(":")
    child = os.fork()
    if child == 0:
        failpoints._name, failpoints._left = name, int(count or 1)
        with DataDirectory.open(Path(sys.argv[1])) as held:
            rotating.rotate(held, sys.argv[2])
        os._exit(0)
    print(os.waitpid(child, 0)[1], flush=True)
"""
"""Rotates again and again, each time killed at the point it is told; starting is what takes long."""


@pytest.fixture
def killed_at(home: Home) -> Iterator[Callable[[str], int]]:
    """Change the data key until that point; the signal that ended it."""
    line = [sys.executable, "-c", ROTATING, str(home.directory.path), PASSPHRASE]
    with subprocess.Popen(  # noqa: S603 (our own program)
        line, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
    ) as process:

        def ended(point: str) -> int:
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write(f"{point}\n")
            return int(process.stdout.readline())

        yield ended
        process.kill()


def test_killed_at_any_step_it_opens_and_can_be_done_again(
    home: Home, killed_at: Callable[[str], int]
) -> None:
    """With the passphrase as it was; before the slots are replaced with the old data key."""
    key = home.key
    for point in (*failpoints.ROTATING, "rotate_moved:2", "rotate_moved:3"):
        assert killed_at(point) == signal.SIGKILL, point
        with DataDirectory.open(home.directory.path) as held:
            found = keyring.unlock(held.keyslots, PASSPHRASE)
        committed = point.startswith(("rotate_committed", "rotate_moved"))
        assert (found != key) is committed, point
        home.look(found)
        assert not list(home.directory.path.glob("*.new*")), point
        key = found


def test_with_a_wrong_passphrase_or_the_recovery_key_nothing_happens(home: Home) -> None:
    recovery = keyring.change_recovery_key(home.directory.keyslots, PASSPHRASE)
    for typed in ("some other passphrase", recovery.text()):
        (home.config.parent / "passphrase").write_text(typed + "\n")
        assert home.steward("rotate-key").exit_code == ExitCode.WRONG_PASSPHRASE
        home.look(home.key)


def test_panic_ends_with_zero_without_a_network_and_nothing_opens(home: Home) -> None:
    polls = home.config.parent / "polls"
    polls.mkdir()
    (polls / f"{POLL}.key").write_bytes(bytes(40))
    copy = home.directory.keyslots.read_bytes()
    done = home.steward("panic", "--yes")
    assert done.exit_code == 0, done.stderr
    assert "could not be told" in done.stdout
    assert not home.directory.path.exists()
    assert list(polls.iterdir()) == []
    assert home.steward("run").exit_code == ExitCode.DATA_DIRECTORY
    assert keyring.unlock_content(copy, home.config, PASSPHRASE) == home.key, "the control"
    assert home.steward("panic", "--yes").exit_code == 0


def test_panic_asks_first_and_needs_no_configuration_that_is_right(home: Home) -> None:
    assert home.steward("panic").exit_code == ExitCode.INTERRUPTED
    home.look(home.key)
    home.config.write_text("nonsense = [\n")
    assert home.steward("panic", "--yes").exit_code == ExitCode.CONFIG
    done = home.steward("panic", "--yes", "--data-dir", str(home.directory.path))
    assert done.exit_code == 0, done.stderr
    assert not home.directory.path.exists()


def test_panic_leaves_what_is_not_the_bots(home: Home) -> None:
    """Somebody may have chosen a directory with other things in it."""
    other = home.directory.path / "photo.jpg"
    other.write_bytes(b"kept")
    done = home.steward("panic", "--yes")
    assert done.exit_code == 0
    assert [path.name for path in home.directory.path.iterdir()] == ["photo.jpg"]
