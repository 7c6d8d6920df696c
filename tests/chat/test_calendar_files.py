"""Dates in people's own calendars: what a second file holds, and who is told when one is wrong.

Thunderbird, Nextcloud and Tuta refuse a date they have; Etar takes the first of a file; calcurse
shows what is off as if it were on. So new dates go alone, and words say what a calendar will not do.
"""

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from commands.framework.reply import Audience
from commands.meetings.plan import occurrences
from commands.time import instants
from storage.core.model import CommitteeId, UserId
from storage.meetings.answers import OldAnswers
from storage.meetings.calendar_dates import CalendarDates
from storage.meetings.meetings import Meetings
from tests.chat.conversation import Chat, Said
from tests.support.readers import in_javascript

THURSDAY = datetime(2026, 3, 26, 13, 30, tzinfo=UTC)
TUESDAY = datetime(2026, 3, 31, 9, tzinfo=UTC)
"""By then a ninth date is laid out."""
BEN = UserId("@ben:example.org")


@pytest.fixture
async def series(chat: Chat) -> Chat:
    """Every Thursday at 19:00 in Madrid, from 2 April on."""
    chat.be(THURSDAY)
    await chat.room("@ana", "!meet every Circle | thursday 19:00 | 90m")
    await chat.room("@ana", "!ok")
    chat.be(THURSDAY + timedelta(hours=6))
    return chat


@pytest.fixture
async def single(chat: Chat) -> Chat:
    chat.be(THURSDAY)
    await chat.room("@ana", "!meet new Planning | next tue 19:00 | 90m")
    await chat.room("@ana", "!ok")
    return chat


async def fetch(chat: Chat, who: str = "@ben", text: str = "!meet ics #1") -> Said:
    await chat.dm(who, text)
    return await chat.dm(who, "!ok")


def files(said: Said) -> list[list[dict[str, Any]]]:
    """Every file in an answer, as Thunderbird reads it."""
    assert all(reply.audience is Audience.PERSON for reply in said.replies)
    return [
        in_javascript("calendar", reply.calendar.text)
        for reply in said.replies
        if reply.calendar is not None
    ]


def days(events: list[dict[str, Any]]) -> list[str]:
    return [event["start"][5:10] for event in events]


FIRST_EIGHT = ["04-02", "04-09", "04-16", "04-23", "04-30", "05-07", "05-14", "05-21"]


async def test_a_file_says_how_many_dates_it_has(series: Chat) -> None:
    said = await fetch(series)
    assert said.says(
        "Here are 8 dates, Thu 2 Apr to Thu 21 May.", "Some phones take only the first"
    )
    assert len(said.text.splitlines()) <= 6
    (found,) = files(said)
    assert days(found) == FIRST_EIGHT


async def test_a_month_later_only_the_new_dates_are_in_the_file(series: Chat) -> None:
    (first,) = files(await fetch(series))
    await series.pass_time(datetime(2026, 4, 24, 9, tzinfo=UTC))
    said = await fetch(series)
    (second,) = files(said)
    assert days(second) == ["05-28", "06-04", "06-11", "06-18"]
    assert not {each["uid"] for each in first} & {each["uid"] for each in second}
    assert said.says(
        "Here are 4 dates", "The file leaves out what you have already; !meet ics #1 all"
    )


async def test_all_of_it_again_when_asked_or_when_nothing_is_new(series: Chat) -> None:
    await fetch(series)
    for text in ("!meet ics #1", "!meet ics #1 all", "!meet ics 1 ALL"):
        said = await fetch(series, text=text)
        (found,) = files(said)
        assert days(found) == FIRST_EIGHT
        assert said.says("First delete the old ones from your calendar, then open this")


