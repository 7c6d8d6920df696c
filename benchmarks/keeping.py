"""Benchmark of keeping: retention, a backup and an export, each beside the plain thing of its kind.

Real jobs on a real encrypted database, without Matrix: what is uploaded is taken by nobody. Meanwhile
somebody else types, whose longest wait is told: a backup copies the database in one go, and a file that is
written anew is nobody's until it is done.
"""

import asyncio
import csv
import io
import os
import shutil
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import cast

from benchmarks.part import Part, Row, Table
from benchmarks.provided import provide
from benchmarks.reports import NOW, Size, filled
from bot.backup import create
from bot.config import Retention
from bot.delivery.exports import ExportFiles
from bot.jobs.retention import RetentionJob
from bot.keys import keyring
from bot.keys.slots import Cost
from bot.matrix.client import Client
from bot.process.data_directory import DataDirectory
from bot.state import Signals
from commands.all import CATALOGUE
from commands.framework.answer import answer
from commands.framework.context import UserId
from commands.privacy.formats import CardKey
from storage.chat.outbox import ContentKind, Outgoing
from storage.core.database import Transaction
from storage.core.model import CommitteeId
from storage.privacy.exports import ExportFormat, Exports

OTHERS_EVERY = 0.05
"""Seconds between the commands that somebody else types meanwhile."""
LEA = UserId("@lea:example.org")
CHEAP = Cost(memory_kib=32, iterations=1, lanes=1)
"""Of the key slots, which a backup only copies."""
LONG_AGO = NOW - timedelta(days=60)
"""When people left who are due to go: a month is what they are kept."""
PASSES = 3
"""Of the plain things: the median is taken."""


@dataclass(frozen=True, slots=True)
class Scale:
    """Contacts, and how many of them left long ago."""

    contacts: int
    gone: int


@dataclass(slots=True)
class JobCost:
    """What some work took."""

    seconds: float
    """Of the processor."""
    waits: list[float] = field(default_factory=list)
    """Milliseconds in which others were answered meanwhile."""


async def typed(size: Size) -> float:
    """Let somebody else type a command; milliseconds until it is durable."""
    ctx = size.asking(lead=True, week=0)
    started = time.perf_counter()
    async with size.database.transaction() as tx:
        await answer("!me", ctx, tx, provide, CATALOGUE)
    return (time.perf_counter() - started) * 1000


async def beside_others(size: Size, work: Callable[[], Awaitable[object]]) -> JobCost:
    """Do a job while somebody else types now and then."""
    over, found = asyncio.Event(), JobCost(0.0)

    async def others() -> None:
        while True:
            found.waits.append(await typed(size))
            if over.is_set():
                return
            await asyncio.sleep(OTHERS_EVERY)

    started = time.process_time()
    typing = asyncio.create_task(others())
    await work()
    found.seconds = time.process_time() - started
    over.set()
    await typing
    return found


def plainly(work: Callable[[], object]) -> float:
    """Do the plain thing some times; the median of seconds of the processor."""
    times = []
    for _pass in range(PASSES):
        started = time.process_time()
        work()
        times.append(time.process_time() - started)
    return statistics.median(times)


def row(label: str, taken: JobCost, plain: float) -> Row:
    return Row(label, (taken.seconds, plain, taken.seconds / plain, max(taken.waits)))


# -- retention -----------------------------------------------------------------------------------


async def leave(tx: Transaction, contacts: range) -> None:
    """Say of some people that they left long ago."""
    entry = await tx.insert(
        "INSERT INTO history(committee, author, at, kind) VALUES (1, '@a:b', ?, 'left')",
        (round(LONG_AGO.timestamp() * 1000),),
    )
    day = LONG_AGO.date().isoformat()
    await tx.executemany(
        "INSERT INTO memberships(contact, state, from_day, entry) VALUES (?, 'left', ?, ?)",
        [(contact, day, entry) for contact in contacts],
    )
    await tx.executemany(
        "UPDATE contacts SET out_from = ? WHERE id = ?", [(day, contact) for contact in contacts]
    )


async def retention(size: Size, scale: Scale) -> list[Row]:
    """Run the clocks when nobody is due, then when some are; and write the file anew."""
    job = RetentionJob(size.database, Retention(), Signals())
    idle = await beside_others(size, lambda: job.run_due(NOW))
    read = await _read_all(size)
    async with size.database.transaction() as tx:
        await leave(tx, range(1, scale.gone + 1))
    before = await _people(size)
    going = await beside_others(size, lambda: job.run_due(NOW + timedelta(days=1)))
    assert before - await _people(size) == scale.gone
    deleted = await _deleted(size, range(scale.gone + 1, 2 * scale.gone + 1))
    wiping = await beside_others(size, job.wipe)
    return [
        row("retention, nobody due / reading the contacts", idle, read),
        row(f"retention, {scale.gone:,} people gone / executemany DELETE", going, deleted),
        row("writing the file anew / copying it", wiping, _copied(size.database.path)),
    ]


