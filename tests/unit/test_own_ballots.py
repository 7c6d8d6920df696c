"""A committee's box in a coalition poll: opened once, kept sealed until nobody needs it, then destroyed with its key."""

import asyncio
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from bot.delivery.ephemeral import EphemeralSender
from bot.matrix.session_expiry import SessionExpiry
from bot.polls.box import VotePosition
from bot.polls.cleanup import BallotCleanup
from bot.polls.clerk import PollClerk
from bot.polls.clocks import Clocks
from bot.polls.keys import PollKeys
from bot.polls.officer import ReturningOfficer
from bot.polls.own_ballots import BoxedBallots
from bot.polls.pending import PendingPolls
from bot.polls.presence import Presence
from bot.polls.records import Records
from bot.polls.register import Open, Register
from bot.state import Pulse
from commands.coalition.own_ballots import CountedBox, NoTotals
from commands.polls.ask.policy import Policy
from commands.polls.model import CoalitionPoll, Poll, PollKind, Rules, encode
from storage.chat.committees import Committees
from storage.coalition.coalitions import Coalitions
from storage.coalition.model import CoalitionId, CoalitionState
from storage.coalition.polls import CoalitionPolls, PollState
from storage.core.database import Database
from storage.core.driver import Error
from storage.core.model import Committee, RoomId, UserId
from storage.polls.ballots import Ballots

NOW = datetime.now(UTC).replace(second=0, microsecond=0)
ROOM = RoomId("!room:example.org")
PEOPLE = tuple(UserId(f"@person{number}:example.org") for number in range(4))
REF = "@steward:example.org/0/1"
KEY = (CoalitionId(1), REF)


def poll(*, own: bool = False, closes: datetime = NOW) -> Poll:
    part_of = CoalitionPoll(REF, 3, 3, own)
    return Poll(
        "K7QX", PollKind.YES_NO, "Strike fund?", (), Rules(3, None, closes), part_of=part_of
    )


@dataclass(slots=True)
class Sender:
    """Notes what is said in rooms; ballots go nowhere."""

    in_room: list[str] = field(default_factory=list)
    work: list[asyncio.Future[None]] = field(default_factory=list)

    def is_closed(self, _room: str) -> bool:
        return False

    async def ours(self, _room: str, _name: str) -> bool:
        return False

    async def to_room(self, _room: str, said: Sequence[Any], name: str) -> None:
        self.in_room.append(f"{name.partition('-')[0]}: {said[0].content['body']}")

    async def to_person(self, *_args: object, **_more: object) -> None:
        return None

    def mailing(self, _people: int) -> None:
        return None

    def soon(self, work: Any) -> None:
        self.work.append(asyncio.ensure_future(work))


class Nothing:
    """Stands for parts that take away what was said."""

    async def expire_direct(self) -> None:
        """There are no sessions."""

    async def decoy_write(self) -> None:
        """There are no sessions."""

    async def resume(self, *_args: object) -> None:
        """There are no ballots in chats."""

    def may_take_away(self, _user: UserId) -> bool:
        return True

    async def take_back_ballots(self, _which: Open) -> None:
        """There are none."""


