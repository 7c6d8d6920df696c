"""A meeting of the coalition: times for all, each committee asks its own people, one time on every clock."""

import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from commands.coalition import consent
from commands.coalition.hearing import Reception
from commands.coalition.kinds import CoalitionTable
from commands.coalition.meetings import asking, bodies, choosing
from commands.coalition.meetings.rules import ClockCounts, TimeCount
from commands.coalition.membership import Parting
from commands.coalition.seat import Seat
from commands.meetings.plan.occurrences import replan
from storage.coalition.meetings import SharedMeetings
from storage.coalition.messages import HeardMessages
from storage.core.model import Coming
from storage.meetings.answers import Rsvps
from storage.meetings.meetings import Meetings
from storage.meetings.reminders import Reminders, ReminderTable
from tests.support.coalition_bus import Bus, Chapter, Flight, Weather, coalition

ZONES = {
    "Berlin": "Europe/Berlin",
    "Milan": "Europe/Rome",
    "Shenzhen": "Asia/Shanghai",
    "São Paulo": "America/Sao_Paulo",
}
MORE = ("@dan", "@eva", "@flo")
EVERYBODY = ("@ana", "@ben", "@lea", "@kim", *MORE)
FIVE = EVERYBODY[:5]
MEET = "!coalition meet Joint demands | sat 10:00, sun 14:00 | until thu 20:00 | 90m"


@asynccontextmanager
async def chapters(
    *names: str, begun: Path, weather: Weather | None = None, at: datetime | None = None
) -> AsyncIterator[Bus]:
    """Committees of seven on the clocks of their cities."""
    async with coalition(*names, begun=begun, weather=weather) as bus:
        for name, chapter in bus.chapters.items():
            chapter.chat.join(*MORE)
            if at is not None:
                chapter.chat.be(at)
            async with chapter.chat.database.transaction() as tx:
                await tx.execute("UPDATE committees SET zone = ?", (ZONES[name],))
        yield bus
        assert bus.errors == []


async def proposed(bus: Bus, line: str = MEET, by: str = "Berlin") -> dict[str, str]:
    """A lead proposes it, and leads everywhere agree; what each room is asked."""
    said = await bus[by].lead(line)
    assert said.says("Shall I propose"), said.text
    asked = {}
    for name in (by, *(each for each in bus.chapters if each != by)):
        said = await bus[name].lead("!coalition ok")
        assert said.says("I ask the room now"), name
        asked[name] = said.in_room
        await bus.settle()
    return asked


async def all_say(bus: Bus, name: str, times: str, people: tuple[str, ...] = FIVE) -> None:
    """People of one committee say when they can."""
    for who in people:
        assert (await bus[name].chat.dm(who, f"!can {times}")).says("Noted"), who


async def say(bus: Bus, name: str, kind: str, body: object) -> None:
    """Have a committee's bot say something, whatever its own rules are."""
    await bus[name].do(lambda seat: seat.say(kind, body, ""))


async def when(seat: Seat) -> Any:
    """The instant, length and liveness of every time that is set."""
    meetings = seat.repository(Meetings)
    found = []
    for each in await seat.repository(SharedMeetings).all():
        found += [
            (o.at, o.minutes, o.live, o.title) for o in await meetings.occurrences(each.meeting)
        ]
    return found


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
        assert "Fewer than five answered in: Berlin and Shenzhen." in bus["Berlin"].to_leads
        assert "so I told the other committees no numbers" in bus["Shenzhen"].in_room
        assert await bus["Milan"].do(when) == []


async def test_an_ok_after_the_end_comes_too_late(begun: Path) -> None:
    async with chapters("Berlin", "Milan", begun=begun) as bus:
        await bus["Berlin"].lead(MEET)
        await bus["Berlin"].lead("!coalition ok")
        await bus.settle()
        bus["Milan"].chat.be(datetime(2026, 11, 26, 19, 1, tzinfo=UTC))
        said = await bus["Milan"].lead("!coalition ok 1")
        assert said.says("does not wait for an ok any more")


