"""How the bot's account shows itself: ``[account]`` in the configuration."""

from pathlib import Path
from typing import Annotated, Final

from storage.core.bounds import Length
from storage.core.lazy_dataclass import dataclass

NONE: Final = Path("none")


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountTable:
    """The name and picture that the account gets at `steward init`, or at the next start."""

    display_name: Annotated[str, Length(64)] = "Steward"
    """Empty: the account's name stays as it is."""
    avatar: Path | None = None
    """A PNG or JPEG file; None: Steward's own; the word none: the account's picture stays as it is."""
