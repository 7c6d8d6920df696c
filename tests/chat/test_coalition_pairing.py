"""Pairing in conversations: a code read out, typed by hand, confirmed on both sides; and what goes wrong."""

import re
from pathlib import Path

from commands.coalition import pairing, pairing_code
from commands.coalition.seat import Seat
from commands.framework.reply import Audience
from storage.chat.committees import Committees
from storage.coalition.coalitions import Coalitions, EveryCoalition
from storage.coalition.model import CoalitionState
from storage.core.model import RoomId
from tests.chat.conversation import Said
from tests.support.coalition_bus import Bus, coalition


def words_of(said: Said) -> str:
    """The words of a code, as somebody types them who heard them."""
    rows = re.findall(r"(?m)^\s*\d+\. ([a-z ]+)$", said.text)
    assert rows, said.text
    return " ".join(rows)


async def _paired(bus: Bus, one: str, other: str) -> None:
    """Two leads pair their committees, as the guide says."""
    told = await bus[one].lead('!coalition new "Games workers"')
    await bus[other].lead(f"!coalition join {words_of(told)}")
    await bus.meet()
    await bus[one].lead("!coalition ok")
    await bus[other].lead("!coalition ok")
    await bus.meet()


async def test_two_committees_pair_by_a_code(begun: Path) -> None:
    async with coalition("Berlin", "Milan", begun=begun, paired=False) as bus:
        told = await bus["Berlin"].lead('!coalition new "Games workers" label="Berlin"')
        assert told.says("Your coalition Games workers is set up.", "works once, within 24 hours")
        typed = words_of(told).upper().replace(" ", "\n")
        looks = await bus["Milan"].lead(f"!coalition join {typed}")
        assert looks.says("compare its key with the code")
        await bus["Milan"].lead('!coalition label "Milan"')
        assert (await bus["Milan"].lead("!coalition")).says("The other bot has not answered yet.")
        await bus.meet()
        assert (await bus["Milan"].lead("!coalition")).says("You are joining the coalition")
        assert "Milan typed your pairing code." in bus["Berlin"].to_leads
        assert "Berlin answers: the coalition Games workers." in bus["Milan"].to_leads
        assert (await bus["Milan"].lead("!coalition ok")).says("as soon as they have all agreed")
        await bus.meet()
        assert bus["Milan"].in_room == ""
        assert (await bus["Berlin"].lead("!coalition ok")).says("I invite the bot of Milan now.")
        await bus.meet()
        assert "We are in the coalition Games workers now, with Berlin." in bus["Milan"].in_room
        assert "Milan is in our coalition now." in bus["Berlin"].in_room
        for here, there in (("Berlin", "Milan"), ("Milan", "Berlin")):
            assert (await bus[here].lead("!coalition")).says(f"• {there}: in it")
        assert bus.errors == []


async def test_a_third_is_asked_about_and_comes_in(begun: Path) -> None:
    async with coalition("Berlin", "Milan", "Shenzhen", begun=begun, paired=False) as bus:
        await _paired(bus, "Berlin", "Milan")
        for name in ("Berlin", "Milan"):
            await bus[name].lead(f'!coalition label "{name}"')
        await bus.settle()
        told = await bus["Milan"].lead("!coalition code")
        await bus["Shenzhen"].lead(f"!coalition join {words_of(told)}")
        await bus["Shenzhen"].lead('!coalition label "Shenzhen"')
        await bus.meet()
        answered = await bus["Milan"].lead("!coalition ok")
        assert answered.says("I ask the other committees about Shenzhen; they have 7 days.")
        await bus["Shenzhen"].lead("!coalition ok")
        await bus.meet()
        assert bus["Shenzhen"].in_room == ""
        assert "Milan knows Shenzhen and would like to let them" in bus["Berlin"].to_leads
        await bus["Berlin"].lead("!coalition ok")
        await bus.meet()
        assert "with Milan and Berlin." in bus["Shenzhen"].in_room
        for name in bus.chapters:
            others = [each for each in bus.chapters if each != name]
            shown = await bus[name].lead("!coalition")
            assert all(f"{other}: in it" in shown.text for other in others), (name, shown.text)
        assert "does not know the same committees" not in bus["Shenzhen"].to_leads
        assert bus.errors == []


