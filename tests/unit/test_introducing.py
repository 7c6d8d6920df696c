"""What the bot writes down of who it sees in a room, whom it names there, and whom it tells."""

import shutil
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.membership.newcomers import NAMED_AT_ONCE
from bot.rooms.directory import NamedLeads
from commands.roles.rules import FROM_THE_START, AuthoritySettings, Newcomers
from commands.roles.standing import Role
from storage.authority.standings import Standings
from storage.chat.committees import Committees
from storage.chat.outbox import OutboxTable, Parcel
from storage.core.database import Database
from storage.core.migrate import MIGRATIONS
from storage.core.model import EntryKind, UserId
from storage.history.entries import History
from storage.turf.absences import Barred
from tests.support.hall import ANA, BEN, DAN, EVE, HOME, Hall


@pytest.fixture
async def hall(tmp_path: Path) -> AsyncIterator[Hall]:
    """Ana, who keeps the data, and Ben; nothing set up yet."""
    database = await Database.open(tmp_path / "app.db", bytes(32))
    hall = Hall(database)
    hall.member(ANA, "join")
    hall.member(BEN, "join")
    hall.power(ana=100)
    yield hall
    await database.close()


@pytest.fixture
async def begun(hall: Hall) -> Hall:
    """The same, set up and at work."""
    await hall.found()
    assert await hall.look() == []
    await hall.setup()
    await hall.recorded()
    assert await hall.look() == []
    return hall


def bodies(parcels: list[Parcel], *, to: str | None = None) -> list[str]:
    """What is said in the room, or to somebody."""
    return [str(parcel.content["body"]) for parcel in parcels if parcel.recipient == to]


# -- the beginning ---------------------------------------------------------------------------------


async def test_whoever_has_power_at_the_beginning_counts_and_waits_for_nothing(begun: Hall) -> None:
    ana = await begun.standing(ANA)
    assert (ana.role, ana.held, ana.introduced) == (Role.KEEPER, FROM_THE_START, True)
    ben = await begun.standing(BEN)
    assert (ben.role, ben.introduced) == (Role.ORGANIZER, True)


async def test_power_given_before_the_first_setup_counts_and_power_given_after_it_waits(
    hall: Hall,
) -> None:
    await hall.found()
    await hall.look()
    hall.power(ana=100, ben=50)
    await hall.look()
    assert await hall.role(BEN) is Role.LEAD
    await hall.setup()
    hall.member(DAN, "join")
    hall.power(ana=100, ben=50, dan=100)
    await hall.look()
    assert await hall.role(BEN) is Role.LEAD
    assert await hall.role(DAN) is Role.ORGANIZER
    assert (await hall.standing(DAN)).shown is Role.KEEPER


async def test_a_committee_that_never_types_setup_is_no_open_door(hall: Hall) -> None:
    """The first record ends the beginning as well as the first !setup does."""
    await hall.found()
    await hall.look()
    await hall.recorded()
    hall.member(DAN, "join")
    hall.power(ana=100, dan=100)
    said = await hall.look()
    assert await hall.role(DAN) is Role.ORGANIZER
    assert not (await hall.standing(DAN)).introduced
    assert "!confirm @dan:example.org" in bodies(said, to=ANA)[0]
    assert await hall.role(ANA) is Role.KEEPER, "the control"


async def test_a_committee_of_an_earlier_release_goes_on_as_it_was_and_its_leads_hear_so_once(
    hall: Hall,
) -> None:
    hall.power(ana=100, ben=50)
    await hall.found(set_up=True)
    await hall.recorded()
    said = await hall.look()
    assert {parcel.recipient for parcel in said} == {ANA, BEN}
    [words] = bodies(said, to=BEN)
    assert "Leads: @ben" in words
    assert "Leads and keepers of the data: @ana" in words
    assert await hall.role(ANA) is Role.KEEPER
    assert (await hall.standing(BEN)).introduced
    hall.restart()
    assert await hall.look() == []


async def test_a_bot_that_was_put_out_and_brought_back_begins_nothing_anew(begun: Hall) -> None:
    """Else whoever can invite it again would have everybody with power of theirs count."""
    async with begun.database.transaction() as tx:
        committee = (await Committees(tx).all())[0]
        await Committees(tx).remove(committee.id, begun.now)
    begun.member(DAN, "join")
    begun.power(ana=100, dan=100)
    await begun.found()
    await begun.look()
    assert await begun.role(DAN) is Role.ORGANIZER
    assert await begun.role(ANA) is Role.KEEPER, "the control"


# -- newcomers -------------------------------------------------------------------------------------


