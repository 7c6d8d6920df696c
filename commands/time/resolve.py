"""Resolving phrases to moments on a calendar. Pure."""

from datetime import date, datetime, time, timedelta
from enum import Enum, auto
from itertools import product
from zoneinfo import ZoneInfo

from commands.time.instants import Moment, here
from commands.time.language import Language
from commands.time.phrase import (
    Clock,
    Day,
    EitherDay,
    InMonth,
    NthWeekday,
    Offset,
    Phrase,
    Weekday,
    Which,
)
from commands.time.series import day_of_month, nth_weekday

FARTHEST = timedelta(days=2 * 366)
LONGEST = 12 * 60
"""Minutes of the longest meeting that a range of times may mean."""
USUAL_LONGEST = 8 * 60
SURE_AHEAD = 4
"""Days: a weekday that is farther ahead is also "in a week" to some."""

_WINDOWS = {
    "morning": range(12),
    "noon": range(11, 16),
    "afternoon": range(12, 21),
    "evening": range(16, 24),
    "night": range(21, 24),
    "small": range(7),
}
"""The hours of each part of a day."""


class UnclearReason(Enum):
    """The reason why there is no single answer."""

    NOT_A_TIME = auto()
    NO_TIME_OF_DAY = auto()
    PAST = auto()
    WITH_TIME = auto()
    """A time of day was said where only a day is kept."""
    TOO_FAR = auto()
    NO_SUCH_DAY = auto()
    NO_SUCH_TIME = auto()
    OTHER_WEEKDAY = auto()
    """The weekday is not that day's."""
    TWO_READINGS = auto()
    SKIPPED = auto()
    """Clocks skip that time."""
    TWICE = auto()
    """Clocks show it twice."""


class Unclear(Exception):
    """A phrase gives no moment; ``why`` is the reason."""

    def __init__(self, why: UnclearReason) -> None:
        super().__init__()
        self.why = why


def moments(phrase: Phrase, language: Language, now: datetime, own: ZoneInfo) -> list[Moment]:
    """Every moment a phrase may mean, earliest first. Raises Unclear when there is none."""
    zone = own if phrase.zone is None else ZoneInfo(phrase.zone)
    if phrase.minutes is not None:
        whole = (now + timedelta(minutes=phrase.minutes)).replace(second=0, microsecond=0)
        return [Moment(here(whole, zone), zone)]
    if phrase.clock is None:
        raise Unclear(UnclearReason.NO_TIME_OF_DAY)
    wall = here(now, zone)
    found: dict[Moment, None] = {}
    for start, minutes in _stretches(phrase, language):
        for day in days_of(phrase, wall.date(), language):
            local = datetime.combine(day, time()) + start
            if local > wall and local - wall < FARTHEST:
                found[Moment(local, zone, minutes)] = None
    if not found:
        raise Unclear(_why_none(phrase, wall, language))
    firsts = sorted(found, key=lambda moment: moment.local)
    if phrase.day is None and phrase.weekday is None:
        # Nobody said a day: each time of day means its next occurrence.
        by_time: dict[time, Moment] = {}
        for moment in firsts:
            by_time.setdefault(moment.local.time(), moment)
        firsts = list(by_time.values())
    return firsts


def _why_none(phrase: Phrase, wall: datetime, language: Language) -> UnclearReason:
    if not list(_stretches(phrase, language)):
        return UnclearReason.NOT_A_TIME
    ahead = [day for day in days_of(phrase, wall.date(), language) if day - wall.date() >= FARTHEST]
    return UnclearReason.TOO_FAR if ahead else UnclearReason.PAST


# -- the time of day


