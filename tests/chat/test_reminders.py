"""What is said unasked about meetings: when, to whom, and when not. The engine is the real one."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from commands.meetings.plan import occurrences
from commands.time.instants import instant
from commands.zones import release
from storage.chat.outbox import ContentKind
from storage.meetings.answers import OldAnswers
from tests.chat.conversation import Chat
from tests.support.reminded import Told
from tests.support.zone_data import call_it, system_copy

MONDAY = datetime(2026, 3, 30, 9, 0, tzinfo=UTC)
STARTS = datetime(2026, 3, 31, 17, 0, tzinfo=UTC)
"""Tuesday, 19:00 in Madrid."""
LINK = "https://meet.example.org/Xq7-hidden-room"


@pytest.fixture
async def coming(chat: Chat) -> Chat:
    """A meeting tomorrow at 19:00 in Madrid: Ana comes, Ben perhaps, Lea does not, Kim has not said."""
    chat.be(MONDAY)
    await chat.room("@ana", "!meet new Planning | tomorrow 19:00 | 90m")
    await chat.room("@ana", "!ok")
    await chat.room("@ana", "!yes")
    await chat.room("@ben", "!maybe")
    await chat.room("@lea", "!no")
    return chat


def names(told: Told) -> set[str]:
    return {each.partition(":")[0].removeprefix("@") for each in told.mentions}


async def test_four_times_in_the_words_of_each(coming: Chat) -> None:
    await coming.room("@ana", f"!meet link #1 {LINK}")
    said = await coming.pass_time(STARTS + timedelta(hours=3))
    about = [each for each in said if "Planning #1" in each.body and "facilitates" not in each.body]
    assert [each.at for each in about] == [
        STARTS - timedelta(days=1),
        STARTS - timedelta(hours=1),
        STARTS - timedelta(minutes=10),
        STARTS,
    ]
    assert [each.body.splitlines()[0] for each in about] == [
        "Planning #1 begins tomorrow: Tue 31 Mar, 19:00–20:30 Madrid.",
        "Planning #1 begins in 60 minutes: Tue 31 Mar, 19:00–20:30 Madrid.",
        "Planning #1 begins in 10 minutes: Tue 31 Mar, 19:00–20:30 Madrid.",
        "Planning #1 starts now: Tue 31 Mar, 19:00–20:30 Madrid.",
    ]
    assert all(each.to == "room" for each in about)
    # The link comes at the door, and not before.
    assert [LINK in each.body for each in about] == [False, False, True, True]
    assert [names(each) for each in about] == [
        {"ana", "ben", "kim"},
        {"ana", "ben"},
        {"ana", "ben"},
        {"ana", "ben"},
    ]


async def test_the_link_is_forgotten_when_it_is_over(coming: Chat) -> None:
    await coming.room("@ana", f"!meet link #1 {LINK}")
    async with coming.database.transaction() as tx:
        assert await tx.value("SELECT COUNT(*) FROM meeting_links") == 1
    await coming.pass_time(STARTS + timedelta(hours=3))
    async with coming.database.transaction() as tx:
        assert await tx.value("SELECT COUNT(*) FROM meeting_links") == 0


async def test_each_once_whatever_happens(coming: Chat) -> None:
    await coming.pass_time(STARTS)
    assert await coming.reminded.look() == []
    coming.reminded.restart()
    assert await coming.reminded.look() == []
    coming.be(STARTS - timedelta(hours=1))
    assert await coming.reminded.look() == []
    coming.be(STARTS + timedelta(minutes=1))
    assert await coming.reminded.look() == []


async def test_after_an_outage_the_truth_is_said_once(coming: Chat) -> None:
    await coming.reminded.look()
    coming.be(STARTS + timedelta(minutes=20))
    coming.reminded.restart()
    said = await coming.reminded.look()
    assert said[0].body.startswith("Planning #1 started 20 minutes ago")
    assert said[1].body == "I was offline 11:00–19:20: 1 late, 4 skipped."
    assert len(said) == 2
    states = await coming.reminded.states()
    assert states.count(("day before", "expired")) == 1
    assert states.count(("start", "sent")) == 1


async def test_too_late_is_not_said(coming: Chat) -> None:
    await coming.reminded.look()
    coming.be(STARTS + timedelta(minutes=31))
    said = await coming.reminded.look()
    assert [each.body for each in said] == ["I was offline 11:00–19:31: 0 late, 5 skipped."]


async def test_what_waits_in_the_outbox_is_not_said_stale(coming: Chat) -> None:
    """The homeserver was away: the words are those of the moment they go, or there are none."""
    coming.be(STARTS - timedelta(hours=1))
    await coming.reminded.engine.send_due()
    coming.be(STARTS - timedelta(minutes=25))
    (late,) = [told for told in await coming.reminded.send() if "begins" in told.body]
    assert "begins in 25 minutes" in late.body
    coming.be(STARTS - timedelta(minutes=10))
    await coming.reminded.engine.send_due()
    coming.be(STARTS + timedelta(minutes=11))
    assert [t for t in await coming.reminded.send() if "Planning #1" in t.body] == []


async def test_tried_and_too_late_is_never_said_again(coming: Chat) -> None:
    """Whoever tried before cannot know whether it arrived."""
    coming.be(STARTS - timedelta(minutes=10))
    await coming.reminded.engine.send_due()
    parcels = [p for p in coming.reminded.outbox.parcels if p.kind is ContentKind.REMINDER]
    first = await coming.reminded.texts.said(parcels[-1].source)
    again = await coming.reminded.texts.said(parcels[-1].source)
    assert first is not None
    assert first == again
    coming.be(STARTS + timedelta(minutes=11))
    assert await coming.reminded.texts.said(parcels[-1].source) is None
    assert ("at the door", "unknown") in await coming.reminded.states()


async def test_a_clock_set_back_makes_nothing_early(coming: Chat) -> None:
    coming.be(STARTS - timedelta(minutes=10))
    await coming.reminded.engine.send_due()
    coming.be(STARTS - timedelta(minutes=70))
    assert [t for t in await coming.reminded.send() if "begins" in t.body] == []
    said = await coming.pass_time(STARTS - timedelta(minutes=9))
    assert [t.at for t in said if "begins in" in t.body][-1] == STARTS - timedelta(minutes=10)


async def test_moved_after_it_was_queued(coming: Chat) -> None:
    coming.be(STARTS - timedelta(hours=1))
    await coming.reminded.engine.send_due()
    await coming.room("@ana", "!meet move #1 wed 19:00")
    await coming.room("@ana", "!ok")
    assert [t for t in await coming.reminded.send() if "begins" in t.body] == []


async def test_who_sleeps_is_not_pinged_unless_they_said_yes(chat: Chat) -> None:
    chat.be(MONDAY)
    await chat.dm("@ben", "!tz Tokyo")
    await chat.dm("@ana", "!tz Tokyo")
    await chat.room("@ana", "!meet new Planning | tomorrow 19:00 | 90m")
    await chat.room("@ana", "!ok")
    await chat.room("@ana", "!yes")
    await chat.room("@ben", "!maybe")
    said = await chat.pass_time(STARTS)
    about = [each for each in said if "begins" in each.body or "starts" in each.body]
    # 2 in the morning in Tokyo: an hour before nobody is woken, at the door whoever said yes is.
    assert "ana" not in names(about[1])
    assert "ana" in names(about[2])
    assert all("ben" not in names(each) for each in about)
    await chat.dm("@ben", "!quiet off")


async def test_by_direct_message_for_whoever_wants_it(coming: Chat) -> None:
    await coming.dm("@ben", "!reminders direct")
    await coming.dm("@ana", "!reminders off")
    said = await coming.pass_time(STARTS + timedelta(minutes=1))
    room = [each for each in said if each.to == "room" and "Planning #1 " in each.body]
    assert all(not names(each) & {"ana", "ben"} for each in room)
    ben = [each for each in said if each.to == "@ben:example.org"]
    assert len(ben) == 4
    assert not [each for each in said if each.to == "@ana:example.org"]
    assert all(LINK not in each.body for each in ben)


async def test_the_day_before_waits_for_the_morning(chat: Chat) -> None:
    chat.be(MONDAY)
    await chat.dm("@ben", "!tz Tokyo")
    await chat.dm("@ben", "!reminders direct")
    await chat.room("@ana", "!meet new Planning | wed 19:00 | 90m")
    await chat.room("@ana", "!ok")
    said = await chat.pass_time(datetime(2026, 4, 1, 17, 0, tzinfo=UTC))
    ben = [each for each in said if each.to == "@ben:example.org"]
    # 19:00 in Madrid is 2:00 in Tokyo; eight o'clock there is one o'clock at night in Madrid.
    assert [each.at for each in ben] == [datetime(2026, 3, 31, 23, 0, tzinfo=UTC)]
    assert "begins in 18 hours" in ben[0].body


async def test_nobody_facilitates(coming: Chat) -> None:
    said = await coming.pass_time(STARTS - timedelta(hours=1, minutes=30))
    (asked,) = [each for each in said if "facilitates" in each.body]
    assert names(asked) == {"ana"}


async def test_clocks_change_for_some(chat: Chat) -> None:
    """New York's clocks change on 8 March 2026, Madrid's on the 29th."""
    chat.be(datetime(2026, 3, 2, 9, 0, tzinfo=UTC))
    await chat.dm("@ben", "!tz New York")
    await chat.room("@ana", "!meet every Planning | thursday 19:00 | 60m")
    await chat.room("@ana", "!ok")
    said = await chat.pass_time(datetime(2026, 4, 3, 9, 0, tzinfo=UTC))
    heads_up = [each for each in said if each.body.startswith("Clocks change")]
    assert [f"{each.at:%d %b}" for each in heads_up] == ["09 Mar", "30 Mar"]
    assert "New York: 14:00 this time, 13:00 last time" in heads_up[0].body
    assert "New York: 13:00 this time, 14:00 last time" in heads_up[1].body
    assert "Planning #1 stays at 19:00 in Madrid, Thu 12 Mar" in heads_up[0].body


@pytest.fixture
async def asked(chat: Chat) -> Chat:
    """When can you? Until Wednesday noon; three make a quorum."""
    chat.be(MONDAY)
    await chat.room("@ana", "!meet poll Talk | thu 19:00, fri 19:00 | until wed 12:00 | quorum 3")
    await chat.room("@ana", "!ok")
    return chat


async def test_only_the_silent_are_asked_again(asked: Chat) -> None:
    await asked.room("@ana", "!can 1")
    await asked.room("@lea", "!meet mute #1")
    said = await asked.pass_time(datetime(2026, 3, 31, 12, 0, tzinfo=UTC))
    (nag,) = [each for each in said if "when are you free" in each.body]
    assert names(nag) == {"ben", "kim"}
    assert nag.at == datetime(2026, 3, 31, 10, 0, tzinfo=UTC)


async def test_nobody_answers_a_poll_on_times(asked: Chat) -> None:
    said = await asked.pass_time(datetime(2026, 4, 1, 10, 0, tzinfo=UTC))
    closed = said[-1].body
    assert closed.startswith("Time is up for Talk #1.")
    assert "0 yes, 3 short of 3" in closed
    assert "so I wait one more day" in closed
    assert "ana" not in closed
    said = await asked.pass_time(datetime(2026, 4, 2, 10, 0, tzinfo=UTC))
    assert "The person who plans it decides" in said[-1].body
    assert [each for each in said if "when are you free" in each.body] != []
    assert await asked.pass_time(datetime(2026, 4, 4, 10, 0, tzinfo=UTC)) == []


async def test_a_quorum_is_said_and_not_acted_upon(asked: Chat) -> None:
    for who in ("@ana", "@ben", "@lea"):
        await asked.room(who, "!can 2")
    said = await asked.pass_time(datetime(2026, 4, 1, 10, 0, tzinfo=UTC))
    assert "To choose it: !meet pick #1 2" in said[-1].body
    assert (await asked.room("@ana", "!meet")).says("No meeting is planned")


async def test_owners_are_reminded_on_their_own_morning(coming: Chat) -> None:
    await coming.dm("@ben", "!tz Tokyo")
    await coming.room("@ana", "!action @ben print flyers by thu")
    said = await coming.pass_time(datetime(2026, 4, 2, 12, 0, tzinfo=UTC))
    (told,) = [each for each in said if each.body.startswith("Today: action 1.")]
    assert told.to == "@ben:example.org"
    assert told.at == datetime(2026, 4, 2, 0, 0, tzinfo=UTC)
    await coming.room("@ana", "!action done 1")
    assert not [
        t for t in await coming.pass_time(MONDAY + timedelta(days=8)) if "action 1" in t.body
    ]


async def test_the_week_s_list(coming: Chat) -> None:
    await coming.room("@ana", "!action @ben print flyers by thu")
    await coming.room("@ana", "!action call the hall by 20 apr")
    said = await coming.pass_time(datetime(2026, 4, 6, 12, 0, tzinfo=UTC))
    (week,) = [each for each in said if each.body.startswith("2 things to do")]
    assert week.at == datetime(2026, 4, 6, 7, 0, tzinfo=UTC)
    assert "1 overdue" in week.body


async def test_what_somebody_leaves_behind_is_offered_to_the_room(coming: Chat) -> None:
    await coming.room("@ana", "!action @ben print flyers by thu")
    del coming.roles["@ben"]
    said = await coming.pass_time(MONDAY + timedelta(minutes=20))
    (offered,) = [each for each in said if "The person who had action 1 has left." in each.body]
    assert "!action give 1 @li" in offered.body
    assert (await coming.room("@ana", "!actions")).says("1) nobody: print flyers")
    said = await coming.pass_time(datetime(2026, 4, 2, 12, 0, tzinfo=UTC))
    assert not [each for each in said if each.to == "@ben:example.org"]


async def test_a_series_goes_on_beyond_what_was_laid_out(chat: Chat) -> None:
    chat.be(MONDAY)
    await chat.room("@ana", "!meet every Planning | thursday 19:00 | 60m")
    await chat.room("@ana", "!ok")
    await chat.pass_time(MONDAY + timedelta(days=120))
    assert (await chat.room("@ana", "!meet")).says("Thu 30 Jul")


async def test_who_came_is_forgotten_after_a_month(coming: Chat) -> None:
    await coming.pass_time(STARTS)
    await coming.room("@ana", "!meet start")
    await coming.room("@ana", "!decide we march")
    await coming.room("@ana", "!meet end")
    counted = (
        "SELECT (SELECT COUNT(*) FROM rsvps), (SELECT COUNT(*) FROM meeting_drafts), "
        "(SELECT COUNT(*) FROM minute_lines WHERE kind = 'here'), "
        "(SELECT COUNT(*) FROM minute_lines WHERE kind = 'decide')"
    )
    async with coming.database.transaction() as tx:
        await OldAnswers(tx).forget_before(STARTS)
        before = await tx.one(counted)
        await OldAnswers(tx).forget_before(STARTS + timedelta(hours=2))
        after = await tx.one(counted)
    assert before is not None
    assert after is not None
    assert tuple(before) == (3, 0, 1, 1)
    assert tuple(after) == (0, 0, 0, 1)


async def test_zones_change_their_rules_under_a_series(
    chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A new release of the zones: what was agreed stays on the wall, and the room hears of it."""
    chat.be(MONDAY)
    await chat.room("@ana", "!meet new Planning | 2026-12-01 19:00 | 90m")
    await chat.room("@ana", "!ok")
    monkeypatch.setattr(
        occurrences, "instant", lambda local, zone: instant(local, zone) - timedelta(hours=1)
    )
    chat.reminded.restart()
    (told,) = await chat.reminded.look()
    assert "Planning #1 stays at Tue 1 Dec, 19:00–20:30 Madrid, but" in told.body
    said = await chat.pass_time(datetime(2026, 12, 1, 18, 0, tzinfo=UTC))
    begins = [each for each in said if "starts now" in each.body]
    assert [each.at for each in begins] == [datetime(2026, 12, 1, 17, 0, tzinfo=UTC)]
    assert chat.reminded.outbox.parcels == []


