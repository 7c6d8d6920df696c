"""One word alone in the direct chat, where it could answer several things: nothing secret becomes public."""

import pytest

from tests.chat.conversation import Chat

READY = '!poll yesno "March on the boss on Friday?"'
WHERE = "!poll approve Where? | plaza | hall | park"


@pytest.fixture
async def asked(chat: Chat) -> Chat:
    """A meeting is planned, and a ballot is open to everybody."""
    chat.join("@dan", "@eva")
    await chat.room("@lea", "!meet new Planning thu 19:00")
    await chat.room("@lea", "!ok")
    await chat.opens("@lea", READY)
    return chat


async def came(chat: Chat) -> str:
    return (await chat.room("@lea", "!meet who")).text


async def test_a_vote_in_one_word_never_becomes_an_answer_that_everybody_sees(asked: Chat) -> None:
    answers = {
        (await asked.dm("@ana", word)).text
        for word in ("no", "yes", "No", "maybe", "y", "Yes.", "NO")
    }
    (answer,) = answers
    assert answer.startswith("I took no vote: type the poll's code and your choice")
    assert "Yes: vote K7QX 01" in answer
    assert "If you meant a meeting, say its number too, like yes #7" in answer
    assert (await came(asked)).endswith("not answered: ana, ben, lea, kim, dan, eva")
    assert (await asked.dm("@ana", "!poll mine K7QX")).says("No, no ballot of yours is in K7QX.")


async def test_whoever_says_which_meeting_is_understood(asked: Chat) -> None:
    assert (await asked.dm("@ana", "yes #1")).says("Noted: yes for Planning #1")
    assert (await asked.dm("@ben", "!no")).says("Noted: no for Planning #1")


async def test_control_without_a_ballot_one_word_answers_the_meeting(asked: Chat) -> None:
    await asked.dm("@lea", "!poll cancel K7QX")
    assert (await asked.dm("@ana", "no")).says("Noted: no for Planning #1")


async def test_what_is_asked_back_is_not_written_down(asked: Chat) -> None:
    assert all(reply.fleeting for reply in (await asked.dm("@ana", "no")).replies)


async def test_the_words_of_a_choice_alone_are_met_with_the_ballot(chat: Chat) -> None:
    chat.join("@dan", "@eva")
    await chat.opens("@lea", "!poll consensus Strike on Friday?")
    for words in ("agree", "Stand aside", "block", "abstain"):
        assert (await chat.dm("@ana", words)).says("I took no vote", "Block: vote K7QX 04"), words
    assert (await chat.dm("@ana", "good")).says("I am only a bot")


async def test_numbers_alone_are_no_times_of_a_meeting_while_a_ballot_takes_several(
    chat: Chat,
) -> None:
    chat.join("@dan", "@eva")
    await chat.room("@lea", "!meet poll Planning | thu 19:00, fri 18:00, sat 12:00")
    await chat.room("@lea", "!ok")
    assert (await chat.dm("@ben", "1 3")).says("Noted for Planning #1")
    await chat.opens("@lea", WHERE)
    assert (await chat.dm("@ana", "1 3")).says("I took no vote", "the times of a meeting: !can 1 3")
    assert (await chat.dm("@ana", "!can 1 3")).says("Noted for Planning #1: yes 1, 3.")


async def test_a_line_of_the_ballot_sent_whole_is_a_vote(asked: Chat) -> None:
    shown = (await asked.dm("@ana", "no")).text
    (row,) = [each for each in shown.splitlines() if "K7QX 02" in each]
    assert (await asked.dm("@ana", row.removeprefix("• "))).says("Recorded for K7QX.")


async def test_the_guide_that_asks_goes_before_a_ballot(asked: Chat) -> None:
    await asked.dm("@ana", '!contact add "Sam Okafor" area=Payments')
    await asked.dm("@ana", "!1on1 log M-1")
    assert "ballot" not in (await asked.dm("@ana", "no")).text


async def test_in_the_room_the_words_of_the_invitation_stay_as_they_are(asked: Chat) -> None:
    assert (await asked.room("@ana", "!no")).says("Noted: no for Planning #1")


async def test_no_to_a_next_step_is_no_answer_to_a_meeting(chat: Chat) -> None:
    await chat.room("@lea", "!meet new Planning thu 19:00")
    await chat.room("@lea", "!ok")
    await chat.dm("@ana", '!contact add "Sam Okafor" area=Payments')
    assert (await chat.dm("@ana", "log sam reached")).says("No next step. Answer with a day")
    assert (await chat.dm("@ana", "no")).text == "Good. No next step."
    assert (await came(chat)).endswith("not answered: ana, ben, lea, kim")
