"""Recurring work, with APScheduler as the clock and nothing else.

Jobs are kept in memory and look at the tables themselves: persistent job stores lose jobs on a
kill, and by default a job that is a second late is dropped (measured on 3.11).
"""

import asyncio
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from bot.config import Retention
from bot.jobs.digests import DigestJob
from bot.jobs.reminders import ReminderJob
from bot.jobs.retention import RetentionJob
from bot.jobs.watchdog import EVERY, Watchdog
from bot.logging import logs
from bot.process.data_directory import DataDirectory
from bot.process.memory import give_back
from storage.authority.quotas import Spending
from storage.chat.dead_letters import KEPT_MS as LETTERS_KEPT_MS
from storage.chat.dead_letters import Letters
from storage.chat.inbox import Inbox
from storage.chat.said_once import SaidOnce
from storage.chat.under_way import UnderWay
from storage.contacts.drafts import StaleDrafts
from storage.core.database import Database
from storage.core.driver import Error
from storage.core.later import forget_what_was_typed
from storage.core.rows import moment
from storage.imports.imports import KEPT_MS, Lists
from storage.meetings.answers import OldAnswers
from storage.polls.practice import OldPracticePolls
from storage.polls.rosters import KEPT_DAYS, OldRosters
from storage.privacy.exports import ExportStep, StaleExports
from storage.structure_tests.sheets import KEPT_MS as SHEETS_KEPT_MS
from storage.structure_tests.sheets import StaleSheets

if TYPE_CHECKING:
    from apscheduler.schedulers.asyncio import AsyncIOScheduler

DAY = 24 * 3600 * 1000
SAID_DAYS = 365
"""Days after which an explanation may be given again, and a dead letter is dropped."""

SPENT_DAYS = 2
"""Days for which it is known how much somebody made and destroyed."""

ANSWERS_DAYS = 30
"""Days after a meeting for which it is known who came."""

MORNING_MINUTES = 5
"""How often it is looked whether somewhere it has become nine."""

RELEASE_EVERY = timedelta(minutes=2)
"""How often the memory of what was read is given back: within an hour it was all of a file of 18 MB.

At 35 commands a minute ten minutes are 10 MB. To read anew what is needed takes 6 ms.
"""

HASTE = 12 * 3600.0
"""Seconds by which a clock set ahead makes retention wait: a mistake would delete what is not due."""

log = logs.get("bot.jobs.scheduler")


