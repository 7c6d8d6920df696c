"""A one-on-one told question by question: back, skip, cancel, and nothing saved before yes."""

import pytest

from tests.chat.conversation import Chat, Said


@pytest.fixture
async def sam(chat: Chat) -> None:
    await chat.dm("@ana", '!contact add "Sam Okafor" area=Payments')


async def answers(chat: Chat, *said: str) -> Said:
    """Ana answers one question after the other; what came back on the last."""
    reply = Said(())
    for words in said:
        reply = await chat.dm("@ana", words)
    return reply


async def drafts(chat: Chat) -> int:
    async with chat.database.transaction() as tx:
        return int(str(await tx.value("SELECT COUNT(*) FROM drafts")))


@pytest.mark.usefixtures("sam")
async def test_one_question_at_a_time_and_saved_after_yes(chat: Chat) -> None:
    first = await chat.dm("@ana", "!1on1 log M-1")
    assert first.says("M-1 Sam Okafor (Payments)", "How did it go", "I save nothing before")
    assert (await answers(chat, "talked")).says("What moves them?", "skip · back · cancel")
    assert (await answers(chat, "on-call pay")).says("What did you ask them to do?")
    assert (await answers(chat, "sign the petition")).says("What did they say to that")
    assert (await answers(chat, "sure")).says("Where do they stand?", "2 supports")
    rests = await answers(chat, "2")
    assert rests.says("What does that rest on")
    assert "skip" not in rests.text
    assert (await answers(chat, "did")).says("A note?")
    assert (await answers(chat, "can't make mornings")).says("in touch again?")
    shown = await answers(chat, "fri")
    assert shown.lists(
        "reached",
        "Issue: on-call pay",
        "Ask: sign the petition – yes",
        "Rating: 2 supports (did)",
        "Note: can't make mornings",
        "Next: Fri 27 Nov",
    )
    assert shown.says("Save it? yes · back · cancel")
    assert await chat.conversations() == []

    saved = await answers(chat, "yes")
    assert saved.says("Logged M-1 Sam Okafor (Payments): reached.", "(follow-up 1)")
    (talk,) = await chat.conversations()
    assert (talk.issue, talk.ask, talk.note) == (
        "on-call pay",
        "sign the petition",
        "can't make mornings",
    )
    assert len(await chat.assessments("M-1")) == 1
    assert await drafts(chat) == 0
    await chat.dm("@ana", "!undo")
    assert await chat.conversations() == []


@pytest.mark.usefixtures("sam")
async def test_what_was_skipped_is_not_asked_further(chat: Chat) -> None:
    await chat.dm("@ana", "!1on1 log Sam")
    assert (await answers(chat, "reached", "skip", "skip")).says("Where do they stand?")
    assert (await answers(chat, "0")).says("A note?")
    assert (await answers(chat, "-", "skip")).lists("reached", "Rating: not assessed")
    await answers(chat, "ok")
    assert len(await chat.conversations()) == 1


@pytest.mark.usefixtures("sam")
async def test_an_attempt_is_asked_little(chat: Chat) -> None:
    await chat.dm("@ana", "!log M-1")
    assert (await answers(chat, "voicemail")).says("A note?")
    assert (await answers(chat, "skip", "tomorrow")).lists("no answer", "Next: Tue 24 Nov")


@pytest.mark.usefixtures("sam")
async def test_back_goes_one_step_and_changes_what_follows(chat: Chat) -> None:
    await chat.dm("@ana", "!1on1 log M-1")
    assert (await answers(chat, "back")).says("This is the first question")
    assert (await answers(chat, "reached", "pay", "sign")).says("yes, maybe or no?")
    assert (await answers(chat, "back")).says("What did you ask them to do?")
    assert (await answers(chat, "skip")).says("Where do they stand?")
    assert (await answers(chat, "back", "back", "back")).says("How did it go")
    assert (await answers(chat, "busy", "skip", "skip")).lists("busy")
    assert (await answers(chat, "back")).says("in touch again?")