async def test_one_date_for_phones_that_take_only_the_first(series: Chat) -> None:
    said = await fetch(series, text="!meet ics #1 16 apr")
    (found,) = files(said)
    assert days(found) == ["04-16"]
    assert said.says("Here is one date, Thu 16 Apr, 19:00–20:30 Madrid.")
    (rest,) = files(await fetch(series))
    assert days(rest) == [day for day in FIRST_EIGHT if day != "04-16"]
    assert (await series.dm("@ben", "!meet ics #1 17 apr")).says("no meeting on")


async def test_skipped_dates_come_last_and_only_to_those_who_had_them(series: Chat) -> None:
    await fetch(series)
    await series.room("@ana", "!meet skip #1 2 apr")
    await series.room("@ana", "!meet move #1 9 apr -> 10 apr 18:00")
    await series.room("@ana", "!ok")
    await series.pass_time(TUESDAY)
    said = await fetch(series)
    new, changed = files(said)
    assert days(new) == ["05-28"]
    assert [(each["start"][5:10], each["status"]) for each in changed] == [
        ("04-10", "CONFIRMED"),
        ("04-02", "CANCELLED"),
    ]
    assert said.says(
        "Thu 9 Apr 19:00 is now Fri 10 Apr, 18:00–19:30 Madrid",
        "First delete the old one from your calendar, then open this",
        "cancelled on Thu 2 Apr. Delete that from your calendar; most do not do that by themselves",
    )
    (theirs,) = files(await fetch(series, "@kim"))
    assert {each["status"] for each in theirs} == {"CONFIRMED"}
    assert days(theirs) == ["04-10", *FIRST_EIGHT[2:], "05-28"]


async def test_what_is_off_is_never_a_file_of_its_own(series: Chat) -> None:
    await fetch(series)
    await series.room("@ana", "!meet skip #1 2 apr")
    await series.pass_time(TUESDAY)
    said = await fetch(series)
    (new,) = files(said)
    assert days(new) == ["05-28"]
    assert {each["status"] for each in new} == {"CONFIRMED"}
    assert said.says("Meeting #1 is cancelled on Thu 2 Apr. Delete that from your calendar")
    assert "off on" not in (await fetch(series)).text


async def test_no_file_says_that_a_meeting_is_off(single: Chat) -> None:
    await fetch(single)
    gone = await single.room("@ana", "!meet cancel #1")
    assert "Tue 31 Mar 19:00 is cancelled" in gone.told("@ben")
    assert "Delete that from your calendar; most do not do that by themselves" in gone.told("@ben")
    said = await single.dm("@ben", "!meet ics #1")
    assert said.says("Meeting #1 is cancelled.", "delete it there: most calendars do not")
    assert (await single.dm("@ben", "!ok")).says("Nothing waits for your ok here")


async def test_called_off_between_asking_and_ok(single: Chat) -> None:
    await single.dm("@ben", "!meet ics #1")
    await single.room("@ana", "!meet cancel #1")
    said = await single.dm("@ben", "!ok")
    assert said.says("Meeting #1 is cancelled.")
    assert all(reply.calendar is None for reply in said.replies)


async def test_a_moved_meeting_keeps_its_id_and_counts_on(single: Chat) -> None:
    ((first,),) = files(await fetch(single))
    for sequence, when in enumerate(("wed 18:00", "fri 3 apr 18:00"), start=1):
        await single.room("@ana", f"!meet move #1 {when}")
        await single.room("@ana", "!ok")
        ((again,),) = files(await fetch(single))
        assert (again["uid"], again["sequence"]) == (first["uid"], sequence)
        assert again["modified"] > first["modified"]


async def test_a_later_file_says_a_later_time_whatever_the_clock_does(single: Chat) -> None:
    ((first,),) = files(await fetch(single))
    single.later(hours=-1)
    ((again,),) = files(await fetch(single))
    assert again["modified"] > first["modified"]