async def test_a_homeserver_that_shows_another_key_is_found_out(begun: Path) -> None:
    async with coalition("Berlin", "Milan", begun=begun, paired=False) as bus:
        told = await bus["Berlin"].lead('!coalition new "Games workers"')
        await bus["Milan"].lead(f"!coalition join {words_of(told)}")
        bus["Berlin"].master = "AnotherKeyOfTheHomeserver".ljust(43, "x")
        await bus.meet()
        assert "has another key than the code says" in bus["Milan"].to_leads
        assert bus["Berlin"].to_leads == ""
        assert (await bus["Milan"].lead("!coalition")).says("is in no coalition")


async def test_a_code_is_good_for_one_bot(begun: Path) -> None:
    async with coalition("Berlin", "Milan", "Shenzhen", begun=begun, paired=False) as bus:
        told = await bus["Berlin"].lead('!coalition new "Games workers"')
        for name in ("Milan", "Shenzhen"):
            await bus[name].lead(f"!coalition join {words_of(told)}")
        await bus["Milan"].knock()
        await bus.meet()
        assert bus["Berlin"].to_leads.count("typed your pairing code") == 1
        assert "answers" in bus["Milan"].to_leads
        assert bus["Shenzhen"].to_leads == ""


async def test_a_code_is_good_for_a_day(begun: Path) -> None:
    async with coalition("Berlin", "Milan", begun=begun, paired=False) as bus:
        told = await bus["Berlin"].lead('!coalition new "Games workers"')
        for chapter in bus.chapters.values():
            chapter.chat.later(hours=25)
        await bus["Milan"].lead(f"!coalition join {words_of(told)}")
        await bus.meet()
        assert bus["Berlin"].to_leads == ""


async def test_a_lead_who_gave_no_code_says_no(begun: Path) -> None:
    async with coalition("Berlin", "Milan", begun=begun, paired=False) as bus:
        told = await bus["Berlin"].lead('!coalition new "Games workers"')
        await bus["Milan"].lead(f"!coalition join {words_of(told)}")
        await bus.meet()
        await bus["Berlin"].lead("!coalition no")
        await bus.meet()
        assert "did not agree. We are in no coalition." in bus["Milan"].to_leads


async def test_a_mistyped_word_is_told_and_taken_with_a_yes(begun: Path) -> None:
    async with coalition("Berlin", "Milan", begun=begun, paired=False) as bus:
        told = words_of(await bus["Berlin"].lead('!coalition new "Games workers"')).split()
        other = "zoo" if told[4] != "zoo" else "zone"
        typed = [*told[:4], other, *told[5:]]
        said = await bus["Milan"].lead(f"!coalition join {' '.join(typed)}")
        assert said.says(f"Word 5, “{other}”, does not fit the others. Did they say “{told[4]}”?")
        assert (await bus["Milan"].lead("yes")).says("compare its key with the code")


async def test_a_word_that_is_in_no_code_is_told(begun: Path) -> None:
    async with coalition("Berlin", "Milan", begun=begun, paired=False) as bus:
        told = words_of(await bus["Berlin"].lead('!coalition new "Games workers"')).split()
        said = await bus["Milan"].lead(f"!coalition join {' '.join(['elefant', *told[1:]])}")
        assert said.says("Word 1, “elefant”, is in no code.")
        said = await bus["Milan"].lead("!coalition join CODE")
        assert said.says("1 word alone is no code")
        said = await bus["Milan"].lead(f"!coalition join {' '.join(told[:-3])}")
        assert said.says("no code") or said.says("does not fit")


async def test_nobody_pairs_with_themselves_or_twice(begun: Path) -> None:
    async with coalition("Berlin", "Milan", begun=begun, paired=False) as bus:
        told = words_of(await bus["Berlin"].lead('!coalition new "Games workers"'))
        said = await bus["Berlin"].lead(f"!coalition join {told}")
        assert said.says("in a coalition already")
        said = await bus["Berlin"].lead('!coalition new "Another"')
        assert said.says("in a coalition already")


