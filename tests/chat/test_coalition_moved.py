"""A bot that moved to another account: its leads and the others' know what to do, and it comes in again."""

from pathlib import Path

import pytest

from commands.coalition import absence
from commands.coalition.bodies import Applicant
from commands.coalition.seat import Seat
from commands.coalition.table import TABLE
from storage.coalition.coalitions import CoalitionMembers
from storage.coalition.model import MemberState
from storage.core.model import UserId
from tests.chat.test_coalition_pairing import words_of
from tests.chat.test_coalition_polls import ASKED, crowd, open_all, vote
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


async def _is_said_to_be_gone(bus: Bus, name: str) -> None:
    """Its lead is asked, and says that the old account is gone for good."""
    assert (await bus[name].lead("!coalition ok")).says("Good, agreed.")


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
            await bus.settle()
            await _is_said_to_be_gone(bus, name)
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


async def test_leads_who_do_not_say_that_it_is_gone_are_asked_again(begun: Path) -> None:
    async with coalition("Berlin", "Milan", "Shenzhen", begun=begun) as bus:
        await _misses(bus, "Milan")
        await bus.settle()
        assert bus["Milan"].to_leads.count("Is Berlin gone for good?") == 1
        assert (await bus["Milan"].lead("!coalition no")).says("I ask you again in 7 days.")
        await bus.later(days=6)
        assert bus["Milan"].to_leads.count("Is Berlin gone for good?") == 1
        await bus.later(days=1, hours=1)
        assert bus["Milan"].to_leads.count("Is Berlin gone for good?") == 2
        await bus.later(days=31)
        await bus.later(days=8)
        assert bus["Milan"].to_leads.count("Is Berlin gone for good?") == 3
        assert bus["Milan"].to_leads.count("I ask you again") == 0
        assert (await bus["Milan"].lead("!coalition")).says("not heard any more")
        assert bus.errors == []


async def test_whoever_is_paired_again_is_not_asked_about_any_more(begun: Path) -> None:
    async with coalition("Berlin", "Milan", "Shenzhen", begun=begun) as bus:
        await _misses(bus, "Milan")
        await bus.settle()

        async def back(seat: Seat) -> None:
            member = await CoalitionMembers(seat.tx).by_bot(seat.coalition.id, OLD)
            assert member is not None
            await CoalitionMembers(seat.tx).become(member.id, MemberState.IN)

        await bus["Milan"].do(back)
        await bus.settle()
        assert (await bus["Milan"].lead("!coalition ok 1")).says("does not wait for an ok any more")
        assert "has left" not in (await bus["Milan"].lead("!coalition")).text


LAGOS = UserId("@steward-3:example.org")


async def _say_it_left(bus: Bus, name: str) -> None:
    """A bot that lies, or whose leads were told so, counts on a committee no more."""

    async def forget(seat: Seat) -> None:
        member = await CoalitionMembers(seat.tx).by_bot(seat.coalition.id, LAGOS)
        assert member is not None
        await CoalitionMembers(seat.tx).forget(member.id)

    await bus[name].do(forget)


async def test_nobody_is_left_out_of_a_poll_because_it_is_not_seen(begun: Path) -> None:
    """Else whoever shows one bot that the others went asks it alone with two that lie."""
    async with coalition("Berlin", "Milan", "Shenzhen", "Lagos", begun=begun) as bus:
        crowd(bus)

        async def look(seat: Seat) -> None:
            member = await CoalitionMembers(seat.tx).by_bot(seat.coalition.id, LAGOS)
            assert member is not None
            await absence.went(seat, member, TABLE)

        await bus["Berlin"].do(look)
        for name in ("Milan", "Shenzhen"):
            await _say_it_left(bus, name)
        await bus.settle()
        await bus["Milan"].lead('!coalition poll "Strike fund?" closes=3d k=3')
        await bus["Milan"].lead("!coalition ok")
        await bus.settle()
        assert "not of exactly the committees that I know" in bus["Berlin"].to_leads
        # Its leads alone say that it is gone.
        await _is_said_to_be_gone(bus, "Berlin")
        assert "Strike fund?" not in bus["Berlin"].to_leads
        await bus["Shenzhen"].lead('!coalition poll "Food fund?" closes=3d k=3')
        await bus["Shenzhen"].lead("!coalition ok 2")
        await bus.settle()
        assert "Food fund?" in bus["Berlin"].to_leads
        assert bus.errors == []


