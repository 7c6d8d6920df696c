"""Benchmark of reminders: one check of the table with 100,000 rows planned and nothing due."""

import secrets
import statistics
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.part import Part, Row, Table
from storage.chat.committees import Committees
from storage.core.database import Database
from storage.core.model import RoomId
from storage.meetings.reminders import PlannedReminder, ReminderKind, Reminders, ReminderTable


@dataclass(frozen=True, slots=True)
class Scale:
    """Reminders planned in the smaller and the larger table, and checks of each."""

    sizes: tuple[int, int]
    looks: int


async def measure(scale: Scale) -> list[Table]:
    """Measure median and 95th percentile of a check, with few and with many reminders planned."""
    few, many = [await _looks(rows, scale.looks) for rows in scale.sizes]
    rows = tuple(
        Row(label, (few[at], many[at], many[at] / few[at]))
        for at, label in enumerate(("a look, median", "a look, p95"))
    )
    heads = (*(f"{rows:,}" for rows in scale.sizes), "ratio")
    return [Table("ms with reminders planned:", heads, rows)]


async def _looks(rows: int, looks: int) -> tuple[float, float]:
    now = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
    with tempfile.TemporaryDirectory() as folder:
        database = await Database.open(Path(folder) / "app.db", secrets.token_bytes(32))
        try:
            async with database.transaction() as tx:
                room = RoomId("!bench:example.org")
                committee = await Committees(tx).add(room, "Bench", "UTC", now)
                day = timedelta(days=1)
                minute = timedelta(minutes=1)
                plans = [
                    PlannedReminder(
                        ReminderKind.START,
                        n,
                        0,
                        None,
                        now + day + n * minute,
                        now + 2 * day + n * minute,
                    )
                    for n in range(rows)
                ]
                await Reminders(tx, committee.id).plan(plans)
            took: list[float] = []
            for _ in range(looks):
                began = time.perf_counter()
                async with database.transaction() as tx:
                    assert await ReminderTable(tx).due(now) == []
                took.append((time.perf_counter() - began) * 1000)
            return statistics.median(took), statistics.quantiles(took, n=20)[-1]
        finally:
            await database.close()


PART = Part(
    name="reminders",
    about="The look at the table of reminders every twenty seconds, with nothing due.",
    measure=measure,
    full=Scale((1_000, 100_000), 300),
    toy=Scale((10, 100), 5),
    takes="ten seconds",
)
