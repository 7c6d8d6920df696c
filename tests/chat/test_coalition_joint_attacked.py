"""Joint tests of a coalition among bots that lie: they flood nobody and change nobody else's row."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from commands.coalition.joint.bodies import (
    CountsReport,
    LayingOut,
    LineSize,
    SideEntry,
    TestProposal,
)
from commands.coalition.seat import Seat
from tests.support.coalition_bus import Bus
from tests.support.joint_tests import MONDAY, equal_tables, opened, proposes, tables_of, three


async def test_a_bot_that_lies_changes_nobody_elses_row(unit: Path) -> None:
    async with three(unit) as bus:
        await opened(bus, "Berlin", "Milan", "Shenzhen")
        key = next(
            block["body"]["test"] for _w, block, _s in bus.said if block["kind"] == "test joined"
        )

        async def lies(seat: Seat) -> None:
            table = LayingOut(key, seat.now, (), (seat.own,))
            await seat.say("test table", table, "Nobody has reported.")
            await seat.say("test joined", SideEntry(key, (LineSize("", 3),)), "We are three.")

        await bus["Milan"].do(lies)
        await bus.later(days=7, hours=9)
        table = equal_tables(bus)[-1]
        assert len(equal_tables(bus)) == 1
        assert "Milan: 0/20" in table
        assert "3 committees" in table


async def test_a_test_that_begins_in_the_far_future_stops_nobody(unit: Path) -> None:
    async with three(unit) as bus:
        end = bus.now + timedelta(days=20)
        for opened in (datetime(9999, 12, 31, 20, tzinfo=UTC), bus.now + timedelta(days=2)):
            body = TestProposal("petition", "x", 0, "", opened, end)
            await proposes(bus, "Shenzhen", body)
        await bus.settle()
        await bus.later(days=8)
        # They are told once that the other's clock is wrong, and asked nothing.
        told = bus["Milan"].to_leads
        assert told.count("the clock of its bot is ahead of mine") == 1
        assert "!coalition ok" not in told


async def test_whoever_proposed_a_test_floods_no_room_with_tables(unit: Path) -> None:
    async with three(unit) as bus:
        await opened(bus, "Shenzhen", "Milan")
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
        assert len(tables_of(bus["Milan"])) <= 2


async def test_reports_of_one_committee_are_bounded(unit: Path) -> None:
    async with three(unit) as bus:
        await opened(bus, "Berlin", "Milan")
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
                await proposes(bus, "Shenzhen", body)
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
        await opened(bus, "Berlin", "Milan")
        await bus.later(days=32)
        assert await bus["Berlin"].do(kept) == 2
        await bus.later(days=375)
        assert await bus["Berlin"].do(kept) == 0


async def test_counts_that_cannot_be_are_shown_as_not_reported(
    unit: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with three(unit) as bus:
        await opened(bus, "Berlin", "Milan")
        fly = bus.fly

        def lying(sender: str, block: dict[str, Any], sentence: str) -> None:
            if block["kind"] == "test counts" and sender == "Milan":
                block["body"] = {**block["body"], "counts": [[5, 9, 400]]}
            fly(sender, block, sentence)

        monkeypatch.setattr(Bus, "fly", lambda _self, *args: lying(*args))
        await bus.later(days=7, hours=9)
        await bus.later(hours=5)
        assert "Milan has not reported." in tables_of(bus["Berlin"])[-1]
