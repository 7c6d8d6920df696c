"""Ballots to voters on another homeserver, with the limits that Synapse has by default on both."""

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from demo.federation import Federation
from tests.support.chapters import chapters_on
from tests.support.committee import NewSteward, SignIn
from tests.support.light_people import limit
from tests.support.polling import Voter, announced, ask, in_memory, with_people

SETTINGS = """
[polls]
k = 3
joined_hours = 0
shortest_minutes = 1
keys_dir = "{keys}"
"""
"""At the pace that is the default."""
ELSEWHERE = 6


@pytest.fixture
def memory() -> Iterator[Path]:
    with in_memory() as made:
        yield made


@pytest.mark.nightly
@pytest.mark.timeout(600)
async def test_everybody_elsewhere_gets_a_ballot_and_votes(
    new_steward: NewSteward, sign_in: SignIn, memory: Path
) -> None:
    """The bot opens a chat with each of them, on a homeserver that limits it, by way of one that does."""
    async with Federation() as federation:
        new_chapter = chapters_on(federation, new_steward, sign_in)
        chapter = await new_chapter("berlin", ana="milan", settings=SETTINGS.format(keys=memory))
        milan = federation["milan"]
        others = [await sign_in(f"voter{number}", on=milan) for number in range(ELSEWHERE)]
        people = await with_people(chapter, others)
        for server in federation.servers.values():
            await limit(server)
        await federation.heal("berlin", "milan")
        began = time.monotonic()
        await ask(chapter, '!poll temp "Ready?" closes=24h', seconds=120)
        code = await announced(chapter, "Ready?", seconds=120)
        voters = [await Voter.of(who, chapter.steward.user, seconds=240) for who in people]
        had = time.monotonic() - began
        await asyncio.gather(*(voter.vote(code, "04") for voter in voters))
        for voter in voters:
            await voter.acknowledged(1, seconds=240)
        print(  # noqa: T201 (the figures are what it is for)
            f"\n{len(voters)} ballots, {ELSEWHERE + 1} of them elsewhere, after {had:.0f} s at most;"
            f" all votes acknowledged after {time.monotonic() - began:.0f} s"
        )
        for voter in voters:
            assert voter.recorded == 1
            assert voter.heard("Not protected:") == 1
