"""Joint tests, letters and news of a coalition, over the bus: the same table in every room, whatever the way does."""

import random
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.delivery import duplicates
from bot.delivery.outgoing import outgoing
from commands.coalition import hearing, ticking
from commands.coalition.disclosure import CountedLine, may_be_told
from commands.coalition.joint import showing, views
from commands.coalition.joint.bodies import (
    CountsReport,
    LayingOut,
    LineSize,
    SideEntry,
    TestProposal,
)
from commands.coalition.joint.views import CountsRow
from commands.coalition.membership import Parting, come_in
from commands.coalition.seat import Seat
from commands.framework import i18n
from storage.coalition.coalitions import Coalitions, EveryCoalition
from storage.coalition.joint import ProposedTest
from storage.coalition.model import CoalitionId, CoalitionState
from storage.core.model import RoomId
from storage.structure_tests.model import Action
from tests.chat.conversation import Chat
from tests.support import coalition_bus
from tests.support.begun import made
from tests.support.coalition_bus import Bus, Chapter, Flight, Weather, coalition, run_apart

PROPOSE = '!coalition test petition "On-call pay" goal=65% closes="2026-11-30 18:00"'
"""It is Monday, 23 November, nine in the morning UTC; the test ends a week later at five in the afternoon."""
MONDAY = datetime(2026, 11, 30, 10, tzinfo=UTC)
FIRST = ("Sam", "Mia", "Ravi", "Omar", "Kofi", "Lena", "Bo", "Ines", "Tom", "Eva")
AREAS = ("Payments",) * 8 + ("Search",) * 7 + ("Ads",) * 5
BUS = settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="module")
def unit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A committee with twenty people in three areas: M-1 to M-8, M-9 to M-15, M-16 to M-20."""

    async def people(chat: Chat) -> None:
        names = [f"{first} {last}" for last in ("Okafor", "Chen") for first in FIRST]
        for name, area in zip(names, AREAS, strict=True):
            said = await chat.dm("@kim", f'!contact add "{name}" area={area} --yes')
            assert name in said.text, said.text

    return made(tmp_path_factory.mktemp("unit") / "steward.db", people)


@asynccontextmanager
async def three(unit: Path, weather: Weather | None = None) -> AsyncIterator[Bus]:
    async with coalition("Berlin", "Milan", "Shenzhen", begun=unit, weather=weather) as bus:
        yield bus
        assert bus.errors == []


async def _open(bus: Bus, *names: str, propose: str = PROPOSE) -> None:
    """Have the first committee propose a test, and all that are named say ok."""
    await bus[names[0]].lead(propose)
    for name in names:
        said = await bus[name].lead("!coalition ok")
        assert said.says("is open here as T-"), said.text
        await bus.settle()


async def _says(bus: Bus, name: str, body: TestProposal) -> None:
    """Have a committee's bot propose a test, whatever its own rules are."""
    await bus[name].do(lambda seat: seat.say("test proposed", body, "x"))


async def _did(chapter: Chapter, first: int, last: int) -> None:
    handles = " ".join(f"M-{n}" for n in range(first, last + 1))
    said = await chapter.chat.dm("@kim", f"!test mark T-1 did {handles}")
    assert said.says(": did M-"), said.text


def _tables(chapter: Chapter) -> list[str]:
    """The tables that a committee's room was shown; what is said again under its name is found there."""
    by_name = {
        occasion: message.content["body"]
        for said, occasion in chapter.told
        for message in outgoing(said)
    }
    return [str(each) for each in by_name.values() if "all committees" in str(each)]


def _equal(bus: Bus, *names: str) -> list[str]:
    """The tables, which must be the same in every room."""
    found = [_tables(bus[name]) for name in names or bus.chapters]
    assert all(each == found[0] for each in found), found
    return found[0]


def _kinds(bus: Bus) -> list[str]:
    return [block["kind"] for _who, block, _sentence in bus.said]


# -- from the proposal to the end -----------------------------------------------------------------


