"""Finding the way: help that fits the person, topics, and who has which role."""

import pytest

from commands.all import CATALOGUE
from tests.chat.conversation import Chat

PETITION = "!test open petition 'On-call pay' goal=60% closes=fri"


async def test_help_is_short_and_begins_with_what_fits(chat: Chat) -> None:
    first = await chat.dm("@ana", "!help")
    assert first.says('Add the first person you know at work: !contact add "Sam Okafor"', "Topics:")
    await chat.dm("@ana", "!contact add 'Sam Okafor' area=Payments")
    talked = await chat.dm("@ana", "!help")
    assert talked.says("Somebody of yours was never talked to: !next", "!1on1 log M-1 reached")
    await chat.dm("@ana", "!1on1 log M-1 reached rate=2 said next=today")
    due = await chat.dm("@ana", "!help")
    assert due.says("1 follow-up is due: !due")
    assert "never talked to" not in due.text
    assert "Sam" not in due.text.replace('"Sam Okafor"', "")
    for who in ("@ana", "@lea"):
        for place in (chat.dm, chat.room):
            assert len((await place(who, "!help")).text.splitlines()) <= 10


async def test_help_names_what_waits(chat: Chat) -> None:
    await chat.dm("@ana", "!contact add 'Sam Okafor' area=Payments")
    await chat.dm("@lea", "!contact add 'Jo Klein' area=Payments")
    await chat.dm("@lea", "!turf release M-2 why='on leave'")
    chat.join("@dan", "@eva", "@flo")
    await chat.sure("@lea", PETITION)
    await chat.room("@lea", "!meet new Planning | tue 19:00 | 90m")
    await chat.room("@lea", "!ok")
    await chat.opens("@lea", "!poll temp Shall we go public?")
    helped = await chat.dm("@ana", "!help")
    assert helped.says("Some of your people are not asked yet in test 1: !test gaps 1")
    assert helped.says(
        "Do you come to meeting #1? !yes #1", "is open, and you may vote: !poll list"
    )
    assert (await chat.dm("@lea", "!help")).says("1 person is unassigned: !turf unassigned")
    assert "unassigned" not in helped.text
    await chat.dm("@ana", "!yes #1")
    await chat.dm("@ana", "!test mark 1 asked M-1")
    answered = (await chat.dm("@ana", "!help")).text
    assert "!yes #1" not in answered
    assert "not asked" not in answered


async def test_help_in_the_room_says_nothing_about_anybody(chat: Chat) -> None:
    before = (await chat.room("@ana", "!help")).text
    await chat.dm("@ana", "!contact add 'Sam Okafor' area=Payments")
    await chat.dm("@ana", "!1on1 log M-1 reached rate=2 said next=today")
    said = await chat.room("@ana", "!help")
    assert said.text == before
    assert said.says("!direct")


async def test_newcomers_get_help_and_hear_nothing_about_people(chat: Chat) -> None:
    await chat.saw("@ana", introduced=None)
    assert (await chat.dm("@ana", "!help")).says("!me", "Topics:")
    assert "contact add" not in (await chat.dm("@ana", "!help")).text


@pytest.mark.parametrize(
    ("topic", "first"),
    [
        ("meetings", "!meet"),
        ("contacts", "!contact add"),
        ("polls", "!poll"),
        ("tests", "!test list"),
        ("talks", "!1on1 log"),
        ("follow-ups", "!turf"),
        ("reports", "!report"),
        ("you", "!me"),
    ],
)
async def test_topics_have_one_short_line_for_each_command(
    chat: Chat, topic: str, first: str
) -> None:
    said = await chat.dm("@ana", f"!help {topic}")
    assert said.says(f"• {first} ")
    assert len(said.text.splitlines()) <= 12


async def test_the_pages_of_a_topic_have_all_of_its_commands(chat: Chat) -> None:
    told, page = "", 1
    while f"!help meetings {page}" in (told or "!help meetings 1"):
        told += (await chat.dm("@lea", f"!help meetings {page}")).text + "\n"
        page += 1
    group = CATALOGUE.topic("meetings")
    assert group is not None
    assert [f"!{each.name} " for each in group.commands if f"• !{each.name} " not in told] == []


async def test_roles_are_explained_with_who_has_them(chat: Chat) -> None:
    said = await chat.dm("@ana", "!help roles")
    assert said.says("power level 50", "Leads here: @lea, @kim", "power level 100")
    assert said.says("Keepers here: @kim", "!confirm @ana:example.org")
    in_room = await chat.room("@ana", "!help roles")
    assert in_room.says("power level 50")
    assert "@lea" not in in_room.text


@pytest.mark.parametrize(
    "typed", ["!import", "!import list", "!upload", "!help import", "!kick @ben"]
)
async def test_what_is_for_leads_names_them_in_the_direct_chat(chat: Chat, typed: str) -> None:
    assert (await chat.dm("@ana", typed)).says("is for leads; ask one of them.", "Leads here: @lea")


async def test_the_room_does_not_hear_who_the_leads_are(chat: Chat) -> None:
    said = await chat.room("@ana", '!setup name="Search chapter"')
    assert said.says("!setup is for leads; ask one of them.")
    assert "@lea" not in said.text
