"""Times of a coalition: each lead reads them on their own clock, each room on its committee's; nobody in UTC."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.chat.committees import Committees
from tests.support.coalition_bus import Bus, Chapter, coalition

CITIES = {"Berlin": "Europe/Berlin", "Milan": "Europe/Rome", "Shenzhen": "Asia/Shanghai"}
ENDS = '!coalition test petition "On-call pay" goal=65% closes="2026-11-30 18:00"'
POLL = '!coalition poll "Strike fund?" yes | no closes="2026-11-25 18:00"'
MEETING = (
    "!coalition meet On-call | 2026-11-28 10:00, 2026-11-29 10:00 | until 2026-11-26 18:00 | 90m"
)


@pytest.fixture
async def bus(begun: Path) -> AsyncIterator[Bus]:
    """Berlin, Milan and Shenzhen. Kim, who leads with Lea, travels: in Shenzhen she lives by Berlin's clock."""
    async with coalition(*CITIES, begun=begun) as made:
        for name, zone in CITIES.items():
            chat = made[name].chat
            chat.join("@dan")
            async with chat.database.transaction() as tx:
                committee = (await Committees(tx).all())[0]
                await Committees(tx).set_up(committee.id, name, zone)
            for number in range(12):
                await chat.dm(
                    "@kim", f'!contact add "{"abcdefghijkl"[number] * 4} Chen" area=Tools --yes'
                )
        await made["Shenzhen"].chat.dm("@kim", "!tz Berlin")
        yield made
        assert made.errors == []


def times(said: str) -> set[str]:
    """Each time of a text, with the city on whose clock it is."""
    return set(re.findall(r"\d{1,2} \w{3},? \d\d:\d\d(?:–\d\d:\d\d)? \w+", said))


async def _read(chapter: Chapter) -> tuple[set[str], set[str]]:
    """The times that Lea and Kim were told unasked, each alone."""
    read = times(await chapter.reads("@lea")), times(await chapter.reads("@kim"))
    chapter.told.clear()
    return read


async def test_a_joint_test_ends_on_each_leads_clock(bus: Bus) -> None:
    await bus["Berlin"].lead(ENDS)
    await bus["Berlin"].lead("!coalition ok")
    await bus.settle()
    assert await _read(bus["Shenzhen"]) == ({"1 Dec 01:00 Shanghai"}, {"30 Nov 18:00 Berlin"})
    await bus["Shenzhen"].chat.dm("@kim", "!coalition ok")
    await bus.settle()
    assert times(bus["Shenzhen"].in_room) == {"1 Dec 01:00 Shanghai"}
    for who, ends in (("@lea", "1 Dec 01:00 Shanghai"), ("@kim", "30 Nov 18:00 Berlin")):
        assert ends in times((await bus["Shenzhen"].chat.dm(who, "!coalition")).text)


async def test_a_poll_closes_on_each_leads_clock(bus: Bus) -> None:
    await bus["Berlin"].lead(POLL)
    await bus["Berlin"].lead("!coalition ok")
    await bus.settle()
    assert await _read(bus["Shenzhen"]) == ({"26 Nov 01:00 Shanghai"}, {"25 Nov 18:00 Berlin"})
    opened = await bus["Shenzhen"].chat.dm("@kim", "!coalition ok")
    assert times(opened.here) == {"25 Nov 18:00 Berlin"}


async def test_a_meeting_is_proposed_on_each_leads_clock(bus: Bus) -> None:
    said = await bus["Berlin"].lead(MEETING)
    assert "28 Nov, 10:00–11:30 Berlin" in times(said.text), said.text
    await bus["Berlin"].lead("!coalition ok")
    await bus.settle()
    lea, kim = await _read(bus["Shenzhen"])
    assert {"28 Nov, 17:00–18:30 Shanghai", "27 Nov, 01:00 Shanghai"} <= lea
    assert {"28 Nov, 10:00–11:30 Berlin", "26 Nov, 18:00 Berlin"} <= kim


async def test_nobody_is_told_a_time_in_utc(bus: Bus) -> None:
    for typed in (ENDS, POLL, MEETING):
        await bus["Berlin"].lead(typed)
        await bus["Berlin"].lead("!coalition ok")
        await bus.settle()
    for chapter in bus.chapters.values():
        for who in ("@lea", "@kim"):
            said = await chapter.reads(who)
            assert said
            assert "UTC" not in said
        assert "UTC" not in chapter.in_room