async def set_for(bus: Bus, option: int = 2) -> None:
    """Everybody agreed, answered and heard the time."""
    await proposed(bus)
    for name in bus.chapters:
        await all_say(bus, name, str(option))
    await bus["Berlin"].lead(f"!coalition pick #1 {option}")
    await bus.settle()


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


async def test_a_bot_that_did_not_propose_it_moves_nothing(begun: Path) -> None:
    async with chapters("Berlin", "Milan", "Shenzhen", begun=begun) as bus:
        await set_for(bus)
        before = await bus.equal(when)
        ref = next(b["body"]["ref"] for _w, b, _s in bus.said if b["kind"] == "meeting")
        start = datetime(2026, 11, 28, 3, 0, tzinfo=UTC)

        async def forged(seat: Seat) -> None:
            await seat.say("meeting set", bodies.ChosenTime(ref, start, 60), "")
            await seat.say("meeting off", bodies.MeetingOff(ref), "")

        await bus["Milan"].do(forged)
        await bus.settle()
        assert await bus.equal(when) == before


@pytest.mark.parametrize(
    "clocks",
    [
        (ClockCounts("Europe/Rome", 4, (TimeCount(4, 0),) * 2),),
        (ClockCounts("Europe/Rome", 5, (TimeCount(4, 2),) * 2),),
        (ClockCounts("Europe/Rome", 5, (TimeCount(5, 0),) * 3),),
        (ClockCounts("../../etc/passwd", 5, (TimeCount(5, 0),) * 2),),
    ],
)
async def test_counts_that_cannot_be_are_not_taken(
    begun: Path, clocks: tuple[ClockCounts, ...]
) -> None:
    async with chapters("Berlin", "Milan", begun=begun) as bus:
        await proposed(bus)
        ref = next(b["body"]["ref"] for _w, b, _s in bus.said if b["kind"] == "meeting")
        said = bodies.MeetingCounts(ref, "Europe/Rome", clocks)
        await bus["Milan"].do(lambda seat: seat.say("meeting counts", said, ""))
        await bus.settle()
        assert (await bus["Berlin"].lead("!coalition tally #1")).says("Not heard from: Milan.")


async def clears(bus: Bus) -> None:
    """Everything can be read again, everybody says something, and what is missing is asked for again."""
    bus.weather.unreadable = 0.0
    for name in bus.chapters:
        await say(bus, name, "nothing", bodies.MeetingOff("0" * 16))
    await bus.settle()
    for _ in range(3):
        await bus.later(minutes=2)


@pytest.mark.parametrize("seed", range(8))
async def test_whatever_the_way_does_all_hear_one_time(begun: Path, seed: int) -> None:
    weather = Weather(random.Random(seed), shuffled=True, twice=0.4, unreadable=0.3)
    async with chapters("Berlin", "Milan", "Shenzhen", begun=begun, weather=weather) as bus:
        await bus["Berlin"].lead(MEET)
        await bus["Berlin"].lead("!coalition ok")
        await bus.settle()
        await clears(bus)
        weather.unreadable = 0.3
        for name in ("Milan", "Shenzhen"):
            said = await bus[name].lead("!coalition ok")
            assert said.says("I ask the room now"), (name, said.text)
        for name in bus.chapters:
            await all_say(bus, name, "2")
        await bus["Berlin"].lead("!coalition pick #1 2")
        await bus["Berlin"].lead("!coalition move #1 sun 12:30")
        await bus["Berlin"].lead("!coalition ok")
        await bus.settle()
        await clears(bus)
        ((at, _minutes, live, _title),) = await bus.equal(when)
        assert live
        assert at == datetime(2026, 11, 29, 11, 30, tzinfo=UTC)
        for name in ("Milan", "Shenzhen"):
            assert bus[name].in_room.count("Joint demands #1 moved") == 1
            assert bus[name].in_room.count("Coming? !yes #1") == 2


async def test_messages_grow_with_committees_not_with_their_square(begun: Path) -> None:
    cities = [f"C{n}" for n in range(10)]
    zones = dict.fromkeys(cities, "Europe/Rome")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(f"{__name__}.ZONES", zones)
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


