"""Phrases of time before a calendar is looked at: parts of a day, clock times, zones. Pure data."""

from enum import Enum, auto

from storage.core.lazy_dataclass import dataclass


class Which(Enum):
    """Which of the many days of one weekday is meant: the coming one, last, next week's."""

    COMING = auto()
    THIS = auto()
    LAST = auto()
    NEXT = auto()
    THIS_WEEK = auto()
    NEXT_WEEK = auto()


@dataclass(frozen=True, slots=True)
class Weekday:
    """A weekday relative to today."""

    day: int
    """The weekday, Monday being 0."""
    which: Which = Which.COMING
    weeks: int = 0
    """Weeks to add to the day that ``which`` means: a week on Friday."""


@dataclass(frozen=True, slots=True)
class Offset:
    """A number of days, or of months, from today."""

    days: int = 0
    months: int = 0
    spoken: bool = False
    """Counted as "in 8 days", which for many is a week."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """A day of the calendar; year or month may be left out (0)."""

    year: int
    month: int
    day: int
    bare: bool = False
    """A number behind a weekday and nothing that says it is a date: friday 27."""


@dataclass(frozen=True, slots=True)
class InMonth:
    """A numbered day of this month or a later month: the 20th of next month."""

    day: int
    """-1 is the last."""
    months: int
    """How many months from now."""


@dataclass(frozen=True, slots=True)
class NthWeekday:
    """The second Tuesday of January, or of next month."""

    place: int
    """1 to 4, or -1 for the last."""
    weekday: int
    month: int
    """0 where ``months`` says which."""
    year: int = 0
    """0: the next one."""
    months: int = 0


@dataclass(frozen=True, slots=True)
class EitherDay:
    """A day like 4/5, in which either number may be the month."""

    first: int
    second: int
    year: int


Day = Offset | Calendar | EitherDay | InMonth | NthWeekday


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day as said; 24:00 is not one."""

    hour: int
    minute: int = 0
    half: int | None = None
    """0 for am, 12 for pm."""
    spoken: bool = False
    """In words or bare, so that the half of the day is open whatever the language."""
    exact: bool = False
    """Written so that there is only one reading: 07:30, noon."""
    midnight: bool = False
    bare: bool = False
    """A number and nothing that says it is a time."""
    digits: bool = False
    """1930: which beside a month may be a year."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """Everything a phrase says. None: not said."""

    weekday: Weekday | None = None
    day: Day | None = None
    clock: Clock | None = None
    until: Clock | None = None
    """The end of a range."""
    part: str | None = None
    """morning, noon, afternoon, evening, night, small"""
    minutes: int | None = None
    """A span from now."""
    week: bool = False
    """Next week, and no day of it."""
    zone: str | None = None
