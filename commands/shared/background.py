"""The bot's work in the background, as a command may wake it."""

from typing import Protocol


class BackgroundWork(Protocol):
    """Provided by the bot. Each call takes effect once the transaction of the command has committed."""

    def wake_imports(self) -> None:
        """Have lists worked through: an import was begun."""

    def wake_downloads(self) -> None:
        """Have files fetched: one may be that waited for somebody's word."""

    def wake_wiping(self) -> None:
        """Have the files written anew: something was deleted that has to be made unreadable."""
