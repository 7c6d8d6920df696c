"""A log that a crash left: cut short is normal, damaged must be noticed.

The log comes from a real process that is really killed.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from storage.core import inspection
from storage.core.database import DamagedFile, Database

KEY = bytes(range(32))
FRAME = 24 + 4096
HEADER = 32
COMMITS = 4

WRITER = """
import asyncio, sys
from pathlib import Path
from storage.core.database import Database

async def main(folder):
    db = await Database.open(folder / "app.db", bytes(range(32)), migrations=folder / "migrations")
    for number in range(int(sys.argv[2])):
        async with db.transaction() as tx:
            await tx.execute("INSERT INTO note VALUES (?)", (f"{number} " * 900,))
        print(number, flush=True)
    await asyncio.sleep(60)

asyncio.run(main(Path(sys.argv[1])))
"""


def write_and_die(folder: Path, commits: int) -> None:
    """Let a process commit and acknowledge so many notes, then kill it without warning."""
    with subprocess.Popen(  # noqa: S603 -- our own interpreter
        [sys.executable, "-c", WRITER, str(folder), str(commits)],
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        try:
            for number in range(commits):
                assert process.stdout.readline().strip() == str(number)
        finally:
            process.send_signal(signal.SIGKILL)


@pytest.fixture(scope="module")
def crashed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("crashed")
    (folder / "migrations").mkdir()
    (folder / "migrations" / "0001_notes.sql").write_text("CREATE TABLE note (text TEXT);\n")
    write_and_die(folder, COMMITS)
    return folder


@pytest.fixture
def folder(crashed: Path, tmp_path: Path) -> Path:
    return shutil.copytree(crashed, tmp_path / "copy")


async def count(folder: Path) -> object:
    db = await Database.open(folder / "app.db", KEY, migrations=folder / "migrations")
    try:
        async with db.transaction() as tx:
            return await tx.value("SELECT count(*) FROM note")
    finally:
        await db.close()


def log_of(folder: Path) -> Path:
    return inspection.log_of(folder / "app.db")


def flip(file: Path, position: int) -> None:
    content = bytearray(file.read_bytes())
    content[position] ^= 0x01
    file.write_bytes(content)


def last_transaction(log: bytes) -> int:
    """Where the frames of the last commit begin."""
    ends = [
        at + FRAME
        for at in range(HEADER, len(log), FRAME)
        if int.from_bytes(log[at + 4 : at + 8]) > 0
    ]
    return ends[-2]


def pretend_power_cut(log: Path) -> None:
    """Date the log before this machine's last start."""
    before = time.time() - time.clock_gettime(time.CLOCK_BOOTTIME) - 3600
    os.utime(log, (before, before))


async def test_everything_acknowledged_survives_a_kill(folder: Path) -> None:
    assert log_of(folder).stat().st_size > HEADER, "the control: there is a log to recover"
    assert await count(folder) == COMMITS


async def test_any_flipped_byte_in_the_log_is_noticed(folder: Path, tmp_path: Path) -> None:
    log = log_of(folder).read_bytes()
    frames = range(HEADER, len(log), FRAME)
    headers = {at + offset for at in frames for offset in range(24)}
    ends = {at + offset for at in frames for offset in (24, 24 + 4015, 24 + 4032, FRAME - 1)}
    for position in sorted(set(range(HEADER)) | headers | ends | set(range(0, len(log), 211))):
        flip(log_of(folder), position)
        with pytest.raises(DamagedFile):
            inspection.check_log(folder / "app.db")
        log_of(folder).write_bytes(log)


async def test_a_damaged_log_keeps_the_database_shut_and_the_files_as_they_are(
    folder: Path,
) -> None:
    flip(log_of(folder), HEADER + 100)
    before = {p.name: p.read_bytes() for p in folder.glob("app.db*") if p.suffix != ".db-shm"}
    with pytest.raises(DamagedFile, match="later changes cannot be read"):
        await count(folder)
    after = {p.name: p.read_bytes() for p in folder.glob("app.db*") if p.suffix != ".db-shm"}
    assert after == before


@pytest.mark.parametrize("left", [1, 24, 25, 3000, FRAME - 1])
async def test_a_commit_that_was_cut_short_is_dropped_and_the_rest_kept(
    folder: Path, left: int
) -> None:
    """Killed while writing: the last frame is not all there, and nobody was told it was."""
    log = log_of(folder)
    os.truncate(log, last_transaction(log.read_bytes()) + left)
    assert await count(folder) == COMMITS - 1


async def test_a_power_cut_may_spoil_the_last_transaction_only(folder: Path) -> None:
    log = log_of(folder)
    flip(log, last_transaction(log.read_bytes()) + 200)
    pretend_power_cut(log)
    assert await count(folder) == COMMITS - 1


async def test_a_power_cut_explains_nothing_before_that(folder: Path) -> None:
    log = log_of(folder)
    flip(log, last_transaction(log.read_bytes()) - 200)
    pretend_power_cut(log)
    with pytest.raises(DamagedFile):
        await count(folder)


async def test_a_log_that_started_over_is_read_from_its_present_round(folder: Path) -> None:
    """Past 1,000 pages SQLite begins at the top again; what lies behind is not damage."""
    for file in folder.glob("app.db*"):
        file.unlink()
    write_and_die(folder, 600)
    rounds = int.from_bytes(log_of(folder).read_bytes()[12:16])
    assert rounds > 0, "the control: the log did start over"
    assert await count(folder) == 600


async def test_pages_of_an_earlier_round_behind_the_present_one_are_no_damage(
    folder: Path,
) -> None:
    """What a kill leaves between starting over and the first commit of the new round."""
    log = log_of(folder)
    old = bytearray(log.read_bytes()[HEADER : HEADER + FRAME])
    old[8:16] = bytes(byte ^ 0xFF for byte in old[8:16])
    log.write_bytes(log.read_bytes() + old)
    assert await count(folder) == COMMITS
