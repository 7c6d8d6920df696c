"""Benchmark of a small machine: 512 MB and one core for the bot, and a committee that is awake all at once.

The kernel holds the bot to both from its first moment, Argon2id with its 256 MiB included. The homeserver and
the people run beside it, on what is left of the machine.
"""

import asyncio
import itertools
import random
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import psutil

from benchmarks.part import Part, Row, Table
from benchmarks.round_trip import percentile
from demo.homeserver import Homeserver
from demo.organizer import Organizer
from demo.steward import Steward
from tests.support.committee import PASSWORD, Committee, gather
from tests.support.control_group import ControlGroup
from tests.support.light_people import LightPerson, crowd
from tests.support.polling import announced, ask, in_memory

MEMORY: Final = 512_000_000
CORES: Final = 1.0
MOST_MS: Final = 1_000
"""For a command in 95 of 100 cases."""
MOST_MS_VOTING: Final = 5_000
"""The same while a hundred vote in one moment, each of whom is answered twice."""
SETTINGS: Final = """
[polls]
joined_hours = 0
keys_dir = "{keys}"
"""
"""What an operator has, but that who joined today may vote."""
ANSWER: Final = "va-"
"""What the transaction ids of answers to votes begin with."""
QUESTION: Final = "Ready to march on the boss?"
COMMANDS: Final = (
    '!contact add "{name}" area="Area {few}" --yes',
    "!contact find {name}",
    "!due",
    "!tz Europe/Madrid",
    "!help",
    "!me",
)
"""What is typed in direct chats, each for somebody new."""


@dataclass(frozen=True, slots=True)
class Scale:
    """Members of the committee, rooms in which commands are typed, and so on."""

    members: int
    rooms: int
    voters: int
    commands: int
    """Typed one after the other; so many again come all at once."""


@dataclass(slots=True)
class Evening:
    """What was seen."""

    starts: list[float] = field(default_factory=list)
    """Milliseconds to being ready, by starts with the passphrase."""
    alone: list[float] = field(default_factory=list)
    """Milliseconds of commands, one after the other."""
    together: list[float] = field(default_factory=list)
    """Milliseconds of commands that all came at once."""
    while_voting: list[float] = field(default_factory=list)
    votes: int = 0
    """That were acknowledged."""
    voted: float = 0.0
    """Seconds until all of them were."""
    computed: float = 0.0
    """Seconds of the processor that the bot took meanwhile."""


class BoardBot(Steward):
    """A bot in a control group, whose keys are made as an operator's are, and not cheaply as in a demo."""

    def __init__(self, group: ControlGroup, *where: str, directory: Path, settings: str) -> None:
        super().__init__(directory, *where, settings=settings)
        self._group = group

    def _launch(self, environment: Mapping[str, str]) -> None:
        self._process = self._group.start(self._line("run"), self._env(environment), self.log_path)

    async def command(self, *words: str) -> tuple[int, str]:
        """Run any command, as the operator types it."""
        return await super().command(*(word for word in words if word != "--fast-kdf"))


async def measure(scale: Scale) -> list[Table]:
    """Measure answers, memory and what the kernel did."""
    group = ControlGroup(MEMORY, cores=CORES)
    try:
        with tempfile.TemporaryDirectory() as scratch, in_memory() as keys:
            async with Homeserver() as homeserver:
                user = await homeserver.register("steward", PASSWORD)
                steward = BoardBot(
                    group,
                    *(homeserver.url, user, PASSWORD),
                    directory=Path(scratch) / "steward",
                    settings=SETTINGS.format(keys=keys),
                )
                async with steward:
                    await steward.init()
                    return [await _evening(steward, homeserver, group, scale)]
    finally:
        group.close()


async def _evening(
    steward: Steward, homeserver: Homeserver, group: ControlGroup, scale: Scale
) -> Table:
    seen = Evening()
    await _started(steward, seen)
    async with _people(steward, homeserver, scale) as (committee, rooms, light):
        await _commands(committee, rooms, scale, seen)
        await _a_poll(committee, rooms, light[: scale.voters], seen)
        process = psutil.Process(steward.pid)
        resident, same = process.memory_info().rss, steward.running
        await steward.stop()
        await _started(steward, seen)
    return table(scale, seen, group, resident=resident, died=not same)


async def _started(steward: Steward, seen: Evening) -> None:
    begun = time.perf_counter()
    await steward.start()
    seen.starts.append((time.perf_counter() - begun) * 1000)


@asynccontextmanager
async def _people(
    steward: Steward, homeserver: Homeserver, scale: Scale
) -> AsyncIterator[tuple[Committee, list[str], list[LightPerson]]]:
    """Two who type, in so many rooms, and everybody else, who each have a direct chat."""
    async with AsyncExitStack() as leaving:
        two = []
        for name in ("ana", "ben"):
            await homeserver.register(name, PASSWORD)
            person = await Organizer.sign_in(homeserver.url, name, PASSWORD)
            two.append(await leaving.enter_async_context(person))
        committee = await gather(steward, *two)
        rooms = [committee.room]
        for _ in range(scale.rooms - 1):
            room = await committee.ana.encrypted_room(invite=[steward.user], direct=True)
            await committee.ana.settled(room, steward.user, seconds=60)
            rooms.append(room)
        yield committee, rooms, await crowd(committee, homeserver, scale.members - 2)