async def test_a_lead_sees_what_would_be_told_before_anything_is_out(unit: Path) -> None:
    async with three(unit) as bus:
        said = await bus["Berlin"].lead(PROPOSE)
        assert said.says("Nothing is sent yet. I showed On-call pay to you and the other leads")
        assert "You are about to propose a joint test: On-call pay" in bus["Berlin"].to_leads
        assert "No names, and no group under five." in bus["Berlin"].to_leads
        assert bus.said == []
        assert (await bus["Berlin"].lead("!coalition ok 1")).says("The others see: 20 people.")
        await bus.settle()
        assert _kinds(bus) == ["test proposed", "test joined"]
        assert (
            "Berlin proposes a joint test: On-call pay (petition, goal 65 %)."
            in bus["Milan"].to_leads
        )
        assert bus["Milan"].in_room == ""


async def test_every_room_gets_the_same_table_on_monday_and_at_the_end(unit: Path) -> None:
    async with three(unit) as bus:
        await _open(bus, "Berlin", "Milan", "Shenzhen")
        await _did(bus["Berlin"], 1, 12)
        await _did(bus["Milan"], 1, 3)
        await bus.later(days=7, hours=2)
        (monday,) = _equal(bus)
        assert monday == (
            "On-call pay, all committees, as of Mon 30 Nov:\n"
            "Together, 3 committees: 12/60 = 20.0 %, goal 65 %: not reached, 27 to go\n"
            "• Berlin: 12/20 = 60.0 % · asked 12 · said yes 12\n"
            "• Milan: 0/20 = 0.0 % · asked 0 · said yes 0\n"
            "• Shenzhen: 0/20 = 0.0 % · asked 0 · said yes 0\n"
            "No group under five is shown, so a count may be a little lower than it is."
        )
        await _did(bus["Milan"], 4, 20)
        await bus.later(hours=12)
        (_monday, end) = _equal(bus)
        assert end.startswith("On-call pay, all committees, at the end:")
        assert "Together, 3 committees: 32/60" in end
        assert "Milan: 20/20 = 100.0 %" in end
        sentences = [sentence for _who, _block, sentence in bus.said]
        counts = (
            "Our counts for “On-call pay”: of 20 people, 12 were asked, 12 said yes, 12 did it."
        )
        assert sentences.count(counts) == 2
        said = len(bus.said)
        await bus.later(days=1)
        await bus.later(days=1)
        assert len(bus.said) == said


async def test_who_says_no_is_not_in_it(unit: Path) -> None:
    async with three(unit) as bus:
        await _open(bus, "Berlin", "Milan")
        assert (await bus["Shenzhen"].lead("!coalition no 1")).says("You are not part of it.")
        await bus.later(days=7, hours=9)
        (table,) = _equal(bus, "Berlin", "Milan")
        assert "2 committees" in table
        assert "Shenzhen" not in table
        assert _tables(bus["Shenzhen"]) == []


async def test_areas_are_told_where_a_committee_says_so(unit: Path) -> None:
    async with three(unit) as bus:
        assert (await bus["Milan"].lead("!coalition give areas")).says("by area, with the areas'")
        await _open(bus, "Berlin", "Milan")
        await _did(bus["Milan"], 1, 10)
        await bus.later(days=7, hours=9)
        table = _equal(bus, "Berlin", "Milan")[-1]
        assert "• Milan: 8/20" in table
        assert "• Milan, Payments: 8/8" in table
        assert "• Milan, Search: 0/7" in table
        assert "• Milan, Ads: 0/5" in table
        assert "Berlin, " not in table


async def test_a_test_of_the_coalition_is_told_in_no_other_way(unit: Path) -> None:
    async with three(unit) as bus:
        await _open(bus, "Berlin", "Milan")
        for typed in ("!test invite T-1", "!test join K7QX2M T-1", "!test joint T-1"):
            said = await bus["Berlin"].lead(typed)
            assert said.says("is a joint test of your coalition already", "!coalition tests")


