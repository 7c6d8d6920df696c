"""A list of 100,000 people, imported, beside ``executemany`` of the same rows; others go on typing.

The plain side writes every row the import left, table by table, into an encrypted database of the same
kind: it judges nothing, asks nobody, can take nothing back, and holds the database all the while.
Replies are timed without the homeserver: what they wait for is one sheet of the list at most, to be
added to the round trip that ``make bench ARGS=round-trip`` measures.
"""

import asyncio
import os
import secrets
import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from commands.framework.answer import answer
from commands.framework.context import Context, Place, Role, RoomId, UserId
from commands.imports.upload import Bell, Upload
from commands.imports.work import Work
from storage.committees import Committees
from storage.database import Database
from storage.forgotten import Seal
from storage.model import Committee

ROWS = int(os.environ.get("ROWS", "100000"))
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
LEA = UserId("@lea:example.org")
SEAL = Seal(secrets.token_bytes(32))
OTHERS_EVERY = 0.05
"""Seconds between the commands that somebody else types meanwhile."""
TABLES = ("history", "contacts", "placements", "name_words", "name_keys", "listings")
"""What an import of new people writes; parents before children."""


class Desk:
    """Types commands and does the long work, as the bot does."""

    def __init__(self, database: Database, committee: Committee, upload: Upload) -> None:
        self.database = database
        self._committee = committee
        self._upload = upload
        self._work = Work(SEAL)

    async def ask(self, text: str) -> float:
        """Milliseconds from the words to the durable answer."""
        ctx = Context(
            user=LEA,
            role=Role.LEAD,
            place=Place.DIRECT,
            committee=self._committee,
            committees=(self._committee,),
            now=NOW,
            zone=ZoneInfo("Europe/Madrid"),
        )
        started = time.perf_counter()
        async with self.database.transaction() as tx:
            await answer(text, ctx, tx, self._provide)
        return (time.perf_counter() - started) * 1000

    async def _provide(self, kind: type) -> object:
        return {Upload: self._upload, Bell: Bell(), Seal: SEAL}[kind]

    async def work(self) -> float:
        """Seconds of all the steps there are to do."""
        started = time.perf_counter()
        while True:
            async with self.database.transaction() as tx:
                done = await self._work.step(tx, NOW)
            if done is None:
                return time.perf_counter() - started
            await asyncio.sleep(0)


def listing(rows: int) -> bytes:
    """People whose names repeat as names do."""
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
    database = await Database.open(path, secrets.token_bytes(32))
    async with database.transaction() as tx:
        committee = await Committees(tx).add(RoomId("!a:example.org"), "Payments", "UTC", NOW)
    return database, committee


async def others(desk: Desk, times: list[float], over: asyncio.Event) -> None:
    """Somebody else types now and then."""
    while not over.is_set():
        times.append(await desk.ask("!me"))
        await asyncio.sleep(OTHERS_EVERY)


async def measured(desk: Desk) -> tuple[float, list[float]]:
    """Seconds of the long work at hand, and how long others waited meanwhile."""
    times: list[float] = []
    over = asyncio.Event()
    typing = asyncio.create_task(others(desk, times, over))
    taken = await desk.work()
    over.set()
    await typing
    return taken, times


async def plain(source: Database, target: Database) -> float:
    """Seconds in which the same rows are written with nothing around it."""
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


async def main() -> None:
    """Print the times and their ratios."""
    upload = Upload.read("list.csv", listing(ROWS))
    with tempfile.TemporaryDirectory() as scratch:
        database, committee = await opened(Path(scratch) / "import.db")
        target, _committee = await opened(Path(scratch) / "plain.db")
        try:
            desk = Desk(database, committee, upload)
            idle = [await desk.ask("!me") for _ in range(200)]
            await desk.ask("!import file")
            await desk.ask("!import check 1")
            checking, while_checking = await measured(desk)
            await desk.ask("!import commit 1")
            saving, while_saving = await measured(desk)
            bare = await plain(database, target)
        finally:
            await database.close()
            await target.close()
    report(checking, saving, bare, idle, while_checking + while_saving)


def report(
    checking: float, saving: float, bare: float, idle: list[float], busy: list[float]
) -> None:
    """Medians and ratios; these machines are noisy."""
    resting, meanwhile = statistics.median(idle), statistics.median(busy)
    out = [
        f"{ROWS} rows",
        f"{'dry run, s':32}{checking:10.1f}",
        f"{'saving, s':32}{saving:10.1f}",
        f"{'plain executemany, s':32}{bare:10.1f}",
        f"{'saving / plain':32}{saving / bare:10.2f}",
        f"{'another reply, idle, median ms':32}{resting:10.2f}",
        f"{'another reply, meanwhile':32}{meanwhile:10.2f}   {meanwhile - resting:.1f} ms more",
    ]
    sys.stdout.write("\n".join(out) + "\n")


if __name__ == "__main__":
    asyncio.run(main())
