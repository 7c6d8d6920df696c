"""Studies: long computations of a command, mostly judging many names, run in slices or ahead of time.

A command reads what it needs, says what there is to think about, and goes on with the outcome. Whoever
runs it decides when that is done: in the middle of it a slice at a time, or, in the bot, before it, while
the database is free for others (bot/incoming/study_runner.py).
"""

from collections.abc import Callable, Hashable, Iterator
from typing import TypeVar

from storage.core.slices import in_slices

T = TypeVar("T")

Steps = Callable[[], Iterator[T | None]]
"""Begins to think; short steps, of which some come to something."""


class Study:
    """Runs studies in the middle of their command, in slices."""

    def begins(self, command: str) -> None:
        """Called once a command was read and permitted, before it runs."""

    async def of(self, about: Hashable, steps: Steps[T]) -> list[T]:
        """Run the steps to their outcomes. Equal ``about`` means equal outcomes: it holds all they depend on."""
        del about
        return await in_slices(steps())


IN_PLACE = Study()