@pytest.mark.usefixtures("sam")
async def test_a_wrong_answer_is_asked_again(chat: Chat) -> None:
    await chat.dm("@ana", "!1on1 log M-1")
    assert (await answers(chat, "grumpy")).says("I do not know “grumpy”")
    assert (await answers(chat, "reachd")).says("Did you mean reached?")
    assert (await answers(chat, "skip")).says("How did it go")
    assert (await answers(chat, "reached", "skip", "skip", "7")).says("“7” is not a rating")
    assert (await answers(chat, "2", "skip")).says("What does that rest on")
    doubt = await answers(chat, "said", "his wife is ill")
    assert doubt.says("Not saved yet", "“wife”")
    assert (await answers(chat, "his wife is ill --yes")).says("in touch again?")
    assert (await answers(chat, "yesterday")).says("in the past")
    assert (await answers(chat, "skip")).says("Note: his wife is ill")
    assert (await answers(chat, "perhaps")).says("Is that right? Say yes, back, or cancel.")
    assert await chat.conversations() == []


@pytest.mark.usefixtures("sam")
async def test_cancelled_leaves_nothing(chat: Chat) -> None:
    await chat.dm("@ana", "!1on1 log M-1")
    assert (await answers(chat, "reached", "pay", "cancel")).says("Dropped. Nothing was saved.")
    assert await drafts(chat) == 0
    assert await chat.conversations() == []
    assert (await answers(chat, "reached")).says("I am only a bot")
    assert (await answers(chat, "!1on1 answer reached")).says("I have not asked you anything now.")


@pytest.mark.usefixtures("sam")
async def test_a_draft_expires(chat: Chat) -> None:
    await chat.dm("@ana", "!1on1 log M-1")
    chat.later(minutes=50)
    await answers(chat, "reached")
    chat.later(minutes=50)
    assert (await answers(chat, "pay")).says("What did you ask them")
    chat.later(minutes=61)
    assert (await answers(chat, "sign")).says("unfinished for an hour", "I saved nothing")
    assert await drafts(chat) == 0


@pytest.mark.usefixtures("sam")
async def test_commands_are_still_commands_and_others_are_not_asked(chat: Chat) -> None:
    await chat.dm("@ana", "!1on1 log M-1")
    assert (await chat.dm("@ana", "!due")).says("Nothing due")
    assert (await chat.dm("@ben", "reached")).says("I am only a bot")
    assert await chat.room("@ana", "reached") == Said(())
    assert (await answers(chat, "reached")).says("What moves them?")
    await chat.dm("@ana", '!contact add "Mia Chen"')
    assert (await chat.dm("@ana", "!1on1 log M-2")).says("M-2 Mia Chen", "How did it go")
    assert await drafts(chat) == 1


@pytest.mark.usefixtures("sam")
async def test_what_is_in_a_draft_does_not_outlive_its_contact(chat: Chat) -> None:
    await chat.dm("@ana", "!1on1 log M-1")
    await chat.dm("@ana", "!undo")  # adding Sam
    assert (await answers(chat, "reached")).says("undid adding that contact, so I dropped")
    assert await drafts(chat) == 0


@pytest.mark.usefixtures("sam")
async def test_in_the_room_it_goes_on_in_private(chat: Chat) -> None:
    said = await chat.room("@ana", "!1on1 log M-1")
    assert said.retracted
    assert "Sam" not in said.here
    assert "How did it go" in said.in_person


@pytest.mark.usefixtures("sam")
async def test_after_three_tries_somebody_else_is_named(chat: Chat) -> None:
    await chat.dm("@ben", '!contact add "Mia Chen" area=Payments')
    await chat.dm("@ana", "!1on1 log M-1 noanswer")
    await chat.dm("@ana", "!1on1 log M-1 busy")
    third = await chat.dm("@ana", "!1on1 log M-1 noanswer")
    assert third.says("That is 3 tries without a talk. Maybe @ben can", "!turf release M-1 why=")
    await chat.dm("@lea", "!turf assign @kim M-1 --backup")
    assert (await chat.dm("@ana", "!1on1 log M-1 busy")).says("Maybe @kim can reach them?")
