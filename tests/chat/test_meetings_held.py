"""Finding a time, preparing a meeting, holding it, and what is to be done afterwards."""

from datetime import UTC, datetime

import pytest

from tests.chat.conversation import Chat

MONDAY = datetime(2026, 3, 23, 9, 0, tzinfo=UTC)
POLL = "!meet poll Planning | tue 19:00, wed 12:30, thu 18:00 | until tomorrow 12:00 | quorum 3"


@pytest.fixture
async def asked(chat: Chat) -> Chat:
    """A poll on times is open in a committee of four."""
    chat.be(MONDAY)
    await chat.room("@ana", POLL)
    await chat.room("@ana", "!ok")
    return chat


async def test_a_poll_on_times_is_said_back_and_posted(chat: Chat) -> None:
    chat.be(MONDAY)
    said = await chat.room("@ana", POLL)
    assert said.says(
        "When are you free for Planning?", "1. Tue 24 Mar, 19:00 Madrid", "!ok to post it"
    )
    posted = await chat.room("@ana", "!ok")
    assert posted.says("Until Tue 24 Mar, 12:00 Madrid; 3 make a quorum.", "!can 1 3 maybe 2")


async def test_best_time_first_with_its_reasons(asked: Chat) -> None:
    assert (await asked.room("@ana", "!can 1 3 maybe 2")).says("yes 1, 3; if need be 2")
    await asked.room("@ben", "!can 3")
    await asked.dm("@lea", "!can 2 maybe 3")
    said = await asked.room("@kim", "!meet tally")
    assert said.says("1) Thu 26 Mar, 18:00 Madrid (3): 2 yes, 1 if need be, quorum met")
    assert said.says("2) Wed 25 Mar, 12:30 Madrid (2): 1 yes, 1 if need be, 1 short of 3")
    assert said.says("!meet pick #1 3")
    assert "ana" not in said.text


async def test_picking_makes_votes_answers(asked: Chat) -> None:
    await asked.room("@ana", "!can 3")
    await asked.room("@ben", "!can maybe 3")
    await asked.room("@lea", "!can none")
    picked = await asked.room("@ana", "!meet pick #1 3")
    assert "Planning #1: Thu 26 Mar, 18:00–19:00 Madrid." in picked.in_room
    who = await asked.room("@ana", "!meet who")
    assert who.says("yes: ana", "maybe: ben", "not answered: lea, kim")
    assert (await asked.room("@ben", "!can 1")).says("No meeting is looking for a time")


async def test_an_answer_can_be_changed_and_taken_back(asked: Chat) -> None:
    await asked.room("@ana", "!can 1")
    await asked.room("@ana", "!can 2")
    assert (await asked.room("@ana", "!meet tally")).says("(2): 1 yes")
    await asked.dm("@ana", "!undo")
    assert (await asked.room("@ana", "!meet tally")).says("1) Tue 24 Mar, 19:00 Madrid (1): 1 yes")


@pytest.mark.parametrize(
    ("typed", "noted"),
    [
        ("1 yes 2 no 3 maybe", "yes 1; if need be 3"),
        ("1-3", "yes 1, 2, 3"),
        ("all but 2", "yes 1, 3"),
        ("all", "yes 1, 2, 3"),
        ("none", "none"),
        ("1✓ 2✗ 3?", "yes 1; if need be 3"),
        ("1 no 2 no 3 no", "none"),
        ("#1 all maybe", "if need be 1, 2, 3"),
    ],
)
async def test_answers_are_noted_as_they_were_meant(asked: Chat, typed: str, noted: str) -> None:
    assert (await asked.room("@ana", f"!can {typed}")).says(f"Noted for Planning #1: {noted}.")


