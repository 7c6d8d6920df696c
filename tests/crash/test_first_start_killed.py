"""The steps of an upgrade that an operator sees are killed one by one: a backup, then the first start.

`test_upgrades_killed.py` kills the migration at its statements. Here everything around it is: the lock, the
reserve, the copy beside the database, files that another release left, the keys of an open poll, a backup.
"""

import asyncio
import io
import json
import os
import shutil
import signal
import subprocess
import sys
import tarfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.backup import restore
from bot.keys.data_key import Purpose
from bot.polls.box import VotePosition
from bot.polls.keys import PollKeys
from bot.polls.register import Register
from bot.process.exit_codes import ExitCode
from storage.core import driver, migrate
from storage.core.model import UserId
from storage.polls.ballots import Ballots
from tests.support.ballot_product import a_poll, code_of
from tests.support.earlier import COMMITS, EarlierData
from tests.unit.test_earlier_data import CHANGED, configured

Done = Callable[[Sequence[str], Path, int], tuple[int, int]]
OLDEST = "f159b98"
UV = Path(sys.executable).with_name("uv")
"""The commit with the oldest schema; its version was 0.1.0."""
MOVES_ON = {"outbox", "reading", "handled"}
"""Tables in which a start goes on with what waits and with what was read."""
VOTER = UserId("@ana:example.org")


@pytest.fixture
def done() -> Iterator[Done]:
    """Does a step in a process that ends at its N-th change: how it ended, and how many there were."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.support.first_start"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as forking:

        def ask(words: Sequence[str], config: Path, last: int) -> tuple[int, int]:
            assert forking.stdin is not None
            assert forking.stdout is not None
            forking.stdin.write(json.dumps([list(words), str(config), last]) + "\n")
            forking.stdin.flush()
            status, count = json.loads(forking.stdout.readline())
            return status, count

        yield ask
        forking.terminate()


@dataclass(frozen=True)
class Upgrade:
    """A machine whose program was replaced: what the older one left, with a poll that is open."""

    left: EarlierData
    config: Path
    keys: PollKeys
    before: Path
    """Everything as the older program left it."""

    @classmethod
    def prepared(cls, place: Path) -> "Upgrade":
        machine = place / "machine"
        machine.mkdir()
        left = EarlierData.copied(OLDEST, machine)
        config, keys = configured(left), PollKeys(machine / "keys")
        with config.open("a") as file:
            file.write(f'[polls]\nkeys_dir = "{keys.path}"\n')
        keys.path.mkdir(mode=0o700)
        asyncio.run(cls._with_a_poll(left, keys))
        shutil.copytree(machine, place / "before")
        return cls(left, config, keys, place / "before")

    @staticmethod
    async def _with_a_poll(left: EarlierData, keys: PollKeys) -> None:
        ballots = await Ballots.open(left.directory.ballots, left.key.derive(Purpose.BALLOTS))
        try:
            register, poll = Register(ballots, keys), a_poll(("red", "blue"))
            made = await register.open(poll, [VOTER], "!hall:example.org", "$opened")
            await register.vote(made, VOTER, code_of(poll, 1), VotePosition("a", 1))
        finally:
            await ballots.close()

    def back(self) -> None:
        """Make everything as the older program left it."""
        machine = self.config.parent
        shutil.rmtree(machine)
        shutil.copytree(self.before, machine)

    async def vote(self) -> bool:
        """Whether the poll is open and has the vote that was given before."""
        # Up to 0.2.0 keys lay where all bots had theirs; a start takes over this bot's own.
        keys = PollKeys.seen(self.left.directory, self.keys.path)
        ballots = await Ballots.open(
            self.left.directory.ballots, self.left.key.derive(Purpose.BALLOTS)
        )
        try:
            register = Register(ballots, keys)
            await register.restore()
            return any([await register.has_ballot(each, VOTER) for each in register.of(VOTER)])
        finally:
            keys.release()
            await ballots.close()

    def lost(self) -> set[str]:
        """What differs from what the older program had, in the database of records."""
        with self.left.connection() as connection:
            assert [tuple(row) for row in connection.execute("PRAGMA integrity_check")] == [("ok",)]
            return self.left.lost(connection)

    def version(self, path: Path | None = None) -> int:
        path = path or self.left.directory.app_database
        connection = driver.open_connection(path, self.left.key.derive(Purpose.APP_DATABASE))
        try:
            return int(connection.execute("PRAGMA user_version").fetchone()[0])
        finally:
            connection.close()


POINTS = [pytest.param(8, id="some"), pytest.param(0, id="all", marks=pytest.mark.nightly)]


def every(steps: int, points: int) -> range:
    return range(1, steps + 1, max(1, steps // points) if points else 1)


@pytest.fixture
def upgrade(tmp_path: Path) -> Upgrade:
    return Upgrade.prepared(tmp_path)


@pytest.mark.parametrize("points", POINTS)
@pytest.mark.timeout(1800)
def test_killed_at_any_step_of_the_first_start_the_next_has_everything(
    upgrade: Upgrade, done: Done, points: int
) -> None:
    """The records, the vote in the open poll, and the copy that the older program would open."""
    newest = len(migrate.read(migrate.MIGRATIONS))
    was = upgrade.version()
    assert was < newest
    status, steps = done(["start"], upgrade.config, 0)
    assert status == 0
    expected = upgrade.lost()
    assert {each.partition(".")[0] for each in expected - set(CHANGED[OLDEST])} <= MOVES_ON
    for last in every(steps, points):
        upgrade.back()
        assert done(["start"], upgrade.config, last)[0] == -signal.SIGKILL, last
        assert upgrade.version() in {was, newest}, f"half way, at step {last}"
        assert done(["start"], upgrade.config, 0)[0] == 0, last
        assert upgrade.version() == newest, last
        assert upgrade.lost() == expected, last
        assert asyncio.run(upgrade.vote()), last
        copy = migrate.previous_copy(upgrade.left.directory.app_database)
        assert upgrade.version(copy) == was, last
    sys.stdout.write(f"\nfirst start: {steps} steps, killed at {len(every(steps, points))}\n")


@pytest.mark.parametrize("points", POINTS)
@pytest.mark.timeout(1800)
def test_killed_at_any_step_of_a_backup_nothing_is_changed_and_the_next_is_whole(
    upgrade: Upgrade, done: Done, points: int
) -> None:
    """Of a bot that is stopped, by the newer program. A file of that name is whole, or is not there."""
    file = upgrade.config.parent / "a.backup"
    words = ["backup", str(file)]
    status, steps = done(words, upgrade.config, 0)
    assert status == 0
    for last in every(steps, points):
        upgrade.back()
        assert done(words, upgrade.config, last)[0] == -signal.SIGKILL, last
        if file.exists():
            whole(upgrade, file)
            file.unlink()
        assert done(words, upgrade.config, 0)[0] == 0, last
        whole(upgrade, file)
        assert asyncio.run(upgrade.vote()), last
        assert done(["start"], upgrade.config, 0)[0] == 0, last
    sys.stdout.write(f"\nbackup: {steps} steps, killed at {len(every(steps, points))}\n")


def whole(upgrade: Upgrade, file: Path) -> None:
    said: list[str] = []
    restore.check(file, upgrade.config.parent / "passphrase", upgrade.config, said.append)
    assert "is whole and opens" in said[0]


def test_control_without_the_keys_in_memory_the_vote_is_gone(upgrade: Upgrade, done: Done) -> None:
    """And where an older program had left them there is nothing any more."""
    assert OLDEST in COMMITS
    assert done(["start"], upgrade.config, 0)[0] == 0
    assert asyncio.run(upgrade.vote())
    assert not list(upgrade.keys.path.glob("*.key"))
    shutil.rmtree(upgrade.keys.path)
    upgrade.keys.path.mkdir(mode=0o700)
    assert not asyncio.run(upgrade.vote())


def test_back_out_by_the_copy_beside_the_database(upgrade: Upgrade, done: Done) -> None:
    """The older program's file is back, byte for byte, where its copy takes the place of the newer."""
    database = upgrade.left.directory.app_database
    old = (upgrade.before / "data" / database.name).read_bytes()
    assert done(["start"], upgrade.config, 0)[0] == 0
    migrate.previous_copy(database).replace(database)
    assert database.read_bytes() == old


