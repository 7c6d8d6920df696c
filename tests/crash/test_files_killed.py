"""The bot is killed while it reads a file: it reads it once more, and then leaves it alone."""

import asyncio
import json
import os
import secrets
import signal
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import psutil
import pytest

from bot.process import failpoints
from storage.core.database import Database
from storage.imports.uploads import Uploads
from tests.support.file_house import LIST, MediaServer, until
from tests.support.warm_start import WARM

PART = "tests.support.files_bot"


@pytest.fixture
async def media() -> AsyncIterator[MediaServer]:
    async with MediaServer().running() as server:
        yield server


class Child:
    """The part of the bot that reads files, in a process: see ``tests.support.files_bot``."""

    def __init__(self, folder: Path, media: MediaServer, point: str) -> None:
        pipe, output = (folder / f"{secrets.token_hex(4)}.{what}" for what in ("told", "said"))
        os.mkfifo(pipe)
        # Opened for both, so that nobody waits for the other; it ends when this end of it is closed.
        self._mouth = os.fdopen(os.open(pipe, os.O_RDWR), "wb", buffering=0)
        output.touch()
        self._ear = output.open()
        self._unread = ""
        words = [str(folder), media.url]
        self.process = WARM.part(PART, words, pipe, output, STEWARD_FAILPOINT=point)

    async def said(self, key: str) -> dict[str, Any]:
        """The first thing it says with that key. Raises EOFError if it ends before."""
        async with asyncio.timeout(60):
            while True:
                ended = self.process.poll() is not None
                self._unread += self._ear.read()
                while "\n" in self._unread:
                    line, _, self._unread = self._unread.partition("\n")
                    found: dict[str, Any] = json.loads(line)
                    if key in found:
                        return found
                if ended:
                    raise EOFError
                await asyncio.sleep(0.02)

    def send(self, number: int, file: dict[str, Any], name: str = "staff.csv") -> None:
        told = {"number": number, "who": "@lea", "name": name, "file": file}
        self._mouth.write(json.dumps(told).encode() + b"\n")

    async def wait(self) -> int:
        return await asyncio.to_thread(self.process.wait, 60)

    def hang_up(self) -> None:
        """Tell nothing any more."""
        self._mouth.close()

    def close(self) -> None:
        self.process.kill()
        self._mouth.close()
        self._ear.close()


Started = Callable[..., Child]


@pytest.fixture
def started(tmp_path: Path, media: MediaServer) -> Iterator[Started]:
    """Starts it, as often as one likes; ``point``: where it kills itself."""
    with ExitStack() as stack:

        def start(point: str = "") -> Child:
            child = Child(tmp_path, media, point)
            stack.callback(child.close)
            return child

        yield start


@pytest.mark.parametrize("point", failpoints.READING_FILES)
async def test_a_file_that_ends_the_bot_does_so_twice_at_most(
    tmp_path: Path, media: MediaServer, started: Started, point: str
) -> None:
    """Each start finds the file again; the third gives it up, with the same fault still there."""
    child = started(point)
    await child.said("ready")
    child.send(1, media.put(LIST), "bad.csv")
    for _start in range(2):
        assert await child.wait() == -signal.SIGKILL
        await make_due(tmp_path)
        child = started(point)
    await child.said("ready")
    # Whatever comes after it is read: the fault is gone, or else this one would do it as well.
    await until_gone(child, tmp_path)
    assert child.process.poll() is None
    child.process.kill()
    await child.wait()
    child = started()
    await child.said("ready")
    child.send(2, media.put(LIST), "good.csv")
    answer = await child.said("number")
    # What was said about the first one waited to be sent, and comes before.
    assert "I had to stop twice while I read that file" in answer["said"]
    assert answer["list"] is True
    child.hang_up()
    assert await child.wait() == 0


async def make_due(folder: Path) -> None:
    """The pause until the next attempt is over."""
    database = await Database.open(folder / "app.db", bytes(32))
    async with database.transaction() as tx:
        assert await tx.execute("UPDATE uploads SET due = 0") == 1
    await database.close()


async def until_gone(child: Child, folder: Path) -> None:
    """Wait until no file is on the table, as another program sees it."""
    database = await Database.open(folder / "app.db", bytes(32))
    try:
        async with asyncio.timeout(60):
            waiting = True
            while waiting and child.process.poll() is None:
                async with database.transaction() as tx:
                    waiting = bool(await Uploads(tx).all())
                await asyncio.sleep(0.1)
    finally:
        await database.close()


async def test_the_process_that_reads_ends_with_the_bot(
    media: MediaServer, started: Started
) -> None:
    """Killed by force, it leaves nobody behind who reads on."""
    child = started()
    await child.said("ready")
    child.send(1, media.put(b"Name,Area\n" + b"Sam Okafor,QA\n" * 190_000))
    await until(lambda: bool(psutil.Process(child.process.pid).children()))
    reading = psutil.Process(child.process.pid).children()
    child.process.kill()
    await child.wait()
    _gone, alive = psutil.wait_procs(reading, timeout=60)
    assert not alive
