"""Bots of one user, container or machine, told the same place for keys of polls, touch nothing of each other."""

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.backup import panic
from bot.polls import keys
from bot.polls.box import VotePosition
from bot.polls.keys import HalfKey, KeysInUse, KeysOutOfReach, PollKeys
from bot.polls.register import Register
from bot.process.data_directory import DataDirectory
from commands.polls.model import Poll, PollKind, Rules, encode
from storage.core.model import UserId
from storage.polls.ballots import Ballots
from tests.support.polling import in_memory

READY = Poll(
    "K7QX", PollKind.TEMPERATURE, "Ready?", (), Rules(3, None, datetime(2030, 1, 1, tzinfo=UTC))
)
PEOPLE = tuple(UserId(f"@voter{number}:example.org") for number in range(4))
ROOM = "!room:example.org"
OTHER_USER = 4343

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="another user's directory is made by root")


@pytest.fixture
def memory() -> Iterator[Path]:
    with in_memory() as made:
        yield made


@dataclass(slots=True)
class SomeBot:
    """The polls of one bot: started, ended in order or killed, and what must be in its boxes."""

    directory: DataDirectory
    memory: Path
    key: bytes = field(default_factory=lambda: os.urandom(32), repr=False)
    register: Register | None = None
    votes: dict[str, dict[UserId, bytes]] = field(default_factory=dict)
    count: int = 0

    @classmethod
    def at(cls, path: Path, memory: Path) -> "SomeBot":
        path.mkdir()
        return cls(DataDirectory(path), memory)

    async def start(self) -> Register:
        ballots = await Ballots.open(self.directory.ballots, self.key)
        self.register = Register(ballots, PollKeys.of(self.directory, self.memory))
        await self.register.restore()
        return self.register

    async def end(self) -> None:
        """However it ends, the kernel lets go of its lock; nothing is written on the way."""
        if self.register is not None:
            self.register.keys.release()
            await self.register.ballots.close()
            self.register = None

    async def step(self, what: str) -> None:
        register = self.register or await self.start()
        self.count += 1
        match what:
            case "restart":
                await self.end()
                await self.start()
            case "open":
                opened = await register.open(
                    READY, PEOPLE, ROOM, f"$origin of {self.directory.path.name} {self.count}"
                )
                self.votes[opened.id] = {}
            case "vote":
                for poll, votes in self.votes.items():
                    who = PEOPLE[self.count % len(PEOPLE)]
                    choice = encode(READY, f"0{self.count % 6}")
                    found = register.open_polls[poll]
                    await register.vote(found, who, choice, VotePosition(who, self.count))
                    votes[who] = choice
            case "close" if self.votes:
                await register.destroy(self.votes.popitem()[0])

    async def whole(self) -> None:
        """Every poll is open, with each vote in its place, and none was lost."""
        register = self.register or await self.start()
        assert register.lost == []
        assert set(register.open_polls) == set(self.votes)
        for poll, votes in self.votes.items():
            found = register.open_polls[poll]
            slots = (await register.state(found)).slots
            assert {who: slots[at] for who, at in found.places.items() if slots[at]} == votes


@asynccontextmanager
async def two(place: Path, memory: Path) -> AsyncIterator[list[SomeBot]]:
    async with AsyncExitStack() as stack:
        bots = [SomeBot.at(place / name, memory) for name in ("first", "second")]
        for bot in bots:
            stack.push_async_callback(bot.end)
            await bot.step("open")
            await bot.step("vote")
        yield bots


STEPS = st.lists(
    st.tuples(st.integers(0, 1), st.sampled_from(("restart", "restart", "open", "vote", "close"))),
    max_size=12,
)


async def _any_order(steps: list[tuple[int, str]]) -> None:
    with in_memory() as memory, tempfile.TemporaryDirectory() as place:
        async with two(Path(place), memory) as bots:
            for which, what in steps:
                await bots[which].step(what)
                for bot in bots:
                    await bot.whole()
            for bot in bots:
                await bot.step("restart")
                await bot.whole()


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(STEPS)
def test_two_bots_in_any_order(steps: list[tuple[int, str]]) -> None:
    asyncio.run(_any_order(steps))


async def test_the_control_without_a_directory_each(tmp_path: Path, memory: Path) -> None:
    """As it was up to 0.2.0: the second start wipes what it does not know."""
    async with two(tmp_path, memory) as (first, _second):
        flat = PollKeys(memory)
        half = HalfKey(os.urandom(32), 1)
        flat.put("poll-of-the-first", half)
        flat.wipe_all_but(["poll-of-the-second"])
        assert flat.get("poll-of-the-first") is None
        # Directories of bots are not touched by it either.
        await first.step("restart")
        await first.whole()


# -- what an older version left ---------------------------------------------------------------------


async def test_polls_that_an_older_version_opened_stay_open(tmp_path: Path, memory: Path) -> None:
    async with two(tmp_path, memory) as bots:
        for bot in bots:
            await bot.end()
            # As 0.2.0 left it: keys of both in one place, no name in the data directory.
            own = PollKeys.seen(bot.directory, memory).path
            for file in own.iterdir():
                file.rename(memory / file.name)
            own.rmdir()
            bot.directory.poll_keys.unlink()
        (memory / "somebody-else's.key").write_bytes(bytes(40))
        for bot in bots:
            await bot.whole()
            await bot.step("vote")
            await bot.step("restart")
            await bot.whole()
        # What is in nobody's file of ballots here may be another bot's.
        assert [path.name for path in memory.iterdir() if path.is_file()] == ["somebody-else's.key"]


