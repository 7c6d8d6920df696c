"""A bot that moved to another account: its leads and the others' know what to do, and it comes in again."""

from pathlib import Path

import pytest

from commands.coalition import absence
from commands.coalition.seat import Seat
from commands.coalition.table import TABLE
from storage.coalition.coalitions import CoalitionMembers
from storage.core.model import UserId
from tests.chat.test_coalition_pairing import words_of
from tests.support.coalition_bus import Bus, coalition

OLD = UserId("@steward-0:example.org")


async def _moves(bus: Bus, name: str) -> None:
    """A committee's bot goes on under another account, of another homeserver, as `steward move` leaves it."""
    chapter = bus[name]
    chapter.bot = UserId(f"@steward:{name.lower()}.example")
    chapter.master = f"MasterKeyOf{name}Moved".ljust(43, "x")
    async with chapter.chat.database.transaction() as tx:
        await tx.execute("DELETE FROM coalitions")


async def _misses(bus: Bus, name: str) -> None:
    """A bot sees that the old account is not in the room of the bots any more."""

    async def look(seat: Seat) -> None:
        member = await CoalitionMembers(seat.tx).by_bot(seat.coalition.id, OLD)
        assert member is not None
        await absence.went(seat, member, TABLE)

    await bus[name].do(look)


async def _comes_back(bus: Bus) -> None:
    code = words_of(await bus["Milan"].lead("!coalition code"))
    await bus["Berlin"].lead(f"!coalition join {code}")
    for _round in range(3):
        await bus.meet()
        for each in bus.chapters.values():
            await each.lead("!coalition ok")


@pytest.mark.parametrize("names", [("Berlin", "Milan"), ("Berlin", "Milan", "Shenzhen")])
async def test_a_bot_that_moved_comes_in_again(begun: Path, names: tuple[str, ...]) -> None:
    async with coalition(*names, begun=begun) as bus:
        await _moves(bus, "Berlin")
        for name in names[1:]:
            await _misses(bus, name)
            told = bus[name].to_leads
            assert "The bot of Berlin has left the room of our bots, and has not said why." in told
            assert "pair again with !coalition code" in told
            shown = await bus[name].lead("!coalition")
            assert shown.says("Berlin: not heard any more. Pair again.")
        await _comes_back(bus)
        assert bus.errors == []
        for name in names:
            shown = await bus[name].lead("!coalition")
            others = [each for each in names if each != name]
            assert shown.text.count(": in it") == len(others), (name, shown.text)


async def test_whoever_waits_for_a_bot_that_is_gone_waits_for_ever(begun: Path) -> None:
    """The control of the test above: nobody saw that the old account is gone."""
    async with coalition("Berlin", "Milan", begun=begun) as bus:
        await _moves(bus, "Berlin")
        await _comes_back(bus)
        shown = await bus["Milan"].lead("!coalition")
        assert shown.text.count(": in it") == 1
        assert shown.says("waits until all have agreed")


async def test_leads_see_since_when_a_bot_is_silent(begun: Path) -> None:
    async with coalition("Berlin", "Milan", "Shenzhen", begun=begun) as bus:
        await bus["Milan"].lead('!coalition label "Milano"')
        await bus.settle()
        await bus.later(days=4)
        await bus["Shenzhen"].lead('!coalition label "Art"')
        await bus.settle()
        shown = await bus["Berlin"].lead("!coalition")
        assert shown.says(
            "Milano: in it, last heard Mon 23 Nov", "Art: in it, last heard Fri 27 Nov"
        )


async def test_what_waits_for_it_goes_on_without_it(begun: Path) -> None:
    """It is a member no more: no poll's set names it, and no introduction waits for its ok."""
    async with coalition("Berlin", "Milan", "Shenzhen", begun=begun) as bus:
        await _misses(bus, "Milan")

        async def members(seat: Seat) -> list[str]:
            return [each.bot for each in await seat.members()]

        assert OLD not in await bus["Milan"].do(members)
        assert OLD in await bus["Shenzhen"].do(members)
