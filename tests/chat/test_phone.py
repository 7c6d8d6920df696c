"""What a newcomer types on a phone: short answers, other words, signs, lines of several; each has an answer.

Every line here was typed by somebody who tried the bot for the first time, and got no further with it.
"""

import pytest

from tests.chat.conversation import Chat


@pytest.fixture
async def people(chat: Chat) -> Chat:
    await chat.dm("@ana", "!contact add Dana Whitmore area=Scanner")
    await chat.dm("@ana", "!contact add Dana Lee area=Labels")
    await chat.dm("@ana", "!contact add Luca Bianchi area=Scanner")
    return chat


# -- yes and no, as they are said ----------------------------------------------------------------------

YES = (
    "yes",
    "Yes!",
    "yes please",
    "Ok 👍",
    "👍",
    "Sí",
    "ja.",
    "OK!",
    "✅",
    "!ok",
    "!yes",
    "—yes",
    "--yes",
)


@pytest.mark.parametrize("said", YES)
async def test_yes_does_what_was_said_back(chat: Chat, said: str) -> None:
    await chat.dm("@ana", "!meet new Planning | fri 19:00")
    assert "Planning #1" in (await chat.dm("@ana", said.replace("--yes", "yes"))).in_room


async def test_yes_to_one_meeting_is_no_yes_to_another(chat: Chat) -> None:
    await chat.dm("@ana", "!meet new Planning | fri 19:00")
    await chat.dm("@ana", "!ok")
    await chat.dm("@ana", "!meet new Lunch | fri 12:00")
    said = await chat.dm("@ana", "yes")
    assert "Lunch #2" in said.in_room
    await chat.dm("@ana", "!meet new Dinner | fri 20:00")
    assert (await chat.dm("@ana", "nein")).text == "Dropped. Nothing was made."


async def test_which_of_two_times_is_answered_by_its_number(chat: Chat) -> None:
    chat.later(days=5)
    asked = await chat.dm("@ana", "!meet new Lunch | sat 12:00")
    assert asked.says("!ok 1 takes the first")
    assert "Sat 5 Dec" in (await chat.dm("@ana", "the second one")).text


async def test_yes_answers_what_was_asked_about_a_line_in_the_room(people: Chat) -> None:
    await people.room("@ana", "!action @ben call luca")
    assert "call M-3" in (await people.dm("@ana", "Yes 👍")).in_room


@pytest.mark.parametrize("said", ["yes", "Ja!", "👍", "!test open petition RTO goal=60% --yes"])
async def test_yes_does_what_was_shown_with_its_line(people: Chat, said: str) -> None:
    assert (await people.dm("@lea", "!test open petition RTO goal=60%")).says("--yes")
    assert (await people.dm("@lea", said)).says("RTO is open: 3 people in it.")


async def test_no_leaves_it(people: Chat) -> None:
    await people.dm("@lea", "!test open petition RTO goal=60%")
    assert (await people.dm("@lea", "nope")).text == "Dropped. Nothing was done."
    assert "RTO is open" not in (await people.dm("@lea", "yes")).text


async def test_what_nobody_brings_back_takes_the_whole_line(people: Chat) -> None:
    assert (await people.dm("@lea", "!forget M-1")).says("!forget M-1 --yes")
    await people.dm("@lea", "yes")
    assert len(await people.contacts()) == 3


async def test_a_note_that_was_asked_about_is_kept_by_a_yes(people: Chat) -> None:
    assert (await people.dm("@ana", "note luca his wife is ill")).says("Not saved yet")
    assert (await people.dm("@ana", "save")).says("his wife is ill")


async def test_a_namesake_is_added_by_a_word_and_no_yes_is_taken_for_it(people: Chat) -> None:
    asked = await people.dm("@ana", "add Luca Bianchi")
    assert asked.lists("M-3 Luca Bianchi (Scanner)")
    assert (await people.dm("@ana", "yes")).says("M-3 Luca Bianchi (Scanner)", "Not assessed")
    assert len(await people.contacts()) == 3
    await people.dm("@ana", "add Luca Bianchi")
    assert (await people.dm("@ana", "Save.")).says("Added M-4 Luca Bianchi")


@pytest.mark.parametrize(
    ("said", "added"),
    [
        ("yes", "Added M-4 Jürgen Müller (Lager)."),
        ("1", "Added M-4 Jürgen Müller (Lager)."),
        ("👎", "Added M-4 Jürgen Müller Lager."),
        ("no that is his name", "Added M-4 Jürgen Müller Lager."),
    ],
)
async def test_whether_it_is_the_area_is_answered(people: Chat, said: str, added: str) -> None:
    asked = await people.dm("@ana", "add Jürgen Müller Lager")
    assert asked.says("is Lager the area? Answer with a number.")
    assert (await people.dm("@ana", said)).says(added)


# -- answers in other words ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "said",
    ["Said.", "She said it", "he said", "said it himself 🙏", "1️⃣", "the first one", "s", "Said!"],
)
async def test_what_a_rating_rests_on_is_answered_as_people_say_it(people: Chat, said: str) -> None:
    assert (await people.dm("@ana", "rate luca 2")).lists("said", "did", "heard")
    assert (await people.dm("@ana", said)).says("M-3 Luca Bianchi (Scanner): 2 supports (said)")


@pytest.mark.parametrize(
    "said",
    [
        "the scanner one",
        "Dana w",
        "dana whit",
        "the last one",
        "2️⃣",
        "2)",
        "M1",
        "Whitmore!",
        "nr 2",
        "number 2",
    ],
)
async def test_which_of_two_is_answered_as_people_say_it(people: Chat, said: str) -> None:
    assert (await people.dm("@ana", "log dana reached")).lists(
        "M-2 Dana Lee (Labels)", "M-1 Dana Whitmore (Scanner)"
    )
    assert (await people.dm("@ana", said)).says("Logged M-1 Dana Whitmore (Scanner): reached.")


async def test_a_question_stays_open_while_somebody_only_talks(people: Chat) -> None:
    await people.dm("@ana", "log dana reached")
    for talk in ("hm wait", "5", "dana", "who was it again"):
        assert (await people.dm("@ana", talk)).text == (
            "Which one? Answer with a number, 1 to 2. Nothing is saved yet."
        ), talk
    assert (await people.dm("@ana", "2")).says("Logged M-1")


@pytest.mark.parametrize("talk", ["Danke 🙏", "thanks!", "👏"])
async def test_a_day_is_still_heard_after_thanks(people: Chat, talk: str) -> None:
    await people.dm("@ana", "log luca reached")
    assert (await people.dm("@ana", talk)).says("I am only a bot")
    assert (await people.dm("@ana", "Friday 🙏")).says("Follow-up 1: M-3", "Fri 27 Nov")


async def test_a_question_is_gone_with_a_command(people: Chat) -> None:
    await people.dm("@ana", "log dana reached")
    await people.dm("@ana", "due")
    await people.dm("@ana", "2")
    assert await people.conversations() == []
