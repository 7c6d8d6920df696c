"""A flood of files against the bot, limited in memory by a control group of the kernel.

Where no group can be made, the memory of the bot and of its children is looked at twenty times a
second instead, and that is said. Where there is one, the kernel knows the most there ever was, and it is
looked at now and then.
"""

import asyncio
import json
import os
import signal
import statistics
import sys
import tempfile
from asyncio.subprocess import PIPE, Process
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import psutil

from tests.support.control_group import ControlGroup
from tests.support.file_house import MediaServer
from tests.support.many_files import HONEST, KINDS, files

ROOT: Final = Path(__file__).resolve().parents[2]
MEMORY: Final = 300_000_000
"""Bytes for the bot and whatever it starts."""
SENDERS: Final = ("@lea", "@kim")
SHOWN_EVERY: Final = 500
"""So many files it says how far it is, for whoever watches for an hour."""


@dataclass(slots=True)
class Flood:
    """Results of a flood."""

    files: int = 0
    lists: int = 0
    checked: int = 0
    """Lists that were checked as well."""
    unanswered: int = 0
    """Files about which nothing was said, as the bot ended meanwhile."""
    restarts: int = 0
    resident: int = 0
    """Bytes of the bot and its children at most, as looked at."""
    base: int = 0
    """The same before the first file."""
    peak: int | None = None
    """Bytes in the control group at most; None where there is none."""
    killed: int = 0
    """Processes that the kernel ended in that group; of those that read files, if the bot never was."""
    replies: list[float] = field(default_factory=list)
    """Seconds of somebody else's commands meanwhile."""
    loads: list[float] = field(default_factory=list)
    """How busy the whole machine was in the minute before each answer."""
    kinds: Counter[str] = field(default_factory=Counter)
    """Files of each kind in which a list was found."""
    refused: Counter[str] = field(default_factory=Counter)
    """Files of each kind about which something else was said."""
    odd: dict[str, set[str]] = field(default_factory=dict)
    """What was said of each kind."""

    @property
    def p99(self) -> float:
        """The 99th percentile of waiting, in milliseconds."""
        return statistics.quantiles(self.replies, n=100)[98] * 1000

    @property
    def wrongly_refused(self) -> int:
        """Files as people send them in which no list was found."""
        return sum(self.refused[kind.__name__] for kind in KINDS[:HONEST])

    def answered(self, kind: str, *, found: bool, said: str) -> None:
        """Count an answer: whether a list was found in a file, and what was said about it."""
        self.files += 1
        self.lists += found
        self.kinds[kind] += found
        self.unanswered += not said
        self.refused[kind] += bool(said) and not found
        self.loads.append(os.getloadavg()[0])
        if not found:
            self.odd.setdefault(kind, set()).add(said)
        if self.files % SHOWN_EVERY == 0:
            sys.stderr.write(f"{self.files} files, {self.lists} lists, {self.restarts} restarts\n")


