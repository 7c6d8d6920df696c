"""A meeting of the coalition: times for all, each committee asks its own people, one time on every clock."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from commands.coalition.bodies import Parting
from commands.coalition.meetings import asking
from commands.coalition.seat import Seat
from commands.meetings.plan.occurrences import replan
from storage.chat.facts import RESTORED_AT, Facts
from storage.coalition.meetings import SharedMeetings
from storage.coalition.retention import OldCoalitionRecords
from storage.core.model import Coming
from storage.core.rows import millis
from storage.meetings.answers import Rsvps
from storage.meetings.meetings import Meetings
from storage.meetings.reminders import Reminders, ReminderTable
from tests.support.coalition_bus import Bus
from tests.support.coalition_meetings import (
    EVERYBODY,
    FIVE,
    MEET,
    all_say,
    chapters,
    proposed,
    set_for,
    when,
)


async def coming(seat: Seat) -> dict[str, Coming]:
    """Who comes to the committee's own meeting."""
    meetings = seat.repository(Meetings)
    (shared,) = await seat.repository(SharedMeetings).all()
    (occurrence,) = await meetings.occurrences(shared.meeting)
    said = await seat.repository(Rsvps).of(occurrence.id)
    return {str(who): each.answer for who, each in said.items()}


async def test_a_meeting_across_seven_hours(begun: Path) -> None:
    async with chapters("Berlin", "Milan", "Shenzhen", begun=begun) as bus:
        asked = await proposed(bus)
        assert "Sat 28 Nov, 17:00 Shanghai · Berlin 10:00" in asked["Shenzhen"]
        await all_say(bus, "Berlin", "1 2")
        await all_say(bus, "Milan", "2")
        await all_say(bus, "Shenzhen", "2")
        await bus.later(days=4)
        told = bus["Berlin"].to_leads
        assert "1) Sun 29 Nov, 14:00 Berlin (2): at least 15 yes, of 15" in told
        assert "fewest in Milan, at least 0 of 5" in told
        said = await bus["Berlin"].lead("!coalition pick #1 2")
        assert said.says(
            "All committees hear of #1 now", "Joint demands #1: Sun 29 Nov, 14:00–15:30 Berlin."
        )
        await bus.settle()
        assert "Joint demands #1: Sun 29 Nov, 21:00–22:30 Shanghai." in bus["Shenzhen"].in_room
        assert "Joint demands #1: Sun 29 Nov, 14:00–15:30 Rome." in bus["Milan"].in_room
        assert await bus.equal(when) == [
            (datetime(2026, 11, 29, 13, 0, tzinfo=UTC), 90, True, "Joint demands")
        ]
        people = await bus["Milan"].do(coming)
        assert people == {f"{who}:example.org": Coming.YES for who in FIVE}


async def test_a_committee_that_says_nothing_delays_nobody_for_more_than_an_hour(
    begun: Path,
) -> None:
    async with chapters("Berlin", "Milan", "Shenzhen", begun=begun) as bus:
        await bus["Berlin"].lead(MEET)
        await bus["Berlin"].lead("!coalition ok")
        await bus.settle()
        await bus["Milan"].lead("!coalition ok")
        bus.away.add("Shenzhen")
        await bus.settle()
        await all_say(bus, "Berlin", "1 2")
        await all_say(bus, "Milan", "1 2")
        for chapter in bus.chapters.values():
            chapter.chat.be(datetime(2026, 11, 26, 19, 1, tzinfo=UTC))
        await bus.settle()
        assert "Time is up" not in bus["Berlin"].to_leads
        await bus.later(minutes=61)
        assert "Not heard from: Shenzhen." in bus["Berlin"].to_leads
        bus.away.discard("Shenzhen")
        await bus.settle()
        await bus["Berlin"].lead("!coalition pick #1 1")
        await bus.settle()
        assert "Joint demands" not in bus["Shenzhen"].in_room, "its leads did not agree"


