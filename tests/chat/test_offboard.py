"""Being away with somebody standing in, and leaving: nothing gets lost, and access stops at once."""

from datetime import timedelta

import pytest

from bot.matrix.rooms import Room
from bot.membership import departures
from bot.rooms.directory import RoomDirectory
from commands.framework.context import Role
from commands.framework.reply import Audience
from storage.core.model import UserId
from storage.polls.small_print import SmallPrint
from tests.chat.conversation import Chat
from tests.support.collected import Collected
from tests.support.commanding import NO_EFFECTS
from tests.support.standing import AsShown

BOT = "@steward:example.org"


@pytest.fixture
async def unit(chat: Chat) -> None:
    await chat.dm("@ana", '!contact add "Sam Okafor" area=Payments')
    await chat.dm("@ben", '!contact add "Mia Chen" area=Payments')
    await chat.dm("@ben", '!contact add "Alex Kim" area=Search')
    await chat.dm("@ben", "!1on1 log M-2 reached ask=sign next=tue")


# -- away ------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("unit")
async def test_whoever_stands_in_sees_and_does_what_the_other_would(chat: Chat) -> None:
    assert (await chat.dm("@ana", "!contact show M-2")).says("not one of your people")
    said = await chat.dm("@ben", "!away until=fri cover=@ana")
    assert said.here.startswith("@ben is away until Fri 27 Nov, and @ana stands in")
    assert "@ana stands in" in said.told("@ana")
    assert "@ana stands in" in said.body(Audience.LEADS)
    assert (await chat.dm("@ana", "!turf")).says("Standing in for @ben until Fri 27 Nov")
    assert (await chat.dm("@ben", "!turf")).says("Away until Fri 27 Nov; @ana stands in")
    assert (await chat.dm("@ana", "!contact show M-2")).says("Assigned to @ben")
    assert (await chat.dm("@ana", "!due")).lists("1 · M-2 Mia Chen: sign · Tue 24 Nov · for @ben")
    assert (await chat.dm("@ana", "!snooze 1 3d")).says("Moved to Thu 26 Nov")
    assert (await chat.dm("@ana", '!done 1 "signed"')).says("Done: M-2 Mia Chen")


@pytest.mark.usefixtures("unit")
async def test_it_ends_by_itself_after_the_last_day(chat: Chat) -> None:
    await chat.dm("@ben", "!away until=wed cover=@ana")
    chat.later(days=2)
    assert (await chat.dm("@ana", "!contact show M-2")).says("Assigned to @ben")
    chat.later(days=1)
    assert (await chat.dm("@ana", "!contact show M-2")).says("not one of your people")
    assert (await chat.dm("@ana", "!due")).says("Nothing due")
    assert (await chat.dm("@ana", '!done 1 "signed"')).says("You have no open follow-up 1")


@pytest.mark.usefixtures("unit")
async def test_back_earlier_and_undone(chat: Chat) -> None:
    said = await chat.dm("@lea", "!away @ben until=2026-12-24 cover=@ana")
    assert said.here.startswith("@ben is away until Thu 24 Dec")
    assert said.told("@ben")
    assert said.told("@ana")
    assert not said.body(Audience.LEADS)
    back = await chat.dm("@ben", "!back")
    assert back.says("@ben is back. @ana no longer stands in.")
    assert (await chat.dm("@ana", "!contact show M-2")).says("not one of your people")
    assert (await chat.dm("@ben", "!undo")).says("Undone")
    assert (await chat.dm("@ana", "!contact show M-2")).says("Assigned to @ben")
    await chat.dm("@lea", "!undo")
    assert (await chat.dm("@ana", "!contact show M-2")).says("not one of your people")
    assert (await chat.dm("@ben", "!back")).says("@ben is not away.")


@pytest.mark.usefixtures("unit")
async def test_an_absence_is_refused_in_one_helpful_line(chat: Chat) -> None:
    assert (await chat.dm("@ben", "!away")).says("Until which day, and who stands in?")
    assert (await chat.dm("@ben", "!away until=fri")).says("!away until=fri cover=@ben")
    assert (await chat.dm("@ben", "!away until=fri cover=@ben")).says("Somebody else has to")
    assert (await chat.dm("@ben", "!away @ana until=fri cover=@ben")).says(
        "Only a lead can say that"
    )
    assert (await chat.dm("@ben", "!away until=fri cover=@zoe")).says("is @zoe", "@ana")
    await chat.dm("@ana", "!away until=fri cover=@kim")
    reply = await chat.dm("@ben", "!away until=fri cover=@ana")
    assert reply.says("@ana is away too, until Fri 27 Nov. Who else?")


# -- leaving ---------------------------------------------------------------------------------------


