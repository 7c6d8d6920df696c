"""Benchmark of reports: every weekly report at 1,000 and 100,000 contacts; medians in milliseconds.

Each contact has five one-on-ones. Real parser, commands and encrypted database, without Matrix; sizes
take turns. "counted" is the first report of a week, which counts the unit; the others in the room read
what was counted then.
"""

import random
import secrets
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from benchmarks.part import Part, Table, by_contacts
from benchmarks.provided import of_old, provide
from commands.all import CATALOGUE
from commands.framework.answer import answer
from commands.framework.context import Context, Place, Role, RoomId, UserId
from storage.chat.committees import Committees
from storage.core.database import Database, Transaction
from storage.core.model import Committee
from storage.reports.unit import Unit

MOST = 100.0
"""Milliseconds in the median."""
MOST_COUNTED = 40.0
"""The same, of the first report of a week."""
TALKS, AREAS, ORGANIZERS = 5, 40, 200
ORGANIZER = UserId("@organizer7:example.org")
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
YEAR = 365 * 24 * 3600 * 1000
REPORTS = ("coverage", "follow-ups", "tests", "movement", "movement weeks=4", "holes")
ROOM = ("coverage", "follow-ups", "tests", "movement", "holes")
BATCH = 20_000


@dataclass(frozen=True, slots=True)
class Scale:
    """Contacts in each of the databases, and how many weeks are reported on."""

    sizes: tuple[int, ...]
    weeks: int


@dataclass(slots=True)
class Size:
    """One database with so many contacts."""

    contacts: int
    database: Database
    committee: Committee
    times: dict[str, list[float]] = field(default_factory=dict)
    settled: float = 0.0
    """Seconds of the first settling of everybody after filling."""

    async def ask(self, kind: str, *, lead: bool, week: int) -> float:
        """Run one report, so many weeks from now; returns milliseconds."""
        ctx = self.asking(lead=lead, week=week)
        started = time.perf_counter()
        async with self.database.transaction() as tx:
            replies = await answer(f"!report {kind}", ctx, tx, provide, CATALOGUE)
        taken = (time.perf_counter() - started) * 1000
        assert len(replies) == 1
        return taken

    def asking(self, *, lead: bool, week: int) -> Context:
        return Context(
            user=ORGANIZER,
            standing=of_old(ORGANIZER, Role.LEAD if lead else Role.ORGANIZER),
            place=Place.DIRECT if lead else Place.ROOM,
            committee=self.committee,
            committees=(self.committee,),
            now=NOW + timedelta(weeks=week),
            zone=ZoneInfo("Europe/Madrid"),
        )


async def filled(directory: Path, count: int) -> Size:
    """Fill a database with ``count`` contacts: talks over a year, three in five rated, follow-ups."""
    database = await Database.open(directory / f"{count}.db", secrets.token_bytes(32))
    async with database.transaction() as tx:
        committee = await Committees(tx).add(RoomId("!room:example.org"), "Unit", "UTC", NOW)
        await tx.executemany(
            "INSERT INTO areas(id, committee, name, folded) VALUES (?, 1, ?, ?)",
            [(n, f"Area {n}", f"area {n}") for n in range(1, AREAS + 1)],
        )
    chance = random.Random(count)
    for table, columns, rows in _rows(count, chance):
        for batch in _batches(rows):
            async with database.transaction() as tx:
                marks = ", ".join("?" * len(batch[0]))
                await tx.executemany(f"INSERT INTO {table}({columns}) VALUES ({marks})", batch)
    async with database.transaction() as tx:
        await _rate(tx)
    size = Size(count, database, committee)
    async with database.transaction() as tx:
        started = time.perf_counter()
        ctx = size.asking(lead=True, week=0)
        await Unit(tx, committee.id, ctx.day).as_of(ctx.day)
        size.settled = time.perf_counter() - started
    return size


