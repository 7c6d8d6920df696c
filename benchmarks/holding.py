"""Benchmark of waiting: how long one command holds up all others, also under a flood of the worst.

For every command the worst that can be typed to it, at two sizes of a committee whose names are alike:
processor time of the longest callback on the event loop, and how long nobody else has the database. Then
what somebody else waits for their answers while one person floods the bot, with the real dispatcher.

Some commands or floods alone, at one size: ``python -m benchmarks.holding 5000 "test mark" polls``.
"""

import argparse
import asyncio
import secrets
import statistics
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.part import Part, Row, Table
from commands.all import CATALOGUE
from commands.framework.spec import Command
from commands.time.warm import warm
from storage.core.database import Database
from tests.chat.conversation import Chat
from tests.support.asking import took
from tests.support.crowd import settled
from tests.support.held import set_aside
from tests.support.pressure import FLOODS, Flood, waits
from tests.support.worst import typed_to

LOOP, DATABASE, ANOTHER = 100.0, 1000.0, 1000.0
"""Milliseconds."""


@dataclass(frozen=True, slots=True)
class Scale:
    """Contacts; how many commands and floods of all; questions asked during each flood."""

    sizes: tuple[int, ...]
    commands: int
    floods: int
    questions: int


async def _opened(path: Path, contacts: int) -> Chat:
    chat = Chat(await Database.open(path, secrets.token_bytes(32)))
    await chat.begin()
    await settled(chat, contacts)
    return chat


async def measure(scale: Scale) -> list[Table]:
    """Measure the loop, the database, and another person's waiting: three tables."""
    loop: dict[str, list[float]] = {}
    database: dict[str, list[float]] = {}
    another: dict[str, list[float]] = {}
    with _begun() as scratch:
        for contacts in scale.sizes:
            chat = await _opened(scratch / f"{contacts}.db", contacts)
            for command in list(CATALOGUE)[: scale.commands]:
                held, alone = await _held(chat, command)
                loop.setdefault(command.name, []).append(held)
                database.setdefault(command.name, []).append(alone)
            for flood in FLOODS[: scale.floods]:
                found = await _waited(chat.database, flood, scale.questions)
                another.setdefault(flood.name, []).extend(found)
            await chat.database.close()
    sizes = tuple(f"{contacts:,}" for contacts in scale.sizes)
    return [
        _by_command("ms of the loop in one go, contacts:", loop, sizes, LOOP),
        _by_command("ms without the database for others, contacts:", database, sizes, DATABASE),
        _of_another(another, sizes),
    ]


@contextmanager
def _begun() -> Iterator[Path]:
    """A folder that is gone afterwards, and the vocabularies as the bot has them from its start."""
    warm()
    with tempfile.TemporaryDirectory() as scratch, set_aside():
        yield Path(scratch)


async def _held(chat: Chat, command: Command) -> tuple[float, float]:
    """Milliseconds of the loop in one go, and without the database for others, at most."""
    took_it = [await took(chat, ask) for ask in typed_to(command)]
    return max(t.loop for t in took_it) * 1000, max(t.database for t in took_it) * 1000


async def _waited(database: Database, flood: Flood, questions: int) -> tuple[float, float, float]:
    times = sorted(1000 * each for each in await waits(database, flood, questions=questions))
    return statistics.median(times), times[int(len(times) * 0.99) - 1], times[-1]


def _by_command(
    title: str, found: dict[str, list[float]], sizes: tuple[str, ...], bound: float
) -> Table:
    """The twelve longest, the longest first."""
    worst = sorted(found, key=lambda name: -max(found[name]))[:12]
    rows = tuple(Row(f"!{name}", tuple(found[name]), bound) for name in worst)
    note = f"The longest of {len(found)} commands."
    return Table(title, sizes, rows, (note,), bounded=len(sizes))


def _of_another(found: dict[str, list[float]], sizes: tuple[str, ...]) -> Table:
    columns = tuple(f"{size}: {what}" for size in sizes for what in ("median", "p99", "longest"))
    rows = tuple(Row(name, tuple(figures), ANOTHER) for name, figures in found.items())
    return Table("ms another waits, while one sends", columns, rows, (), bounded=len(columns))


PART = Part(
    name="holding",
    about=(
        "The worst that can be typed to each command: how long it keeps the event loop, and the "
        "database, from everybody else; and what another person waits for each of their answers while "
        "one sends the worst as fast as they may."
    ),
    measure=measure,
    full=Scale((5_000, 100_000), 1_000, 1_000, 60),
    toy=Scale((60,), 12, 3, 4),
    takes="half an hour",
    long=True,
)


async def only(contacts: int, names: Sequence[str]) -> None:
    """Measure the given commands and floods, and print each figure as soon as it is known."""
    with _begun() as scratch:
        chat = await _opened(scratch / "only.db", contacts)
        for command in CATALOGUE:
            if command.name in names:
                held, alone = await _held(chat, command)
                sys.stdout.write(f"!{command.name}: loop {held:.0f} ms, database {alone:.0f} ms\n")
                sys.stdout.flush()
        for flood in FLOODS:
            if flood.name in names:
                median, late, longest = await _waited(chat.database, flood, PART.full.questions)
                sys.stdout.write(
                    f"{flood.name}: median {median:.0f} ms, p99 {late:.0f}, longest {longest:.0f}\n"
                )
                sys.stdout.flush()
        await chat.database.close()


if __name__ == "__main__":
    words = argparse.ArgumentParser(
        prog="python -m benchmarks.holding", description="Measure some."
    )
    words.add_argument("contacts", type=int)
    words.add_argument("names", nargs="+", help="commands, or floods of tests/support/pressure.py")
    asked = words.parse_args()
    asyncio.run(only(asked.contacts, asked.names))