async def test_a_no_is_not_waited_for(begun: Path) -> None:
    async with chapters("Berlin", "Milan", "Shenzhen", begun=begun) as bus:
        await bus["Berlin"].lead(MEET)
        waiting = await bus["Berlin"].lead("!coalition")
        assert waiting.says("Shall I propose Joint demands to the other committees?")
        assert "Berlin proposes" not in waiting.text, "its own read like another committee's"
        await bus["Berlin"].lead("!coalition ok")
        await bus.settle()
        assert "Berlin proposes a meeting of the coalition: Joint demands." in bus["Milan"].to_leads
        assert (await bus["Milan"].lead("!coalition no")).text
        await bus["Shenzhen"].lead("!coalition ok")
        await bus.settle()
        for chapter in bus.chapters.values():
            chapter.chat.be(datetime(2026, 11, 26, 19, 1, tzinfo=UTC))
        await bus.settle()
        assert "Time is up for Joint demands #1." in bus["Berlin"].to_leads
        assert "Too few to tell numbers: Berlin and Shenzhen." in bus["Berlin"].to_leads
        assert "I told the other committees no numbers" in bus["Shenzhen"].in_room
        assert await bus["Milan"].do(when) == []


async def test_an_ok_after_the_end_comes_too_late(begun: Path) -> None:
    async with chapters("Berlin", "Milan", begun=begun) as bus:
        await bus["Berlin"].lead(MEET)
        await bus["Berlin"].lead("!coalition ok")
        await bus.settle()
        bus["Milan"].chat.be(datetime(2026, 11, 26, 19, 1, tzinfo=UTC))
        said = await bus["Milan"].lead("!coalition ok 1")
        assert said.says("does not wait for an ok any more")


async def test_whoever_proposed_it_moves_and_cancels_it_for_all(begun: Path) -> None:
    async with chapters("Berlin", "Milan", "Shenzhen", begun=begun) as bus:
        await set_for(bus)
        said = await bus["Berlin"].lead("!coalition move #1 sun 12:30")
        assert said.says("Shall I move Joint demands #1 for all committees?", "Sun 29 Nov, 12:30")
        assert "moved" not in bus["Milan"].in_room
        assert (await bus["Berlin"].lead("!coalition ok")).says("All committees hear of #1 now.")
        await bus.settle()
        moved = "Joint demands #1 moved: Sun 29 Nov, 19:30–21:00 Shanghai, no longer"
        assert moved in bus["Shenzhen"].in_room
        assert "ana, ben, dan, kim, lea: can you still come?" in bus["Shenzhen"].in_room
        assert (await bus.equal(when))[0][0] == datetime(2026, 11, 29, 11, 30, tzinfo=UTC)
        assert (await bus["Berlin"].lead("!coalition cancel #1")).says("Done; the room knows.")
        await bus.settle()
        assert "Joint demands #1 is cancelled for all committees." in bus["Shenzhen"].in_room
        for chapter in bus.chapters.values():
            async with chapter.chat.database.transaction() as tx:
                due = await ReminderTable(tx).due(datetime(2100, 1, 1, tzinfo=UTC))
            assert not [each for each in due if each.kind.value == "start"]


async def test_nobody_else_chooses_moves_or_cancels_it(begun: Path) -> None:
    async with chapters("Berlin", "Milan", begun=begun) as bus:
        await proposed(bus)
        await all_say(bus, "Milan", "1 2")
        for typed in ("!meet pick #1 1", "!meet cancel #1", "!meet move #1 sun 9:00"):
            for name in bus.chapters:
                said = await bus[name].room(typed)
                assert said.says("#1 is a meeting of your coalition."), typed
        for typed in ("!coalition pick #1 1", "!coalition move #1 sun 9:00"):
            said = await bus["Milan"].lead(typed)
            assert said.says("Another committee proposed #1"), typed
        assert (await bus["Milan"].room("!meet tally")).says(
            "The committee that proposed it chooses one time for all."
        )


async def test_a_committee_may_stay_away(begun: Path) -> None:
    async with chapters("Berlin", "Milan", begun=begun) as bus:
        await set_for(bus)
        said = await bus["Milan"].lead("!coalition cancel #1")
        assert said.says("Joint demands #1 is cancelled for us. The other committees still meet.")
        await bus["Berlin"].lead("!coalition move #1 sun 12:30")
        await bus["Berlin"].lead("!coalition ok")
        await bus.settle()
        assert "12:30" not in bus["Milan"].in_room
        ((_at, _minutes, live, _title),) = await bus["Berlin"].do(when)
        assert live