async def _people(size: Size) -> int:
    async with size.database.transaction() as tx:
        return await tx.number("SELECT COUNT(*) FROM contacts")


async def _read_all(size: Size) -> float:
    started = time.process_time()
    async with size.database.transaction() as tx:
        await tx.all("SELECT * FROM contacts")
    return time.process_time() - started


async def _deleted(size: Size, contacts: range) -> float:
    """Delete other people's rows, and what hangs on them, with nothing around."""
    started = time.process_time()
    async with size.database.transaction() as tx:
        await tx.executemany("DELETE FROM contacts WHERE id = ?", [(each,) for each in contacts])
    return time.process_time() - started


# -- backup --------------------------------------------------------------------------------------


def _copied(path: Path) -> float:
    """Copy a file, durably."""
    target = path.with_suffix(".copy")

    def copy() -> None:
        with path.open("rb") as source, target.open("wb") as out:
            shutil.copyfileobj(source, out, 1 << 20)
            os.fsync(out.fileno())

    try:
        return plainly(copy)
    finally:
        target.unlink()


async def backup(size: Size, scratch: Path) -> Row:
    """Take a backup as ``steward backup`` has the running bot take it."""
    directory = DataDirectory(scratch)
    key, _recovery = keyring.create(directory.keyslots, "a key that opens nothing", cost=CHEAP)
    taken = await beside_others(size, lambda: create.take(directory, size.database, key, "# none"))
    assert create.finished_in(directory).stat().st_size > 0
    create.discard(directory)
    return row("backup / copying the file", taken, _copied(size.database.path))


# -- export --------------------------------------------------------------------------------------


async def export(size: Size, how: ExportFormat) -> Row:
    """Make the file of an approved export as the bot does when it sends it."""
    async with size.database.transaction() as tx:
        exports = Exports(tx, CommitteeId(1))
        one = await exports.ask(LEA, how, "", NOW, ratings=True)
        await exports.approve(one, LEA, NOW)
    sealed: list[int] = []

    async def upload(content: bytes, _seconds: float) -> str:
        sealed.append(len(content))
        return "mxc://example.org/nowhere"

    nowhere = cast(Client, SimpleNamespace(upload=upload))
    files = ExportFiles(size.database, nowhere, CardKey(bytes(32)), lambda: NOW)
    described = Outgoing({"body": ""}, ContentKind.EXPORT, str(one.id))
    taken = await beside_others(size, lambda: files.made(described))
    assert sealed
    return row(f"export, {how.value} / one query and csv", taken, await _written(size))


async def _written(size: Size) -> float:
    """Write the rows of the table of contacts with the standard library."""
    started = time.process_time()
    async with size.database.transaction() as tx:
        rows = await tx.all("SELECT * FROM contacts WHERE committee = 1 AND present")
    csv.writer(io.StringIO()).writerows(rows)
    return time.process_time() - started


async def measure(scale: Scale) -> list[Table]:
    """Measure everything on one database; exports and the backup while everybody is there."""
    with tempfile.TemporaryDirectory() as scratch:
        size = await filled(Path(scratch), scale.contacts)
        try:
            idle = statistics.median([await typed(size) for _each in range(50)])
            rows = [await export(size, how) for how in ExportFormat]
            rows.append(await backup(size, Path(scratch)))
            rows += await retention(size, scale)
            megabytes = size.database.path.stat().st_size / 1e6
        finally:
            await size.database.close()
    return [
        Table(
            f"seconds of the processor, {scale.contacts:,} contacts",
            ("Steward", "plain", "ratio", "longest reply meanwhile, ms"),
            tuple(rows),
            (f"Idle, the reply takes {idle:.1f} ms. The database has {megabytes:,.0f} MB.",),
        )
    ]


PART = Part(
    name="keeping",
    about=(
        "Retention, a backup and the file of an export at 100,000 contacts with five one-on-ones each, "
        "and how long somebody else waits for an answer meanwhile. Beside each the plain thing: "
        "`executemany` of DELETE, which asks about no hold and leaves no trace to be wiped; a copy of the "
        "file; one query and `csv`."
    ),
    measure=measure,
    full=Scale(100_000, 2_000),
    toy=Scale(60, 5),
    takes="five minutes",
)