@pytest.mark.parametrize(
    ("typed", "asked_back"),
    [
        ("not 2", "!can all but 2"),
        ("1 yes 2 no 3", "more than one way"),
        ("1 yes 1 no", "two answers"),
        ("19:00", "numbers in front of the times"),
        ("1-9", "There is no time 4"),
    ],
)
async def test_what_is_not_plain_is_not_noted(asked: Chat, typed: str, asked_back: str) -> None:
    assert (await asked.room("@ana", f"!can {typed}")).says(asked_back)
    assert "1 yes" not in (await asked.room("@ana", "!meet tally")).text


@pytest.mark.parametrize("quorum", ["2/3", "66.7%", "two thirds", "50%+1", "3"])
async def test_a_quorum_is_a_number_or_a_share_of_all(chat: Chat, quorum: str) -> None:
    chat.be(MONDAY)
    await chat.room("@ana", f"!meet poll Talks | tue 19:00, wed 19:00 | quorum {quorum}")
    assert (await chat.room("@ana", "!ok")).says("3 make a quorum.")


async def test_who_is_needed_weighs_more_than_many(chat: Chat) -> None:
    chat.be(MONDAY)
    await chat.room("@ana", "!meet poll Talks | tue 19:00, wed 19:00 | quorum 1 | needs @lea | 90m")
    await chat.room("@ana", "!ok")
    for who in ("@ana", "@ben", "@kim"):
        await chat.room(who, "!can 1")
    await chat.room("@lea", "!can 2")
    said = await chat.room("@ana", "!meet tally")
    assert said.text.index("Wed 25 Mar") < said.text.index("Tue 24 Mar")
    assert said.says("somebody you need cannot come")


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("!can 4", "There is no time 4"),
        ("!can perhaps soon", "I do not know “soon” there"),
        ("!can #9 1", "There is no meeting #9"),
        ("!meet pick #1 7", "There is no time 7"),
        ("!meet poll X | tue 19:00", "Two to 9 times"),
        ("!meet poll X | tue 19:00, thu at 7", "can be read in several ways"),
        ("!meet poll X | tue 19:00, soon", "I cannot read “soon” as a time"),
        ("!meet poll X | tue 19:00, wed 19:00 | quorum none", "A quorum is a number of people"),
    ],
)
async def test_wrong_polls_on_times(asked: Chat, text: str, answer: str) -> None:
    assert (await asked.room("@ana", text)).says(answer)


@pytest.fixture
async def coming(chat: Chat) -> Chat:
    """A meeting on Thursday at 19:00 in Madrid; Ana, Ben and Lea come."""
    chat.be(MONDAY)
    await chat.room("@ana", "!meet every Planning | thursday 19:00 | 60m")
    await chat.room("@ana", "!ok")
    for who in ("@ana", "@ben", "@lea"):
        await chat.room(who, "!yes")
    return chat


async def test_an_agenda_has_a_running_total(coming: Chat) -> None:
    await coming.room("@ben", "!agenda add 10m strike fund report")
    said = await coming.room("@kim", "!agenda add letter to management 45m")
    assert said.says("1) strike fund report, 10 min", "2) letter to management, 45 min")
    assert said.says("55 of 60 minutes.")
    assert (await coming.room("@kim", "!agenda add talk")).says("3) talk, 5 min", "60 of 60")
    over = await coming.room("@kim", "!agenda add 1h history")
    assert over.says("120 minutes, 60 more than the meeting has.")
    assert "history" not in (await coming.room("@kim", "!agenda drop 4")).text
    assert (await coming.room("@kim", "!agenda done 9")).says("There is no 9 on the agenda")


async def test_roles_rotate_and_skip_who_is_not_coming(coming: Chat) -> None:
    first = await coming.room("@ana", "!roles")
    assert first.says("facilitator: ana (next in turn)", "notes: ben (next in turn)")
    assert first.says("stack: lea (next in turn)", "time: not filled")
    assert (await coming.room("@ana", "!swap @ben")).says("facilitator: ben", "notes: ana")
    coming.be(datetime(2026, 3, 27, 9, 0, tzinfo=UTC))
    for who in ("@ana", "@ben", "@kim"):
        await coming.room(who, "!yes")
    second = await coming.room("@ana", "!roles")
    # Kim has never had a role; Ben facilitated last.
    assert second.says("facilitator: ana (next in turn)", "notes: ben (next in turn)")
    assert second.says("stack: kim (next in turn)")