@pytest.mark.parametrize("chosen", [False, True])
async def test_whoever_proposed_it_leaves(begun: Path, *, chosen: bool) -> None:
    async with chapters("Berlin", "Milan", "Shenzhen", begun=begun) as bus:
        await (set_for(bus) if chosen else proposed(bus))
        await bus["Berlin"].do(lambda seat: seat.say("leave", Parting(), ""))
        await bus.settle()
        said = bus["Milan"].in_room
        if chosen:
            assert "Joint demands #1 stays as it is; now you can move it here." in said
            await bus["Milan"].room("!meet move #1 sun 18:00")
            assert (await bus["Milan"].room("!ok")).says("moved")
        else:
            assert "Joint demands #1 is off: the committee that proposed it has left" in said


async def test_nobody_chooses(begun: Path) -> None:
    async with chapters("Berlin", "Milan", begun=begun) as bus:
        await proposed(bus)
        await bus.later(days=8)
        for name in bus.chapters:
            assert "No time was chosen for Joint demands #1" in bus[name].in_room


CHANGES = [
    # Clocks go forward in Berlin and Rome on 29 March 2026 at 02:00, back on 25 October at 03:00.
    (
        datetime(2026, 3, 24, 9, tzinfo=UTC),
        "sat 14:00, sun 14:00",
        1,
        (13, "14:00", "21:00", "10:00"),
    ),
    (
        datetime(2026, 3, 24, 9, tzinfo=UTC),
        "sat 14:00, sun 14:00",
        2,
        (12, "14:00", "20:00", "09:00"),
    ),
    (
        datetime(2026, 10, 20, 9, tzinfo=UTC),
        "sat 14:00, sun 14:00",
        1,
        (12, "14:00", "20:00", "09:00"),
    ),
    (
        datetime(2026, 10, 20, 9, tzinfo=UTC),
        "sat 14:00, sun 14:00",
        2,
        (13, "14:00", "21:00", "10:00"),
    ),
]


@pytest.mark.parametrize(("now", "times", "option", "shown"), CHANGES)
async def test_clocks_change_between_the_times(
    begun: Path, now: datetime, times: str, option: int, shown: tuple[int, str, str, str]
) -> None:
    async with chapters("Berlin", "Milan", "Shenzhen", "São Paulo", begun=begun, at=now) as bus:
        await proposed(bus, f"!coalition meet Demands | {times} | until thu 20:00 | 60m")
        for name in bus.chapters:
            await all_say(bus, name, "1 2")
        said = await bus["Berlin"].lead(f"!coalition pick #1 {option}")
        await bus.settle()
        hour, there, shenzhen, sao_paulo = shown
        assert f"{there}–" in said.in_room
        assert f"{there}–" in bus["Milan"].in_room
        assert f"{shenzhen}–" in bus["Shenzhen"].in_room
        assert f"{sao_paulo}–" in bus["São Paulo"].in_room
        ((at, *_rest),) = await bus.equal(when)
        assert at.hour == hour


async def test_a_time_that_berlin_shows_twice_is_one_instant_everywhere(begun: Path) -> None:
    at = datetime(2026, 10, 20, 9, tzinfo=UTC)
    async with chapters("Shenzhen", "Berlin", begun=begun, at=at) as bus:
        line = "!coalition meet Night | sun 08:30, sun 09:30 | until fri 20:00"
        asked = await proposed(bus, line, by="Shenzhen")
        assert asked["Berlin"].count("02:30") == 2
        await bus["Shenzhen"].lead("!coalition pick #1 2")
        await bus.settle()
        ((start, *_rest),) = await bus.equal(when)
        assert start == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


MINUTED = (
    ("@ana", "!meet start"),
    ("@ben", "!here"),
    ("@ana", "!decide we demand on-call pay in all three cities"),
    ("@lea", "!action @ben write to the works council by fri"),
    ("@ana", "!meet end"),
)


