"""Who of the contacts came to a meeting: noted by handle, by name or by a list, and counted."""

from datetime import timedelta

import pytest

from bot.config import Retention
from bot.jobs.retention import RetentionJob
from bot.state import Signals
from commands.framework.reply import Audience
from tests.chat.conversation import Chat

NAMES = ("Zephyrine Quill", "Bartholomew Oxley", "Philippa Thwaite", "Cornelius Ashby")


@pytest.fixture
async def met(chat: Chat) -> Chat:
    """Four people of Ana's and one of Ben's; a weekly meeting that began an hour ago."""
    for name in NAMES:
        await chat.dm("@ana", f'!contact add "{name}" area=Payments')
    await chat.dm("@ben", '!contact add "Desmond Farrow" area=Search')
    await chat.room("@ana", "!meet every Weekly | thu 19:00")
    await chat.room("@ana", "!ok")
    chat.later(days=3, hours=10)
    return chat


async def week_on(chat: Chat) -> None:
    """The next time of the meeting has begun."""
    await chat.pass_time(chat.now + timedelta(days=7))


async def test_who_came_is_noted_by_handle_and_by_name(met: Chat) -> None:
    reply = await met.dm("@ana", "!here M-1 M-3")
    assert reply.says("Weekly #1, Thu 26 Nov: 2 people noted. In total 2 of your people came.")
    assert reply.says("M-1 Zephyrine Quill, M-3 Philippa Thwaite", "!undo")
    again = await met.dm("@ana", "!attended M-1, Cornelius Ashby")
    assert again.says("1 person noted. 1 had been noted before. In total 3 of your people came.")
    assert (await met.dm("@ana", "!contact show M-1")).says("Came to 1 of the last 1 meeting")
    assert (await met.dm("@ana", "!contact show M-2")).says("Came to 0 of the last 1 meeting")


async def test_it_is_taken_back(met: Chat) -> None:
    await met.dm("@ana", "!here M-1 M-3")
    assert (await met.dm("@ana", "!undo")).says("who came to a meeting")
    assert "Came to" not in (await met.dm("@ana", "!contact show M-1")).text
    await met.dm("@ana", "!here M-1 M-3")
    met.later(days=1)
    assert (await met.dm("@ana", "!attended not M-1 at=1")).says("not there after all: M-1")
    assert (await met.dm("@ana", "!contact show M-1")).says("Came to 0 of the last 1")
    assert (await met.dm("@ana", "!attended not M-1")).says("not noted that any of them came")
    assert (await met.dm("@ana", "!attended")).says("Who came?", "type in the room: !here")


async def test_in_the_room_no_name_is_said_and_what_was_typed_goes(met: Chat) -> None:
    for text in ("!here M-1", "!here Philippa Thwaite", "!here\nCornelius Ashby\nNobody Atall"):
        reply = await met.room("@ana", text)
        assert reply.retracted
        assert reply.in_person.startswith("Weekly #1, Thu 26 Nov: 1 person noted.")
        assert not any(name in reply.text for name in (*NAMES, "Atall"))
    reply = await met.room("@ana", "!here")
    assert not reply.retracted, "members say it of themselves, in the room"


async def test_control_in_the_direct_chat_names_are_said(met: Chat) -> None:
    assert (await met.dm("@ana", "!here Philippa Thwaite")).says("Philippa Thwaite")


async def test_a_list_is_matched_as_signatures_are(met: Chat) -> None:
    reply = await met.dm(
        "@ana", "!here\n1. Quill, Zephyrine\nBartholomew Oxly\nDesmond Farrow\nNobody Atall"
    )
    assert reply.says("1 person noted", "M-1 Zephyrine Quill")
    assert reply.lists(
        "“Bartholomew Oxly”: likely M-2 Bartholomew Oxley (Payments)",
        "“Desmond Farrow”: not one of your people; a lead can note others",
        "“Nobody Atall”: not one of your people; a lead can note others",
    )
    assert reply.says("!attended M-2 at=1")
    lead = await met.dm("@lea", "!here\nDesmond Farrow\nNobody Atall")
    assert lead.says("In total 2 contacts came", "M-5 Desmond Farrow")
    assert lead.lists("“Nobody Atall”: nobody has that name")


async def test_a_list_comes_as_a_file(met: Chat) -> None:
    reply = await met.send(
        "@ana", "who.csv", "name\nZephyrine Quill\nCornelius Ashby\n", "!attended"
    )
    assert reply.says("2 people noted", "M-1 Zephyrine Quill, M-4 Cornelius Ashby")


async def test_an_organizer_notes_their_own_people(met: Chat) -> None:
    assert (await met.dm("@ana", "!here M-5")).says("M-5: not one of your people")
    assert (await met.dm("@ana", "!here M-99")).says("M-99: not one of your people")
    await met.dm("@lea", "!here M-5 M-1")
    assert (await met.dm("@ana", "!attendance")).lists("Weekly #1, Thu 26 Nov: 1")
    assert (await met.dm("@lea", "!attendance")).lists("Weekly #1, Thu 26 Nov: 2")


