"""A storage that refuses for a moment: a poll is counted all the same, and its box goes on changing as if by chance."""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from bot.polls import officer as module
from bot.polls.clocks import Clocks
from bot.polls.keys import PollKeys
from bot.polls.officer import ReturningOfficer
from bot.polls.register import LostBox, Open, Register
from bot.process import retry
from bot.state import Pulse
from commands.polls.model import Poll, PollKind, Rules
from storage.core.database import Database
from storage.core.driver import OperationalError
from storage.core.model import UserId
from storage.polls.ballots import Ballots

PEOPLE = tuple(UserId(f"@{name}:example.org") for name in ("ana", "ben", "chi"))
ROOM = "!room:example.org"


@dataclass
class Around:
    """Everything a poll's task asks for beside the register: nobody is there, and all is said at once."""

    said: list[str] = field(default_factory=list)
    announced: int = 0
    refuses: int = 0
    """How often announcing is refused."""

    async def announce(self, _which: Open) -> None:
        self.announced += 1
        if self.announced <= self.refuses:
            raise OperationalError("database or disk is full")

    async def remind(self, _which: Open) -> None:
        """It is too late for reminders."""

    async def resume(self, _which: Open, _state: object) -> None:
        """No earlier run took votes."""

    async def take_back_ballots(self, _which: Open) -> None:
        """None were sent."""

    async def expire_direct(self) -> None:
        """Nothing was read."""

    async def decoy_write(self) -> None:
        """Nothing is written."""

    async def ended(self, _room: str) -> frozenset[UserId]:
        return frozenset()

    async def without_result(self, _poll: str) -> None:
        """Nobody voted."""

    async def ours(self, _room: str, _name: str) -> bool:
        return False

    async def to_room(self, _room: str, _said: Sequence[object], name: str) -> None:
        self.said.append(name)

    def is_closed(self, _room: str) -> bool:
        return False

    def soon(self, work: Coroutine[Any, Any, object]) -> asyncio.Task[Any]:
        return asyncio.ensure_future(work)


@pytest.fixture
def memory() -> Iterator[Path]:
    made = tempfile.mkdtemp(prefix="steward-keys-", dir="/dev/shm")
    yield Path(made)
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture
async def register(tmp_path: Path, memory: Path) -> AsyncIterator[Register]:
    ballots = await Ballots.open(tmp_path / "ballots.db", bytes(32))
    yield Register(ballots, PollKeys(memory))
    await ballots.close()


@pytest.fixture
async def running(
    tmp_path: Path, register: Register, around: Around
) -> AsyncIterator[ReturningOfficer]:
    database = await Database.open(tmp_path / "app.db", bytes(32))
    parts = cast("Any", around)
    officer = ReturningOfficer(
        *(register, parts, parts, parts, parts),
        policy=parts,
        records=parts,
        clocks=Clocks(database),
        ended=around.ended,
        pulse=Pulse(lambda: True, heard=2.0**40),
        coalition=asyncio.Event(),
    )
    task = asyncio.create_task(officer.run())
    await asyncio.sleep(0)
    yield officer
    task.cancel()
    await asyncio.wait({task})
    await database.close()


@pytest.fixture
def around(monkeypatch: pytest.MonkeyPatch) -> Around:
    monkeypatch.setattr(retry, "AGAIN", 0.01)
    return Around()


async def opened(register: Register, closes: timedelta) -> Open:
    rules = Rules(3, None, datetime.now(UTC) + closes)
    poll = Poll("K7QX", PollKind.TEMPERATURE, "Ready?", (), rules)
    return await register.open(poll, PEOPLE, ROOM, "$origin")


def refusing(
    monkeypatch: pytest.MonkeyPatch, step: str, times: int
) -> tuple[list[str], asyncio.Event]:
    """Have the register refuse a step so often; what became of each, and an event for the third that was taken."""
    work: Callable[..., Any] = getattr(Register, step)
    tried: list[str] = []
    taken = asyncio.Event()

    async def refused(register: Register, *rest: Any) -> Any:
        if tried.count("refused") < times:
            tried.append("refused")
            raise OperationalError("database or disk is full")
        done = await work(register, *rest)
        tried.append("taken")
        if tried.count("taken") == 3:
            taken.set()
        return done

    monkeypatch.setattr(Register, step, refused)
    return tried, taken


async def gone(register: Register) -> None:
    async with asyncio.timeout(10):
        while register.open_polls:  # noqa: ASYNC110 (the register tells nobody)
            await asyncio.sleep(0.01)


async def test_the_box_goes_on_changing_without_votes(
    register: Register, running: ReturningOfficer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else each change from then on would be a vote, and its time that of one."""
    monkeypatch.setattr(module, "next_beat", lambda: 0.01)
    monkeypatch.setattr(module, "next_pause", lambda: 0.0)
    tried, taken = refusing(monkeypatch, "beat", 2)
    running.attend(await opened(register, timedelta(hours=1)))
    await asyncio.wait_for(taken.wait(), 10)
    assert tried[:2] == ["refused", "refused"]


@pytest.mark.parametrize("step", ["state", "count", "destroy"])
async def test_a_poll_is_counted_once_there_is_room(
    register: Register,
    running: ReturningOfficer,
    around: Around,
    monkeypatch: pytest.MonkeyPatch,
    step: str,
) -> None:
    """Nobody else would look at it until the next start, and votes would be taken for ever."""
    tried, _taken = refusing(monkeypatch, step, 2)
    which = await opened(register, timedelta(hours=-1))
    running.attend(which)
    await gone(register)
    assert tried[:2] == ["refused", "refused"]
    assert {name.partition("-")[2] for name in around.said} == {which.id}


async def test_who_has_no_ballot_yet_gets_it_once_there_is_room(
    register: Register, running: ReturningOfficer, around: Around
) -> None:
    around.refuses = 2
    running.attend(await opened(register, timedelta(hours=1)))
    async with asyncio.timeout(10):
        while around.announced < 3:  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_a_poll_that_is_lost_is_told_and_its_box_goes_once_there_is_room(
    register: Register, running: ReturningOfficer, around: Around, monkeypatch: pytest.MonkeyPatch
) -> None:
    which = await opened(register, timedelta(hours=1))
    register.open_polls.clear()
    register.lost.append(LostBox(which.id, ROOM, which.poll.rules.closes_at, rolled_back=False))
    tried, _taken = refusing(monkeypatch, "destroy", 2)
    running._begin()
    async with asyncio.timeout(10):
        while await register.ballots.boxes():  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    assert tried[:2] == ["refused", "refused"]
    assert {name.partition("-")[2] for name in around.said} == {which.id}