@pytest.mark.usefixtures("unit")
async def test_access_stops_at_once_and_the_leads_get_a_list(chat: Chat) -> None:
    said = await chat.dm("@lea", "!offboard @ben")
    assert said.says(
        "@ben is no longer in the committee",
        "2 people and 1 open follow-up",
        "M-3, M-2",
        "!turf assign @ana M-3 M-2",
        "Remove them from the room as well",
    )
    assert "M-3, M-2" in said.told("@kim")
    assert "Mia Chen" not in said.told("@kim")
    for typed in ("!contact show M-2", "!contact list", "!due", "!help", "hello"):
        reply = await chat.dm("@ben", typed)
        assert reply.text == (
            "Your part in Payments chapter has ended. If that is a mistake, ask a lead."
        )
    assert (await chat.dm("@lea", "!turf unassigned")).says("2 people are unassigned")
    assert (await chat.dm("@lea", "!turf assign @ben M-2")).says("!readmit @ben")
    handed = await chat.dm("@lea", "!turf assign @ana M-3 M-2")
    assert handed.says("With them went 1 open follow-up.")
    assert (await chat.dm("@ana", "!due")).says("M-2 Mia Chen: sign")
    # What was said to whom stays.
    assert (await chat.dm("@ana", "!contact show M-2")).says("@ben: reached")


@pytest.mark.usefixtures("unit")
async def test_taken_back_within_the_quarter_of_an_hour(chat: Chat) -> None:
    await chat.dm("@ben", "!away until=fri cover=@ana")
    await chat.dm("@lea", "!offboard @ben")
    assert (await chat.dm("@ana", "!contact show M-2")).says("not one of your people")
    back = await chat.dm("@lea", "!undo")
    assert back.says("Undone: ending @ben's part")
    assert (await chat.dm("@ben", "!turf")).says("Your people: 2 people.", "1 open follow-up")
    assert (await chat.dm("@ana", "!contact show M-2")).says("Assigned to @ben")


@pytest.mark.usefixtures("unit")
async def test_readmitted_later_with_empty_hands(chat: Chat) -> None:
    await chat.dm("@lea", "!offboard @ben")
    assert (await chat.dm("@lea", "!readmit @ben")).says("@ben is back, with nobody assigned")
    assert (await chat.dm("@ben", "!turf")).says("Your people: 0 people")
    assert (await chat.dm("@lea", "!readmit @ben")).says("is in the committee already")


@pytest.mark.usefixtures("unit")
async def test_given_back_what_nobody_took_over(chat: Chat) -> None:
    await chat.dm("@lea", "!offboard @ben")
    assert (await chat.dm("@lea", "!turf back @ben")).says("part in the committee has ended")
    assert (await chat.dm("@ana", "!turf back @ben")).says("is for leads")
    chat.later(days=2)
    await chat.dm("@lea", "!turf assign @ana M-3")
    assert (await chat.dm("@lea", "!readmit @ben")).says("!turf back @ben:example.org")
    given = await chat.dm("@lea", "!turf back @ben")
    assert given.says("has 1 person and 1 open follow-up now")
    assert given.told("@ben").startswith("@lea gave you back")
    assert (await chat.dm("@ben", "!turf")).says("Your people: 1 person", "1 open follow-up")
    assert (await chat.dm("@ana", "!turf")).says("Your people: 2 people"), "the control"
    assert (await chat.dm("@lea", "!turf back @ben")).says("left no people behind")
    assert (await chat.dm("@lea", "!turf back @ana")).says("left no people behind")


@pytest.fixture
def lou(chat: Chat) -> str:
    """Another lead."""
    chat.join("@lou")
    chat.roles["@lou"] = Role.LEAD
    return "@lou"


async def test_an_end_that_takes_a_keeper_is_taken_back_by_a_keeper_alone(
    chat: Chat, lou: str
) -> None:
    await chat.dm("@kim", "!offboard @lea")
    typed = '!undo of=@kim why="slip"'
    await chat.dm(lou, typed)
    assert (await chat.dm(lou, f"{typed} --yes")).says("A keeper of the data can undo that")
    assert (await chat.dm("@lea", "!turf team")).says("has ended")
    chat.roles["@kim"] = Role.LEAD
    assert (await chat.dm("@kim", "!undo")).says("That takes a keeper of the data.")
    chat.roles["@kim"] = Role.KEEPER
    assert (await chat.dm("@kim", "!undo")).says("Undone"), "the control"


