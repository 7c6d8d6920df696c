"""Benchmark of imports: a list of 100,000 people, compared with ``executemany`` of the same rows.

Meanwhile others go on typing. The plain side writes every row the import left, table by table, into an
encrypted database of the same kind: it judges nothing, asks nobody, can take nothing back, and holds the
database all the while. Replies are timed without the homeserver: what they wait for is one sheet of the
list at most, to be added to the round trip that ``make bench ARGS=round-trip`` measures.
"""

import asyncio
import csv
import io
import secrets
import statistics
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from benchmarks.part import Part, Row, Table
from benchmarks.provided import SEAL, of_old, provide
from commands.all import CATALOGUE
from commands.framework.answer import answer
from commands.framework.context import Context, Place, Role, RoomId, UserId
from commands.imports.upload import AttachedFile
from commands.imports.work import ImportWork
from storage.chat.committees import Committees
from storage.core.database import Database
from storage.core.model import Committee, CommitteeId
from storage.imports.imports import Imports

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
MOST = 9.0
"""Seconds of a dry run for each that csv takes to read the rows and do nothing with them.

8 was asked for, and is what it takes where nothing else runs. One goes to parsing the rows, which wait
encrypted, as JSON, until a person has said what the columns are; two and a half to whether each is a name, and
whose number; two and a half to whether another line has either; one to the transactions between.
"""
NOTE = (
    "The dry run says of each line who it is: somebody known, in the list twice, forgotten, or new. "
    "csv.reader parts the cells, and forgets them. When the list comes again, each line is held against "
    "the records: whom it means, and whether it says anything new of them."
)
LEA = UserId("@lea:example.org")
OTHERS_EVERY = 0.05
"""Seconds between the commands that somebody else types meanwhile."""
TABLES = ("history", "contacts", "placements", "name_words", "name_keys", "listings")
"""What an import of new people writes; parents before children."""


class Desk:
    """Runs commands and the long work on an import, as the bot does."""

    def __init__(self, database: Database, committee: Committee, upload: AttachedFile) -> None:
        self.database = database
        self._committee = committee
        self._upload = upload
        self._work = ImportWork(SEAL)

    async def ask(self, text: str) -> float:
        """Run a command; returns milliseconds until the answer is durable."""
        ctx = Context(
            user=LEA,
            standing=of_old(LEA, Role.LEAD),
            place=Place.DIRECT,
            committee=self._committee,
            committees=(self._committee,),
            now=NOW,
            zone=ZoneInfo("Europe/Madrid"),
        )
        started = time.perf_counter()
        async with self.database.transaction() as tx:
            await answer(text, ctx, tx, self._provide, CATALOGUE)
        return (time.perf_counter() - started) * 1000

    async def _provide(self, kind: type) -> object:
        return self._upload if kind is AttachedFile else await provide(kind)

    async def work(self) -> float:
        """Do all steps of the long work; returns seconds."""
        started = time.perf_counter()
        while True:
            async with self.database.transaction() as tx:
                done = await self._work.step(tx, NOW)
            if done is None:
                return time.perf_counter() - started
            await asyncio.sleep(0)


def listing(rows: int) -> bytes:
    """Make a list of people whose names repeat as often as in real lists."""
    lines = ["Emp #,Name,Department,Shift"]
    lines += [
        f"{number},{_name(number)},Area {number % 200},{('day', 'night')[number % 2]}"
        for number in range(rows)
    ]
    return "\n".join(lines).encode()


def _name(number: int) -> str:
    return f"{_word(number * 7919 % 4999)} {_word(number * 104729 % 65521)}".title()


def _word(number: int) -> str:
    letters = ""
    for _ in range(4):
        number, rest = divmod(number, 26)
        letters += chr(97 + rest)
    return letters


async def opened(path: Path) -> tuple[Database, Committee]:
    """Open a new database with one committee."""
    database = await Database.open(path, secrets.token_bytes(32))
    async with database.transaction() as tx:
        committee = await Committees(tx).add(RoomId("!a:example.org"), "Payments", "UTC", NOW)
    return database, committee


async def others(desk: Desk, times: list[float], over: asyncio.Event) -> None:
    """Let somebody else type now and then."""
    while not over.is_set():
        times.append(await desk.ask("!me"))
        await asyncio.sleep(OTHERS_EVERY)


