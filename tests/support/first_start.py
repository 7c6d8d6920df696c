"""A program that does a step of an upgrade in children that kill themselves at the N-th step of it.

Each line of standard input is a JSON list: what to do, config.toml, N (0: never). What is done is ``start``
(all that ``steward run`` does before it asks the homeserver for the first time: the directory, the keys, every
file, what was left, the keys of open polls) or the words of a command, as ``steward`` is told them. A step
is whatever changes files: opened to be written, renamed, removed, cut, flushed; and the end of a transaction.

Says a line for each: how the child ended, as os.waitstatus_to_exitcode() tells it, and how many steps there
were.
"""

import asyncio
import json
import os
import signal
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from bot.account import opened
from bot.build import build
from bot.cli import command_line
from bot.config import load
from bot.keys import keyring, passphrase
from bot.process.data_directory import DataDirectory
from storage.core import driver

CHANGES = frozenset({"os.rename", "os.remove", "os.link", "os.truncate", "os.mkdir", "os.chmod"})


class Steps:
    """Counts what changes files, in every thread of this process, and ends the process at one of them."""

    def __init__(self, last: int) -> None:
        self.count = 0
        self._last = last

    def watch(self) -> None:
        """Count from here on."""
        flush, plainly = os.fsync, driver.open_connection

        def flushed(fd: Any) -> None:
            self._passed()
            flush(fd)

        def watched(path: Path, key: bytes | None) -> driver.Connection:
            connection = plainly(path, key)
            connection.set_trace_callback(self._said)
            return connection

        os.fsync, driver.open_connection = flushed, watched
        sys.addaudithook(self._heard)

    def _heard(self, event: str, words: tuple[Any, ...]) -> None:
        if event in CHANGES or (event == "open" and words[2] & (os.O_WRONLY | os.O_RDWR)):
            self._passed()

    def _said(self, statement: str) -> None:
        if statement.startswith("COMMIT"):
            self._passed()

    def _passed(self) -> None:
        self.count += 1
        if self.count == self._last:
            os.kill(os.getpid(), signal.SIGKILL)


async def started(config: Path) -> None:
    """Do what ``steward run`` does, up to where it would go out to the homeserver."""
    settings = load(config)
    with (
        DataDirectory.open(settings.data_dir) as directory,
        ThreadPoolExecutor(1) as thread,
    ):
        unlocked = thread.submit(keyring.unlock, directory.keyslots, passphrase.read(settings))
        async with opened(settings, directory, unlocked) as account:
            await (await build(account, settings)).restore()


def done(words: Sequence[str], config: str) -> int:
    """Do it; the exit status."""
    if list(words) == ["start"]:
        asyncio.run(started(Path(config)))
        return 0
    try:
        command_line.app([*words, "--config", config])
    except SystemExit as end:
        return int(end.code or 0)
    return 0


def in_a_child(words: Sequence[str], config: str, last: int) -> tuple[int, int]:
    """How the child ended, and its number of steps; 0 if it said none."""
    ear, mouth = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(ear)
        steps = Steps(last)
        # What a command says is for nobody here.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        steps.watch()
        status = 70
        try:
            status = done(words, config)
        finally:
            os.write(mouth, str(steps.count).encode())
            os._exit(status)
    os.close(mouth)
    with os.fdopen(ear) as said:
        count = int(said.read() or 0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), count


def main() -> None:
    """Answer one line after the other."""
    for line in sys.stdin:
        words, config, last = json.loads(line)
        sys.stdout.write(json.dumps(in_a_child(words, config, last)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
