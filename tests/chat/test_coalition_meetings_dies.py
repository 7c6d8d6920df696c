"""Meetings of a coalition, whatever dies: bots at any step, messages on the way; and bots from a backup."""

import random
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest

from commands.coalition.hearing import Reception
from commands.coalition.kinds import CoalitionTable
from commands.coalition.meetings import bodies
from commands.coalition.seat import Seat
from storage.coalition.messages import HeardMessages
from tests.support.coalition_bus import Bus, Chapter, Flight, Weather
from tests.support.coalition_meetings import (
    EVERYBODY,
    MEET,
    all_say,
    chapters,
    proposed,
    say,
    set_for,
    when,
)


async def clears(bus: Bus) -> None:
    """Everything can be read again, everybody says something, and what is missing is asked for again."""
    bus.weather.unreadable = 0.0
    for name in bus.chapters:
        await say(bus, name, "nothing", bodies.MeetingOff("0" * 16))
    await bus.settle()
    for _ in range(3):
        await bus.later(minutes=2)


@pytest.mark.parametrize("seed", range(8))
async def test_whatever_the_way_does_all_hear_one_time(begun: Path, seed: int) -> None:
    weather = Weather(random.Random(seed), shuffled=True, twice=0.4, unreadable=0.3)
    async with chapters("Berlin", "Milan", "Shenzhen", begun=begun, weather=weather) as bus:
        await bus["Berlin"].lead(MEET)
        await bus["Berlin"].lead("!coalition ok")
        await bus.settle()
        await clears(bus)
        weather.unreadable = 0.3
        for name in ("Milan", "Shenzhen"):
            said = await bus[name].lead("!coalition ok")
            assert said.says("I ask the room now"), (name, said.text)
        for name in bus.chapters:
            await all_say(bus, name, "2")
        await bus["Berlin"].lead("!coalition pick #1 2")
        await bus["Berlin"].lead("!coalition move #1 sun 12:30")
        await bus["Berlin"].lead("!coalition ok")
        await bus.settle()
        await clears(bus)
        ((at, _minutes, live, _title),) = await bus.equal(when)
        assert live
        assert at == datetime(2026, 11, 29, 11, 30, tzinfo=UTC)
        for name in ("Milan", "Shenzhen"):
            assert bus[name].in_room.count("Joint demands #1 moved") == 1
            assert bus[name].in_room.count("Coming? !yes #1") == 2


async def test_a_committee_restored_from_before_its_ok_is_asked_again(
    begun: Path, tmp_path: Path
) -> None:
    async with chapters("Berlin", "Milan", "Shenzhen", begun=begun) as bus:
        backup = await bus["Milan"].backup(tmp_path / "backup.db")
        await proposed(bus)
        await all_say(bus, "Milan", "1")
        await bus.later(hours=5)
        await bus["Milan"].restore(backup)
        await bus.settle()
        assert (await bus["Milan"].lead("!coalition ok")).says("I ask the room now.")
        for name in bus.chapters:
            await all_say(bus, name, "2")
        await bus.later(days=4)
        assert "at least 15 yes, of 15" in bus["Berlin"].to_leads
        await bus["Berlin"].lead("!coalition pick #1 2")
        await bus.settle()
        assert len(await bus.equal(when)) == 1


async def test_who_proposed_it_restored_from_before_the_choice_chooses_again(
    begun: Path, tmp_path: Path
) -> None:
    async with chapters("Berlin", "Milan", "Shenzhen", begun=begun) as bus:
        await proposed(bus)
        backup = await bus["Berlin"].backup(tmp_path / "backup.db")
        for name in bus.chapters:
            await all_say(bus, name, "1 2")
        await bus.later(days=4)
        await bus["Berlin"].lead("!coalition pick #1 1")
        await bus.settle()
        await bus["Berlin"].restore(backup)
        await bus.settle()
        told = await bus["Berlin"].lead("!coalition tally #1")
        assert told.says("at least 10 yes, of 10"), "what the others told comes again"
        await bus["Berlin"].lead("!coalition pick #1 2")
        await bus.settle()
        ((at, *_rest),) = await bus.equal(when)
        assert at == datetime(2026, 11, 29, 13, tzinfo=UTC)


async def test_no_counts_are_told_twice_after_a_restore(begun: Path, tmp_path: Path) -> None:
    async with chapters("Berlin", "Milan", "Shenzhen", begun=begun) as bus:
        await proposed(bus)
        await all_say(bus, "Milan", "1 2", EVERYBODY)
        backup = await bus["Milan"].backup(tmp_path / "backup.db")
        await bus.later(days=4)
        await bus["Milan"].restore(backup)
        await bus["Milan"].chat.dm("@ana", "!can 1")
        await bus.settle()
        told = [
            block["body"]["clocks"]
            for who, block, _sentence in bus.said
            if (who, block["kind"]) == ("Milan", "meeting counts")
        ]
        assert [len(each) for each in told] == [1, 0]
        assert "of 7" in (await bus["Berlin"].lead("!coalition tally #1")).text


class Killed(BaseException):
    """The process ended before the transaction had committed."""


async def _play(bus: Bus) -> None:
    await set_for(bus)
    await bus["Berlin"].lead("!coalition move #1 sun 12:30")
    await bus["Berlin"].lead("!coalition ok")
    await bus.settle()
    await bus.later(days=4)


async def test_a_bot_that_dies_at_any_step_changes_nothing(
    begun: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every message is first taken in by a bot that dies with it, and once more after the next start."""
    died = 0
    real_hear, real_tick = Chapter.hear, Chapter.tick

    async def dies(*_args: object, **_named: object) -> None:
        nonlocal died
        died += 1
        raise Killed

    async def hear(chapter: Chapter, flight: Flight, table: CoalitionTable) -> Reception:
        with pytest.MonkeyPatch.context() as patch, suppress(Killed):
            patch.setattr(HeardMessages, "note", dies)
            await real_hear(chapter, flight, table)
        return await real_hear(chapter, flight, table)

    async def tick(chapter: Chapter, table: CoalitionTable) -> None:
        with pytest.MonkeyPatch.context() as patch, suppress(Killed):
            patch.setattr(Seat, "tell", dies)
            await real_tick(chapter, table)
        await real_tick(chapter, table)

    async with chapters("Berlin", "Milan", "Shenzhen", begun=begun) as bus:
        await _play(bus)
        smooth = {name: each.in_room for name, each in bus.chapters.items()}
        assert await bus.equal(when)
    monkeypatch.setattr(Chapter, "hear", hear)
    monkeypatch.setattr(Chapter, "tick", tick)
    async with chapters("Berlin", "Milan", "Shenzhen", begun=begun) as bus:
        await _play(bus)
        assert {name: each.in_room for name, each in bus.chapters.items()} == smooth
        assert died > 10
        ((at, *_rest),) = await bus.equal(when)
        assert at == datetime(2026, 11, 29, 11, 30, tzinfo=UTC)
