"""Nothing that may name somebody stays in the room: what nobody knows is answered in person.

The lines were typed by people who tried the bot without its manual.
"""

from typing import Any

import pytest

from commands.all import CATALOGUE
from commands.framework.answer import is_command
from commands.framework.context import Place
from commands.framework.room_lines import may_not_wait
from tests.chat.conversation import Chat

SLIPS = (
    "!lgo Sam Okafor reached rate=4 said",
    "!lgo M-1 reached",
    "!call Sam Okafor",
    "!who is Sam Okafor",
    "!sam okafor 4",
    *(f"!{word} Sam Okafor" for word in ("left", "new", "forgot", "delete", "signed", "support")),
    *(f"!{word} Sam Okafor 4" for word in ("loog", "asess", "ntoe", "rated", "Lgo", "LGO")),
    "! lgo Sam Okafor reached",
    "!  Lgo Sam Okafor",
    "!!lgo Sam Okafor",
    "！lgo Sam Okafor reached",
    "！ lgo Sam Okafor reached",
    "!lgo\nSam Okafor",
    "!lgo\tSam Okafor",
    "  !lgo Sam Okafor",
    "\u200b!lgo Sam Okafor",
    '!"Sam Okafor" reached',
    # A phone: something stands before the mark, or another one in its place, or talk above.
    "👋 !log Sam Okafor reached",
    "✊🏽 !lgo Sam Okafor reached",
    "hi all\n!log Sam Okafor reached 2 said",
    "Hi all 👋\n\n  !rate Sam Okafor 2\nthanks",
    "/log Sam Okafor reached",
    "/contact add Sam Okafor",
    "¡log Sam Okafor reached",
    "¡note Sam Okafor quiere hablar",
    "!lgo “Sam Okafor” reached",
    "!test signed Sam Okafor",
    "!poll sam okafor\x07",
    "!lgo Sam Okafor " + "and so on " * 900,
)
"""All of them with a name, or with the number of one."""

WRAPPED: tuple[tuple[str, dict[str, Any]], ...] = (
    ("**!lgo Sam Okafor reached**", {}),
    ("`!lgo Sam Okafor reached`", {}),
    ("“!lgo Sam Okafor reached”", {}),
    ("- !lgo Sam Okafor reached", {}),
    ("Steward: !lgo Sam Okafor reached", {}),
    ("@steward log Sam Okafor reached", {}),
    ("@Steward note Sam Okafor is in", {}),
    (
        "> <@lea:example.org> who?\n\n!lgo Sam Okafor reached",
        {"m.relates_to": {"m.in_reply_to": {"event_id": "$one"}}},
    ),
    (
        "!lgo Sam Okafor reached",
        {"m.relates_to": {"rel_type": "m.thread", "event_id": "$begin"}},
    ),
    (
        "!lgo Ben about Sam Okafor",
        {
            "formatted_body": (
                '!lgo <a href="https://matrix.to/#/@ben:example.org">Ben</a> about Sam Okafor'
            ),
            "m.mentions": {"user_ids": ["@ben:example.org"]},
        },
    ),
)


@pytest.fixture
async def known(chat: Chat) -> Chat:
    await chat.dm("@ana", '!contact add "Sam Okafor" area=Payments')
    return chat


@pytest.mark.parametrize("slip", SLIPS, ids=lambda slip: slip[:30])
async def test_a_slip_is_taken_away_and_answered_in_person(known: Chat, slip: str) -> None:
    said = await known.room("@ana", slip)
    assert said.retracted
    assert said.here.startswith("That belongs in our direct chat")
    assert "Okafor" not in said.in_room
    assert said.in_person


@pytest.mark.parametrize(("body", "content"), WRAPPED, ids=[str(n) for n in range(len(WRAPPED))])
async def test_so_is_one_that_an_app_wrapped(
    known: Chat, body: str, content: dict[str, Any]
) -> None:
    said = await known.room("@ana", body, **content)
    assert said.retracted
    assert "Okafor" not in said.in_room
    assert said.in_person


async def test_the_answer_in_person_says_what_was_wrong(known: Chat) -> None:
    said = await known.room("@ana", "!loog Sam Okafor 4")
    assert "I do not know “loog" in said.in_person


@pytest.mark.parametrize("alone", ["!wow", "!thanks", "！wow", "!!wow"])
async def test_one_unknown_word_alone_stays(known: Chat, alone: str) -> None:
    said = await known.room("@ana", alone)
    assert not said.retracted
    assert said.here.startswith("I do not know that command.")


@pytest.mark.parametrize(
    "talk",
    [
        "/me waves",
        "/shrug whatever",
        "/home is where it is",
        "¡Hola a todos!",
        "¡Vamos!",
        "👋 hi all",
        "to plan one, type\n!meet new Planning tue 19:00",
        "type\n!help\nto begin",
        "look:\n!wow what a day",
        "and/or log it",
        "steward is slow",
        "a lot to log\nSam Okafor too",
    ],
)
async def test_talk_with_marks_in_it_stays_talk(known: Chat, talk: str) -> None:
    assert (await known.room("@ana", talk)).text == ""


async def test_what_is_typed_in_the_room_is_heard_as_in_person(known: Chat) -> None:
    for line in (
        "!log sam reached 2 said",
        "/log sam reached 2 said",
        "hi all\n!log sam reached 2 said",
        "@steward log sam reached 2 said",
        "!sam reached 2 said",
    ):
        said = await known.room("@ana", line)
        assert said.retracted, line
        assert "Logged M-1 Sam Okafor (Payments): reached." in said.in_person, line
        assert "2 supports (said)" in said.in_person, line
    await known.room("@ana", "!rate sam 2")
    assert (await known.dm("@ana", "he said it")).says(
        "M-1 Sam Okafor (Payments): 2 supports (said)"
    )


@pytest.mark.parametrize("cry", ["!", "!!!", "! wow", "!!! it is at seven", "!?", "wow!", "! !"])
async def test_talk_stays_talk(known: Chat, cry: str) -> None:
    assert (await known.room("@ana", cry)).text == ""


@pytest.mark.parametrize(
    "line", ["!meet", "!meet can 1 of them", "!agenda ad 5 pay", "!hepl", "!stack please"]
)
async def test_what_is_one_of_the_rooms_commands_stays(known: Chat, line: str) -> None:
    said = await known.room("@ana", line)
    assert said.here
    assert not said.retracted


@pytest.mark.parametrize("slip", SLIPS, ids=lambda slip: slip[:30])
def test_what_is_left_aside_is_taken_away_as_well(slip: str) -> None:
    """Too many at once, a full disk, a fault of ours: nobody reads it as a whole then."""
    assert is_command(slip, Place.ROOM, CATALOGUE)
    assert may_not_wait(slip, CATALOGUE)


@pytest.mark.parametrize("line", ["!wow", "hello", "!due?", "!!!", "Steward: hello there"])
def test_what_has_no_words_behind_may_be_left_there(line: str) -> None:
    assert not may_not_wait(line, CATALOGUE)