async def test_the_others_hear_that_somebody_takes_part_again(chat: Chat, lou: str) -> None:
    await chat.dm("@lea", "!offboard @ben")
    back = await chat.dm("@lea", "!undo")
    assert "the end of @ben:example.org's part: they are back in" in back.body(Audience.LEADS)
    await chat.dm("@lea", "!offboard @ben")
    again = await chat.dm("@lea", "!readmit @ben")
    assert again.told(lou) == "@lea:example.org let @ben:example.org back in."
    trail = (await chat.dm(lou, "!audit")).text
    assert trail.count("@lea: confirmed that @ben:example.org takes part again") == 2
    taken = await chat.dm("@ana", "!undo")
    assert "take part again" not in taken.text, "the control"


async def test_whoever_takes_part_again_is_no_second_at_once(chat: Chat, lou: str) -> None:
    await chat.dm("@kim", "!offboard @lou")
    await chat.saw(lou, lead=chat.now - timedelta(days=30))
    await chat.dm("@kim", "!readmit @lou")
    await chat.dm("@kim", "!export csv why='mailing'")
    assert (await chat.dm(lou, "!export approve 1")).says("have been leads for 7 days")
    assert (await chat.dm("@lea", "!export approve 1")).says("Approved"), "the control"


@pytest.mark.usefixtures("unit")
async def test_what_somebody_has_under_way_ends_with_their_part(chat: Chat) -> None:
    """Theirs; the lead is told what does not come any more, and others keep theirs."""
    chat.roles["@lou"] = chat.roles["@lea"]
    chat.join("@lou")
    chat.roles["@lou"] = chat.roles["@lea"]
    for who in ("@lou", "@lea"):
        await chat.send(who, "list.csv", "Name,Team\nBo Ito,Search\n")
    await chat.dm("@kim", "!export csv why=mailing")
    said = await chat.dm("@kim", "!offboard @lou")
    assert said.here.count("Withdrawn with that: import 1.") == 1
    assert "import 1" in said.told("@lea")
    async with chat.database.transaction() as tx:
        rows = await tx.all("SELECT number, state FROM imports ORDER BY number")
        exports = await tx.all("SELECT state FROM exports")
    assert [row["state"] == "dropped" for row in rows] == [True, False]
    assert [row["state"] for row in exports] == ["asked"]


@pytest.mark.usefixtures("unit")
async def test_a_question_somebody_was_asked_is_not_asked_on(chat: Chat) -> None:
    await chat.dm("@ben", "!1on1 log M-2")
    assert (await chat.dm("@ana", "!1on1 log M-1")).text
    await chat.dm("@lea", "!offboard @ben")
    await chat.dm("@lea", "!readmit @ben")
    assert (await chat.dm("@ben", "reached")).says("I am only a bot")
    assert not (await chat.dm("@ana", "reached")).text.startswith("I am only a bot")


@pytest.mark.usefixtures("unit")
async def test_nobody_ends_the_part_of_an_equal(chat: Chat) -> None:
    chat.roles["@leo"] = chat.roles["@lea"]
    assert (await chat.dm("@lea", "!offboard @lea")).says("Not yourself")
    assert (await chat.dm("@lea", "!offboard @kim")).says(
        "a keeper of the data, and nobody here may"
    )
    assert (await chat.dm("@lea", "!offboard @leo")).says("a keeper of the data can do that")
    assert (await chat.dm("@ana", "!offboard @ben")).says("is for leads")
    assert (await chat.dm("@kim", "!offboard @lea")).says("@lea is no longer in the committee")
    chat.roles["@ana"] = chat.roles["@lea"]
    assert (await chat.dm("@ana", "!readmit @lea")).says("a keeper of the data can do that: @kim")


@pytest.mark.usefixtures("unit")
async def test_somebody_who_left_the_room_can_be_named_while_they_carry_something(
    chat: Chat,
) -> None:
    del chat.roles["@ben"]
    assert (await chat.dm("@lea", "!turf team")).lists(
        "@ana 1", "@ben 2, has left", "@kim 0", "@lea 0"
    )
    assert (await chat.sure("@lea", "!turf move @ben @ana")).says("Moved from @ben to @ana")
    assert (await chat.dm("@lea", "!turf move @ben @ana")).says("Nobody in this committee is @ben")


@pytest.mark.usefixtures("unit")
async def test_whoever_the_leaver_stood_in_for_has_nobody_now(chat: Chat) -> None:
    await chat.dm("@ana", "!away until=fri cover=@ben")
    said = await chat.dm("@lea", "!offboard @ben")
    assert said.says("Nobody stands in for @ana any more.")
    assert (await chat.dm("@ana", "!turf")).text.count("Away until") == 0


# -- the room itself -------------------------------------------------------------------------------


@pytest.fixture
def places(chat: Chat) -> RoomDirectory:
    room = Room("!payments:example.org", encrypted=True)
    for who in (*(f"{who}:example.org" for who in chat.roles), BOT):
        room.members[who] = "join"
    room.levels = {"@lea:example.org": 50}
    return RoomDirectory(BOT, lambda _user: True, rooms={room.id: room})