@pytest.mark.nightly
def test_the_older_program_itself_goes_on_from_there(upgrade: Upgrade, done: Done) -> None:
    """It refuses the newer database, and opens its own copy and its own backup."""
    program = upgrade.config.parent / "program"
    program.mkdir()
    then = subprocess.run(  # noqa: S603
        ["git", "archive", OLDEST, "bot", "commands", "storage", "requirements"],  # noqa: S607
        cwd=Path(__file__).parents[2],
        check=False,
        capture_output=True,
    )
    if then.returncode:
        pytest.skip(f"this clone does not go back to {OLDEST}")
    with tarfile.open(fileobj=io.BytesIO(then.stdout)) as files:
        files.extractall(program)  # noqa: S202 (made here)
    # Of its own lock: what it needed is not all that is needed now.
    libraries = program / "libraries"
    into = ("--no-deps", "--require-hashes", "--target", libraries)
    subprocess.run(  # noqa: S603
        [UV, "pip", "install", "-q", *into, "-r", program / "requirements" / "run.txt"],
        env={**os.environ, "VIRTUAL_ENV": sys.prefix},
        check=True,
    )

    def older(*words: str | Path) -> tuple[int, str]:
        ended = subprocess.run(  # noqa: S603 (this interpreter)
            [sys.executable, "-m", "bot", *map(str, words)],
            cwd=program,
            check=False,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={"PATH": "/usr/bin:/bin", "PYTHONPATH": f"{program}:{libraries}"},
        )
        return ended.returncode, ended.stdout

    assert older("--version") == (0, "steward 0.1.0\n")
    assert done(["start"], upgrade.config, 0)[0] == 0
    configured(upgrade.left)
    settings, secret = ("--config", upgrade.config), upgrade.config.parent / "passphrase"
    made = upgrade.config.parent / "a.backup"
    assert older("backup", made, *settings)[0] == ExitCode.NEWER_DATABASE
    checked = older(
        "backup", "--check", upgrade.left.backup, "--passphrase-file", secret, *settings
    )
    assert checked[0] == 0
    assert "is whole and opens" in checked[1]
    database = upgrade.left.directory.app_database
    migrate.previous_copy(database).replace(database)
    assert older("backup", made, *settings)[0] == 0
