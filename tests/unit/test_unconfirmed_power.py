"""Power that nobody confirmed opens none of the side doors either: what is sent, and what is moved."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from itertools import count
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.delivery.post import Post
from bot.jobs.digests import DigestJob
from bot.matrix.rooms import Room
from bot.membership import departures
from bot.rooms.upgrade import RoomUpgrade
from commands.framework.context import Context, Place
from commands.framework.reply import Audience, say
from commands.roles.standing import Role
from storage.authority.standings import Standings
from storage.chat.committees import Committees
from storage.contacts.contacts import Contacts
from storage.contacts.follow_ups import FollowUps
from storage.core.database import Database
from storage.core.model import EntryKind, RoomId, UserId
from storage.history.entries import History
from storage.turf.absences import Barred
from tests.support.collected import Collected
from tests.support.commanding import NO_EFFECTS
from tests.support.hall import ANA, BEN, BOT, DAN, EVE, HOME, Hall, begun

TIMES = count()


@pytest.fixture
async def hall(tmp_path: Path) -> AsyncIterator[Hall]:
    """Dan is shown as a keeper of the data; Ana, whose word counts, has not confirmed it."""
    database = await Database.open(tmp_path / "app.db", bytes(32))
    made = await begun(database)
    made.member(DAN, "join")
    made.power(ana=100, dan=100)
    await made.look()
    yield made
    await database.close()


async def said(hall: Hall, audience: Audience, *to: str) -> set[str | None]:
    """Who is written to."""
    committee = await hall.committee()
    async with hall.database.transaction() as tx:
        post = Post(tx, Collected(), f"test-{next(TIMES)}")
        reply = replace(say("Sam Okafor"), audience=audience, to=tuple(map(UserId, to)))
        await post.say(reply, HOME, ANA, committee, hall.authority)
    return {parcel.recipient for parcel in post.parcels}


async def test_what_leads_are_told_is_for_confirmed_ones(hall: Hall) -> None:
    assert await said(hall, Audience.LEADS) == {ANA}
    await hall.confirm(DAN, Role.LEAD)
    assert await said(hall, Audience.LEADS) == {ANA, DAN}, "the control"


async def test_whose_part_has_ended_is_told_nothing(hall: Hall) -> None:
    assert await said(hall, Audience.NAMED, ANA, BEN, EVE) == {ANA, BEN}
    committee = await hall.committee()
    async with hall.database.transaction() as tx:
        entry = await History(tx, committee.id, UserId(ANA), hall.now).record(EntryKind.OFFBOARDED)
        await Barred(tx, committee.id).bar(entry, UserId(BEN))
    assert await said(hall, Audience.NAMED, ANA, BEN, EVE) == {ANA}


async def test_the_list_of_what_somebody_carried_goes_to_confirmed_leads(hall: Hall) -> None:
    await carrying(hall, BEN)
    hall.member(BEN, "leave")
    told = Collected()
    await departures.offboard_leavers(
        hall.database, hall.authority, HOME, told, hall.now, effects=NO_EFFECTS
    )
    assert {parcel.recipient for parcel in told.parcels} == {ANA}


@pytest.mark.parametrize("confirmed", [False, True])
async def test_the_mornings_overview_goes_to_confirmed_leads(
    hall: Hall, *, confirmed: bool
) -> None:
    await carrying(hall, BEN)
    if confirmed:
        await hall.confirm(DAN, Role.LEAD)
        committee = await hall.committee()
        async with hall.database.transaction() as tx:
            written = await Standings(tx, committee.id).of(UserId(DAN))
            assert written is not None
            await Standings(tx, committee.id).put(replace(written, introduced=hall.now))
    assert await morning(hall) == {ANA, BEN} | ({DAN} if confirmed else set())


async def test_whoever_the_room_was_not_told_of_gets_no_digest(hall: Hall) -> None:
    await carrying(hall, DAN)
    assert await morning(hall) == {ANA}


async def test_a_room_forged_as_the_next_one_takes_no_records(hall: Hall) -> None:
    """A tombstone, the next room and power in both, shown to the bot alone."""
    new = Room("!next:example.org", encrypted=True, predecessor=HOME)
    new.members = {BOT: "join", DAN: "join", ANA: "join"}
    new.levels = {DAN: 100, ANA: 100}
    hall.places.rooms[new.id] = new
    hall.room.replaced, hall.room.successor, hall.room.replaced_by = True, new.id, ANA
    async with hall.database.transaction() as tx:
        made = await Committees(tx).add(RoomId(new.id), "next", "UTC", hall.now)
        await hall.authority.look(tx, made, hall.now)
        led = {}
        for who in (DAN, ANA):
            ctx = Context(
                user=UserId(who),
                standing=await hall.authority.standing(tx, made, who),
                place=Place.ROOM,
                committee=made,
                committees=(made,),
                now=hall.now,
                zone=ZoneInfo("UTC"),
            )
            assert ctx.role is Role.KEEPER, "in the room they made they count"
            plan = await RoomUpgrade(hall.authority, lambda _room: False, ctx, tx).plan()
            assert plan is not None
            led[who] = plan.led_there
    assert led == {DAN: False, ANA: True}


async def carrying(hall: Hall, who: str) -> None:
    """Somebody in their care, and something that was due more than a week ago: leads hear of that."""
    committee = await hall.committee()
    today, user = hall.now.date(), UserId(who)
    due = today - timedelta(days=8)
    async with hall.database.transaction() as tx:
        contact = await Contacts(tx, committee.id, today).add(
            "Sam Okafor", area=None, shift=None, author=user, at=hall.now, from_day=today
        )
        entry = await History(tx, committee.id, user, hall.now).record(EntryKind.NOTED)
        await FollowUps(tx, committee.id).add(
            entry, contact.id, "sign", due, owner=user, zone=committee.zone, at=hall.now
        )


async def morning(hall: Hall) -> set[str | None]:
    """Whom that morning's digest goes to."""
    sent = Collected()
    looks = DigestJob(hall.database, hall.authority, sent)
    await looks.send_due(hall.now.replace(hour=10))
    return {parcel.recipient for parcel in sent.parcels}
