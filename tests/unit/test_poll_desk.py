"""The bot's desk for polls on real files: what waits in memory goes only once all is on disk."""

import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast
from zoneinfo import ZoneInfo

import pytest

from bot.polls.box import SentFlags
from bot.polls.keys import PollKeys
from bot.polls.officer import ReturningOfficer
from bot.polls.pending import PendingPolls
from bot.polls.presence import Presence
from bot.polls.register import Open, Register
from bot.polls.service import CommitteePolls
from commands.framework.context import Committee, Context, Place, Role
from commands.polls.ask import confirm
from commands.polls.ask.policy import Member, Policy
from commands.polls.model import Poll, PollKind, Rules
from commands.polls.service import PollDraft, PollService
from storage.chat.committees import Committees
from storage.core.database import Database, Transaction
from storage.core.driver import Connection, OperationalError
from storage.core.model import RoomId, UserId
from storage.polls.ballots import Ballots
from tests.support.standing import of_old

NOW = datetime.now(UTC)
ROOM = RoomId("!room:example.org")
PEOPLE = tuple(UserId(f"@person{number}:example.org") for number in range(5))
ANA, BEN, *_others = PEOPLE
POLL = Poll("K7QX", PollKind.TEMPERATURE, "Ready?", (), Rules(3, None, NOW + timedelta(hours=3)))


@dataclass(slots=True)
class Officer:
    """Notes which polls it was told to see to."""

    register: Register
    policy: Policy = field(default_factory=lambda: Policy(k=3))
    attended: list[str] = field(default_factory=list)

    def attend(self, which: Open) -> None:
        self.attended.append(which.id)


@dataclass(frozen=True, slots=True)
class MadeDesk(CommitteePolls):
    """Asks no homeserver who is in the room."""

    async def unavailable(self) -> Sequence[str]:
        return ()

    async def members(self) -> Sequence[Member]:
        return [Member(each, NOW - timedelta(days=30)) for each in PEOPLE]


@dataclass(slots=True)
class World:
    """One committee, whose bot may die or fail to write."""

    database: Database
    officer: Officer
    waiting: PendingPolls = field(default_factory=PendingPolls)

    async def desk(self, tx: Transaction, origin: str, who: UserId = ANA) -> PollService:
        kept = await Committees(tx).by_room(ROOM)
        committee = kept or await Committees(tx).add(ROOM, "Payments", "UTC", NOW)
        assert isinstance(committee, Committee)
        ctx = Context(
            user=who,
            standing=of_old(who, Role.ORGANIZER),
            place=Place.ROOM,
            committee=committee,
            committees=(committee,),
            now=NOW,
            zone=ZoneInfo("UTC"),
        )
        officer = cast(ReturningOfficer, self.officer)
        return MadeDesk(officer, self.waiting, cast(Presence, None), ctx, tx, origin, bool)

    async def draft(self, poll: Poll = POLL) -> None:
        async with self.database.transaction() as tx:
            desk = await self.desk(tx, "$drafted")
            await desk.draft(PollDraft(poll, ANA, True, NOW + timedelta(minutes=30)))

    async def ok(self, origin: str, who: UserId = ANA) -> str | None:
        async with self.database.transaction() as tx:
            desk = cast(MadeDesk, await self.desk(tx, origin, who))
            said = await confirm.ok(desk.ctx, desk, None)
        return None if said is None else str(said.blocks[0])

    async def new(self, who: UserId = ANA) -> bool:
        """Whether this person may still call the poll off."""
        async with self.database.transaction() as tx:
            return await (await self.desk(tx, "$asking", who)).may_call_off("K7QX", who)


@pytest.fixture
def memory() -> Iterator[Path]:
    made = tempfile.mkdtemp(prefix="steward-keys-", dir="/dev/shm")
    yield Path(made)
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture
async def world(tmp_path: Path, memory: Path) -> AsyncIterator[World]:
    database = await Database.open(tmp_path / "app.db", os.urandom(32))
    ballots = await Ballots.open(tmp_path / "ballots.db", os.urandom(32))
    yield World(database, Officer(Register(ballots, PollKeys(memory))))
    await database.close()
    await ballots.close()


def fails_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The next COMMIT finds the disk full."""
    commit = Transaction._commit
    left = [1]

    def full(self: Transaction, connection: Connection) -> None:
        if left:
            left.pop()
            raise OperationalError("database or disk is full")
        commit(self, connection)

    monkeypatch.setattr(Transaction, "_commit", full)


async def test_what_waits_for_an_ok_is_there_until_it_is_on_disk(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.draft()
    fails_once(monkeypatch)
    with pytest.raises(OperationalError):
        await world.ok("$first")
    assert world.officer.attended == [], "announced although nothing was written"
    assert "is open until" in str(await world.ok("$first"))
    assert len(world.officer.register.open_polls) == 1
    assert len(world.officer.attended) == 1


async def test_another_ok_after_a_failed_one_opens_no_second_poll(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.draft()
    fails_once(monkeypatch)
    with pytest.raises(OperationalError):
        await world.ok("$first")
    await world.ok("$from another device")
    assert len(world.officer.register.open_polls) == 1
    assert "is open already" in str(await world.ok("$once more"))
    assert len(world.officer.register.open_polls) == 1


async def test_an_ok_that_comes_again_after_a_crash_finds_its_poll(world: World) -> None:
    await world.draft()
    before = await world.ok("$first")
    world.waiting = PendingPolls()
    assert await world.ok("$first") == before
    assert await world.ok("$another") is None
    assert len(world.officer.register.open_polls) == 1


async def test_its_maker_may_call_it_off_until_all_have_a_ballot(world: World) -> None:
    await world.draft()
    await world.ok("$first")
    assert await world.new()
    assert not await world.new(BEN), "somebody else may"
    (which,) = world.officer.register.open_polls.values()
    await world.officer.register.told(which, PEOPLE[:4], SentFlags.BALLOT)
    assert await world.new()
    await world.officer.register.told(which, PEOPLE[4:], SentFlags.BALLOT)
    assert not await world.new()


async def test_its_maker_may_call_it_off_for_ten_minutes(world: World) -> None:
    now = [1000.0]
    world.waiting = PendingPolls(lambda: now[0])
    await world.draft()
    await world.ok("$first")
    for seconds, may in ((590.0, True), (610.0, False)):
        now[0] = 1000.0 + seconds
        assert await world.new() is may


async def test_a_restart_forgets_who_made_it(world: World) -> None:
    await world.draft()
    await world.ok("$first")
    world.waiting = PendingPolls()
    assert not await world.new()


async def test_ballots_that_wait_are_counted_for_large_rosters_only(world: World) -> None:
    await world.draft()
    await world.ok("$first")
    async with world.database.transaction() as tx:
        desk = await world.desk(tx, "$asking")
        assert await desk.backlog() == 0
        world.officer.policy = Policy(k=3, at_once=2)
        assert await desk.backlog() == 2 * len(PEOPLE), "one to read and one to tap for each"
        (which,) = world.officer.register.open_polls.values()
        await world.officer.register.told(which, PEOPLE, SentFlags.BALLOT)
        assert await desk.backlog() == len(PEOPLE)
