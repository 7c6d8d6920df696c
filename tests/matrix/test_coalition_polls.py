"""A coalition poll on the real homeserver: two bots, sealed boxes, real encryption, and both killed in the middle."""

import asyncio
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from demo.organizer import Organizer
from tests.matrix.test_coalition import Chapter, paired
from tests.support.committee import Gathered, NewSteward, SignIn
from tests.support.polling import CODE, SETTINGS, Voter, box_of, in_memory, with_people

QUESTION = "Shall we have a strike fund?"


@dataclass(frozen=True, slots=True)
class Polled:
    """A chapter with its voters, and where its half keys lie."""

    chapter: Chapter
    names: tuple[str, ...]
    memory: Path

    async def votes(self, code: str, *choices: str, sign_in: SignIn) -> None:
        """Everybody votes; answered before the next thing happens."""
        bot = self.chapter.bot
        for name, choice in zip(self.names, choices, strict=True):
            voter = await Voter.of(await sign_in(name), bot)
            await voter.vote(code, choice)
            await voter.acknowledged(1)


@pytest.fixture
def memories() -> Iterator[tuple[Path, Path]]:
    with in_memory() as one, in_memory() as other:
        yield one, other


async def made(
    new_steward: NewSteward, gathered: Gathered, memory: Path, third: Organizer
) -> tuple[Chapter, list[Voter]]:
    """A committee of three, each of whom gets a ballot later."""
    steward = await new_steward(settings=SETTINGS.format(keys=memory))
    await steward.start()
    committee = await gathered(steward)
    people = await with_people(committee, [third])
    chapter = Chapter(committee, await committee.open_direct(committee.ana))
    return chapter, [Voter(each, "", steward.user) for each in people]


async def balloted(chapter: Chapter, voters: list[Voter]) -> tuple[str, list[Voter]]:
    """The code of the poll in a chapter, and its voters with their direct chats."""
    said = await chapter.room_hears(f"“{QUESTION}”")
    found = CODE.search(said)
    assert found is not None, said
    return found[1], [await Voter.of(each.who, each.bot) for each in voters]


@pytest.mark.timeout(600)
async def test_two_bots_add_and_tell_nothing_but_the_sum(
    new_steward: NewSteward, gathered: Gathered, sign_in: SignIn, memories: tuple[Path, Path]
) -> None:
    north, northern = await made(new_steward, gathered, memories[0], await sign_in("chi"))
    south, southern = await made(new_steward, gathered, memories[1], await sign_in("noa"))
    await paired(north, south)
    await north.ask(f'!coalition poll "{QUESTION}" closes=2m k=3 two=yes', "show it to all leads")
    await north.hears("Ask all committees secretly")
    await north.ask("!coalition ok", "is open until")
    await south.hears("North asks all of us secretly")
    await south.ask("!coalition ok", "is open until")
    for chapter, voters, choices in (
        (north, northern, ("01", "01", "02")),
        (south, southern, ("01", "02", "02")),
    ):
        code, seated = await balloted(chapter, voters)
        for voter, choice in zip(seated, choices, strict=True):
            await voter.vote(code, choice)
        await asyncio.gather(*(voter.acknowledged(1) for voter in seated))
    # Both bots die before the close; what they hold is in memory and in the box.
    for chapter in (north, south):
        await chapter.committee.steward.kill()
        await chapter.committee.steward.start()
    for chapter in (north, south):
        said = await chapter.room_hears("is closed in all committees", seconds=240)
        assert "3 · Yes" in said
        assert "3 · No" in said
        assert re.search(r"The sum over 2 committees: 6 ballots of 6\.", said), said
    for chapter, memory in ((north, memories[0]), (south, memories[1])):
        await chapter.ask("!poll list", "No secret poll is open")
        # The result is said first; only then do box and half key go.
        await chapter.committee.steward.logs("poll_closed")
        await chapter.committee.steward.stop()
        async with box_of(chapter.committee.steward, memory) as register:
            assert await register.ballots.boxes() == []
        assert not [
            each for each in memory.rglob("*") if each.is_file() and each.stat().st_size > 64
        ]
