"""Left aside, told, counted, sent again: what an operator relies on, over a real database."""

import asyncio
import os
import stat
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.cli.dead_letters import listed
from bot.config.limits import Limits
from bot.delivery.dead_letters import DeadLetters
from bot.health import disk as space
from bot.health.disk import DiskGuard
from bot.health.metrics import MetricsReading
from bot.health.metrics_file import MetricsFile, write
from bot.incoming.admission import Admission
from bot.incoming.rate_limit import RateLimiter
from bot.matrix.guard import Message
from bot.process.data_directory import DataDirectory
from storage.chat.committees import Committees
from storage.chat.outbox import OutboxTable, Outgoing
from storage.chat.said_once import SaidOnce
from storage.core.database import Database
from storage.core.model import CommitteeId, RoomId
from storage.privacy.erasure import Erasure
from tests.support.collected import Collected
from tests.support.running import start, stop
from tests.unit.test_intake import ANA, COMMITTEE, Workplace

BEN = "@ben:committee.test"
NUMBER_OF_ROWS = 4


@pytest.fixture
async def work(tmp_path: Path) -> AsyncIterator[Workplace]:
    directory = tmp_path / "data"
    directory.mkdir(mode=0o700)
    database = await Database.open(directory / "app.db", bytes(32))
    async with database.transaction() as tx:
        await Committees(tx).add(RoomId(COMMITTEE), "Payments", "Europe/Madrid", datetime.now(UTC))
    work = Workplace(database)
    yield work
    await work.client.close()
    await database.close()


@pytest.fixture
def minute(monkeypatch: pytest.MonkeyPatch) -> int:
    """A moment at which a minute has just begun, so that no flood lies over the end of one."""
    now = int(datetime(2026, 11, 23, 9, 0, 5, tzinfo=UTC).timestamp() * 1000)
    monkeypatch.setattr("bot.incoming.admission.unix_ms", lambda: now)
    return now


def from_ben(work: Workplace, body: str) -> Message:
    message = work.message(body, COMMITTEE)
    return Message(message.event_id, COMMITTEE, BEN, "PHONE", body, "ben's", message.index)


async def refused(work: Workplace) -> dict[str, int]:
    async with work.database.transaction() as tx:
        return await SaidOnce(tx).counts()


TIGHT = Limits(person_burst=30, person_per_minute=20, room_per_minute=60)


# -- floods ------------------------------------------------------------------------------------


async def test_a_flood_is_answered_in_part_told_once_and_never_taken_up_again(
    work: Workplace, minute: int
) -> None:
    work.put_together(admission=Admission(RateLimiter(TIGHT, work.state.pulse), None))
    flood = [work.message("!tz Europe/Madrid", COMMITTEE) for _ in range(100)]
    for message in flood[:50]:
        await work.take(message)
    await work.take(from_ben(work, "!tz Africa/Lagos"))
    for message in flood[50:]:
        await work.take(message)
    answers = await work.queued()
    told = [text for text in answers if "a lot at once" in text]
    assert len(answers) == 30 + 1 + 1
    assert "before 10:01" in told[0]
    assert told[0].startswith("@ana,")
    assert sum("Lagos" in text for text in answers) == 1
    assert await refused(work) == {"too_fast": 70}
    assert work.state.pulse.answered == 31
    # Delivered again after a restart, with a fresh memory: each was handled.
    work.put_together(admission=Admission(RateLimiter(TIGHT, work.state.pulse), None))
    for message in flood:
        await work.take(message)
    assert len(await work.queued()) == len(answers)


async def test_without_limits_all_of_it_is_answered(work: Workplace, minute: int) -> None:
    """The control."""
    for _ in range(100):
        await work.take(work.message("!tz Europe/Madrid", COMMITTEE))
    assert len(await work.queued()) == 100


# -- a full disk -------------------------------------------------------------------------------


class SmallDisk(DiskGuard):
    """So much room as a test says."""

    def __init__(self, directory: DataDirectory) -> None:
        super().__init__(directory)
        self.room = 1 << 40

    def _look(self) -> None:
        really = os.statvfs
        os.statvfs = lambda _: os.statvfs_result(  # type: ignore[assignment]
            (4096, 4096, 1 << 28, self.room >> 12, self.room >> 12, 1, 1, 1, 0, 255)
        )
        try:
            super()._look()
        finally:
            os.statvfs = really