async def test_a_second_committee_of_a_bot_stays_out(begun: Path) -> None:
    """The others could not tell the two apart; the first stays in."""
    async with coalition("Berlin", "Turin", begun=begun, paired=False) as bus:
        told = await bus["Berlin"].lead('!coalition new "Games workers"')
        await bus["Turin"].lead(f"!coalition join {words_of(told)}")
        ref = await bus["Berlin"].do(_ref)
        async with bus["Turin"].chat.database.transaction() as tx:
            other = RoomId("!warehouse:example.org")
            first = await Committees(tx).add(
                other, "Warehouse", "Europe/Rome", bus["Turin"].chat.now
            )
            await Coalitions(tx, first.id).begin(
                ref=ref,
                title="Games workers",
                label="Warehouse",
                state=CoalitionState.OPEN,
                now=bus["Turin"].chat.now,
            )
        await bus.meet()
        assert "Another committee of this bot is in the coalition" in bus["Turin"].to_leads
        assert "Warehouse" not in bus["Turin"].to_leads
        assert (await bus["Turin"].lead("!coalition")).says("is in no coalition")
        async with bus["Turin"].chat.database.transaction() as tx:
            assert [each.label for each in await EveryCoalition(tx).all()] == ["Warehouse"]


async def _ref(seat: Seat) -> str:
    return seat.coalition.ref


async def test_leads_read_that_a_bot_is_in_already(begun: Path) -> None:
    """It serves two committees, or it begins again: whoever is in stays until leads agree."""
    async with coalition("Berlin", "Milan", begun=begun, paired=False) as bus:
        await _paired(bus, "Berlin", "Milan")
        told = await bus["Berlin"].lead("!coalition code")
        bus["Berlin"].told.clear()
        milan, number = bus["Milan"], pairing_code.read(words_of(told)).number
        step = pairing.PairingStep(pairing.Step.KNOCK, number, "Milan warehouse", milan.master)
        await bus["Berlin"].take(step, milan)
        asked = bus["Berlin"].to_leads
        assert "Milan warehouse typed your pairing code." in asked
        assert "is in the coalition with this very bot. If you agree, I do not hear" in asked
        assert ": in it" in (await bus["Berlin"].lead("!coalition")).text
        await bus["Berlin"].lead("!coalition no")
        assert ": in it" in (await bus["Berlin"].lead("!coalition")).text


async def test_only_leads_pair(begun: Path) -> None:
    async with coalition("Berlin", "Milan", begun=begun, paired=False) as bus:
        said = await bus["Berlin"].chat.dm("@ana", '!coalition new "Games workers"')
        assert said.says("for leads")


async def test_leaving_is_shown_first_and_told_to_the_others(begun: Path) -> None:
    async with coalition("Berlin", "Milan", begun=begun) as bus:
        assert (await bus["Berlin"].lead("!coalition leave")).says("You are about to leave")
        assert bus.said == []
        left = await bus["Berlin"].lead("!coalition leave --yes")
        assert left.here == "We leave. I tell the others, and then delete everything I kept of it."
        assert left.body(Audience.ROOM).startswith(
            "@lea took us out of the coalition Games workers."
        )
        await bus.settle()
        assert "Berlin has left our coalition." in bus["Milan"].in_room
        assert (await bus["Milan"].lead("!coalition")).says("• Berlin: has left")


async def test_a_bot_restored_from_a_backup_hears_what_it_missed(
    begun: Path, tmp_path: Path
) -> None:
    async with coalition("Berlin", "Milan", "Shenzhen", begun=begun) as bus:
        await bus["Berlin"].lead('!coalition label "One"')
        await bus.settle()
        backup = await bus["Milan"].backup(tmp_path / "backup.db")
        await bus.later(hours=20)
        await bus["Berlin"].lead('!coalition label "Two"')
        await bus["Milan"].lead('!coalition label "Milano"')
        await bus.settle()
        await bus["Milan"].restore(backup)
        assert (await bus["Milan"].lead("!coalition")).says("One: in it", "Shenzhen: in it")
        await bus.settle()
        assert (await bus["Milan"].lead("!coalition")).says("Two: in it", "Shenzhen: in it")
        assert "The bot of Milano was restored from a backup of Mon 23 Nov 10:00 Madrid." in (
            bus["Berlin"].to_leads
        )
        # What it says from now on is heard: its count began anew.
        await bus["Milan"].lead('!coalition label "Milan again"')
        await bus.settle()
        for name in ("Berlin", "Shenzhen"):
            assert "Milan again: in it" in (await bus[name].lead("!coalition")).text
        assert bus.errors == []


