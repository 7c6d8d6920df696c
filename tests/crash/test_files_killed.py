"""The bot is killed while it reads a file: it reads it once more, and then leaves it alone."""

import asyncio
import json
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from bot.process import failpoints
from storage.core.database import Database
from storage.imports.uploads import Uploads
from tests.support.file_house import LIST, MediaServer, until

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
async def media() -> AsyncIterator[MediaServer]:
    async with MediaServer().running() as server:
        yield server


async def started(folder: Path, media: MediaServer, point: str = "") -> Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "tests.support.files_bot", str(folder), media.url),
        stdin=PIPE,
        stdout=PIPE,
        cwd=ROOT,
        env={"STEWARD_FAILPOINT": point, "PATH": "/usr/bin:/bin"},
    )


async def told(child: Process, key: str) -> dict[str, Any]:
    """The first thing it says with that key."""
    assert child.stdout is not None
    async with asyncio.timeout(60):
        while line := await child.stdout.readline():
            said: dict[str, Any] = json.loads(line)
            if key in said:
                return said
    raise EOFError


def send(child: Process, number: int, file: dict[str, Any], name: str = "staff.csv") -> None:
    assert child.stdin is not None
    said = {"number": number, "who": "@lea", "name": name, "file": file}
    child.stdin.write(json.dumps(said).encode() + b"\n")


@pytest.mark.parametrize("point", failpoints.READING_FILES)
async def test_a_file_that_ends_the_bot_does_so_twice_at_most(
    tmp_path: Path, media: MediaServer, point: str
) -> None:
    """Each start finds the file again; the third gives it up, with the same fault still there."""
    child = await started(tmp_path, media, point)
    await told(child, "ready")
    send(child, 1, media.put(LIST), "bad.csv")
    for _start in range(2):
        async with asyncio.timeout(60):
            assert await child.wait() == -signal.SIGKILL
        await make_due(tmp_path)
        child = await started(tmp_path, media, point)
    await told(child, "ready")
    # Whatever comes after it is read: the fault is gone, or else this one would do it as well.
    await until_gone(child, tmp_path)
    assert child.returncode is None
    child.kill()
    await child.wait()
    child = await started(tmp_path, media)
    await told(child, "ready")
    send(child, 2, media.put(LIST), "good.csv")
    answer = await told(child, "number")
    # What was said about the first one waited to be sent, and comes before.
    assert "I had to stop twice while I read that file" in answer["said"]
    assert answer["list"] is True
    assert child.stdin is not None
    child.stdin.close()
    assert await child.wait() == 0


async def make_due(folder: Path) -> None:
    """The pause until the next attempt is over."""
    database = await Database.open(folder / "app.db", bytes(32))
    async with database.transaction() as tx:
        assert await tx.execute("UPDATE uploads SET due = 0") == 1
    await database.close()


async def until_gone(child: Process, folder: Path) -> None:
    """Wait until no file is on the table, as another program sees it."""
    database = await Database.open(folder / "app.db", bytes(32))
    try:
        async with asyncio.timeout(60):
            waiting = True
            while waiting and child.returncode is None:
                async with database.transaction() as tx:
                    waiting = bool(await Uploads(tx).all())
                await asyncio.sleep(0.1)
    finally:
        await database.close()


async def test_the_process_that_reads_ends_with_the_bot(tmp_path: Path, media: MediaServer) -> None:
    """Killed by force, it leaves nobody behind who reads on."""
    child = await started(tmp_path, media)
    await told(child, "ready")
    send(child, 1, media.put(b"Name,Area\n" + b"Sam Okafor,QA\n" * 190_000))
    await until(lambda: bool(psutil.Process(child.pid).children()))
    reading = psutil.Process(child.pid).children()
    child.kill()
    await child.wait()
    _gone, alive = psutil.wait_procs(reading, timeout=60)
    assert not alive
