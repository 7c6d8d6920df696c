"""Two people, one lead, no keeper: what takes two says at once who is missing, and how it goes on."""

import pytest

from commands.framework.context import Role
from commands.shared.look_ups import SHOWN_A_DAY
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
    assert said.text == (
        "Nobody else here can agree to it yet. @lea can, from Mon 30 Nov 10:00 on."
    )
    two.later(days=7)
    assert (await two.dm("@kim", "!export csv why=backup")).says("Export 1 waits"), "the control"


async def test_nobody_is_said_to_have_been_asked_where_nobody_is(two: Chat) -> None:
    for number in range(1, 6):
        assert (await two.sure("@kim", f"!forget M-{number}")).says("is forgotten")
    said = await two.sure("@kim", "!forget M-6")
    assert said.says(
        "Not done: you forgot 5 people within an hour. To do more you need a second lead, or time",
        "you can go on at Mon 23 Nov 11:00",
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
    assert (await chat.dm("@ana", "!offboard @lea")).says("I do nothing for @lea any more")


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
        "as a keeper of the data. That counts when another keeper"
    )
    chat.roles["@dan"] = Role.LEAD
    await chat.saw("@dan", lead=None, keeper=None, waits=chat.now)
    assert (await chat.dm("@dan", "!me")).says(
        "as a lead. That counts when another lead tells me so"
    )


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
    assert (await chat.dm("@lea", "!confirm @dan")).says(
        "can name all leads, with this one, in config.toml"
    )


async def test_confirm_alone_names_whose_word_counts_when_nobody_waits(chat: Chat) -> None:
    said = await chat.dm("@lea", "!confirm")
    assert said.text == (
        "Nobody waits for your yes.\nLeads: @lea\nLeads and keepers of the data: @kim"
    )


async def test_when_nobody_is_left_nobody_is_sent_to_somebody_who_is_not_there(chat: Chat) -> None:
    chat.join("@dan")
    chat.roles["@dan"] = Role.LEAD
    await chat.saw("@dan", lead=None, keeper=None, waits=chat.now)
    assert (await chat.dm("@dan", "!turf team")).says("!confirm @dan"), "the control"
    del chat.roles["@kim"], chat.roles["@lea"]
    said = await chat.dm("@dan", "!turf team")
    assert said.says("nobody is left here who can confirm", "[authority.leads]")
    assert "!confirm" not in said.text
    seen = await chat.room("@ana", "!status")
    assert seen.says("Shown with new power", "No lead here is confirmed")
    assert "types" not in seen.text


async def test_a_keeper_is_not_called_a_lead_whom_a_keeper_could_off_board(chat: Chat) -> None:
    chat.join("@kit")
    chat.roles["@kit"] = Role.KEEPER
    for by in ("@lea", "@kit"):
        said = await chat.dm(by, "!offboard @kim")
        assert said.text == (
            "@kim is a keeper of the data, and nobody here may do more. First take their"
            " power from them in the room (Room settings, Roles & Permissions); then you"
            " can."
        )
    chat.roles["@kim"] = Role.ORGANIZER
    assert (await chat.dm("@lea", "!offboard @kim")).says("I do nothing for @kim any more")


async def test_adding_somebody_new_after_a_day_of_look_ups_says_what_stops_it(chat: Chat) -> None:
    for number in range(SHOWN_A_DAY + 1):
        await chat.dm("@ben", f"!contact add 'Nr{number} Quist' --yes")
    for number in range(1, SHOWN_A_DAY + 1):
        assert (await chat.dm("@ana", f"!1on1 log M-{number} busy")).says("Logged")
    said = await chat.dm("@ana", "!contact add 'Zora Klein'")
    assert said.says("it needs a look at people", "A lead can do the rest for you")
    chat.later(days=1, minutes=1)
    assert (await chat.dm("@ana", "!contact add 'Zora Klein'")).says("Added")


async def test_a_keeper_to_be_is_not_sent_to_a_keeper_who_has_left(chat: Chat) -> None:
    chat.join("@dan")
    chat.roles["@dan"] = Role.KEEPER
    await chat.saw("@dan", keeper=None, waits=chat.now)
    assert (await chat.dm("@dan", "!export csv why=x")).says("!confirm @dan"), "the control"
    del chat.roles["@kim"]
    said = await chat.dm("@dan", "!export csv why=x")
    assert said.says(
        "That is for keepers of the data, and nobody is left here", "[authority.leads]"
    )


async def test_whoever_has_made_much_is_told_that_a_lead_can_go_on(chat: Chat) -> None:
    for who, most in (("@ana", 6), ("@lea", 18)):
        for number in range(most):
            await chat.room(who, f"!meet every Call {number} | wed 10:00 | 30m")
            assert (await chat.room(who, "!ok")).says("Coming?")
        said = await chat.room(who, "!meet every Call more | wed 10:00 | 30m")
        assert said.says(f"the limit of {most} series of meetings open", "making_percent")
        assert ("A lead can go on" in said.text) is (who == "@ana")
