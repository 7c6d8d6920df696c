"""Letters, news and labels of a coalition: what a room hears of other committees, and who agreed to it."""

from dataclasses import replace
from pathlib import Path

import pytest

from commands.coalition.seat import Seat
from commands.framework import i18n
from tests.support.coalition_bus import Bus, Flight
from tests.support.joint_tests import (
    did,
    equal_tables,
    three,
)

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
        await did(bus["Milan"], 1, 7)
        await did(bus["Berlin"], 1, 4)
        await bus.later(days=7, hours=9)
        table = equal_tables(bus, "Berlin", "Milan")[-1]
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
