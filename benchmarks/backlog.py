"""Benchmark of a backlog: commands typed while the bot was off, from its start to the answers.

Beside Steward a bare matrix-nio loop, on the same homeserver, one after the other. What a loop like that
does not find in one answer of sync it never sees.
"""

import statistics
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.driver import Driver
from benchmarks.part import Part, Row, Table
from benchmarks.round_trip import PASSWORD, EchoLoop, OurBot, Side, rooms_with
from demo.homeserver import Homeserver
from demo.organizer import Organizer
from demo.steward import Steward

START, QUIET = 60.0, 8.0
"""Seconds without the first answer, and without another one, after which none is expected any more."""


@dataclass(frozen=True, slots=True)
class Scale:
    """How much waits in how many rooms."""

    many_rooms: int
    few_rooms: int
    commands: int
    """Divided over the rooms."""
    rounds: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """How one bot dealt with what had waited for it: seconds from its start."""

    first: float
    last: float
    for_each: float
    """Commands typed for each answer: 1 where none is lost and none is answered twice."""


async def waited(driver: Driver, side: Side, rooms: Sequence[str], each: int) -> Waiting:
    """Have commands wait for a bot that is off, start the bot, and see when they are answered."""
    await side.bot.stop()
    wanted = {room: driver.count(room, side.user) + each for room in rooms}
    await driver.send_all(rooms, each)
    driver.came.clear()
    started = time.perf_counter()
    await side.bot.start()
    await driver.heard_until_quiet(wanted, side.user, first=START, quiet=QUIET)
    came = [at - started for at, user in driver.came if user == side.user]
    if not came:
        raise RuntimeError(f"{side.name} answered nothing")
    return Waiting(min(came), max(came), len(rooms) * each / len(came))


async def compared(organizer: Organizer, sides: tuple[Side, Side], scale: Scale) -> list[Table]:
    """Measure both bots, in turn, with many rooms and with few."""
    rooms = {side.name: await rooms_with(organizer, side, scale.many_rooms) for side in sides}
    driver = Driver(organizer, PASSWORD)
    spread = {
        many: scale.commands // many for many in dict.fromkeys((scale.many_rooms, scale.few_rooms))
    }
    for side in sides:
        for many, each in spread.items():
            for room in rooms[side.name][:many]:
                await driver.prepare(room, side.command, each * scale.rounds)
    found: dict[tuple[int, str], list[Waiting]] = {}
    async with driver:
        for number in range(scale.rounds):
            for many, each in spread.items():
                for side in sides if number % 2 else sides[::-1]:
                    one = await waited(driver, side, rooms[side.name][:many], each)
                    found.setdefault((many, side.name), []).append(one)
    names = tuple(side.name for side in sides)
    return [_table(scale, many, names, found) for many in spread]


def _table(
    scale: Scale,
    many: int,
    names: tuple[str, ...],
    found: dict[tuple[int, str], list[Waiting]],
) -> Table:
    def row(label: str, of: str, bound: float) -> Row:
        figures = tuple(
            float(statistics.median(getattr(each, of) for each in found[many, name]))
            for name in names
        )
        return Row(label, figures, bound)

    few = many == scale.few_rooms
    return Table(
        f"{scale.commands} commands that waited in {many} rooms",
        names,
        (
            row("first answer after the start, s", "first", 1.2),
            row("last answer after the start, s", "last", 3.0),
            row("commands for each answer", "for_each", 1.0),
        ),
        ("What does not come with one answer of sync, a bare loop never sees.",) if few else (),
        bounded=1,
    )


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
            await steward.init()
            await steward.start()
            await echo.start()
            await echo.ready()
            sides = (
                Side("Steward", f"@steward{at}", "!tz", OurBot(steward)),
                Side("bare nio loop", f"@echo{at}", "!tz", echo),
            )
            driver = await Organizer.sign_in(homeserver.url, f"@driver{at}", PASSWORD)
            try:
                async with steward, driver:
                    return await compared(driver, sides, scale)
            finally:
                await echo.stop()


PART = Part(
    name="backlog",
    about=(
        "What was typed while the bot was off: how long after its start the first and the last of it is "
        "answered, and how much is not, beside a bare matrix-nio loop on the same homeserver, one after "
        "the other. Medians of five."
    ),
    measure=measure,
    full=Scale(many_rooms=20, few_rooms=2, commands=200, rounds=5),
    toy=Scale(many_rooms=3, few_rooms=2, commands=6, rounds=1),
    takes="eight minutes",
    homeserver=True,
)