async def test_on_a_full_disk_nothing_new_is_taken_and_forgetting_goes_on(
    work: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(space, "LOOK_EVERY", 0.0)
    room = work.places.rooms[COMMITTEE]
    room.apply({
        "type": "m.room.power_levels", "state_key": "", "sender": ANA,
        "content": {"users": {ANA: 100}},
    })  # fmt: skip
    disk = SmallDisk(DataDirectory(work.database.path.parent))
    work.put_together(admission=Admission(None, disk))
    await work.take(work.message('!contact add "Uma Thorne"'))
    disk.room = space.LOW - 4096
    await work.take(work.message('!contact add "Sam Okafor"'))
    assert "disk of my machine is full" in (await work.queued())[-1]
    assert await work.count("contacts") == 1
    assert await refused(work) == {"disk_full": 1}
    await work.take(work.message("!forget M-1"))
    await work.take(work.message("!forget M-1 --yes"))
    assert await work.count("contacts") == 0
    # Room again, but not by a hair: it would begin to flicker.
    disk.room = space.LOW + 4096
    await work.take(work.message('!contact add "Sam Okafor"'))
    assert await work.count("contacts") == 0
    disk.room = space.ENOUGH
    await work.take(work.message('!contact add "Sam Okafor"'))
    assert await work.count("contacts") == 1


# -- dead letters ------------------------------------------------------------------------------


async def bury_three(work: Workplace) -> None:
    async with work.database.transaction() as tx:
        table = OutboxTable(tx)
        for number in range(3):
            content = Outgoing({"body": "Sam Okafor said no", "msgtype": "m.text"})
            parcel = await table.put(f"txn-{number}", content, 1, "DEVICE", room=COMMITTEE)
            assert parcel is not None
            await table.bury(parcel.id, "refused_403", 1_790_000_000_000 + number)
        await SaidOnce(tx).bury("command", "E-7K2Q", 1_790_000_100_000)


async def test_dead_letters_are_listed_without_content_sent_again_or_dropped(
    work: Workplace,
) -> None:
    await bury_three(work)
    sent = Collected()
    letters = DeadLetters(work.database, sent)
    answer = await letters.answer({"do": "list", "letter": None})
    shown = "\n".join(listed(answer))
    assert shown.count("\n") == NUMBER_OF_ROWS
    assert "refused_403), can be sent again" in shown
    assert "E-7K2Q), not kept" in shown
    for secret in ("Sam", "Okafor", COMMITTEE, "txn-"):
        assert secret not in shown + str(answer)
    assert await letters.answer({"do": "retry", "letter": 1}) == {"queued": 1}
    assert await letters.answer({"do": "retry", "letter": 1}) == {"queued": 0}
    assert await letters.answer({"do": "retry", "letter": 4}) == {"queued": 0}
    assert await letters.answer({"do": "drop", "letter": 2}) == {"dropped": 1}
    assert await letters.answer({"do": "retry", "letter": None}) == {"queued": 1}
    assert [each.transaction_id for each in sent.parcels] == ["txn-0", "txn-2"]
    assert await letters.answer({"do": "drop", "letter": None}) == {"dropped": 1}
    assert (await letters.answer({"do": "list", "letter": None}))["letters"] == []
    assert "everything was handled" in "\n".join(listed({"letters": []}))
    assert await work.count("parked") == 0
    assert "error" in await letters.answer({"do": "read", "letter": 1})


async def test_whoever_is_removed_stands_in_no_undeliverable_message(work: Workplace) -> None:
    await bury_three(work)
    assert await work.count("parked") == 3
    async with work.database.transaction() as tx:
        await Erasure(tx, CommitteeId(1)).erase((1,), datetime.now(UTC))
    assert await work.count("parked") == 0
    assert await work.count("dead_letters") == NUMBER_OF_ROWS


async def test_everybody_sees_how_many_there_are(work: Workplace) -> None:
    await work.take(work.message("!status"))
    assert "could not be handled" not in (await work.queued())[-1]
    await bury_three(work)
    await work.take(work.message("!status"))
    assert "4 messages could not be handled or delivered" in (await work.queued())[-1]


# -- figures -----------------------------------------------------------------------------------

READING = MetricsReading(
    version="0.1.0", ready=True, heard_seconds=1.5, rooms=3, queue=2, syncs=7, answered=5,
    dead_letters=1, disk_free=1 << 30, disk_low=False, clock_steps=0,
    refused={"edit": 4}, expired={"handled": 9}, sizes={"app.db": 4096},
)  # fmt: skip


def test_figures_are_numbers_that_others_may_read(tmp_path: Path) -> None:
    path = tmp_path / "steward.prom"
    umask = os.umask(0o077)
    try:
        write(path, READING)
    finally:
        os.umask(umask)
    text = path.read_text()
    for row in (
        "steward_ready 1.0",
        "steward_answered_total 5.0",
        'steward_refused_total{reason="edit"} 4.0',
        'steward_expired_total{kind="handled"} 9.0',
        'steward_file_bytes{file="app.db"} 1.6777216e+07',
        "steward_dead_letters 1.0",
        "steward_process_resident_memory_bytes ",
    ):
        assert row in text
    # A name that the node exporter has itself would be dropped by it.
    names = {row.split()[0].partition("{")[0] for row in text.splitlines() if row[:1] != "#"}
    assert {name for name in names if not name.startswith("steward_")} == set()
    assert stat.S_IMODE(path.stat().st_mode) == 0o644
    assert [each.name for each in tmp_path.iterdir()] == ["steward.prom"]
    # Ids begin with one of these; ours have none in them.
    assert not set("@!$") & set(text)


def test_no_figure_moves_with_a_single_message(tmp_path: Path) -> None:
    """What a vote changes in a reading changes nothing that is written."""
    path, moved = tmp_path / "steward.prom", replace(
        READING, heard_seconds=29.0, queue=3, disk_free=READING.disk_free - 300_000,
        sizes={"app.db": 40_960},
    )  # fmt: skip
    before = replace(READING, disk_free=(1 << 30) + (1 << 20))
    written = []
    for reading in (before, replace(moved, disk_free=before.disk_free - 300_000)):
        write(path, reading)
        written.append([row for row in path.read_text().splitlines() if "process_" not in row])
    assert written[0] == written[1]
    # The control: trouble shows.
    write(path, replace(READING, heard_seconds=700.0, queue=25, dead_letters=2))
    assert "steward_last_sync_seconds 660.0" in path.read_text()
    assert "steward_queue 20.0" in path.read_text()
    assert "steward_dead_letters 2.0" in path.read_text()


async def test_figures_end_with_the_bot_and_never_end_it(tmp_path: Path) -> None:
    readings = iter([READING])

    async def read() -> MetricsReading:
        return next(readings)

    path = tmp_path / "steward.prom"
    figures = MetricsFile(path, read, every=0.0)
    writing = start(figures)
    while not path.exists():  # noqa: ASYNC110 (a file tells nobody)
        await asyncio.sleep(0.01)
    await asyncio.sleep(0.01)
    assert not writing.done()
    await stop(figures)
    assert not path.exists()
