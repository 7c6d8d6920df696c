"""Ballots for many people on a homeserver with Synapse's own rate limits, and commands meanwhile."""

import asyncio
import itertools
import re
import statistics
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot.config.polls import FEW
from bot.delivery.pacing import PACE
from bot.delivery.transaction_ids import BALLOT
from bot.matrix.native_polls import START
from bot.polls.box import SentFlags
from demo.homeserver import Homeserver
from demo.matrix_api import ApiError
from tests.support.committee import Committee, Gathered, NewSteward
from tests.support.light_people import LightPerson, crowd, limit
from tests.support.polling import announced, ask, in_memory
from tests.support.proxy import FaultyProxy

SETTINGS = """
[polls]
joined_hours = 0
keys_dir = "{keys}"
"""
QUESTION = "Ready to march on the boss?"
SOON = 5.0
"""Seconds in which a command is answered while ballots go out."""
TEXT = re.compile(rf"/send/m\.room\.encrypted/({BALLOT}-[^/-]+-{SentFlags.BALLOT:d}-[^/?]+)")
TAPS = re.compile(rf"/send/m\.room\.encrypted/({BALLOT}-[^/-]+-{SentFlags.TAPS:d}-[^/?]+)")

ANSWER = "va-"
"""What the transaction ids of answers to votes begin with."""


@dataclass(slots=True)
class Hall:
    """A committee of many, whose bot, and only the bot, is seen through the proxy."""

    committee: Committee
    proxy: FaultyProxy
    people: list[LightPerson]
    answers: list[float] = field(default_factory=list)
    """Seconds until commands were answered."""

    def sent(self, what: re.Pattern[str]) -> list[float]:
        """When these ballots were sent; each attempt counts."""
        return [seen.at for seen in self.proxy.seen if what.search(seen.path)]

    def names(self, what: re.Pattern[str]) -> list[str]:
        """The transactions in which they were sent."""
        found = (what.search(seen.path) for seen in self.proxy.seen)
        return [each[1] for each in found if each is not None]

    def figures(self) -> str:
        """What the commands took."""
        middle, most = statistics.median(self.answers), max(self.answers)
        return (
            f"{len(self.answers)} commands answered after {middle:.2f} s (median), {most:.2f} s"
            " at most"
        )

    async def command(self) -> None:
        """Ana and Ben take turns."""
        turn = len(self.answers) % 2
        who, zone = ((self.committee.ana, "Madrid"), (self.committee.ben, "Lisbon"))[turn]
        before = time.monotonic()
        await self.committee.say(who, f"!tz Europe/{zone}", zone, seconds=120)
        self.answers.append(time.monotonic() - before)


@pytest.fixture
def memory() -> Iterator[Path]:
    with in_memory() as made:
        yield made


@pytest.fixture
async def between(own_homeserver: Homeserver) -> AsyncIterator[FaultyProxy]:
    async with FaultyProxy(own_homeserver.url) as proxy:
        yield proxy


@pytest.fixture
async def hall(
    request: pytest.FixtureRequest,
    own_homeserver: Homeserver,
    between: FaultyProxy,
    new_steward: NewSteward,
    gathered: Gathered,
    memory: Path,
) -> Hall:
    """So many people as ``param`` says, Ana and Ben among them, made before limits are on."""
    steward = await new_steward(
        on=own_homeserver, through=between, settings=SETTINGS.format(keys=memory)
    )
    await steward.start()
    committee = await gathered(steward, on=own_homeserver)
    ana, ben = committee.ana, committee.ben
    for each in (ana, ben):
        await committee.open_direct(each)
        await each.pause()
    many = request.param
    people = await crowd(committee, own_homeserver, many - 2, pause=0.2 if many > 100 else 0.0)
    spent = await LightPerson.register(own_homeserver, "spent")
    await limit(own_homeserver)
    for each in (ana, ben):
        each.listen()
        await each.settled(committee.room, *(person.user for person in people), seconds=300)
    await the_limits_are_on(spent, between)
    return Hall(committee, between, people)


async def the_limits_are_on(person: LightPerson, proxy: FaultyProxy) -> None:
    """The control: somebody who does not pace themselves is told so, and the proxy notices.

    ``person`` has said all that the limits allow afterwards, and so must have no part in the test.
    """
    async with person.api(proxy.url) as api:
        room = await api.create_room()
        with pytest.raises(ApiError) as refused:
            for _ in range(30):
                await api.send_clear(room, "m.room.message", {"msgtype": "m.text", "body": "."})
    assert refused.value.status == 429
    assert len(proxy.limited) == 1
    proxy.limited.clear()


