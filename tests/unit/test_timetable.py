"""Jobs are called by a clock that is never set, whatever becomes of one of them."""

import asyncio
from datetime import timedelta

from bot.jobs.timetable import Timetable
from tests.support.running import running

MINUTE = timedelta(minutes=1)
AT_ONCE = timedelta(0)


class Calls:
    """A job that counts how often it was called, and how many calls were under way at once at most."""

    def __init__(self, *, fails: bool = False) -> None:
        self.count = 0
        self.most_at_once = 0
        self._at_once = 0
        self._fails = fails
        self.called = asyncio.Event()

    async def job(self) -> None:
        self.count += 1
        self._at_once += 1
        self.most_at_once = max(self.most_at_once, self._at_once)
        await asyncio.sleep(0)
        self._at_once -= 1
        self.called.set()
        if self._fails:
            raise ValueError

    async def next(self) -> None:
        self.called.clear()
        async with asyncio.timeout(30):
            await self.called.wait()


async def a_while() -> None:
    for _ in range(50):
        await asyncio.sleep(0)


async def test_a_job_is_called_first_when_it_says_and_then_every_period() -> None:
    soon, later, table = Calls(), Calls(), Timetable()
    table.every(timedelta(milliseconds=1), soon.job, first=AT_ONCE)
    table.every(timedelta(milliseconds=1), later.job, first=MINUTE)
    async with running(table):
        for _ in range(5):
            await soon.next()
    assert soon.count >= 5
    assert later.count == 0
    assert soon.most_at_once == 1


async def test_a_job_that_fails_is_called_again_and_ends_no_other() -> None:
    bad, good, table = Calls(fails=True), Calls(), Timetable()
    for each in (bad, good):
        table.every(timedelta(milliseconds=1), each.job, first=AT_ONCE)
    async with running(table):
        await bad.next()
        await bad.next()
        await good.next()
    assert bad.count >= 2


async def test_all_are_called_at_once_where_that_is_asked_for() -> None:
    one, other, table = Calls(), Calls(), Timetable()
    table.every(MINUTE, one.job, first=MINUTE)
    table.every(MINUTE, other.job, first=MINUTE)
    async with running(table):
        await a_while()
        assert (one.count, other.count) == (0, 0)
        table.call_all_now()
        await a_while()
        assert (one.count, other.count) == (1, 1)
        # The next call is a period later, and once more when that is asked for again.
        await a_while()
        assert one.count == 1
        table.call_all_now()
        await a_while()
    assert one.count == 2
