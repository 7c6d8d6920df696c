"""Meetings as they are planned, moved, repeated and called off."""

from datetime import UTC, datetime

import pytest

from commands.framework.reply import Audience
from commands.meetings.plan.occurrences import replan
from storage.chat.committees import Committees
from storage.chat.preferences import People
from storage.core.model import UserId
from storage.meetings.meetings import Meetings
from storage.meetings.reminders import Reminders, ReminderTable
from tests.chat.conversation import Chat, Said

THURSDAY = datetime(2026, 3, 26, 13, 30, tzinfo=UTC)


@pytest.fixture
async def planners(chat: Chat) -> Chat:
    """A committee in Madrid on 26 March 2026; Ben is in New York, whose clocks have changed already."""
    chat.be(THURSDAY)
    await chat.dm("@ben", "!tz New York")
    await chat.dm("@kim", "!tz Kolkata")
    return chat


async def planned(
    chat: Chat, who: str = "@ana", text: str = "Planning | next tue 19:00 | 90m"
) -> Said:
    await chat.room(who, f"!meet new {text}")
    return await chat.room(who, "!ok")


async def due(chat: Chat) -> list[tuple[str, str, datetime]]:
    """What is planned to be said: kind, to whom, when."""
    async with chat.database.transaction() as tx:
        rows = await ReminderTable(tx).due(datetime(2100, 1, 1, tzinfo=UTC))
    return [(row.kind.value, row.recipient or "room", row.due) for row in rows]


async def test_a_meeting_is_said_back_before_it_is_made(planners: Chat) -> None:
    said = await planners.room("@ana", "!meet new Planning | next tue 19:00 | 90m")
    assert said.says("Planning: Tue 31 Mar, 19:00–20:30 Madrid (in 5 days).")
    assert said.says("New York 13:00 · Kolkata 22:30", "!ok to post it, !no to drop it.")
    assert "planned" in (await planners.room("@ana", "!meet")).text
    made = await planners.room("@ana", "!ok")
    assert made.in_room.startswith("Planning #1: Tue 31 Mar, 19:00–20:30 Madrid.")
    assert (await planners.dm("@ben", "!meet")).says(
        "#1 Planning: Tue 31 Mar, 13:00–14:30 New York"
    )
    assert (await planners.room("@ben", "!meet")).says(
        "#1 Planning: Tue 31 Mar, 19:00–20:30 Madrid"
    )


async def test_no_drops_it(planners: Chat) -> None:
    await planners.room("@ana", "!meet new Planning | next tue 19:00")
    assert (await planners.room("@ana", "!no")).says("Dropped")
    assert (await planners.room("@ana", "!ok")).says("Nothing waits for your ok here")
    assert (await planners.room("@ana", "!meet")).says("No meeting is planned")


async def test_ok_is_for_whoever_asked_and_where_they_asked(planners: Chat) -> None:
    await planners.room("@ana", "!meet new Planning | next tue 19:00")
    assert (await planners.room("@ben", "!ok")).says("Nothing waits")
    assert (await planners.dm("@ana", "!ok")).says("Nothing waits")
    planners.later(minutes=31)
    assert (await planners.room("@ana", "!ok")).says("Nothing waits")


@pytest.mark.parametrize(
    ("typed", "choices"),
    [
        ("29 mar 02:30", ["Sun 29 Mar, 01:30", "Sun 29 Mar, 03:30"]),
        ("25 oct 02:30", ["(UTC+2)", "(UTC+1)"]),
        ("4/5 19:00", ["Sun 5 Apr, 19:00", "Mon 4 May, 19:00"]),
        ("tue at 7", ["07:00", "19:00"]),
    ],
)
async def test_what_can_be_read_two_ways_is_asked(
    planners: Chat, typed: str, choices: list[str]
) -> None:
    said = await planners.room("@ana", f"!meet new Planning | {typed}")
    assert said.says(*choices, "!ok 1")
    assert (await planners.room("@ana", "!ok")).says("Which one? A number from 1 to 2.")
    assert (await planners.room("@ana", "!ok 3")).says("Which one?")
    assert (await planners.room("@ana", "!ok 2")).says("Planning #1", choices[1].split("(")[0])


async def test_the_second_of_two_equal_times_is_kept(planners: Chat) -> None:
    await planners.room("@ana", "!meet new Night shift | 25 oct 02:30 | 30m")
    await planners.room("@ana", "!ok 2")
    async with planners.database.transaction() as tx:
        committee = (await Committees(tx).all())[0]
        (only,) = await Meetings(tx, committee.id).ahead(planners.now, 5)
    assert only.at == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    assert only.start.fold == 1


async def test_reminders_are_planned_with_it_and_move_with_it(planners: Chat) -> None:
    await planned(planners)
    at = datetime(2026, 3, 31, 17, 0, tzinfo=UTC)
    kinds = {kind: when for kind, _who, when in await due(planners)}
    # The day before at the same time on the clock.
    assert kinds["day before"] == datetime(2026, 3, 30, 17, 0, tzinfo=UTC)
    assert kinds["at the door"] == at.replace(hour=16, minute=50)
    assert len(kinds) == 6
    await planners.room("@ana", "!meet move #1 wed 18:00")
    await planners.room("@ana", "!ok")
    moved = {kind: when for kind, _who, when in await due(planners)}
    assert moved["start"] == datetime(2026, 4, 1, 16, 0, tzinfo=UTC)
    assert len(moved) == 6


