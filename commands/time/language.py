"""The shape of a language's words for times, as the grammar reads them."""

from dataclasses import field

from storage.core.lazy_dataclass import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """The words a language has for the things a time is made of; each field is ``one|another``."""

    code: str
    twelve: bool = False
    """Whether "at 8" may well be the evening although nobody says so."""
    sunday_first: bool = False
    """Whether weeks begin on Sunday for some of its speakers."""
    days: dict[int, str]
    """By days from today."""
    weekdays: dict[int, str] = field(default_factory=dict)
    """More names than CLDR has, Monday 0."""
    month_names: dict[int, str] = field(default_factory=dict)
    """More names of months than CLDR has: Jänner, setiembre."""
    at: str
    so: str = ""
    """A word before "at" that is also Sunday's short name."""
    on: str
    fill: str
    this: str
    next: str
    coming: str = ""
    """Behind the weekday: que viene."""
    nearest: str = ""
    """Before the weekday, the one that comes first: coming friday."""
    last: str
    """last friday"""
    last_behind: str = ""
    """Behind the weekday: viernes pasado."""
    this_week: str
    next_week: str
    this_month: str = ""
    next_month: str = ""
    month_end: str = ""
    by: str = ""
    """Before a deadline: BY friday, until noon."""
    week_after_next: str = ""
    after_next: str = ""
    """Behind the weekday: friday after next."""
    before_next: str = ""
    """Before it, the one after the next: übernächsten Freitag."""
    weeks_on: dict[str, int] = field(default_factory=dict)
    """Weeks after the day before it: friday week, vendredi en huit."""
    on_from: str = ""
    """a week ON friday"""
    week_before_day: bool = False
    """Whether "a week tomorrow" needs no word between."""
    eight_days: tuple[int, ...] = ()
    """Counts of days that are a week, or two, for those who count today in: in 8 days."""
    back: str = ""
    """vor drei Tagen"""
    ago: str = ""
    """three days ago"""
    ahead: str
    """in two hours"""
    from_now: str = ""
    minutes: str
    hours: str
    days_unit: str
    weeks: str
    fortnights: str = ""
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
    halfway: str = ""
    """half seven, which some say for 7:30 and others for 6:30"""
    before: dict[str, int] = field(default_factory=dict)
    """Minutes added to the hour that follows: half past seven."""
    after: dict[str, int] = field(default_factory=dict)
    """Minutes added to the hour before: siete y media."""
    ish: str = ""
    """Behind a time, that it is not meant to the minute, or just so."""
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
    each: dict[str, tuple[str, int]] = field(default_factory=dict)
    """weekly, biweekly: the unit and how many of them"""
    day_sets: dict[str, tuple[int, ...]] = field(default_factory=dict)
    """Several weekdays in one word: weekdays."""
    places: dict[int, str]
    """first .. fourth, and -1 for last"""
    plural_weekdays: dict[int, str] = field(default_factory=dict)
    """A weekday's name that means every such day."""
    numbers: str
    """One to twelve, separated by spaces; alternatives by bars."""
    more_numbers: dict[int, str] = field(default_factory=dict)
    ordinals: str = ""
    """Days of a month in words, first to thirty-first, separated by commas; alternatives by bars."""
    time_word: str = ""
    """Berlin TIME"""
