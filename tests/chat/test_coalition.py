"""A coalition in conversations: labels, proposals and their ok, leaving; the way between the bots is made up."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from commands.coalition import consent
from commands.coalition.kinds import (
    CoalitionJob,
    CoalitionKind,
    CoalitionTable,
    HeardMessage,
    ProposalKind,
)
from commands.coalition.membership import JOB
from commands.coalition.seat import Seat
from commands.framework.reply import Line, Reply, say
from storage.coalition.model import MemberState, Proposal
from tests.chat.conversation import Chat
from tests.support.coalition_bus import coalition


@dataclass(frozen=True, slots=True)
class Flyer:
    """A text that is proposed."""

    words: str


async def _heard(seat: Seat, heard: HeardMessage[Flyer]) -> tuple[Reply, ...]:
    until = seat.now + timedelta(hours=2)
    await consent.propose(seat, FLYER, heard.body, key=heard.id, until=until, by=heard.member.id)
    return ()


async def _agreed(seat: Seat, _proposal: Proposal, body: Flyer) -> tuple[Reply, ...]:
    await seat.say("joined", body, f"We are part of {body.words}.")
    return (say("Done."),)


async def _declined(seat: Seat, _proposal: Proposal, body: Flyer) -> tuple[Reply, ...]:
    await seat.say("not joined", body, f"We are no part of {body.words}.")
    return ()


async def _nothing(_seat: Seat, _heard: HeardMessage[Flyer]) -> tuple[Reply, ...]:
    return ()


def _words(_proposal: Proposal, body: Flyer, who: str) -> tuple[Line, ...]:
    return ((f"{who} proposes {body.words}.",),)


FLYER = ProposalKind("flyer", Flyer, _words, agreed=_agreed, declined=_declined)
TABLE = CoalitionTable(
    (
        JOB,
        CoalitionJob(
            kinds=(
                CoalitionKind("flyer", Flyer, _heard),
                CoalitionKind("joined", Flyer, _nothing),
                CoalitionKind("not joined", Flyer, _nothing),
            ),
            proposals=(FLYER,),
        ),
    )
)


@pytest.fixture
def table(monkeypatch: pytest.MonkeyPatch) -> CoalitionTable:
    """The jobs of this file, for commands as well."""
    monkeypatch.setattr("commands.coalition.table.TABLE", TABLE)
    return TABLE


async def test_a_proposal_waits_for_a_lead_of_each_committee(
    begun: Path, table: CoalitionTable
) -> None:
    async with coalition("Berlin", "Milan", "Shenzhen", begun=begun, table=table) as bus:
        await bus["Berlin"].do(lambda seat: seat.say("flyer", Flyer("the walk"), "Shall we?"))
        await bus.settle()
        assert "Berlin proposes the walk." in bus["Milan"].to_leads
        assert "!coalition ok 1 agrees, !coalition no 1 does not." in bus["Milan"].to_leads
        assert (await bus["Milan"].lead("!coalition")).says("Berlin proposes the walk.")
        assert (await bus["Milan"].lead("!coalition ok 1")).says("Done.")
        assert (await bus["Milan"].lead("!coalition ok 1")).says("does not wait for an ok any more")
        await bus.later(hours=3)
        said = [(who, sentence) for who, _block, sentence in bus.said]
        assert said == [
            ("Berlin", "Shall we?"),
            ("Milan", "We are part of the walk."),
            ("Shenzhen", "We are no part of the walk."),
        ]
        await bus.later(hours=3)
        assert len(bus.said) == 3


async def test_a_plain_ok_is_enough_where_nothing_else_waits(
    begun: Path, table: CoalitionTable
) -> None:
    async with coalition("Berlin", "Milan", begun=begun, table=table) as bus:
        await bus["Berlin"].do(lambda seat: seat.say("flyer", Flyer("the walk"), "Shall we?"))
        await bus["Berlin"].do(lambda seat: seat.say("flyer", Flyer("the song"), "Shall we?"))
        await bus.settle()
        assert (await bus["Milan"].lead("!ok")).says("Several things wait.", "!coalition ok 2")
        assert (await bus["Milan"].lead("!ok 2")).says("Done.")
        await bus["Milan"].lead("!meet new Planning | fri 19:00 | 90m")
        assert (await bus["Milan"].lead("!ok")).says("Planning")
        assert (await bus["Milan"].chat.dm("@ana", "!ok")).says("Nothing waits for your ok here.")
        assert (await bus["Milan"].lead("!ok")).says("Done.")
        assert (await bus["Milan"].lead("!ok")).says("Nothing waits for your ok here.")


async def test_only_leads_decide(begun: Path, table: CoalitionTable) -> None:
    async with coalition("Berlin", "Milan", begun=begun, table=table) as bus:
        await bus["Berlin"].do(lambda seat: seat.say("flyer", Flyer("the walk"), "Shall we?"))
        await bus.settle()
        refused = await bus["Milan"].chat.dm("@ana", "!coalition ok 1")
        assert refused.says("is for leads")
        assert len(bus.said) == 1


async def test_a_label_is_heard_by_the_others(begun: Path) -> None:
    async with coalition("Berlin", "Milan", begun=begun) as bus:
        answered = await bus["Berlin"].lead('!coalition label "Berlin Mitte"')
        assert answered.says("The other committees call you Berlin Mitte now.")
        await bus.settle()
        assert "Berlin is now called Berlin Mitte." in bus["Milan"].to_leads
        assert (await bus["Milan"].lead("!coalition")).says("Berlin Mitte: in it")


async def test_labels_bring_no_text_to_a_room_and_flood_no_leads(begun: Path) -> None:
    async with coalition("Berlin", "Milan", begun=begun) as bus:
        for label in ("The strike is off", "Go back to work", "Berlin Mitte"):
            await bus["Berlin"].lead(f'!coalition label "{label}"')
            await bus.settle()
        assert bus["Milan"].in_room == ""
        assert bus["Milan"].to_leads.count("is now called") == 1
        assert (await bus["Milan"].lead("!coalition")).says("Berlin Mitte: in it")
        await bus.later(days=1, hours=1)
        await bus["Berlin"].lead('!coalition label "Berlin"')
        await bus.settle()
        assert bus["Milan"].to_leads.count("is now called") == 2


async def test_leads_read_what_bots_say(begun: Path) -> None:
    async with coalition("Berlin", "Milan", begun=begun) as bus:
        assert (await bus["Milan"].lead("!coalition log")).says("said nothing to each other yet")
        await bus["Berlin"].lead('!coalition label "Berlin Mitte"')
        await bus.settle()
        for name in bus.chapters:
            said = await bus[name].lead("!coalition log")
            assert said.says("Berlin Mitte: “From now on we are called Berlin Mitte.”")


async def test_a_third_committee_comes_in_when_all_have_agreed(begun: Path) -> None:
    from commands.coalition.bodies import Applicant  # noqa: PLC0415
    from commands.coalition.introducing import introduce  # noqa: PLC0415

    async with coalition("Berlin", "Milan", "Shenzhen", begun=begun) as bus:
        new = Applicant("@new:example.org", "NewMasterKey", "Turin")
        await bus["Berlin"].do(lambda seat: introduce(seat, new))
        await bus.settle()
        assert "Berlin knows Turin and would like to let them" in bus["Milan"].to_leads
        await bus["Milan"].lead("!coalition ok 1")
        await bus.settle()
        assert bus["Berlin"].wakes == 0
        await bus["Shenzhen"].lead("!coalition ok 1")
        await bus.settle()
        assert bus["Berlin"].wakes == 1
        assert "Everybody agreed. I invite the bot of Turin now." in bus["Berlin"].to_leads

        async def state(seat: Seat) -> MemberState:
            return next(each.state for each in await seat.everybody() if each.label == "Turin")

        assert await bus.equal(state) is MemberState.INVITED


async def test_a_committee_that_one_does_not_want_stays_out(begun: Path) -> None:
    from commands.coalition.bodies import Applicant  # noqa: PLC0415
    from commands.coalition.introducing import introduce  # noqa: PLC0415

    async with coalition("Berlin", "Milan", "Shenzhen", begun=begun) as bus:
        new = Applicant("@new:example.org", "NewMasterKey", "Turin")
        await bus["Berlin"].do(lambda seat: introduce(seat, new))
        await bus.settle()
        await bus["Milan"].lead("!coalition ok 1")
        await bus.later(days=8)
        assert "Shenzhen did not agree that Turin comes in." in bus["Berlin"].to_leads
        for name in bus.chapters:
            assert "Turin" not in (await bus[name].lead("!coalition")).text


async def test_a_committee_without_a_coalition_hears_how_to_begin(chat: Chat) -> None:
    said = await chat.dm("@lea", "!coalition")
    assert said.says("Your committee is in no coalition.", "!coalition new", "!coalition join CODE")


async def test_who_leaves_is_forgotten(begun: Path) -> None:
    from commands.coalition.bodies import Parting  # noqa: PLC0415

    async with coalition("Berlin", "Milan", begun=begun) as bus:
        await bus["Berlin"].do(lambda seat: seat.say("leave", Parting(), "Bye."))
        await bus.settle()
        assert "Berlin has left our coalition." in bus["Milan"].in_room
        assert await bus["Milan"].do(lambda seat: seat.members()) == []