def _stretches(phrase: Phrase, language: Language) -> list[tuple[timedelta, int | None]]:
    """Each start as time since the day's midnight, with how long it lasts."""
    if phrase.clock is None:
        return []
    starts = _since_midnight(phrase.clock, phrase.part, phrase, language)
    if phrase.until is None:
        return [(start, None) for start in starts]
    ends = _since_midnight(phrase.until, phrase.part, phrase, language)
    fits: list[tuple[timedelta, int | None]] = []
    for start, end in product(starts, ends):
        minutes = int((end - start).total_seconds() // 60) % (24 * 60)
        most = USUAL_LONGEST if len(starts) * len(ends) > 1 else LONGEST
        if 0 < minutes <= most:
            fits.append((start, minutes))
    shortest = {start: min(m or 0 for s, m in fits if s == start) for start, _m in fits}
    return list(shortest.items())


def _since_midnight(
    clock: Clock, part: str | None, phrase: Phrase, language: Language
) -> list[timedelta]:
    dated = phrase.day is not None or phrase.weekday is not None
    if clock.midnight:
        return _midnights(part, dated=dated)
    if clock.half == 0 and clock.hour == 12:
        # "tue 12am" is the night before Tuesday, and is said of the one after.
        return [
            timedelta(minutes=clock.minute),
            *([timedelta(days=1, minutes=clock.minute)] if dated else []),
        ]
    window = _WINDOWS.get(part or "", range(24))
    return [
        timedelta(hours=hour, minutes=clock.minute)
        for hour in _hours(clock, part, language)
        if hour in window
    ]


def _midnights(part: str | None, *, dated: bool) -> list[timedelta]:
    """Midnight of a day is where it begins or where it ends; tonight's is where it ends."""
    if part is not None:
        return [timedelta(days=1)]
    return [timedelta(0), timedelta(days=1)] if dated else [timedelta(days=1)]


def _hours(clock: Clock, part: str | None, language: Language) -> list[int]:
    """The hours of a day that a clock time may mean."""
    hour = clock.hour
    if clock.half is not None:
        return [hour % 12 + clock.half]
    if clock.exact or hour == 0 or hour >= 12:
        return [hour]
    both = [hour, hour + 12]
    if part is not None or clock.spoken or hour <= 7:
        return both
    return both if language.twelve and hour < 10 else [hour]


# -- the day


def days_of(phrase: Phrase, today: date, language: Language) -> list[date]:
    """The days that a phrase may mean, earliest first. Raises Unclear."""
    if phrase.week:
        monday = _monday(today) + timedelta(days=7)
        return sorted({monday, today + timedelta(days=7)})
    if phrase.day is None and phrase.weekday is None:
        return [today - timedelta(days=1), today, today + timedelta(days=1)]
    dates = [] if phrase.day is None else dated(phrase.day, today)
    if phrase.weekday is None:
        return dates
    if phrase.day is None:
        return weekday_dates(phrase.weekday, today, language)
    if isinstance(phrase.day, Offset) and phrase.weekday == Weekday(phrase.weekday.day):
        counted = _weeks_on(phrase.weekday.day, phrase.day, today)
        if counted:
            return counted
    fitting = [day for day in dates if day.weekday() == phrase.weekday.day]
    if not fitting:
        raise Unclear(UnclearReason.OTHER_WEEKDAY)
    return fitting


def weekday_dates(asked: Weekday, today: date, language: Language) -> list[date]:
    """Today's weekday may mean today or in a week; "next" within this week may mean either week."""
    more = timedelta(weeks=asked.weeks)
    return [day + more for day in _this_weekday(asked, today, language)]


def _this_weekday(asked: Weekday, today: date, language: Language) -> list[date]:
    week = timedelta(days=7)
    ahead = (asked.day - today.weekday()) % 7
    nearest = today + timedelta(days=ahead)
    this_week = _monday(today), _monday(today) + timedelta(days=6)
    match asked.which:
        case Which.COMING:
            return [nearest, nearest + week] if ahead == 0 else [nearest]
        case Which.THIS_WEEK | Which.NEXT_WEEK:
            return _in_week(asked.day, today, int(asked.which is Which.NEXT_WEEK), language)
        case Which.NEXT:
            first = nearest if ahead else nearest + week
            return [first, first + week] if first <= this_week[1] else [first]
        case Which.LAST:
            before = nearest - week
            return [before - week, before] if before >= this_week[0] else [before]
        case _:
            return [nearest]


def _weeks_on(weekday: int, later: Offset, today: date) -> list[date]:
    """Friday in a week: a week after the coming one; near its end, that of the week to come as well."""
    days = later.days - 1 if later.spoken else later.days
    if days <= 0 or days % 7:
        return []
    ahead = (weekday - today.weekday()) % 7
    found = today + timedelta(days=ahead + days)
    return [found - timedelta(days=7), found] if ahead > SURE_AHEAD else [found]


def _in_week(weekday: int, today: date, weeks: int, language: Language) -> list[date]:
    """The day of that week; two where weeks begin on Sunday for some and on Monday for others."""
    monday = _monday(today)
    found = {monday + timedelta(days=weekday, weeks=weeks)}
    if language.sunday_first:
        sunday = today - timedelta(days=(today.weekday() + 1) % 7)
        found.add(sunday + timedelta(days=(weekday + 1) % 7, weeks=weeks))
    return sorted(found)


def _monday(today: date) -> date:
    return today - timedelta(days=today.weekday())


def dated(day: Day, today: date) -> list[date]:
    """The days that a day of a phrase may mean, earliest first. Raises Unclear where there is none."""
    if isinstance(day, Offset):
        if day.months:
            return [_months_on(today, day.months)]
        counted = today + timedelta(days=day.days)
        return [counted - timedelta(days=1), counted] if day.spoken else [counted]
    if isinstance(day, EitherDay):
        either = [(day.second, day.first), (day.first, day.second)]
        return sorted({d for m, n in either for d in _calendar(day.year, m, n, today)})
    if isinstance(day, InMonth):
        found = _in_month(day, today)
    elif isinstance(day, NthWeekday):
        found = _nth(day, today)
    else:
        found = _calendar(day.year, day.month, day.day, today)
    if not found:
        raise Unclear(UnclearReason.NO_SUCH_DAY)
    return found


def _calendar(year: int, month: int, day: int, today: date) -> list[date]:
    """The day; without a year or month, the next one from today on."""
    if year:
        tries = [(year, month)]
    elif month:
        tries = [(today.year + more, month) for more in range(9)]
    else:
        tries = [
            (today.year + m // 12, m % 12 + 1) for m in range(today.month - 1, today.month + 11)
        ]
    for wanted_year, wanted_month in tries:
        try:
            found = date(wanted_year, wanted_month, day)
        except ValueError:
            continue
        if year or found >= today:
            return [found]
    return []


def _in_month(day: InMonth, today: date) -> list[date]:
    year, month = divmod(today.year * 12 + today.month - 1 + day.months, 12)
    found = day_of_month(year, month + 1, day.day)
    return [] if found is None else [found]


def _nth(day: NthWeekday, today: date) -> list[date]:
    """The nth weekday of a month; without a year, of the next such month that still has it ahead."""
    if not day.month:
        year, month = divmod(today.year * 12 + today.month - 1 + day.months, 12)
        return [nth_weekday(year, month + 1, day.weekday, day.place)]
    years = [day.year] if day.year else [today.year, today.year + 1]
    found = [nth_weekday(year, day.month, day.weekday, day.place) for year in years]
    # One that was a few days ago is over, rather than meant for next year.
    ahead = [each for each in found if day.year or each >= today or each.month == today.month]
    return ahead[:1]


def _months_on(today: date, months: int) -> date:
    """A day so many months later. Raises Unclear where that month does not have the day."""
    year, month = divmod(today.month - 1 + months, 12)
    try:
        return date(today.year + year, month + 1, today.day)
    except ValueError:
        raise Unclear(UnclearReason.NO_SUCH_DAY) from None
