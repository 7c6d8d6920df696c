"""Meetings of a coalition over the bus, as tests play them: proposed, answered, set."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from commands.coalition.seat import Seat
from storage.coalition.meetings import SharedMeetings
from storage.meetings.meetings import Meetings
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


async def say(bus: Bus, name: str, kind: str, body: object) -> None:
    """Have a committee's bot say something, whatever its own rules are."""
    await bus[name].do(lambda seat: seat.say(kind, body, ""))


async def when(seat: Seat) -> Any:
    """The instant, length and liveness of every time that is set."""
    meetings = seat.repository(Meetings)
    found = []
    for each in await seat.repository(SharedMeetings).all():
        found += [
            (o.at, o.minutes, o.live, o.title) for o in await meetings.occurrences(each.meeting)
        ]
    return found


async def set_for(bus: Bus, option: int = 2) -> None:
    """Everybody agreed, answered and heard the time."""
    await proposed(bus)
    for name in bus.chapters:
        await all_say(bus, name, str(option))
    await bus["Berlin"].lead(f"!coalition pick #1 {option}")
    await bus.settle()
