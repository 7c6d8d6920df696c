"""What all others wait for is done seldom, and for no longer than is said."""

import asyncio
import time
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
from tests.support.running import start, start_outbox, stop


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    opened = await Database.open(tmp_path / "app.db", bytes(32))
    yield opened
    await opened.close()


# -- files are written anew ----------------------------------------------------------------------


class Rewritten:
    """A database whose files are written anew slowly; when that was done, monotonic."""

    def __init__(self, database: Database, patch: pytest.MonkeyPatch) -> None:
        self.database = database
        self.begun: list[float] = []
        self.over: list[float] = []
        patch.setattr(database, "shred", self._shred)

    async def _shred(self) -> None:
        self.begun.append(time.monotonic())
        await asyncio.sleep(0.02)
        self.over.append(time.monotonic())

    async def forget(self, by: asyncio.Event) -> None:
        """Somebody was forgotten."""
        async with self.database.transaction() as tx:
            await tx.execute("INSERT INTO remnants(at) VALUES (0)")
        by.set()

    async def times(self, count: int) -> None:
        async with asyncio.timeout(20):
            while len(self.over) < count:  # noqa: ASYNC110 (a list tells nobody when it grows)
                await asyncio.sleep(0.01)


@pytest.mark.parametrize(("hardly_noticed", "rests"), [(0.01, True), (10.0, False)])
async def test_after_files_were_written_anew_for_long_that_rests(
    database: Database, monkeypatch: pytest.MonkeyPatch, hardly_noticed: float, *, rests: bool
) -> None:
    """Whoever has people forgotten again and again does not have everybody wait again and again.

    The control: a writing that nobody notices is done each time.
    """
    monkeypatch.setattr(retention, "A_LONG_WHILE", hardly_noticed)
    monkeypatch.setattr(retention, "LONGEST_REST", 0.5)
    files = Rewritten(database, monkeypatch)
    signals = Signals()
    by = RetentionJob(database, Retention(), signals)
    start(by)
    try:
        for count in (1, 2):
            await files.forget(signals.remnants)
            await files.times(count)
    finally:
        await stop(by)
    rested = files.begun[1] - files.over[0]
    assert (rested >= 0.5) if rests else (rested < 0.5)


async def test_what_is_forgotten_during_the_rest_is_written_anew_once(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "A_LONG_WHILE", 0.01)
    monkeypatch.setattr(retention, "LONGEST_REST", 0.3)
    files = Rewritten(database, monkeypatch)
    signals = Signals()
    by = RetentionJob(database, Retention(), signals)
    start(by)
    try:
        await files.forget(signals.remnants)
        await files.times(1)
        for _ in range(14):
            await files.forget(signals.remnants)
        await files.times(2)
        async with asyncio.timeout(20):
            while await _remnants(database):  # noqa: ASYNC110 (a table tells nobody)
                await asyncio.sleep(0.01)
    finally:
        await stop(by)
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
