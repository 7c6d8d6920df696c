"""For the ring on the real homeserver: a network that can fail and lie."""

from collections.abc import AsyncIterator

import pytest

from demo.homeserver import Homeserver
from tests.support.committee import Committee, Gathered, NewSteward
from tests.support.proxy import FaultyProxy


@pytest.fixture
async def proxy(homeserver: Homeserver) -> AsyncIterator[FaultyProxy]:
    """Between the bot and the shared homeserver; fair weather until a test says otherwise."""
    async with FaultyProxy(homeserver.url) as between:
        yield between


@pytest.fixture
async def proxied_committee(
    proxy: FaultyProxy, new_steward: NewSteward, gathered: Gathered
) -> Committee:
    """A committee whose bot, and only the bot, reaches the homeserver through the proxy."""
    steward = await new_steward(through=proxy)
    await steward.start()
    return await gathered(steward)
