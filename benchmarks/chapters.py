"""Benchmark of chapters: twelve bots on three homeservers in one coalition, a joint test and a coalition poll.

Everything is real: processes, federation over TLS, encryption, people's clients. All of it shares this machine.
"""

import asyncio
import re
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psutil

from benchmarks.part import Part, Row, Table
from demo.federation import Federation
from demo.homeserver import Homeserver
from demo.organizer import Organizer
from demo.steward import Steward
from tests.crash.ledger import inside
from tests.support.chapters import EVERYBODY
from tests.support.committee import PASSWORD, Committee, gather
from tests.support.polling import CODE, SETTINGS, Voter, in_memory, with_people
from tests.support.setting_up import set_up

TOWNS: Final = ("berlin", "milan", "shenzhen")
LABELS: Final = (
    "Berlin", "Lagos", "Quito", "Hanoi", "Porto", "Tunis", "Malmo", "Sofia", "Kyoto", "Dakar", "Perth", "Cork",
)  # fmt: skip
NAMES: Final = (
    "Amara Okafor", "Bjorn Lindqvist", "Chiara Marchetti", "Daiki Tanaka", "Efua Brandt", "Guang Zhao",
)  # fmt: skip
"""People on record of each committee: enough that their counts may be told."""
TITLE: Final = "Games workers"
TEST: Final = "On-call pay"
QUESTION: Final = "Shall we have a strike fund?"
LONG: Final = 240.0
"""Seconds that are waited for something, beside what it takes by the clock."""


@dataclass(frozen=True, slots=True)
class Scale:
    """Bots, and minutes for which a test and a poll are open."""

    bots: int
    minutes: int


@dataclass(frozen=True, slots=True)
class Town:
    """A committee of three with its bot, and its lead's direct chat."""

    label: str
    committee: Committee
    people: tuple[Organizer, ...]
    direct: str

    @property
    def lead(self) -> Organizer:
        return self.committee.ana

    @property
    def bot(self) -> str:
        return self.committee.steward.user

    @property
    def heard(self) -> int:
        """Where in what the lead heard the next words will stand."""
        return len(self.lead.messages)

    async def ask(self, text: str, expect: str) -> str:
        """Type something in the direct chat, and return the answer."""
        said = await self.lead.ask(self.direct, text, expect, of=self.bot, seconds=LONG)
        return said.body

    async def hears(
        self, words: str, since: int = 0, *, room: bool = False, seconds: float = LONG
    ) -> str:
        """Wait for what the lead is told unasked, in the direct chat or the room."""
        where = self.committee.room if room else self.direct
        said = await self.lead.hear(words, of=self.bot, where=where, since=since, seconds=seconds)
        return said.body


@dataclass(slots=True)
class Round:
    """What one thing that they did together took."""

    seconds: list[float]
    """Unix time at which the result was read, by room."""
    processor: list[float]
    """Seconds of the processor, by bot."""
    memory: list[float]
    """MB resident, by bot."""


async def measure(scale: Scale) -> list[Table]:
    """Found, pair, test, ask; then read from each bot what it said, and when."""
    async with AsyncExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        keys = stack.enter_context(in_memory())
        federation = await stack.enter_async_context(Federation())
        servers = await federation.open(*TOWNS)
        towns: list[Town] = []
        # One after the other: nio's store of keys can be written by one first start in a process at a time.
        for number in range(scale.bots):
            server = servers[number % len(servers)]
            towns.append(await _found(stack, server, scratch, keys, number))
        began = time.perf_counter()
        for number in range(1, len(towns)):
            await _join(towns[0], towns[number], towns[1:number])
        paired = time.perf_counter() - began
        tested = await _taken(towns, lambda: _joint_test(towns, scale.minutes))
        asked = await _taken(towns, lambda: _poll(towns, scale.minutes))
        await asyncio.gather(*(each.committee.steward.stop() for each in towns))
        said = [row for each in towns for row in await _said(each)]
    rows = (
        _row("a joint test", tested, said, begins="test ", answer="test counts"),
        _row("a coalition poll", asked, said, begins="poll ", answer="poll ready"),
    )
    return [_table(scale, rows, paired)]


