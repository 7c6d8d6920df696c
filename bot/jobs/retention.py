"""Deletes records whose time is over, and makes deleted rows unreadable. Both look at tables.

Both look at tables.

Retention runs once a day for each committee and clock; the files are written anew whenever the
table of remnants is not empty, so that an end in between changes nothing.
"""

import asyncio
import time
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.config import Retention
from bot.jobs.shortened_retention import in_force
from bot.logging import logs
from bot.state import Signals
from storage.chat.facts import Facts
from storage.core.database import Database
from storage.core.driver import Error
from storage.core.later import Later
from storage.core.model import CommitteeId, ContactId
from storage.first_week.buddies import Buddies
from storage.privacy.audits import AuditedAction, Audits
from storage.privacy.remnants import Remnants
from storage.structure_tests.retention import ClosedTestNames

if TYPE_CHECKING:
    from storage.privacy import erasure as erasing
    from storage.privacy import retention as keeping
else:
    # Both know every table, and are used once a day.
    erasing, keeping = Later("storage.privacy.erasure"), Later("storage.privacy.retention")

RESTS = 100.0
"""How many times as long as the last writing took the next one waits for: it is for everybody to wait for."""
A_LONG_WHILE = 0.25
LONGEST_REST = 3600.0
"""Seconds of a writing that is hardly noticed, and of the longest rest."""
LARGE = 20 << 20
"""Bytes of a file that takes long enough for a quiet moment to be looked for."""
QUIET, WITHIN, A_LOOK = 2.0, 60.0, 0.1
"""Seconds without anybody at the database that are a quiet moment; for how long one is waited for."""
BUDDIES_KEPT = timedelta(days=30)
"""How long it is kept who was whose buddy: it tells who is close to whom, and serves nobody."""
PAUSE = 300.0
"""Seconds until another attempt when the files could not be written anew, as on a full disk."""

log = logs.get("bot.jobs.retention")


class RetentionJob:
    """Runs the retention clocks, and rewrites files as soon as somebody was forgotten."""

    def __init__(self, database: Database, retention: Retention, signals: Signals) -> None:
        self._database = database
        self._retention = self._holds = retention
        self._wanted = signals.remnants
        self._rested = 0.0
        """Monotonic time at which the files may be written anew again."""

    # -- files ---------------------------------------------------------------------------------

    async def run(self) -> None:
        """Rewrite the files whenever signalled; first for what an earlier run left."""
        self._wanted.set()
        while True:
            await self._wanted.wait()
            await self._for_a_good_moment()
            self._wanted.clear()
            try:
                await self.wipe()
            except (Error, OSError) as error:
                log.failure("shred", error)
                asyncio.get_running_loop().call_later(PAUSE, self._wanted.set)

    async def _for_a_good_moment(self) -> None:
        """Wait out the rest after the last writing, and with large files for a quiet moment.

        Nobody is answered while the file is written anew: whoever has somebody forgotten again and
        again must not have everybody wait again and again.
        """
        await asyncio.sleep(self._rested - time.monotonic())
        if not self._database.path.exists() or self._database.path.stat().st_size < LARGE:
            return
        end = time.monotonic() + WITHIN
        quiet = time.monotonic() + QUIET
        while time.monotonic() < min(quiet, end):
            if self._database.busy:
                quiet = time.monotonic() + QUIET
            await asyncio.sleep(A_LOOK)

    async def wipe(self) -> bool:
        """Rewrite the files if rows were deleted since the last rewriting."""
        async with self._database.transaction() as tx:
            last = await Remnants(tx).last()
        if last is None:
            return False
        began = time.monotonic()
        await self._database.shred()
        took = time.monotonic() - began
        if took > A_LONG_WHILE:
            self._rested = time.monotonic() + min(RESTS * took, LONGEST_REST)
        async with self._database.transaction() as tx:
            await Remnants(tx).gone(last)
        log.info("wiped")
        return True

    # -- clocks --------------------------------------------------------------------------------

    async def run_due(self, now: datetime) -> int:
        """Run the clocks that have not run today; return how many people and rows were deleted."""
        day = now.astimezone(UTC).date()
        gone = 0
        async with self._database.transaction() as tx:
            every = await keeping.committees(tx)
            self._holds = await in_force(Facts(tx), self._retention, now)
        for committee, zone in every:
            today = now.astimezone(ZoneInfo(zone)).date()
            gone += await self._people(committee, "left", now, day, today)
            gone += await self._people(committee, "uncontacted", now, day, today)
            gone += await self._words(committee, now, day)
            gone += await self._tests(committee, now, day)
        if gone:
            log.info("expired_records", gone=gone)
            self._wanted.set()
        return gone

    async def _people(
        self, committee: CommitteeId, what: str, now: datetime, day: date, today: date
    ) -> int:
        gone, after = 0, 0
        while True:
            async with self._database.transaction() as tx:
                clocks = keeping.Retained(tx, committee)
                if not await clocks.due(what, day):
                    return gone
                if what == "left":
                    days = timedelta(days=self._holds.left_days)
                    batch = await clocks.left(today - days, now - days)
                else:
                    before = now - timedelta(days=self._holds.uncontacted_days)
                    batch = await clocks.uncontacted(before, after)
                await _erase(erasing.Erasure(tx, committee), batch.contacts, now)
                gone += len(batch.contacts)
                if batch.after is None:
                    await clocks.done(what, day)
                    await _tell(Audits(tx, committee, None, now), what, gone)
                    return gone
                after = batch.after

    async def _words(self, committee: CommitteeId, now: datetime, day: date) -> int:
        async with self._database.transaction() as tx:
            clocks = keeping.Retained(tx, committee)
            if not await clocks.due("notes", day):
                return 0
            gone = await clocks.blank_notes(now - timedelta(days=self._holds.notes_days))
            gone += await clocks.drop_views(now - timedelta(days=self._holds.views_days))
            gone += await Buddies(tx, committee).drop(day - BUDDIES_KEPT)
            await clocks.done("notes", day)
            if gone:
                await Remnants(tx).leave(now)
        return gone

    async def _tests(self, committee: CommitteeId, now: datetime, day: date) -> int:
        """Who did what in structure tests that are long closed, and came to meetings; counts stay."""
        before = now - timedelta(days=self._holds.closed_tests_days)
        gone = 0
        while True:
            async with self._database.transaction() as tx:
                clocks = keeping.Retained(tx, committee)
                if not await clocks.due("closed_tests", day):
                    return gone
                dropped = await ClosedTestNames(tx, committee).drop(before)
                gone += dropped
                if not dropped:
                    gone += await clocks.drop_deeds(before)
                    await clocks.done("closed_tests", day)
                    if gone:
                        await Remnants(tx).leave(now)
                        await _tell(Audits(tx, committee, None, now), "closed_tests", gone)
                    return gone


async def _erase(erasure: "erasing.Erasure", contacts: Sequence[int], now: datetime) -> None:
    """Delete a person without a mark: they did not ask for it, and may be met again."""
    for contact in contacts:
        person = await erasure.person(ContactId(contact))
        await erasure.erase(person.records, now)


async def _tell(audits: Audits, what: str, gone: int) -> None:
    if gone:
        await audits.keep(AuditedAction.EXPIRED, words=f"{what} {gone}")
