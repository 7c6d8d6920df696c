"""Figures for a monitoring system, as a text file of Prometheus: numbers, no names, rooms or ids.

No figure counts votes in secret polls or shows the size of their files.
"""

import asyncio
import os
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from bot import logs

EVERY: Final = 60.0
"""Seconds between two writings."""
READABLE: Final = 0o644
"""The exporter runs as another user; what it reads is numbers."""
FILES: Final = ("app.db", "app.db-wal", "nio.db", "nio.db-wal")
"""Whose sizes are told. Not those of ballots, which grow when somebody votes."""

log = logs.get("bot.figures")


@dataclass(frozen=True, slots=True)
class Reading:
    """How things stand at one moment. Counts are since the start, except where said."""

    version: str
    ready: bool
    heard_seconds: float | None
    """Since the last good answer of sync."""
    rooms: int
    queue: int
    syncs: int
    answered: int
    dead_letters: int
    disk_free: int
    disk_low: bool
    clock_steps: int
    refused: Mapping[str, int] = field(default_factory=dict)
    """By reason, since `init`."""
    expired: Mapping[str, int] = field(default_factory=dict)
    sizes: Mapping[str, int] = field(default_factory=dict)


def sizes_in(directory: Path) -> dict[str, int]:
    """Bytes of the files whose growth is worth watching."""
    found = {}
    for name in FILES:
        try:
            found[name] = directory.joinpath(name).stat().st_size
        except FileNotFoundError:
            continue
    return found


class _Told(Collector):
    """One reading in the words of Prometheus."""

    def __init__(self, reading: Reading) -> None:
        self._now = reading

    def collect(self) -> Iterator[Metric]:
        now = self._now
        about = GaugeMetricFamily("steward_info", "The running version.", labels=["version"])
        about.add_metric([now.version], 1)
        yield about
        for name, words, value in (
            ("ready", "1 once the first answer of the homeserver was taken.", now.ready),
            ("rooms", "Rooms it is in.", now.rooms),
            ("queue", "Messages waiting to be sent.", now.queue),
            ("dead_letters", "What could not be handled or delivered.", now.dead_letters),
            ("disk_free_bytes", "Room on the disk of the data directory.", now.disk_free),
            ("disk_low", "1 while nothing new is taken for want of room.", now.disk_low),
        ):
            yield GaugeMetricFamily(f"steward_{name}", words, value)
        if now.heard_seconds is not None:
            words = "Age of the last good answer of the homeserver."
            yield GaugeMetricFamily("steward_last_sync_seconds", words, now.heard_seconds)
        for name, words, value in (
            ("syncs", "Answers of sync that were taken whole.", now.syncs),
            ("answered", "Commands that were answered.", now.answered),
            ("clock_steps", "Times the machine's clock was set.", now.clock_steps),
        ):
            yield CounterMetricFamily(f"steward_{name}", words, value)
        yield _by("refused", "Messages not acted upon, since init.", "reason", now.refused)
        yield _by("expired", "Records deleted by retention.", "kind", now.expired)
        sizes = GaugeMetricFamily("steward_file_bytes", "Sizes of files.", labels=["file"])
        for name, size in now.sizes.items():
            sizes.add_metric([name], size)
        yield sizes


def _by(name: str, words: str, label: str, counts: Mapping[str, int]) -> CounterMetricFamily:
    family = CounterMetricFamily(f"steward_{name}", words, labels=[label])
    for value, count in counts.items():
        family.add_metric([value], count)
    return family


def text(reading: Reading) -> bytes:
    """A reading in the text format, with this process's memory, CPU time and open files."""
    registry = CollectorRegistry()
    registry.register(_Told(reading))
    ProcessCollector(registry=registry)
    return generate_latest(registry)


def write(path: Path, reading: Reading) -> None:
    """Replace the file in one step: whoever reads it sees the old figures or the new."""
    # Not ending in .prom: the exporter would take it for a second file of figures.
    unfinished = path.with_name(f".{path.name}.new")
    unfinished.write_bytes(text(reading))
    unfinished.chmod(READABLE)
    unfinished.replace(path)


class Figures:
    """Writes the file once a minute, and takes it away at the end: old figures mislead."""

    def __init__(
        self, path: Path | None, read: Callable[[], Awaitable[Reading]], *, every: float = EVERY
    ) -> None:
        self._path = path
        self._read = read
        self._every = every
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        if self._path is not None:
            self._task = asyncio.create_task(self._keep_writing(self._path), name="figures")

    async def close(self) -> None:
        if self._task is None or self._path is None:
            return
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        try:
            os.unlink(self._path)  # noqa: PTH108
        except OSError:
            return

    async def _keep_writing(self, path: Path) -> None:
        while True:
            try:
                write(path, await self._read())
            except Exception as error:  # noqa: BLE001 (figures are never worth the bot)
                log.failure("figures", error)
            await asyncio.sleep(self._every)