@dataclass(slots=True)
class World:
    """A bot with real boxes, one committee and a coalition."""

    database: Database
    ballots: Ballots
    memory: Path
    committee: Committee
    signal: asyncio.Event = field(default_factory=asyncio.Event)
    sender: Sender = field(default_factory=Sender)

    def officer(self) -> ReturningOfficer:
        """The bot as it begins, with nothing in memory but half keys."""

        async def ended(_room: str) -> frozenset[UserId]:
            return frozenset()

        nothing = Nothing()
        register = Register(self.ballots, PollKeys(self.memory))
        sender, cleanup = cast(EphemeralSender, self.sender), cast(BallotCleanup, nothing)
        expiry, policy = cast(SessionExpiry, nothing), Policy(k=3)
        records, clocks = Records(self.database), Clocks(self.database)
        clerk = PollClerk(
            register,
            sender,
            cleanup,
            expiry,
            policy=policy,
            records=records,
            clocks=clocks,
            ended=ended,
        )
        return ReturningOfficer(
            register,
            sender,
            clerk,
            cleanup,
            expiry,
            policy=policy,
            records=records,
            clocks=clocks,
            ended=ended,
            pulse=Pulse(lambda: True, heard=NOW.timestamp() + 3600),
            coalition=self.signal,
        )

    async def asked(self) -> None:
        """The committee takes part in a coalition poll."""
        async with self.database.transaction() as tx:
            coalition = await Coalitions(tx, self.committee.id).begin(
                ref="0" * 32, title="Games", label="North", state=CoalitionState.OPEN, now=NOW
            )
            polls = CoalitionPolls(tx)
            await polls.add(coalition.id, REF, "{}", "", closes_at=NOW, now=NOW)
            found = await polls.by_ref(coalition.id, REF)
            assert found is not None
            await polls.open(found, "K7QX")

    async def become(self, state: PollState) -> None:
        async with self.database.transaction() as tx:
            await tx.execute("UPDATE coalition_polls SET state = ?", (state.value,))

    async def box(self, officer: ReturningOfficer) -> NoTotals | CountedBox:
        async with self.database.transaction() as tx:
            return await self.own(officer, tx).box(KEY)

    def own(self, officer: ReturningOfficer, tx: Any) -> BoxedBallots:
        presence = cast(Presence, None)
        return BoxedBallots(
            officer, PendingPolls(), presence, lambda _user: True, self.committee, tx
        )

    async def opened(self, officer: ReturningOfficer, asked: Poll) -> Poll:
        async with self.database.transaction() as tx:
            desk = self.own(officer, tx).desk(KEY, PEOPLE[0], NOW)
            return await desk.open(asked, PEOPLE)


@pytest.fixture
def memory() -> Iterator[Path]:
    made = tempfile.mkdtemp(prefix="steward-keys-", dir="/dev/shm")
    yield Path(made)
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture
async def world(tmp_path: Path, memory: Path) -> AsyncIterator[World]:
    database = await Database.open(tmp_path / "app.db", os.urandom(32))
    ballots = await Ballots.open(tmp_path / "ballots.db", os.urandom(32))
    async with database.transaction() as tx:
        committee = await Committees(tx).add(ROOM, "Payments", "UTC", NOW)
    assert committee is not None
    yield World(database, ballots, memory, committee)
    await database.close()
    await ballots.close()


async def until(ready: Any) -> None:
    async with asyncio.timeout(20):
        while not await ready():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


def in_memory(world: World) -> bytes:
    """Everything in the directory of keys."""
    return b"".join(each.read_bytes() for each in world.memory.rglob("*") if each.is_file())


async def voted(officer: ReturningOfficer, *votes: str) -> None:
    (which,) = officer.register.open_polls.values()
    for number, (who, choice) in enumerate(zip(PEOPLE, votes, strict=False)):
        place = VotePosition(f"session {number}", 1)
        await officer.register.vote(which, who, encode(which.poll, choice), place)


@pytest.mark.parametrize("own", [False, True])
async def test_a_counted_box_stays_sealed_until_nobody_needs_it(world: World, own: bool) -> None:  # noqa: FBT001
    """Over the end of the process as well; and its result is posted only where the ballot said so."""
    await world.asked()
    officer = world.officer()
    await world.opened(officer, poll(own=own))
    await voted(officer, "01", "01", "02", "01")
    assert await world.box(officer) is NoTotals.OPEN
    secret = b""
    for _run in range(2):
        running = asyncio.create_task(officer.run())
        await asyncio.wait_for(world.signal.wait(), 20)
        found = await world.box(officer)
        assert isinstance(found, CountedBox)
        assert found.result.totals is not None
        assert found.result.totals.counts == (3, 1)
        secret = found.secret
        world.signal.clear()
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        officer = world.officer()
        await officer.register.restore()
        again = await world.box(officer)
        assert isinstance(again, CountedBox)
        assert again.secret == secret, "the key of the sum outlives the process, in memory"
    running = asyncio.create_task(officer.run())
    await asyncio.wait_for(world.signal.wait(), 20)
    assert secret in in_memory(world), "the control: it is found where it is"
    await world.become(PollState.SPENT)
    async with world.database.transaction() as tx:
        world.own(officer, tx).look(KEY)

    async def gone() -> bool:
        return await world.box(officer) is NoTotals.GONE

    await until(gone)

    async def wiped() -> bool:
        return not await world.ballots.boxes() and secret not in in_memory(world)

    await until(wiped)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    results = [each for each in world.sender.in_room if "is closed" in each]
    assert bool(results) is own, world.sender.in_room
    assert secret not in in_memory(world)


