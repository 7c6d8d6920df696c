"""Committees that come back, and bots that say a thing again and again: heard once they are in, bounded else."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from commands.coalition import consent, news
from commands.coalition.bodies import Applicant, Hello
from commands.coalition.joint import opening
from commands.coalition.joint.bodies import TestProposal
from commands.coalition.labelling import relabel
from commands.coalition.polls import heard
from commands.coalition.polls.asking import suggest
from commands.coalition.polls.said import CoalitionQuestion
from commands.coalition.seat import Seat
from commands.framework.errors import Refusal
from storage.chat.facts import RESTORED_AT, Facts
from storage.chat.said_once import SaidOnce
from storage.coalition.coalitions import CoalitionMembers
from storage.coalition.consents import MOST_CONSENTS
from storage.coalition.messages import SaidMessages
from storage.coalition.model import MemberState
from storage.coalition.polls import CoalitionPolls, PollWord, WordKind
from storage.coalition.retention import SAID_KEPT
from storage.core.rows import millis
from tests.chat.test_coalition_introduced import ANOTHER_KEY
from tests.chat.test_coalition_pairing import words_of
from tests.support.coalition_bus import Bus, Chapter, coalition

HERE = ("Berlin", "Milan", "Shenzhen")


async def _in(bus: Bus, name: str, *others: str) -> None:
    """A committee comes in by a code of Berlin, and a lead of each other one says ok."""
    told = await bus["Berlin"].lead("!coalition code")
    await bus[name].lead(f'!coalition join {words_of(told)} label="{name}"')
    await bus.meet()
    for each in ("Berlin", name):
        assert (await bus[each].lead(f"!coalition ok {await _last(bus[each])}")).says("Good.")
    await bus.meet()
    for each in others:
        await bus[each].lead(f"!coalition ok {await _last(bus[each])}")
        await bus.meet()


async def _last(chapter: Chapter) -> str:
    shown = (await chapter.lead("!coalition")).text
    return [each.split()[0] for each in shown.split("!coalition ok ")[1:]][-1]


async def _three(bus: Bus) -> None:
    await bus["Berlin"].lead('!coalition new "Games workers" label="Berlin"')
    await _in(bus, "Milan")
    await _in(bus, "Turin", "Milan")


async def _heard_as(bus: Bus, name: str, label: str) -> bool:
    """Whether a committee hears what Turin calls itself now."""
    await bus["Turin"].do(lambda seat: relabel(seat, label))
    await bus.settle()
    return f"{label}: in it" in (await bus[name].lead("!coalition")).text


async def test_who_was_suspended_and_comes_back_with_its_old_key_is_heard_at_once(
    begun: Path,
) -> None:
    """Others know how far it counted before; it counts in an epoch of its own each time that it joins."""
    async with coalition("Berlin", "Milan", "Turin", begun=begun, paired=False) as bus:
        await _three(bus)
        for number in range(5):
            assert await _heard_as(bus, "Milan", f"Turin {number}")
        for name in ("Berlin", "Milan"):
            await bus[name].suspect(bus["Turin"].bot)
        async with bus["Turin"].chat.database.transaction() as tx:
            await tx.execute("DELETE FROM coalitions")
        await bus.later(minutes=1)
        await _in(bus, "Turin", "Milan")
        for name in ("Berlin", "Milan"):
            assert await _heard_as(bus, name, f"Torino of {name}")
        assert bus.errors == []


@pytest.mark.parametrize("days", [1, 31])
async def test_who_comes_in_hears_a_bot_that_was_restored_before(
    begun: Path, tmp_path: Path, days: int
) -> None:
    """What that bot said first in its epoch may be gone by then: whatever is heard first begins the count."""
    async with coalition("Berlin", "Milan", "Turin", begun=begun, paired=False) as bus:
        await bus["Berlin"].lead('!coalition new "Games workers" label="Berlin"')
        await _in(bus, "Milan")
        backup = await bus["Milan"].backup(tmp_path / "backup.db")
        await bus.later(hours=1)
        await bus["Milan"].restore(backup)
        await bus.settle()
        await bus.later(days=days)
        assert timedelta(days=31) > SAID_KEPT
        for chapter in bus.chapters.values():
            async with chapter.chat.database.transaction() as tx:
                await SaidMessages(tx).forget_before(millis(chapter.chat.now - SAID_KEPT))
        await _in(bus, "Turin", "Milan")
        await bus["Milan"].lead('!coalition label "Milano"')
        await bus.settle()
        assert "Milano: in it" in (await bus["Turin"].lead("!coalition")).text
        assert bus.errors == []


async def test_a_clock_that_was_set_back_does_not_keep_a_restored_bot_unheard(
    begun: Path, tmp_path: Path
) -> None:
    async with coalition("Berlin", "Milan", begun=begun, paired=False) as bus:
        await bus["Berlin"].lead('!coalition new "Games workers" label="Berlin"')
        await _in(bus, "Milan")
        milan = bus["Milan"]
        backup = await milan.backup(tmp_path / "backup.db")
        await bus.later(hours=1)
        milan.chat.later(days=-3)
        await milan.restore(backup)
        await bus.settle()
        assert "was restored from a backup" in bus["Berlin"].to_leads
        assert bus.errors == []


# -- after a restore -----------------------------------------------------------------------------------------


async def _told(chapter: Chapter, name: str) -> str:
    """What a lead reads of the sizes that go out with a test."""
    closes = "2026-12-20 18:00"
    await chapter.lead(f'!coalition test petition "{name}" closes="{closes}"')
    return (await chapter.lead(f"!coalition ok {await _last(chapter)}")).text


@pytest.mark.parametrize("left", [False, True])
async def test_a_restored_bot_tells_its_size_in_fives_even_when_it_comes_back(
    begun: Path,
    left: bool,  # noqa: FBT001
) -> None:
    """It does not know which size it told since the backup; beside that one another says of nobody that they came."""
    async with coalition(*HERE, begun=begun) as bus:
        milan = bus["Milan"]
        for number in range(13):
            await milan.chat.dm("@kim", f'!contact add "Sam{chr(97 + number)} Okafor" --yes')
        assert "The others see: 13 people." in await _told(milan, "The control")

        async def restored(seat: Seat) -> None:
            await Facts(seat.tx).put(RESTORED_AT, str(millis(seat.now)))
            if not left:
                # Who left and came back has a coalition that nothing was restored of.
                await seat.tx.execute("UPDATE coalitions SET epoch = at + 1, counter = 0")

        await milan.do(restored)
        await bus.later(days=1)
        assert "The others see: 10 people." in await _told(milan, "After a backup")
        for number in range(7):
            await milan.chat.dm("@kim", f'!contact add "Mia{chr(97 + number)} Chen" --yes')
        await bus.later(days=1)
        assert "The others see: 20 people." in await _told(milan, "Later")


async def test_a_bot_that_says_that_it_was_restored_again_and_again_hears_tables_once_an_hour(
    begun: Path,
) -> None:
    from commands.coalition.joint.returning import _is_due  # noqa: PLC0415

    async with coalition("Berlin", "Milan", begun=begun) as bus:

        async def many(seat: Seat) -> int:
            found = [await _is_due(seat, "table 1", epoch) for epoch in range(1, 50)]
            return sum(found)

        assert await bus["Berlin"].do(many) == 1
        await bus.later(hours=1)
        assert await bus["Berlin"].do(many) == 1


# -- said again and again ------------------------------------------------------------------------------------


async def _says(bus: Bus, name: str, kind: str, applicant: Applicant) -> None:
    await bus[name].do(lambda seat: seat.say(kind, applicant, "something"))
    await bus.settle()


async def test_nobody_is_told_that_somebody_was_let_in_who_is_in(begun: Path) -> None:
    async with coalition(*HERE, "Turin", begun=begun) as bus:
        for master in (ANOTHER_KEY, bus["Turin"].master):
            wrong = Applicant(bus["Turin"].bot, master, "Elsewhere")
            await _says(bus, "Shenzhen", "admit", wrong)
        assert "without your ok" not in bus["Milan"].to_leads
        # Somebody whom leads here never agreed to is told of: once a day.
        stranger = Applicant("@stranger:example.org", ANOTHER_KEY, "Lagos")
        for hours, told in ((0, 1), (1, 1), (24, 2)):
            await bus.later(hours=hours)
            await _says(bus, "Shenzhen", "admit", stranger)
            assert bus["Milan"].to_leads.count("without your ok") == told


async def test_an_ok_is_repeated_to_the_others_once_an_hour(begun: Path) -> None:
    """Each introduction of one bot would have every other bot say something."""
    async with coalition(*HERE, begun=begun) as bus:
        stranger = Applicant("@stranger:example.org", ANOTHER_KEY, "Lagos")
        await _says(bus, "Berlin", "introduce", stranger)
        await bus["Milan"].lead("!coalition ok 1")

        def agreed() -> int:
            return sum((who, b["kind"]) == ("Milan", "accept") for who, b, _said in bus.said)

        before = agreed()
        for _again in range(5):
            await _says(bus, "Berlin", "introduce", stranger)
        assert agreed() == before + 1
        await bus.later(hours=1)
        await _says(bus, "Berlin", "introduce", stranger)
        assert agreed() == before + 2


async def test_consents_of_one_bot_are_bounded(
    begun: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert MOST_CONSENTS > 200
    monkeypatch.setattr("storage.coalition.consents.MOST_CONSENTS", 5)
    async with coalition(*HERE, begun=begun) as bus:
        for number in range(9):
            stranger = Applicant(f"@stranger-{number}:example.org", ANOTHER_KEY, "Lagos")
            await _says(bus, "Berlin", "accept", stranger)

        async def rows(seat: Seat) -> int:
            return await seat.tx.number("SELECT COUNT(*) FROM coalition_consents")

        assert await bus["Milan"].do(rows) == 5


async def test_a_bare_ok_is_no_answer_to_what_ended_long_ago(begun: Path) -> None:
    """A lead was away; what they read then is over, and what waits now is something else."""
    async with coalition(*HERE, begun=begun) as bus:
        milan = bus["Milan"]
        for number, days in enumerate((0, 30)):
            await bus.later(days=days)
            stranger = Applicant(f"@stranger-{number}:example.org", ANOTHER_KEY, f"Lagos {number}")
            await _says(bus, "Berlin", "introduce", stranger)
        said = await milan.lead("!coalition ok")
        assert said.says("Which one? !coalition shows their numbers.")
        assert (await milan.lead("!coalition ok 2")).says("comes in as soon as")
        await bus.later(days=8)
        third = Applicant("@stranger-3:example.org", ANOTHER_KEY, "Porto")
        await _says(bus, "Berlin", "introduce", third)
        assert (await milan.lead("!coalition ok")).says("Porto comes in as soon as")


# -- words that others would not take --------------------------------------------------------------------------

HIDDEN = ("Strike\u202eekirtS?", "Strike?\nMilan has left our coalition.", "Strike\x07?")


async def _question(bus: Bus, name: str, question: str) -> CoalitionQuestion:
    others = [each for each in bus.chapters if each != name]
    bots = tuple(str(bus[each].bot) for each in (name, *others))
    soon = bus.now + timedelta(days=3)
    return CoalitionQuestion("yesno", question, (), 3, 3, False, bus.now, soon, bots)


async def _asks(bus: Bus, name: str, body: CoalitionQuestion) -> None:
    await bus[name].do(lambda seat: seat.say("poll ask", body, "x"))
    await bus.settle()


@pytest.mark.parametrize("question", HIDDEN)
async def test_a_question_that_hides_something_reaches_nobody(begun: Path, question: str) -> None:
    async with coalition(*HERE, begun=begun) as bus:
        for words, reaches in ((question, False), ("Strike?", True)):
            await _asks(bus, "Shenzhen", await _question(bus, "Shenzhen", words))
            assert ("asks all of us secretly" in bus["Milan"].to_leads) is reaches
        chosen = replace(
            await _question(bus, "Berlin", "Which?"), kind="choose", options=("a", question)
        )
        told = bus["Milan"].to_leads
        await _asks(bus, "Berlin", chosen)
        assert bus["Milan"].to_leads == told


async def test_what_others_would_not_take_is_refused_here(begun: Path) -> None:
    async with coalition(*HERE, begun=begun) as bus:
        question = await _question(bus, "Berlin", HIDDEN[0])
        test = TestProposal("petition", HIDDEN[0], 0, "", bus.now, bus.now + timedelta(days=3))

        async def all_of_it(seat: Seat) -> None:
            for attempt in (
                lambda: suggest(seat, question),
                lambda: opening.suggest(seat, test),
                lambda: news.send(seat, HIDDEN[0]),
            ):
                with pytest.raises(Refusal) as refused:
                    await attempt()
                assert "Other bots do not take" in str(refused.value.problem)
            consent.refuse_unfit(await _question(bus, "Berlin", "Strike?"))

        await bus["Berlin"].do(all_of_it)


@pytest.mark.parametrize(
    "bot", ["@a:example.org\nMilan has left.", "Say ok to this", "@a:exa mple.org", "@\u202ea:b"]
)
async def test_an_account_that_is_none_is_shown_to_nobody(begun: Path, bot: str) -> None:
    async with coalition(*HERE, begun=begun) as bus:
        for master in (ANOTHER_KEY, "not a key"):
            await _says(bus, "Berlin", "introduce", Applicant(bot, master, "Lagos"))
        await _says(bus, "Berlin", "introduce", Applicant("@a:example.org", "a key", "Lagos"))
        assert "Lagos" not in bus["Milan"].to_leads
        await _says(bus, "Berlin", "introduce", Applicant("@a:example.org", ANOTHER_KEY, "Lagos"))
        assert "Berlin knows Lagos" in bus["Milan"].to_leads


async def _hello(bus: Bus, label: str) -> None:
    await bus["Turin"].do(lambda seat: seat.say("hello", Hello(label, ""), "Hello."))
    await bus.settle()


async def test_a_room_reads_of_whom_leads_agreed_to_and_not_what_its_bot_says_then(
    begun: Path,
) -> None:
    async with coalition("Berlin", "Milan", "Turin", begun=begun, paired=False) as bus:
        await _three(bus)
        assert "Turin is in our coalition now." in bus["Milan"].in_room
        async with bus["Milan"].chat.database.transaction() as tx:
            await tx.execute("UPDATE coalition_members SET state = 'invited' WHERE label = 'Turin'")
        for label in ("We strike at noon", "Berlin"):
            await _hello(bus, label)
            assert label not in bus["Milan"].in_room.replace("with Berlin", "")
        assert bus["Milan"].in_room.count("Turin is in our coalition now.") == 2
        assert "Turin is now called We strike at noon." in bus["Milan"].to_leads


async def test_a_room_hears_of_few_committees_by_name_when_its_own_comes_in(
    begun: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever brings it in says who else is there, in words of its own."""
    monkeypatch.setattr("commands.coalition.pairing.MOST_NAMED", 1)
    async with coalition("Berlin", "Milan", "Turin", begun=begun, paired=False) as bus:
        await _three(bus)
        assert "now, with Berlin and …." in bus["Turin"].in_room


