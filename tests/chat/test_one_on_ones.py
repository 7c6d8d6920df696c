"""One-on-ones and assessments: one line in, everything read back."""

import pytest

from storage.core.model import Answer, Assessment, Evidence, Outcome
from tests.chat.conversation import Chat


@pytest.fixture
async def sam(chat: Chat) -> str:
    await chat.dm("@ana", '!contact add "Sam Okafor" area=Payments')
    return "M-1"


async def test_one_line_says_it_all(chat: Chat, sam: str) -> None:
    reply = await chat.dm(
        "@ana",
        f'!1on1 log {sam} reached issue=oncall ask="sign petition" answer=yes rate=2 did next=fri',
    )
    assert reply.says("Logged M-1 Sam Okafor (Payments): reached.")
    assert reply.lists(
        "Issue: oncall",
        "Ask: sign petition – yes",
        "Rating: 2 supports (did)",
        "Next: Fri 27 Nov (follow-up 1)",
    )
    [talk] = await chat.conversations()
    assert (talk.outcome, talk.issue, talk.ask) == (Outcome.REACHED, "oncall", "sign petition")
    assert talk.answer is Answer.YES
    [rated] = await chat.assessments(sam)
    assert (rated.rating, rated.evidence) == (Assessment.SUPPORTS, Evidence.DID)


@pytest.mark.parametrize(
    ("words", "outcome"),
    [
        ("reached", Outcome.REACHED),
        ("Talked", Outcome.REACHED),
        ("no answer", Outcome.NO_ANSWER),
        ("no-answer", Outcome.NO_ANSWER),
        ("voicemail", Outcome.NO_ANSWER),
        ("busy", Outcome.BUSY),
        ("call back", Outcome.CALL_BACK),
        ("wrong number", Outcome.WRONG_CONTACT),
        ("declined", Outcome.REFUSED),
    ],
)
async def test_outcomes_in_everyday_words(
    chat: Chat, sam: str, words: str, outcome: Outcome
) -> None:
    for who in (sam, "Sam Okafor", "'Sam Okafor'"):
        await chat.dm("@ana", f"!1on1 log {who} {words} next=2w")
    assert {talk.outcome for talk in await chat.conversations()} == {outcome}
    assert len(await chat.conversations()) == 3


async def test_the_short_forms_of_the_command(chat: Chat, sam: str) -> None:
    for command in (
        "!1on1 log",
        "!1on1",
        "!1:1 log",
        "!1-1",
        "!log",
        "!ONE-ON-ONE LOG",
        "!one on one",
        "1on1 log",
    ):
        assert (await chat.dm("@ana", f"{command} {sam} busy")).says("Logged M-1")


async def test_an_attempt_is_not_a_talk(chat: Chat, sam: str) -> None:
    for words, needs in (("issue=oncall", "issue="), ("ask=sign", "ask="), ("rate=2 said", "said")):
        reply = await chat.dm("@ana", f"!1on1 log {sam} noanswer {words}")
        assert reply.says(f"{needs} needs a talk, and noanswer is only an attempt")
    assert await chat.conversations() == []


async def test_after_three_attempts_somebody_else_may_try(chat: Chat, sam: str) -> None:
    for _attempt in range(2):
        assert "another organizer" not in (await chat.dm("@ana", f"!log {sam} busy")).text
    assert (await chat.dm("@ana", f"!log {sam} noanswer")).says("3 tries without a talk")
    assert (await chat.dm("@ana", f"!log {sam} reached")).says("No next step. Answer with a day")
    assert "another organizer" not in (await chat.dm("@ana", f"!log {sam} busy")).text


async def test_a_rating_rests_on_something(chat: Chat, sam: str) -> None:
    assert (await chat.dm("@ana", f"!assess {sam} 2")).says("What does that rating rest on?")
    assert (await chat.dm("@ana", f"!1on1 log {sam} reached rate=2")).says("rest on?")
    assert (await chat.dm("@ana", f"!1on1 log {sam} reached did")).says("“did” goes with a rating")
    assert await chat.assessments(sam) == []
    assert await chat.conversations() == []
    reply = await chat.dm("@ana", f'!assess {sam} 2 did "signed petition"')
    assert reply.says("M-1 Sam Okafor (Payments): 2 supports (did) “signed petition”")


async def test_zero_clears_and_keeps_the_history(chat: Chat, sam: str) -> None:
    await chat.dm("@ana", f"!assess {sam} 2 did")
    assert (await chat.dm("@ana", f"!assess {sam} 0")).says("not assessed")
    assert (await chat.dm("@ana", f"!contact show {sam}")).says("Not assessed")
    assert [r.rating for r in await chat.assessments(sam)] == [
        Assessment.NOT_ASSESSED,
        Assessment.SUPPORTS,
    ]
    async with chat.database.transaction() as tx:
        stored = [row["rating"] for row in await tx.all("SELECT rating FROM assessments")]
    assert stored == [2, None]


async def test_organizers_who_disagree_are_both_kept(chat: Chat, sam: str) -> None:
    await chat.dm("@ana", f'!assess {sam} 2 did "signed"')
    reply = await chat.dm("@ben", f"!assess {sam} 4 heard")
    assert "Disputed" not in reply.text, "Ben does not see what Ana thinks"
    shown = await chat.dm("@ana", f"!contact show {sam}")
    assert shown.says("2 supports (did, “signed”), @ana", "Disputed: 4 says no (heard), @ben")
    assert (await chat.dm("@ana", f"!assess {sam} 3 said")).says("Disputed")


async def test_notes_to_think_over_are_asked_about(chat: Chat, sam: str) -> None:
    long = "so much to tell " * 20
    for note in (f'"{long}"', '"his wife is pregnant"', '"visa runs out"', '"goes to church"'):
        reply = await chat.dm("@ana", f"!1on1 log {sam} reached note={note}")
        assert reply.says("Not saved yet", "Write only what they could read", "--yes")
    assert await chat.conversations() == []
    assert (await chat.dm("@ana", f'!1on1 log {sam} reached note="visa" --yes')).says("Logged")
    assert (await chat.dm("@ana", f'!log {sam} reached issue="health insurance"')).says("Logged")


async def test_undo_takes_back_the_last_thing_with_all_that_came_with_it(
    chat: Chat, sam: str
) -> None:
    await chat.dm("@ana", f"!1on1 log {sam} reached rate=2 did next=fri")
    await chat.dm("@ben", f"!assess {sam} 4 heard")
    assert (await chat.dm("@ana", "!undo")).says("Undone: the talk with M-1 Sam Okafor")
    assert await chat.conversations() == []
    assert [r.author for r in await chat.assessments(sam)] == ["@ben:example.org"]
    assert (await chat.dm("@ana", "!due")).says("Nothing due")
    refused = await chat.dm("@ana", "!undo")
    assert refused.says("I cannot undo adding M-1: somebody has noted something")
    await chat.dm("@ben", "!undo")
    assert (await chat.sure("@ana", "!undo")).says("Undone: adding M-1 Sam Okafor")
    assert await chat.contacts() == []
    assert (await chat.dm("@ana", "!contact find sam")).says("Nobody by that name")
    assert (await chat.dm("@ana", '!contact add "Sam Okafor"')).says("Added M-2")


async def test_undo_ends_after_fifteen_minutes(chat: Chat, sam: str) -> None:
    chat.later(minutes=14)
    await chat.dm("@ana", f"!log {sam} busy")
    chat.later(minutes=15, seconds=1)
    assert (await chat.dm("@ana", "!undo")).says("nothing in the last 15 minutes")
    assert len(await chat.conversations()) == 1