async def test_planning_again_changes_nothing(planners: Chat) -> None:
    await planned(planners)
    before = await due(planners)
    async with planners.database.transaction() as tx:
        committee = (await Committees(tx).all())[0]
        meetings = Meetings(tx, committee.id)
        (only,) = await meetings.open()
        assert await replan(meetings, Reminders(tx, committee.id), only.id, planners.now) == []
    assert await due(planners) == before


async def test_who_had_answered_is_asked_again_when_it_moves(planners: Chat) -> None:
    await planned(planners)
    await planners.room("@ben", "!yes")
    await planners.room("@lea", "!no")
    assert (await planners.room("@kim", "!maybe #1")).says("1 yes, 1 maybe, 1 no")
    await planners.dm("@ana", "!meet move #1 wed 19:00")
    moved = await planners.dm("@ana", "!ok")
    told = moved.in_room
    assert "moved: Wed 1 Apr, 19:00–20:30 Madrid, no longer Tue 31 Mar" in told
    assert "ben, kim: can you still come?" in told
    assert "lea" not in told
    mentioned = [reply.mentions for reply in moved.replies if reply.audience is Audience.ROOM]
    assert mentioned == [("@ben:example.org", "@kim:example.org")]
    who = await planners.room("@ana", "!meet who")
    assert who.says("answered for the old time: ben, kim, lea", "not answered: ana")
    assert (await planners.room("@ben", "!yes")).says("So far: 1 yes, 0 maybe, 0 no.")


async def test_two_organizers_moving_one_meeting_do_not_undo_each_other(planners: Chat) -> None:
    await planned(planners)
    await planners.room("@ana", "!meet move #1 wed 19:00")
    await planners.room("@ben", "!meet move #1 thu 2 apr 19:00")
    await planners.room("@ben", "!ok")
    late = await planners.room("@ana", "!ok")
    assert late.says("Somebody else has just changed that meeting")
    assert (await planners.room("@ana", "!meet")).says("Thu 2 Apr")


async def test_undo_gives_the_old_time_back_and_its_reminders(planners: Chat) -> None:
    await planned(planners)
    before = await due(planners)
    await planners.room("@ana", "!meet move #1 wed 18:00")
    await planners.room("@ana", "!ok")
    assert (await planners.dm("@ana", "!undo")).says("Undone: your change to Planning #1.")
    assert (await planners.room("@ana", "!meet")).says("Tue 31 Mar, 19:00–20:30")
    assert await due(planners) == before
    await planners.sure("@ana", "!undo")
    assert (await planners.room("@ana", "!meet")).says("No meeting is planned")
    assert await due(planners) == []


async def test_a_series_is_said_back_in_words_with_its_first_days(planners: Chat) -> None:
    said = await planners.room(
        "@ana", "!meet every Planning | other thursday 19:00 until july | 90m"
    )
    assert said.says("Planning: every other Thursday, 19:00–20:30 Madrid, until Tue 30 Jun.")
    assert said.says("The first ones: Thu 26 Mar, Thu 9 Apr, Thu 23 Apr.")
    await planners.room("@ana", "!ok")
    assert (await planners.room("@ben", "!meet next #1")).says("Thu 26 Mar", "Thu 9 Apr")


async def test_one_time_of_a_series_is_skipped_and_one_moved(planners: Chat) -> None:
    await planners.room("@ana", "!meet every Planning | thursday 19:00 | 60m")
    await planners.room("@ana", "!ok")
    said = await planners.room("@ana", "!meet skip #1 9 apr")
    assert said.says(
        "Planning #1 is skipped on Thu 9 Apr. The next one is Thu 16 Apr, 19:00–20:00 Madrid."
    )
    await planners.room("@ana", "!meet move #1 16 apr -> 15 apr 18:00")
    await planners.room("@ana", "!ok")
    coming = await planners.room("@ana", "!meet next #1")
    assert coming.says("Thu 2 Apr", "Thu 9 Apr, 19:00–20:00 Madrid (skipped)", "Wed 15 Apr, 18:00")
    assert (await planners.room("@ana", "!meet move #1 wed 18:00")).says("#1 repeats")
    assert (await planners.room("@ana", "!meet skip #1 10 apr")).says("no meeting on “10 apr”")
    await planners.dm("@ana", "!undo")
    await planners.sure("@ana", "!undo")
    assert "skipped" not in (await planners.room("@ana", "!meet next #1")).text


async def test_a_series_keeps_its_wall_time_when_clocks_change(planners: Chat) -> None:
    await planners.room("@ana", "!meet every Planning | thursday 19:00 | 60m")
    await planners.room("@ana", "!ok")
    async with planners.database.transaction() as tx:
        committee = (await Committees(tx).all())[0]
        times = await Meetings(tx, committee.id).ahead(planners.now, 3)
    assert [each.start.hour for each in times] == [19, 19, 19]
    assert [each.at.hour for each in times] == [18, 17, 17]


