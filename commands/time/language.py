"""What a language is to the grammar: words for the things a time is made of."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """What a language says for the things a time is made of; each field is ``one|another``."""

    code: str
    twelve: bool = False
    """Whether "at 8" may well be the evening although nobody says so."""
    sunday_first: bool = False
    """Whether weeks begin on Sunday for some of its speakers."""
    days: dict[int, str]
    """By days from today."""
    weekdays: dict[int, str] = field(default_factory=dict)
    """More names than CLDR has, Monday 0."""
    at: str
    on: str
    fill: str
    this: str
    next: str
    coming: str = ""
    """Behind the weekday: que viene."""
    this_week: str
    next_week: str
    ahead: str
    """in two hours"""
    from_now: str = ""
    minutes: str
    hours: str
    days_unit: str
    weeks: str
    months: str
    half_hour: str
    mark: str
    """o'clock"""
    morning: str
    noon_part: str = ""
    afternoon: str
    evening: str
    night: str
    small_hours: str = ""
    fused: dict[str, tuple[int, str]] = field(default_factory=dict)
    """A day and a part of it in one word: tonight."""
    one: str = ""
    """in AN hour, where it is no number otherwise."""
    bare_days: bool = False
    """Whether "the 5" is the fifth of the month."""
    bare_units: bool = False
    """Whether "in hour" is in one hour."""
    spans: dict[str, int] = field(default_factory=dict)
    """Minutes: an hour and a half in one word."""
    noon: str
    midnight: str
    past: str = ""
    """ten past seven"""
    to: str = ""
    before: dict[str, int] = field(default_factory=dict)
    """Minutes added to the hour that follows: half past seven."""
    after: dict[str, int] = field(default_factory=dict)
    """Minutes added to the hour before: siete y media."""
    plus: str = ""
    """siete y diez"""
    minus: str = ""
    """siete menos diez"""
    range_from: str = ""
    range_to: str
    range_and: str = ""
    """between 18 AND 20; and tuesday AND thursday"""
    every: str
    other: str
    """every other week"""
    until: str
    of_month: str = ""
    """the first tuesday OF THE MONTH"""
    places: dict[int, str]
    """first .. fourth, and -1 for last"""
    plural_weekdays: dict[int, str] = field(default_factory=dict)
    """A weekday's name that means every such day."""
    numbers: str
    """One to twelve, separated by spaces; alternatives by bars."""
    more_numbers: dict[int, str] = field(default_factory=dict)
    time_word: str = ""
    """Berlin TIME"""