class Scheduler:
    """The bot's recurring jobs; each is idempotent."""

    def __init__(
        self,
        database: Database,
        directory: DataDirectory,
        retention: Retention,
        digests: DigestJob,
        retention_job: RetentionJob,
        reminders: ReminderJob,
    ) -> None:
        self._database = database
        self._digests = digests
        self._retention_job = retention_job
        self._reminders = reminders
        self._watch = Watchdog(self._send_reminders)
        self._directory = directory
        self._retention = retention
        self.expired: Counter[str] = Counter()
        """Rows that were deleted since the start because their time had come, by kind."""
        self._patient_until = 0.0
        """Monotonic time before which nothing is deleted for its age."""
        self._clock: AsyncIOScheduler | None = None
        """None until the clock goes."""

    async def run(self) -> None:
        """Have the clock call the jobs, and watch it, until cancelled."""
        clock = await asyncio.to_thread(_a_clock)
        self._start(clock)
        try:
            await self._watch.run()
        finally:
            clock.shutdown(wait=False)

    def _start(self, clock: "AsyncIOScheduler") -> None:
        soon = datetime.now(UTC) + timedelta(minutes=5)
        clock.add_job(self.expire, "interval", hours=24, next_run_time=soon)
        clock.add_job(self.send_digests, "interval", minutes=MORNING_MINUTES, next_run_time=soon)
        clock.add_job(self.tend_clocks, "interval", hours=1, next_run_time=soon)
        clock.add_job(self.release_memory, "interval", seconds=int(RELEASE_EVERY.total_seconds()))
        clock.add_job(self._watch.tick, "interval", seconds=EVERY, next_run_time=datetime.now(UTC))
        clock.start()
        self._clock = clock

    def clock_stepped(self, seconds: float) -> None:
        """Have jobs look at their tables now, after the machine's clock was set.

        APScheduler waits for the moment it had worked out; after a step back that may be hours.
        """
        log.info("looking_again", seconds=seconds)
        if seconds > HASTE:
            self._patient_until = time.monotonic() + DAY / 1000
        if self._clock is not None and self._clock.running:
            now = datetime.now(UTC)
            for job in self._clock.get_jobs():
                job.modify(next_run_time=now)

    async def _send_reminders(self) -> None:
        """Say what is due about meetings; what fails is looked at again."""
        try:
            await self._reminders.send_due()
        except Error as error:
            log.failure("reminders", error)

    async def send_digests(self) -> None:
        """Queue the digests that are due; a failure is tried again with the next tick."""
        try:
            await self._digests.send_due()
        except Error as error:
            log.failure("digests", error)

    async def tend_clocks(self) -> None:
        """Delete records whose time is over; each clock once a day, though checked hourly."""
        if self._must_wait():
            return
        try:
            self.expired["records"] += await self._retention_job.run_due(datetime.now(UTC))
        except Error as error:
            log.failure("clocks", error)

    async def release_memory(self) -> None:
        """Give back the memory of what was read from the database: by and by it would be all of the file.

        And of names that were compared and lines that were typed: by and by everybody's.
        """
        forget_what_was_typed()
        try:
            await self._database.release_memory()
        except Error as error:
            log.failure("memory", error)
        give_back()

    async def expire(self) -> None:
        """Delete stored things that outlived their purpose, and make deleted rows unreadable.

        Deleting needs space too: on a full disk the reserve is given up for it.
        """
        if self._must_wait():
            return
        try:
            await self._expire()
        except Error as full:
            log.failure("expire", full)
            self._directory.release_reserve()
            try:
                await self._expire()
            except Error as error:
                log.failure("expire_again", error)
        self._directory.refill_reserve()

    def _must_wait(self) -> bool:
        """Whether deleting must wait because the clock was set far ahead: somebody has a day to notice."""
        waits = time.monotonic() < self._patient_until
        if waits:
            log.warning("retention_waits")
        return waits

    async def _expire(self) -> None:
        from storage.coalition.retention import OldCoalitionRecords  # noqa: PLC0415 (once a day)

        now = time.time_ns() // 1_000_000
        async with self._database.transaction() as tx:
            handled = await Inbox(tx).forget_before(now - self._retention.handled_days * DAY)
            said = await SaidOnce(tx).forget_before(now - SAID_DAYS * DAY)
            letters = await Letters(tx).forget_before(now - LETTERS_KEPT_MS)
            drafts = await StaleDrafts(tx).forget_before(now - DAY)
            rosters = await OldRosters(tx).forget_before(now - KEPT_DAYS * DAY)
            await OldPracticePolls(tx).forget_before(now - DAY)
            lists = await Lists(tx).forget_before(now - KEPT_MS)
            lists += await StaleSheets(tx).forget_before(now - SHEETS_KEPT_MS)
            await OldCoalitionRecords(tx).forget(moment(now))
            await Spending(tx).forget_before(now - SPENT_DAYS * DAY)
            answers = await OldAnswers(tx).forget_before(moment(now - ANSWERS_DAYS * DAY))
            exports = await StaleExports(tx).older_than(now - DAY)
            for one in exports:
                # Whoever asked and nobody approved is told when they ask; the file is not made.
                under_way = UnderWay(tx, one.committee)
                await under_way.withdraw_export(one, one.author, ExportStep.EXPIRED, moment(now))
        await self._database.purge_remnants()
        self.expired.update(
            handled=handled,
            said=said,
            letters=letters,
            drafts=drafts,
            rosters=rosters,
            lists=lists,
            answers=answers,
            exports=len(exports),
        )
        log.info(
            "expired",
            handled=handled,
            said=said,
            letters=letters,
            drafts=drafts,
            rosters=rosters,
            lists=lists,
            answers=answers,
            exports=len(exports),
        )


def _a_clock() -> "AsyncIOScheduler":
    # Imported late, in a thread: nothing is due in the first second, when answers are.
    from apscheduler.schedulers.asyncio import AsyncIOScheduler  # noqa: PLC0415

    return AsyncIOScheduler(
        timezone=UTC,
        job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
    )