@pytest.mark.parametrize("then", ["waits", "refused", "left"])
async def test_whoever_is_to_come_in_again_is_counted_on(begun: Path, then: str) -> None:
    """One that lies brings a suspended committee again, and then keeps it waiting, or refuses it."""
    async with coalition("Berlin", "Milan", "Shenzhen", "Lagos", begun=begun) as bus:
        await bus["Berlin"].suspect(LAGOS)
        await bus.settle()
        applicant = Applicant(LAGOS, "TheKeyOfAnotherMachine".ljust(43, "x"), "Lagos")
        bus.away.add("Lagos")
        await bus["Milan"].do(lambda seat: seat.say("introduce", applicant, "something"))
        await bus.settle()
        assert (await bus["Berlin"].lead("!coalition ok 2")).says("comes in as soon as")
        await bus.settle()

        async def counted(seat: Seat) -> list[tuple[str, MemberState]]:
            return [(each.bot, each.state) for each in await absence.counted_on(seat)]

        assert (LAGOS, MemberState.INTRODUCED) in await bus["Berlin"].do(counted)
        if then == "refused":
            await bus["Milan"].do(lambda seat: seat.say("refuse", applicant, "something"))
            await bus.settle()
            assert (LAGOS, MemberState.SUSPENDED) in await bus["Berlin"].do(counted)
        elif then == "left":

            async def comes_in_and_leaves(seat: Seat) -> None:
                member = await CoalitionMembers(seat.tx).by_bot(seat.coalition.id, LAGOS)
                assert member is not None
                await CoalitionMembers(seat.tx).forget(member.id)
                await absence.left(seat, member)
                await CoalitionMembers(seat.tx).become(member.id, MemberState.INTRODUCED)

            await bus["Berlin"].do(comes_in_and_leaves)
            assert LAGOS not in dict(await bus["Berlin"].do(counted))
        assert bus.errors == []


async def test_a_suspended_committee_is_asked_and_is_missing(begun: Path) -> None:
    """One of four that is not there costs no result."""
    async with coalition("Berlin", "Milan", "Shenzhen", "Lagos", begun=begun) as bus:
        there = ("Berlin", "Milan", "Shenzhen")
        bus.away.add("Lagos")
        for name in there:
            await bus[name].suspect(LAGOS)
        await bus.settle()
        for name in there:
            await bus[name].lead("!coalition no")
        crowd(bus)
        await bus["Berlin"].lead(ASKED)
        await bus["Berlin"].lead("!coalition ok")
        await bus.settle()
        asked = [block["body"] for _who, block, _said in bus.said if block["kind"] == "poll ask"]
        assert [len(each["bots"]) for each in asked] == [4]
        for name in there[1:]:
            assert (await bus[name].lead("!coalition ok")).says("is open until")
        await bus.settle()
        for name in there:
            await vote(bus, name, "01", "01", "01")
        await bus.later(days=3, hours=9)
        for name in there:
            assert "The sum over 3 committees: 9 ballots" in bus[name].in_room
        assert bus.errors == []


async def test_of_three_with_one_gone_the_others_go_on(begun: Path) -> None:
    async with coalition("Berlin", "Milan", "Shenzhen", begun=begun) as bus:
        for name in ("Milan", "Shenzhen"):
            await _misses(bus, name)
        await bus.settle()
        said = await bus["Milan"].lead(ASKED)
        assert said.says("A coalition poll needs at least 3 committees, and you are 2.")
        for name in ("Milan", "Shenzhen"):
            await _is_said_to_be_gone(bus, name)
        del bus.chapters["Berlin"]
        await open_all(bus, f"{ASKED} two=yes", by="Milan")
        for name in ("Milan", "Shenzhen"):
            await vote(bus, name, "01", "01", "01")
        await bus.later(days=3, hours=9)
        assert "The sum over 2 committees: 6 ballots" in bus["Milan"].in_room
        assert bus.errors == []
