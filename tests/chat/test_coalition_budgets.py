"""What one bot can make others say, and have people told: bounded, whatever numbers it chooses."""

from pathlib import Path
from typing import Any

import pytest

from commands.coalition import hearing, said_again
from commands.coalition import seat as seats
from commands.coalition.bodies import Applicant, Called, Return
from commands.coalition.hearing import AGAIN, Missing
from commands.coalition.seat import Seat
from storage.chat.said_once import SaidOnce
from storage.coalition.messages import SaidMessages
from storage.coalition.model import SaidMessage
from tests.support.coalition_bus import Bus, Flight, coalition

LARGEST = 2**53 - 1


async def _say(bus: Bus, name: str, times: int) -> None:
    async def all_of_them(seat: Seat) -> None:
        for number in range(times):
            await seat.say("label", Called(f"{name} {number}"), "A label.")

    await bus[name].do(all_of_them)


async def _ask(bus: Bus, name: str, of: str, first: int) -> None:
    body = Missing(bus[of].bot, 0, first, LARGEST - first)
    await bus[name].do(lambda seat: seat.say(AGAIN, body, "Please say them again."))
    await bus.settle()


async def _ask_in_many_ways(seat: Seat) -> None:
    bot = (await seat.members())[0].bot
    for first in range(-3, 2):
        for last in range(6, 10):
            await seat.say(AGAIN, Missing(bot, 0, first, last), "Please say them again.")
        for before in range(first, 6):
            await seat.say(AGAIN, Missing(bot, 0, before, 6), "Please say them again.")
            await seat.say(AGAIN, Missing(bot, 0, 1, before), "Please say them again.")


def _labels_of(bus: Bus, name: str) -> int:
    return sum(who == name and block["kind"] == "label" for who, block, _sentence in bus.said)


async def test_overlapping_questions_have_each_message_said_again_a_few_times(begun: Path) -> None:
    async with coalition("Berlin", "Milan", begun=begun) as bus:
        await _say(bus, "Berlin", 6)
        await bus.settle()
        await bus["Milan"].do(_ask_in_many_ways)
        await bus.settle()
        assert _labels_of(bus, "Berlin") == 6 * (1 + said_again.MOST_ANSWERS)


async def test_what_is_said_again_is_read_once_however_much_it_is(
    begun: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    between, left = SaidMessages.between, SaidOnce.left

    async def noted_between(self: SaidMessages, *which: Any) -> list[SaidMessage]:
        read.append("messages")
        return await between(self, *which)

    async def noted_left(self: SaidOnce, *which: Any) -> list[int]:
        read.append("times")
        return await left(self, *which)

    async with coalition("Berlin", "Milan", begun=begun) as bus:
        await _say(bus, "Berlin", 6)
        await bus.settle()
        monkeypatch.setattr(SaidMessages, "between", noted_between)
        monkeypatch.setattr(SaidOnce, "left", noted_left)
        await _ask(bus, "Milan", "Berlin", 1)
        assert _labels_of(bus, "Berlin") == 6 + 6
    assert read.count("messages") == 1
    assert read.count("times") <= 6


async def test_one_bot_hears_so_much_again_in_an_hour(
    begun: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(said_again, "MOST_AGAIN", 8)
    async with coalition("Berlin", "Milan", "Turin", begun=begun) as bus:
        await _say(bus, "Berlin", 6)
        await bus.settle()
        for _ in range(4):
            await bus.later(minutes=1)
            await _ask(bus, "Milan", "Berlin", 1)
        assert _labels_of(bus, "Berlin") == 6 + 8
        # Others are answered all the same, and so is this one in an hour.
        await bus.later(minutes=1)
        await _ask(bus, "Turin", "Berlin", 1)
        assert _labels_of(bus, "Berlin") == 6 + 8 + 6
        await bus.later(minutes=60)
        await _ask(bus, "Milan", "Berlin", 1)
        assert _labels_of(bus, "Berlin") == 6 + 8 + 6 + 6


async def test_gaps_that_a_bot_makes_up_are_asked_for_a_few_times(begun: Path) -> None:
    async with coalition("Berlin", "Milan", begun=begun) as bus:
        await _say(bus, "Milan", 1)
        (flight,) = bus.flights
        bus.flights.clear()
        for epoch in range(1, 3 * hearing.MOST_GAPS):
            block = {**flight.block, "epoch": epoch, "counter": 5}
            await bus["Berlin"].hear(Flight("Milan", "Berlin", block, "A label."), bus.table)
        asked = [block for who, block, _sentence in bus.said if who == "Berlin"]
        assert len(asked) == hearing.MOST_GAPS


async def test_people_are_told_so_much_a_day_of_one_committee(
    begun: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seats, "MOST_TOLD", 5)
    async with coalition("Berlin", "Milan", "Turin", begun=begun) as bus:
        berlin = bus["Berlin"]
        for _ in range(9):
            await bus["Milan"].do(lambda seat: seat.say("back", Return(seat.now), "Restored."))
        await bus.settle()
        assert berlin.to_leads.count("was restored") == 5
        async with berlin.chat.database.transaction() as tx:
            assert (await SaidOnce(tx).counts())["too_fast"] == 4
        stranger = Applicant("@stranger:example.org", "s" * 43, "Stranger")
        await bus["Milan"].do(lambda seat: seat.say("introduce", stranger, "A stranger."))
        await _say(bus, "Turin", 1)
        await bus.settle()
        assert "Stranger" not in berlin.to_leads
        assert berlin.to_leads.count("Turin is now called") == 1
        await bus.later(hours=25)
        await bus["Milan"].do(lambda seat: seat.say("introduce", stranger, "A stranger."))
        await bus.settle()
        assert "Stranger" in berlin.to_leads
