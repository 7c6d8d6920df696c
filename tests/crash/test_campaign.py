"""Under a stream of commands: kills of the bot, kills of the homeserver, a network that fails."""

import asyncio
import os
import secrets
import time

import pytest

from bot.matrix.availability import LONGEST_PAUSE
from commands.shared.look_ups import ASKED_A_DAY
from demo.homeserver import Homeserver
from tests.crash.campaign import Campaign, begin
from tests.crash.ledger import Table
from tests.support.committee import NewSteward, SignIn
from tests.support.proxy import FaultyProxy, Weather

FAULTS = 0.25


@pytest.fixture
def seed() -> int:
    """Printed, and taken from the environment to repeat a campaign."""
    return int(os.environ.get("CAMPAIGN_SEED") or secrets.randbelow(1_000_000))


def reported(name: str, seed: int, campaign: Campaign, table: Table, *more: str) -> Table:
    took = time.monotonic() - campaign.started
    words = ", ".join((f"seed {seed}", f"{took:.0f} s", *more))
    print(f"\n{name} ({words}): {table}")  # noqa: T201 (the point of a campaign)
    return table


def enough_people(kills: int) -> int:
    """People enough that nobody adds as many contacts as somebody may within a day (look_ups.py).

    A short life is about ten commands, of which seven add somebody.
    """
    return 3 + kills * 10 // ASKED_A_DAY


async def killed(
    homeserver: Homeserver, new_steward: NewSteward, sign_in: SignIn, seed: int, kills: int
) -> None:
    campaign = await begin(homeserver, new_steward, sign_in, seed=seed, people=enough_people(kills))
    campaign.talk()
    await campaign.kill(kills)
    table = await campaign.settle()
    assert reported(f"{kills} kills", seed, campaign, table).clean, table


async def in_bad_weather(
    homeserver: Homeserver, new_steward: NewSteward, sign_in: SignIn, seed: int, kills: int
) -> None:
    async with FaultyProxy(homeserver.url, seed=seed) as proxy:
        campaign = await begin(
            homeserver,
            new_steward,
            sign_in,
            seed=seed,
            through=proxy,
            people=enough_people(2 * kills),
            per_second=4.0,
        )
        proxy.weather = Weather(share=FAULTS)
        campaign.talk()
        for _ in range(kills):
            # Long enough to come through to being ready now and then.
            await campaign.live(4.0)
        await campaign.steward.start(wait=False)
        await asyncio.sleep(5)
        # The weather stays as it is until everything is said.
        table = await campaign.settle()
        made = sum(proxy.faults().values())
        more = (f"{made} of {len(proxy.seen)} requests failed",)
        assert reported(f"{kills} kills in bad weather", seed, campaign, table, *more).clean, table


@pytest.mark.timeout(300)
async def test_killed_a_few_times_under_load(
    homeserver: Homeserver, new_steward: NewSteward, sign_in: SignIn, seed: int
) -> None:
    await killed(homeserver, new_steward, sign_in, seed, kills=3)


@pytest.mark.nightly
@pytest.mark.timeout(3600)
async def test_killed_a_hundred_times_under_load(
    own_homeserver: Homeserver, new_steward: NewSteward, sign_in: SignIn, seed: int
) -> None:
    await killed(own_homeserver, new_steward, sign_in, seed, kills=100)


@pytest.mark.nightly
@pytest.mark.timeout(3600)
async def test_killed_many_times_in_bad_weather(
    own_homeserver: Homeserver, new_steward: NewSteward, sign_in: SignIn, seed: int
) -> None:
    await in_bad_weather(own_homeserver, new_steward, sign_in, seed, kills=40)


async def homeserver_killed(
    homeserver: Homeserver, new_steward: NewSteward, sign_in: SignIn, seed: int, kills: int
) -> None:
    campaign = await begin(homeserver, new_steward, sign_in, seed=seed)
    await campaign.steward.start()
    campaign.talk()
    for _ in range(kills):
        await asyncio.sleep(campaign.dice.uniform(1.0, 4.0))
        await homeserver.kill()
        await asyncio.sleep(campaign.dice.uniform(0.0, 2.0))
        await homeserver.start()
    # After so long a trouble the bot asks only every half minute.
    table = await campaign.settle(LONGEST_PAUSE * 1.5)
    assert reported(f"{kills} kills of the homeserver", seed, campaign, table).clean, table


@pytest.mark.nightly
@pytest.mark.timeout(1800)
async def test_the_homeserver_is_killed_again_and_again(
    own_homeserver: Homeserver, new_steward: NewSteward, sign_in: SignIn, seed: int
) -> None:
    await homeserver_killed(own_homeserver, new_steward, sign_in, seed, kills=8)
