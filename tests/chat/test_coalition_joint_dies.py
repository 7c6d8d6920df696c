"""Joint tests of a coalition, whatever dies: bots, transactions, messages on the way; and bots from a backup."""

import random
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.delivery import duplicates
from commands.coalition import hearing, ticking
from commands.coalition.joint import showing
from commands.coalition.membership import come_in
from commands.coalition.seat import Seat
from tests.support import coalition_bus
from tests.support.coalition_bus import Chapter, Flight, Weather, run_apart
from tests.support.joint_tests import (
    BUS,
    PROPOSE,
    did,
    equal_tables,
    kinds_said,
    opened,
    tables_of,
    three,
)


async def test_a_bot_that_proposed_and_never_answers_delays_nobody_longer_than_a_day(
    unit: Path,
) -> None:
    async with three(unit) as bus:
        await opened(bus, "Berlin", "Milan", "Shenzhen")
        bus.away.add("Berlin")
        await bus.later(days=7, hours=9)
        await bus.later(hours=23)
        assert tables_of(bus["Milan"]) == []
        await bus.later(hours=2)
        tables = equal_tables(bus, "Milan", "Shenzhen")
        assert "Berlin has not reported." in tables[-1]
        assert "This is what I heard myself." in tables[-1]
        bus.away.discard("Berlin")
        await bus.settle()
        await bus.settle()
        assert len({tables_of(chapter)[-1] for chapter in bus.chapters.values()}) == 1
        assert "3 committees" in tables_of(bus["Milan"])[-1]


async def test_a_bot_from_a_backup_tells_no_counts_that_could_be_subtracted(unit: Path) -> None:
    async with three(unit) as bus:
        await opened(bus, "Berlin", "Milan")

        async def restored(seat: Seat) -> None:
            await seat.tx.execute("UPDATE coalitions SET epoch = 1796000000000, counter = 0")

        await bus["Milan"].do(restored)
        await bus.later(days=7, hours=9)
        await bus.later(hours=5)
        table = equal_tables(bus, "Berlin", "Milan")[-1]
        assert "Milan has not reported." in table


async def test_a_bot_that_proposed_and_was_restored_leaves_it_to_another_to_lay_out(
    unit: Path, tmp_path: Path
) -> None:
    async with three(unit) as bus:
        await opened(bus, "Berlin", "Milan", "Shenzhen")
        backup = await bus["Berlin"].backup(tmp_path / "backup.db")
        await bus.later(days=7, hours=2)
        (monday,) = equal_tables(bus)
        await bus["Berlin"].restore(backup)
        await bus.settle()
        await bus.later(hours=6)
        await bus.later(hours=5)
        (_monday, end) = equal_tables(bus)
        assert "Berlin has not reported." in end
        await bus.later(days=3)
        assert equal_tables(bus) == [monday, end]


async def test_a_bot_restored_before_it_showed_a_table_shows_it_and_one_that_is_old_it_does_not(
    unit: Path, tmp_path: Path
) -> None:
    """What was due a moment ago may not be there yet; the bot finds it in the room where it is."""
    assert timedelta(milliseconds=duplicates.LONGEST_DOUBT) > showing.LOOKED_FOR
    for hours, tables in ((1, 1), (24, 0)):
        async with three(unit) as bus:
            await opened(bus, "Berlin", "Milan", propose=PROPOSE.replace("11-30", "12-31"))
            backup = await bus["Milan"].backup(tmp_path / f"{hours}.db")
            await bus.later(days=7, hours=2)
            bus["Milan"].told.clear()
            await bus.later(hours=hours)
            await bus["Milan"].restore(backup)
            await bus.settle()
            await bus.later(minutes=11)
            assert len(tables_of(bus["Milan"])) == tables


async def test_a_bot_from_a_backup_stays_out_of_what_was_proposed_before(unit: Path) -> None:
    async with three(unit) as bus:
        await opened(bus, "Berlin", "Milan")

        async def restored(seat: Seat) -> None:
            await seat.tx.execute("UPDATE coalitions SET epoch = 1796000000000, counter = 0")

        await bus["Shenzhen"].do(restored)
        said = await bus["Shenzhen"].lead("!coalition ok 1")
        assert said.says("I was restored from a backup", "So we stay out of this one.")


