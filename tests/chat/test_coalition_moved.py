"""A bot that moved to another account: its leads and the others' know what to do, and it comes in again."""

from pathlib import Path

import pytest

from commands.coalition import absence
from commands.coalition.bodies import LONGEST_LABEL, Applicant
from commands.coalition.labelling import told_apart
from commands.coalition.seat import Seat
from commands.coalition.table import TABLE
from storage.coalition.coalitions import CoalitionMembers
from storage.coalition.model import MemberState
from storage.coalition.retention import OldCoalitionRecords
from storage.core.model import UserId
from tests.chat.test_coalition_pairing import words_of
from tests.support.coalition_bus import Bus, Chapter, coalition
from tests.support.coalition_polls import ASKED, crowd, open_all, vote

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


async def test_who_waits_for_a_bot_that_only_is_silent_hears_for_whom(begun: Path) -> None:
    """Its machine is gone, and its account is in the room of bots as before: nobody but leads can say so."""
    async with coalition("Berlin", "Milan", "Turin", begun=begun) as bus:
        bus.away.add("Turin")
        await _moves(bus, "Berlin")
        await _comes_back(bus)
        shown = await bus["Milan"].lead("!coalition")
        assert shown.says("waits until all have agreed")
        assert "cannot come in yet" not in bus["Milan"].to_leads
        early = await bus["Milan"].lead('!coalition gone "Turin"')
        assert early.says("The bot of Turin was here", "said nothing for 7 days")
        await bus.later(days=8)
        told = bus["Milan"].to_leads
        assert told.count("cannot come in yet: I have no ok from Berlin and Turin.") == 1
        unknown = await bus["Milan"].lead('!coalition gone "Oslo"')
        assert unknown.says("No committee of our coalition is called that.", "Turin")
        for name in ("Berlin", "Turin"):
            said = await bus["Milan"].lead(f'!coalition gone "{name.lower()}"')
            assert said.says("I ask all leads here; one of you says ok.")
            assert f"Is {name} gone for good?" in bus["Milan"].to_leads
            agreed = await bus["Milan"].lead("!coalition ok")
            assert agreed.says(
                "Good, agreed." if name == "Berlin" else "Everybody agreed. I invite"
            )
        await bus.meet()
        shown = await bus["Milan"].lead("!coalition")
        assert "waits until all have agreed" not in shown.text
        assert shown.text.count(": in it") == 1
        assert shown.text.count(": has left") == 2
        assert bus.errors == []


@pytest.mark.parametrize("says", ["its lead", "ours"])
async def test_who_is_said_to_be_gone_is_missing_in_an_open_poll(begun: Path, says: str) -> None:
    """It did not say that it has too few ballots: else one lead chose among how few a total is hidden."""
    names = ("Berlin", "Milan", "Shenzhen", "Turin")
    async with coalition(*names, begun=begun) as bus:
        await open_all(bus, '!coalition poll "Strike fund?" closes=13d k=3')
        await bus.later(days=8)
        if says == "ours":
            await bus["Berlin"].lead('!coalition gone "Turin"')
            assert (await bus["Berlin"].lead("!coalition ok")).says("Good, agreed.")
        else:
            # The control: it leaves, and says so itself.
            await bus["Turin"].lead("!coalition leave --yes")
            await bus.settle()
        assert (await bus["Berlin"].lead("!coalition")).says("Turin: has left")
        async with bus["Berlin"].chat.database.transaction() as tx:
            noted = await tx.number(
                "SELECT COUNT(*) FROM coalition_poll_words WHERE kind = 'ready' AND bot = ?",
                (bus["Turin"].bot,),
            )
        assert noted == (says == "its lead")


async def test_a_committee_that_is_only_silent_stays_where_leads_say_no(begun: Path) -> None:
    async with coalition("Berlin", "Milan", begun=begun) as bus:
        await bus.later(days=8)
        assert (await bus["Berlin"].lead("!coalition")).says(
            'If it is gone for good: !coalition gone "…"'
        )
        await bus["Berlin"].lead('!coalition gone "Milan"')
        assert (await bus["Berlin"].lead("!coalition no")).says("Good. Milan stays one of us.")
        # It is asked again when somebody says so again, and not once it is heard.
        await bus["Berlin"].lead('!coalition gone "Milan"')
        await bus["Milan"].lead('!coalition label "Milano"')
        await bus.settle()
        await bus.settle()
        assert (await bus["Berlin"].lead("!coalition ok")).says("Nothing waits for your ok")
        assert ": in it" in (await bus["Berlin"].lead("!coalition")).text


