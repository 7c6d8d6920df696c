"""Whose word counts, in conversation: new leads, newcomers, and what takes two people."""

from datetime import timedelta

import pytest

from commands.framework.context import Role, RoomId
from commands.roles.rules import AuthoritySettings, Newcomers
from tests.chat.conversation import MONDAY_MORNING, Chat


@pytest.fixture
async def dan(chat: Chat) -> str:
    """Shown as a lead since this morning; introduced, and confirmed by nobody."""
    chat.join("@dan")
    chat.roles["@dan"] = Role.LEAD
    await chat.saw("@dan", lead=None, keeper=None, waits=chat.now, joined=chat.now)
    return "@dan"


async def test_a_lead_nobody_confirmed_is_an_organizer_and_is_told_how_to_become_one(
    chat: Chat, dan: str
) -> None:
    await chat.dm("@ana", "!contact add 'Sam Okafor'")
    said = await chat.dm(dan, "!turf team")
    assert said.says(
        "!turf team is for leads. The room shows you as one of them",
        "!confirm @dan:example.org",
    )
    assert (await chat.dm(dan, "!contact show M-1")).says("not one of your people")
    assert (await chat.dm(dan, "!me")).says("organizer in Payments chapter")
    assert (await chat.dm("@ana", "!turf team")).says("!turf team is for leads; ask one of them.")
    assert (await chat.dm("@lea", "!turf team")).says("@ana"), "the control"


async def test_a_lead_confirms_another_and_everybody_hears_of_it(chat: Chat, dan: str) -> None:
    assert (await chat.dm("@lea", "!confirm")).lists(
        "!confirm @dan:example.org: shown as a lead since Mon 23 Nov"
    )
    said = await chat.dm("@lea", "!confirm @dan")
    assert said.here == "Thank you. From now on @dan:example.org counts as a lead."
    assert said.in_room.endswith(
        "@lea:example.org confirmed it. If that surprises you, say so here."
    )
    assert (await chat.dm(dan, "!turf team")).says("@ana")
    assert (await chat.dm("@lea", "!confirm")).says("Nobody waits for your yes")
    assert (await chat.dm("@lea", "!confirm @dan")).says("@dan:example.org is a lead here")
    assert (await chat.dm("@kim", "!audit")).says("@lea: confirmed @dan:example.org as lead")


async def test_who_confirms_nobody(chat: Chat, dan: str) -> None:
    chat.join("@eve")
    chat.roles["@eve"] = Role.KEEPER
    await chat.saw("@eve", lead=None, keeper=None, waits=chat.now)
    for who in (dan, "@eve"):
        for whom in ("@dan", "@eve"):
            assert (await chat.dm(who, f"!confirm {whom}")).says("!confirm is for leads.")
    assert (await chat.dm("@ana", "!confirm @dan")).says("!confirm is for leads; ask one of them.")
    assert (await chat.dm("@lea", "!confirm @lea")).says("You cannot confirm yourself")
    assert (await chat.dm("@lea", "!confirm @ana")).says("give them the power in the room")
    assert (await chat.dm(dan, "!turf team")).says("is for leads")
    assert (await chat.room("@lea", "!confirm @dan")).retracted, "it belongs in the direct chat"


async def test_only_a_keeper_makes_a_keeper(chat: Chat, dan: str) -> None:
    chat.roles["@dan"] = Role.KEEPER
    assert (await chat.dm("@lea", "!confirm @dan")).says("counts as a lead")
    assert (await chat.dm("@lea", "!confirm @dan")).says(
        "Only a keeper of the data can confirm a keeper: @kim:example.org"
    )
    assert (await chat.dm(dan, "!export csv why=x")).says("The room shows you as one of them")
    assert (await chat.sure("@kim", "!confirm @dan")).says("counts as a keeper of the data")
    # And even then it takes a while before it counts for what takes two.
    assert (await chat.dm(dan, "!export csv why=x")).says(
        "have been keepers of the data for 7 days"
    )


async def test_nobody_is_made_more_than_the_lead_was_shown(chat: Chat, dan: str) -> None:
    """The room may show more when the confirmation comes than when the leads were told of it."""
    chat.roles["@dan"] = Role.KEEPER
    said = await chat.dm("@kim", "!confirm @dan")
    assert said.text.startswith("@dan:example.org would count as a keeper of the data")
    assert (await chat.dm(dan, "!turf team")).says("is for leads")
    chat.roles["@dan"] = Role.LEAD
    assert (await chat.dm("@kim", "!confirm @dan")).says("counts as a lead"), "the control"


async def test_whoever_is_let_in_is_no_lead_by_that(chat: Chat) -> None:
    chat.settings = AuthoritySettings(Newcomers.CONFIRMED)
    chat.join("@dan")
    chat.roles["@dan"] = Role.LEAD
    await chat.saw("@dan", accepted=None, lead=None, keeper=None, waits=chat.now)
    assert (await chat.dm("@lea", "!confirm @dan")).says("would count as a lead")
    chat.roles["@dan"] = Role.ORGANIZER
    assert (await chat.dm("@lea", "!confirm @dan --yes")).says("From now on I answer"), (
        "the control"
    )


