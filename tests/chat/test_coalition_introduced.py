"""What a member's bot can do to another's by introducing or refusing it: nothing that leads did not say."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from commands.coalition import absence
from commands.coalition.bodies import Applicant
from commands.coalition.introducing import introduce
from commands.coalition.membership import come_in
from commands.coalition.seat import Seat
from commands.coalition.table import TABLE
from storage.coalition.coalitions import CoalitionMembers
from storage.coalition.model import MemberState
from tests.support.coalition_bus import Bus, Chapter, coalition

HERE = ("Berlin", "Milan", "Shenzhen")
ANOTHER_KEY = "TheKeyOfAnotherMachine".ljust(43, "x")


def _applicant(chapter: Chapter, label: str = "", master: str = "") -> Applicant:
    return Applicant(chapter.bot, master or chapter.master, label or chapter.name)


async def _says(bus: Bus, name: str, kind: str, applicant: Applicant) -> None:
    await bus[name].do(lambda seat: seat.say(kind, applicant, "something"))
    await bus.settle()


async def _turin_at(bus: Bus, name: str) -> tuple[str, str, MemberState, int | None]:
    async def look(seat: Seat) -> tuple[str, str, MemberState, int | None]:
        found = await CoalitionMembers(seat.tx).by_bot(seat.coalition.id, bus["Turin"].bot)
        assert found is not None
        return found.label, found.master, found.state, found.counter

    found: tuple[str, str, MemberState, int | None] = await bus[name].do(look)
    return found


@asynccontextmanager
async def _with_turin_agreed_to(begun: Path) -> AsyncIterator[Bus]:
    """Four committees; the fourth came in because Berlin introduced it and leads said ok."""
    async with coalition(*HERE, "Turin", begun=begun) as bus:
        turin = bus["Turin"]

        async def unknown(seat: Seat) -> None:
            known = await CoalitionMembers(seat.tx).by_bot(seat.coalition.id, turin.bot)
            assert known is not None
            await CoalitionMembers(seat.tx).drop(known.id)

        for name in HERE:
            await bus[name].do(unknown)
        await bus["Berlin"].do(lambda seat: introduce(seat, _applicant(turin)))
        await bus.settle()
        for name in ("Milan", "Shenzhen"):
            await bus[name].lead("!coalition ok 1")
            await bus.settle()
        await turin.do(come_in)
        for number in range(3):
            await turin.lead(f'!coalition label "Turin {number}"')
        await bus.settle()
        assert await _turin_at(bus, "Milan") == ("Turin 2", turin.master, MemberState.IN, 4)
        yield bus


async def test_whoever_is_in_is_not_put_out_or_counted_anew_by_another(begun: Path) -> None:
    async with _with_turin_agreed_to(begun) as bus:
        before, told = await _turin_at(bus, "Milan"), bus["Milan"].to_leads
        for master in ("", ANOTHER_KEY):
            wrong = _applicant(bus["Turin"], "Elsewhere", master)
            for kind in ("introduce", "refuse", "accept", "admit"):
                await _says(bus, "Shenzhen", kind, wrong)
                assert await _turin_at(bus, "Milan") == before, (kind, master)
        assert "would like to let" not in bus["Milan"].to_leads.removeprefix(told)
        await bus["Turin"].lead('!coalition label "Torino"')
        await bus.settle()
        label, _, state, counter = await _turin_at(bus, "Milan")
        assert (label, state, counter) == ("Torino", MemberState.IN, 5)
        assert bus.errors == []


async def test_an_old_ok_lets_nobody_in_who_left(begun: Path) -> None:
    async with _with_turin_agreed_to(begun) as bus:
        applicant = _applicant(bus["Turin"])
        await bus["Turin"].lead("!coalition leave --yes")
        await bus.settle()
        assert (await _turin_at(bus, "Milan"))[2] is MemberState.LEFT
        told = bus["Milan"].to_leads
        await _says(bus, "Shenzhen", "introduce", applicant)
        assert (await _turin_at(bus, "Milan"))[2] is MemberState.LEFT
        assert "Shenzhen knows Turin" in bus["Milan"].to_leads.removeprefix(told)


async def test_whoever_is_suspended_is_asked_about_anew_and_counted_on(begun: Path) -> None:
    async with _with_turin_agreed_to(begun) as bus:
        await bus["Milan"].suspect(bus["Turin"].bot)
        before = await _turin_at(bus, "Milan")
        await _says(bus, "Shenzhen", "introduce", _applicant(bus["Turin"]))
        assert await _turin_at(bus, "Milan") == before
        shown = await bus["Milan"].lead("!coalition")
        number = shown.text.partition("!coalition ok ")[2].split()[0]
        await bus["Milan"].lead(f"!coalition ok {number}")
        assert (await _turin_at(bus, "Milan"))[3] == before[3]


@pytest.mark.parametrize("way", ["leaves", "went", "suspended"])
async def test_whoever_waits_only_for_one_that_is_in_no_more_comes_in(
    begun: Path, way: str
) -> None:
    """Milan agreed; Shenzhen said nothing, and then is in no more."""
    async with coalition(*HERE, begun=begun) as bus:
        stranger = Applicant("@steward-9:example.org", ANOTHER_KEY, "Lagos")
        await bus["Berlin"].do(lambda seat: introduce(seat, stranger))
        await bus.settle()
        await bus["Milan"].lead("!coalition ok")
        await bus.settle()
        assert "Lagos: waits" in (await bus["Berlin"].lead("!coalition")).text
        gone = bus["Shenzhen"].bot

        async def went(seat: Seat) -> None:
            member = await CoalitionMembers(seat.tx).by_bot(seat.coalition.id, gone)
            assert member is not None
            await absence.went(seat, member, TABLE)

        if way == "leaves":
            await bus["Shenzhen"].lead("!coalition leave --yes")
        elif way == "went":
            await bus["Berlin"].do(went)
        else:
            await bus["Berlin"].suspect(gone)
        await bus.settle()
        assert "Everybody agreed. I invite the bot of Lagos now." in bus["Berlin"].to_leads
        assert "Lagos: invited" in (await bus["Berlin"].lead("!coalition")).text
        assert "Lagos: invited" in (await bus["Milan"].lead("!coalition")).text
        assert bus.errors == []


async def test_whoever_another_has_not_agreed_to_does_not_come_in_by_that(begun: Path) -> None:
    async with coalition(*HERE, begun=begun) as bus:
        stranger = Applicant("@steward-9:example.org", ANOTHER_KEY, "Lagos")
        await bus["Berlin"].do(lambda seat: introduce(seat, stranger))
        await bus.settle()
        await bus["Shenzhen"].lead("!coalition leave --yes")
        await bus.settle()
        assert "Lagos: waits" in (await bus["Berlin"].lead("!coalition")).text


async def test_leads_read_how_the_key_begins(begun: Path) -> None:
    async with coalition(*HERE, begun=begun) as bus:
        stranger = Applicant("@steward-9:example.org", "AbCdEfGhIjKlMn".ljust(43, "x"), "Lagos")
        await _says(bus, "Berlin", "introduce", stranger)
        assert "@steward-9:example.org · AbCd EfGh IjKl" in bus["Milan"].to_leads


async def test_whoever_is_introduced_is_never_called_what_another_is(begun: Path) -> None:
    async with coalition(*HERE, begun=begun) as bus:
        for number, label in enumerate(("Berlin", "shenzhen", "Mi1an", "Berlin")):
            stranger = Applicant(f"@stranger-{number}:example.org", ANOTHER_KEY, label)
            await _says(bus, "Berlin", "introduce", stranger)
            await bus["Milan"].lead(f"!coalition ok {number + 1}")
        shown = (await bus["Milan"].lead("!coalition")).text
        for label in ("Berlin 2", "shenzhen 2", "Mi1an 2", "Berlin 3"):
            assert f"knows {label} and would" in bus["Milan"].to_leads
            assert f"{label}: waits" in shown
        assert bus.errors == []


async def test_two_who_pair_under_one_label_are_told_apart_by_both(begun: Path) -> None:
    async with coalition("Berlin", "Milan", "Turin", begun=begun, paired=False) as bus:
        told = await bus["Berlin"].lead('!coalition new "Games workers" label="Berlin"')
        for name in ("Milan", "Turin"):
            rows = re.findall(r"(?m)^\s*\d+\. ([a-z ]+)$", told.text)
            await bus[name].lead(f"!coalition join {' '.join(rows)}")
            await bus[name].lead('!coalition label "Berlin"')
            await bus.meet()
            for each in bus.chapters if name == "Turin" else ("Berlin", "Milan"):
                await bus[each].lead("!coalition ok")
                await bus.meet()
            told = await bus["Berlin"].lead("!coalition code")
        assert "Berlin 2 answers: the coalition Games workers." in bus["Milan"].to_leads
        for name in bus.chapters:
            shown = (await bus[name].lead("!coalition")).text
            others = re.findall(r"(?m)^\W*(\w.*): in it, last heard .*$", shown)
            assert len({"Berlin", *others}) == 3, (name, shown)
        assert bus.errors == []


async def test_a_bare_ok_never_means_what_took_the_place_of_what_a_lead_read(begun: Path) -> None:
    async with coalition(*HERE, begun=begun) as bus:
        milan = bus["Milan"]
        read, other = (
            Applicant(f"@stranger-{label}:example.org", ANOTHER_KEY, label)
            for label in ("Lagos", "Turin")
        )
        await _says(bus, "Berlin", "introduce", read)
        await _says(bus, "Berlin", "introduce", other)
        await _says(bus, "Berlin", "refuse", read)
        for word in ("ok", "no"):
            said = await milan.lead(f"!coalition {word}")
            assert said.says("Which one? !coalition shows their numbers.")
        assert "Turin: waits" not in (await milan.lead("!coalition")).text
        assert (await milan.lead("!coalition ok 2")).says("comes in as soon as all others agree")
        # Where nothing ended without that lead, one that waits is the one that is meant.
        await bus.later(days=8)
        third = Applicant("@stranger-3:example.org", ANOTHER_KEY, "Porto")
        await _says(bus, "Berlin", "introduce", third)
        assert (await milan.lead("!coalition ok")).says("Porto comes in as soon as")


async def test_a_lead_chooses_the_label_before_the_other_bot_hears_one(begun: Path) -> None:
    async with coalition("Berlin", "Milan", begun=begun, paired=False) as bus:
        told = await bus["Berlin"].lead('!coalition new "Games workers"')
        code = " ".join(re.findall(r"(?m)^\s*\d+\. ([a-z ]+)$", told.text))
        looks = await bus["Milan"].lead(f'!coalition join {code} label="The second"')
        assert looks.says("They will see you as The second.")
        await bus.meet()
        assert "The second typed your pairing code." in bus["Berlin"].to_leads