async def _timed(committee: Committee, room: str, text: str) -> float:
    begun = time.perf_counter()
    await committee.ana.ask(room, text, of=committee.steward.user, where=room, seconds=120)
    return (time.perf_counter() - begun) * 1000


def _typed(number: int) -> str:
    letters = "".join(chr(97 + int(digit)) for digit in f"{number // len(COMMANDS):04}")
    return COMMANDS[number % len(COMMANDS)].format(name=f"Person {letters}", few=number % 7)


async def _commands(
    committee: Committee, rooms: Sequence[str], scale: Scale, seen: Evening
) -> None:
    chance = random.Random(512)
    direct = rooms[1:]
    for number in range(scale.commands):
        room = chance.choice(direct)
        seen.alone.append(await _timed(committee, room, _typed(number)))

    async def several(room: str) -> None:
        for number in range(max(1, scale.commands // len(direct))):
            seen.together.append(await _timed(committee, room, _typed(number)))

    await asyncio.gather(*map(several, direct))


async def _a_poll(
    committee: Committee, rooms: Sequence[str], voters: Sequence[LightPerson], seen: Evening
) -> None:
    """Everybody is asked, a hundred vote at once, and commands go on."""
    bot = committee.steward.user
    await ask(committee, f'!poll temp "{QUESTION}" closes=24h', seconds=300)
    code = await announced(committee, QUESTION, seconds=300)
    process = psutil.Process(committee.steward.pid)
    before = process.cpu_times()
    begun = time.perf_counter()
    voting = asyncio.gather(*(person.say(bot, f"vote {code} 04") for person in voters))
    turns = itertools.cycle(rooms[1:])
    waiting = list(voters)
    for number in itertools.count(1):
        seen.while_voting.append(await _timed(committee, next(turns), _typed(number)))
        if number % 10 == 0 and voting.done():
            waiting = [person for person in waiting if not await person.has(bot, ANSWER)]
            if not waiting or time.perf_counter() - begun > 600:
                break
    await voting
    seen.votes = len(voters) - len(waiting)
    seen.voted = time.perf_counter() - begun
    after = process.cpu_times()
    seen.computed = after.user + after.system - before.user - before.system


def table(scale: Scale, seen: Evening, group: ControlGroup, *, resident: int, died: bool) -> Table:
    """Make the table of an evening."""
    typed = len(seen.alone) + len(seen.together) + len(seen.while_voting)
    peak = resident if group.peak is None else group.peak
    return Table(
        f"{scale.members} members, {scale.rooms} rooms, {MEMORY / 1e6:.0f} MB, one core",
        ("figure",),
        (
            Row("processes that the kernel ended", (group.killed + died,), 0),
            Row("MB at most, as the kernel counts", (peak / 1e6,), MEMORY / 1e6),
            Row("MB resident at the end", (resident / 1e6,)),
            Row("commands, all answered", (typed,)),
            Row("ms for a command alone, median", (statistics.median(seen.alone),)),
            Row("ms for a command alone, p95", (percentile(seen.alone, 0.95),), MOST_MS),
            Row("ms when all rooms type at once, p95", (percentile(seen.together, 0.95),)),
            Row("ms while votes pour in, median", (statistics.median(seen.while_voting),)),
            Row(
                "ms while votes pour in, p95",
                (percentile(seen.while_voting, 0.95),),
                MOST_MS_VOTING,
            ),
            Row("votes not acknowledged", (scale.voters - seen.votes,), 0),
            Row("seconds until all votes were", (seen.voted,)),
            Row("seconds of its core that the bot took for them", (seen.computed,)),
            Row("ms from a first start to ready", (seen.starts[0],)),
            Row("ms from a later start to ready", (seen.starts[-1],)),
        ),
        (
            "Held to both by the kernel."
            if group.peak is not None and group.cores
            else "No control group could be made here: what is resident was looked at, nothing was held.",
            "What other programs on the machine had read of the same files before is not counted here.",
        ),
        bounded=1,
    )


PART = Part(
    name="small-board",
    about=(
        "The bot with 512 MB and one core of the machine, held to them by the kernel from its first "
        "moment: a committee of 200 whose members all have direct chats, commands in 20 rooms, then a "
        "secret poll of everybody in which a hundred vote at once while commands go on."
    ),
    measure=measure,
    full=Scale(members=200, rooms=20, voters=100, commands=120),
    toy=Scale(members=8, rooms=3, voters=5, commands=6),
    takes="six minutes",
    homeserver=True,
    long=True,
)
