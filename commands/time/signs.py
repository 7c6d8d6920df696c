"""Signs: what a word or number may stand for within a time."""

from enum import Enum, auto

from storage.core.lazy_dataclass import dataclass


class Sign(Enum):
    """A meaning that a word or number can have in a time."""

    NUMBER = auto()
    ORDINAL = auto()
    CLOCK = auto()
    DOTTED = auto()
    DATE = auto()
    SLASHED = auto()
    DAY = auto()
    FUSED = auto()
    WEEKDAY = auto()
    EVERY_WEEKDAY = auto()
    MONTH = auto()
    THIS = auto()
    NEXT = auto()
    COMING = auto()
    """behind the weekday"""
    NEAREST = auto()
    """before it: coming friday"""
    LAST = auto()
    LAST_BEHIND = auto()
    AGO = auto()
    """three days ago"""
    BACK = auto()
    """vor drei Tagen"""
    AFTER_NEXT = auto()
    """the friday after next, as a number of weeks"""
    WEEKS_ON = auto()
    """behind a day: friday WEEK, as a number of weeks"""
    ON_FROM = auto()
    """a week ON friday"""
    THIS_WEEK = auto()
    NEXT_WEEK = auto()
    """with how many weeks more"""
    AT = auto()
    ON = auto()
    FILL = auto()
    AHEAD = auto()
    FROM_NOW = auto()
    UNIT = auto()
    ISH = auto()
    """about, behind a time"""
    MILITARY = auto()
    """1930"""
    HALF_HOUR = auto()
    """half seven, in English"""
    SPAN = auto()
    """half an hour, in minutes"""
    ONE = auto()
    MARK = auto()
    HALF = auto()
    """am, pm"""
    PART = auto()
    NOON = auto()
    MIDNIGHT = auto()
    PAST = auto()
    TO = auto()
    BEFORE = auto()
    AFTER = auto()
    PLUS = auto()
    MINUS = auto()
    FROM = auto()
    UNTIL_TIME = auto()
    AND = auto()
    EVERY = auto()
    OTHER = auto()
    UNTIL = auto()
    OF_MONTH = auto()
    EACH = auto()
    """weekly, biweekly: a unit and a number"""
    DAY_SET = auto()
    """weekdays, weekends"""
    PLACE = auto()
    """first, last"""
    SOME_MONTH = auto()
    """this month, next month, as a number of months from now"""
    MONTH_END = auto()
    BY = auto()
    """before the last moment of something: by friday"""
    ZONE = auto()
    TIME_WORD = auto()


@dataclass(frozen=True, slots=True)
class Edge:
    """One reading of the tokens up to ``end``: a sign and its value."""

    end: int
    sign: Sign
    value: object = None
