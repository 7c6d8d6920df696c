"""What was sent is off the table: together, never with somebody else's message, and before the bot ends."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.delivery import sent_messages
from bot.delivery.sent_messages import SentMessages
from bot.process import retry
from storage.chat.outbox import OutboxTable, Outgoing, Parcel
from storage.core.database import Database
from storage.core.driver import Error


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = await Database.open(tmp_path / "app.db", bytes(32))
    yield database
    await database.close()


async def put(database: Database, name: str) -> Parcel:
    async with database.transaction() as tx:
        parcel = await OutboxTable(tx).put(name, Outgoing({"body": name}), 0, "OURS", room="!a")
    assert parcel is not None
    return parcel


async def left(database: Database) -> list[str]:
    async with database.transaction() as tx:
        return [parcel.transaction_id for parcel in await OutboxTable(tx).waiting()]


async def test_a_message_that_somebody_else_took_off_takes_none_with_it(database: Database) -> None:
    """No number is given twice, or the next message would be lost."""
    sent = SentMessages(database)
    first = await put(database, "first")
    sent.note(first)
    async with database.transaction() as tx:
        await OutboxTable(tx).done(first.id)
    await put(database, "second")
    await sent.finish()
    assert await left(database) == ["second"]


async def test_all_that_was_sent_goes_in_one_commit_with_what_is_written_anyway(
    database: Database,
) -> None:
    sent = SentMessages(database)
    for number in range(20):
        sent.note(await put(database, str(number)))
    kept = await put(database, "not sent")
    with pytest.raises(ZeroDivisionError):
        async with database.transaction() as tx:
            await sent.write(tx)
            raise ZeroDivisionError
    assert len(await left(database)) == 21, "rolled back"
    async with database.transaction() as tx:
        await sent.write(tx)
    assert await left(database) == [kept.transaction_id]
    async with database.transaction() as tx:
        await sent.write(tx)
        assert tx.effects == 0, "nothing is left to be written"


async def test_what_was_noted_while_others_were_written_is_written_after_them(
    database: Database,
) -> None:
    sent = SentMessages(database)
    sent.note(await put(database, "first"))
    late = await put(database, "late")
    async with database.transaction() as tx:
        await sent.write(tx)
        sent.note(late)
    assert await left(database) == ["late"]
    await sent.finish()
    assert await left(database) == []


async def test_without_anything_else_to_write_it_goes_soon(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sent_messages, "TOGETHER", 0.0)
    sent = SentMessages(database)
    running = asyncio.create_task(sent.run())
    for name in ("one", "two"):
        sent.note(await put(database, name))
        while await left(database):  # noqa: ASYNC110 (a table)
            await asyncio.sleep(0.001)
    running.cancel()
    await asyncio.wait({running})
    assert running.cancelled()


async def test_what_a_full_disk_keeps_on_the_table_goes_once_there_is_room(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It ends no bot: the homeserver has it, and whoever types is told of the disk."""
    sent, finish, refused = SentMessages(database), SentMessages._finish, asyncio.Event()

    async def full(self: SentMessages) -> None:
        if not refused.is_set():
            refused.set()
            raise Error("database or disk is full")
        await finish(self)

    monkeypatch.setattr(SentMessages, "_finish", full)
    monkeypatch.setattr(retry, "AGAIN", 0.01)
    running = asyncio.create_task(sent.run())
    sent.note(await put(database, "first"))
    await asyncio.wait_for(refused.wait(), 5)
    async with asyncio.timeout(5):
        while await left(database):  # noqa: ASYNC110 (it tells nobody)
            await asyncio.sleep(0.01)
    assert not running.done()
    running.cancel()


async def test_a_disk_that_stays_full_is_tried_ever_more_seldom(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each failure is a line of the log, which may lie on that disk."""
    sent, tried, pauses = SentMessages(database), asyncio.Event(), list[float]()
    sleep = asyncio.sleep

    async def full(_self: SentMessages) -> None:
        raise Error("database or disk is full")

    async def slept(seconds: float) -> None:
        if seconds >= 1:
            pauses.append(seconds)
        if len(pauses) == 8:
            tried.set()
        await sleep(0)

    monkeypatch.setattr(SentMessages, "_finish", full)
    monkeypatch.setattr(asyncio, "sleep", slept)
    sent.note(await put(database, "first"))
    running = asyncio.create_task(sent.run())
    await asyncio.wait_for(tried.wait(), 5)
    running.cancel()
    await asyncio.wait({running})
    assert pauses[:8] == [1, 2, 4, 8, 16, 32, 60, 60]


async def test_what_was_written_meanwhile_does_not_hurry_what_was_sent_later(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each waits for its own moment: with commands one after the other no COMMIT is for this alone."""
    monkeypatch.setattr(sent_messages, "TOGETHER", 0.4)
    sent, finished = SentMessages(database), asyncio.Event()

    async def finish() -> None:
        finished.set()
        sent._written(tuple(sent._sent))

    monkeypatch.setattr(sent, "finish", finish)
    running = asyncio.create_task(sent.run())
    begun = asyncio.get_running_loop().time()
    while asyncio.get_running_loop().time() - begun < 0.6:
        sent.note(await put(database, str(asyncio.get_running_loop().time())))
        await asyncio.sleep(0.01)
        async with database.transaction() as tx:
            await sent.write(tx)
    # A machine that stood still for so long would have been right to write.
    assert not finished.is_set()
    sent.note(await put(database, "the last"))
    await asyncio.wait_for(finished.wait(), 5)
    running.cancel()


async def test_nobody_is_woken_for_what_a_checkpoint_has_written(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sent_messages, "TOGETHER", 0.1)
    sent, looked = SentMessages(database), list[float]()
    left_of = SentMessages._left

    def noticed(self: SentMessages) -> float:
        looked.append(left_of(self))
        return looked[-1]

    running = asyncio.create_task(sent.run())
    sent.note(await put(database, "first"))
    async with database.transaction() as tx:
        await sent.write(tx)
    monkeypatch.setattr(SentMessages, "_left", noticed)
    await asyncio.sleep(0.15)
    assert looked == []
    sent.note(await put(database, "second"))
    while await left(database):  # noqa: ASYNC110 (a table)
        await asyncio.sleep(0.001)
    running.cancel()
