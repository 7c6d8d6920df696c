"""Two people, one lead, no keeper: what takes two says at once who is missing, and how it goes on."""

import pytest

from commands.framework.context import Role
from tests.chat.conversation import Chat

NAMES = ("Abel", "Braun", "Costa", "Diaz", "Ebert", "Farah")


@pytest.fixture
async def two(chat: Chat) -> Chat:
    """Kim keeps the data, Ana organizes; nobody else is there."""
    chat.roles = {"@ana": Role.ORGANIZER, "@kim": Role.KEEPER}
    for name in NAMES:
        await chat.dm("@ana", f"!contact add 'Bea {name}' --yes")
    return chat


async def test_the_only_lead_is_told_at_once_that_an_export_finds_no_second(two: Chat) -> None:
    said = await two.dm("@kim", "!export csv why=backup")
    assert said.says("There is no other lead here to agree to it", "!confirm @dan", "7 days later")
    assert (await two.dm("@kim", "!audit")).says("Nobody looked"), (
        "nothing waits that nobody can do"
    )
    two.roles["@lea"] = Role.LEAD
    assert (await two.dm("@kim", "!export csv why=backup")).says("Export 1 waits"), "the control"


async def test_a_second_lead_who_is_too_new_is_named_with_the_day(two: Chat) -> None:
    two.roles["@lea"] = Role.LEAD
    await two.saw("@lea", lead=two.now, keeper=None)
    said = await two.dm("@kim", "!export csv why=backup")
    assert said.text == "Nobody else here can agree to it yet. @lea can from Mon 30 Nov 10:00."
    two.later(days=7)
    assert (await two.dm("@kim", "!export csv why=backup")).says("Export 1 waits"), "the control"


async def test_nobody_is_said_to_have_been_asked_where_nobody_is(two: Chat) -> None:
    for number in range(1, 6):
        assert (await two.sure("@kim", f"!forget M-{number}")).says("is forgotten")
    said = await two.sure("@kim", "!forget M-6")
    assert said.says(
        "Not done: you forgot 5 people within an hour. More takes a second lead, or time",
        "it goes on at Mon 23 Nov 11:00",
        "There is no other lead here",
    )
    assert "asked" not in said.text
    two.roles["@lea"] = Role.LEAD
    assert (await two.sure("@kim", "!forget M-6")).says("I have asked the others"), "the control"


async def test_two_leads_without_a_keeper_are_told_how_one_ends_the_others_part(chat: Chat) -> None:
    chat.roles = {"@ana": Role.LEAD, "@lea": Role.LEAD}
    said = await chat.dm("@ana", "!offboard @lea")
    assert said.says("there is no keeper of the data here", "Room settings, Roles & Permissions")
    chat.roles["@kim"] = Role.KEEPER
    assert (await chat.dm("@ana", "!offboard @lea")).says("a keeper of the data can do that: @kim.")
    del chat.roles["@kim"]
    chat.roles["@lea"] = Role.ORGANIZER
    assert (await chat.dm("@ana", "!offboard @lea")).says("I take nothing from @lea any more")


async def test_what_is_for_keepers_is_not_said_to_be_for_leads(chat: Chat) -> None:
    assert (await chat.dm("@lea", "!help export")).says("!export is for keepers of the data")
    assert (await chat.dm("@kim", "!help export")).says("For keepers of the data.")
    assert (await chat.dm("@ana", "!help forget")).says("!forget is for leads; ask one of them.")
    assert (await chat.dm("@lea", "!help forget")).says("For leads.")


async def test_help_says_to_somebody_not_confirmed_what_the_command_says(chat: Chat) -> None:
    chat.join("@dan")
    chat.roles["@dan"] = Role.LEAD
    await chat.saw("@dan", lead=None, keeper=None, waits=chat.now)
    for typed in ("!help turf team", "!turf team"):
        assert (await chat.dm("@dan", typed)).says("!confirm @dan:example.org"), typed


async def test_who_makes_a_keeper_is_told_right_to_whoever_waits(chat: Chat) -> None:
    chat.join("@dan")
    chat.roles["@dan"] = Role.KEEPER
    await chat.saw("@dan", keeper=None, waits=chat.now)
    assert (await chat.dm("@dan", "!me")).says(
        "as a keeper of the data. That counts once one of them"
    )
    chat.roles["@dan"] = Role.LEAD
    await chat.saw("@dan", lead=None, keeper=None, waits=chat.now)
    assert (await chat.dm("@dan", "!me")).says("as a lead. That counts once a lead tells me so")


async def test_when_the_only_keeper_has_left_the_room_is_told_who_can_make_another(
    chat: Chat,
) -> None:
    chat.join("@dan")
    chat.roles["@dan"] = Role.KEEPER
    await chat.saw("@dan", keeper=None, waits=chat.now)
    assert (await chat.room("@ana", "!status")).says("A keeper types !confirm @dan"), "the control"
    del chat.roles["@kim"]
    said = await chat.room("@ana", "!status")
    assert said.says("No keeper is here to confirm it", "[authority.leads]")
    assert "A keeper types" not in said.text
    assert (await chat.dm("@lea", "!confirm @dan")).says("can name all leads in config.toml")


async def test_confirm_alone_names_whose_word_counts_when_nobody_waits(chat: Chat) -> None:
    said = await chat.dm("@lea", "!confirm")
    assert said.text == (
        "Nobody waits to be confirmed.\nLeads: @lea\nLeads and keepers of the data: @kim"
    )