async def test_minutes_go_out_as_shown_after_an_ok(begun: Path) -> None:
    async with chapters("Berlin", "Milan", "Shenzhen", begun=begun) as bus:
        await set_for(bus)
        for chapter in bus.chapters.values():
            chapter.chat.be(datetime(2026, 11, 29, 13, 5, tzinfo=UTC))
        for who, typed in MINUTED:
            await bus["Milan"].chat.room(who, typed)
        shown = await bus["Milan"].lead("!coalition minutes #1")
        words = (
            "decided: we demand on-call pay in all three cities",
            "to do: write to the works council",
        )
        assert shown.says("Shall I send these minutes of Joint demands #1", *words)
        assert not {"ana", "ben", "lea"} & set(shown.text.replace("@", " ").split())
        await bus.settle()
        assert "Minutes" not in bus["Berlin"].in_room
        # What is typed after it was shown does not go out.
        await bus["Milan"].chat.room("@ana", "!undo")
        await bus["Milan"].lead("!coalition ok")
        await bus.settle()
        for name in ("Berlin", "Shenzhen"):
            assert "Milan sent minutes of Joint demands #1." in bus[name].to_leads
            assert "Minutes" not in bus[name].in_room
            let_in = await bus[name].lead("!coalition ok")
            assert let_in.says("Minutes of Joint demands #1, from Milan:", *words)
        kinds = [block["kind"] for _who, block, _sentence in bus.said]
        assert kinds.count("meeting minutes") == 1


async def test_no_minutes_without_an_ok(begun: Path) -> None:
    async with chapters("Berlin", "Milan", begun=begun) as bus:
        await set_for(bus)
        assert (await bus["Milan"].lead("!coalition minutes #1")).says("has not begun yet")
        for chapter in bus.chapters.values():
            chapter.chat.be(datetime(2026, 11, 29, 13, 5, tzinfo=UTC))
        for who, typed in MINUTED:
            await bus["Milan"].chat.room(who, typed)
        await bus["Milan"].lead("!coalition minutes #1")
        assert (await bus["Milan"].lead("!coalition no")).text
        await bus.later(days=9)
        assert not [1 for _who, block, _sentence in bus.said if block["kind"] == "meeting minutes"]


async def test_messages_grow_with_committees_not_with_their_square(begun: Path) -> None:
    cities = [f"C{n}" for n in range(10)]
    zones = dict.fromkeys(cities, "Europe/Rome")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tests.support.coalition_meetings.ZONES", zones)
        async with chapters(*cities, begun=begun) as bus:
            await proposed(bus, by="C0")
            for chapter in bus.chapters.values():
                chapter.chat.be(datetime(2026, 11, 26, 19, 1, tzinfo=UTC))
            await bus.settle()
            assert "Time is up" in bus["C0"].to_leads
            await bus["C0"].lead("!coalition pick #1 1")
            await bus.settle()
            assert len(await bus.equal(when)) == 1
            kinds = [block["kind"] for _who, block, _sentence in bus.said]
            assert {kind: kinds.count(kind) for kind in set(kinds)} == {
                "meeting": 1,
                "meeting part": 9,
                "meeting counts": 9,
                "meeting set": 1,
            }


async def test_a_meeting_moves_within_a_year(begun: Path) -> None:
    async with chapters("Berlin", "Milan", begun=begun) as bus:
        await set_for(bus)
        number = (await bus["Berlin"].lead("!coalition")).text.partition("#")[2].partition(":")[0]
        said = await bus["Berlin"].lead(f"!coalition move #{number} 2028-06-01 10:00")
        assert said.says("Please take times within a year."), said.text


