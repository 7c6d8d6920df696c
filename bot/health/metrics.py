"""Figures for a monitoring system: numbers, no names, rooms or ids.

No figure may rise with votes in a secret poll. What every message moves is told in coarse steps,
always; what counts messages stands still while such a poll is open, and does not catch up later.
"""

from collections.abc import Mapping
from dataclasses import field, replace
from math import ceil
from pathlib import Path
from typing import Final

from storage.core.lazy_dataclass import dataclass

FILES: Final = ("app.db", "app.db-wal", "nio.db", "nio.db-wal")
"""Whose sizes are told. Not those of ballots, which grow when somebody votes."""

MINUTE: Final = 60.0
MIB: Final = 1 << 20
STEP_OF_FILES: Final = 16 * MIB
STEP_OF_DISK: Final = 64 * MIB
STEP_OF_QUEUE: Final = 10
"""Answers on their way at once are fewer; more are trouble."""


@dataclass(frozen=True, slots=True)
class MetricsReading:
    """All figures at one moment, as far as they may be published.

    Counts are since the start, except where said otherwise. Counts of messages leave out the times
    in which a secret poll was open.
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
    homeserver_away: bool = False
    limited: int = 0
    """How often the homeserver told the account to wait, while no secret poll was open."""
    limited_seconds: float = 0.0


def coarse(reading: MetricsReading) -> MetricsReading:
    """The reading in steps so coarse that no single message can be seen."""
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