async def test_a_bot_that_proposes_without_end_drowns_nobody(begun: Path) -> None:
    async with chapters("Berlin", "Milan", begun=begun) as bus:
        times = tuple(datetime(2026, 11, day, 12, tzinfo=UTC) for day in (28, 29))
        closes = datetime(2026, 11, 27, 12, tzinfo=UTC)
        for n in range(consent.MOST_WAITING + 30):
            asked = bodies.AskedMeeting(f"{n:016x}", "More", "Europe/Berlin", 60, times, closes)
            await say(bus, "Berlin", "meeting", asked)
        await bus.settle()
        assert bus["Milan"].to_leads.count("proposes a meeting") == consent.MOST_WAITING


async def test_a_bot_that_moves_without_end_is_followed_for_a_while(begun: Path) -> None:
    async with chapters("Berlin", "Milan", begun=begun) as bus:
        await set_for(bus)
        ref = next(b["body"]["ref"] for _w, b, _s in bus.said if b["kind"] == "meeting")
        for n in range(60):
            start = datetime(2026, 11, 28, 12, n, tzinfo=UTC)
            moved = bodies.ChosenTime(ref, start, 60)
            await say(bus, "Berlin", "meeting set", moved)
        await bus.settle()
        assert bus["Milan"].in_room.count("moved:") == choosing.MOST_MOVES


async def test_meetings_that_are_called_off_at_once_drown_no_leads(begun: Path) -> None:
    async with chapters("Berlin", "Milan", begun=begun) as bus:
        start = bus.now.replace(second=0, microsecond=0) + timedelta(days=3)
        times = (start, start + timedelta(hours=1))
        for number in range(30):
            ref = f"{number:016x}"
            asked = bodies.AskedMeeting(
                ref, "M", "Europe/Rome", 60, times, start - timedelta(hours=3)
            )
            await say(bus, "Milan", "meeting", asked)
            await say(bus, "Milan", "meeting off", bodies.MeetingOff(ref))
        await bus.settle()
        assert bus["Berlin"].to_leads.count("proposes a meeting") == asking.MOST_A_DAY


async def test_a_meeting_that_is_over_is_moved_no_more(begun: Path) -> None:
    async with chapters("Berlin", "Milan", begun=begun) as bus:
        await set_for(bus)
        ref = next(block["body"]["ref"] for _w, block, _s in bus.said if block["kind"] == "meeting")
        past = bus.now.replace(second=0, microsecond=0) - timedelta(days=3)

        async def entries(seat: Seat) -> int:
            return await seat.tx.number("SELECT COUNT(*) FROM meeting_versions")

        before = await bus["Milan"].do(entries)
        for number in range(20):
            start = past + timedelta(minutes=number)
            await say(bus, "Berlin", "meeting set", bodies.ChosenTime(ref, start, 60))
        await bus.settle()
        assert await bus["Milan"].do(entries) <= before + 2


async def test_a_meeting_moves_within_a_year(begun: Path) -> None:
    async with chapters("Berlin", "Milan", begun=begun) as bus:
        await set_for(bus)
        number = (await bus["Berlin"].lead("!coalition")).text.partition("#")[2].partition(":")[0]
        said = await bus["Berlin"].lead(f"!coalition move #{number} 2028-06-01 10:00")
        assert said.says("Please take times within a year."), said.text


async def test_a_committee_restored_from_before_its_ok_is_asked_again(
    begun: Path, tmp_path: Path
) -> None:
    async with chapters("Berlin", "Milan", "Shenzhen", begun=begun) as bus:
        backup = await bus["Milan"].backup(tmp_path / "backup.db")
        await proposed(bus)
        await all_say(bus, "Milan", "1")
        await bus.later(hours=5)
        await bus["Milan"].restore(backup)
        await bus.settle()
        assert (await bus["Milan"].lead("!coalition ok")).says("I ask the room now.")
        for name in bus.chapters:
            await all_say(bus, name, "2")
        await bus.later(days=4)
        assert "at least 15 yes, of 15" in bus["Berlin"].to_leads
        await bus["Berlin"].lead("!coalition pick #1 2")
        await bus.settle()
        assert len(await bus.equal(when)) == 1


