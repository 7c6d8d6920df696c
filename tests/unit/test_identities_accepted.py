"""A new identity is a new person until somebody says so who may: here, and wherever else they take part."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest

from bot.matrix.client import Client
from bot.matrix.rooms import Room
from bot.matrix.trust import PublishedIdentity, Trust
from commands.authority.identities import IdentityAcceptance
from commands.framework.context import Context, Place
from commands.roles.rules import FROM_THE_START
from commands.roles.standing import Role
from storage.chat.committees import Committees
from storage.chat.identities import Identities, Pin
from storage.core.database import Database
from storage.core.model import RoomId, UserId
from tests.support.commanding import dependencies_for, new_state
from tests.support.hall import ANA, BEN, BOT, DAN, EVE, HOME, Hall, begun

OTHER = "!other:example.org"


@pytest.fixture
async def hall(tmp_path: Path) -> AsyncIterator[Hall]:
    """Ana keeps the data, Ben and Dan lead. Eve is a lead in a room that she made."""
    database = await Database.open(tmp_path / "app.db", bytes(32))
    made = await begun(database)
    made.member(DAN, "join")
    made.power(ana=100, ben=50, dan=50)
    await made.deliver(await made.look())
    for who in (BEN, DAN):
        await made.confirm(who, Role.LEAD)
    yield made
    await database.close()


def changed(who: str) -> Trust:
    """What the bot holds when somebody's account shows another identity than the one seen first."""
    client = Client("http://127.0.0.1:9", BOT)
    trust = Trust(client, [Pin(who, "old", 1, "new", 2)])
    trust._people[who] = PublishedIdentity(who, "new")
    return trust


async def accepts(hall: Hall, who: str, by: str, room: str = HOME) -> bool:
    """Whether somebody can accept another's new identity, from a committee's room."""
    trust = changed(who)
    facts = dependencies_for(hall.authority, trust, cast(Any, None), new_state())
    async with hall.database.transaction() as tx:
        committee = await Committees(tx).by_room(RoomId(room))
        assert committee is not None
        await Identities(tx).pin(who, "old", 1)
        await Identities(tx).offer(who, "new", 2)
        ctx = Context(
            user=UserId(by),
            standing=await hall.authority.standing(tx, committee, by),
            place=Place.ROOM,
            committee=committee,
            committees=(committee,),
            now=hall.now,
            zone=ZoneInfo("UTC"),
        )
        desk = cast(IdentityAcceptance, await facts.provider(ctx, tx, "$1")(IdentityAcceptance))
        shown = await desk.offered(UserId(who))
        accepted = await desk.accept(UserId(who))
    assert (shown is not None) == accepted
    await trust._client.close()
    return accepted


async def elsewhere(hall: Hall, *people: str) -> None:
    """A committee of Eve's own."""
    room = Room(OTHER, encrypted=True, has_levels=True)
    room.members = {BOT: "join", EVE: "join"}
    room.levels = {EVE: 100}
    hall.places.rooms[OTHER] = room
    async with hall.database.transaction() as tx:
        made = await Committees(tx).add(RoomId(OTHER), "Other", "UTC", hall.now)
        await hall.authority.look(tx, made, hall.now)
        await Committees(tx).set_up(made.id, "Other", "UTC")
    for who in people:
        # Only the homeserver says so.
        room.members[who] = "join"


async def test_a_lead_accepts_an_organizers_or_a_leads_and_only_a_keeper_a_keepers(
    hall: Hall,
) -> None:
    assert not await accepts(hall, ANA, BEN)
    assert await accepts(hall, DAN, BEN), "the control"
    assert not await accepts(hall, BEN, BEN)


async def test_whoever_leads_a_committee_of_their_own_answers_for_nobody_elses_members(
    hall: Hall,
) -> None:
    await elsewhere(hall, ANA, DAN)
    assert not await accepts(hall, ANA, EVE, OTHER)
    assert not await accepts(hall, DAN, EVE, OTHER)
    fay = "@fay:example.org"
    hall.places.rooms[OTHER].members[fay] = "join"
    assert await accepts(hall, fay, EVE, OTHER), "the control: she is only there"


async def test_what_somebody_is_counts_anew_from_then_on(hall: Hall) -> None:
    hall.power(ana=100, ben=100, dan=50)
    await hall.look()
    await hall.confirm(BEN, Role.KEEPER)
    assert (await hall.standing(ANA)).held == FROM_THE_START
    assert await accepts(hall, ANA, BEN)
    ana = await hall.standing(ANA)
    assert (ana.role, ana.held, ana.led) == (Role.KEEPER, hall.now, hall.now)
    assert (await hall.standing(DAN)).held != hall.now, "the control"
