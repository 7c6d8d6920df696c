"""What bots say to each other of joint tests: the bodies of the messages, every text and list bounded."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

from commands.coalition.labels import fit_text
from commands.coalition.terms import LONGEST_LETTER, LONGEST_NAME
from commands.coalition.wire import OneLine
from storage.core.bounds import Length, Within
from storage.core.lazy_dataclass import dataclass

MOST_PEOPLE = 10_000_000
MOST_LINES = 40
"""Lines that one committee tells."""
MOST_SIDES = 250
"""Committees in one test."""
EARLIEST, LATEST = 2020, 2200
"""Years in which every clock can be reckoned with."""


def _within_reach(value: datetime) -> datetime:
    if not EARLIEST <= value.year <= LATEST:
        raise ValueError("must be within these years")
    return value


Instant = Annotated[datetime, _within_reach]

Key = Annotated[str, Length(300)]
"""The id of a message."""
Count = Annotated[int, Within(0, MOST_PEOPLE)]


def at_most(most: int) -> Callable[[tuple[Any, ...]], tuple[Any, ...]]:
    """A bound of a list."""

    def few(value: tuple[Any, ...]) -> tuple[Any, ...]:
        if len(value) > most:
            raise ValueError(f"must have at most {most} items")
        return value

    return few


@dataclass(frozen=True, slots=True)
class TestProposal:
    """A joint test that is proposed to all."""

    __test__ = False

    action: Annotated[str, Length(20)]
    name: Annotated[str, OneLine(LONGEST_NAME)]
    goal: Annotated[int, Within(0, 100)]
    """In percent of the unit; 0: none."""
    letter: Annotated[str, Length(LONGEST_LETTER), fit_text]
    """The text that is signed; empty for what is no letter."""
    opened: Instant
    closes: Instant


@dataclass(frozen=True, slots=True)
class LineSize:
    """People who are counted together; the name is empty where they are the whole committee."""

    name: Annotated[str, Length(LONGEST_NAME)]
    people: Count


@dataclass(frozen=True, slots=True)
class SideEntry:
    """A committee is in a joint test, with so many people."""

    test: Key
    lines: Annotated[tuple[LineSize, ...], at_most(MOST_LINES)]


@dataclass(frozen=True, slots=True)
class CountsReport:
    """The counts of a committee for one day of a joint test: asked, said yes or did it, did it, of each line."""

    test: Key
    due: Instant
    counts: Annotated[tuple[tuple[Count, Count, Count], ...], at_most(MOST_LINES)]


@dataclass(frozen=True, slots=True)
class LayingOut:
    """Which reports stand beside each other for one day, by their messages, and whose are missing."""

    test: Key
    due: Instant
    messages: Annotated[tuple[Key, ...], at_most(MOST_SIDES)]
    missing: Annotated[tuple[Annotated[str, Length(255)], ...], at_most(MOST_SIDES)]


@dataclass(frozen=True, slots=True)
class LostTable:
    """A table as it was laid out, for a bot that was restored since, with the report of its own that it lost."""

    bot: Annotated[str, Length(255)]
    """For whom."""
    test: Key
    due: Instant
    messages: Annotated[tuple[Key, ...], at_most(MOST_SIDES)]
    missing: Annotated[tuple[Annotated[str, Length(255)], ...], at_most(MOST_SIDES)]
    report: Annotated[str, Length(300)]
    """The message in which it reported; empty where it had not."""
    counts: Annotated[tuple[tuple[Count, Count, Count], ...], at_most(MOST_LINES)]