async def test_only_typed_lines_become_minutes(coming: Chat) -> None:
    await coming.room("@ben", "!agenda add 10m strike fund report")
    await coming.room("@ben", "!agenda add 10m letter")
    assert (await coming.room("@ana", "!meet start")).says("too early to start it")
    coming.be(datetime(2026, 3, 26, 18, 1, tzinfo=UTC))
    assert (await coming.room("@ana", "!decide we march")).says("No meeting is on")
    assert (await coming.room("@ana", "!meet start")).says("Planning #1 has begun")
    assert (await coming.room("@ben", "!meet start")).says("A meeting is on already")
    assert (await coming.room("@ben", "!here")).says("2 here.")
    assert (await coming.room("@ben", "!here")).says("2 here.")
    await coming.room("@kim", "nobody may know that I said this")
    assert (await coming.room("@lea", "!stack")).says("Stack: lea")
    assert (await coming.room("@ben", "!stack")).says("Stack: lea, ben")
    assert (await coming.room("@lea", "!stack done")).says("Stack: ben")
    await coming.room("@ana", "!agenda done 1")
    await coming.room("@ana", "!decide we march on Friday")
    await coming.room("@ana", "!action @ben print flyers by fri")
    await coming.room("@ana", "!action book the hall")
    coming.be(datetime(2026, 3, 26, 19, 2, tzinfo=UTC))
    ended = await coming.room("@ana", "!meet end")
    minutes = ended.in_room
    assert "Minutes of Planning #1, Thu 26 Mar, 19:01–20:02:" in minutes
    assert "here: ana, ben" in minutes
    assert "decided: we march on Friday" in minutes
    assert "to do: 1) ben: print flyers, by Fri 27 Mar" in minutes
    assert "not reached: letter" in minutes
    assert "nobody may know" not in minutes
    assert "You took on one thing in Planning:" in ended.told("@ben")
    carried = await coming.room("@ana", "!agenda carry")
    assert carried.says("letter, 10 min")


async def test_action_items_have_an_owner_and_a_day(coming: Chat) -> None:
    await coming.room("@ana", "!action @ben print flyers by fri")
    await coming.dm("@ben", "!action call the hall")
    assert (await coming.room("@lea", "!actions")).says(
        "1) ben: print flyers, Fri 27 Mar", "2) ben: call the hall"
    )
    coming.later(days=7)
    assert (await coming.room("@lea", "!actions")).says("(overdue)")
    assert (await coming.room("@lea", "!action give 1 @lea")).says("1) lea: print flyers")
    assert (await coming.room("@lea", "!action done 1")).says("Done: print flyers")
    assert (await coming.room("@lea", "!action done 1")).says(
        "There is nothing to do with the number 1"
    )
    await coming.dm("@lea", "!undo")
    assert (await coming.room("@lea", "!actions")).says("1) lea: print flyers")


async def test_quiet_hours_and_reminders_are_each_persons_own(coming: Chat) -> None:
    assert (await coming.dm("@ana", "!quiet")).says("from 22:00 to 8:00")
    assert (await coming.dm("@ana", "!quiet 21-9")).says("from 21:00 to 9:00")
    assert (await coming.dm("@ana", "!quiet off")).says("at any hour")
    assert (await coming.dm("@ana", "!quiet late")).says("“late” are not hours")
    assert (await coming.dm("@ana", "!reminders")).says("In the room I mention you")
    assert (await coming.dm("@ana", "!reminders direct")).says("by direct message")
    assert (await coming.dm("@ana", "!meet reminders off")).says("I do not remind you")