async def opened(hall: Hall) -> str:
    """Ana opens a poll; its code, once it is announced."""
    mark = time.monotonic()
    await ask(hall.committee, f'!poll temp "{QUESTION}" closes=24h', seconds=300)
    code = await announced(hall.committee, QUESTION, seconds=300)
    print(f"\nannounced {time.monotonic() - mark:.1f} s after it was typed")  # noqa: T201
    return code


def gaps(times: list[float]) -> list[float]:
    return [later - earlier for earlier, later in itertools.pairwise(times)]


@pytest.mark.timeout(400)
@pytest.mark.parametrize("hall", [FEW + 4], indirect=True)
async def test_ballots_to_more_than_a_few_are_paced(hall: Hall) -> None:
    """One every eight seconds, none refused, and commands are answered between them."""
    await opened(hall)
    until = time.monotonic() + 3.5 * PACE
    while time.monotonic() < until:
        await hall.command()
        await asyncio.sleep(PACE / 2)
    times = hall.sent(TEXT)
    assert len(times) >= 4
    assert min(gaps(times)) > PACE / 2
    assert hall.proxy.limited == []
    assert max(hall.answers) < SOON, hall.answers
    assert hall.sent(TAPS) == []


@pytest.mark.nightly
@pytest.mark.timeout(900)
@pytest.mark.parametrize("hall", [FEW], indirect=True)
async def test_ballots_to_a_few_give_way(hall: Hall) -> None:
    """They go at once until the first is refused, then at a pace; commands are answered all the same."""
    many = len(hall.people) + 2
    await opened(hall)
    while len(set(hall.names(TAPS))) < many:
        await hall.command()
        await asyncio.sleep(15)
    refused = len(hall.proxy.limited)
    print(f"\n{2 * many} ballots, {refused} times 429; {hall.figures()}")  # noqa: T201
    assert 0 < refused < many
    assert max(hall.answers) < 2 * SOON, hall.answers


@pytest.mark.nightly
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("hall", [FEW + 4], indirect=True)
async def test_votes_that_pour_in_are_answered(hall: Hall) -> None:
    """Each is acknowledged and taken back, which is twice what the limits allow; once each."""
    bot, code = hall.committee.steward.user, await opened(hall)
    await asyncio.gather(*(person.say(bot, f"vote {code} 04") for person in hall.people))
    since, waiting = time.monotonic(), hall.people
    while waiting := [each for each in waiting if not await each.has(bot, ANSWER)]:
        await hall.command()
        await asyncio.sleep(10)
    took = time.monotonic() - since
    print(  # noqa: T201
        f"\n{len(hall.people)} votes acknowledged in {took:.0f} s, {len(hall.proxy.limited)} times"
        f" 429, {len(hall.sent(TEXT))} ballots meanwhile; {hall.figures()}"
    )
    for person in hall.people:
        said = [each.content.get("body", "") for each in await person.received(bot)]
        assert sum(each.startswith("Recorded") for each in said) == 1
    assert max(hall.answers) < 4 * SOON, hall.answers


@pytest.mark.hours
@pytest.mark.timeout(3 * 3600)
@pytest.mark.parametrize("hall", [500], indirect=True)
async def test_five_hundred_ballots(hall: Hall) -> None:
    """Each arrives once, as text, and can be read; at the pace that the bot has by default."""
    many = len(hall.people) + 2
    code = await opened(hall)
    since = time.monotonic()
    while len(hall.sent(TEXT)) < many or len(hall.sent(TAPS)) < 3:
        await hall.command()
        await asyncio.sleep(55)
    took = hall.sent(TEXT)[-1] - since
    print(  # noqa: T201
        f"\n{many} ballots in {took / 60:.1f} min, {len(hall.proxy.limited)} times 429;"
        f" {hall.figures()}"
    )
    assert len(hall.names(TEXT)) == len(set(hall.names(TEXT))) == many
    assert hall.proxy.limited == []
    assert max(hall.answers) < SOON, hall.answers
    await everybody_has_one(hall, code)


async def everybody_has_one(hall: Hall, code: str) -> None:
    """Judged by what the homeserver holds and the devices can open; taps come later."""
    bot = hall.committee.steward.user
    for person in hall.people:
        had = [each for each in await person.received(bot) if each.reference.startswith(BALLOT)]
        texts = [each for each in had if each.kind == "m.room.message"]
        assert len(texts) == 1
        assert f"vote {code}" in texts[0].content["body"]
        assert {each.kind for each in had} <= {"m.room.message", START}
        await asyncio.sleep(0.1)
    for each in (hall.committee.ana, hall.committee.ben):
        ballots = [m for m in each.messages if "Not protected:" in m.body and m.sender == bot]
        assert len(ballots) == 1
