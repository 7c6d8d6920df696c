"""The tables ``[limits]`` and ``[metrics]`` of config.toml."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

A_LOT = 1_000_000


class Limits(BaseModel):
    """How much one person and one room may ask for: more than people type, less than a machine can."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    person_burst: int = Field(default=600, ge=5, le=A_LOT)
    """Commands of one person within one minute."""
    person_per_minute: int = Field(default=600, ge=1, le=A_LOT)
    """The same on average over ten minutes."""
    room_per_minute: int = Field(default=1200, ge=5, le=A_LOT)
    """Commands in one room within one minute, whoever types them."""
    files_waiting: int = Field(default=10, ge=1, le=A_LOT)
    """Files of one person that wait to be read."""
    files_per_hour: int = Field(default=40, ge=1, le=A_LOT)
    """Files of one person within an hour."""
    files_per_day: int = Field(default=120, ge=1, le=A_LOT)
    """The same within a day."""
    file_megabytes_per_day: int = Field(default=300, ge=20, le=A_LOT)
    """Megabytes of one person's files within a day."""
    person_seconds: int = Field(default=120, ge=5, le=600)
    """Seconds of work for one person within ten minutes; what is beyond waits, and is done later."""
    making_percent: int = Field(default=100, ge=10, le=1000)
    """How much one person may make (meetings, follow-ups, lists, ...), of commands/roles/quotas.py."""


class Metrics(BaseModel):
    """Figures for a monitoring system."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    textfile: Path | None = None
    """Where they are written once a minute, in the format of Prometheus; None: nowhere."""