async def test_moving_keys_that_was_interrupted_goes_on(tmp_path: Path, memory: Path) -> None:
    async with two(tmp_path, memory) as (first, _second):
        (poll,) = first.votes
        await first.end()
        own = PollKeys.seen(first.directory, memory).path
        shutil.copy(own / f"{poll}.key", memory / f"{poll}.key")
        (memory / f"{poll}.new").write_bytes(b"half")
        await first.whole()
        assert [path for path in memory.iterdir() if path.is_file()] == []


# -- one bot twice ----------------------------------------------------------------------------------

HOLD = """
import sys, time
from pathlib import Path
from bot.polls.keys import PollKeys
from bot.process.data_directory import DataDirectory
keys = PollKeys.of(DataDirectory(Path(sys.argv[1])), Path(sys.argv[2]))
keys.take([])
print("held", flush=True)
time.sleep(600)
"""


async def test_a_copy_of_a_bot_is_kept_off_until_the_first_is_killed(
    tmp_path: Path, memory: Path
) -> None:
    async with two(tmp_path, memory) as (first, second):
        await first.end()
        copy = shutil.copytree(first.directory.path, tmp_path / "copy")
        holding = await asyncio.to_thread(
            subprocess.Popen,
            [sys.executable, "-c", HOLD, str(first.directory.path), str(memory)],
            stdout=subprocess.PIPE,
        )
        try:
            assert holding.stdout is not None
            assert await asyncio.to_thread(holding.stdout.readline) == b"held\n"
            clone = SomeBot(DataDirectory(copy), memory, first.key)
            with pytest.raises(KeysInUse, match="a copy of this data directory"):
                await clone.start()
            assert clone.register is not None
            (reason,) = clone.register.keys.unavailable()
            assert "Another bot works with the keys" in reason
            await clone.end()
            # Another bot is not held up by it.
            await second.step("restart")
            await second.whole()
        finally:
            holding.send_signal(signal.SIGKILL)
            holding.wait()
            if holding.stdout is not None:
                holding.stdout.close()
        await first.whole()
        await second.whole()


def test_a_directory_that_was_made_anew_is_locked_anew(tmp_path: Path, memory: Path) -> None:
    directory = DataDirectory(tmp_path)
    ours, again = PollKeys.of(directory, memory), PollKeys.of(directory, memory)
    assert ours.path == again.path
    ours.take([])
    ours.take([])
    with pytest.raises(KeysInUse):
        again.take([])
    shutil.rmtree(ours.path)
    again.take([])
    with pytest.raises(KeysInUse):
        ours.take([])
    again.release()
    ours.take([])
    ours.release()


def test_a_name_belongs_to_a_data_directory_not_to_its_path(tmp_path: Path, memory: Path) -> None:
    made = [DataDirectory(tmp_path / name) for name in ("a", "b")]
    for each in made:
        each.path.mkdir()
    first, second = (PollKeys.of(each, memory) for each in made)
    assert first.path != second.path
    assert made[0].poll_keys.stat().st_mode & 0o777 == 0o600
    moved = DataDirectory(made[0].path.rename(tmp_path / "moved"))
    assert PollKeys.of(moved, memory).path == first.path
    # Another one where the first was: its keys are its own.
    made[0].path.mkdir()
    assert PollKeys.of(made[0], memory).path != first.path
    # What is no name, and might lead elsewhere, is none.
    moved.poll_keys.write_text("../../etc\n")
    assert PollKeys.seen(moved, memory).path == memory
    assert PollKeys.of(moved, memory).path.parent == memory


# -- somebody else's --------------------------------------------------------------------------------


@as_root
async def test_a_directory_of_another_user_is_left_alone(
    tmp_path: Path, memory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs = memory / "polls"
    theirs.mkdir(mode=0o755)
    os.chown(theirs, OTHER_USER, OTHER_USER)
    bot = SomeBot.at(tmp_path / "bot", theirs)
    register = await bot.start()
    monkeypatch.setattr(keys, "swaps_in_clear", lambda: False)
    (reason,) = register.keys.unavailable()
    assert f"belongs to uid {OTHER_USER}. Give this bot another one: keys_dir." in reason
    assert list(theirs.iterdir()) == []
    assert theirs.stat().st_mode & 0o777 == 0o755
    await bot.end()


async def test_keys_that_may_not_be_read_are_not_lost(
    tmp_path: Path, memory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rights that somebody changed are mended in a minute; a lost poll is lost."""
    async with two(tmp_path, memory) as (first, second):
        await first.end()

        def forbidden(path: Path) -> bytes:
            raise PermissionError(13, "Permission denied", str(path))

        with monkeypatch.context() as patch:
            patch.setattr(Path, "read_bytes", forbidden)
            with pytest.raises(KeysOutOfReach, match="starting now would lose it"):
                await first.start()
        await first.end()
        await first.whole()
        await second.whole()


# -- the end of one ---------------------------------------------------------------------------------


async def test_panic_of_one_leaves_the_other(tmp_path: Path, memory: Path) -> None:
    async with two(tmp_path, memory) as (first, second):
        await first.end()
        own = PollKeys.seen(first.directory, memory)
        (memory / "older.key").write_bytes(bytes(40))
        config = _Config(_Polls(memory))
        done = await asyncio.to_thread(panic.panic, first.directory, config)  # type: ignore[arg-type]
        assert done.left == ()
        assert not own.path.exists()
        assert not first.directory.path.exists()
        assert (memory / "older.key").exists()
        await second.step("restart")
        await second.whole()


@dataclass(frozen=True, slots=True)
class _Polls:
    keys_dir: Path


@dataclass(frozen=True, slots=True)
class _Config:
    polls: _Polls
    passphrase_file: None = None
    proxy: None = None
