"""Days: weekdays, dates, so many days from now. Pure rules; see grammar.py."""

from collections.abc import Iterator

from commands.time.phrase import Calendar, Day, EitherDay, Offset, Weekday, Which
from commands.time.reading import Line
from commands.time.vocabulary import Sign

FARTHEST_DAYS = 366 * 2

_BEFORE = {
    Sign.THIS: Which.THIS,
    Sign.NEXT: Which.NEXT,
    Sign.THIS_WEEK: Which.THIS_WEEK,
    Sign.NEXT_WEEK: Which.NEXT_WEEK,
}
_BEHIND = {
    Sign.COMING: Which.NEXT,
    Sign.THIS_WEEK: Which.THIS_WEEK,
    Sign.NEXT_WEEK: Which.NEXT_WEEK,
}


def weekdays(line: Line, at: int) -> Iterator[tuple[int, Weekday, str | None]]:
    """tue, next tue, el martes que viene, Dienstag nächste Woche; with a part of it: Dienstagabend."""
    yield from _word_first(line, at)
    for end, day, part in _named(line, at):
        yield end, Weekday(day), part
        for silent in line.skipping(end, Sign.FILL, Sign.ON):
            for sign, which in _BEHIND.items():
                for stop, _value in line.take(silent, sign):
                    yield stop, Weekday(day, which), part


def _word_first(line: Line, at: int) -> Iterator[tuple[int, Weekday, str | None]]:
    for sign, which in _BEFORE.items():
        for start, _value in line.take(at, sign):
            for behind in line.skipping(start, Sign.ON):
                for end, day, part in _named(line, behind):
                    yield end, Weekday(day, which), part
    for start, _value in line.take(at, Sign.THIS):
        # "this coming tuesday" is the nearest one, as without a word before it.
        for behind, _coming in line.take(start, Sign.COMING):
            for end, day, part in _named(line, behind):
                yield end, Weekday(day), part


def _named(line: Line, at: int) -> Iterator[tuple[int, int, str | None]]:
    for end, value in line.take(at, Sign.WEEKDAY):
        if isinstance(value, tuple):
            yield end, int(value[0]), str(value[1])
        elif isinstance(value, int):
            yield end, value, None


def fused(line: Line, at: int) -> Iterator[tuple[int, Day, str]]:
    """tonight, stasera, 明早."""
    for end, value in line.take(at, Sign.FUSED):
        if isinstance(value, tuple):
            yield end, Offset(int(value[0])), str(value[1])


def days(line: Line, at: int) -> Iterator[tuple[int, Day]]:
    """tomorrow, 1 dec, dec 1st, 4/5, 2026-12-01, in 3 days, 5月4日."""
    for end, value in line.take(at, Sign.DAY):
        if isinstance(value, int):
            yield end, Offset(value)
    for end, value in line.take(at, Sign.DATE, Sign.DOTTED, Sign.SLASHED):
        yield from ((end, day) for day in _dates(line, at, value))
    yield from _with_month(line, at)
    yield from _in_signs(line, at)
    yield from _ahead(line, at)
    yield from _of_the_month(line, at)


def _of_the_month(line: Line, at: int) -> Iterator[tuple[int, Day]]:
    """On the 5th; where a language says it so, "le 5"."""
    for start, _value in line.take(at, Sign.ON):
        for behind in line.skipping(start, Sign.FILL):
            for end, day in line.take(behind, Sign.ORDINAL):
                if isinstance(day, int) and 0 < day <= 31:
                    yield end, Calendar(0, 0, day)
        if line.language.bare_days:
            for end, day in line.numbers(start):
                if line.digits[start] and 0 < day <= 31:
                    yield end, Calendar(0, 0, day)


def _dates(line: Line, at: int, value: object) -> Iterator[Day]:
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
        if 1 <= month <= 12 and 1 <= day <= 31:
            yield Calendar(0, month, day)


def _with_month(line: Line, at: int) -> Iterator[tuple[int, Day]]:
    """1 dec, 1. Dezember 2026, 1 de diciembre; dec 1st, december 1 2026."""
    for middle, day in line.take(at, Sign.NUMBER, Sign.ORDINAL):
        for behind in line.skipping(middle, Sign.FILL):
            for end, month in line.take(behind, Sign.MONTH):
                yield from _with_year(line, end, month, day)
    for middle, month in line.take(at, Sign.MONTH):
        for behind in line.skipping(middle, Sign.FILL):
            for end, day in line.take(behind, Sign.NUMBER, Sign.ORDINAL):
                if line.language.code == "en" and (line.digits[behind] or line.ordinal(behind)):
                    yield from _with_year(line, end, month, day)


def _with_year(line: Line, at: int, month: object, day: object) -> Iterator[tuple[int, Day]]:
    if isinstance(month, int) and isinstance(day, int) and 0 < day <= 31:
        yield at, Calendar(0, month, day)
        for behind in line.skipping(at, Sign.FILL):
            for end, year in line.numbers(behind):
                if 2000 <= year < 2200:
                    yield end, Calendar(year, month, day)


def _in_signs(line: Line, at: int) -> Iterator[tuple[int, Day]]:
    """2026年12月1日, 12月1号."""
    for end, month, day in _month_and_day(line, at):
        yield end, Calendar(0, month, day)
    for middle, year in line.numbers(at):
        for behind, unit in line.take(middle, Sign.UNIT):
            if unit == "year" and year > 2000:
                for end, month, day in _month_and_day(line, behind):
                    yield end, Calendar(year, month, day)


def _month_and_day(line: Line, at: int) -> Iterator[tuple[int, int, int]]:
    for middle, month in line.numbers(at):
        for behind, unit in line.take(middle, Sign.UNIT):
            for stop, day in line.numbers(behind):
                for end, last in line.take(stop, Sign.UNIT):
                    named = unit == "month-name" and last in {"day-name", "days"}
                    if named and 1 <= month <= 12 and 0 < day <= 31:
                        yield end, month, day


def _ahead(line: Line, at: int) -> Iterator[tuple[int, Day]]:
    """So many days on: in 3 days, in a week, two weeks from now."""
    for start, _value in line.take(at, Sign.AHEAD):
        yield from _so_many(line, start)
    for middle, day in _so_many(line, at):
        for end, _value in line.take(middle, Sign.FROM_NOW):
            yield end, day


def _so_many(line: Line, at: int) -> Iterator[tuple[int, Day]]:
    for middle, count in line.counts(at):
        for end, unit in line.take(middle, Sign.UNIT):
            size = {"days": 1, "weeks": 7}.get(str(unit))
            if size is not None and 0 < count * size <= FARTHEST_DAYS:
                yield end, Offset(count * size)
            elif unit == "months" and 0 < count <= 24:
                yield end, Offset(months=count)