async def test_who_came_in_since_a_backup_is_agreed_to_again(begun: Path, tmp_path: Path) -> None:
    async with coalition("Berlin", "Milan", "Turin", begun=begun, paired=False) as bus:
        await _paired(bus, "Berlin", "Milan")
        for name in ("Berlin", "Milan"):
            await bus[name].lead(f'!coalition label "{name}"')
        await bus.settle()
        backup = await bus["Milan"].backup(tmp_path / "backup.db")
        told = await bus["Berlin"].lead("!coalition code")
        await bus["Turin"].lead(f"!coalition join {words_of(told)}")
        await bus["Turin"].lead('!coalition label "Turin"')
        await bus.meet()
        for name in ("Berlin", "Turin"):
            await bus[name].lead("!coalition ok")
        await bus.meet()
        await bus["Milan"].lead("!coalition ok")
        await bus.meet()
        await bus["Turin"].lead('!coalition label "Torino"')
        await bus.settle()
        assert "Torino: in it" in (await bus["Milan"].lead("!coalition")).text
        await bus["Milan"].restore(backup)
        await bus.settle()
        assert "in it" not in (await bus["Milan"].lead("!coalition")).text.partition("Turin")[2]
        await bus["Milan"].lead("!coalition ok")
        await bus.settle()
        assert "Torino: in it" in (await bus["Milan"].lead("!coalition")).text
        assert bus.errors == []


async def test_one_refusal_keeps_a_committee_out_and_it_can_be_asked_again(begun: Path) -> None:
    async with coalition("Berlin", "Milan", "Turin", begun=begun, paired=False) as bus:
        await _paired(bus, "Berlin", "Milan")
        for answer in ("no", "ok"):
            told = await bus["Berlin"].lead("!coalition code")
            await bus["Turin"].lead(f"!coalition join {words_of(told)}")
            await bus.meet()
            await bus["Berlin"].lead("!coalition ok")
            await bus["Turin"].lead("!coalition ok")
            await bus.meet()
            assert bus["Turin"].in_room == ""
            await bus["Milan"].lead(f"!coalition {answer}")
            await bus.meet()
            if answer == "no":
                assert "did not agree. We are in no coalition." in bus["Turin"].to_leads
                assert (await bus["Turin"].lead("!coalition")).says("is in no coalition")
        assert "We are in the coalition Games workers now" in bus["Turin"].in_room
        assert bus.errors == []


async def test_a_lead_may_say_ok_before_or_after_the_other_side(begun: Path) -> None:
    for first, second in (("Berlin", "Milan"), ("Milan", "Berlin")):
        async with coalition("Berlin", "Milan", begun=begun, paired=False) as bus:
            told = await bus["Berlin"].lead('!coalition new "Games workers"')
            await bus["Milan"].lead(f"!coalition join {words_of(told)}")
            await bus.meet()
            await bus[first].lead("!coalition ok")
            await bus.meet()
            assert bus["Milan"].in_room == ""
            await bus[second].lead("!coalition ok")
            await bus.meet()
            assert "We are in the coalition" in bus["Milan"].in_room


async def test_after_another_key_leads_pair_again(begun: Path) -> None:
    async with coalition("Berlin", "Milan", begun=begun, paired=False) as bus:
        await _paired(bus, "Berlin", "Milan")
        milan = bus["Milan"]
        milan.master = "TheKeyOfAnotherMachine".ljust(43, "x")
        await bus["Berlin"].suspect(milan.bot)
        assert "has another key now" in bus["Berlin"].to_leads
        async with milan.chat.database.transaction() as tx:
            await tx.execute("DELETE FROM coalitions")
        told = await bus["Berlin"].lead("!coalition code")
        await milan.lead(f"!coalition join {words_of(told)}")
        await bus.meet()
        # Whether Milan is gone for good waits as well, so a lead says which is meant.
        which = await bus["Berlin"].lead("!coalition ok")
        assert which.says("Several things wait. Which one?")
        waiting = (await bus["Berlin"].lead("!coalition")).text
        (typed,) = re.findall(r"typed your pairing code.*?!coalition ok (\d+)", waiting, re.DOTALL)
        await bus["Berlin"].lead(f"!coalition ok {typed}")
        await milan.lead("!coalition ok")
        await bus.meet()
        await milan.lead('!coalition label "Milan again"')
        await bus.settle()
        assert (await bus["Berlin"].lead("!coalition")).lists(
            "Milan again: in it, last heard Mon 23 Nov"
        )
        assert bus.errors == []