async def test_what_others_know_of_cannot_be_undone(unit: Path) -> None:
    async with three(unit) as bus:
        await _open(bus, "Berlin", "Milan")
        said = await bus["Milan"].lead("!undo")
        assert said.says("Other committees know of this test already, so it cannot be undone.")
        assert (await bus["Milan"].lead("!test list")).says("T-1 On-call pay")


async def test_one_asks_for_the_last_table(unit: Path) -> None:
    async with three(unit) as bus:
        assert (await bus["Berlin"].lead("!coalition tests")).says("You are in no joint test.")
        await _open(bus, "Berlin", "Milan")
        said = await bus["Milan"].room("!coalition tests")
        assert said.says("On-call pay: no counts yet. In it: Berlin and Milan.")
        assert (await bus["Berlin"].lead("!coalition")).says(
            "In joint tests you give totals only.", "On-call pay, until"
        )
        await bus.later(days=7, hours=9)
        said = await bus["Milan"].room("!coalition tests")
        assert said.text == _equal(bus, "Berlin", "Milan")[-1]


# -- late, corrected, left -----------------------------------------------------------------------


async def test_who_has_not_reported_is_named_and_shown_later(unit: Path) -> None:
    async with three(unit) as bus:
        await _open(bus, "Berlin", "Milan", "Shenzhen")
        await _did(bus["Shenzhen"], 1, 20)
        bus.away.add("Shenzhen")
        await bus.later(days=7, hours=9)
        assert _tables(bus["Berlin"]) == []
        await bus.later(hours=5)
        (first,) = _equal(bus, "Berlin", "Milan")
        assert "Shenzhen has not reported." in first
        assert "Together, 2 committees" in first
        bus.away.discard("Shenzhen")
        await bus.settle()
        await bus.settle()
        tables = _equal(bus)
        assert len(tables) == 2
        assert tables[1].startswith("On-call pay, all committees, at the end, updated:")
        assert "Shenzhen: 20/20 = 100.0 %" in tables[1]


async def test_a_correction_is_shown_once_a_day(unit: Path) -> None:
    async with three(unit) as bus:
        await _open(bus, "Berlin", "Milan")
        await _did(bus["Milan"], 1, 10)
        await bus.later(days=7, hours=9)
        await _did(bus["Milan"], 11, 12)
        await bus.later(days=1, hours=1)
        assert len(_equal(bus, "Berlin", "Milan")) == 1
        await _did(bus["Milan"], 13, 15)
        await bus.later(days=1)
        tables = _equal(bus, "Berlin", "Milan")
        assert len(tables) == 2
        assert "Milan: 15/20" in tables[1]
        await _did(bus["Milan"], 16, 20)
        await bus.later(days=8)
        assert len(_equal(bus, "Berlin", "Milan")) == 2


async def test_who_leaves_is_in_the_next_table_no_more(unit: Path) -> None:
    async with three(unit) as bus:
        await _open(bus, "Berlin", "Milan", "Shenzhen")
        await bus["Berlin"].do(lambda seat: seat.say("leave", Parting(), "Bye."))
        await bus.settle()
        bus.away.add("Berlin")
        await bus.later(days=7, hours=2)
        tables = _equal(bus, "Milan", "Shenzhen")
        assert len(tables) == 1
        assert "2 committees" in tables[0]
        assert "Berlin" not in tables[0]


async def test_a_bot_that_proposed_and_never_answers_delays_nobody_longer_than_a_day(
    unit: Path,
) -> None:
    async with three(unit) as bus:
        await _open(bus, "Berlin", "Milan", "Shenzhen")
        bus.away.add("Berlin")
        await bus.later(days=7, hours=9)
        await bus.later(hours=23)
        assert _tables(bus["Milan"]) == []
        await bus.later(hours=2)
        tables = _equal(bus, "Milan", "Shenzhen")
        assert "Berlin has not reported." in tables[-1]
        assert "This is what I heard myself." in tables[-1]
        bus.away.discard("Berlin")
        await bus.settle()
        await bus.settle()
        assert len({_tables(chapter)[-1] for chapter in bus.chapters.values()}) == 1
        assert "3 committees" in _tables(bus["Milan"])[-1]


