"""Benchmark of round trips: Steward and a bare matrix-nio echo loop, interleaved on one homeserver.

The time is what an organizer feels: from sending an encrypted message to having read the
encrypted answer. Steward's side includes the durable commit, the trust checks and encryption to
signed devices only; the echo loop does none of that.
"""

import asyncio
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import psutil

from benchmarks.driver import Driver
from benchmarks.part import Part, Row, Table
from benchmarks.resident import by_origin
from demo.homeserver import Homeserver
from demo.organizer import Organizer
from demo.processes import die_with_parent
from demo.steward import Steward

SETTLE = 0.02
"""Seconds after an answer in which both bots finish most of what they do behind it."""
PUT_OFF = 1.5
"""Seconds after which nothing of it is left: Steward saves how far it has read within one."""
PASSWORD = "benchmark"  # noqa: S105 (throw-away)


@dataclass(frozen=True, slots=True)
class Scale:
    """How many rooms, messages and restarts on each side."""

    rounds: int
    """Round trips that count, after ``warm_up`` that do not."""
    warm_up: int
    burst_rooms: int
    burst_each: int
    """Messages in each of these rooms in one burst."""
    bursts: int
    restarts: int


class Bot(Protocol):
    """A bot in a process of its own."""

    @property
    def pid(self) -> int: ...

    async def start(self) -> None: ...

    async def stop(self) -> None: ...


class OurBot:
    """Steward, as an operator runs it."""

    def __init__(self, steward: Steward) -> None:
        self._steward = steward

    @property
    def pid(self) -> int:
        return self._steward.pid

    async def start(self) -> None:
        await self._steward.start(wait=False)

    async def stop(self) -> None:
        await self._steward.stop()


