"""What all others wait for is done seldom, and for no longer than is said."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.config import Retention
from bot.delivery import outbox
from bot.jobs import retention
from bot.jobs.retention import RetentionJob
from bot.state import Signals
from commands.roles.standing import Role
from storage.core.database import Database
from tests.support.deliveries import ROOM, Delivery
from tests.support.own_time import OwnTime
from tests.support.running import running, start_outbox


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    opened = await Database.open(tmp_path / "app.db", bytes(32))
    yield opened
    await opened.close()


# -- files are written anew ----------------------------------------------------------------------


class Rewritten:
    """A database whose files take so many seconds to be written anew; when that was begun and done."""

    def __init__(self, database: Database, patch: pytest.MonkeyPatch, takes: float) -> None:
        self.database = database
        self.takes = takes
        self.time = OwnTime(patch, retention)
        self.begun: list[float] = []
        self.over: list[float] = []
        self._done = asyncio.Condition()
        patch.setattr(database, "shred", self._shred)

    async def _shred(self) -> None:
        self.begun.append(self.time.now)
        self.time.passes(self.takes)
        self.over.append(self.time.now)
        async with self._done:
            self._done.notify_all()

    async def forget(self, by: asyncio.Event) -> None:
        """Somebody was forgotten."""
        async with self.database.transaction() as tx:
            await tx.execute("INSERT INTO remnants(at) VALUES (0)")
        by.set()

    async def times(self, count: int) -> None:
        """Wait until the files were written anew so often."""
        async with self._done:
            await self._done.wait_for(lambda: len(self.over) >= count)


async def test_after_files_were_written_anew_for_long_that_rests(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever has people forgotten again and again does not have everybody wait again and again."""
    files = Rewritten(database, monkeypatch, takes=retention.A_LONG_WHILE * 2)
    signals = Signals()
    async with running(RetentionJob(database, Retention(), signals)):
        await files.forget(signals.remnants)
        await files.times(1)
        await files.forget(signals.remnants)
        rest = await files.time.asleep()
        assert rest == pytest.approx(retention.RESTS * files.takes)
        files.time.passes(rest)
        await files.times(2)
    assert files.begun[1] - files.over[0] == pytest.approx(rest)


async def test_control_a_writing_that_nobody_notices_is_done_each_time(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = Rewritten(database, monkeypatch, takes=retention.A_LONG_WHILE / 2)
    signals = Signals()
    async with running(RetentionJob(database, Retention(), signals)):
        for count in (1, 2):
            await files.forget(signals.remnants)
            await files.times(count)
    assert files.begun[1] == files.over[0]


async def test_a_rest_has_an_end(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    files = Rewritten(database, monkeypatch, takes=retention.LONGEST_REST)
    signals = Signals()
    async with running(RetentionJob(database, Retention(), signals)):
        await files.forget(signals.remnants)
        await files.times(1)
        await files.forget(signals.remnants)
        assert await files.time.asleep() == retention.LONGEST_REST


async def test_what_is_forgotten_during_the_rest_is_written_anew_once(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = Rewritten(database, monkeypatch, takes=retention.A_LONG_WHILE * 2)
    signals = Signals()
    async with running(RetentionJob(database, Retention(), signals)):
        await files.forget(signals.remnants)
        await files.times(1)
        for _ in range(14):
            await files.forget(signals.remnants)
        files.time.passes(await files.time.asleep())
        await files.times(2)
        while await _remnants(database):  # noqa: ASYNC110 (a table tells nobody)
            await asyncio.sleep(0.01)
    assert len(files.over) == 2


async def _remnants(database: Database) -> int:
    async with database.transaction() as tx:
        return int(str(await tx.value("SELECT COUNT(*) FROM remnants")))


# -- answers before the next news ----------------------------------------------------------------


@pytest.fixture
async def bot(database: Database) -> AsyncIterator[Delivery]:
    made = Delivery(database)
    await made.found(ROOM, "Payments", ana=Role.ORGANIZER)
    yield made
    await made.close()


async def _stuck(bot: Delivery) -> None:
    """Forty answers wait for a homeserver that takes none."""
    bot.line.open.clear()
    await start_outbox(bot.outbox)
    for number in range(40):
        await bot.answer("@ana", f"answer {number}")
    await bot.at_the_door(1)


async def test_news_are_asked_for_however_many_answers_do_not_get_out(
    bot: Delivery, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "QUIET_EACH", 60.0)
    await _stuck(bot)
    with pytest.raises(TimeoutError):
        monkeypatch.setattr(outbox, "LONGEST_QUIET", 60.0)
        await asyncio.wait_for(bot.outbox.quiet(), 0.1)
    monkeypatch.setattr(outbox, "LONGEST_QUIET", 0.05)
    await asyncio.wait_for(bot.outbox.quiet(), 20)
    assert bot.outbox.waiting == 40


async def test_with_nothing_on_its_way_nobody_waits(bot: Delivery) -> None:
    await start_outbox(bot.outbox)
    await asyncio.wait_for(bot.outbox.quiet(), 20)


def test_the_bound_is_what_others_may_wait() -> None:
    assert outbox.LONGEST_QUIET <= 0.5
