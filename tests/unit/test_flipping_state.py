"""State that flips: somebody was away, or had less power, for a moment that is over when the bot looks."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.matrix.rooms import Room
from bot.membership import departures
from bot.membership.newcomers import EVERY, MOST_MESSAGES, NAMED_AT_ONCE
from commands.framework.reply import Audience, Reply, say
from commands.roles.rules import FROM_THE_START
from commands.roles.standing import Role
from storage.authority.standings import Standings
from storage.chat.outbox import Parcel
from storage.contacts.contacts import Contacts
from storage.core.database import Database
from storage.core.model import EntryKind, UserId
from storage.history.entries import History
from storage.turf.departures import Departures
from storage.turf.turf import Turf
from tests.support.collected import Collected
from tests.support.commanding import NO_EFFECTS
from tests.support.deliveries import Delivery, full
from tests.support.hall import ANA, BEN, DAN, HOME, Hall, begun
from tests.support.running import start_outbox


@pytest.fixture
async def hall(tmp_path: Path) -> AsyncIterator[Hall]:
    """Ana, who keeps the data, Ben, who leads, and Dan; all for long."""
    database = await Database.open(tmp_path / "app.db", bytes(32))
    made = await begun(database)
    made.member(DAN, "join")
    made.power(ana=100, ben=50)
    await made.deliver(await made.look())
    await made.confirm(BEN, Role.LEAD)
    assert await made.look() == []
    yield made
    await database.close()


def event(user: str, membership: str, sender: str = ANA) -> Mapping[str, Any]:
    return {
        "type": "m.room.member",
        "state_key": user,
        "sender": sender,
        "content": {"membership": membership},
    }


def levels(**users: int) -> Mapping[str, Any]:
    content = {"users": {f"@{name}:example.org": level for name, level in users.items()}}
    return {"type": "m.room.power_levels", "state_key": "", "sender": ANA, "content": content}


def bodies(parcels: list[Parcel], to: str | None = None) -> list[str]:
    return [str(parcel.content["body"]) for parcel in parcels if parcel.recipient == to]


# -- away for a moment ------------------------------------------------------------------------------


async def test_whoever_was_put_out_and_is_back_in_one_answer_is_new(hall: Hall) -> None:
    hall.room.apply_all([event(BEN, "leave"), event(BEN, "invite"), event(BEN, "join", BEN)])
    said = await hall.look()
    assert "@ben:example.org is new here" in bodies(said)[0]
    assert f"!confirm {BEN}" in bodies(said, ANA)[0]
    ben = await hall.standing(BEN)
    assert (ben.role, ben.introduced) == (Role.ORGANIZER, False)
    await hall.deliver(said)
    assert await hall.look() == [], "it is said once"
    assert (await hall.standing(ANA)).role is Role.KEEPER, "the control"


async def test_so_is_whoever_was_away_in_a_stretch_that_sync_left_out(hall: Hall) -> None:
    assert not hall.room.missed([event(BEN, "join", BEN), levels(ana=100, ben=50), "nonsense"])
    assert await hall.look() == []
    assert await hall.role(BEN) is Role.LEAD, "the control"
    assert hall.room.missed([event(BEN, "ban")])
    await hall.look()
    assert await hall.role(BEN) is Role.ORGANIZER


async def test_whoever_is_new_anyway_is_named_once_for_it(hall: Hall) -> None:
    eve = "@eve:example.org"
    hall.member(eve, "join")
    first = await hall.look()
    assert hall.room.missed([event(eve, "leave", eve)])
    assert await hall.look() == []
    assert len(bodies(first)) == 1


async def test_power_that_was_lost_for_a_moment_has_to_be_confirmed_again(hall: Hall) -> None:
    hall.room.apply_all([levels(ana=100), levels(ana=100, ben=50)])
    said = await hall.look()
    assert f"a lead: !confirm {BEN}" in bodies(said, ANA)[0]
    assert await hall.role(BEN) is Role.ORGANIZER
    assert (await hall.standing(ANA)).held == FROM_THE_START, "the control"


async def test_and_in_a_stretch_that_sync_left_out(hall: Hall) -> None:
    assert hall.room.missed([levels(ana=100, ben=0)])
    await hall.look()
    assert await hall.role(BEN) is Role.ORGANIZER
    assert await hall.role(ANA) is Role.KEEPER, "the control"


async def test_power_that_only_grew_is_no_flip(hall: Hall) -> None:
    hall.room.apply_all([levels(ana=100, ben=60), levels(ana=100, ben=50)])
    assert await hall.look() == []
    assert await hall.role(BEN) is Role.LEAD


# -- a room that was replaced, or is shown as that ----------------------------------------------------


def replaced(hall: Hall) -> None:
    content = {"replacement_room": "!next:example.org"}
    stone = {"type": "m.room.tombstone", "state_key": "", "sender": ANA, "content": content}
    assert hall.room.apply(stone)


async def test_a_tombstone_keeps_nobody_what_they_were_who_comes_back(hall: Hall) -> None:
    replaced(hall)
    hall.room.apply(event(BEN, "leave", BEN))
    await hall.look()
    # As after a restart: what is not in the snapshot is not known any more.
    again = Room.restore(hall.room.snapshot())
    hall.places.rooms[HOME] = hall.room = again
    hall.room.apply(event(BEN, "join", BEN))
    await hall.look()
    assert await hall.role(BEN) is Role.ORGANIZER
    assert not (await hall.standing(BEN)).introduced
    assert await hall.role(ANA) is Role.KEEPER, "the control"


async def test_whoever_is_put_out_of_it_takes_nothing_along_to_the_next(hall: Hall) -> None:
    replaced(hall)
    hall.room.apply(event(BEN, "leave", ANA))
    hall.room.apply(event(DAN, "leave", DAN))
    await hall.look()
    committee = await hall.committee()
    async with hall.database.transaction() as tx:
        kept = await hall.authority.kept(tx, committee)
    assert UserId(BEN) not in kept
    assert UserId(DAN) in kept, "the control: they may have gone on"


async def test_nobody_who_left_a_room_that_goes_on_is_written_down_for_it(hall: Hall) -> None:
    hall.room.apply(event(DAN, "leave", DAN))
    assert "gone" not in hall.room.snapshot()
    await hall.look()
    assert hall.room.gone == {}


# -- what was on its way ------------------------------------------------------------------------------


@pytest.fixture
async def bot(tmp_path: Path) -> AsyncIterator[Delivery]:
    database = await Database.open(tmp_path / "app.db", bytes(32))
    made = Delivery(database)
    await made.found(HOME, "Payments", ana=Role.KEEPER, ben=Role.ORGANIZER, kim=Role.ORGANIZER)
    yield made
    await made.close()
    await database.close()


async def test_what_waited_for_whoever_was_away_does_not_go(bot: Delivery) -> None:
    for who in ("@ben", "@kim"):
        await bot.say(
            Reply(say("Sam Okafor").blocks, Audience.NAMED, to=(full(who),)), room=HOME, here=HOME
        )
    room = bot.places.rooms[HOME]
    room.apply_all([event(full("@ben"), "leave"), event(full("@ben"), "join", full("@ben"))])
    await bot.look(HOME)
    committee = await bot.committee(HOME)
    async with bot.database.transaction() as tx:
        # Even when the room has heard of them since: it is nothing that they asked for now.
        ben = await Standings(tx, committee.id).of(bot.user("@ben"))
        assert ben is not None
        assert ben.introduced is None
        await Standings(tx, committee.id).put(replace(ben, introduced=datetime.now(UTC)))
    await start_outbox(bot.outbox)
    await bot.drained()
    assert bot.line.said_in("!dm-@ben") == []
    assert bot.line.said_in("!dm-@kim") == ["Sam Okafor"], "the control"


# -- those who come one by one ------------------------------------------------------------------------


async def test_those_who_come_one_by_one_do_not_fill_the_room(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    passed = 0.0
    monkeypatch.setattr("bot.membership.newcomers.time.monotonic", lambda: 1000.0 + passed)
    said: list[Parcel] = []
    for number in range(MOST_MESSAGES + 2 * NAMED_AT_ONCE):
        hall.member(f"@new{number}:example.org", "join")
        said += await hall.look()
    # One was said when Dan came.
    assert len(bodies(said)) == MOST_MESSAGES - 1
    assert hall.introducing.due() == set()
    last = f"@new{MOST_MESSAGES + 2}:example.org"
    assert not (await hall.standing(last)).introduced
    for _ in range(2):
        passed += EVERY
        assert hall.introducing.due() == {HOME}
        later = await hall.look()
        assert len(bodies(later)) == 1
        await hall.deliver(later)
    assert (await hall.standing(last)).introduced
    passed += EVERY
    await hall.deliver(await hall.look())
    assert hall.introducing.due() == set(), "everybody is named"


# -- a leave that was forged --------------------------------------------------------------------------


async def test_whoever_comes_back_can_be_given_back_what_they_carried(hall: Hall) -> None:
    committee = await hall.committee()
    today, dan = hall.now.date(), UserId(DAN)
    async with hall.database.transaction() as tx:
        sam, mia = [
            await Contacts(tx, committee.id, today).add(
                name, area=None, shift=None, author=dan, at=hall.now, from_day=today
            )
            for name in ("Sam Okafor", "Mia Chen")
        ]
    hall.member(DAN, "leave")
    await departures.offboard_leavers(
        hall.database, hall.authority, HOME, Collected(), hall.now, effects=NO_EFFECTS
    )
    hall.member(DAN, "join")
    said = await hall.look()
    assert f"!turf back {DAN}" in bodies(said, ANA)[-1]
    assert f"!turf back {DAN}" in bodies(said, BEN)[-1]
    async with hall.database.transaction() as tx:
        turf = Turf(tx, committee.id)
        history = History(tx, committee.id, UserId(ANA), hall.now)
        assert await turf.load(dan, today) == 0
        entry = await history.record(EntryKind.TURF_ASSIGNED)
        await turf.assign(entry, [mia.id], UserId(BEN), hall.now)
        left = await Departures(tx, committee.id).last(dan)
        assert left is not None
        await history.reverse(left)
        assert await Departures(tx, committee.id).last(dan) is None
        assert await turf.load(dan, today) == 1
        assert await turf.load(UserId(BEN), today) == 1, "what somebody took over stays theirs"
        [back] = await Contacts(tx, committee.id, today).all([sam.id])
        assert back.organizer == dan
