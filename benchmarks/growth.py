"""The same commands with 100, 10,000 and 100,000 contacts: time from text to durable commit.

Through the real parser, commands and encrypted database, interleaved over the three sizes. The
homeserver is left out: it does not know how many contacts there are.
"""

import asyncio
import os
import random
import secrets
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from commands.framework.answer import answer
from commands.framework.context import Context, Place, Role, RoomId, UserId
from storage.committees import Committees
from storage.contacts import Contacts
from storage.database import Database
from storage.model import Committee

SIZES = tuple(int(size) for size in os.environ.get("SIZES", "100 10000 100000").split())
ROUNDS = int(os.environ.get("ROUNDS", "60"))
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


@dataclass(slots=True)
class Size:
    """One database with so many contacts."""

    contacts: int
    database: Database
    committee: Committee
    times: dict[str, list[float]]

    async def ask(self, text: str) -> float:
        """Milliseconds for one command of a lead in the direct chat."""
        ctx = Context(
            user=ANA,
            role=Role.LEAD,
            place=Place.DIRECT,
            committee=self.committee,
            committees=(self.committee,),
            now=NOW,
            zone=ZoneInfo("Europe/Madrid"),
        )
        started = time.perf_counter()
        async with self.database.transaction() as tx:
            await answer(text, ctx, tx, _nothing)
        return (time.perf_counter() - started) * 1000


async def _nothing(kind: type) -> object:
    raise LookupError(kind)


async def filled(directory: Path, count: int) -> Size:
    """A committee with ``count`` contacts under names that often share a word."""
    names = random.Random(count)
    database = await Database.open(directory / f"{count}.db", secrets.token_bytes(32))
    async with database.transaction() as tx:
        committee = await Committees(tx).add(RoomId("!room:example.org"), "Unit", "UTC", NOW)
    for start in range(0, count, 1000):
        async with database.transaction() as tx:
            contacts = Contacts(tx, committee.id)
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
    """One of each command; each round touches other people."""
    at = 1 + (number * 7919) % size.contacts
    return {
        "!contact add": f'!contact add "Zoe Newhire{number}" area=Payments',
        "!contact add, similar": f'!contact add "Sam Okaforson{number}" area=Payments',
        "!contact find": "!contact find sam okaforson",
        "!contact show": f"!contact show M-{at}",
        "!contact list": "!contact list",
        "!1on1 log": f'!1on1 log M-{at} reached rate=2 did next=fri issue="on call"',
        "!assess": f'!assess M-{at} 3 said "not sure"',
        "!due": "!due",
        "!done": f'!done {number + 1} "signed"',
        "!undo": "!undo",
        "!me": "!me",
    }


async def main() -> None:
    """Print the medians side by side, and the ratio of the largest to the smallest."""
    with tempfile.TemporaryDirectory() as scratch:
        sizes = []
        for count in SIZES:
            started = time.perf_counter()
            sizes.append(await filled(Path(scratch), count))
            sys.stdout.write(f"{count} contacts in {time.perf_counter() - started:.1f} s\n")
        for number in range(-5, ROUNDS):
            for size in sizes:
                for name, text in commands(size, max(number, 0)).items():
                    taken = await size.ask(text)
                    if number >= 0:
                        size.times.setdefault(name, []).append(taken)
        report(sizes)
        for size in sizes:
            await size.database.close()


def report(sizes: list[Size]) -> None:
    """One row a command, one column a size."""
    heads = "".join(f"{size.contacts:>12}" for size in sizes)
    rows = [f"{'median ms with contacts:':26}{heads}{'ratio':>8}"]
    for name in sizes[0].times:
        medians = [statistics.median(size.times[name]) for size in sizes]
        cells = "".join(f"{median:12.2f}" for median in medians)
        rows.append(f"{name:26}{cells}{medians[-1] / medians[0]:8.2f}")
    totals = [sum(statistics.median(taken) for taken in size.times.values()) for size in sizes]
    cells = "".join(f"{total:12.2f}" for total in totals)
    rows.append(f"{'one of each':26}{cells}{totals[-1] / totals[0]:8.2f}")
    sys.stdout.write("\n".join(rows) + "\n")


if __name__ == "__main__":
    asyncio.run(main())
