"""Figures for a monitoring system, as a text file of Prometheus: numbers, no names, rooms or ids.

No figure counts votes in secret polls or shows the size of their files.
"""

import asyncio
import os
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

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


def write(path: Path, reading: Reading) -> None:
    """Replace the file in one step: whoever reads it sees the old figures or the new."""
    # Only where figures are wanted: it costs memory.
    from bot.prometheus import text  # noqa: PLC0415

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
