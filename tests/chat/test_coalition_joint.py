"""Joint tests of a coalition, over the bus: the same table in every room, whatever the way does."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.chat.conversation import Chat
from tests.support.begun import made
from tests.support.coalition_bus import Bus, Chapter, Weather, coalition

PROPOSE = '!coalition test petition "On-call pay" goal=65% closes="fri 18:00"'
FIRST = ("Sam", "Mia", "Ravi", "Omar", "Kofi", "Lena", "Bo", "Ines", "Tom", "Eva")
LAST = ("Okafor", "Chen")
AREAS = ("Payments",) * 8 + ("Search",) * 7 + ("Ads",) * 5


@pytest.fixture(scope="module")
def unit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A committee with twenty people in three areas: M-1 to M-8, M-9 to M-15, M-16 to M-20."""

    async def people(chat: Chat) -> None:
        names = [f"{first} {last}" for last in LAST for first in FIRST]
        for name, area in zip(names, AREAS, strict=True):
            said = await chat.dm("@kim", f'!contact add "{name}" area={area} --yes')
            assert name in said.text, said.text

    return made(tmp_path_factory.mktemp("unit") / "steward.db", people)


@asynccontextmanager
async def three(unit: Path, weather: Weather | None = None) -> AsyncIterator[Bus]:
    async with coalition("Berlin", "Milan", "Shenzhen", begun=unit, weather=weather) as bus:
        yield bus


async def _did(chapter: Chapter, first: int, last: int) -> None:
    handles = " ".join(f"M-{n}" for n in range(first, last + 1))
    said = await chapter.chat.dm("@kim", f"!test mark did {handles}")
    assert said.says("On-call pay: did M-"), said.text


async def test_a_joint_test_from_its_proposal_to_its_end(unit: Path) -> None:
    async with three(unit) as bus:
        said = await bus["Berlin"].lead(PROPOSE)
        print(said.text)
        print(bus["Berlin"].to_leads)
        print((await bus["Berlin"].lead("!coalition ok 1")).text)
        await bus.settle()
        print(bus["Milan"].to_leads)
        for name in ("Milan", "Shenzhen"):
            print((await bus[name].lead("!coalition ok 1")).text)
        await bus.settle()
        await _did(bus["Berlin"], 1, 12)
        await _did(bus["Milan"], 1, 3)
        await bus.later(days=7)
        for name, chapter in bus.chapters.items():
            print(name, chapter.in_room)
        print((await bus["Berlin"].lead("!coalition tests")).text)
        print((await bus["Berlin"].lead("!coalition")).text)
        assert bus.errors == []
        assert 0
