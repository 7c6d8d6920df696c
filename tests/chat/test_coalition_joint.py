"""Joint tests of a coalition, over the bus: the same table in every room, and nothing of fewer than five in it."""

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from bot.delivery.outgoing import outgoing
from commands.coalition.bodies import Parting
from commands.coalition.disclosure import CountedLine, may_be_told
from commands.coalition.joint import views
from commands.coalition.joint.views import CountsRow
from commands.coalition.seat import Seat
from storage.coalition.coalitions import Coalitions, EveryCoalition
from storage.coalition.joint import ProposedTest
from storage.coalition.model import CoalitionId, CoalitionState
from storage.core.model import RoomId
from storage.structure_tests.model import Action
from tests.support import coalition_bus
from tests.support.coalition_bus import coalition, run_apart
from tests.support.joint_tests import (
    BUS,
    PROPOSE,
    did,
    equal_tables,
    kinds_said,
    opened,
    tables_of,
    three,
)


async def test_a_lead_sees_what_would_be_told_before_anything_is_out(unit: Path) -> None:
    async with three(unit) as bus:
        said = await bus["Berlin"].lead(PROPOSE)
        assert said.says("Nothing is sent yet. I showed On-call pay to you and the other leads")
        assert "You are about to propose a joint test: On-call pay" in bus["Berlin"].to_leads
        assert "No names, and no group under five." in bus["Berlin"].to_leads
        assert bus.said == []
        waiting = await bus["Berlin"].lead("!coalition")
        assert waiting.says("You are about to propose a joint test: On-call pay")
        assert "Berlin proposes" not in waiting.text, "its own read like another committee's"
        assert (await bus["Berlin"].lead("!coalition ok 1")).says("The others see: 20 people.")
        await bus.settle()
        assert kinds_said(bus) == ["test proposed", "test joined"]
        assert (
            "Berlin proposes a joint test: On-call pay (petition, goal 65 %)."
            in bus["Milan"].to_leads
        )
        assert bus["Milan"].in_room == ""


async def test_every_room_gets_the_same_table_on_monday_and_at_the_end(unit: Path) -> None:
    async with three(unit) as bus:
        await opened(bus, "Berlin", "Milan", "Shenzhen")
        await did(bus["Berlin"], 1, 12)
        await did(bus["Milan"], 1, 3)
        await bus.later(days=7, hours=2)
        (monday,) = equal_tables(bus)
        assert monday == (
            "On-call pay, all committees, as of Mon 30 Nov:\n"
            "Together, 3 committees: 12/60 = 20.0 %, goal 65 %: not reached, 27 to go\n"
            "• Berlin: 12/20 = 60.0 % · asked 12 · said yes 12\n"
            "• Milan: 0/20 = 0.0 % · asked 0 · said yes 0\n"
            "• Shenzhen: 0/20 = 0.0 % · asked 0 · said yes 0\n"
            "No group under five is shown, so a count may be a little lower than the real one."
        )
        await did(bus["Milan"], 4, 20)
        await bus.later(hours=12)
        (_monday, end) = equal_tables(bus)
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
        await opened(bus, "Berlin", "Milan")
        assert (await bus["Shenzhen"].lead("!coalition no 1")).says("You are not part of it.")
        await bus.later(days=7, hours=9)
        (table,) = equal_tables(bus, "Berlin", "Milan")
        assert "2 committees" in table
        assert "Shenzhen" not in table
        assert tables_of(bus["Shenzhen"]) == []


async def test_areas_are_told_where_a_committee_says_so(unit: Path) -> None:
    async with three(unit) as bus:
        assert (await bus["Milan"].lead("!coalition give areas")).says("by area, with the areas'")
        await opened(bus, "Berlin", "Milan")
        await did(bus["Milan"], 1, 10)
        await bus.later(days=7, hours=9)
        table = equal_tables(bus, "Berlin", "Milan")[-1]
        assert "• Milan: 8/20" in table
        assert "• Milan, Payments: 8/8" in table
        assert "• Milan, Search: 0/7" in table
        assert "• Milan, Ads: 0/5" in table
        assert "Berlin, " not in table


async def test_a_test_of_the_coalition_is_told_in_no_other_way(unit: Path) -> None:
    async with three(unit) as bus:
        await opened(bus, "Berlin", "Milan")
        for typed in ("!test invite T-1", "!test join K7QX2M T-1", "!test joint T-1"):
            said = await bus["Berlin"].lead(typed)
            assert said.says("is a joint test of your coalition already", "!coalition tests")


