"""The bot is killed at every step of a secret poll: one result, right totals, no key left."""

import asyncio
import random
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from bot.process import failpoints
from commands.polls.model import encode
from storage.core.model import UserId
from tests.crash.test_killed_anywhere import killed_at
from tests.support.committee import Committee, Gathered, NewSteward, SignIn
from tests.support.polling import (
    LATER,
    SETTINGS,
    Voter,
    announced,
    ask,
    box_of,
    in_memory,
    said,
    with_people,
)

READY = "Ready to march on the boss?"
OTHER = "Shall we print it in red?"
KILLS = 100


@pytest.fixture
def memory() -> Iterator[Path]:
    with in_memory() as made:
        yield made


@pytest.fixture
async def committee(new_steward: NewSteward, gathered: Gathered, memory: Path) -> Committee:
    steward = await new_steward(settings=SETTINGS.format(keys=memory))
    await steward.start()
    return await gathered(steward)


@pytest.mark.timeout(600)
async def test_killed_at_every_step_of_a_poll(
    committee: Committee, sign_in: SignIn, memory: Path
) -> None:
    steward, ana = committee.steward, committee.ana
    people = await with_people(committee, [await sign_in("chi")])
    await committee.say(ana, "!status", "3 members")
    opening, voting, closing = (
        failpoints.POLLING[:3],
        failpoints.POLLING[3:5],
        failpoints.POLLING[5:],
    )
    await killed_while_opening(committee, opening)
    code = await announced(committee, READY)
    voters = [await Voter.of(each, steward.user) for each in people]
    for voter, point in zip(voters, voting, strict=False):
        await steward.stop()
        await voter.vote(code, "05")
        await killed_at(steward, point)
        await steward.start()
        await voter.acknowledged(1)
    await voters[2].vote(code, "01")
    await voters[2].acknowledged(1)
    await voters[2].vote(code, "00")
    await voters[2].acknowledged(2)
    await steward.stop()
    for point in closing:
        await steward.start({"STEWARD_FAILPOINT": point, **LATER}, wait=False)
        assert await steward.ended(60) < 0, f"{point} was not reached"
    await steward.start(LATER)
    result = await ana.hear(f"{code} is closed", of=steward.user, where=committee.room, seconds=60)
    assert "2 · 5 all in" in result.body
    assert "1 · 0 no, not this" in result.body
    assert "3 ballots of 3" in result.body
    await committee.say(ana, "!poll list", "No secret poll is open")
    for words in ("is closed", f"{code}, written by a member: “{READY}”"):
        assert said(committee, words) == 1, words
    for voter in voters:
        assert voter.heard("Not protected:") == 1
        assert voter.recorded == (2 if voter is voters[2] else 1)
    await nothing_left(committee, memory)


async def killed_while_opening(committee: Committee, opening: Sequence[str]) -> None:
    """Before the box is made what waited is forgotten, and said so; from then on it is open."""
    steward, ana, asked = committee.steward, committee.ana, f'!poll temp "{READY}" closes=3h'
    before_the_box, in_the_box, *later = opening
    for point in (before_the_box, in_the_box):
        await steward.stop()
        await steward.start({"STEWARD_FAILPOINT": point})
        await ask(committee, asked)
        assert await steward.ended(60) < 0, f"{point} was not reached"
        if point is before_the_box:
            await steward.start()
            await ana.hear("If I was restarted, ask your poll again", of=steward.user)
            await committee.say(ana, "!poll list", "No secret poll is open")
    for point in later:
        await killed_at(steward, point)
    await steward.start()
    await ana.hear("is open until", of=steward.user, where=committee.room)


@pytest.mark.nightly
@pytest.mark.timeout(400)
async def test_killed_while_calling_a_poll_off(
    committee: Committee, sign_in: SignIn, memory: Path
) -> None:
    steward, ana = committee.steward, committee.ana
    people = await with_people(committee, [await sign_in("chi")])
    await committee.say(ana, "!status", "3 members")
    await ask(committee, f'!poll yesno "{OTHER}" closes=3h')
    code = await announced(committee, OTHER)
    voters = [await Voter.of(each, steward.user) for each in people]
    await voters[1].vote(code, "01")
    await voters[1].acknowledged(1)
    await committee.say(ana, f"!poll cancel {code}", "Nobody can bring its ballots back")
    await steward.stop()
    await ana.send(committee.room, f"!poll cancel {code} --yes")
    for point in failpoints.CALLING_OFF:
        await killed_at(steward, point)
    await steward.start()
    await ana.hear(f"{code} is cancelled", of=steward.user, where=committee.room)
    await committee.say(ana, "!poll list", "No secret poll is open")
    assert said(committee, "is cancelled") == 1
    assert said(committee, "is closed") == 0
    await nothing_left(committee, memory)


async def nothing_left(committee: Committee, memory: Path) -> None:
    await committee.steward.stop()
    assert [path for path in memory.rglob("*") if path.is_file()] == []
    async with box_of(committee.steward, memory) as register:
        assert await register.ballots.boxes() == []


@pytest.mark.nightly
@pytest.mark.timeout(3600)
async def test_killed_while_voting(committee: Committee, sign_in: SignIn, memory: Path) -> None:
    """Whatever was acknowledged is in the box, whenever the bot dies."""
    steward, seed = committee.steward, random.randrange(1 << 20)
    chance = random.Random(seed)
    people = await with_people(committee, [await sign_in("chi")])
    await committee.say(committee.ana, "!status", "3 members")
    await ask(committee, f'!poll temp "{READY}" closes=3h')
    code = await announced(committee, READY)
    voters = [await Voter.of(each, steward.user) for each in people]
    sent: dict[str, list[str]] = {voter.who.user: [] for voter in voters}
    for kill in range(KILLS):
        for voter in chance.sample(voters, 2):
            choice = f"0{chance.randrange(6)}"
            sent[voter.who.user].append(choice)
            await voter.vote(code, choice)
        await asyncio.sleep(chance.uniform(0, 0.8))
        await steward.kill()
        if kill % 10 == 0:
            async with box_of(steward, memory) as register:
                await register.restore()
                (poll,) = register.open_polls.values()
                state = await register.state(poll)
            for voter in voters:
                mine, recorded = sent[voter.who.user], voter.recorded
                slot = state.slots[poll.places[UserId(voter.who.user)]]
                # The box is never behind what was acknowledged.
                may_be = [encode(poll.poll, each) for each in mine[max(0, recorded - 1) :]]
                assert slot in may_be or (slot is None and not recorded), f"seed {seed}"
        await steward.start()
        for voter in voters:
            await voter.acknowledged(len(sent[voter.who.user]))
            assert voter.recorded == len(sent[voter.who.user]), f"seed {seed}"
    await steward.stop()
    async with box_of(steward, memory) as register:
        await register.restore()
        (poll,) = register.open_polls.values()
        state = await register.state(poll)
    for user, choices in sent.items():
        if choices:
            assert state.slots[poll.places[UserId(user)]] == encode(poll.poll, choices[-1]), (
                f"seed {seed}"
            )
