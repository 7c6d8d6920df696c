"""Bots of two releases in one coalition: the older one goes on hearing, and leads on both sides know what to do."""

from pathlib import Path

import pytest

from commands.coalition import pairing, wire
from commands.coalition.seat import Seat
from storage.chat.said_once import SaidOnce
from storage.coalition.model import MemberState
from tests.chat.test_coalition_pairing import words_of
from tests.support.coalition_bus import Bus, Weather, coalition

NEWER = wire.VERSION + 1
UPDATE_THEM = "The bot of Berlin is older than I am"


async def _labelled(bus: Bus, label: str) -> None:
    await bus["Milan"].lead(f'!coalition label "{label}"')
    await bus.settle()


async def _known_as(bus: Bus) -> tuple[str, int | None]:
    """What Milan is called in Berlin, and up to where it was heard there."""
    (member,) = await bus["Berlin"].do(lambda seat: seat.members())
    return member.label, member.counter


async def test_an_older_bot_counts_what_a_newer_one_says_and_acts_upon_none(begun: Path) -> None:
    async with coalition("Berlin", "Milan", begun=begun) as bus:
        await _labelled(bus, "Milan One")
        assert await _known_as(bus) == ("Milan One", 1)
        bus["Milan"].version = NEWER
        await _labelled(bus, "Milan Two")
        assert await _known_as(bus) == ("Milan One", 2)
        # What it says so that older bots understand it is acted upon, in its turn, and nothing is asked for again.
        bus["Milan"].version = wire.VERSION
        await _labelled(bus, "Milan Three")
        label, _counter = await _known_as(bus)
        assert label == "Milan Three"
        assert [b["kind"] for who, b, _s in bus.said if who == "Berlin"] == ["older"]
        assert bus.errors == []


async def test_leads_on_both_sides_hear_of_it_once_a_week(begun: Path) -> None:
    async with coalition("Berlin", "Milan", "Shenzhen", begun=begun) as bus:
        berlin, milan, shenzhen = bus["Berlin"], bus["Milan"], bus["Shenzhen"]
        milan.version = shenzhen.version = NEWER
        for days, told in ((0, 1), (3, 1), (5, 2)):
            await bus.later(days=days)
            for number in range(2):
                await _labelled(bus, f"Milan {days} {number}")
            assert berlin.to_leads.count("is newer than I am. I can show what it says") == told
            assert milan.to_leads.count(UPDATE_THEM) == told
        assert "newer than I am" not in milan.to_leads + shenzhen.to_leads
        assert "older than I am" not in berlin.to_leads + shenzhen.to_leads
        assert await berlin.do(lambda seat: SaidOnce(seat.tx).counts()) == {"coalition_unknown": 6}
        assert bus.errors == []


@pytest.mark.parametrize("seed", range(4))
async def test_versions_come_in_any_order(begun: Path, seed: int) -> None:
    weather = Weather(shuffled=True, twice=0.3, unreadable=0.2)
    weather.chance.seed(seed)
    async with coalition("Berlin", "Milan", begun=begun, weather=weather) as bus:
        for number in range(8):
            bus["Milan"].version = wire.VERSION + number % 2
            await bus["Milan"].lead(f'!coalition label "Milan {number}"')
        bus["Milan"].version = wire.VERSION
        await bus.settle()
        assert (await _known_as(bus))[0] == "Milan 6"
        assert bus["Berlin"].to_leads.count("newer than I am") == 1
        assert bus.errors == []


