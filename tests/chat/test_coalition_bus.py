"""The coalition's bus: each message acted upon once, in order, whatever the way does to it."""

from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commands.coalition.hearing import Reception
from commands.coalition.kinds import CoalitionJob, CoalitionKind, CoalitionTable, HeardMessage
from commands.coalition.membership import JOB
from commands.coalition.seat import Seat
from commands.framework.reply import Reply
from tests.support.coalition_bus import Bus, Weather, coalition, run_apart


@dataclass(frozen=True, slots=True)
class Counted:
    """One number, said to all."""

    n: int


class Ledger:
    """What each committee acted upon, in its order."""

    def __init__(self) -> None:
        self.of: dict[str, list[tuple[str, int]]] = {}
        self.table = CoalitionTable(
            (JOB, CoalitionJob(kinds=(CoalitionKind("counted", Counted, self.heard),)))
        )

    async def heard(self, seat: Seat, heard: HeardMessage[Counted]) -> tuple[Reply, ...]:
        own = self.of.setdefault(seat.coalition.label, [])
        seat.tx.after_commit(lambda: own.append((heard.member.label, heard.body.n)))
        return ()


async def _say(bus: Bus, name: str, n: int) -> None:
    await bus[name].do(lambda seat: seat.say("counted", Counted(n), f"{n}"))


@given(
    seed=st.integers(0, 2**32),
    said=st.lists(st.sampled_from(("Berlin", "Milan", "Shenzhen")), min_size=1, max_size=12),
    twice=st.sampled_from((0.0, 0.4)),
    unreadable=st.sampled_from((0.0, 0.3)),
)
@settings(
    max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
def test_everything_is_acted_upon_once_in_its_order(
    begun: Path, seed: int, said: list[str], twice: float, unreadable: float
) -> None:
    import random  # noqa: PLC0415

    async def play() -> None:
        ledger = Ledger()
        weather = Weather(random.Random(seed), shuffled=True, twice=twice, unreadable=unreadable)
        async with coalition(
            "Berlin", "Milan", "Shenzhen", begun=begun, table=ledger.table, weather=weather
        ) as bus:
            for number, name in enumerate(said):
                await _say(bus, name, number)
            await bus.settle()
            # The end of what somebody says is known to be missing when they say something else.
            weather.unreadable = 0.0
            for name in bus.chapters:
                await _say(bus, name, 99)
            await bus.settle()
            # An answer that was lost as well is asked for once more.
            await bus.later(minutes=11)
            whole = [*enumerate(said), *((99, name) for name in bus.chapters)]
            for here in bus.chapters:
                for there in bus.chapters:
                    wanted = [n for n, name in whole if name == there != here]
                    got = [n for name, n in ledger.of.get(here, []) if name == there]
                    assert got == wanted, (here, there)
            assert bus.errors == []

    run_apart(play())


async def test_what_comes_twice_is_known(begun: Path) -> None:
    ledger = Ledger()
    async with coalition("Berlin", "Milan", begun=begun, table=ledger.table) as bus:
        await _say(bus, "Berlin", 1)
        (flight,) = bus.flights
        bus.flights.append(flight)
        await bus.settle()
        assert [each for _flight, each in bus.received] == [Reception.TAKEN, Reception.KNOWN]
        assert ledger.of == {"Milan": [("Berlin", 1)]}


async def test_a_stranger_and_another_coalition_are_not_heard(begun: Path) -> None:
    ledger = Ledger()
    async with coalition("Berlin", "Milan", begun=begun, table=ledger.table) as bus:
        await _say(bus, "Berlin", 1)
        flight = bus.flights.pop()
        flight.block["coalition"] = "f" * 32
        assert await bus["Milan"].hear(flight, ledger.table) is Reception.NOT_HEARD
        assert ledger.of == {}


async def test_a_handler_that_fails_takes_back_what_it_wrote_and_keeps_nobody_waiting(
    begun: Path,
) -> None:
    async def broken(seat: Seat, heard: HeardMessage[Counted]) -> tuple[Reply, ...]:
        await seat.say("counted", Counted(7), "never said")
        raise ZeroDivisionError

    table = CoalitionTable((JOB, CoalitionJob(kinds=(CoalitionKind("counted", Counted, broken),))))
    async with coalition("Berlin", "Milan", begun=begun, table=table) as bus:
        await _say(bus, "Berlin", 1)
        await _say(bus, "Berlin", 2)
        await bus.settle()
        assert [type(each) for each in bus.errors] == [ZeroDivisionError] * 2
        assert [block["kind"] for _who, block, _sentence in bus.said] == ["counted", "counted"]


def test_two_kinds_of_one_name_are_a_mistake() -> None:
    kind = CoalitionKind("counted", Counted, Ledger().heard)
    with pytest.raises(ValueError, match="same name"):
        CoalitionTable((CoalitionJob(kinds=(kind, kind)),))


async def test_two_that_miss_something_of_each_other_both_get_it(begun: Path) -> None:
    """Each asks the other in a message that itself comes before its turn."""
    ledger = Ledger()
    async with coalition("Berlin", "Milan", begun=begun, table=ledger.table) as bus:
        for name in ("Berlin", "Milan"):
            await _say(bus, name, 1)
        bus.flights.clear()
        for name in ("Berlin", "Milan"):
            await _say(bus, name, 2)
        await bus.settle()
        assert ledger.of == {name: [(other, 1), (other, 2)]
                             for name, other in (("Berlin", "Milan"), ("Milan", "Berlin"))}  # fmt: skip


async def test_what_many_ask_for_is_said_again_once(begun: Path) -> None:
    ledger = Ledger()
    names = [f"Chapter {n}" for n in range(6)]
    async with coalition(*names, begun=begun, table=ledger.table) as bus:
        await _say(bus, names[0], 1)
        bus.flights.clear()
        await _say(bus, names[0], 2)
        await bus.settle()
        assert all(ledger.of[name] == [(names[0], 1), (names[0], 2)] for name in names[1:])
        again = [block for who, block, _ in bus.said if who == names[0] and block["counter"] == 1]
        assert len(again) == 2