async def test_no_meeting_has_begun(chat: Chat) -> None:
    await chat.dm("@ana", '!contact add "Zephyrine Quill"')
    assert (await chat.dm("@ana", "!here M-1")).says("No meeting has begun yet")
    await chat.room("@ana", "!meet new Planning | fri 19:00 | 90m")
    await chat.room("@ana", "!ok")
    assert (await chat.dm("@ana", "!here M-1 at=1")).says("has not begun yet")
    assert (await chat.dm("@ana", "!attendance")).says("Nobody has noted yet")
    assert (await chat.dm("@ana", "!here")).says("type it in the committee room")


async def test_the_meeting_that_is_on_comes_first(met: Chat) -> None:
    await met.room("@ana", "!meet new Rally | today 20:30 | 60m")
    await met.room("@ana", "!ok")
    await met.room("@ana", "!meet start #2")
    assert (await met.dm("@ana", "!here M-1")).says("Rally #2")
    assert (await met.dm("@ana", "!here M-1 at=1")).says("Weekly #1")


async def test_who_came_to_the_last_three(met: Chat) -> None:
    for who in ("M-1 M-2 M-5", "M-1 M-2", "M-1 M-3 M-5"):
        await met.dm("@lea", f"!here {who}")
        await week_on(met)
    reply = await met.dm("@lea", "!attendance")
    assert reply.lists(
        "Weekly #1, Thu 10 Dec: 3",
        "Weekly #1, Thu 3 Dec: 2",
        "Weekly #1, Thu 26 Nov: 3",
        "M-1 Zephyrine Quill (Payments)",
    )
    assert "To each" not in (await met.dm("@ben", "!attendance")).text
    assert (await met.dm("@ana", "!contact show M-2")).says("Came to 2 of the last 3 meetings")


async def test_whoever_came_did_it_in_a_test_that_is_a_gathering(met: Chat) -> None:
    await met.dm("@lea", "!here M-1 M-2 M-5")
    await met.dm("@lea", '!test open petition "Paper" goal=60% --yes')
    assert (await met.dm("@lea", "!test mark paper from=1")).says(
        "is not a meeting, rally or march"
    )
    await met.dm("@lea", '!test open meeting "Assembly" goal=60% --yes')
    own = await met.dm("@ana", "!test mark assembly from=1")
    assert own.says("Assembly: did M-1 Zephyrine Quill, M-2 Bartholomew Oxley.")
    rest = await met.dm("@lea", "!test mark assembly did from=#1")
    assert rest.says("did M-5 Desmond Farrow.")
    assert (await met.dm("@lea", "!test mark assembly from=1")).says("is marked already")
    assert (await met.dm("@lea", "!test mark assembly did M-3 from=1")).says("without names")
    await met.dm("@lea", "!undo")
    assert (await met.dm("@lea", "!test names assembly did")).lists(
        "Payments: M-2 Bartholomew Oxley, M-1 Zephyrine Quill"
    )


async def test_of_two_records_of_one_person_either_counts(met: Chat) -> None:
    await met.dm("@ana", "!here M-2 M-3")
    await met.sure("@lea", "!merge M-1 M-2")
    assert (await met.dm("@ana", "!contact show M-1")).says("Came to 1 of the last 1")
    await met.dm("@ana", "!attended not M-1")
    assert (await met.dm("@ana", "!contact show M-1")).says("Came to 0 of the last 1")


async def test_whoever_asks_sees_it_and_it_goes_with_them(met: Chat) -> None:
    await met.dm("@ana", "!here M-1 M-2")
    assert (await met.dm("@ana", "!subject M-1")).says("Came to meetings", "#1 · 2026-11-26 · came")
    await met.sure("@lea", "!forget M-1")
    async with met.database.transaction() as tx:
        assert await tx.value("SELECT COUNT(*) FROM attendances") == 1


async def test_somebody_who_was_noted_is_not_taken_back(met: Chat) -> None:
    await met.dm("@ana", '!contact add "Ottoline Crake"')
    await met.dm("@lea", "!here M-6 M-1")
    assert (await met.dm("@ana", "!undo")).says("somebody has noted something about them since")


async def test_the_room_hears_nothing_of_it(met: Chat) -> None:
    reply = await met.dm("@ana", "!here M-1")
    assert reply.body(Audience.ROOM) == ""


async def test_who_came_goes_after_half_a_year_but_on_hold(met: Chat) -> None:
    await met.dm("@lea", "!here M-1 M-2")
    await met.dm("@lea", "!hold M-2 why=claim")
    clocks = RetentionJob(met.database, Retention(), Signals())
    for days, left in ((179, 2), (181, 1)):
        await clocks.run_due(met.now + timedelta(days=days))
        async with met.database.transaction() as tx:
            assert await tx.value("SELECT COUNT(*) FROM attendances") == left