async def test_what_others_know_of_cannot_be_undone(unit: Path) -> None:
    async with three(unit) as bus:
        await opened(bus, "Berlin", "Milan")
        said = await bus["Milan"].lead("!undo")
        assert said.says("Other committees know of this test already, so it cannot be undone.")
        assert (await bus["Milan"].lead("!test list")).says("T-1 On-call pay")


async def test_one_asks_for_the_last_table(unit: Path) -> None:
    async with three(unit) as bus:
        assert (await bus["Berlin"].lead("!coalition tests")).says("You are in no joint test.")
        await opened(bus, "Berlin", "Milan")
        said = await bus["Milan"].room("!coalition tests")
        assert said.says("On-call pay: no counts yet. In it: Berlin and Milan.")
        assert (await bus["Berlin"].lead("!coalition")).says(
            "In joint tests you give totals only.", "On-call pay, until"
        )
        await bus.later(days=7, hours=9)
        said = await bus["Milan"].room("!coalition tests")
        assert said.text == equal_tables(bus, "Berlin", "Milan")[-1]


async def test_who_has_not_reported_is_named_and_shown_later(unit: Path) -> None:
    async with three(unit) as bus:
        await opened(bus, "Berlin", "Milan", "Shenzhen")
        await did(bus["Shenzhen"], 1, 20)
        bus.away.add("Shenzhen")
        await bus.later(days=7, hours=9)
        assert tables_of(bus["Berlin"]) == []
        await bus.later(hours=5)
        (first,) = equal_tables(bus, "Berlin", "Milan")
        assert "Shenzhen has not reported." in first
        assert "Together, 2 committees" in first
        bus.away.discard("Shenzhen")
        await bus.settle()
        await bus.settle()
        tables = equal_tables(bus)
        assert len(tables) == 2
        assert tables[1].startswith("On-call pay, all committees, at the end, updated:")
        assert "Shenzhen: 20/20 = 100.0 %" in tables[1]


async def test_a_correction_is_shown_once_a_day(unit: Path) -> None:
    async with three(unit) as bus:
        await opened(bus, "Berlin", "Milan")
        await did(bus["Milan"], 1, 10)
        await bus.later(days=7, hours=9)
        await did(bus["Milan"], 11, 12)
        await bus.later(days=1, hours=1)
        assert len(equal_tables(bus, "Berlin", "Milan")) == 1
        await did(bus["Milan"], 13, 15)
        await bus.later(days=1)
        tables = equal_tables(bus, "Berlin", "Milan")
        assert len(tables) == 2
        assert "Milan: 15/20" in tables[1]
        await did(bus["Milan"], 16, 20)
        await bus.later(days=8)
        assert len(equal_tables(bus, "Berlin", "Milan")) == 2


async def test_who_leaves_is_in_the_next_table_no_more(unit: Path) -> None:
    async with three(unit) as bus:
        await opened(bus, "Berlin", "Milan", "Shenzhen")
        await bus["Berlin"].do(lambda seat: seat.say("leave", Parting(), "Bye."))
        await bus.settle()
        bus.away.add("Berlin")
        await bus.later(days=7, hours=2)
        tables = equal_tables(bus, "Milan", "Shenzhen")
        assert len(tables) == 1
        assert "2 committees" in tables[0]
        assert "Berlin" not in tables[0]


async def test_who_leaves_and_comes_back_tells_no_size_that_is_one_more(unit: Path) -> None:
    async with three(unit) as bus:
        await opened(bus, "Berlin", "Milan")

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


@given(st.lists(st.tuples(st.integers(1, 20), st.integers(0, 6)), min_size=4, max_size=12))
@BUS
def test_no_row_of_reports_tells_of_fewer_than_five(
    unit: Path, marked: list[tuple[int, int]]
) -> None:
    async def play() -> None:
        async with three(unit) as bus:
            await bus["Berlin"].lead("!coalition give areas")
            await opened(
                bus, "Berlin", "Milan", propose=PROPOSE.replace("2026-11-30", "2026-12-31")
            )
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
        await opened(bus, *names)
        assert len(bus.said) == 1 + len(names)
        bus.away.add("C29")
        await bus.later(days=7, hours=2)
        assert len(bus.said) == 2 * len(names)
        assert equal_tables(bus) == []
        bus.away.discard("C29")
        began = time.process_time()
        await bus.settle()
        # From the last answer to thirty rooms, with what thirty bots do on one processor.
        assert time.process_time() - began < 5
        assert len(bus.said) == 1 + 2 * len(names) + 1
        (table,) = equal_tables(bus)
        assert "Together, 30 committees: 0/600" in table
