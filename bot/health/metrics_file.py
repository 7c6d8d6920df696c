"""The text file of figures: written once a minute, and gone when the bot is."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

from bot.health.metrics import MetricsReading, coarse
from bot.logging import logs

EVERY: Final = 60.0
"""Seconds between two writings."""
READABLE: Final = 0o644
"""The exporter runs as another user; what it reads is numbers."""

log = logs.get("bot.health.metrics_file")


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
