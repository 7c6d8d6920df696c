"""What a homeserver with presence tells members of when the bot was last active: nothing, votes or not.

Anybody who shares a room with an account may ask. The bot asks to be shown offline in every sync.
"""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from demo.homeserver import Homeserver
from demo.matrix_api import JsonObject, quoted
from tests.forensics.test_ballots_traces import BeatingSteward
from tests.support.ballot_table import Note
from tests.support.ballot_voters import SETTINGS, invited, opened, typed, with_ballot
from tests.support.committee import PASSWORD, Committee, Gathered, SignIn

ROW = "how long ago the bot was active: whether"


@pytest.fixture
async def homeserver() -> AsyncIterator[Homeserver]:
    async with Homeserver(settings={"presence": {"enabled": True}}) as running:
        yield running


@pytest.fixture
async def committee(
    homeserver: Homeserver, gathered: Gathered, in_memory: Path, tmp_path: Path
) -> AsyncIterator[Committee]:
    user = await homeserver.register("steward", PASSWORD)
    settings = SETTINGS.format(keys=in_memory)
    async with BeatingSteward(
        tmp_path / "b", homeserver.url, user, PASSWORD, settings=settings
    ) as bot:
        await bot.init()
        await bot.start()
        yield await gathered(bot)


async def told_of(committee: Committee, who: str) -> JsonObject:
    """What Ben is told of somebody's being there."""
    return await committee.ben.api.call("GET", f"/presence/{quoted(who)}/status")


@pytest.mark.timeout(300)
async def test_no_member_is_told_when_the_bot_was_active(
    committee: Committee, sign_in: SignIn, note: Note
) -> None:
    bot, ana = committee.steward.user, committee.ana
    await invited(committee, [await sign_in("chi")])
    code = await opened(committee, '!poll temp "Ready?" k=3 closes=1h')
    voter = await with_ballot(ana, bot, code)
    before = await told_of(committee, bot)
    await voter.vote(code, "04")
    await voter.recorded(code, 1)
    await asyncio.sleep(1)
    after = await told_of(committee, bot)
    note(ROW, "product", f"{float(before != after):+.3f}")
    assert before == after == {"presence": "offline"}
    # The control: of somebody whose app does not hide it the server tells.
    await ana.api.send_clear(committee.room, "m.room.message", typed("in clear"))
    async with asyncio.timeout(60):
        while "last_active_ago" not in (told := await told_of(committee, ana.user)):  # noqa: ASYNC110
            await asyncio.sleep(0.1)
    note(ROW, "control", ", ".join(sorted(told)))