class Run:
    """One flood, with the bot's process."""

    def __init__(self, folder: Path, media: MediaServer, group: ControlGroup, flood: Flood) -> None:
        self._folder, self._media, self._group, self.flood = folder, media, group, flood
        self._child: Process | None = None
        self._answers: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._told: dict[int, bytes] = {}
        self._ready = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Start the bot, in the group from its first page on."""
        self._ready.clear()
        group = self._group

        def join() -> None:
            group.take(os.getpid())

        self._child = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "tests.support.files_bot", str(self._folder), self._media.url),
            stdin=PIPE,
            stdout=PIPE,
            cwd=ROOT,
            limit=1 << 24,
            preexec_fn=join,
            # As a service has: processor time of its own, beside that of whoever sends.
            start_new_session=True,
        )
        self._tasks = [asyncio.create_task(self._hear()), asyncio.create_task(self._watch())]
        await self._ready.wait()
        self.flood.base = self.flood.base or self.flood.resident

    async def _hear(self) -> None:
        child = self._child
        assert child is not None
        assert child.stdout is not None
        while line := await child.stdout.readline():
            told = json.loads(line)
            if "ready" in told:
                self._look()
                self._ready.set()
            elif "times" in told:
                self.flood.replies += told["times"]
            else:
                self._answers.pop(told["number"]).set_result(told)
        if await child.wait() != 0:
            # What a supervisor does; what it was told and had not answered waits in its tables.
            self.flood.restarts += 1
            for future in self._answers.values():
                future.set_result({"list": False, "checked": False, "said": ""})
            self._answers.clear()
            sys.stderr.write(f"the bot ended after {self.flood.files} files\n")

    async def _watch(self) -> None:
        while self._child is not None and self._child.returncode is None:
            self._look()
            await asyncio.sleep(0.05 if not self._group.made else 1)

    def _look(self) -> None:
        assert self._child is not None
        total = 0
        with suppress(psutil.Error):
            whole = psutil.Process(self._child.pid)
            total, ours = whole.memory_info().rss, whole.cmdline()
            for each in whole.children(recursive=True):
                with suppress(psutil.Error):
                    # Until a child is what it shall become, its memory is its parent's.
                    total += each.memory_info().rss if each.cmdline() != ours else 0
        self.flood.resident = max(self.flood.resident, total)

    async def send(self, number: int, who: str, kind: str, name: str, content: bytes) -> None:
        """Send one file and wait for its answer."""
        if self._child is None or self._child.returncode is not None:
            await self.start()
        assert self._child is not None
        assert self._child.stdin is not None
        file = self._media.put(content)
        future = asyncio.get_running_loop().create_future()
        self._answers[number] = future
        told = {"number": number, "who": who, "name": name, "file": file}
        self._child.stdin.write(json.dumps(told).encode() + b"\n")
        answer = await future
        self._media.files[file["url"].rpartition("/")[2]] = b""
        self.flood.checked += answer["checked"]
        self.flood.answered(kind, found=answer["list"], said=answer["said"])

    async def close(self) -> None:
        """Let it end by itself."""
        if self._child is not None and self._child.stdin is not None:
            self._child.stdin.close()
            await self._child.wait()
        await asyncio.gather(*self._tasks)


async def flood(count: int, *, large_every: int, seed: int = 1) -> Flood:
    """Send so many files, two people at a time, each as soon as the one before is answered.

    SIGTERM ends it early, with what was found until then.
    """
    found, group, stopped = Flood(), ControlGroup(MEMORY), asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, stopped.set)
    try:
        with tempfile.TemporaryDirectory(prefix="s-") as scratch:
            async with MediaServer().running() as media:
                run = Run(Path(scratch), media, group, found)
                await run.start()
                made = enumerate(files(count, seed, large_every), start=1)

                async def sender(who: str) -> None:
                    for number, (kind, (name, content)) in made:
                        if stopped.is_set():
                            return
                        await run.send(number, who, kind, name, content)

                await asyncio.gather(*map(sender, SENDERS))
                await run.close()
        found.peak, found.killed = group.peak, group.killed
    finally:
        loop.remove_signal_handler(signal.SIGTERM)
        group.close()
    return found


if __name__ == "__main__":
    told = asyncio.run(flood(int(sys.argv[1]), large_every=int(sys.argv[2])))
    sys.stdout.write(
        f"files {told.files} lists {told.lists} restarts {told.restarts} "
        f"unanswered {told.unanswered} base "
        f"{told.base / 1e6:.0f} MB resident {told.resident / 1e6:.0f} MB peak "
        f"{(told.peak or 0) / 1e6:.0f} MB p99 {told.p99:.0f} ms of {len(told.replies)}\n"
    )
    for kind, said in sorted(told.odd.items()):
        sys.stdout.write(f"{kind}: {sorted(said)[:4]}\n")