async def measured(desk: Desk) -> tuple[float, list[float]]:
    """Return seconds of the long work at hand, and how long others waited meanwhile."""
    times: list[float] = []
    over = asyncio.Event()
    typing = asyncio.create_task(others(desk, times, over))
    taken = await desk.work()
    over.set()
    await typing
    return taken, times


async def dry_run(desk: Desk, number: int) -> float:
    """Check a list once more while nobody else types; returns seconds of the processor."""
    await desk.ask(f"!import check {number}")
    started = time.process_time()
    await desk.work()
    return time.process_time() - started


async def read_back(database: Database) -> float:
    """Read the rows of the list from where they wait, and do nothing with them; seconds of the processor."""
    started = time.process_time()
    async with database.transaction() as tx:
        imports = Imports(tx, CommitteeId(1), NOW.date())
        job = await imports.by_number(1)
        assert job is not None
        for first in range(0, job.sheets, 16):
            for _sheet in await imports.by_sheet(job, first, 16):
                pass
    return time.process_time() - started


def csv_alone(content: bytes) -> float:
    """Read every row with the standard library; returns seconds of the processor, the median of five."""
    times = []
    for _each in range(5):
        started = time.process_time()
        for _row in csv.reader(io.TextIOWrapper(io.BytesIO(content), "utf-8", newline="")):
            pass
        times.append(time.process_time() - started)
    return statistics.median(times)


async def plain(source: Database, target: Database) -> float:
    """Write the same rows with nothing around; returns seconds."""
    content: list[tuple[str, list[tuple[object, ...]]]] = []
    async with source.transaction() as tx:
        for table in ("areas", *TABLES):
            rows = await tx.all(f"SELECT * FROM {table}")
            if rows:
                names = ", ".join(rows[0].keys())
                marks = ", ".join("?" * len(rows[0]))
                statement = f"INSERT INTO {table}({names}) VALUES ({marks})"
                content.append((statement, [tuple(row) for row in rows]))
    started = time.perf_counter()
    async with target.transaction() as tx:
        await tx.execute("PRAGMA defer_foreign_keys = ON")
        for statement, written in content:
            await tx.executemany(statement, written)
    return time.perf_counter() - started


@dataclass(frozen=True, slots=True)
class Scale:
    """Rows of the list."""

    rows: int


async def measure(scale: Scale) -> list[Table]:
    """Measure the times and their ratios."""
    upload = AttachedFile.read("list.csv", listing(scale.rows))
    with tempfile.TemporaryDirectory() as scratch:
        database, committee = await opened(Path(scratch) / "import.db")
        target, _committee = await opened(Path(scratch) / "plain.db")
        try:
            desk = Desk(database, committee, upload)
            idle = [await desk.ask("!me") for _ in range(200)]
            await desk.ask("!import file")
            await desk.ask("!import check 1")
            checking, while_checking = await measured(desk)
            dry, reading = await dry_run(desk, 1), csv_alone(listing(scale.rows))
            back = await read_back(database)
            await desk.ask("!import commit 1")
            saving, while_saving = await measured(desk)
            bare = await plain(database, target)
            await desk.ask("!import file")
            again = await dry_run(desk, 2)
        finally:
            await database.close()
            await target.close()
    resting, meanwhile = map(statistics.median, (idle, while_checking + while_saving))
    return [
        Table(
            f"seconds for {scale.rows:,} rows",
            ("Steward", "plain executemany", "ratio"),
            (
                Row("saving", (saving, bare, saving / bare)),
                Row("dry run and saving", (checking + saving, bare, (checking + saving) / bare)),
            ),
        ),
        Table(
            f"seconds of the processor for {scale.rows:,} rows",
            ("ratio", "Steward", "csv alone"),
            (
                Row("dry run", (dry / reading, dry, reading), bound=MOST),
                Row("reading the rows back alone", (back / reading, back, reading)),
                Row("dry run of the same list again", (again / reading, again, reading)),
            ),
            (NOTE,),
            bounded=1,
        ),
        Table(
            "ms for another reply, median",
            ("idle", "meanwhile", "ratio"),
            (Row("!me", (resting, meanwhile, meanwhile / resting)),),
        ),
    ]


PART = Part(
    name="importing",
    about=(
        "A list of 100,000 people, imported, beside `executemany` of the same rows into an encrypted "
        "database of the same kind, which judges nothing, asks nobody and can take nothing back; "
        "how long others wait for an answer meanwhile; and the dry run beside reading the rows with "
        "`csv` and doing nothing with them."
    ),
    measure=measure,
    full=Scale(100_000),
    toy=Scale(60),
    takes="four minutes",
)
