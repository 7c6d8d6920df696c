"""A meeting of the coalition: times for all, each committee asks its own people, one time on every clock."""

import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from commands.coalition.seat import Seat
from storage.coalition.meetings import SharedMeetings
from storage.core.model import Coming
from storage.meetings.answers import Rsvps
from storage.meetings.meetings import Meetings
from storage.meetings.reminders import ReminderTable
from tests.support.coalition_bus import Bus, Weather, coalition

ZONES = {
    "Berlin": "Europe/Berlin",
    "Milan": "Europe/Rome",
    "Shenzhen": "Asia/Shanghai",
    "São Paulo": "America/Sao_Paulo",
}
MORE = ("@dan", "@eva", "@flo")
EVERYBODY = ("@ana", "@ben", "@lea", "@kim", *MORE)
FIVE = EVERYBODY[:5]
MEET = "!coalition meet Joint demands | sat 10:00, sun 14:00 | until thu 20:00 | 90m"


@asynccontextmanager
async def chapters(
    *names: str, begun: Path, weather: Weather | None = None, at: datetime | None = None
) -> AsyncIterator[Bus]:
    """Committees of seven on the clocks of their cities."""
    async with coalition(*names, begun=begun, weather=weather) as bus:
        for name, chapter in bus.chapters.items():
            chapter.chat.join(*MORE)
            if at is not None:
                chapter.chat.be(at)
            async with chapter.chat.database.transaction() as tx:
                await tx.execute("UPDATE committees SET zone = ?", (ZONES[name],))
        yield bus
        assert bus.errors == []


async def proposed(bus: Bus, line: str = MEET, by: str = "Berlin") -> dict[str, str]:
    """A lead proposes it, and leads everywhere agree; what each room is asked."""
    said = await bus[by].lead(line)
    assert said.says("Shall I propose"), said.text
    asked = {}
    for name in (by, *(each for each in bus.chapters if each != by)):
        said = await bus[name].lead("!coalition ok")
        assert said.says("I ask the room now"), name
        asked[name] = said.in_room
        await bus.settle()
    return asked


async def all_say(bus: Bus, name: str, times: str, people: tuple[str, ...] = FIVE) -> None:
    """People of one committee say when they can."""
    for who in people:
        assert (await bus[name].chat.dm(who, f"!can {times}")).says("Noted"), who


async def when(seat: Seat) -> Any:
    """The instant, length and liveness of every time that is set."""
    meetings = seat.repository(Meetings)
    found = []
    for each in await seat.repository(SharedMeetings).all():
        found += [(o.at, o.minutes, o.live, o.title) for o in await meetings.occurrences(each.meeting)]
    return found


async def coming(seat: Seat) -> dict[str, Coming]:
    """Who comes to the committee's own meeting."""
    meetings = seat.repository(Meetings)
    (shared,) = await seat.repository(SharedMeetings).all()
    (occurrence,) = await meetings.occurrences(shared.meeting)
    said = await seat.repository(Rsvps).of(occurrence.id)
    return {str(who): each.answer for who, each in said.items()}


async def test_a_meeting_across_seven_hours(begun: Path) -> None:
    async with chapters("Berlin", "Milan", "Shenzhen", begun=begun) as bus:
        asked = await proposed(bus)
        assert "Sat 28 Nov, 17:00 Shanghai · Berlin 10:00" in asked["Shenzhen"]
        await all_say(bus, "Berlin", "1 2")
        await all_say(bus, "Milan", "2")
        await all_say(bus, "Shenzhen", "2")
        await bus.later(days=4)
        told = bus["Berlin"].to_leads
        assert "1) Sun 29 Nov, 14:00 Berlin (2): at least 15 yes and 0 if need be, of 15" in told
        assert "fewest in Milan, at least 0 of 5" in told
        said = await bus["Berlin"].lead("!coalition pick #1 2")
        assert said.says("All committees hear of #1 now", "Joint demands #1: Sun 29 Nov, 14:00–15:30 Berlin.")
        await bus.settle()
        assert "Joint demands #1: Sun 29 Nov, 21:00–22:30 Shanghai." in bus["Shenzhen"].in_room
        assert "Joint demands #1: Sun 29 Nov, 14:00–15:30 Rome." in bus["Milan"].in_room
        assert await bus.equal(when) == [
            (datetime(2026, 11, 29, 13, 0, tzinfo=UTC), 90, True, "Joint demands")
        ]
        people = await bus["Milan"].do(coming)
        assert people == {f"{who}:example.org": Coming.YES for who in FIVE}
