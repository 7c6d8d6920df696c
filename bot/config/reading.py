"""The table ``[reading]`` of config.toml: how long what was read could be read again."""

from typing import Annotated

from storage.core.bounds import Within
from storage.core.lazy_dataclass import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingSettings:
    """What becomes of the means to read messages."""

    grace_minutes: Annotated[float, Within(0, 1440)] = 10
    """How long after a message was read others of its session that come late can be read too."""

    @property
    def grace_ms(self) -> int:
        """The time of grace in milliseconds."""
        return round(self.grace_minutes * 60_000)