# -- the committees --------------------------------------------------------------------------------


async def _found(
    stack: AsyncExitStack, server: Homeserver, scratch: Path, keys: Path, number: int
) -> Town:
    mine = keys / str(number)
    mine.mkdir(mode=0o700)
    user = await server.register(f"steward{number}", PASSWORD)
    steward = Steward(scratch / f"bot{number}", server.url, user, PASSWORD, inviters=EVERYBODY)
    await stack.enter_async_context(steward)
    await set_up(steward, SETTINGS.format(keys=mine))
    await steward.start()
    people = []
    for name in ("ana", "ben", "chi"):
        account = await server.register(f"{name}{number}", PASSWORD)
        person = await Organizer.sign_in(server.url, account, PASSWORD)
        people.append(await stack.enter_async_context(person))
    committee = await gather(steward, *people[:2])
    everybody = await with_people(committee, people[2:])
    label = LABELS[number]
    await committee.say(committee.ana, f"!setup name={label} tz=Berlin", "This is", seconds=LONG)
    town = Town(label, committee, tuple(everybody), await committee.open_direct(committee.ana))
    for name in NAMES:
        await town.ask(f'!contact add "{name}" area=Payments --yes', name)
    return town


async def _join(host: Town, guest: Town, others: Sequence[Town]) -> None:
    """Have a committee join by a code that the first one's lead reads out; all that are in it agree."""
    marks = {each.label: each.heard for each in (host, guest, *others)}
    first = f'!coalition new "{TITLE}"'
    told = await host.ask("!coalition code" if others else first, "pairing code")
    words = " ".join(re.findall(r"(?m)^\s*\d+\. ([a-z ]+)$", told))
    await guest.ask(f"!coalition join {words}", "compare its key with the code")
    await host.hears("typed your pairing code", marks[host.label])
    await guest.hears(f"answers: the coalition {TITLE}", marks[guest.label])
    await host.ask("!coalition ok", "Good.")
    await guest.ask("!coalition ok", "We are in as soon as")

    async def agree(town: Town) -> None:
        await town.hears("would like to let them into the coalition", marks[town.label])
        await town.ask("!coalition ok", "comes in as soon as")

    await asyncio.gather(*map(agree, others))
    await guest.hears(f"We are in the coalition {TITLE} now", room=True)
    inside_of = (
        each.hears(f"{guest.label} is in our coalition", room=True) for each in (host, *others)
    )
    await asyncio.gather(*inside_of)


async def _taken(towns: Sequence[Town], work: Callable[[], Awaitable[list[float]]]) -> Round:
    """Do something together, and look what it took each bot."""
    processes = [psutil.Process(each.committee.steward.pid) for each in towns]
    before = [each.cpu_times() for each in processes]
    seconds = await work()
    after = [each.cpu_times() for each in processes]
    return Round(
        seconds,
        [
            now.user + now.system - was.user - was.system
            for now, was in zip(after, before, strict=True)
        ],
        [each.memory_info().rss / 1e6 for each in processes],
    )


async def _all(towns: Iterable[Town], of: Callable[[Town], Awaitable[None]]) -> None:
    await asyncio.gather(*map(of, towns))


async def _agreed(towns: Sequence[Town], proposed: str, answer: str) -> None:
    """The first committee's lead has proposed something, and says ok; then all others' leads do."""
    await towns[0].ask("!coalition ok", answer)

    async def agree(town: Town) -> None:
        await town.hears(proposed)
        await town.ask("!coalition ok", answer)

    await _all(towns[1:], agree)