async def test_a_newcomer_is_named_and_is_known_only_when_that_was_sent(begun: Hall) -> None:
    begun.member(DAN, "join")
    said = await begun.look()
    [words] = bodies(said)
    assert "@dan:example.org is new here" in words
    assert said[0].room == HOME
    assert not (await begun.standing(DAN)).introduced, "queued is not sent"
    begun.restart()
    assert await begun.look() == [], "it is said once"
    assert not (await begun.standing(DAN)).introduced
    await begun.deliver(said)
    assert (await begun.standing(DAN)).introduced
    assert (await begun.standing(BEN)).introduced, "the control"


async def test_many_who_come_at_once_are_named_in_one_message(begun: Hall) -> None:
    for number in range(NAMED_AT_ONCE + 3):
        begun.member(f"@new{number}:example.org", "join")
    said = await begun.look()
    first, second = bodies(said)
    assert first.count("@new") == NAMED_AT_ONCE + 1, "the last is how to remove one"
    assert second.count("@new") == 4
    await begun.deliver(said[:1])
    known = [
        (await begun.standing(f"@new{number}:example.org")).introduced
        for number in range(NAMED_AT_ONCE + 3)
    ]
    assert sum(known) == NAMED_AT_ONCE


async def test_a_message_that_could_not_be_sent_leaves_them_unknown_until_it_is(
    begun: Hall,
) -> None:
    begun.member(DAN, "join")
    [parcel] = await begun.look()
    async with begun.database.transaction() as tx:
        await OutboxTable(tx).bury(parcel.id, "refused_403", 1)
    assert await begun.look() == [], "an admin may send it again"
    assert not (await begun.standing(DAN)).introduced
    async with begun.database.transaction() as tx:
        await tx.execute("DELETE FROM dead_letters")
    again = await begun.look()
    assert "@dan:example.org is new here" in bodies(again)[0]
    await begun.deliver(again)
    assert (await begun.standing(DAN)).introduced


async def test_whoever_leaves_and_comes_back_is_new(begun: Hall) -> None:
    begun.member(BEN, "leave")
    assert await begun.look() == []
    assert (await begun.standing(BEN)).shown is None
    begun.member(BEN, "join")
    [words] = bodies(await begun.look())
    assert "@ben:example.org is new here" in words
    ben = await begun.standing(BEN)
    assert not ben.introduced
    assert ben.joined == begun.now, "the bot's own clock, whatever the event says"


async def test_before_anything_is_recorded_nobody_is_named_one_by_one(hall: Hall) -> None:
    await hall.found()
    await hall.look()
    hall.member(DAN, "join")
    assert await hall.look() == []
    assert (await hall.standing(DAN)).introduced
    await hall.recorded()
    hall.member(EVE, "join")
    assert "@eve:example.org" in bodies(await hall.look())[0]


async def test_whose_part_has_ended_is_named_as_that(begun: Hall) -> None:
    async with begun.database.transaction() as tx:
        committee = (await Committees(tx).all())[0]
        entry = await History(tx, committee.id, UserId(ANA), begun.now).record(EntryKind.OFFBOARDED)
        await Barred(tx, committee.id).bar(entry, UserId(BEN))
    begun.member(BEN, "leave")
    await begun.look()
    begun.member(BEN, "join")
    [words] = bodies(await begun.look())
    assert "@ben:example.org is here again. Their part has ended" in words
    assert "is new here" not in words
    assert (await begun.standing(BEN)).barred


async def test_where_newcomers_are_let_in_the_leads_are_asked(begun: Hall) -> None:
    begun.settings = AuthoritySettings(Newcomers.CONFIRMED)
    begun.restart()
    begun.member(DAN, "join")
    said = await begun.look()
    assert "until a lead lets them in" in bodies(said)[0]
    assert "!confirm @dan:example.org" in bodies(said, to=ANA)[0]
    await begun.deliver(said)
    dan = await begun.standing(DAN)
    assert (dan.introduced, dan.accepted) == (True, False)
    assert await begun.look() == []
    await begun.confirm(DAN, Role.ORGANIZER)
    assert (await begun.standing(DAN)).accepted
    # And later as a lead, which is another question.
    begun.power(ana=100, dan=50)
    assert "!confirm @dan:example.org" in bodies(await begun.look(), to=ANA)[0]


# -- power -----------------------------------------------------------------------------------------


async def test_new_power_counts_once_it_was_confirmed_and_the_leads_are_told_once(
    begun: Hall,
) -> None:
    begun.power(ana=100, ben=50)
    said = await begun.look()
    [words] = bodies(said, to=ANA)
    assert "a lead: !confirm @ben:example.org" in words
    assert bodies(said, to=BEN) == []
    assert await begun.role(BEN) is Role.ORGANIZER
    begun.restart()
    assert await begun.look() == []
    await begun.confirm(BEN, Role.LEAD)
    ben = await begun.standing(BEN)
    assert (ben.role, ben.held) == (Role.LEAD, begun.now)
    assert await begun.look() == []
    # Lost, it ends at once; coming back, it has to be confirmed again.
    begun.power(ana=100)
    await begun.look()
    assert await begun.role(BEN) is Role.ORGANIZER
    begun.power(ana=100, ben=50)
    assert bodies(await begun.look(), to=ANA) == [words]
    assert await begun.role(BEN) is Role.ORGANIZER
    # Whoever lets it come and go all day is told of once a day.
    for _ in range(5):
        for level in (0, 50):
            begun.power(ana=100, ben=level)
            assert await begun.look() == []
    begun.now += timedelta(days=1)
    assert bodies(await begun.look(), to=ANA) == [words]
    assert await begun.look() == []


