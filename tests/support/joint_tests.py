"""Joint tests of three committees over the bus, as tests play them: proposed, opened, marked, told."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from hypothesis import HealthCheck, settings

from bot.delivery.outgoing import outgoing
from commands.coalition.joint.bodies import TestProposal
from tests.chat.conversation import Chat
from tests.support.coalition_bus import Bus, Chapter, Weather, coalition

PROPOSE = '!coalition test petition "On-call pay" goal=65% closes="2026-11-30 18:00"'
"""It is Monday, 23 November, nine in the morning UTC; the test ends a week later at five in the afternoon."""
MONDAY = datetime(2026, 11, 30, 10, tzinfo=UTC)
FIRST = ("Sam", "Mia", "Ravi", "Omar", "Kofi", "Lena", "Bo", "Ines", "Tom", "Eva")
AREAS = ("Payments",) * 8 + ("Search",) * 7 + ("Ads",) * 5
BUS = settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))


async def twenty_people(chat: Chat) -> None:
    """Twenty people in three areas: M-1 to M-8, M-9 to M-15, M-16 to M-20."""
    names = [f"{first} {last}" for last in ("Okafor", "Chen") for first in FIRST]
    for name, area in zip(names, AREAS, strict=True):
        said = await chat.dm("@kim", f'!contact add "{name}" area={area} --yes')
        assert name in said.text, said.text


@asynccontextmanager
async def three(unit: Path, weather: Weather | None = None) -> AsyncIterator[Bus]:
    """Three committees of twenty people each, and that none of them met an error."""
    async with coalition("Berlin", "Milan", "Shenzhen", begun=unit, weather=weather) as bus:
        yield bus
        assert bus.errors == []


async def opened(bus: Bus, *names: str, propose: str = PROPOSE) -> None:
    """Have the first committee propose a test, and all that are named say ok."""
    await bus[names[0]].lead(propose)
    for name in names:
        said = await bus[name].lead("!coalition ok")
        assert said.says("is open here as T-"), said.text
        await bus.settle()


async def proposes(bus: Bus, name: str, body: TestProposal) -> None:
    """Have a committee's bot propose a test, whatever its own rules are."""
    await bus[name].do(lambda seat: seat.say("test proposed", body, "x"))


async def did(chapter: Chapter, first: int, last: int) -> None:
    handles = " ".join(f"M-{n}" for n in range(first, last + 1))
    said = await chapter.chat.dm("@kim", f"!test mark T-1 did {handles}")
    assert said.says(": did M-"), said.text


def tables_of(chapter: Chapter) -> list[str]:
    """The tables that a committee's room was shown; what is said again under its name is found there."""
    by_name = {
        occasion: message.content["body"]
        for said, occasion in chapter.told
        for message in outgoing(said)
    }
    return [str(each) for each in by_name.values() if "all committees" in str(each)]


def equal_tables(bus: Bus, *names: str) -> list[str]:
    """The tables, which must be the same in every room."""
    found = [tables_of(bus[name]) for name in names or bus.chapters]
    assert all(each == found[0] for each in found), found
    return found[0]


def kinds_said(bus: Bus) -> list[str]:
    return [block["kind"] for _who, block, _sentence in bus.said]
