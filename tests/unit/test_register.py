"""The register of open polls: what is in the boxes, whatever happens in which order."""

import asyncio
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from bot.polls import box
from bot.polls.box import BoxState, Old, SentFlags, VotePosition
from bot.polls.keys import HalfKey, PollKeys
from bot.polls.register import Open, Over, Register
from commands.polls.count.tally import tally
from commands.polls.model import Poll, PollKind, Rules, encode
from storage.core.model import UserId
from storage.polls.ballots import Ballots

CLOSES = datetime(2030, 1, 1, 12, tzinfo=UTC)
TEMPERATURE = Poll("K7QX", PollKind.TEMPERATURE, "Ready?", (), Rules(3, None, CLOSES))
PEOPLE = tuple(UserId(f"@voter{number}:example.org") for number in range(5))
CHOICES = ("00", "01", "02", "03", "04", "05", "XX")
ROOM = "!room:example.org"


@pytest.fixture
def memory() -> Iterator[Path]:
    made = tempfile.mkdtemp(prefix="steward-keys-", dir="/dev/shm")
    yield Path(made)
    shutil.rmtree(made, ignore_errors=True)


@asynccontextmanager
async def registered(directory: Path, memory: Path, key: bytes) -> AsyncIterator[Register]:
    """A start of the bot: what an earlier one left is taken up."""
    ballots = await Ballots.open(directory / "ballots.db", key)
    try:
        register = Register(ballots, PollKeys(memory))
        await register.restore()
        yield register
    finally:
        await ballots.close()


# -- the box as a model ----------------------------------------------------------------------------

voters = st.integers(0, len(PEOPLE) - 1)
STEPS = st.one_of(
    st.tuples(st.just("vote"), voters, st.sampled_from(CHOICES)),
    st.tuples(st.just("again"), voters, st.integers(0, 3)),
    st.tuples(st.just("other device"), voters, st.sampled_from(CHOICES)),
    st.tuples(st.just("beat"), st.just(0), st.just("")),
    st.tuples(st.just("told"), voters, st.just("")),
    st.tuples(st.just("restart"), st.just(0), st.just("")),
    st.tuples(st.just("stranger"), st.just(0), st.sampled_from(CHOICES)),
    st.tuples(st.just("postpone"), st.just(0), st.just("")),
)


@dataclass(slots=True)
class Model:
    """What must be in the box: the last vote of each person, and nothing else."""

    last: dict[UserId, bytes] = field(default_factory=dict)
    sent: dict[UserId, list[tuple[VotePosition, bytes]]] = field(default_factory=dict)
    index: int = 0

    def next_mark(self, who: UserId, device: int) -> VotePosition:
        self.index += 1
        return VotePosition(f"{who} device {device}", self.index)


async def one_step(register: Register, model: Model, step: tuple[str, int, object]) -> None:
    (poll,) = register.open_polls.values()
    what, number, detail = step
    who = PEOPLE[number]
    match what:
        case "vote" | "other device":
            mark = model.next_mark(who, 1 if what == "vote" else 2)
            choice = encode(poll.poll, str(detail))
            await register.vote(poll, who, choice, mark)
            model.last[who] = choice
            model.sent.setdefault(who, []).append((mark, choice))
        case "again":
            # The homeserver delivers an older vote once more, or plays it again.
            for mark, choice in model.sent.get(who, [])[: int(str(detail)) + 1]:
                await register.vote(poll, who, choice, mark)
        case "beat":
            await register.beat(poll)
        case "told":
            await register.told(poll, [who], SentFlags.BALLOT)
        case "stranger":
            with pytest.raises(KeyError):
                mark = model.next_mark(who, 3)
                await register.vote(
                    poll, UserId("@eve:example.org"), encode(poll.poll, str(detail)), mark
                )
        case "postpone":
            await register.postpone(poll, poll.poll.rules.closes_at + timedelta(hours=1))


async def played(steps: list[tuple[str, int, object]]) -> None:
    key, model = os.urandom(32), Model()
    with tempfile.TemporaryDirectory(dir="/dev/shm") as place:
        memory = Path(place) / "memory"
        memory.mkdir()
        async with registered(Path(place), memory, key) as register:
            await register.open(TEMPERATURE, PEOPLE, ROOM, "$origin")
        parts: list[list[tuple[str, int, object]]] = [[]]
        for step in steps:
            parts.append([]) if step[0] == "restart" else parts[-1].append(step)
        for part in parts:
            async with registered(Path(place), memory, key) as register:
                assert register.lost == []
                for step in part:
                    await one_step(register, model, step)
                (poll,) = register.open_polls.values()
                found = (await register.state(poll)).slots
                assert found == [model.last.get(who) for who in PEOPLE]
        async with registered(Path(place), memory, key) as register:
            (poll,) = register.open_polls.values()
            counted = await register.count(poll)
            assert counted.result == tally(poll.poll, [model.last.get(who) for who in PEOPLE])
            assert counted == await register.count(poll)
            with pytest.raises(Over):
                await register.vote(
                    poll, PEOPLE[0], encode(poll.poll, "00"), VotePosition("late", 1)
                )


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
@given(st.lists(STEPS, max_size=25))
def test_totals_are_the_last_vote_of_everybody(steps: list[tuple[str, int, object]]) -> None:
    asyncio.run(played(steps))


# -- what is noticed -----------------------------------------------------------------------------------


async def opened(register: Register) -> Open:
    poll = await register.open(TEMPERATURE, PEOPLE, ROOM, "$origin")
    for who in PEOPLE[:3]:
        await register.vote(poll, who, encode(poll.poll, "05"), VotePosition(who, 1))
    return poll


