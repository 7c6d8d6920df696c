"""Grammar rules for days by place in a month: the 20th of next month, the second tuesday of january. Pure."""

from collections.abc import Iterator
from dataclasses import replace

from commands.time.phrase import InMonth, NthWeekday
from commands.time.signs import Sign
from commands.time.token_line import TokenLine

_BETWEEN = (Sign.FILL, Sign.ON, Sign.AHEAD)
"""The first friday OF, IN january."""
FIRST_YEAR, LAST_YEAR = 1900, 2200


def days_of_months(line: TokenLine, at: int) -> Iterator[tuple[int, InMonth | NthWeekday]]:
    """The end of the month, the 20th of next month, the first friday of january."""
    for start in line.skipping(at, Sign.ON, Sign.FILL):
        for end, _value in line.take(start, Sign.MONTH_END):
            yield end, InMonth(-1, 0)
    yield from _by_number(line, at)
    yield from _by_weekday(line, at)


def _by_number(line: TokenLine, at: int) -> Iterator[tuple[int, InMonth]]:
    for start in line.skipping(at, Sign.ON, Sign.FILL):
        for middle, day in line.take(start, Sign.NUMBER, Sign.ORDINAL):
            for behind in _skipped(line, middle):
                for end, months in line.take(behind, Sign.SOME_MONTH):
                    yield from _day(end, day, months)
    # Chinese says the month first.
    for middle, months in line.take(at, Sign.SOME_MONTH):
        for last, day in line.numbers(middle):
            for end, unit in line.take(last, Sign.UNIT):
                if unit == "day-name":
                    yield from _day(end, day, months)


def _day(end: int, day: object, months: object) -> Iterator[tuple[int, InMonth]]:
    if isinstance(day, int) and isinstance(months, int) and 0 < day <= 31:
        yield end, InMonth(day, months)


def _by_weekday(line: TokenLine, at: int) -> Iterator[tuple[int, NthWeekday]]:
    for start in line.skipping(at, Sign.ON, Sign.FILL):
        for middle, nth in _nth(line, start):
            for behind in _skipped(line, middle):
                yield from _of_month(line, behind, nth)
    for middle, unit_end in _month_first(line, at):
        for end, nth in _nth(line, unit_end):
            yield end, replace(nth, month=middle)


def _nth(line: TokenLine, at: int) -> Iterator[tuple[int, NthWeekday]]:
    for start, place in line.take(at, Sign.PLACE):
        for end, weekday in line.take(start, Sign.WEEKDAY):
            if isinstance(place, int) and isinstance(weekday, int):
                yield end, NthWeekday(place, weekday, 0)


def _of_month(line: TokenLine, at: int, nth: NthWeekday) -> Iterator[tuple[int, NthWeekday]]:
    for end, months in line.take(at, Sign.SOME_MONTH):
        if isinstance(months, int):
            yield end, replace(nth, months=months)
    for end, month in line.take(at, Sign.MONTH):
        if isinstance(month, int):
            yield end, replace(nth, month=month)
            for behind in line.skipping(end, Sign.FILL):
                for stop, year in line.numbers(behind):
                    if FIRST_YEAR <= year < LAST_YEAR:
                        yield stop, replace(nth, month=month, year=year)


def _month_first(line: TokenLine, at: int) -> Iterator[tuple[int, int]]:
    """一月第一个星期五: the month, and where what it has begins."""
    for middle, month in line.numbers(at):
        for end, unit in line.take(middle, Sign.UNIT):
            if unit == "month-name" and 1 <= month <= 12:
                for behind in line.skipping(end, Sign.FILL):
                    yield month, behind


def _skipped(line: TokenLine, at: int) -> Iterator[int]:
    """Yield ``at`` itself, and the places behind one or two filler words."""
    for once in line.skipping(at, *_BETWEEN):
        yield once
        if once > at:
            for end, _value in line.take(once, *_BETWEEN):
                yield end