async def test_a_second_file_has_the_title_of_the_first(series: Chat) -> None:
    await fetch(series, text="!meet ics #1 title=Dentist")
    await series.room("@ana", "!meet skip #1 2 apr")
    await series.pass_time(TUESDAY)
    assert (await series.dm("@ben", "!meet ics #1")).says("“Dentist”")
    (found,) = files(await series.dm("@ben", "!ok"))
    assert {each["summary"] for each in found} == {"Dentist"}
    (every,) = files(await fetch(series, text="!meet ics #1 title=Choir"))
    assert len(every) == 8
    assert {each["summary"] for each in every} == {"Choir"}


# -- who is told -----------------------------------------------------------------------------------


async def test_a_skip_is_told_to_those_who_have_that_date(series: Chat) -> None:
    await fetch(series, "@ben")
    await fetch(series, "@kim", "!meet ics #1 9 apr")
    said = await series.room("@ana", "!meet skip #1 2 apr")
    assert "calendar file of meeting #1 is out of date" in said.told("@ben")
    assert "Thu 2 Apr 19:00 is cancelled" in said.told("@ben")
    assert said.told("@kim") == said.told("@lea") == ""


async def test_taking_a_skip_back_is_told_too(series: Chat) -> None:
    await fetch(series)
    await series.dm("@ana", "!meet skip #1 2 apr")
    undone = await series.dm("@ana", "!undo")
    assert "calendar file of meeting #1 is right again" in undone.told("@ben")
    assert "Thu 2 Apr, 19:00–20:30 Madrid: on again" in undone.told("@ben")
    (found,) = files(await fetch(series))
    assert [(d, e["sequence"]) for d, e in zip(days(found), found, strict=True)] == [("04-02", 2)]


async def test_taking_a_move_back_is_told_as_it_stands_in_the_calendar(single: Chat) -> None:
    await fetch(single, "@ben")
    await single.dm("@ana", "!meet move #1 wed 18:00")
    await single.dm("@ana", "!ok")
    await fetch(single, "@kim")
    undone = await single.dm("@ana", "!undo")
    assert "is right again" in undone.told("@ben")
    assert "Wed 1 Apr 18:00 is now Tue 31 Mar, 19:00–20:30 Madrid" in undone.told("@kim")
    assert "First delete the old one from your calendar" in undone.told("@kim")


async def test_taking_back_a_cancellation_and_the_meeting_itself(single: Chat) -> None:
    await single.dm("@ben", "!meet ics #1")
    await single.dm("@ben", "!ok")
    await single.dm("@ana", "!meet cancel #1")
    undone = await single.dm("@ana", "!undo")
    assert "Tue 31 Mar, 19:00–20:30 Madrid: on again" in undone.told("@ben")
    made = await single.sure("@ana", "!undo")
    assert "Tue 31 Mar 19:00 is cancelled" in made.told("@ben")


async def test_a_series_that_ends_is_told_once(series: Chat) -> None:
    await fetch(series)
    said = await series.room("@ana", "!meet cancel #1")
    told = said.told("@ben")
    assert told.count("calendar file of meeting #1") == 1
    assert "and 4 more" in told
    assert len(told.splitlines()) <= 7


async def test_a_longer_meeting_is_another_time_in_the_calendar(single: Chat) -> None:
    await fetch(single)
    await single.room("@ana", "!meet move #1 tue 31 mar 19:00-21:00")
    said = await single.room("@ana", "!ok")
    assert "is now Tue 31 Mar, 19:00–21:00 Madrid" in said.told("@ben")


async def test_one_date_of_a_series_that_takes_longer(series: Chat) -> None:
    """What is said back is what happens, and what stands in the calendar."""
    await fetch(series)
    echo = await series.room("@ana", "!meet move #1 2 apr -> 2 apr 18:00-20:00")
    assert echo.says("18:00–20:00")
    said = await series.room("@ana", "!ok")
    assert "Thu 2 Apr 19:00 is now Thu 2 Apr, 18:00–20:00 Madrid" in said.told("@ben")
    ((found,),) = files(await fetch(series))
    assert (found["start"][11:16], found["end"][11:16]) == ("16:00", "18:00")
    assert (await series.room("@ana", "!meet next #1")).says("Thu 9 Apr, 19:00–20:30")