async def test_cancelled_means_nothing_is_said_any_more(planners: Chat) -> None:
    await planned(planners)
    assert (await planners.room("@ana", "!meet cancel #1")).says("Planning #1 is cancelled.")
    assert await due(planners) == []
    assert (await planners.room("@ben", "!yes #1")).says("Meeting #1 is cancelled")


async def test_fair_shows_clocks_and_never_names(planners: Chat) -> None:
    await planners.room("@ana", "!meet every Planning | thursday 19:00 | 60m")
    await planners.room("@ana", "!ok")
    said = await planners.room("@ana", "!meet fair")
    assert said.says("Kolkata’s clock: 6 of 6 meetings outside 8–22", "Madrid’s clock: 0 of 6")
    assert "kim" not in said.text
    assert said.says("A second time of day")


async def test_zones_are_not_listed_with_people(planners: Chat) -> None:
    async with planners.database.transaction() as tx:
        assert await People(tx).zone(UserId("@ben:example.org")) is not None
    said = await planners.room("@ana", "!meet new Planning | next tue 19:00")
    assert "ben" not in said.text


@pytest.mark.parametrize("place", ["room", "dm"])
async def test_a_link_is_taken_away_and_said_nowhere(planners: Chat, place: str) -> None:
    await planned(planners)
    secret = "https://meet.example.org/Xq7-hidden-room"
    say = planners.room if place == "room" else planners.dm
    said = await say("@ana", f"!meet link #1 {secret}")
    assert said.retracted
    assert "hidden" not in said.text
    for text in ("!meet", "!meet next #1", "!meet who", "!agenda", "!roles"):
        assert "hidden" not in (await planners.room("@ben", text)).text


@pytest.mark.parametrize(
    "text",
    [
        "!meet lnik #1 https://meet.example.org/hidden",
        "!meet link #9 https://meet.example.org/hidden",
        "!meet link https://meet.example.org/hidden",
        "!meet link #1 https://meet.example.org/hidden extra words",
        "!meet new https://meet.example.org/hidden | tue 19:00",
        "!meet new Planning | https://meet.example.org/hidden",
        "!agenda add 10m join https://meet.example.org/hidden",
        "!action @ben join meet.example.org/hidden by fri",
        "!link https://meet.example.org/hidden",
    ],
)
async def test_a_link_in_a_wrong_command_is_taken_away_too(planners: Chat, text: str) -> None:
    await planned(planners)
    said = await planners.room("@ana", text)
    assert said.retracted
    assert "hidden" not in said.text
    assert "hidden" not in (await planners.room("@ana", "!agenda")).text


async def test_at_the_door_a_link_is_said_at_once(planners: Chat) -> None:
    await planned(planners)
    planners.be(datetime(2026, 3, 31, 16, 55, tzinfo=UTC))
    said = await planners.room("@ana", "!meet link #1 https://meet.example.org/Xq7-hidden-room")
    assert said.retracted
    assert "Xq7-hidden-room" in said.body(Audience.ROOM)
    assert "hidden" not in said.here


async def test_a_calendar_file_comes_after_a_warning_and_names_nothing(planners: Chat) -> None:
    await planned(planners)
    await planners.room("@ana", "!meet link #1 https://meet.example.org/Xq7-hidden-room")
    warned = await planners.room("@ben", "!meet ics #1")
    assert warned.says("will not be encrypted", "“Appointment”")
    sent = await planners.room("@ben", "!ok")
    (reply,) = sent.replies
    assert reply.audience is Audience.PERSON
    assert reply.calendar is not None
    text = reply.calendar.text
    assert "DTSTART:20260331T170000Z\r\n" in text
    assert "SUMMARY:Appointment\r\n" in text
    for word in ("Planning", "Payments", "example.org", "ben", "Madrid", "hidden", "Steward"):
        assert word not in text
    await planners.room("@ana", "!meet move #1 wed 18:00")
    moved = await planners.room("@ana", "!ok")
    assert "calendar file of meeting #1 is out of date" in moved.told("@ben")
    await planners.room("@ben", "!meet ics #1")
    again = (await planners.room("@ben", "!ok")).replies[0].calendar
    assert again is not None
    assert "SEQUENCE:1\r\n" in again.text
    uid = next(row for row in text.splitlines() if row.startswith("UID:"))
    assert uid in again.text


async def test_one_word_is_enough_in_the_direct_chat(planners: Chat) -> None:
    await planners.dm("@ana", "meet new Planning | next tue 19:00 | 90m")
    assert (await planners.dm("@ana", "ok")).says("Done; the room knows.")
    assert (await planners.dm("@ben", "Yes")).says("Noted: yes for Planning #1")
    assert (await planners.dm("@kim", "maybe")).says("Noted: maybe")
    assert (await planners.dm("@lea", "no.")).says("Noted: no")
    for text in ("!meet", "!meet who", "!roles", "!agenda", "!meet next #1"):
        assert len((await planners.room("@ana", text)).text.splitlines()) <= 8
