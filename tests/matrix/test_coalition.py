"""Two committees' bots on the real homeserver: paired by a code, heard by each other, and by nobody else."""

import asyncio
import re
from dataclasses import dataclass

import pytest

from demo.organizer import Organizer
from tests.support.committee import Committee, NewSteward, SignIn, gather


@dataclass(frozen=True, slots=True)
class Chapter:
    """A committee with its lead's direct chat."""

    committee: Committee
    direct: str

    @property
    def lead(self) -> Organizer:
        return self.committee.ana

    @property
    def bot(self) -> str:
        return self.committee.steward.user

    async def ask(self, text: str, expect: str, *, seconds: float = 30) -> str:
        """What the bot answers to its lead in the direct chat."""
        said = await self.lead.ask(self.direct, text, expect, of=self.bot, seconds=seconds)
        return said.body

    async def hears(self, words: str, *, seconds: float = 90) -> str:
        """What the lead is told unasked."""
        said = await self.lead.hear(words, of=self.bot, where=self.direct, seconds=seconds)
        return said.body

    async def room_hears(self, words: str, *, seconds: float = 90) -> str:
        """What is told in the committee's room."""
        said = await self.lead.hear(words, of=self.bot, where=self.committee.room, seconds=seconds)
        return said.body


def words_of(said: str) -> str:
    """The words of a code, as somebody types them who heard them."""
    return " ".join(re.findall(r"(?m)^\s*\d+\. ([a-z ]+)$", said))


async def chapter(new_steward: NewSteward, sign_in: SignIn, *names: str) -> Chapter:
    """A committee of two people and a bot."""
    steward = await new_steward()
    await steward.start()
    committee = await gather(steward, *[await sign_in(name) for name in names])
    return Chapter(committee, await committee.open_direct(committee.ana))


async def paired(north: Chapter, south: Chapter) -> None:
    """The leads pair their committees, as the guide says."""
    told = await north.ask('!coalition new "Games workers" label="North"', "pairing code")
    await south.ask(f"!coalition join {words_of(told)}", "compare its key with the code")
    await south.ask('!coalition label "South"', "call you South")
    await north.hears("typed your pairing code")
    await south.hears("answers: the coalition Games workers")
    await north.ask("!coalition ok", "I invite the bot")
    await south.ask("!coalition ok", "We are in as soon as")
    await south.room_hears("We are in the coalition Games workers now, with North.")
    await north.room_hears("South is in our coalition now.")


@pytest.fixture
async def chapters(new_steward: NewSteward, sign_in: SignIn) -> tuple[Chapter, Chapter]:
    """Two committees, each with its bot, that do not know each other."""
    return (
        await chapter(new_steward, sign_in, "ana", "ben"),
        await chapter(new_steward, sign_in, "lou", "max"),
    )


@pytest.mark.timeout(300)
async def test_two_bots_pair_and_hear_each_other(chapters: tuple[Chapter, Chapter]) -> None:
    north, south = chapters
    await paired(north, south)
    await north.ask('!coalition label "Far north"', "call you Far north")
    await south.room_hears("North is now called Far north.")
    assert "Far north: in it" in await south.ask("!coalition", "Coalition Games workers")
    await south.ask("!coalition leave --yes", "We leave.")
    await north.room_hears("South has left our coalition.")
    async with asyncio.timeout(30):
        while "in no coalition" not in await south.ask("!coalition", "oalition"):  # noqa: ASYNC110
            await asyncio.sleep(1)