async def _read(towns: Sequence[Town], words: str, minutes: int) -> list[float]:
    """Unix time at which each room read a result."""

    async def read(town: Town) -> float:
        await town.hears(words, room=True, seconds=60 * minutes + LONG)
        return time.time()

    return list(await asyncio.gather(*map(read, towns)))


async def _joint_test(towns: Sequence[Town], minutes: int) -> list[float]:
    line = f'!coalition test petition "{TEST}" goal=65% closes={minutes}m'
    await towns[0].ask(line, "Nothing is sent yet")
    await _agreed(towns, f"proposes a joint test: {TEST}", "is open here as T-")

    async def mark(town: Town) -> None:
        handles = " ".join(f"M-{number}" for number in range(1, len(NAMES) + 1))
        await town.ask(f"!test mark T-1 did {handles}", "did M-")

    await _all(towns, mark)
    whole = f"Together, {len(towns)} committees: {len(towns) * len(NAMES)}/"
    return await _read(towns, whole, minutes)


async def _poll(towns: Sequence[Town], minutes: int) -> list[float]:
    await towns[0].ask(
        f'!coalition poll "{QUESTION}" closes={minutes}m k=3', "show it to all leads"
    )
    await towns[0].hears("Ask all committees secretly")
    await _agreed(towns, "asks all of us secretly", "is open until")

    async def vote(town: Town) -> None:
        found = CODE.search(await town.hears(f"“{QUESTION}”", room=True))
        assert found is not None

        async def one(person: Organizer) -> None:
            voter = await Voter.of(person, town.bot, seconds=LONG)
            await voter.vote(found[1], "01")
            await voter.acknowledged(1, seconds=LONG)

        await asyncio.gather(*map(one, town.people))

    await _all(towns, vote)
    count = 3 * len(towns)
    whole = f"The sum over {len(towns)} committees: {count} ballots of {count}."
    return await _read(towns, whole, minutes)


# -- the figures -------------------------------------------------------------------------------------


async def _said(town: Town) -> list[tuple[str, float]]:
    """Everything that a bot said in the room of the bots: its kind, and when in Unix time."""
    async with inside(town.committee.steward) as database, database.transaction() as tx:
        rows = await tx.all("SELECT kind, at FROM coalition_said ORDER BY id")
    return [(str(row["kind"]), row["at"] / 1000) for row in rows]


def _row(
    label: str, taken: Round, said: Sequence[tuple[str, float]], *, begins: str, answer: str
) -> Row:
    last = max(at for kind, at in said if kind == answer)
    messages = sum(kind.startswith(begins) for kind, _at in said)
    bots = len(taken.memory)
    return Row(
        label,
        (
            max(taken.seconds) - last,
            messages,
            messages / bots,
            statistics.mean(taken.processor),
            statistics.mean(taken.memory),
            max(taken.memory),
        ),
    )


def _table(scale: Scale, rows: tuple[Row, ...], paired: float) -> Table:
    heads = (
        "s to the last room",
        "messages",
        "messages each",
        "processor s each",
        "MB each",
        "MB at most",
    )
    return Table(
        f"{scale.bots} bots on {len(TOWNS)} homeservers:",
        heads,
        rows,
        (
            (
                "From when the last bot said its counts, or whether it has enough ballots, until somebody in "
                "the last room read the result. Messages in the room of the bots, and seconds of the "
                "processor of each bot, are from the proposal to the result."
            ),
            f"To pair all of them, with everybody's ok to each, took {paired:.0f} s.",
        ),
    )


PART = Part(
    name="chapters",
    about=(
        "Twelve bots on three homeservers that federate, with three people each, paired into one "
        "coalition: a joint test and a coalition poll from the proposal to the result in the last room. "
        "Bots, homeservers and people share the machine."
    ),
    measure=measure,
    full=Scale(bots=12, minutes=3),
    toy=Scale(bots=3, minutes=2),
    takes="a quarter of an hour",
    homeserver=True,
    long=True,
)
