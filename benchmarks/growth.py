"""Benchmark of growth: the same commands with 100, 10,000 and 100,000 contacts.

Timed from the text to the durable commit, through the real parser, commands and encrypted database,
interleaved over the three sizes. The homeserver is left out: it does not know how many contacts there are.
"""

import random
import secrets
import statistics
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from benchmarks.part import Part, Row, Table
from benchmarks.provided import of_old, provide
from commands.all import CATALOGUE
from commands.framework.answer import answer
from commands.framework.context import Context, Place, Role, RoomId, UserId
from storage.chat.committees import Committees
from storage.contacts.contacts import Contacts
from storage.core.database import Database
from storage.core.model import Committee

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
ANA = UserId("@ana:example.org")
FIRST = [
    "Ada",
    "Alex",
    "Ben",
    "Chi",
    "Dana",
    "Eli",
    "Fay",
    "Gus",
    "Hana",
    "Ida",
    "Jo",
    "Kim",
    "Lea",
    "Max",
    "Nia",
    "Omar",
    "Pia",
    "Quin",
    "Ravi",
    "Sam",
]
LAST = [
    "Abara",
    "Baker",
    "Cruz",
    "Diaz",
    "Evans",
    "Fox",
    "Garcia",
    "Haas",
    "Ito",
    "Jones",
    "Kaya",
    "Lopez",
    "Meyer",
    "Nowak",
    "Okafor",
]


@dataclass(frozen=True, slots=True)
class Scale:
    """Contacts in each of the databases, and how often each command is typed."""

    sizes: tuple[int, ...]
    rounds: int


@dataclass(slots=True)
class Size:
    """One database with so many contacts."""

    contacts: int
    database: Database
    committee: Committee
    times: dict[str, list[float]]

    async def ask(self, text: str) -> float:
        """Run one command of a lead in the direct chat; returns milliseconds."""
        ctx = Context(
            user=ANA,
            standing=of_old(ANA, Role.LEAD),
            place=Place.DIRECT,
            committee=self.committee,
            committees=(self.committee,),
            now=NOW,
            zone=ZoneInfo("Europe/Madrid"),
        )
        started = time.perf_counter()
        async with self.database.transaction() as tx:
            await answer(text, ctx, tx, provide, CATALOGUE)
        return (time.perf_counter() - started) * 1000


async def filled(directory: Path, count: int) -> Size:
    """Fill a database with ``count`` contacts under names that often share a word."""
    names = random.Random(count)
    database = await Database.open(directory / f"{count}.db", secrets.token_bytes(32))
    async with database.transaction() as tx:
        committee = await Committees(tx).add(RoomId("!room:example.org"), "Unit", "UTC", NOW)
    for start in range(0, count, 1000):
        async with database.transaction() as tx:
            contacts = Contacts(tx, committee.id, NOW.date())
            for number in range(start, min(count, start + 1000)):
                await contacts.add(
                    f"{names.choice(FIRST)} {names.choice(LAST)}son{names.randrange(count)}",
                    area=f"Area {number % 40}",
                    shift=None,
                    author=ANA,
                    at=NOW,
                    from_day=NOW.date(),
                )
    return Size(count, database, committee, {})


def commands(size: Size, number: int) -> dict[str, str]:
    """Return one of each command; each round touches other people."""
    at = 1 + (number * 7919) % size.contacts
    return {
        "!contact add": f'!contact add "Zoe Newhire{number}" area=Payments --yes',
        "!contact add, similar": f'!contact add "Sam Okaforson{number}" area=Payments',
        "!contact find": "!contact find sam okaforson",
        "!contact show": f"!contact show M-{at}",
        "!contact list": "!contact list",
        "!1on1 log": f'!1on1 log M-{at} reached rate=2 did next=fri issue="on call" --keep',
        "!assess": f'!assess M-{at} 3 said "not sure"',
        "!due": "!due",
        "!done": f'!done {number + 1} "signed"',
        "!undo": "!undo",
        "!me": "!me",
    }


async def measure(scale: Scale) -> list[Table]:
    """Measure the medians side by side, and the ratio of the largest to the smallest."""
    with tempfile.TemporaryDirectory() as scratch:
        sizes, notes = [], []
        for count in scale.sizes:
            started = time.perf_counter()
            sizes.append(await filled(Path(scratch), count))
            notes.append(f"{count:,} contacts added in {time.perf_counter() - started:.1f} s.")
        for number in range(-5, scale.rounds):
            for size in sizes:
                for name, text in commands(size, max(number, 0)).items():
                    taken = await size.ask(text)
                    if number >= 0:
                        size.times.setdefault(name, []).append(taken)
        for size in sizes:
            await size.database.close()
    return [compared(sizes, tuple(notes))]


def compared(sizes: list[Size], notes: tuple[str, ...]) -> Table:
    """Make a table with a row for each command and a column for each size."""
    medians = {
        name: tuple(statistics.median(size.times[name]) for size in sizes)
        for name in sizes[0].times
    }
    medians["one of each"] = tuple(map(sum, zip(*medians.values(), strict=True)))
    return Table(
        "median ms with contacts:",
        (*(f"{size.contacts:,}" for size in sizes), "ratio"),
        tuple(Row(name, (*each, each[-1] / each[0])) for name, each in medians.items()),
        notes,
    )


PART = Part(
    name="growth",
    about=(
        "The same commands with 100, 10,000 and 100,000 contacts: from the text to the durable "
        "commit, through the real parser, commands and encrypted database, taking turns."
    ),
    measure=measure,
    full=Scale((100, 10_000, 100_000), 60),
    toy=Scale((20, 60), 2),
    takes="three minutes",
)