async def test_a_forged_committee_of_two_is_nobody(begun: Hall) -> None:
    """Joins and power shown to the bot alone: neither of the two counts, so neither confirms."""
    begun.member(DAN, "join")
    begun.member(EVE, "join")
    begun.power(ana=0, ben=0, dan=100, eve=100)
    said = await begun.look()
    assert [await begun.role(each) for each in (DAN, EVE)] == [Role.ORGANIZER] * 2
    # Ana's power was taken as well, and that is believed: what is for leads is for nobody.
    assert await begun.role(ANA) is Role.ORGANIZER
    assert any("nobody is left who can confirm it" in body for body in bodies(said))
    assert not any(parcel.recipient for parcel in said)
    assert await begun.look() == []


async def test_the_operator_is_the_way_back(begun: Hall) -> None:
    begun.power(dan=100)
    begun.member(DAN, "join")
    await begun.look()
    begun.places.named = NamedLeads(frozenset({BEN}))
    begun.power(dan=100, ben=100)
    await begun.look()
    ben = await begun.standing(BEN)
    assert (ben.role, ben.held) == (Role.KEEPER, begun.now)
    assert (await begun.standing(DAN)).shown is Role.ORGANIZER, "the only leads are the named ones"
    begun.places.named = NamedLeads()
    await begun.look()
    assert await begun.role(BEN) is Role.KEEPER, "who was vouched for stays"
    assert await begun.role(DAN) is Role.ORGANIZER
    assert (await begun.standing(DAN)).shown is Role.KEEPER


async def test_keepers_are_asked_about_keepers(begun: Hall) -> None:
    begun.power(ana=100, ben=50)
    await begun.look()
    await begun.confirm(BEN, Role.LEAD)
    begun.member(DAN, "join")
    begun.power(ana=100, ben=50, dan=100)
    said = await begun.look()
    assert "a keeper of the data: !confirm @dan" in bodies(said, to=ANA)[0]
    assert bodies(said, to=BEN) == []
    await begun.confirm(DAN, Role.LEAD)
    assert await begun.role(DAN) is Role.LEAD


async def test_somebody_without_a_device_of_their_own_is_no_lead_for_being_the_bot(
    begun: Hall,
) -> None:
    begun.power(ana=100, steward=100)
    await begun.look()
    committee = await begun.committee()
    async with begun.database.transaction() as tx:
        assert await begun.authority.leads(tx, committee) == [ANA]


async def test_a_room_that_people_are_leaving_for_its_next_keeps_what_they_are(begun: Hall) -> None:
    begun.room.replaced = True
    begun.member(BEN, "leave")
    await begun.look()
    async with begun.database.transaction() as tx:
        committee = (await Committees(tx).all())[0]
        assert await Standings(tx, committee.id).of(UserId(BEN)) is not None
    assert await begun.role(BEN) is None


async def test_a_data_directory_of_an_earlier_release_opens_and_nobody_is_locked_out(
    tmp_path: Path,
) -> None:
    before = tmp_path / "migrations"
    before.mkdir()
    for path in MIGRATIONS.glob("*.sql"):
        if path.name < "0018":
            shutil.copy(path, before)
    file = tmp_path / "app.db"
    database = await Database.open(file, bytes(32), migrations=before)
    old = Hall(database)
    # What founds one today writes this, too.
    async with database.transaction() as tx:
        await tx.execute("ALTER TABLE committees ADD COLUMN alike TEXT")
    await old.found(set_up=True)
    await old.recorded()
    async with database.transaction() as tx:
        await tx.execute("ALTER TABLE committees DROP COLUMN alike")
    await database.close()
    database = await Database.open(file, bytes(32))
    hall = Hall(database)
    hall.member(ANA, "join")
    hall.member(BEN, "join")
    hall.power(ana=100)
    try:
        assert [parcel.recipient for parcel in await hall.look()] == [ANA]
        assert (await hall.standing(ANA)).held == FROM_THE_START
        assert (await hall.standing(BEN)).introduced
        hall.member(DAN, "join")
        hall.power(ana=100, dan=100)
        await hall.look()
        assert await hall.role(DAN) is Role.ORGANIZER
    finally:
        await database.close()
