"""The bot's background work, as commands may wake it."""

from typing import Protocol


class BackgroundWork(Protocol):
    """The bot's background work. Each call takes effect once the command's transaction has committed."""

    def wake_imports(self) -> None:
        """Have the lists of imports worked through, after one was begun."""

    def wake_downloads(self) -> None:
        """Have waiting files fetched, now that somebody may have said where they go."""

    def wake_wiping(self) -> None:
        """Have the files rewritten, after something was deleted that must become unreadable."""