async def test_the_system_s_zones_are_updated_while_the_bot_runs(
    chat: Chat, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever updates the machine does not restart the bot: within ten minutes it goes by the new rules."""
    chat.be(MONDAY)
    with system_copy(tmp_path, "2020a", {"Europe/Madrid": "Europe/London"}, monkeypatch):
        release.use_newest()
        chat.reminded.restart()
        await chat.reminded.look()
        await chat.room("@ana", "!meet new Planning | 2026-12-01 19:00 | 90m")
        await chat.room("@ana", "!ok")
        assert await chat.pass_time(MONDAY + timedelta(minutes=15)) == []
        call_it(tmp_path, "2099a")
        (told,) = await chat.pass_time(MONDAY + timedelta(minutes=30))
        assert "Planning #1 stays at Tue 1 Dec, 19:00–20:30 Madrid, but" in told.body
        said = await chat.pass_time(datetime(2026, 12, 1, 20, 0, tzinfo=UTC))
        begins = [each for each in said if "starts now" in each.body]
        assert [each.at for each in begins] == [datetime(2026, 12, 1, 19, 0, tzinfo=UTC)]


async def test_a_clock_set_back_takes_nothing_from_a_series(chat: Chat) -> None:
    chat.be(MONDAY)
    await chat.room("@ana", "!meet every Planning | every day 19:00 | 60m")
    await chat.room("@ana", "!ok")
    async with chat.database.transaction() as tx:
        before = await tx.all("SELECT id, seq, live FROM occurrences ORDER BY id")
    chat.be(MONDAY - timedelta(hours=3))
    chat.reminded.restart()
    await chat.reminded.look()
    async with chat.database.transaction() as tx:
        after = await tx.all("SELECT id, seq, live FROM occurrences ORDER BY id")
    assert [tuple(row) for row in after] == [tuple(row) for row in before]
