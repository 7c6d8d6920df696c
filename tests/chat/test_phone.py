"""What a newcomer types on a phone: short answers, other words, signs, lines of several; each has an answer.

Every line here was typed by somebody who tried the bot for the first time, and got no further with it.
"""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.chat.conversation import Chat
from tests.support.begun import copied, made


async def meet_people(chat: Chat) -> None:
    await chat.dm("@ana", "!contact add Dana Whitmore area=Scanner")
    await chat.dm("@ana", "!contact add Dana Lee area=Labels")
    await chat.dm("@ana", "!contact add Luca Bianchi area=Scanner")


@pytest.fixture(scope="module")
def met(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(tmp_path_factory.mktemp("met") / "steward.db", meet_people)


@pytest.fixture
async def people(met: Path) -> AsyncIterator[Chat]:
    """Two of one first name, and one more."""
    async with copied(met) as chat:
        yield chat


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
    for talk in ("hm", "5", "dana", "ehm"):
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


async def test_a_suggestion_is_not_hidden_by_a_question(people: Chat) -> None:
    await people.dm("@ana", "log dana reached")
    assert (await people.dm("@ana", "ayuda")).says("Did you mean !help?")
    assert (await people.dm("@ana", "my tasks")).says("Did you mean !actions?")
    assert (await people.dm("@ana", "2")).says("Logged M-1")


# -- a talk, question by question ----------------------------------------------------------------------


async def test_each_question_is_answered_as_people_say_it(people: Chat) -> None:
    said = await people.dm("@ana", "log luca")
    for words in ("Reached!", "no", "will he sign", "Yes!", "2️⃣", "He said it", "next fri"):
        said = await people.dm("@ana", words)
    assert said.lists(
        "reached", "Ask: will he sign – yes", "Rating: 2 supports (said)", "Next: Fri 27 Nov"
    )
    assert (await people.dm("@ana", "yes save it")).says("Logged M-3 Luca Bianchi")


@pytest.mark.parametrize("said", ["Not home 😅", "nicht erreicht", "no contesta", "No answer."])
async def test_how_it_went_is_answered_in_other_words(people: Chat, said: str) -> None:
    await people.dm("@ana", "log luca")
    assert (await people.dm("@ana", said)).says("A note?")


@pytest.mark.parametrize("said", ["no", "Nope", "no note", "nothing", "-", "👎"])
async def test_no_is_no_note(people: Chat, said: str) -> None:
    await people.dm("@ana", "log luca")
    await people.dm("@ana", "no answer")
    assert (await people.dm("@ana", said)).says("in touch again?")


async def test_whoever_is_stuck_hears_the_way_out(people: Chat) -> None:
    await people.dm("@ana", "log luca")
    assert (await people.dm("@ana", "hm no idea")).says("cancel ends it; nothing is saved.")


# -- the name first, and what nobody can read ----------------------------------------------------------


async def test_one_who_signed_is_marked(people: Chat) -> None:
    await people.dm("@lea", "!test open petition RTO goal=60% --yes")
    for said in ("luca signed", "Luca Bianchi signed!", "M-3 has signed", "signed luca"):
        assert (await people.dm("@ana", said)).says("RTO: did M-3 Luca Bianchi."), said
        await people.dm("@ana", "!undo --yes")
    for said in ("luca did", "dana signed", "luca signed nothing"):
        assert "RTO: did" not in (await people.dm("@ana", said)).text, said


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("luca works nights", "works nights"),
        ("Luca is in the scanner team now", "is in the scanner team now"),
        ("Dana Whitmore left the company", "left the company"),
        ("M-3 wants to help 🙂", "wants to help 🙂"),
    ],
)
async def test_words_about_somebody_get_lines_with_them_in(
    people: Chat, said: str, words: str
) -> None:
    asked = await people.dm("@ana", said)
    assert asked.says("but not what to do with", words, "Nothing is saved.")
    assert (await people.dm("@ana", "1")).says(f"“{words}”")


@pytest.mark.parametrize(
    "said",
    [
        "talked to luca today, he is in ✊",
        "Luca reached! Hes a strong supporter and would come to the meeting",
    ],
)
async def test_a_talk_told_at_length_is_shown_repaired(people: Chat, said: str) -> None:
    assert (await people.dm("@ana", said)).says("so nothing is saved", " note ")
    assert await people.conversations() == []
    assert (await people.dm("@ana", "1")).says("Logged M-3 Luca Bianchi (Scanner): reached")


async def test_somebody_unknown_is_added_by_a_yes(people: Chat) -> None:
    assert (await people.dm("@ana", "log rosa delgado reached 2 said")).says(
        "I know nobody named “rosa delgado”. !contact add Rosa Delgado adds them."
    )
    assert (await people.dm("@ana", "yes add her")).says("Added M-4 Rosa Delgado.")


# -- two numbered lists --------------------------------------------------------------------------------