async def test_a_key_that_memory_lost(tmp_path: Path, memory: Path) -> None:
    key = os.urandom(32)
    async with registered(tmp_path, memory, key) as register:
        poll = await opened(register)
    register.keys.wipe(poll.id)
    async with registered(tmp_path, memory, key) as register:
        assert [(each.room, each.rolled_back) for each in register.lost] == [(ROOM, False)]
        assert register.open_polls == {}
        await register.destroy(poll.id)
        assert await register.ballots.boxes() == []


async def test_an_older_copy_of_the_file(tmp_path: Path, memory: Path) -> None:
    key = os.urandom(32)
    async with registered(tmp_path, memory, key) as register:
        poll = await opened(register)
    shutil.copy(tmp_path / "ballots.db", tmp_path / "older")
    async with registered(tmp_path, memory, key) as register:
        (poll,) = register.open_polls.values()
        await register.vote(poll, PEOPLE[4], encode(poll.poll, "00"), VotePosition("x", 1))
    shutil.copy(tmp_path / "older", tmp_path / "ballots.db")
    async with registered(tmp_path, memory, key) as register:
        assert [each.rolled_back for each in register.lost] == [True]


async def test_a_crash_between_the_box_and_the_number(tmp_path: Path, memory: Path) -> None:
    """The box may be one ahead of memory: that is no older copy."""
    key = os.urandom(32)
    async with registered(tmp_path, memory, key) as register:
        poll = await opened(register)
        kept = register.keys.get(poll.id)
        assert kept is not None
        register.keys.put(poll.id, HalfKey(kept.half, kept.seq - 1))
    async with registered(tmp_path, memory, key) as register:
        assert register.lost == []
        assert len(register.open_polls) == 1


async def test_keys_of_no_poll_are_wiped(tmp_path: Path, memory: Path) -> None:
    PollKeys(memory).put("nobody's", HalfKey(bytes(32), 1))
    (memory / "a note").write_text("not ours")
    async with registered(tmp_path, memory, os.urandom(32)):
        assert [path.name for path in memory.iterdir()] == ["a note"]


async def test_the_same_message_opens_one_poll(tmp_path: Path, memory: Path) -> None:
    key = os.urandom(32)
    async with registered(tmp_path, memory, key) as register:
        poll = await opened(register)
        assert await register.open(TEMPERATURE, PEOPLE, ROOM, "$origin") is poll
    async with registered(tmp_path, memory, key) as register:
        again = await register.open(TEMPERATURE, PEOPLE, ROOM, "$origin")
        assert again.half == poll.half
        assert len([slot for slot in (await register.state(again)).slots if slot]) == 3


async def test_a_cancelled_poll_holds_nothing(tmp_path: Path, memory: Path) -> None:
    async with registered(tmp_path, memory, os.urandom(32)) as register:
        poll = await opened(register)
        await register.empty(poll)
        state = await register.state(poll)
        assert state.slots == [None] * len(PEOPLE)
        assert all(state.marks(at) == [] for at in range(len(PEOPLE)))
        assert state.totals is None
        assert register.open_in(ROOM) == register.of(PEOPLE[0]) == []


async def test_votes_at_once_all_count(tmp_path: Path, memory: Path) -> None:
    async with registered(tmp_path, memory, os.urandom(32)) as register:
        poll = await register.open(TEMPERATURE, PEOPLE, ROOM, "$origin")
        await asyncio.gather(
            *(
                register.vote(poll, who, encode(poll.poll, "03"), VotePosition(who, 1))
                for who in PEOPLE
            ),
            register.beat(poll),
        )
        assert None not in (await register.state(poll)).slots


# -- the state itself ----------------------------------------------------------------------------------


@pytest.mark.parametrize("people", [0, 1, 5, 77, 500])
def test_a_state_never_changes_its_size(people: int) -> None:
    roster = [UserId(f"@somebody{number}:example.org") for number in range(people)]
    state = BoxState.new(TEMPERATURE, roster, bytes(32))
    sizes = {len(state.encode())}
    for at in range(people):
        state = state.with_vote(at, encode(TEMPERATURE, "05"), VotePosition("one", at))
        sizes.add(len(state.encode()))
    for changed in (state.heartbeat(), state.with_announcement(), state.counted("x" * box.TOTALS)):
        sizes.add(len(changed.encode()))
    assert len(sizes) == 1
    assert state.roster == tuple(roster)
    assert state.poll == TEMPERATURE


def test_what_is_counted_holds_no_choice() -> None:
    state = BoxState.new(TEMPERATURE, PEOPLE, bytes(32))
    choice = encode(TEMPERATURE, "05")
    for at in range(len(PEOPLE)):
        state = state.with_vote(at, choice, VotePosition("session", at))
    # The control: before, it is there once for each.
    assert state.encode().count(choice) == len(PEOPLE)
    counted = state.counted("{}")
    assert counted.encode().count(choice) == 0
    assert VotePosition("session", 0).tag() not in counted.encode()
    with pytest.raises(ValueError, match="no vote"):
        counted.with_vote(0, choice)


def test_an_older_vote_changes_nothing_whichever_of_two_devices_sent_it() -> None:
    state = BoxState.new(TEMPERATURE, PEOPLE, bytes(32))
    first, second, third = (encode(TEMPERATURE, each) for each in ("01", "02", "03"))
    state = state.with_vote(0, first, VotePosition("phone", 4))
    state = state.with_vote(0, second, VotePosition("laptop", 0))
    for old in (VotePosition("phone", 4), VotePosition("phone", 3), VotePosition("laptop", 0)):
        with pytest.raises(Old):
            state.with_vote(0, first, old)
    state = state.with_vote(0, third, VotePosition("phone", 5))
    assert state.slots[0] == third
    assert state.seq == 4
