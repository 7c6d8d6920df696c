"""Meetings of a coalition among bots that lie, or propose and move without end."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from commands.coalition import consent
from commands.coalition.meetings import asking, bodies, choosing
from commands.coalition.meetings.rules import ClockCounts, TimeCount
from commands.coalition.seat import Seat
from tests.support.coalition_meetings import chapters, proposed, say, set_for, when


async def test_a_bot_that_did_not_propose_it_moves_nothing(begun: Path) -> None:
    async with chapters("Berlin", "Milan", "Shenzhen", begun=begun) as bus:
        await set_for(bus)
        before = await bus.equal(when)
        ref = next(b["body"]["ref"] for _w, b, _s in bus.said if b["kind"] == "meeting")
        start = datetime(2026, 11, 28, 3, 0, tzinfo=UTC)

        async def forged(seat: Seat) -> None:
            await seat.say("meeting set", bodies.ChosenTime(ref, start, 60), "")
            await seat.say("meeting off", bodies.MeetingOff(ref), "")

        await bus["Milan"].do(forged)
        await bus.settle()
        assert await bus.equal(when) == before


@pytest.mark.parametrize(
    "clocks",
    [
        (ClockCounts("Europe/Rome", 4, (TimeCount(4, 0),) * 2),),
        (ClockCounts("Europe/Rome", 5, (TimeCount(4, 2),) * 2),),
        (ClockCounts("Europe/Rome", 5, (TimeCount(5, 0),) * 3),),
        (ClockCounts("../../etc/passwd", 5, (TimeCount(5, 0),) * 2),),
    ],
)
async def test_counts_that_cannot_be_are_not_taken(
    begun: Path, clocks: tuple[ClockCounts, ...]
) -> None:
    async with chapters("Berlin", "Milan", begun=begun) as bus:
        await proposed(bus)
        ref = next(b["body"]["ref"] for _w, b, _s in bus.said if b["kind"] == "meeting")
        said = bodies.MeetingCounts(ref, "Europe/Rome", clocks)
        await bus["Milan"].do(lambda seat: seat.say("meeting counts", said, ""))
        await bus.settle()
        assert (await bus["Berlin"].lead("!coalition tally #1")).says("Not heard from: Milan.")


async def test_a_bot_that_proposes_without_end_drowns_nobody(begun: Path) -> None:
    async with chapters("Berlin", "Milan", begun=begun) as bus:
        times = tuple(datetime(2026, 11, day, 12, tzinfo=UTC) for day in (28, 29))
        closes = datetime(2026, 11, 27, 12, tzinfo=UTC)
        for n in range(consent.MOST_WAITING + 30):
            asked = bodies.AskedMeeting(f"{n:016x}", "More", "Europe/Berlin", 60, times, closes)
            await say(bus, "Berlin", "meeting", asked)
        await bus.settle()
        assert bus["Milan"].to_leads.count("proposes a meeting") == consent.MOST_WAITING


async def test_a_bot_that_moves_without_end_is_followed_for_a_while(begun: Path) -> None:
    async with chapters("Berlin", "Milan", begun=begun) as bus:
        await set_for(bus)
        ref = next(b["body"]["ref"] for _w, b, _s in bus.said if b["kind"] == "meeting")
        for n in range(60):
            start = datetime(2026, 11, 28, 12, n, tzinfo=UTC)
            moved = bodies.ChosenTime(ref, start, 60)
            await say(bus, "Berlin", "meeting set", moved)
        await bus.settle()
        assert bus["Milan"].in_room.count("moved:") == choosing.MOST_MOVES


async def test_meetings_that_are_called_off_at_once_drown_no_leads(begun: Path) -> None:
    async with chapters("Berlin", "Milan", begun=begun) as bus:
        start = bus.now.replace(second=0, microsecond=0) + timedelta(days=3)
        times = (start, start + timedelta(hours=1))
        for number in range(30):
            ref = f"{number:016x}"
            asked = bodies.AskedMeeting(
                ref, "M", "Europe/Rome", 60, times, start - timedelta(hours=3)
            )
            await say(bus, "Milan", "meeting", asked)
            await say(bus, "Milan", "meeting off", bodies.MeetingOff(ref))
        await bus.settle()
        assert bus["Berlin"].to_leads.count("proposes a meeting") == asking.MOST_A_DAY


async def test_a_meeting_that_is_over_is_moved_no_more(begun: Path) -> None:
    async with chapters("Berlin", "Milan", begun=begun) as bus:
        await set_for(bus)
        ref = next(block["body"]["ref"] for _w, block, _s in bus.said if block["kind"] == "meeting")
        past = bus.now.replace(second=0, microsecond=0) - timedelta(days=3)

        async def entries(seat: Seat) -> int:
            return await seat.tx.number("SELECT COUNT(*) FROM meeting_versions")

        before = await bus["Milan"].do(entries)
        for number in range(20):
            start = past + timedelta(minutes=number)
            await say(bus, "Berlin", "meeting set", bodies.ChosenTime(ref, start, 60))
        await bus.settle()
        assert await bus["Milan"].do(entries) <= before + 2