async def test_a_box_of_a_coalition_that_was_left_is_destroyed(world: World) -> None:
    officer = world.officer()
    await world.opened(officer, poll())
    await voted(officer, "01", "01", "02", "01")
    running = asyncio.create_task(officer.run())

    async def gone() -> bool:
        return not await world.ballots.boxes()

    await until(gone)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    (said,) = [each for each in world.sender.in_room if "is closed" in each]
    assert "We are no longer in the coalition" in said


async def test_the_same_poll_is_opened_once(world: World) -> None:
    """An ok that is handled again after a crash finds the box of its first try."""
    officer = world.officer()
    soon = poll(closes=NOW + timedelta(hours=1))
    first = await world.opened(officer, soon)
    again = await world.opened(officer, soon)
    assert first == again
    assert len(officer.register.open_polls) == 1
    assert first.part_of == soon.part_of, "what the box says of it is what was asked"
    state = await officer.register.state(next(iter(officer.register.open_polls.values())))
    assert state.poll.part_of == soon.part_of


async def test_a_cancelled_box_has_nothing_to_give(world: World) -> None:
    await world.asked()
    officer = world.officer()
    assert await world.box(officer) is NoTotals.GONE
    await world.opened(officer, poll(closes=NOW + timedelta(hours=1)))
    (which,) = officer.register.open_polls.values()
    await officer.register.empty(which)
    assert await world.box(officer) is NoTotals.GONE


async def test_a_busy_database_costs_no_box(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The box stays while nobody can say whether it is needed, and goes when somebody can."""
    monkeypatch.setattr("bot.polls.sums.LOOK_AGAIN", 0.01)
    await world.asked()
    await world.become(PollState.SPENT)
    answers = iter([Error("database is locked"), Error("disk is full"), True])

    async def needs_box(_records: Records, _ref: str, _code: str) -> bool:
        match next(answers, False):
            case Error() as error:
                raise error
            case needed:
                return bool(needed)

    monkeypatch.setattr(Records, "needs_box", needs_box)
    officer = world.officer()
    await world.opened(officer, poll())
    await voted(officer, "01", "01", "02", "01")
    running = asyncio.create_task(officer.run())

    async def gone() -> bool:
        return not await world.ballots.boxes()

    await until(gone)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert list(answers) == []


async def test_two_coalitions_that_call_a_poll_the_same_have_a_box_each(world: World) -> None:
    """A bot counts its messages anew in each coalition: two of its polls may have one id."""
    other = (CoalitionId(2), REF)
    await world.asked()
    officer = world.officer()
    soon = poll(closes=NOW + timedelta(hours=1))
    first = await world.opened(officer, soon)
    async with world.database.transaction() as tx:
        own = world.own(officer, tx)
        assert await own.box(other) is NoTotals.GONE
        second = await own.desk(other, PEOPLE[0], NOW).open(soon, PEOPLE)
        assert await own.box(other) is NoTotals.OPEN
    assert len(officer.register.open_polls) == 2
    assert second.code != first.code
    # How long one of them is needed says nothing of the other.
    records = Records(world.database)
    assert await records.needs_box(REF, first.code)
    assert not await records.needs_box(REF, second.code)
    assert not await records.knows_sum(REF, second.code)
