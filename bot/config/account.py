"""How the bot's account shows itself: ``[account]`` in the configuration."""

from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, Field

NONE: Final = Path("none")


class AccountTable(BaseModel):
    """The name and picture that the account gets at `steward init`, or at the next start."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    display_name: str = Field(default="Steward", max_length=64)
    """Empty: the account's name stays as it is."""
    avatar: Path | None = None
    """A PNG or JPEG file; None: Steward's own; the word none: the account's picture stays as it is."""