async def test_wall_time_stays_when_clocks_change(chat: Chat) -> None:
    chat.be(datetime(2026, 10, 20, 9, tzinfo=UTC))
    await chat.room("@ana", "!meet every Circle | thursday 19:00 until 6 nov | 60m")
    await chat.room("@ana", "!ok")
    (found,) = files(await fetch(chat))
    assert [each["start"][5:16] for each in found] == ["10-22T17:00", "10-29T18:00", "11-05T18:00"]


async def test_forgetting_somebody_holds_for_what_a_calendar_shows(single: Chat) -> None:
    await fetch(single, text="!meet ics #1 title='Coffee with Sam Okafor'")
    await single.dm("@ana", "!contact add 'Sam Okafor' area=Payments")
    await single.sure("@lea", "!forget M-1")
    assert (await single.dm("@ben", "!meet ics #1")).says("“Coffee with […]”")


async def test_a_zone_whose_rules_change_is_told_to_holders(
    series: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    await fetch(series)
    madrid = instants.instant

    def an_hour_later(local: datetime, zone: ZoneInfo) -> datetime:
        return madrid(local, zone) + timedelta(hours=1)

    monkeypatch.setattr(occurrences, "instant", an_hour_later)
    said = await series.pass_time(series.now + timedelta(days=1))
    ours = [each for each in said if "calendar file" in each.body]
    assert [each.to for each in ours] == [BEN]
    assert "Thu 2 Apr 19:00 is now Thu 2 Apr" in ours[0].body
    assert not any(
        "calendar file" in each.body
        for each in await series.pass_time(series.now + timedelta(days=1))
    )


async def test_what_holders_are_told_names_nobody(chat: Chat) -> None:
    chat.be(THURSDAY)
    await chat.room("@ana", "!meet new Talk with Sam Okafor | next tue 19:00")
    await chat.room("@ana", "!ok")
    await fetch(chat)
    moved = await chat.room("@ana", "!meet move #1 wed 19:00")
    moved = await chat.room("@ana", "!ok")
    assert "#1" in moved.told("@ben")
    assert "Sam" not in moved.told("@ben")


async def test_whoever_leaves_is_told_nothing_more_and_the_lead_knows(series: Chat) -> None:
    await fetch(series)
    said = await series.dm("@lea", "!offboard @ben")
    assert said.says("8 dates of meetings are in @ben's calendar")
    async with series.database.transaction() as tx:
        dates = CalendarDates(tx, CommitteeId(1))
        meeting = await Meetings(tx, CommitteeId(1)).by_number(1)
        assert meeting is not None
        assert await dates.held(meeting.id, BEN) == {}
        assert await dates.last_file(meeting.id, BEN) is None
    assert (await series.room("@ana", "!meet skip #1 2 apr")).told("@ben") == ""


async def test_what_was_in_a_calendar_is_forgotten_when_it_is_over(single: Chat) -> None:
    await fetch(single, text="!meet ics #1 title=Dentist")
    async with single.database.transaction() as tx:
        await OldAnswers(tx).forget_before(THURSDAY + timedelta(days=60))
        assert await tx.value("SELECT COUNT(*) FROM calendar_dates") == 0
        assert await tx.value("SELECT COUNT(*) FROM calendar_files") == 0


async def test_two_people_s_dates_cannot_be_matched(series: Chat) -> None:
    (mine,), (theirs,) = files(await fetch(series, "@ben")), files(await fetch(series, "@kim"))
    assert not {each["uid"] for each in mine} & {each["uid"] for each in theirs}
    assert all(re.fullmatch(r"[0-9a-f]{32}@invalid", each["uid"]) for each in mine + theirs)