def _rows(
    count: int, chance: random.Random
) -> Iterator[tuple[str, str, Iterator[tuple[object, ...]]]]:
    """Tables, their columns, their rows; a history entry for each contact and each talk."""
    now = round(NOW.timestamp() * 1000)
    people = range(1, count + 1)
    talks = [(chance.choice(people), now - chance.randrange(YEAR)) for _ in range(count * TALKS)]
    yield (
        "history",
        "id, committee, author, at, kind",
        ((n, 1, "@a:b", now - YEAR, "contact added") for n in people),
    )
    yield (
        "contacts",
        "id, committee, number, name, sort_key, organizer, entry",
        (
            (n, 1, n, f"P {n}", f"p {n}", f"@organizer{n % ORGANIZERS}:example.org", n)
            for n in people
        ),
    )
    yield (
        "placements",
        "contact, area, shift, from_day, entry",
        (
            (n, 1 + int(AREAS * chance.random() ** 2), ("day", "night")[n % 2], "2025-01-01", n)
            for n in people
        ),
    )
    yield (
        "roles",
        "contact, role, from_day, entry",
        ((n, ("committee", "leader")[n % 2], "2025-01-01", n) for n in people[::15]),
    )
    yield (
        "history",
        "id, committee, author, at, kind",
        (
            (count + n, 1, "@a:b", at, "conversation logged")
            for n, (_who, at) in enumerate(talks, 1)
        ),
    )
    yield (
        "conversations",
        "committee, contact, author, at, outcome, number, entry",
        (
            (1, who, "@a:b", at, ("reached", "busy")[n % 3 == 0], n, count + n)
            for n, (who, at) in enumerate(talks, 1)
        ),
    )
    yield (
        "assessments",
        "committee, contact, author, at, rating, evidence, entry",
        (
            (1, who, "@a:b", at, chance.randrange(1, 6), "did", count + n)
            for n, (who, at) in enumerate(talks, 1)
            if n % 5 == 0
        ),
    )
    yield (
        "follow_ups",
        "committee, number, contact, owner, what, due_day, open, entry",
        (
            (
                1,
                n,
                who,
                f"@organizer{n % ORGANIZERS}:example.org",
                "",
                (NOW + timedelta(days=n % 40 - 20)).date().isoformat(),
                int(n % 3 == 0),
                count + n,
            )
            for n, (who, _at) in enumerate(talks[: count // 2], 1)
        ),
    )
    yield (
        "history",
        "committee, author, at, kind",
        (
            (
                1,
                f"@organizer{n % ORGANIZERS}:example.org",
                now - chance.randrange(YEAR),
                "follow-up done",
            )
            for n in range(count // 3)
        ),
    )


async def _rate(tx: Transaction) -> None:
    """Current ratings, and how they came about, as commands would have left them."""
    await tx.execute(
        "UPDATE contacts SET (rating, rated_at) = (SELECT s.rating, s.at FROM assessments AS s "
        "WHERE s.contact = contacts.id ORDER BY s.at DESC LIMIT 1)"
    )
    await tx.execute("DELETE FROM rating_moves")
    await tx.execute(
        "INSERT INTO rating_moves(committee, contact, at, before, after) "
        "SELECT 1, contact, at, LAG(rating) OVER (PARTITION BY contact ORDER BY at), rating "
        "FROM assessments ORDER BY at"
    )


def _batches(rows: Iterator[tuple[object, ...]]) -> Iterator[list[tuple[object, ...]]]:
    batch: list[tuple[object, ...]] = []
    for row in rows:
        batch.append(row)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


async def a_week_passes(size: Size, week: int) -> None:
    """Add a week's talks, every fifth with a rating; thirty people move, ten leave.

    Derived columns are recomputed at once, as after every command.
    """
    chance = random.Random(week)
    at = round((NOW + timedelta(weeks=week - 1)).timestamp() * 1000)
    day = (NOW + timedelta(weeks=week)).date().isoformat()
    talked = [chance.randrange(1, size.contacts + 1) for _ in range(size.contacts * TALKS // 52)]
    some = [chance.randrange(1, size.contacts + 1) for _ in range(40)]
    async with size.database.transaction() as tx:
        entry = await tx.insert(
            "INSERT INTO history(committee, author, at, kind) VALUES (1, '@a:b', ?, 'talks')", (at,)
        )
        await tx.executemany(
            "INSERT INTO conversations(committee, contact, author, at, outcome, number, entry) "
            "VALUES (1, ?, '@a:b', ?, 'reached', ?, ?)",
            [(who, at + n, 10_000_000 * week + n, entry) for n, who in enumerate(talked)],
        )
        await tx.executemany(
            "UPDATE contacts SET rating = ? WHERE id = ?",
            [(chance.randrange(1, 6), who) for who in talked[::5]],
        )
        await tx.executemany(
            "INSERT INTO placements(contact, area, shift, from_day, entry) VALUES (?, ?, 'day', ?, 1)",
            [(who, chance.randrange(1, AREAS), day) for who in some[:30]],
        )
        await tx.executemany(
            "INSERT INTO memberships(contact, state, from_day, entry) VALUES (?, 'left', ?, 1)",
            [(who, day) for who in some[30:]],
        )
        ctx = size.asking(lead=True, week=week)
        await Unit(tx, size.committee.id, ctx.now.date()).recompute_written()


async def measure(scale: Scale) -> list[Table]:
    """Measure the medians side by side, and the ratio of the largest to the smallest."""
    with tempfile.TemporaryDirectory() as scratch:
        sizes = [await filled(Path(scratch), count) for count in scale.sizes]
        for week in range(-1, scale.weeks):
            for size in sizes:
                await a_week_passes(size, week + 1)
                await _one_round(size, week)
        for size in sizes:
            await size.database.close()
    return [compared(sizes)]


async def _one_round(size: Size, week: int) -> None:
    at = week + 1
    taken = {"room: counted": await size.ask("coverage", lead=False, week=at)}
    taken |= {f"room: {kind}": await size.ask(kind, lead=False, week=at) for kind in ROOM}
    taken |= {f"lead: {kind}": await size.ask(kind, lead=True, week=at) for kind in REPORTS}
    if week >= 0:
        for name, milliseconds in taken.items():
            size.times.setdefault(name, []).append(milliseconds)


def compared(sizes: list[Size]) -> Table:
    """Make a table with a row for each report and a column for each size."""
    return by_contacts(
        [(size.contacts, size.times) for size in sizes],
        lambda name: MOST_COUNTED if name == "room: counted" else MOST,
        [
            f"{size.contacts:,} contacts: first settling of all after filling {size.settled:.1f} s."
            for size in sizes
        ],
    )


PART = Part(
    name="reports",
    about=(
        "Every weekly report at 1,000 and at 100,000 contacts with five one-on-ones each, through "
        "the real parser, commands and encrypted database, taking turns. “Counted” is the first "
        "report of a week, which counts the unit."
    ),
    measure=measure,
    full=Scale((1_000, 100_000), 30),
    toy=Scale((40, 120), 2),
    takes="six minutes",
)