@pytest.mark.parametrize("said", ["action 1 done", "action #1 is done ✅", "Action 1) fertig"])
async def test_a_thing_done_is_no_new_thing_to_do(chat: Chat, said: str) -> None:
    await chat.room("@lea", "!action @ana bring the flyers")
    assert (await chat.dm("@ana", said)).says("Is number 1 done? Then !action done 1")
    assert (await chat.dm("@ana", "yes")).text == "Done: bring the flyers"
    assert "bring" not in (await chat.dm("@ana", "actions")).text


async def test_done_action_is_done(chat: Chat) -> None:
    await chat.room("@lea", "!action @ana bring the flyers")
    assert (await chat.dm("@ana", "done action 1")).text == "Done: bring the flyers"


async def test_a_number_of_the_other_list_is_told_apart(people: Chat) -> None:
    await people.room("@lea", "!action @ana bring the flyers")
    assert (await people.dm("@ana", "due")).says("You took on 1 thing besides: !actions")
    assert (await people.dm("@ana", "done 1 brought them")).says("!action done 1")
    assert (await people.dm("@ana", "yes")).text == "Done: bring the flyers"
    assert "besides" not in (await people.dm("@ana", "due")).text


@pytest.mark.parametrize(
    "said", ["1 done", "1 signed!!", "#1 came", "erledigt 1", "Done 1", "1. hecho"]
)
async def test_a_follow_up_is_closed_by_number_and_result(people: Chat, said: str) -> None:
    await people.dm("@ana", "luca next today")
    await people.dm("@ana", "thanks")
    assert (await people.dm("@ana", said)).says("Done: M-3 Luca Bianchi")


async def test_nobody_elses_follow_up_is_closed_so(people: Chat) -> None:
    await people.dm("@ana", "luca next today")
    assert "Done" not in (await people.dm("@ben", "1 signed")).text


# -- questions of somebody new -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "said",
    [
        "who can see this",
        "can my boss see what i write",
        "Is this encrypted?",
        "does HR read this",
        "is it safe",
    ],
)
async def test_who_reads_this_is_answered(chat: Chat, said: str) -> None:
    assert (await chat.dm("@ana", said)).says("encrypted · by invitation", "fingerprint")


@pytest.mark.parametrize(
    ("said", "command"),
    [
        ("what do u do", "!help"),
        ("who are my people", "!turf"),
        ("did it count?", "!help secrecy"),
        ("i can wed", "!meet can"),
        ("oh no undo that", "!undo"),
        ("my tasks", "!actions"),
    ],
)
async def test_a_question_is_met_with_what_answers_it(chat: Chat, said: str, command: str) -> None:
    assert (await chat.dm("@ana", said)).says(f"Did you mean {command}?")


async def test_a_name_is_not_met_with_a_command_like_it(people: Chat) -> None:
    await people.dm("@ana", "add Big Mike")
    for said in ("dana", "mike", "dana hm", "lucca"):
        assert "Did you mean !" not in (await people.dm("@ana", said)).text


async def test_hello_begins_the_tour_once(people: Chat) -> None:
    assert (await people.dm("@ben", "Hi 👋")).says("Two minutes with Robin Practice")
    assert (await people.dm("@ana", "Hallo")).says("What you can do now:")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("Try contact add robin practise area=payments. ", "Added M-1 Robin Practice"),
        ("try Contact add Robin area = payments 🙂", "Added M-1 Robin Practice"),
        ("Try 1on1 log robin reached rate=2 said next=today.", "Logged M-1 Robin Practice"),
        ("Try contact show robin.", "M-1 Robin Practice"),
        ("try log robin reached 2 said today", "Like this: try 1on1 log Robin Practice reached"),
        ("try show robin please", "Like this: try contact show Robin Practice"),
    ],
)
async def test_the_tour_reads_what_a_phone_makes_of_its_lines(
    chat: Chat, typed: str, said: str
) -> None:
    assert (await chat.dm("@ana", typed)).says(said)
    assert await chat.contacts() == []


# -- names out of a phone's contacts -------------------------------------------------------------------


@pytest.mark.parametrize(
    "said",
    [
        "Add Tomasz Nowak +48 601 222 333",
        "add Tomasz Nowak (0601) 222-333",
        "add Tomasz Nowak tel. 601222333",
    ],
)
async def test_a_phone_number_is_left_out_of_a_name(chat: Chat, said: str) -> None:
    assert (await chat.dm("@ana", said)).says('Without it: !contact add "Tomasz Nowak"')
    assert (await chat.dm("@ana", "yes")).says("Added M-1 Tomasz Nowak.")


@pytest.mark.parametrize(
    "said",
    [
        "add 👷 Jürgen Müller (Lager)",
        "add Jürgen Müller in Lager",
        "add Jürgen Müller, Lager",
        "add Jürgen Müller - Lager",
    ],
)
async def test_where_somebody_works_is_told_from_the_name(chat: Chat, said: str) -> None:
    answer = await chat.dm("@ana", said)
    if "Not saved yet" in answer.text:
        answer = await chat.dm("@ana", "yes")
    assert answer.says("Added M-1 Jürgen Müller (Lager).")
