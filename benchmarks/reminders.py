"""A look at the table of reminders, with 100,000 rows planned ahead and nothing due."""

import secrets
import statistics
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from storage.committees import Committees
from storage.database import Database
from storage.model import RoomId
from storage.reminders import Kind, Plan, Reminders, ReminderTable

ROWS = 100_000
LOOKS = 300


async def main() -> None:
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
                    Plan(Kind.START, n, 0, None, now + day + n * minute, now + 2 * day + n * minute)
                    for n in range(ROWS)
                ]
                await Reminders(tx, committee.id).plan(plans)
            took: list[float] = []
            for _ in range(LOOKS):
                began = time.perf_counter()
                async with database.transaction() as tx:
                    assert await ReminderTable(tx).due(now) == []
                took.append((time.perf_counter() - began) * 1000)
            took.sort()
            print(
                f"{ROWS} planned: a look takes {statistics.median(took):.2f} ms in the median, "
                f"p95 {took[len(took) * 95 // 100]:.2f} ms"
            )
        finally:
            await database.close()