@pytest.mark.parametrize(("version", "answers", "told"), [(NEWER, 0, 1), (wire.VERSION, 1, 0)])
async def test_what_a_newer_bot_asks_for_at_once_is_not_guessed_at(
    begun: Path, version: int, answers: int, told: int
) -> None:
    """It overtook another message. Of this version it is answered at once: the control."""
    async with coalition("Berlin", "Milan", begun=begun) as bus:
        await bus["Berlin"].lead('!coalition label "Berlin Mitte"')
        await _labelled(bus, "Milan One")
        said, body = len(bus.said), {"bot": bus["Berlin"].bot, "epoch": 0, "first": 1, "last": 9}
        early = {**bus.said[0][1], "version": version, "kind": "again", "counter": 3, "body": body}
        bus.fly("Milan", early, "")
        await bus.settle()
        again = [b for who, b, _s in bus.said[said:] if (who, b["kind"]) == ("Berlin", "label")]
        assert len(again) == answers
        await _labelled(bus, "Milan Two")
        assert (await _known_as(bus))[1] == 3
        assert bus["Berlin"].to_leads.count("newer than I am") == told


async def test_what_was_said_before_an_update_is_said_again_as_it_was(begun: Path) -> None:
    async with coalition("Berlin", "Milan", begun=begun) as bus:
        await _labelled(bus, "Milan One")
        await bus["Milan"].lead('!coalition label "Milan Two"')
        bus.flights.clear()
        bus["Milan"].version = NEWER
        await _labelled(bus, "Milan Three")
        assert await _known_as(bus) == ("Milan Two", 3)
        versions = [b["version"] for who, b, _s in bus.said if who == "Milan"]
        assert versions == [wire.VERSION, wire.VERSION, NEWER, wire.VERSION]


@pytest.mark.parametrize("newer", ["Berlin", "Milan"])
async def test_bots_of_two_releases_pair_once_the_older_one_is_updated(
    begun: Path, newer: str
) -> None:
    """Berlin made the code, Milan typed it; either may be the newer one."""
    older = "Milan" if newer == "Berlin" else "Berlin"
    async with coalition("Berlin", "Milan", begun=begun, paired=False) as bus:
        bus[newer].version = NEWER
        told = await bus["Berlin"].lead('!coalition new "Games workers" label="Berlin"')
        await bus["Milan"].lead(f'!coalition join {words_of(told)} label="Milan"')
        for _again in range(3):
            await bus.meet()
        told_older = f"I cannot pair with {bus[newer].bot} yet: it is newer than I am."
        told_newer = f"I cannot pair with {bus[older].bot} yet: it is older than I am."
        assert bus[older].to_leads.count(told_older) == 1, bus[older].to_leads
        assert bus[newer].to_leads.count(told_newer) == 1, bus[newer].to_leads
        assert "answers: the coalition" not in bus["Milan"].to_leads
        bus[older].version = NEWER
        await bus.meet()
        await bus["Berlin"].lead("!coalition ok")
        await bus["Milan"].lead("!coalition ok")
        await bus.meet()
        (member,) = await bus["Berlin"].do(lambda seat: seat.members())
        assert (member.label, member.state) == ("Milan", MemberState.IN)
        assert bus.errors == []


async def test_nobody_else_has_leads_told_of_a_version(begun: Path) -> None:
    """Whoever is not the bot of the code, though they know its number, is not answered."""
    async with coalition("Berlin", "Milan", "Shenzhen", begun=begun, paired=False) as bus:
        told = await bus["Berlin"].lead('!coalition new "Games workers"')
        await bus["Milan"].lead(f"!coalition join {words_of(told)}")
        await bus.meet()
        before = bus["Milan"].to_leads
        shenzhen = bus["Shenzhen"]
        shenzhen.version = NEWER
        knock = await _number(bus)
        for step in pairing.Step:
            await bus["Milan"].take(pairing.PairingStep(step, knock, "Berlin"), shenzhen)
        assert bus["Milan"].to_leads == before
        await bus["Milan"].take(pairing.PairingStep(pairing.Step.OLDER, knock, "B"), bus["Berlin"])
        assert "it is older than I am" in bus["Milan"].to_leads, (
            "the control: the code's bot is heard"
        )


async def _number(bus: Bus) -> str:
    async def found(seat: Seat) -> str:
        return str(await seat.tx.value("SELECT number FROM coalition_knocks"))

    return str(await bus["Milan"].do(found))