async def test_a_bot_from_a_backup_tells_no_counts_that_could_be_subtracted(unit: Path) -> None:
    async with three(unit) as bus:
        await _open(bus, "Berlin", "Milan")

        async def restored(seat: Seat) -> None:
            await seat.tx.execute("UPDATE coalitions SET epoch = 1796000000000, counter = 0")

        await bus["Milan"].do(restored)
        await bus.later(days=7, hours=9)
        await bus.later(hours=5)
        table = _equal(bus, "Berlin", "Milan")[-1]
        assert "Milan has not reported." in table


async def test_a_bot_that_proposed_and_was_restored_leaves_it_to_another_to_lay_out(
    unit: Path, tmp_path: Path
) -> None:
    async with three(unit) as bus:
        await _open(bus, "Berlin", "Milan", "Shenzhen")
        backup = await bus["Berlin"].backup(tmp_path / "backup.db")
        await bus.later(days=7, hours=2)
        (monday,) = _equal(bus)
        await bus["Berlin"].restore(backup)
        await bus.settle()
        await bus.later(hours=6)
        await bus.later(hours=5)
        (_monday, end) = _equal(bus)
        assert "Berlin has not reported." in end
        await bus.later(days=3)
        assert _equal(bus) == [monday, end]


async def test_a_bot_restored_before_it_showed_a_table_shows_it_and_one_that_is_old_it_does_not(
    unit: Path, tmp_path: Path
) -> None:
    """What was due a moment ago may not be there yet; the bot finds it in the room where it is."""
    assert timedelta(milliseconds=duplicates.LONGEST_DOUBT) > showing.LOOKED_FOR
    for hours, tables in ((1, 1), (24, 0)):
        async with three(unit) as bus:
            await _open(bus, "Berlin", "Milan", propose=PROPOSE.replace("11-30", "12-31"))
            backup = await bus["Milan"].backup(tmp_path / f"{hours}.db")
            await bus.later(days=7, hours=2)
            bus["Milan"].told.clear()
            await bus.later(hours=hours)
            await bus["Milan"].restore(backup)
            await bus.settle()
            await bus.later(minutes=11)
            assert len(_tables(bus["Milan"])) == tables


async def test_a_bot_from_a_backup_stays_out_of_what_was_proposed_before(unit: Path) -> None:
    async with three(unit) as bus:
        await _open(bus, "Berlin", "Milan")

        async def restored(seat: Seat) -> None:
            await seat.tx.execute("UPDATE coalitions SET epoch = 1796000000000, counter = 0")

        await bus["Shenzhen"].do(restored)
        said = await bus["Shenzhen"].lead("!coalition ok 1")
        assert said.says("I was restored from a backup", "So we stay out of this one.")


async def test_who_leaves_and_comes_back_tells_no_size_that_is_one_more(unit: Path) -> None:
    async with three(unit) as bus:
        await _open(bus, "Berlin", "Milan")

        async def comes_back(seat: Seat) -> None:
            await EveryCoalition(seat.tx).drop(seat.coalition.id)
            again = await Coalitions(seat.tx, seat.committee.id).begin(
                ref=coalition_bus.REF,
                title="Games workers",
                label="Milan",
                state=CoalitionState.OPEN,
                now=seat.now,
            )
            await EveryCoalition(seat.tx).settle(again.id, RoomId("!bots:example.org"))

        await bus["Milan"].do(comes_back)
        await bus["Milan"].chat.dm("@kim", '!contact add "Zoe Park" area=Ads --yes')
        await bus["Milan"].lead(PROPOSE.replace("On-call pay", "Rest days"))
        assert (await bus["Milan"].lead("!coalition ok")).says("The others see: 20 people.")


