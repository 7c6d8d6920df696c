"""Steward beside a bare matrix-nio echo loop: the same homeserver, the same run, interleaved.

What is timed is what an organizer feels: from sending an encrypted message to having read the
encrypted answer. Steward's side includes the durable commit, the trust checks and encryption to
signed devices only; the echo loop does none of that.
"""

import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from benchmarks.driver import Driver
from demo.homeserver import Homeserver, die_with_parent
from demo.organizer import Organizer
from demo.steward import Steward

ROUNDS = int(os.environ.get("ROUNDS", "200"))
BURST_ROOMS, BURST_EACH, BURSTS = 20, 10, 5
WARM_UP = 10
SETTLE = 0.02
"""Seconds after an answer in which both bots finish what they do behind it."""
PASSWORD = "benchmark"  # noqa: S105 (throw-away)


@dataclass(slots=True)
class Side:
    """One of the two bots."""

    name: str
    user: str
    command: str
    pid: int = 0

    def process(self) -> psutil.Process:
        return psutil.Process(self.pid)

    def cpu(self) -> float:
        """CPU seconds used so far."""
        times = self.process().cpu_times()
        return float(times.user + times.system)


@contextmanager
def echo_loop(homeserver: Homeserver, side: Side, directory: Path) -> Iterator[None]:
    """The bare loop as a process of its own, like Steward."""
    module = [sys.executable, "-m", "benchmarks.echo_loop"]
    process = subprocess.Popen(
        [*module, homeserver.url, side.user, PASSWORD, str(directory)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        preexec_fn=die_with_parent(),  # noqa: PLW1509
    )
    side.pid = process.pid
    try:
        if process.stdout is not None:
            process.stdout.readline()
        yield
    finally:
        process.kill()
        process.wait()


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


async def rooms_with(driver: Organizer, side: Side, count: int) -> list[str]:
    """Rooms the bot has joined, with keys exchanged both ways."""
    rooms = []
    for number in range(count):
        room = await driver.encrypted_room(f"{side.name} {number}", invite=[side.user])
        await driver.settled(room, side.user, seconds=60)
        await driver.ask(room, side.command, of=side.user, where=room, seconds=30)
        rooms.append(room)
    return rooms


async def restart(driver: Organizer, room: str, side: Side, steward: Steward) -> float:
    """Milliseconds from starting Steward again to reading its first answer."""
    await steward.stop()
    started = time.perf_counter()
    await steward.start(wait=False)
    await driver.ask(room, side.command, of=side.user, where=room, seconds=60)
    side.pid = steward.pid
    return (time.perf_counter() - started) * 1000


async def main() -> None:
    """Print the table, and the same as JSON for whoever compares runs."""
    with tempfile.TemporaryDirectory() as scratch:
        async with Homeserver() as homeserver:
            for user in ("steward", "echo", "driver"):
                await homeserver.register(user, PASSWORD)
            at = f":{homeserver.server_name}"
            ours = Side("steward", f"@steward{at}", "!tz")
            bare = Side("bare nio loop", f"@echo{at}", "!tz")
            steward = Steward(Path(scratch) / "steward", homeserver.url, ours.user, PASSWORD)
            (Path(scratch) / "echo").mkdir()
            await steward.init()
            await steward.start()
            ours.pid = steward.pid
            driver = await Organizer.sign_in(homeserver.url, f"@driver{at}", PASSWORD)
            with echo_loop(homeserver, bare, Path(scratch) / "echo"):
                async with steward, driver:
                    await measure(driver, ours, bare, steward)


async def measure(organizer: Organizer, ours: Side, bare: Side, steward: Steward) -> None:
    """Interleaved round trips, then bursts in turn, then memory and a restart."""
    sides = (ours, bare)
    rooms = {side.name: await rooms_with(organizer, side, BURST_ROOMS) for side in sides}
    driver = Driver(organizer)
    for side in sides:
        await driver.prepare(rooms[side.name][0], side.command, WARM_UP + ROUNDS)
        for room in rooms[side.name]:
            await driver.prepare(room, side.command, BURSTS * BURST_EACH)
    times: dict[str, list[float]] = {side.name: [] for side in sides}
    cpu = {side.name: 0.0 for side in sides}
    rates: dict[str, list[float]] = {side.name: [] for side in sides}
    async with driver:
        for number in range(-WARM_UP, ROUNDS):
            for side in sides if number % 2 else sides[::-1]:
                before = side.cpu()
                taken = await driver.round_trip(rooms[side.name][0], side.user)
                await asyncio.sleep(SETTLE)
                if number >= 0:
                    times[side.name].append(taken)
                    cpu[side.name] += side.cpu() - before
        for number in range(BURSTS):
            for side in sides if number % 2 else sides[::-1]:
                rate = await driver.burst(rooms[side.name], BURST_EACH, side.user)
                rates[side.name].append(rate)
                await asyncio.sleep(1)
    memory = {side.name: side.process().memory_info().rss / 2**20 for side in sides}
    organizer.listen()
    first = await restart(organizer, rooms[ours.name][0], ours, steward)
    report(times, cpu, rates, memory, first)


def report(
    times: dict[str, list[float]],
    cpu: dict[str, float],
    rates: dict[str, list[float]],
    memory: dict[str, float],
    first: float,
) -> None:
    """Medians and ratios; these machines are noisy."""
    ours, bare = times
    rows: list[tuple[str, float, float]] = [
        ("round trip, median ms", statistics.median(times[ours]), statistics.median(times[bare])),
        ("round trip, p95 ms", percentile(times[ours], 0.95), percentile(times[bare], 0.95)),
        ("burst, answers/s", statistics.median(rates[ours]), statistics.median(rates[bare])),
        ("CPU ms per command", cpu[ours] * 1000 / ROUNDS, cpu[bare] * 1000 / ROUNDS),
        ("resident MiB", memory[ours], memory[bare]),
    ]
    out = [f"{'':24}{ours:>14}{bare:>16}{'ratio':>8}"]
    out += [f"{label:24}{a:14.1f}{b:16.1f}{a / b:8.2f}" for label, a, b in rows]
    out.append(f"{'restart to answer, ms':24}{first:14.0f}")
    out.append(json.dumps({label: round(a / b, 3) for label, a, b in rows}))
    sys.stdout.write("\n".join(out) + "\n")


if __name__ == "__main__":
    asyncio.run(main())