async def test_a_time_stays_one_instant_when_rules_of_a_zone_change(begun: Path) -> None:
    async with chapters("Berlin", "Milan", begun=begun) as bus:
        await set_for(bus)
        before = await bus.equal(when)

        async def rules_change(seat: Seat) -> None:
            # As if Milan's clocks were another hour ahead from now on: the same hour there, another instant.
            meetings = seat.repository(Meetings)
            (shared,) = await seat.repository(SharedMeetings).all()
            meeting = await meetings.by_id(shared.meeting)
            assert meeting is not None
            assert meeting.version.start is not None
            start = meeting.version.start - timedelta(hours=1)
            entry = await asking.entry_of(seat)
            await meetings.change(meeting.id, entry, replace(meeting.version, start=start))
            await replan(meetings, seat.repository(Reminders), meeting.id, seat.now)

        await bus["Milan"].do(rules_change)
        assert await bus["Milan"].do(when) != before
        await bus.settle()
        assert await bus.equal(when) == before


async def test_an_ok_is_not_taken_back_by_an_undo(begun: Path) -> None:
    async with chapters("Berlin", "Milan", begun=begun) as bus:
        await proposed(bus)
        assert not (await bus["Milan"].lead("!undo")).text.startswith("Undone")
        await all_say(bus, "Milan", "1 2")
        await bus["Berlin"].lead("!coalition pick #1 1")
        await bus.settle()
        assert not (await bus["Berlin"].lead("!undo")).text.startswith("Undone")
        assert len(await bus.equal(when)) == 1


async def _proposed_twice(bus: Bus) -> list[Any]:
    """What Milan tells of a meeting, and of another a week later when one more answers."""
    line = "!coalition meet Plan | 2026-12-12 10:00, 2026-12-13 14:00 | until {} 20:00"
    for number, closes, people in ((1, "2026-11-26", FIVE), (2, "2026-12-03", EVERYBODY[:6])):
        await proposed(bus, line.format(closes))
        await all_say(bus, "Milan", f"#{number} 1", people)
        await bus.later(days=7)
    return [
        b["body"]["clocks"]
        for _w, b, _s in bus.said
        if b["kind"] == "meeting counts"
        if b["body"]["clocks"]
    ]


async def test_times_proposed_again_do_not_tell_that_one_more_answered(begun: Path) -> None:
    async with chapters("Berlin", "Milan", begun=begun) as bus:
        one, two = await _proposed_twice(bus)
        assert one == two
        assert [each["answered"] for each in two] == [5]


async def test_without_what_was_told_before_one_more_is_told(begun: Path) -> None:
    async with chapters("Berlin", "Milan", begun=begun) as bus:
        async with bus["Milan"].chat.database.transaction() as tx:
            await tx.execute(
                "CREATE TRIGGER forgets AFTER INSERT ON coalition_told_times BEGIN "
                "DELETE FROM coalition_told_times; END"
            )
        _one, two = await _proposed_twice(bus)
        assert [each["answered"] for each in two] == [6], "the control: nothing is remembered"


@pytest.mark.parametrize(("restored", "answered"), [(True, 5), (False, 7)])
async def test_a_bot_that_was_restored_tells_in_fives(
    begun: Path, *, restored: bool, answered: int
) -> None:
    """It may not know what it told last."""
    async with chapters("Berlin", "Milan", begun=begun) as bus:
        if restored:
            async with bus["Milan"].chat.database.transaction() as tx:
                await Facts(tx).put(RESTORED_AT, str(millis(bus.now)))
        await proposed(bus)
        await all_say(bus, "Milan", "1", EVERYBODY)
        await bus.later(days=4)
        (told,) = await bus["Berlin"].do(_heard_counts)
        assert [each["answered"] for each in told] == [answered]


async def _heard_counts(seat: Seat) -> list[Any]:
    shared = seat.repository(SharedMeetings)
    (meeting,) = await shared.all()
    return [json.loads(each.counts or "")["clocks"] for each in await shared.answers(meeting.id)]


async def test_what_was_told_of_a_time_is_forgotten_once_it_is_over(begun: Path) -> None:
    async with chapters("Berlin", "Milan", begun=begun) as bus:
        await _proposed_twice(bus)
        async with bus["Milan"].chat.database.transaction() as tx:
            for day, left in ((18, 2), (20, 1), (21, 0)):
                await OldCoalitionRecords(tx).forget(datetime(2026, 12, day, 10, tzinfo=UTC))
                found = await tx.number("SELECT COUNT(*) FROM coalition_told_times")
                assert found == left