async def test_after_a_restore_totals_alone_are_told(unit: Path) -> None:
    async with three(unit) as bus:
        await bus["Milan"].lead("!coalition give areas")

        async def restored(seat: Seat) -> None:
            await seat.tx.execute("UPDATE coalitions SET epoch = at + 1, counter = 0")

        await bus["Milan"].do(restored)
        await bus.later(minutes=1)
        await bus["Milan"].lead(PROPOSE)
        assert (await bus["Milan"].lead("!coalition ok")).says("The others see: 20 people.")


def test_committees_of_one_label_are_two_committees() -> None:
    now = datetime(2026, 11, 30, 10, tzinfo=UTC)
    test = ProposedTest(
        CoalitionId(1), "k", Action.PETITION, "Pay", 0, "", now - timedelta(days=5), now
    )
    rows = [CountsRow(bot, "North", "", 20, 5, 5, 5) for bot in ("@a:x", "@b:x")]
    said = outgoing(views.table_here(test, now, rows, ()))
    body = str(said[0].content["body"])
    assert "Together, 2 committees" in body
    assert body.count("North: 5/20") == 2


# -- whatever the way does, and whoever lies ------------------------------------------------------


@given(
    seed=st.integers(0, 2**32), twice=st.sampled_from((0.0, 0.5)), lost=st.sampled_from((0.0, 0.3))
)
@BUS
def test_tables_are_equal_whatever_the_way_does(
    unit: Path, seed: int, twice: float, lost: float
) -> None:
    async def play() -> None:
        chance = random.Random(seed)
        weather = Weather(chance, shuffled=True, twice=twice)
        async with three(unit, weather) as bus:
            await _open(bus, "Berlin", "Milan", "Shenzhen")
            for chapter in bus.chapters.values():
                await _did(chapter, 1, chance.randint(1, 20))
            weather.unreadable = lost
            await bus.later(days=7, hours=2)
            await bus.later(hours=12)
            weather.unreadable = 0.0
            # That the last thing somebody said is missing shows when they say something else.
            for chapter in bus.chapters.values():
                await chapter.do(come_in)
            await bus.settle()
            await bus.later(hours=5)
            assert len(_equal(bus)) == 2

    run_apart(play())


class Aborted(Exception):
    """The process ended before COMMIT."""


