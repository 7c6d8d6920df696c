"""Figures for a monitoring system, as a text file of Prometheus: numbers, no names, rooms or ids.

No figure may rise with votes in a secret poll. What every message moves is told in coarse steps,
always; what counts messages stands still while such a poll is open, and does not catch up later.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from math import ceil
from pathlib import Path
from typing import Final

from bot.logging import logs

EVERY: Final = 60.0
"""Seconds between two writings."""
READABLE: Final = 0o644
"""The exporter runs as another user; what it reads is numbers."""
FILES: Final = ("app.db", "app.db-wal", "nio.db", "nio.db-wal")
"""Whose sizes are told. Not those of ballots, which grow when somebody votes."""

MINUTE: Final = 60.0
MIB: Final = 1 << 20
STEP_OF_FILES: Final = 16 * MIB
STEP_OF_DISK: Final = 64 * MIB
STEP_OF_QUEUE: Final = 10
"""Answers on their way at once are fewer; more are trouble."""

log = logs.get("bot.health.metrics")


@dataclass(frozen=True, slots=True)
class MetricsReading:
    """How things stand at one moment, as it may be told.

    Counts are since the start, except where said. Those of messages leave out the times in which a
    secret poll was open.
    """

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


def coarse(reading: MetricsReading) -> MetricsReading:
    """The same in steps that no single message can be seen in."""
    heard = reading.heard_seconds
    return replace(
        reading,
        heard_seconds=None if heard is None else heard // MINUTE * MINUTE,
        queue=reading.queue // STEP_OF_QUEUE * STEP_OF_QUEUE,
        disk_free=reading.disk_free // STEP_OF_DISK * STEP_OF_DISK,
        # A log is empty now and then; what matters is whether it grows and grows.
        sizes={
            name: stepped(size - (STEP_OF_FILES - 1) * name.endswith("-wal"), STEP_OF_FILES)
            for name, size in reading.sizes.items()
        },
    )


def stepped(value: float, step: int) -> int:
    """A value, up to the next whole step."""
    return ceil(value / step) * step


def sizes_in(directory: Path) -> dict[str, int]:
    """Bytes of the files whose growth is worth watching."""
    found = {}
    for name in FILES:
        try:
            found[name] = directory.joinpath(name).stat().st_size
        except FileNotFoundError:
            continue
    return found


def write(path: Path, reading: MetricsReading) -> None:
    """Replace the file in one step: whoever reads it sees the old figures or the new."""
    # Only where figures are wanted: it costs memory.
    from bot.health.prometheus import text  # noqa: PLC0415

    # Not ending in .prom: the exporter would take it for a second file of figures.
    unfinished = path.with_name(f".{path.name}.new")
    unfinished.write_bytes(text(coarse(reading)))
    unfinished.chmod(READABLE)
    unfinished.replace(path)


class MetricsFile:
    """Writes the file once a minute, and takes it away at the end: old figures mislead."""

    def __init__(
        self,
        path: Path | None,
        read: Callable[[], Awaitable[MetricsReading]],
        *,
        every: float = EVERY,
    ) -> None:
        self._path = path
        self._read = read
        self._every = every

    async def run(self) -> None:
        """Write until cancelled; without a path there is nothing to do."""
        if self._path is None:
            return
        try:
            await self._keep_writing(self._path)
        finally:
            with suppress(OSError):
                self._path.unlink()

    async def _keep_writing(self, path: Path) -> None:
        while True:
            try:
                write(path, await self._read())
            except Exception as error:  # noqa: BLE001 (figures are never worth the bot)
                log.failure("figures", error)
            await asyncio.sleep(self._every)