async def test_two_addresses_that_look_alike_are_two_people(chat: Chat) -> None:
    """By case, or by marks that search leaves out: never the first of them."""
    alike = ("@Dan", "@dan", "@d.an", "@d_an")
    chat.join(*alike)
    for who in alike:
        chat.roles[who] = Role.LEAD
        await chat.saw(who, lead=None, keeper=None, waits=chat.now)
    said = await chat.dm("@lea", "!confirm @dan:example.org")
    assert said.says("@dan:example.org counts as a lead"), "letter by letter"
    said = await chat.dm("@lea", "!confirm @DAN:example.org")
    said.lists("@Dan:example.org", "@dan:example.org")
    said = await chat.dm("@lea", "!offboard @d-an:example.org")
    said.lists("@d.an:example.org", "@d_an:example.org")
    assert (await chat.dm("@lea", "!offboard @dan")).says("More than one person here is @dan")


async def test_whoever_is_not_proven_or_was_put_out_is_not_confirmed(chat: Chat, dan: str) -> None:
    chat.desk.people.append(chat.user(dan))
    assert (await chat.dm("@lea", "!confirm @dan")).says("I cannot tell @dan:example.org from")
    chat.desk.people.clear()
    await chat.dm("@kim", "!offboard @dan")
    assert (await chat.dm("@kim", "!confirm @dan")).says("part in the committee has ended. First:")
    await chat.dm("@kim", "!readmit @dan")
    assert (await chat.dm(dan, "!turf team")).says("The room shows you as one of them")
    assert (await chat.dm("@kim", "!confirm @dan")).says("counts as a lead")


# -- newcomers -------------------------------------------------------------------------------------


async def test_nothing_about_people_before_the_room_was_told(chat: Chat) -> None:
    await chat.dm("@ana", "!contact add 'Sam Okafor'")
    chat.join("@dan")
    await chat.saw("@dan", introduced=None, accepted=None, lead=None, keeper=None)
    for typed in (
        "!contact list",
        "!contact find sam",
        "!contact add 'Sam Okafor'",
        "!report coverage",
        "!undo",
        "!contact show M-99",
        "!1on1 log sam reached",
        "!test list",
    ):
        said = await chat.dm("@dan", typed)
        assert said.says("One moment: you are new here"), typed
        assert "Sam" not in said.text
    assert (await chat.dm("@dan", "!help")).says("Topics: contacts")
    assert (await chat.dm("@dan", "!tz Madrid")).says("Europe/Madrid")
    assert (await chat.room("@dan", "!meet list")).text
    await chat.saw("@dan", lead=None, keeper=None)
    assert (await chat.dm("@dan", "!contact find sam")).says("M-1"), "the control"
    assert [contact.name for contact in await chat.contacts()] == ["Sam Okafor"]


async def test_where_leads_let_newcomers_in(chat: Chat) -> None:
    chat.settings = AuthoritySettings(Newcomers.CONFIRMED)
    await chat.dm("@ana", "!contact add 'Sam Okafor'")
    chat.join("@dan")
    await chat.saw("@dan", accepted=None, lead=None, keeper=None)
    assert (await chat.dm("@dan", "!contact list")).says(
        "that you belong here. They type it in their direct chat: !confirm @dan:example.org"
    )
    assert (await chat.dm("@lea", "!confirm")).says("!confirm @dan:example.org: shown as one of us")
    said = await chat.dm("@lea", "!confirm @dan")
    assert said.text == "Thank you. From now on I answer @dan:example.org about people too."
    assert (await chat.dm("@dan", "!contact find sam")).says("M-1")


# -- what takes two people -------------------------------------------------------------------------


async def test_an_export_takes_two_who_have_been_there_for_a_while(chat: Chat, dan: str) -> None:
    await chat.dm("@lea", "!confirm @dan")
    await chat.dm("@kim", "!export csv why='mailing'")
    chat.later(hours=20)
    said = await chat.dm(dan, "!export approve 1")
    assert said.says(
        "That takes two people", "have been leads for 7 days", "You can do it from Mon 30 Nov"
    )
    chat.be(MONDAY_MORNING + timedelta(days=7))
    await chat.dm("@kim", "!export csv why='mailing'")
    assert (await chat.dm(dan, "!export approve 2")).says("Approved")


async def test_refusing_an_export_needs_no_waiting(chat: Chat, dan: str) -> None:
    await chat.dm("@lea", "!confirm @dan")
    await chat.dm("@kim", "!export csv why='mailing'")
    assert (await chat.dm(dan, "!export refuse 1")).says("Export 1 will not be made")


# -- what everybody sees ---------------------------------------------------------------------------


async def test_setup_says_whose_word_counts_from_now_on(chat: Chat) -> None:
    room = RoomId("!nights:example.org")
    await chat.found(room, "new room", ["@lea", "@kim", "@ana"])
    said = await chat.room("@lea", "!setup name=Nights tz=Madrid", room)
    assert said.says(
        "Leads: @lea",
        "Leads and keepers of the data: @kim",
        "Organizers: @ana, @ben",
        "once one of them tells me so: !confirm",
    )
    again = await chat.room("@lea", "!setup name=Nights tz=Lisbon", room)
    assert "!confirm" not in again.text


async def test_a_lead_ends_somebodys_part_and_coming_back_does_not_bring_it_back(
    chat: Chat,
) -> None:
    await chat.dm("@lea", "!offboard @ben")
    role = chat.roles.pop("@ben")
    assert (await chat.dm("@lea", "!readmit @zoe")).says("Nobody in this committee is @zoe")
    chat.roles["@ben"] = role
    assert (await chat.dm("@ben", "!turf")).says("has ended")
    del chat.roles["@ben"]
    # Also while they are away.
    assert (await chat.dm("@lea", "!readmit @ben")).says("@ben is back")