async def test_who_proposed_it_restored_from_before_the_choice_chooses_again(
    begun: Path, tmp_path: Path
) -> None:
    async with chapters("Berlin", "Milan", "Shenzhen", begun=begun) as bus:
        await proposed(bus)
        backup = await bus["Berlin"].backup(tmp_path / "backup.db")
        for name in bus.chapters:
            await all_say(bus, name, "1 2")
        await bus.later(days=4)
        await bus["Berlin"].lead("!coalition pick #1 1")
        await bus.settle()
        await bus["Berlin"].restore(backup)
        await bus.settle()
        told = await bus["Berlin"].lead("!coalition tally #1")
        assert told.says("at least 10 yes, of 10"), "what the others told comes again"
        await bus["Berlin"].lead("!coalition pick #1 2")
        await bus.settle()
        ((at, *_rest),) = await bus.equal(when)
        assert at == datetime(2026, 11, 29, 13, tzinfo=UTC)


async def test_no_counts_are_told_twice_after_a_restore(begun: Path, tmp_path: Path) -> None:
    async with chapters("Berlin", "Milan", "Shenzhen", begun=begun) as bus:
        await proposed(bus)
        await all_say(bus, "Milan", "1 2", EVERYBODY)
        backup = await bus["Milan"].backup(tmp_path / "backup.db")
        await bus.later(days=4)
        await bus["Milan"].restore(backup)
        await bus["Milan"].chat.dm("@ana", "!can 1")
        await bus.settle()
        told = [
            block["body"]["clocks"]
            for who, block, _sentence in bus.said
            if (who, block["kind"]) == ("Milan", "meeting counts")
        ]
        assert [len(each) for each in told] == [1, 0]
        assert "of 7" in (await bus["Berlin"].lead("!coalition tally #1")).text


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


class Killed(BaseException):
    """The process ended before the transaction had committed."""


async def _play(bus: Bus) -> None:
    await set_for(bus)
    await bus["Berlin"].lead("!coalition move #1 sun 12:30")
    await bus["Berlin"].lead("!coalition ok")
    await bus.settle()
    await bus.later(days=4)


async def test_a_bot_that_dies_at_any_step_changes_nothing(
    begun: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every message is first taken in by a bot that dies with it, and once more after the next start."""
    died = 0
    real_hear, real_tick = Chapter.hear, Chapter.tick

    async def dies(*_args: object, **_named: object) -> None:
        nonlocal died
        died += 1
        raise Killed

    async def hear(chapter: Chapter, flight: Flight, table: CoalitionTable) -> Reception:
        with pytest.MonkeyPatch.context() as patch, suppress(Killed):
            patch.setattr(HeardMessages, "note", dies)
            await real_hear(chapter, flight, table)
        return await real_hear(chapter, flight, table)

    async def tick(chapter: Chapter, table: CoalitionTable) -> None:
        with pytest.MonkeyPatch.context() as patch, suppress(Killed):
            patch.setattr(Seat, "tell", dies)
            await real_tick(chapter, table)
        await real_tick(chapter, table)

    async with chapters("Berlin", "Milan", "Shenzhen", begun=begun) as bus:
        await _play(bus)
        smooth = {name: each.in_room for name, each in bus.chapters.items()}
        assert await bus.equal(when)
    monkeypatch.setattr(Chapter, "hear", hear)
    monkeypatch.setattr(Chapter, "tick", tick)
    async with chapters("Berlin", "Milan", "Shenzhen", begun=begun) as bus:
        await _play(bus)
        assert {name: each.in_room for name, each in bus.chapters.items()} == smooth
        assert died > 10
        ((at, *_rest),) = await bus.equal(when)
        assert at == datetime(2026, 11, 29, 11, 30, tzinfo=UTC)
