"""Benchmark of structure tests: 1,000 and 100,000 contacts, forty tests; medians in milliseconds.

Real parser, commands and encrypted database, without Matrix; sizes take turns. All tests but the last
are closed. The median of a status has to be 50 ms at most, that of a comparison 300.
"""

import random
import secrets
import tempfile
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from benchmarks.part import Part, Table, by_contacts
from benchmarks.provided import of_old, provide
from commands.all import CATALOGUE
from commands.framework.answer import answer
from commands.framework.context import Context, Place, Role, RoomId, UserId
from storage.chat.committees import Committees
from storage.core.database import Database
from storage.core.model import Committee
from storage.reports.unit import Unit

AREAS, ORGANIZERS = 40, 200
ORGANIZER = UserId("@organizer7:example.org")
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
STATUS, COMPARISON = 50.0, 300.0
"""Milliseconds."""
ROOM = {
    "status, open": "!test status",
    "status, closed": "!test status T-1",
    "report tests": "!report tests",
    "list": "!test list",
    "compare": "!test compare",
    "plan": "!test plan commitment=60% follow=80%",
    "ladder": "!test ladder",
    "chart": "!test chart",
}
LEAD = {
    "lead: status, open": "!test status",
    "lead: by shift": "!test status --byshift",
    "lead: calibrate": "!test calibrate",
    "lead: movers": "!test movers dropped",
    "lead: chart movement": "!test chart movement",
    "lead: mark": "!test mark did M-{0} M-{1} M-{2}",
}
OWN = {"own: gaps": "!test gaps", "own: names": "!test names yes"}
BOUNDS = {
    "status, open": STATUS, "status, closed": STATUS, "lead: status, open": STATUS,
    "report tests": STATUS, "compare": COMPARISON, "lead: chart movement": COMPARISON,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Scale:
    """Contacts in each of the databases, tests in each, and how often each command is typed."""

    sizes: tuple[int, ...]
    tests: int
    rounds: int


@dataclass(slots=True)
class Size:
    """One database with so many contacts."""

    contacts: int
    database: Database
    committee: Committee
    times: dict[str, list[float]] = field(default_factory=dict)
    filled: float = 0.0
    """Seconds."""
    snapshot: float = 0.0
    """Milliseconds of opening the last test."""

    async def ask(self, text: str, *, role: Role, place: Place) -> float:
        """Run one command; returns milliseconds."""
        started = time.perf_counter()
        async with self.database.transaction() as tx:
            replies = await answer(text, self.asking(role, place), tx, provide, CATALOGUE)
        taken = (time.perf_counter() - started) * 1000
        assert replies
        return taken

    def asking(self, role: Role, place: Place) -> Context:
        return Context(
            user=ORGANIZER,
            standing=of_old(ORGANIZER, role),
            place=place,
            committee=self.committee,
            committees=(self.committee,),
            now=NOW,
            zone=ZoneInfo("Europe/Madrid"),
        )


async def filled(directory: Path, count: int, tests: int) -> Size:
    """Fill a database with ``count`` contacts, three in five rated, and their tests."""
    database = await Database.open(directory / f"{count}.db", secrets.token_bytes(32))
    async with database.transaction() as tx:
        committee = await Committees(tx).add(RoomId("!room:example.org"), "Unit", "UTC", NOW)
    size = Size(count, database, committee)
    started = time.perf_counter()
    await _people(size, random.Random(count))
    for number in range(1, tests + 1):
        await _one_test(size, number, close=number < tests)
    size.filled = time.perf_counter() - started
    return size


async def _people(size: Size, chance: random.Random) -> None:
    people = range(1, size.contacts + 1)
    at = round(NOW.timestamp() * 1000)
    async with size.database.transaction() as tx:
        await tx.execute("INSERT INTO history(id, committee, author, at, kind) "
                         "VALUES (1, 1, '@a:b', ?, 'contact added')", (at,))  # fmt: skip
        await tx.executemany(
            "INSERT INTO areas(id, committee, name, folded) VALUES (?, 1, ?, ?)",
            [(n, f"Area {n}", f"area {n}") for n in range(1, AREAS + 1)],
        )
        await tx.executemany(
            "INSERT INTO contacts(id, committee, number, name, sort_key, organizer, rating, entry) "
            "VALUES (?, 1, ?, ?, ?, ?, ?, 1)",
            [
                (n, n, f"P {n}", f"p {n}", f"@organizer{n % ORGANIZERS}:example.org",
                 chance.randrange(1, 6) if n % 5 < 3 else None)
                for n in people
            ],
        )  # fmt: skip
        await tx.executemany(
            "INSERT INTO placements(contact, area, shift, from_day, entry) "
            "VALUES (?, ?, ?, '2025-01-01', 1)",
            [(n, 1 + int(AREAS * chance.random() ** 2), ("day", "night")[n % 2]) for n in people],
        )
    async with size.database.transaction() as tx:
        day = size.asking(Role.LEAD, Place.DIRECT).day
        await Unit(tx, size.committee.id, day).as_of(day)


async def _one_test(size: Size, number: int, *, close: bool) -> None:
    """Opened and closed by command; in between a third did it, and a tenth said yes."""
    lead, direct = Role.LEAD, Place.DIRECT
    begin = f'!test open petition "Test {number}" goal=60% public=51% --yes'
    size.snapshot = await size.ask(begin, role=lead, place=direct)
    async with size.database.transaction() as tx:
        await tx.execute(
            "UPDATE test_people SET mark = CASE (contact * 7919 + test * 104729) % 10 "
            "WHEN 0 THEN 4 WHEN 1 THEN 5 WHEN 2 THEN 5 WHEN 3 THEN 5 WHEN 4 THEN 1 WHEN 5 THEN 3 "
            "ELSE 0 END, promised = (contact * 7919 + test * 104729) % 10 IN (0, 1) "
            "WHERE test = (SELECT MAX(id) FROM tests)"
        )
    if close:
        await size.ask(f"!test close T-{number}", role=lead, place=direct)
        await size.ask(f"!test close T-{number} --yes", role=lead, place=direct)


async def measure(scale: Scale) -> list[Table]:
    """Measure the medians side by side, and the ratio of the largest to the smallest."""
    with tempfile.TemporaryDirectory() as scratch:
        sizes = [await filled(Path(scratch), count, scale.tests) for count in scale.sizes]
        for number in range(-1, scale.rounds):
            for size in sizes:
                taken = await _one_round(size, number)
                if number >= 0:
                    for name, milliseconds in taken.items():
                        size.times.setdefault(name, []).append(milliseconds)
        for size in sizes:
            await size.database.close()
    return [compared(sizes, scale.tests)]


async def _one_round(size: Size, number: int) -> dict[str, float]:
    some = [1 + (number + 1) * 3 + n for n in range(3)]
    asked = [
        *((name, text, Role.ORGANIZER, Place.ROOM) for name, text in ROOM.items()),
        *((name, text, Role.LEAD, Place.DIRECT) for name, text in LEAD.items()),
        *((name, text, Role.ORGANIZER, Place.DIRECT) for name, text in OWN.items()),
    ]
    return {
        name: await size.ask(text.format(*some), role=role, place=place)
        for name, text, role, place in asked
    }


def compared(sizes: list[Size], tests: int) -> Table:
    """Make a table with a row for each command and a column for each size."""
    return by_contacts(
        [(size.contacts, size.times) for size in sizes],
        BOUNDS.get,
        [
            f"{size.contacts:,} contacts, {tests} tests: filled in {size.filled:.0f} s; the snapshot "
            f"of one test {size.snapshot:.0f} ms."
            for size in sizes
        ],
    )


PART = Part(
    name="structure_tests",
    about=(
        "What is asked of structure tests at 1,000 and at 100,000 contacts with forty tests, all but "
        "the last of them closed, taking turns."
    ),
    measure=measure,
    full=Scale((1_000, 100_000), 40, 30),
    toy=Scale((40, 120), 3, 1),
    takes="eight minutes",
)
