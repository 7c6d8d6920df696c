"""The table ``[reading]`` of config.toml: how long what was read could be read again."""

from pydantic import BaseModel, ConfigDict, Field


class ReadingSettings(BaseModel):
    """What becomes of the means to read messages."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    grace_minutes: float = Field(default=10, ge=0, le=1440)
    """How long after a message was read others of its session that come late can be read too."""

    @property
    def grace_ms(self) -> int:
        """The time of grace in milliseconds."""
        return round(self.grace_minutes * 60_000)
