"""What lies between the bot and its homeserver breaks again and again: nothing lost, nothing twice, no end."""

import asyncio
import os
import secrets
import time
from collections import Counter

import pytest

from bot.matrix.availability import LONGEST_PAUSE
from commands.shared.look_ups import ASKED_A_DAY
from demo.homeserver import Homeserver
from tests.crash.campaign import Campaign, begin
from tests.support.committee import NewSteward, SignIn
from tests.support.socks_proxy import SocksProxy, Trouble

OUTAGES = int(os.environ.get("CAMPAIGN_OUTAGES") or 200)
EVERY_SO_OFTEN = 10
"""Of so many outages one is the homeserver itself, killed or stopped."""
NEVER = 1_000_000
LONG = 12.0
"""Seconds of an outage now and then that is long enough to be told."""


@pytest.fixture
def seed() -> int:
    return int(os.environ.get("CAMPAIGN_SEED") or secrets.randbelow(1_000_000))


async def suffered(
    homeserver: Homeserver,
    new_steward: NewSteward,
    sign_in: SignIn,
    seed: int,
    outages: int,
    *,
    homeserver_every: int,
) -> None:
    async with SocksProxy() as proxy:
        campaign = await begin(
            homeserver,
            new_steward,
            sign_in,
            seed=seed,
            people=3 + outages * 15 // ASKED_A_DAY,
            per_second=2.0,
            settings=f'proxy = "{proxy.url}"\n',
        )
        # The bot starts while the proxy is away, and waits for it.
        await proxy.be(Trouble.AWAY)
        await campaign.steward.start(wait=False)
        await _told(campaign, "proxy")
        await proxy.be(None)
        await campaign.steward.wait_ready(120)
        pid = campaign.steward.pid
        campaign.talk()
        met = await _suffer(campaign, proxy, outages, homeserver_every)
        await campaign.fall_silent()
        assert campaign.steward.running
        assert campaign.steward.pid == pid
        # After so long a trouble the bot asks only every half minute.
        table = await campaign.settle(LONGEST_PAUSE * 2.5)
    took = time.monotonic() - campaign.started
    log = campaign.steward.log()
    away, back = log.count("event=homeserver_away"), log.count("event=homeserver_back")
    print(  # noqa: T201 (the point of a campaign)
        f"\n{outages} outages (seed {seed}, {took:.0f} s, {proxy.accepted} connections, "
        f"said {away} times and {back} times that it is over): {dict(met)}; {table}"
    )
    assert table.clean, table
    assert "event=transport_unknown" not in log
    assert back >= 1
    # Once for each outage and kind that lasted.
    assert away <= 2 * (outages + 1)


async def _told(campaign: Campaign, kind: str) -> None:
    """`status` says what is in the way, and so does the log."""
    await campaign.steward.until(
        lambda status: status.get("homeserver", {}).get("outage") is not None
    )
    told = (await campaign.steward.status())["homeserver"]["outage"]
    assert told["kind"] == kind
    await campaign.steward.logs(f"event=homeserver_away kind={kind}")


async def _suffer(
    campaign: Campaign, proxy: SocksProxy, outages: int, homeserver_every: int
) -> Counter[str]:
    """Break something, mend it, and leave time to answer; every kind comes as often as the others."""
    met: Counter[str] = Counter()
    kinds: list[Trouble] = []
    for number in range(1, outages + 1):
        if number % homeserver_every == 0:
            met["homeserver"] += 1
            await _homeserver_away(campaign)
        else:
            if not kinds:
                kinds = list(Trouble)
                campaign.dice.shuffle(kinds)
            trouble = kinds.pop()
            met[trouble.name.lower()] += 1
            await proxy.be(trouble)
            long = campaign.dice.random() < 0.05
            await asyncio.sleep(LONG if long else campaign.dice.uniform(0.05, 1.5))
            await proxy.be(None)
        assert campaign.steward.running, f"ended at outage {number}"
        await asyncio.sleep(campaign.dice.uniform(0.2, 3.0))
    return met


async def _homeserver_away(campaign: Campaign) -> None:
    if campaign.dice.random() < 0.5:
        await campaign.homeserver.kill()
    else:
        await campaign.homeserver.stop()
    await asyncio.sleep(campaign.dice.uniform(0.0, 2.0))
    await campaign.homeserver.start()


@pytest.mark.timeout(400)
async def test_a_proxy_in_every_trouble(
    homeserver: Homeserver, new_steward: NewSteward, sign_in: SignIn, seed: int
) -> None:
    await suffered(homeserver, new_steward, sign_in, seed, len(Trouble), homeserver_every=NEVER)


@pytest.mark.nightly
@pytest.mark.timeout(5400)
async def test_two_hundred_outages(
    own_homeserver: Homeserver, new_steward: NewSteward, sign_in: SignIn, seed: int
) -> None:
    await suffered(
        own_homeserver, new_steward, sign_in, seed, OUTAGES, homeserver_every=EVERY_SO_OFTEN
    )
