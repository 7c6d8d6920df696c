"""Grammar rules for days: weekdays, dates, so many days from now. Pure; see grammar.py."""

from collections.abc import Iterator
from dataclasses import replace

from commands.time import in_months
from commands.time.phrase import (
    Calendar,
    Day,
    EitherDay,
    Offset,
    Weekday,
    Which,
)
from commands.time.signs import Sign
from commands.time.token_line import TokenLine

FARTHEST_DAYS = 366 * 100
FIRST_YEAR, LAST_YEAR = 1900, 2200

_BEFORE = {
    Sign.NEAREST: Which.COMING,
    Sign.THIS: Which.THIS,
    Sign.NEXT: Which.NEXT,
    Sign.LAST: Which.LAST,
    Sign.THIS_WEEK: Which.THIS_WEEK,
    Sign.NEXT_WEEK: Which.NEXT_WEEK,
}
_BEHIND = {
    Sign.COMING: Which.NEXT,
    Sign.LAST_BEHIND: Which.LAST,
    Sign.THIS_WEEK: Which.THIS_WEEK,
    Sign.NEXT_WEEK: Which.NEXT_WEEK,
}
_SIZES = {"days": 1, "day-name": 1, "weeks": 7, "fortnights": 14}


def weekdays(line: TokenLine, at: int) -> Iterator[tuple[int, Weekday, str | None]]:
    """Read a weekday: tue, next tue, el martes que viene, a week on tue, Dienstagabend.

    Yields where it ended, the weekday, and the part of the day named with it, if any.
    """
    for end, weekday, part in _of_some_week(line, at):
        yield end, weekday, part
        if weekday.which in {Which.COMING, Which.THIS}:
            for stop, weeks in line.take(end, Sign.WEEKS_ON):
                yield stop, replace(weekday, weeks=_whole(weeks)), part
    for start, days_on in _counted_from(line, at):
        for end, day, part in _named(line, start):
            if days_on % 7 == 0:
                yield end, Weekday(day, weeks=days_on // 7), part


def _of_some_week(line: TokenLine, at: int) -> Iterator[tuple[int, Weekday, str | None]]:
    yield from _word_first(line, at)
    for end, day, part in _named(line, at):
        yield end, Weekday(day), part
        for silent in line.skipping(end, Sign.FILL, Sign.ON):
            for sign, which in _BEHIND.items():
                for stop, weeks in line.take(silent, sign):
                    yield stop, Weekday(day, which, _whole(weeks)), part
            for stop, _value in line.take(silent, Sign.AFTER_NEXT):
                yield stop, Weekday(day, Which.NEXT, 1), part


def _word_first(line: TokenLine, at: int) -> Iterator[tuple[int, Weekday, str | None]]:
    for sign, which in _BEFORE.items():
        for start, weeks in line.take(at, sign):
            for behind in line.skipping(start, Sign.ON):
                for end, day, part in _named(line, behind):
                    yield end, Weekday(day, which, _whole(weeks)), part
    for start, _value in line.take(at, Sign.THIS):
        # "this coming tuesday" is the nearest one, as without a word before it.
        for behind, _coming in line.take(start, Sign.COMING, Sign.NEAREST):
            for end, day, part in _named(line, behind):
                yield end, Weekday(day), part


def _named(line: TokenLine, at: int) -> Iterator[tuple[int, int, str | None]]:
    for end, value in line.take(at, Sign.WEEKDAY):
        if isinstance(value, tuple):
            yield end, int(value[0]), str(value[1])
        elif isinstance(value, int):
            yield end, value, None


def _counted_from(line: TokenLine, at: int) -> Iterator[tuple[int, int]]:
    """A WEEK ON friday, two weeks from tomorrow: where the day begins, and how many days on."""
    for middle, count in line.counts(at):
        for end, unit in line.take(middle, Sign.UNIT):
            size = _SIZES.get(str(unit))
            if size is not None and 0 < count * size <= FARTHEST_DAYS:
                if size >= 7 and line.language.week_before_day:
                    yield end, count * size
                for start, _value in line.take(end, Sign.ON_FROM):
                    yield start, count * size


def _whole(value: object) -> int:
    return value if isinstance(value, int) else 0


def next_week(line: TokenLine, at: int) -> Iterator[int]:
    """Read "next week" without a day; yields where it ended."""
    for end, weeks in line.take(at, Sign.NEXT_WEEK):
        # In Chinese the sign alone is "next", and needs the week behind it.
        if weeks == 0 and (line.language.code != "zh" or line.begins(end, Sign.UNIT)):
            units = [stop for stop, unit in line.take(end, Sign.UNIT) if unit == "weeks"]
            yield from units if line.language.code == "zh" else [end]


def fused(line: TokenLine, at: int) -> Iterator[tuple[int, Day, str]]:
    """Read a day and part of a day in one word: tonight, stasera, 明早."""
    for end, value in line.take(at, Sign.FUSED):
        if isinstance(value, tuple):
            yield end, Offset(int(value[0])), str(value[1])


def days(line: TokenLine, at: int) -> Iterator[tuple[int, Day]]:
    """tomorrow, 1 dec, dec 1st, 4/5, 2026-12-01, in 3 days, 5月4日."""
    yield from _by_name(line, at)
    for end, value in line.take(at, Sign.DATE, Sign.DOTTED, Sign.SLASHED):
        yield from ((end, day) for day in _dates(line, at, value))
    yield from _with_month(line, at)
    yield from _in_signs(line, at)
    yield from _ahead(line, at)
    yield from _of_the_month(line, at)
    yield from in_months.days_of_months(line, at)


def _by_name(line: TokenLine, at: int) -> Iterator[tuple[int, Day]]:
    """Today, tomorrow; so long after one of them: heute in einer Woche, a week tomorrow."""
    for end, value in line.take(at, Sign.DAY):
        day = _whole(value)
        yield end, Offset(day)
        for stop, weeks in line.take(end, Sign.WEEKS_ON):
            yield stop, Offset(day + 7 * _whole(weeks))
        for start, _value in line.take(end, Sign.AHEAD):
            for stop, later in so_many(line, start):
                if not later.spoken and not later.months:
                    yield stop, Offset(day + later.days)
    for start, days_on in _counted_from(line, at):
        for end, value in line.take(start, Sign.DAY):
            yield end, Offset(_whole(value) + days_on)


def _of_the_month(line: TokenLine, at: int) -> Iterator[tuple[int, Day]]:
    """On the 5th, the 5th, 5th; where a language says it so, "le 5"; behind a weekday, "friday 27"."""
    for start in _starts(line, at):
        for end, day in line.take(start, Sign.ORDINAL):
            # The third friday is another day than the 3rd.
            if not any(True for _day in line.take(end, Sign.WEEKDAY, Sign.MONTH)):
                yield from _that_day(end, day)
    if line.language.bare_days:
        for start, _value in line.take(at, Sign.ON):
            yield from _in_digits(line, start)
    if line.is_behind(at, Sign.WEEKDAY):
        yield from _in_digits(line, at, bare=True)


def _starts(line: TokenLine, at: int) -> Iterator[int]:
    if line.ordinal(at):
        yield at
    for start, _value in line.take(at, Sign.ON, Sign.FILL):
        yield from line.skipping(start, Sign.FILL)


def _in_digits(line: TokenLine, at: int, *, bare: bool = False) -> Iterator[tuple[int, Day]]:
    for end, day in line.numbers(at):
        if line.digits[at]:
            yield from _that_day(end, day, bare=bare)


def _that_day(end: int, day: object, *, bare: bool = False) -> Iterator[tuple[int, Day]]:
    if isinstance(day, int) and 0 < day <= 31:
        yield end, Calendar(0, 0, day, bare)


def _dates(line: TokenLine, at: int, value: object) -> Iterator[Day]:
    if not isinstance(value, tuple):
        return
    if any(True for _e in line.take(at, Sign.DATE)):
        yield Calendar(*value)
    elif any(True for _e in line.take(at, Sign.SLASHED)):
        first, second, year = value
        if first <= 12 and second <= 12 and first != second:
            yield EitherDay(first, second, year)
        elif first > 12:
            yield Calendar(year, second, first)
        else:
            yield Calendar(year, first, second)
    else:
        day, month, _text = value
        if line.language.code == "en" and 1 <= day <= 12 and day != month <= 12:
            yield EitherDay(day, month, 0)
        elif 1 <= month <= 12 and 1 <= day <= 31:
            yield Calendar(0, month, day)


def _with_month(line: TokenLine, at: int) -> Iterator[tuple[int, Day]]:
    """1 dec, 1. Dezember 2026, 1 de diciembre; dec 1st, december 1 2026."""
    for middle, day in line.take(at, Sign.NUMBER, Sign.ORDINAL):
        for behind in line.skipping(middle, Sign.FILL):
            for end, month in line.take(behind, Sign.MONTH):
                yield from _with_year(line, end, month, day)
    for middle, month in line.take(at, Sign.MONTH):
        for behind in line.skipping(middle, Sign.FILL):
            for end, day in line.take(behind, Sign.NUMBER, Sign.ORDINAL):
                if line.language.code == "en" and not line.is_in_words(behind, end):
                    yield from _with_year(line, end, month, day)


def _with_year(line: TokenLine, at: int, month: object, day: object) -> Iterator[tuple[int, Day]]:
    if isinstance(month, int) and isinstance(day, int) and 0 < day <= 31:
        yield at, Calendar(0, month, day)
        for behind in line.skipping(at, Sign.FILL):
            for end, year in line.numbers(behind):
                if FIRST_YEAR <= year < LAST_YEAR:
                    yield end, Calendar(year, month, day)


def _in_signs(line: TokenLine, at: int) -> Iterator[tuple[int, Day]]:
    """2026年12月1日, 12月1号."""
    for end, month, day in _month_and_day(line, at):
        yield end, Calendar(0, month, day)
    for middle, day in line.numbers(at):
        for end, unit in line.take(middle, Sign.UNIT):
            if unit == "day-name":
                yield from _that_day(end, day)
    for middle, year in line.numbers(at):
        for behind, unit in line.take(middle, Sign.UNIT):
            if unit == "year" and year > 2000:
                for end, month, day in _month_and_day(line, behind):
                    yield end, Calendar(year, month, day)


def _month_and_day(line: TokenLine, at: int) -> Iterator[tuple[int, int, int]]:
    for middle, month in line.numbers(at):
        for behind, unit in line.take(middle, Sign.UNIT):
            for stop, day in line.numbers(behind):
                for end, last in line.take(stop, Sign.UNIT):
                    named = unit == "month-name" and last in {"day-name", "days"}
                    if named and 1 <= month <= 12 and 0 < day <= 31:
                        yield end, month, day


def _ahead(line: TokenLine, at: int) -> Iterator[tuple[int, Day]]:
    """Read so many days on, or ago: in 3 days, two weeks from now, vor drei Tagen."""
    for start, _value in line.take(at, Sign.AHEAD):
        yield from so_many(line, start)
    for start, _value in line.take(at, Sign.BACK):
        yield from ((end, _ago(day)) for end, day in so_many(line, start))
    for middle, day in so_many(line, at):
        for end, _value in line.take(middle, Sign.FROM_NOW):
            yield end, day
        for end, _value in line.take(middle, Sign.AGO):
            yield end, _ago(day)


def _ago(day: Offset) -> Offset:
    return Offset(-day.days, -day.months)


def so_many(line: TokenLine, at: int) -> Iterator[tuple[int, Offset]]:
    """3 days, two weeks, a month."""
    for middle, count in line.counts(at):
        for end, unit in line.take(middle, Sign.UNIT):
            size = _SIZES.get(str(unit))
            if size is not None and 0 < count * size <= FARTHEST_DAYS:
                spoken = size == 1 and count in line.language.eight_days
                yield end, Offset(count * size, spoken=spoken)
            elif unit == "months" and 0 < count <= 24:
                yield end, Offset(months=count)
