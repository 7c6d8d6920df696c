"""The tables ``[limits]`` and ``[metrics]`` of config.toml."""

from pathlib import Path
from typing import Annotated

from storage.core.bounds import Within
from storage.core.lazy_dataclass import dataclass

A_LOT = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much one person and one room may ask for: more than people type, less than a machine can."""

    person_burst: Annotated[int, Within(5, A_LOT)] = 600
    """Commands of one person within one minute."""
    person_per_minute: Annotated[int, Within(1, A_LOT)] = 600
    """The same on average over ten minutes."""
    room_per_minute: Annotated[int, Within(5, A_LOT)] = 1200
    """Commands in one room within one minute, whoever types them."""
    files_waiting: Annotated[int, Within(1, A_LOT)] = 10
    """Files of one person that wait to be read."""
    files_per_hour: Annotated[int, Within(1, A_LOT)] = 40
    """Files of one person within an hour."""
    files_per_day: Annotated[int, Within(1, A_LOT)] = 120
    """The same within a day."""
    file_megabytes_per_day: Annotated[int, Within(20, A_LOT)] = 300
    """Megabytes of one person's files within a day."""
    person_seconds: Annotated[int, Within(5, 600)] = 120
    """Seconds of work for one person within ten minutes; what is beyond waits, and is done later."""
    making_percent: Annotated[int, Within(10, 1000)] = 100
    """How much one person may make (meetings, follow-ups, lists, ...), of commands/roles/quotas.py."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Metrics:
    """Figures for a monitoring system."""

    textfile: Path | None = None
    """Where they are written once a minute, in the format of Prometheus; None: nowhere."""
