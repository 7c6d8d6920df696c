"""Telling votes from talk: a vote must not take the path of commands, nor talk that of votes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands.framework.context import Place
from commands.polls.vote.typed import TypedVote, typed_vote

OPEN = ("K7QX",)

IN_PERSON = {
    "vote K7QX 04": ("K7QX", "04"),
    "Vote k7qx 04": ("K7QX", "04"),
    "!vote K7QX 04": ("K7QX", "04"),
    "! vote K7QX 04": ("K7QX", "04"),
    "vote: K7QX: 04.": ("K7QX", "04"),
    "vote <K7QX> <04>": ("K7QX", "04"),
    "“vote K7QX 04”": ("K7QX", "04"),
    "`vote K7QX 04`": ("K7QX", "04"),
    "voted K7QX 04": ("K7QX", "04"),
    "K7QX 04": ("K7QX", "04"),
    "k7qx ynny": ("K7QX", "YNNY"),
    "vote K7QX Y N N Y": ("K7QX", "YNNY"),
    "vote\nK7QX\n04": ("K7QX", "04"),
    "ｖｏｔｅ K7QX 04": ("K7QX", "04"),
    "vote\u200b K7QX 04": ("K7QX", "04"),
    "vote": ("", ""),
    "vote 04": ("04", ""),
    "vote yes": ("YES", ""),
    "vote K7QX": ("K7QX", ""),
    "vote K7QX yes please": ("K7QX", "YESPLEASE"),
    "vote " + "x" * 9000: ("X" * 195, ""),
    "K7QX": ("K7QX", ""),
    "I will vote K7QX 04": ("K7QX", "04"),
    "my vote in k7qx: 04": ("K7QX", "04"),
    "> <@steward:example.org> Ready?\n> vote K7QX XX\n\nvote K7QX 04": ("K7QX", "04"),
    "> " + "long " * 900 + "\n\nK7QX 04": ("K7QX", "04"),
}

TALK = [
    "",
    " ",
    "!",
    "04",
    "yes",
    "!help",
    '!poll temp "Ready to march on the boss?"',
    "!poll list",
    "hello there",
    "!poll mine K7QX",
    "poll mine K7QX",
    "Poll mine K7QX",
    "!help K7QX",
    "> vote K7QX 04\n\nthanks",
    "I will vote B2B2 04",
    "due tomorrow",
]  # fmt: skip

TALK_IN_THE_ROOM = [
    *TALK,
    "vote",
    "vote!",
    "vote tomorrow at 5",
    "vote them out",
    "Vote on Friday, please",
    "voting starts at 10",
    "vote yes",
    "votes are in the direct chat",
    "vote as you like",
    "vote for Ana or Ben",
    "K7QX",
    "I will vote K7QX 04 tomorrow",
    "K7QX is the code",
    "K7QX closes on Friday",
    "RTFM 10",
    "thanks",
]


@pytest.mark.parametrize("text", IN_PERSON, ids=lambda text: text[:20])
def test_a_vote_in_the_direct_chat(text: str) -> None:
    assert typed_vote(text, Place.DIRECT, OPEN) == TypedVote(*IN_PERSON[text])


@pytest.mark.parametrize("text", TALK)
def test_what_is_no_vote(text: str) -> None:
    assert typed_vote(text, Place.DIRECT, OPEN) is None


@pytest.mark.parametrize("text", TALK_IN_THE_ROOM)
def test_talk_in_the_room_is_left_alone(text: str) -> None:
    assert typed_vote(text, Place.ROOM, OPEN) is None


@pytest.mark.parametrize(
    "text",
    [
        "vote K7QX 04",
        "!vote K7QX 04",
        "!vote 04",
        "!vote",
        "vote K7QY 04",
        "Vote k7qx: 04",
        "vote K7QX",
        "vote K7QX yes!",
        "K7QX 04",
        "k7qx xx",
    ],
)
def test_a_vote_in_the_room_is_noticed_even_with_a_slip_in_it(text: str) -> None:
    assert typed_vote(text, Place.ROOM, OPEN) is not None


def test_a_mistyped_code_alone_is_talk_in_the_room_and_a_vote_in_person() -> None:
    assert typed_vote("K7QY 04", Place.ROOM, OPEN) is None
    assert typed_vote("K7QY 04", Place.DIRECT, OPEN) == TypedVote("K7QY", "04")


@given(st.text(), st.sampled_from(Place))
def test_no_text_makes_it_stumble(text: str, place: Place) -> None:
    typed_vote(text, place, OPEN)
    typed_vote("vote " + text, place, OPEN)


def test_the_choice_is_not_shown_by_accident() -> None:
    assert "04" not in repr(typed_vote("vote K7QX 04", Place.DIRECT))