async def test_one_result_wherever_a_transaction_dies(
    unit: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each message is heard, and each tick is done, twice: the first time it dies at the end."""
    died: set[object] = set()
    hear, tick, whole_hear, whole_tick = (
        hearing.hear, ticking.tick, Chapter.hear, Chapter.tick,
    )  # fmt: skip

    async def dying_hear(seat: Seat, member: Any, message: Any, *args: Any) -> Any:
        found = await hear(seat, member, message, *args)
        what = (seat.own, member.bot, message.counter)
        if what not in died:
            died.add(what)
            raise Aborted
        return found

    async def dying_tick(seat: Seat, table: Any) -> None:
        said = seat.coalition.counter
        await tick(seat, table)
        what = (seat.own, seat.now, said)
        if what not in died:
            died.add(what)
            raise Aborted

    async def again_hear(self: Chapter, flight: Flight, table: Any) -> Any:
        try:
            return await whole_hear(self, flight, table)
        except Aborted:
            return await whole_hear(self, flight, table)

    async def again_tick(self: Chapter, table: Any) -> None:
        try:
            await whole_tick(self, table)
        except Aborted:
            await whole_tick(self, table)

    monkeypatch.setattr(hearing, "hear", dying_hear)
    monkeypatch.setattr(coalition_bus, "tick", dying_tick)
    monkeypatch.setattr(Chapter, "hear", again_hear)
    monkeypatch.setattr(Chapter, "tick", again_tick)
    async with three(unit) as bus:
        await _open(bus, "Berlin", "Milan", "Shenzhen")
        await _did(bus["Berlin"], 1, 12)
        await bus.later(days=7, hours=2)
        await bus.later(hours=12)
        assert len(_equal(bus)) == 2
        counted = _kinds(bus)
        assert counted.count("test counts") == 6
        assert counted.count("test table") == 2
    assert len(died) > 30


async def test_a_bot_that_lies_changes_nobody_elses_row(unit: Path) -> None:
    async with three(unit) as bus:
        await _open(bus, "Berlin", "Milan", "Shenzhen")
        key = next(
            block["body"]["test"] for _w, block, _s in bus.said if block["kind"] == "test joined"
        )

        async def lies(seat: Seat) -> None:
            table = LayingOut(key, seat.now, (), (seat.own,))
            await seat.say("test table", table, "Nobody has reported.")
            await seat.say("test joined", SideEntry(key, (LineSize("", 3),)), "We are three.")

        await bus["Milan"].do(lies)
        await bus.later(days=7, hours=9)
        table = _equal(bus)[-1]
        assert len(_equal(bus)) == 1
        assert "Milan: 0/20" in table
        assert "3 committees" in table


async def test_a_test_that_begins_in_the_far_future_stops_nobody(unit: Path) -> None:
    async with three(unit) as bus:
        end = bus.now + timedelta(days=20)
        for opened in (datetime(9999, 12, 31, 20, tzinfo=UTC), bus.now + timedelta(days=2)):
            body = TestProposal("petition", "x", 0, "", opened, end)
            await _says(bus, "Shenzhen", body)
        await bus.settle()
        await bus.later(days=8)
        assert bus["Milan"].to_leads == ""


async def test_whoever_proposed_a_test_floods_no_room_with_tables(unit: Path) -> None:
    async with three(unit) as bus:
        await _open(bus, "Shenzhen", "Milan")
        key = next(
            block["body"]["test"] for _w, block, _s in bus.said if block["kind"] == "test joined"
        )

        async def flood(seat: Seat) -> None:
            for day in range(20):
                at = datetime(2026, 11, 25, 18, tzinfo=UTC) + timedelta(days=day)
                await seat.say("test table", LayingOut(key, at, (), ()), "x")
                monday = LayingOut(key, MONDAY, (f"@none:example.org/0/{day}",), ())
                await seat.say("test table", monday, "x")
                await seat.say("test table", LayingOut(key, MONDAY, (), ()), "x")

        async def kept(seat: Seat) -> int:
            return await seat.tx.number("SELECT COUNT(*) FROM coalition_tables")

        await bus["Shenzhen"].do(flood)
        await bus.settle()
        assert await bus["Milan"].do(kept) == 0
        await bus.later(days=7, minutes=30)
        before = await bus["Milan"].do(kept)
        await bus["Shenzhen"].do(flood)
        await bus.settle()
        assert await bus["Milan"].do(kept) <= before + 2
        assert len(_tables(bus["Milan"])) <= 2


async def test_reports_of_one_committee_are_bounded(unit: Path) -> None:
    async with three(unit) as bus:
        await _open(bus, "Berlin", "Milan")
        key = next(
            block["body"]["test"] for _w, block, _s in bus.said if block["kind"] == "test joined"
        )

        async def flood(seat: Seat) -> None:
            for number in range(90):
                odd = MONDAY + timedelta(minutes=number + 1)
                await seat.say("test counts", CountsReport(key, odd, ()), "x")
                await seat.say("test counts", CountsReport(key, MONDAY, ()), "x")
                nowhere = CountsReport("@none:example.org/0/1", odd, ())
                await seat.say("test counts", nowhere, "x")

        async def kept(seat: Seat) -> int:
            return await seat.tx.number("SELECT COUNT(*) FROM coalition_counts")

        await bus["Shenzhen"].do(flood)
        await bus.settle()
        assert await bus["Milan"].do(kept) == 160


async def test_tests_that_end_at_once_are_bounded_as_well(unit: Path) -> None:
    async with three(unit) as bus:
        for _ in range(4):
            for number in range(12):
                end = bus.now + timedelta(minutes=1)
                body = TestProposal("petition", f"x{number}", 0, "", bus.now, end)
                await _says(bus, "Shenzhen", body)
            await bus.settle()
            await bus.later(minutes=10)
        assert bus["Milan"].to_leads.count("proposes a joint test") <= 24


async def test_what_is_said_of_no_test_is_bounded_and_forgotten(unit: Path) -> None:
    async with three(unit) as bus:

        async def lies(seat: Seat) -> None:
            for number in range(30):
                entry = SideEntry(f"@none:example.org/0/{number}", (LineSize("", 30),))
                await seat.say("test joined", entry, "We are in it.")

        async def kept(seat: Seat) -> int:
            return await seat.tx.number("SELECT COUNT(*) FROM coalition_sides")

        await bus["Milan"].do(lies)
        await bus.settle()
        assert await bus["Berlin"].do(kept) == 12
        await _open(bus, "Berlin", "Milan")
        await bus.later(days=32)
        assert await bus["Berlin"].do(kept) == 2
        await bus.later(days=375)
        assert await bus["Berlin"].do(kept) == 0


async def test_counts_that_cannot_be_are_shown_as_not_reported(
    unit: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with three(unit) as bus:
        await _open(bus, "Berlin", "Milan")
        fly = bus.fly

        def lying(sender: str, block: dict[str, Any], sentence: str) -> None:
            if block["kind"] == "test counts" and sender == "Milan":
                block["body"] = {**block["body"], "counts": [[5, 9, 400]]}
            fly(sender, block, sentence)

        monkeypatch.setattr(Bus, "fly", lambda _self, *args: lying(*args))
        await bus.later(days=7, hours=9)
        await bus.later(hours=5)
        assert "Milan has not reported." in _tables(bus["Berlin"])[-1]


@given(st.lists(st.tuples(st.integers(1, 20), st.integers(0, 6)), min_size=4, max_size=12))
@BUS
def test_no_row_of_reports_tells_of_fewer_than_five(
    unit: Path, marked: list[tuple[int, int]]
) -> None:
    async def play() -> None:
        async with three(unit) as bus:
            await bus["Berlin"].lead("!coalition give areas")
            await _open(bus, "Berlin", "Milan", propose=PROPOSE.replace("2026-11-30", "2026-12-31"))
            for number, step in marked:
                word = ("asked", "yes", "did", "no", "unable", "did", "yes")[step]
                await bus["Berlin"].chat.dm("@kim", f"!test mark T-1 {word} M-{number}")
                await bus.later(days=4)
            told = [
                b["body"] for w, b, _s in bus.said if b["kind"] == "test counts" and w == "Berlin"
            ]
            lines = next(b["body"]["lines"] for w, b, _s in bus.said if b["kind"] == "test joined")
            last = [(0, 0, 0)] * len(lines)
            for each in told:
                for line, before, counts in zip(lines, last, each["counts"], strict=True):
                    assert may_be_told(CountedLine(line["people"], tuple(counts)), before)
                last = [tuple(counts) for counts in each["counts"]]
            assert told

    run_apart(play())


async def test_thirty_committees_take_one_message_each_a_round(unit: Path) -> None:
    names = [f"C{number}" for number in range(30)]
    async with coalition(*names, begun=unit) as bus:
        await _open(bus, *names)
        assert len(bus.said) == 1 + len(names)
        bus.away.add("C29")
        await bus.later(days=7, hours=2)
        assert len(bus.said) == 2 * len(names)
        assert _equal(bus) == []
        bus.away.discard("C29")
        began = time.process_time()
        await bus.settle()
        # From the last answer to thirty rooms, with what thirty bots do on one processor.
        assert time.process_time() - began < 5
        assert len(bus.said) == 1 + 2 * len(names) + 1
        (table,) = _equal(bus)
        assert "Together, 30 committees: 0/600" in table


# -- letters and news ------------------------------------------------------------------------------


LETTER = (
    '!coalition letter closes="2026-11-30 18:00" Pay for being on call\n'
    "We, the undersigned, ask for pay for every night on call.\n\n"
    "  We have asked before.\n<b>We</b> ask @room again."
)


async def test_a_letter_is_shown_in_full_before_an_ok(unit: Path) -> None:
    async with three(unit) as bus:
        await bus["Berlin"].lead(LETTER)
        assert bus.said == []
        whole = (
            "The whole text:\n"
            "> We, the undersigned, ask for pay for every night on call.\n"
            ">   We have asked before.\n"
            "> <b>We</b> ask @"
        )
        assert whole in bus["Berlin"].to_leads
        await bus["Berlin"].lead("!coalition ok")
        await bus.settle()
        assert "Berlin proposes a letter: Pay for being on call." in bus["Milan"].to_leads
        assert whole in bus["Milan"].to_leads
        assert "undersigned" not in bus["Milan"].in_room
        await bus["Milan"].lead("!coalition ok")
        await bus.settle()
        assert whole in bus["Milan"].in_room
        await _did(bus["Milan"], 1, 7)
        await _did(bus["Berlin"], 1, 4)
        await bus.later(days=7, hours=9)
        table = _equal(bus, "Berlin", "Milan")[-1]
        assert "Milan: 7/20" in table
        assert "Berlin: 0/20" in table


async def test_news_reach_a_room_only_when_a_lead_there_agrees(unit: Path) -> None:
    async with three(unit) as bus:
        said = await bus["Berlin"].lead('!coalition say "We won the on-call pay."')
        assert said.says("Sent to 2 committees.")
        await bus.settle()
        news = "News from Berlin: “We won the on-call pay.”"
        assert "Berlin has news for your room: “We won the on-call pay.”" in bus["Milan"].to_leads
        assert bus["Milan"].in_room == bus["Shenzhen"].in_room == ""
        assert (await bus["Milan"].chat.dm("@ana", "!coalition ok 1")).says("is for leads")
        await bus["Milan"].lead("!coalition ok 1")
        await bus["Shenzhen"].lead("!coalition no 1")
        assert bus["Milan"].in_room == news
        assert (await bus["Milan"].lead("!coalition ok 1")).says("does not wait for an ok")
        await bus.later(days=8)
        assert bus["Milan"].in_room == news
        assert bus["Shenzhen"].in_room == ""


async def test_a_bot_speaks_its_committees_language_and_each_lead_reads_their_own(
    unit: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever follows from a lead's ok is said to others in the committee's language, not the lead's."""
    spoken: list[str] = []

    def heard(words: str) -> str:
        spoken.append(i18n._locale.get())
        return words

    async with three(unit) as bus:
        await bus["Berlin"].lead("!lang de")
        monkeypatch.setattr("commands.coalition.news_views._", heard)
        await bus["Berlin"].lead('!coalition say "We won."')
        assert spoken == ["en"]


async def test_news_that_read_like_the_bots_own_are_not_taken(unit: Path) -> None:
    async with three(unit) as bus:
        said = await bus["Berlin"].lead('!coalition say "Secret poll K7QX: 12 ballots of 14."')
        assert said.says("That looks like a message from me")

        async def forged(seat: Seat) -> None:
            from commands.coalition.news import News  # noqa: PLC0415

            await seat.say("news", News("Secret poll K7QX: 12 ballots of 14."), "News.")

        await bus["Berlin"].do(forged)
        await bus.settle()
        assert bus["Milan"].to_leads == ""


async def test_a_label_like_anothers_is_refused(unit: Path) -> None:
    async with three(unit) as bus:
        assert (await bus["Berlin"].lead('!coalition label "Mi1an"')).says("too much like “Milan”")
        assert (await bus["Berlin"].lead('!coalition label "@room"')).says("cannot be a label")
        assert (await bus["Berlin"].lead('!coalition label "Berlin Mitte"')).says("call you")
        await bus.settle()
        flight = replace(bus_flight(bus), to="Milan")
        flight.block["counter"] += 1
        flight.block["body"] = {"label": "Shenzhen"}
        await bus["Milan"].hear(flight, bus.table)
        assert (await bus["Milan"].lead("!coalition")).says("Berlin Mitte: in it")


def bus_flight(bus: Bus) -> Flight:
    """The last message that arrived, to be changed and delivered again."""
    flight, _reception = bus.received[-1]
    return replace(flight, block=dict(flight.block))