async def look(chat: Chat, places: RoomDirectory) -> dict[str, str]:
    """The bot looks at who is in the room; what it writes to whom."""
    room = next(iter(places.rooms))
    sent = Collected()
    await departures.offboard_leavers(
        chat.database,
        AsShown(places),
        room,
        sent,
        chat.now,
        noting=_known_for_long,
        effects=NO_EFFECTS,
    )
    return {str(each.recipient): str(each.content["body"]) for each in sent.parcels}


async def _known_for_long(*_args: object) -> None:
    """Nobody is new, and nobody has to be told of."""


def member(places: RoomDirectory, user: str, membership: str) -> None:
    """The homeserver tells of a change of membership."""
    room = next(iter(places.rooms.values()))
    event = {"type": "m.room.member", "state_key": user, "content": {"membership": membership}}
    assert room.apply(event)


async def test_whoever_leaves_is_on_no_list_of_those_who_had_a_ballot(
    chat: Chat, places: RoomDirectory
) -> None:
    async with chat.database.transaction() as tx:
        await SmallPrint(tx).note("temp", map(UserId, ("@ana:example.org", "@ben:example.org")))
    await look(chat, places)
    assert await told(chat) == {"@ana:example.org", "@ben:example.org"}, "the control"
    member(places, "@ben:example.org", "leave")
    await look(chat, places)
    assert await told(chat) == {"@ana:example.org"}


async def told(chat: Chat) -> frozenset[UserId]:
    async with chat.database.transaction() as tx:
        return await SmallPrint(tx).told("temp")


@pytest.mark.usefixtures("unit")
@pytest.mark.parametrize("membership", ["leave", "ban"])
async def test_whoever_leaves_the_room_is_off_boarded_at_once(
    chat: Chat, places: RoomDirectory, membership: str
) -> None:
    assert await look(chat, places) == {}
    member(places, "@ben:example.org", membership)
    told = await look(chat, places)
    assert list(told) == ["@lea:example.org"]
    assert "@ben is no longer in the committee" in told["@lea:example.org"]
    assert "M-3, M-2" in told["@lea:example.org"]
    assert "Mia Chen" not in told["@lea:example.org"]
    assert (await chat.dm("@lea", "!turf unassigned")).says("2 people are unassigned")
    # The same answer of sync once more, after a crash before the checkpoint.
    assert await look(chat, places) == {}


@pytest.mark.usefixtures("unit")
async def test_whoever_comes_back_starts_with_empty_hands(
    chat: Chat, places: RoomDirectory
) -> None:
    member(places, "@ben:example.org", "leave")
    assert await look(chat, places)
    member(places, "@ben:example.org", "join")
    assert await look(chat, places) == {}
    assert (await chat.dm("@ben", "!turf")).says("Your people: 0 people")


@pytest.mark.usefixtures("unit")
async def test_leaving_the_room_and_coming_back_lifts_no_bar(
    chat: Chat, places: RoomDirectory
) -> None:
    await chat.dm("@lea", "!offboard @ben")
    assert await look(chat, places) == {}
    assert (await chat.dm("@ben", "!due")).says("Your part in Payments chapter has ended")
    member(places, "@ben:example.org", "leave")
    assert await look(chat, places) == {}
    member(places, "@ben:example.org", "join")
    assert await look(chat, places) == {}
    assert (await chat.dm("@ben", "!due")).says("Your part in Payments chapter has ended")
    await chat.dm("@lea", "!readmit @ben")
    assert (await chat.dm("@ben", "!due")).says("Nothing due"), "the control"


@pytest.mark.usefixtures("unit")
async def test_an_invitation_that_is_not_yet_accepted_is_no_membership(
    chat: Chat, places: RoomDirectory
) -> None:
    member(places, "@ben:example.org", "invite")
    assert await look(chat, places)


@pytest.mark.usefixtures("unit")
async def test_a_room_the_bot_is_not_in_off_boards_nobody(
    chat: Chat, places: RoomDirectory
) -> None:
    member(places, BOT, "leave")
    member(places, "@ben:example.org", "leave")
    assert await look(chat, places) == {}


@pytest.mark.usefixtures("unit")
async def test_a_backup_alone_is_a_duty_too(chat: Chat, places: RoomDirectory) -> None:
    await chat.dm("@lea", "!turf assign @kim M-2 --backup")
    member(places, "@kim:example.org", "leave")
    told = await look(chat, places)
    assert "0 people and 0 open follow-ups" in told["@lea:example.org"]
    del chat.roles["@kim"]
    assert (await chat.dm("@lea", "!turf assign @kim M-2 --backup")).says("Nobody in this")
