"""A clock that is set: noticed, and everything that waits for a moment is looked at."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pytest

from bot.config import Retention
from bot.health.clock_jumps import ClockWatch
from bot.jobs.digests import DigestJob
from bot.jobs.reminders import ReminderJob
from bot.jobs.retention import RetentionJob
from bot.jobs.scheduler import HASTE, Scheduler
from bot.process.data_directory import DataDirectory
from bot.rooms.directory import RoomDirectory
from bot.state import Signals
from storage.core.database import Database
from storage.names import alike, spelled
from tests.support.collected import Collected
from tests.support.running import start, stop
from tests.support.standing import AsShown

if TYPE_CHECKING:
    from apscheduler.schedulers.asyncio import AsyncIOScheduler


class Clocks:
    def __init__(self) -> None:
        self.wall, self.steady = 1_000_000.0, 50.0
        self.steps: list[float] = []
        self.watch = ClockWatch(
            self.steps.append, wall=lambda: self.wall, steady=lambda: self.steady
        )

    def passes(self, seconds: float, *, shown: float | None = None) -> None:
        self.steady += seconds
        self.wall += seconds if shown is None else shown
        self.watch.look()


def test_time_that_passes_and_a_clock_that_is_slewed_are_no_steps() -> None:
    clocks = Clocks()
    for _ in range(1000):
        clocks.passes(10, shown=10.005)
    assert clocks.steps == []
    assert clocks.watch.steps == 0


def test_a_step_is_told_once_with_its_size() -> None:
    clocks = Clocks()
    clocks.passes(10, shown=-3590)
    clocks.passes(10)
    clocks.passes(10, shown=86_410)
    assert [round(step) for step in clocks.steps] == [-3600, 86_400]
    assert clocks.watch.steps == 2


OWN = "@steward:committee.test"


@pytest.fixture
async def scheduler(tmp_path: Path) -> AsyncIterator[Scheduler]:
    database = await Database.open(tmp_path / "app.db", bytes(32))
    authority = AsShown(RoomDirectory(OWN, lambda _: True))
    made = Scheduler(
        database,
        DataDirectory(tmp_path),
        Retention(),
        DigestJob(database, authority, Collected()),
        RetentionJob(database, Retention(), Signals()),
        ReminderJob(database, authority, Collected()),
    )
    yield made
    await stop(made)
    await database.close()


async def going(scheduler: Scheduler) -> "AsyncIOScheduler":
    """The scheduler's clock, once it goes: its library is loaded in a thread."""
    start(scheduler)
    async with asyncio.timeout(30):
        while scheduler._clock is None:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    return scheduler._clock


def moments(clock: "AsyncIOScheduler") -> list[datetime]:
    return [job.next_run_time for job in clock.get_jobs()]


async def test_after_a_step_back_nothing_waits_for_the_time_it_had_been(
    scheduler: Scheduler,
) -> None:
    clock = await going(scheduler)
    for job in clock.get_jobs():
        # As it is after an hour was taken back.
        job.modify(next_run_time=datetime.now(UTC) + timedelta(hours=1))
    scheduler.clock_stepped(-3600)
    assert max(moments(clock)) <= datetime.now(UTC) + timedelta(seconds=1)
    while min(moments(clock)) <= datetime.now(UTC) or not scheduler.expired:  # noqa: ASYNC110
        await asyncio.sleep(0.01)


async def test_a_clock_set_far_ahead_deletes_nothing_for_a_day(scheduler: Scheduler) -> None:
    scheduler.clock_stepped(HASTE + 1)
    await scheduler.expire()
    await scheduler.tend_clocks()
    assert scheduler.expired == {}


async def test_a_clock_set_a_little_ahead_changes_nothing_about_that(scheduler: Scheduler) -> None:
    """The control."""
    scheduler.clock_stepped(HASTE - 1)
    await scheduler.expire()
    assert "handled" in scheduler.expired


async def test_names_that_were_compared_are_not_remembered_for_long(scheduler: Scheduler) -> None:
    assert alike("Anna-Maria Müller", "Annamaria Mueller")
    one = spelled("Anna-Maria Müller")
    # The control: until then they are.
    assert spelled("Anna-Maria Müller") is one
    await scheduler.release_memory()
    assert spelled.cache_info().currsize == 0
    again = spelled("Anna-Maria Müller")
    assert again is not one
    assert again.words[0] is not one.words[0]
    assert alike("Anna-Maria Müller", "Annamaria Mueller")


async def test_what_was_read_of_the_database_is_given_back(scheduler: Scheduler) -> None:
    def resident() -> float:
        return float(psutil.Process().memory_info().rss / 2**20)

    async def read_all() -> None:
        async with scheduler._database.transaction() as tx:
            await tx.all("SELECT SUM(LENGTH(words)) FROM long")

    async with scheduler._database.transaction() as tx:
        await tx.execute("CREATE TABLE long(words TEXT)")
        await tx.executemany("INSERT INTO long VALUES (?)", [("x" * 3_000,) for _ in range(6_000)])
    await scheduler.release_memory()
    before = resident()
    await read_all()
    # The control: pages that were read stay.
    assert resident() - before > 10
    await scheduler.release_memory()
    assert resident() - before < 5