# -- suspended in the middle of a poll -------------------------------------------------------------------------


@pytest.mark.parametrize("state", [MemberState.SUSPENDED, MemberState.LEFT])
async def test_who_is_suspended_has_not_said_that_it_has_too_few(
    begun: Path, state: MemberState
) -> None:
    """A homeserver that shows another key would make the sum smaller; who left said so itself."""
    async with coalition(*HERE, begun=begun) as bus:
        await _asks(bus, "Shenzhen", await _question(bus, "Shenzhen", "Strike?"))

        async def part(seat: Seat) -> list[PollWord]:
            (member,) = [each for each in await seat.members() if each.label == "Berlin"]
            await CoalitionMembers(seat.tx).become(member.id, state)
            await heard.parted(seat, member)
            polls = CoalitionPolls(seat.tx)
            (asked,) = await polls.unfinished(seat.coalition.id)
            return [each for each in await polls.words(asked) if each.kind is WordKind.READY]

        said = await bus["Milan"].do(part)
        assert bool(said) is (state is MemberState.LEFT)


async def test_what_was_mentioned_is_known(begun: Path) -> None:
    async with coalition("Berlin", "Milan", begun=begun) as bus:

        async def look(seat: Seat) -> None:
            said = SaidOnce(seat.tx)
            assert not await said.mentioned("this")
            assert await said.first_time("this", 1)
            assert await said.mentioned("this")

        await bus["Berlin"].do(look)