async def test_after_a_restore_totals_alone_are_told(unit: Path) -> None:
    async with three(unit) as bus:
        await bus["Milan"].lead("!coalition give areas")

        async def restored(seat: Seat) -> None:
            await seat.tx.execute("UPDATE coalitions SET epoch = at + 1, counter = 0")

        await bus["Milan"].do(restored)
        await bus.later(minutes=1)
        await bus["Milan"].lead(PROPOSE)
        assert (await bus["Milan"].lead("!coalition ok")).says("The others see: 20 people.")


@given(
    seed=st.integers(0, 2**32), twice=st.sampled_from((0.0, 0.5)), lost=st.sampled_from((0.0, 0.3))
)
# Shenzhen's last counts are lost for longer than the others wait.
@example(seed=3953, twice=0.0, lost=0.3)
@BUS
def test_tables_are_equal_whatever_the_way_does(
    unit: Path, seed: int, twice: float, lost: float
) -> None:
    """Two tables, Monday's and the end's; a third only where somebody is missing in the one before, and is in it."""

    async def play() -> None:
        chance = random.Random(seed)
        weather = Weather(chance, shuffled=True, twice=twice)
        async with three(unit, weather) as bus:
            await opened(bus, "Berlin", "Milan", "Shenzhen")
            for chapter in bus.chapters.values():
                await did(chapter, 1, chance.randint(1, 20))
            weather.unreadable = lost
            await bus.later(days=7, hours=2)
            await bus.later(hours=12)
            weather.unreadable = 0.0
            # That the last thing somebody said is missing shows when they say something else.
            for chapter in bus.chapters.values():
                await chapter.do(come_in)
            await bus.settle()
            await bus.later(hours=5)
            monday, *ends = equal_tables(bus)
            whole = "Together, 3 committees:"
            assert whole in monday
            assert whole in ends[-1]
            assert len(ends) <= 2
            assert all("has not reported." in each for each in ends[:-1]), ends

    run_apart(play())


class Aborted(Exception):
    """The process ended before COMMIT."""


async def test_one_result_wherever_a_transaction_dies(
    unit: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each message is heard, and each tick is done, twice: the first time it dies at the end."""
    died: set[object] = set()
    hear, tick, whole_hear, whole_tick = (
        hearing.hear, ticking.tick, Chapter.hear, Chapter.tick,
    )  # fmt: skip

    async def dying_hear(seat: Seat, member: Any, message: Any, *args: Any) -> Any:
        found = await hear(seat, member, message, *args)
        what = (seat.own, member.bot, message.counter)
        if what not in died:
            died.add(what)
            raise Aborted
        return found

    async def dying_tick(seat: Seat, table: Any) -> None:
        said = seat.coalition.counter
        await tick(seat, table)
        what = (seat.own, seat.now, said)
        if what not in died:
            died.add(what)
            raise Aborted

    async def again_hear(self: Chapter, flight: Flight, table: Any) -> Any:
        try:
            return await whole_hear(self, flight, table)
        except Aborted:
            return await whole_hear(self, flight, table)

    async def again_tick(self: Chapter, table: Any) -> None:
        try:
            await whole_tick(self, table)
        except Aborted:
            await whole_tick(self, table)

    monkeypatch.setattr(hearing, "hear", dying_hear)
    monkeypatch.setattr(coalition_bus, "tick", dying_tick)
    monkeypatch.setattr(Chapter, "hear", again_hear)
    monkeypatch.setattr(Chapter, "tick", again_tick)
    async with three(unit) as bus:
        await opened(bus, "Berlin", "Milan", "Shenzhen")
        await did(bus["Berlin"], 1, 12)
        await bus.later(days=7, hours=2)
        await bus.later(hours=12)
        assert len(equal_tables(bus)) == 2
        counted = kinds_said(bus)
        assert counted.count("test counts") == 6
        assert counted.count("test table") == 2
    assert len(died) > 30