async def test_leads_see_since_when_a_bot_is_silent(begun: Path) -> None:
    async with coalition("Berlin", "Milan", "Shenzhen", begun=begun) as bus:
        shown = await bus["Berlin"].lead("!coalition")
        assert shown.says("Milan: in it, not heard yet")
        assert "Bots speak only when" not in shown.text
        await bus["Milan"].lead('!coalition label "Milano"')
        await bus.settle()
        await bus.later(days=4)
        await bus["Shenzhen"].lead('!coalition label "Art"')
        await bus.settle()
        shown = await bus["Berlin"].lead("!coalition")
        assert shown.says(
            "Milano: in it, last heard Mon 23 Nov", "Art: in it, last heard Fri 27 Nov"
        )
        assert "Bots speak only when there is something to do together." not in shown.text
        await bus.later(days=3)
        shown = await bus["Berlin"].lead("!coalition")
        assert shown.says("last heard Mon 23 Nov", "A long silence may mean that nothing was")
        await bus.later(days=24)
        async with bus["Berlin"].chat.database.transaction() as tx:
            await OldCoalitionRecords(tx).forget(bus.now)
        shown = await bus["Berlin"].lead("!coalition")
        assert shown.says(
            "Milano: in it, not heard for 30 days", "Art: in it, last heard Fri 27 Nov"
        )
        # One that was put out, or left, is not silent.
        await bus["Berlin"].suspect(bus["Milan"].bot)
        assert (await bus["Berlin"].lead("!coalition")).says(
            "Milano: not heard any more. Pair again."
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


# -- what it is called when it is back -----------------------------------------------------------------------


async def _asked(chapter: Chapter, words: str) -> list[str]:
    """The numbers of what waits for a lead and is asked with these words."""
    rows = (await chapter.lead("!coalition")).text.splitlines()
    found, asks = [], False
    for row in rows:
        asks |= words in row
        if row.startswith("!coalition ok "):
            found += [row.split()[2]] if asks else []
            asks = False
    return found


async def _agrees(chapter: Chapter, words: str, *, ok: bool = True) -> str:
    """A lead says ok, or no, to what is asked with these words."""
    (number,) = await _asked(chapter, words)
    return (await chapter.lead(f"!coalition {'ok' if ok else 'no'} {number}")).text


async def _in_again(bus: Bus, name: str, by: str, label: str = "Berlin") -> None:
    """A committee comes in by a code of another, and the leads of all agree."""
    code = words_of(await bus[by].lead("!coalition code"))
    await bus[name].lead(f'!coalition join {code} label="{label}"')
    await bus.meet()
    await _agrees(bus[by], "typed your pairing code")
    await _agrees(bus[name], "answers: the coalition")
    await bus.meet()
    for other in set(bus.chapters) - {name, by}:
        await _agrees(bus[other], "would like to let them into the coalition")
    await bus.meet()


async def _labels(chapter: Chapter) -> dict[str, str]:
    async def look(seat: Seat) -> dict[str, str]:
        return {each.bot: each.label for each in await seat.everybody()}

    found: dict[str, str] = await chapter.do(look)
    return found


SAME = "the committee Berlin with a new account?"


@pytest.mark.parametrize("said_gone", [False, True])
async def test_a_committee_that_moved_has_its_label_again_once_leads_say_so(
    begun: Path,
    said_gone: bool,  # noqa: FBT001
) -> None:
    """In each committee its own leads say so; until then it has a number, whatever its bot says."""
    async with coalition("Berlin", "Milan", "Shenzhen", begun=begun) as bus:
        await _moves(bus, "Berlin")
        for name in ("Milan", "Shenzhen"):
            await _misses(bus, name)
            await bus.settle()
            if said_gone:
                await _is_said_to_be_gone(bus, name)
        await _in_again(bus, "Berlin", "Milan")
        new = bus["Berlin"].bot
        for name in ("Milan", "Shenzhen"):
            assert (await _labels(bus[name]))[new] == "Berlin 2"
            told = bus[name].to_leads
            assert f"Is Berlin 2 {SAME} That was {OLD}, this is {new}." in told
            assert "Anybody can take that name: ask their lead first." in told
        assert await _agrees(bus["Milan"], SAME) == "Good. It is Berlin again."
        await bus.settle()
        assert (await _labels(bus["Milan"])) == {
            OLD: "Berlin, before it moved", new: "Berlin", bus["Shenzhen"].bot: "Shenzhen",
        }  # fmt: skip
        assert (await _labels(bus["Shenzhen"]))[new] == "Berlin 2"
        shown = (await bus["Milan"].lead("!coalition")).text
        assert "Berlin: in it" in shown
        assert "Berlin, before it moved: has left" in shown
        # One answer settles both questions.
        assert await _asked(bus["Milan"], "gone for good?") == []
        assert bus.errors == []
        # It is called so whatever it calls itself in between.
        for label in ("Berlin Mitte", "Berlin"):
            await bus["Berlin"].lead(f'!coalition label "{label}"')
            await bus.settle()
            assert (await _labels(bus["Milan"]))[new] == label


async def test_whoever_is_another_keeps_the_number_and_is_not_asked_about_again(
    begun: Path,
) -> None:
    async with coalition("Berlin", "Milan", begun=begun) as bus:
        milan = bus["Milan"]
        await _moves(bus, "Berlin")
        await _misses(bus, "Milan")
        await bus.settle()
        await _in_again(bus, "Berlin", "Milan")
        assert await _agrees(milan, SAME, ok=False) == "Good. It stays Berlin 2."
        await bus.later(days=40)
        assert await _asked(milan, SAME) == []
        assert (await _labels(milan)) == {OLD: "Berlin", bus["Berlin"].bot: "Berlin 2"}
        await bus["Berlin"].lead('!coalition label "Berlin"')
        await bus.settle()
        assert (await _labels(milan))[bus["Berlin"].bot] == "Berlin 2"


async def test_nobody_has_the_label_of_a_committee_that_is_heard(begun: Path) -> None:
    """A namesake of whoever is in is another, and nobody is asked whether it is the same."""
    async with coalition("Berlin", "Milan", begun=begun) as bus:
        await _moves(bus, "Berlin")

        async def drop(seat: Seat) -> None:
            # Its lead is not asked, as if two committees had the same name.
            member = await CoalitionMembers(seat.tx).by_bot(seat.coalition.id, OLD)
            assert member is not None
            await CoalitionMembers(seat.tx).become(member.id, MemberState.SUSPENDED)

        await bus["Milan"].do(drop)
        await _in_again(bus, "Berlin", "Milan")

        async def back(seat: Seat) -> None:
            member = await CoalitionMembers(seat.tx).by_bot(seat.coalition.id, OLD)
            assert member is not None
            await CoalitionMembers(seat.tx).become(member.id, MemberState.IN)

        (number,) = await _asked(bus["Milan"], SAME)
        await bus["Milan"].do(back)
        assert (await bus["Milan"].lead(f"!coalition ok {number}")).says(
            "does not wait for an ok any more"
        )
        await bus.settle()
        assert await _asked(bus["Milan"], SAME) == []
        assert (await _labels(bus["Milan"])) == {OLD: "Berlin", bus["Berlin"].bot: "Berlin 2"}


async def test_who_is_in_and_calls_itself_like_one_that_is_missing_is_not_asked_about(
    begun: Path,
) -> None:
    """One that lies would otherwise have leads say of an account that they know that it is another committee."""
    async with coalition("Berlin", "Milan", "Shenzhen", begun=begun) as bus:
        await _misses(bus, "Milan")
        await bus["Shenzhen"].lead('!coalition label "Berlin 2"')
        await bus.settle()
        assert (await _labels(bus["Milan"]))[bus["Shenzhen"].bot] == "Berlin 2"
        assert SAME not in bus["Milan"].to_leads
        assert await _asked(bus["Milan"], SAME) == []


async def test_leads_who_did_not_say_in_time_are_asked_anew(begun: Path) -> None:
    async with coalition("Berlin", "Milan", begun=begun) as bus:
        await _moves(bus, "Berlin")
        await _misses(bus, "Milan")
        await bus.settle()
        await _in_again(bus, "Berlin", "Milan")
        for days, times in ((0, 1), (29, 1), (2, 2)):
            await bus.later(days=days)
            assert bus["Milan"].to_leads.count(SAME) == times
        assert await _agrees(bus["Milan"], SAME) == "Good. It is Berlin again."


async def test_a_long_label_comes_back_whole(begun: Path) -> None:
    """The number takes the place of its last letters."""
    label = "Games workers of Berlin and Brandenburgs"
    assert len(label) == LONGEST_LABEL
    async with coalition("Berlin", "Milan", begun=begun) as bus:
        await bus["Berlin"].lead(f'!coalition label "{label}"')
        await bus.settle()
        await _moves(bus, "Berlin")
        await _misses(bus, "Milan")
        await bus.settle()
        await _in_again(bus, "Berlin", "Milan", label)
        new = bus["Berlin"].bot
        assert (await _labels(bus["Milan"]))[new] == f"{label[:-2].strip()} 2"
        await _agrees(bus["Milan"], "with a new account?")
        assert (await _labels(bus["Milan"]))[new] == label


async def test_the_next_namesake_of_a_committee_that_moved_is_told_apart_as_well(
    begun: Path,
) -> None:
    async with coalition("Berlin", "Milan", "Shenzhen", begun=begun) as bus:
        for name in ("Milan", "Shenzhen"):
            await _moves(bus, "Berlin")
            await _misses(bus, name)
        await bus.settle()
        await _in_again(bus, "Berlin", "Milan")
        await _agrees(bus["Milan"], SAME)

        async def stranger(seat: Seat) -> str:
            said = Applicant("@who:example.org", "AnotherKey".ljust(43, "x"), "Berlin")
            return (await told_apart(seat, said)).label

        assert await bus["Milan"].do(stranger) == "Berlin 2"
