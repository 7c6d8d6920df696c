"""What answers of sync leave out of a room's state, and what is shown besides: taken in all the same."""

import time
from collections import deque
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.membership.newcomers import MOST_MESSAGES
from storage.authority.standings import MemberRecord, Standings
from storage.chat.committees import Committees
from storage.core.model import RoomId, UserId
from tests.support.adversary import JsonObject
from tests.support.answering import ANA, BOT, ROOM, Answering, answering, room_state

BEN, MAL = "@ben:committee.test", "@mal:committee.test"


@pytest.fixture
async def bot(tmp_path: Path) -> AsyncIterator[Answering]:
    """Ana and Ben's committee, set up."""
    async with answering(tmp_path, ANA.__eq__, BEN) as made:
        await made.ask("!setup name=Payments tz=Madrid")
        yield made


def member(user: str, membership: str, sender: str = ANA) -> JsonObject:
    return {
        "type": "m.room.member",
        "state_key": user,
        "sender": sender,
        "event_id": f"${membership}-{user}",
        "content": {"membership": membership},
    }


def shows(bot: Answering, part: str, answer: Any) -> None:
    """Let the homeserver answer this where a path has that in it."""
    bot.homeserver.answer = lambda method, path: answer if part in path else bot.serve(method, path)


async def written(bot: Answering, who: str) -> MemberRecord | None:
    async with bot.database.transaction() as tx:
        committee = await Committees(tx).by_room(RoomId(ROOM))
        assert committee is not None
        return await Standings(tx, committee.id).of(UserId(who))


GAP = {"rooms": {"join": {ROOM: {"timeline": {"limited": True, "prev_batch": "p", "events": []}}}}}


@pytest.mark.parametrize("left", [True, False])
async def test_whoever_was_away_in_a_gap_is_new(bot: Answering, *, left: bool) -> None:
    ben = await written(bot, BEN)
    assert ben is not None
    assert ben.introduced is not None
    flip = [member(BEN, "join", BEN), member(BEN, "leave")]
    shows(bot, "/messages", {"chunk": flip if left else flip[:1]})
    await bot.take(GAP)
    ben = await written(bot, BEN)
    assert ben is not None
    assert (ben.introduced is None) == left
    said = [body for body in await bot.waiting() if "is new here" in body]
    assert len(said) == (1 if left else 0)


async def test_whom_only_the_whole_state_shows_is_looked_at_as_well(bot: Answering) -> None:
    """At its start the bot asks for it; sync and state are the same server's two words."""
    await bot.take({})
    assert await written(bot, MAL) is None
    bot.intake._rooms._named.clear()
    shows(bot, "/state", room_state(ANA, BEN, BOT, MAL))
    await bot.take({})
    assert await written(bot, MAL) is not None
    assert any(f"{MAL} is new here" in body for body in await bot.waiting())


async def test_whoever_could_not_be_named_at_once_is_named_later(bot: Answering) -> None:
    introducing = bot.intake._members.introductions
    introducing._said_at[ROOM] = deque([time.monotonic()] * MOST_MESSAGES)
    joins = {"rooms": {"join": {ROOM: {"timeline": {"events": [member(MAL, "join", MAL)]}}}}}
    await bot.take(joins)
    await bot.take({})
    assert not any(MAL in body for body in await bot.waiting())
    # A minute later, with nothing new.
    introducing._said_at[ROOM].clear()
    introducing._unnamed[ROOM] = 0.0
    await bot.take({})
    await bot.take({})
    assert sum(f"{MAL} is new here" in body for body in await bot.waiting()) == 1