class EchoLoop:
    """The bare loop."""

    def __init__(self, homeserver: Homeserver, user: str, directory: Path) -> None:
        self._arguments = [homeserver.url, user, PASSWORD, str(directory)]
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    async def start(self) -> None:
        self._process = subprocess.Popen(  # noqa: ASYNC220 (as Steward's, at once)
            [sys.executable, "-m", "benchmarks.echo_loop", *self._arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            preexec_fn=die_with_parent(),  # noqa: PLW1509
        )

    async def ready(self) -> None:
        """Wait until the loop's keys are on the homeserver, so that senders can share theirs."""
        assert self._process is not None
        assert self._process.stdout is not None
        await asyncio.to_thread(self._process.stdout.readline)

    async def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            await asyncio.to_thread(self._process.wait)
            if self._process.stdout is not None:
                self._process.stdout.close()


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two that are compared."""

    name: str
    user: str
    command: str
    bot: Bot

    def cpu(self) -> float:
        """Return the CPU seconds used so far."""
        if Path("/proc/self/stat").exists():
            # The clock that Linux has for each process: to the nanosecond, where times of processes come in
            # hundredths of a second, more than two commands take.
            return time.clock_gettime((~self.bot.pid << 3) | 2)
        times = psutil.Process(self.bot.pid).cpu_times()
        return float(times.user + times.system)

    def resident(self) -> float:
        """Return the resident memory in MiB."""
        return float(psutil.Process(self.bot.pid).memory_info().rss / 2**20)


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


async def rooms_with(driver: Organizer, side: Side, count: int) -> list[str]:
    """Make rooms that the bot has joined, with keys exchanged both ways."""
    rooms = []
    for number in range(count):
        # One committee's room; the others are direct chats, since a second committee's is asked about.
        name = None if number else side.name
        room = await driver.encrypted_room(name, invite=[side.user], direct=number > 0)
        await driver.settled(room, side.user, seconds=60)
        await driver.ask(room, side.command, of=side.user, where=room, seconds=30)
        rooms.append(room)
    return rooms


async def restart(driver: Organizer, room: str, side: Side) -> float:
    """Return milliseconds from a bot's start to reading its first answer."""
    # The driver's client has caught up once it has read an answer.
    await driver.ask(room, side.command, of=side.user, where=room, seconds=60)
    await side.bot.stop()
    started = time.perf_counter()
    await side.bot.start()
    await driver.ask(room, side.command, of=side.user, where=room, seconds=60)
    return (time.perf_counter() - started) * 1000


async def measure(scale: Scale) -> list[Table]:
    """Measure both bots on one homeserver, in turn."""
    with tempfile.TemporaryDirectory() as scratch:
        async with Homeserver() as homeserver:
            for user in ("steward", "echo", "driver"):
                await homeserver.register(user, PASSWORD)
            at = f":{homeserver.server_name}"
            steward = Steward(Path(scratch) / "steward", homeserver.url, f"@steward{at}", PASSWORD)
            (Path(scratch) / "echo").mkdir()
            echo = EchoLoop(homeserver, f"@echo{at}", Path(scratch) / "echo")
            ours = Side("Steward", f"@steward{at}", "!tz", OurBot(steward))
            bare = Side("bare nio loop", f"@echo{at}", "!tz", echo)
            await steward.init()
            await steward.start()
            await echo.start()
            await echo.ready()
            driver = await Organizer.sign_in(homeserver.url, f"@driver{at}", PASSWORD)
            try:
                async with steward, driver:
                    return await compared(driver, (ours, bare), scale)
            finally:
                await echo.stop()


async def compared(organizer: Organizer, sides: tuple[Side, Side], scale: Scale) -> list[Table]:
    """Measure round trips, then bursts, then memory and restarts; returns the tables."""
    rooms = {side.name: await rooms_with(organizer, side, scale.burst_rooms) for side in sides}
    driver = Driver(organizer, PASSWORD)
    for side in sides:
        first = rooms[side.name][0]
        await driver.prepare(first, side.command, scale.warm_up + scale.rounds)
        for room in rooms[side.name]:
            await driver.prepare(room, side.command, scale.bursts * scale.burst_each)
    async with driver:
        times, cpu = await round_trips(driver, sides, rooms, scale)
        rates = await bursts(driver, sides, rooms, scale)
    memory = {side.name: side.resident() for side in sides}
    held = where_it_lies(sides)
    organizer.listen()
    again: dict[str, list[float]] = {side.name: [] for side in sides}
    for number in range(scale.restarts):
        for side in sides if number % 2 else sides[::-1]:
            again[side.name].append(await restart(organizer, rooms[side.name][0], side))
    figures: dict[str, Callable[[str], float]] = {
        "round trip, median ms": lambda side: statistics.median(times[side]),
        "round trip, p95 ms": lambda side: percentile(times[side], 0.95),
        "burst, answers a second": lambda side: statistics.median(rates[side]),
        "CPU ms for a command": lambda side: cpu[side] * 1000 / scale.rounds,
        "resident MiB": lambda side: memory[side],
        "restart to answer, ms": lambda side: statistics.median(again[side]),
    }
    ours, bare = (side.name for side in sides)
    rows = tuple(
        Row(label, (of(ours), of(bare), of(ours) / of(bare))) for label, of in figures.items()
    )
    return [Table("what is measured", (ours, bare, "ratio"), rows), *held]


def where_it_lies(sides: tuple[Side, Side]) -> list[Table]:
    """Return a table for each of what it holds resident; none where the kernel does not tell."""
    return [
        Table(
            f"where that is, {side.name}",
            ("MiB",),
            tuple(Row(each, (size,)) for each, size in held.items() if size),
        )
        for side in sides
        if (held := by_origin(side.bot.pid))
    ]


async def round_trips(
    driver: Driver, sides: tuple[Side, Side], rooms: Mapping[str, list[str]], scale: Scale
) -> tuple[dict[str, list[float]], dict[str, float]]:
    """Return milliseconds of each round trip, and all CPU seconds, by side.

    A bot's processor time is counted in the other's turn as well, where it may finish what it does behind
    an answer: with the rests that both have, and whatever was put off.
    """
    times: dict[str, list[float]] = {side.name: [] for side in sides}
    before = {side.name: 0.0 for side in sides}
    for number in range(-scale.warm_up, scale.rounds):
        if number == 0:
            await asyncio.sleep(PUT_OFF)
            before = {side.name: side.cpu() for side in sides}
        for side in sides if number % 2 else sides[::-1]:
            taken = await driver.round_trip(rooms[side.name][0], side.user)
            await asyncio.sleep(SETTLE)
            if number >= 0:
                times[side.name].append(taken)
    await asyncio.sleep(PUT_OFF)
    return times, {side.name: side.cpu() - before[side.name] for side in sides}


async def bursts(
    driver: Driver, sides: tuple[Side, Side], rooms: Mapping[str, list[str]], scale: Scale
) -> dict[str, list[float]]:
    """Return answers per second of each burst, by side."""
    rates: dict[str, list[float]] = {side.name: [] for side in sides}
    for number in range(scale.bursts):
        for side in sides if number % 2 else sides[::-1]:
            rate = await driver.burst(rooms[side.name], scale.burst_each, side.user)
            rates[side.name].append(rate)
            await asyncio.sleep(1)
    return rates


PART = Part(
    name="round-trip",
    about=(
        "Steward beside a bare matrix-nio loop that echoes: the same homeserver, the same run, taking "
        "turns. A round trip is what an organizer feels, from sending an encrypted message to having "
        "the encrypted answer. Steward's side includes the durable commit, the checks of trust and "
        "encryption to signed devices only; the loop does none of that."
    ),
    measure=measure,
    full=Scale(rounds=200, warm_up=10, burst_rooms=20, burst_each=10, bursts=5, restarts=5),
    toy=Scale(rounds=2, warm_up=1, burst_rooms=2, burst_each=2, bursts=1, restarts=1),
    takes="four minutes",
    homeserver=True,
)
