"""Grammar rules for times of day, ranges of them, spans from now, and zones. Pure; see grammar.py."""

from collections.abc import Iterator
from dataclasses import replace

from commands.time.phrase import Clock
from commands.time.signs import Sign
from commands.time.token_line import TokenLine

TWO_DIGITS = 10
LONGEST_SPAN = 60 * 24 * 7
"""Minutes; whoever means more names a day."""


def clocks(line: TokenLine, at: int) -> Iterator[tuple[int, Clock]]:
    """Read a time of day, with "at" and the like before it."""
    yield from _clocks(line, at, announced=False)
    for start, _value in line.take(at, Sign.AT):
        yield from _clocks(line, start, announced=True)


def _clocks(line: TokenLine, at: int, *, announced: bool) -> Iterator[tuple[int, Clock]]:
    yield from _written(line, at, announced=announced)
    yield from _hours(line, at, announced=announced)
    yield from _spoken(line, at)
    yield from _military(line, at, announced=announced)
    for end, _value in line.take(at, Sign.NOON):
        yield end, Clock(12, exact=True)
    for end, _value in line.take(at, Sign.MIDNIGHT):
        yield end, Clock(0, midnight=True)


def _written(line: TokenLine, at: int, *, announced: bool) -> Iterator[tuple[int, Clock]]:
    """19:30, 7:30 pm, 19.30 Uhr."""
    for end, value in line.take(at, Sign.CLOCK, Sign.DOTTED):
        hour, minute, text = _three(value)
        if hour > 23 or minute > 59:
            continue
        dotted = "." in text
        clock = Clock(hour, minute, exact=text[0] == "0" or hour == 0)
        marked = [stop for stop, _v in line.take(end, Sign.MARK)]
        sure = not dotted or (
            len(text.partition(".")[2]) == 2 and (announced or minute == 0 or minute > 12)
        )
        if sure:
            yield end, clock
        if not dotted or len(text.partition(".")[2]) == 2:
            for stop in marked:
                yield stop, clock
            yield from _halves(line, end, clock)


def _hours(line: TokenLine, at: int, *, announced: bool) -> Iterator[tuple[int, Clock]]:
    """7pm, 19 Uhr, 18h30, at 7, las siete y media."""
    for end, hour in line.numbers(at):
        if hour > 23:
            continue
        words = not line.digits[at]
        bare = Clock(hour, spoken=True, bare=not announced, exact=hour == 0)
        yield end, bare
        yield from _halves(line, end, bare)
        yield from _added(line, end, bare)
        for stop, _value in line.take(end, Sign.MARK):
            marked = Clock(hour, spoken=words or line.language.twelve)
            yield stop, marked
            yield from _halves(line, stop, marked)
            yield from _added(line, stop, marked)
            yield from _minutes(line, stop, marked)
        if words:
            yield from _minutes(line, end, bare, alone=True)


def _military(line: TokenLine, at: int, *, announced: bool) -> Iterator[tuple[int, Clock]]:
    """1930, 0730, 730pm."""
    for end, value in line.take(at, Sign.MILITARY):
        hour, minute, text = _three(value)
        if hour > 23 or minute > 59:
            continue
        clock = Clock(hour, minute, exact=text[0] == "0", bare=not announced, digits=True)
        if len(text) == 4 or announced:
            yield end, clock
        yield from _halves(line, end, clock)
        for stop, _value in line.take(end, Sign.MARK):
            yield stop, replace(clock, bare=False)


def _minutes(
    line: TokenLine, at: int, hour: Clock, *, alone: bool = False
) -> Iterator[tuple[int, Clock]]:
    """18 h 30, 19 Uhr 30, seven thirty. ``alone``: nothing but words says that they are minutes."""
    for linked in line.skipping(at, Sign.PLUS):
        for end, minute in line.numbers(linked):
            # "two 6pm" is no six minutes past two.
            said = not alone or linked > at or minute >= TWO_DIGITS or end - linked > 1
            if minute < 60 and said:
                clock = replace(hour, minute=minute, bare=False)
                yield end, clock
                if minute >= TWO_DIGITS or end - linked > 1:
                    yield from _halves(line, end, clock)
                for stop, unit in line.take(end, Sign.UNIT):
                    if unit in {"minutes", "minute-mark"}:
                        yield stop, clock


def _halves(line: TokenLine, at: int, clock: Clock) -> Iterator[tuple[int, Clock]]:
    """A half of the day behind it: am, pm."""
    for end, half in line.take(at, Sign.HALF):
        if isinstance(half, int) and 1 <= clock.hour <= 12:
            yield end, replace(clock, half=half, bare=False, exact=False)


def _added(line: TokenLine, at: int, hour: Clock) -> Iterator[tuple[int, Clock]]:
    """Minutes in words: siete y media, sept heures moins le quart, sette meno dieci."""
    for end, added in line.take(at, Sign.AFTER):
        if isinstance(added, int):
            yield end, _moved(hour, added)
            yield from _halves(line, end, _moved(hour, added))
    for sign, way in ((Sign.PLUS, 1), (Sign.MINUS, -1)):
        for start, _value in line.take(at, sign):
            for end, minutes in line.numbers(start):
                if 0 < minutes < 60:
                    yield end, _moved(hour, way * minutes)


def _spoken(line: TokenLine, at: int) -> Iterator[tuple[int, Clock]]:
    """Minutes first: half past seven, zehn nach acht, wpół do ósmej."""
    for start, added in _minutes_first(line, at):
        for end, hour in line.numbers(start):
            if 1 <= hour <= 23:
                clock = _moved(Clock(hour, spoken=True), added)
                yield end, clock
                yield from _halves(line, end, clock)


def _minutes_first(line: TokenLine, at: int) -> Iterator[tuple[int, int]]:
    """Read minutes said before the hour: where the hour begins, and how many minutes are added."""
    for start, added in line.take(at, Sign.BEFORE):
        if isinstance(added, int):
            yield start, added
    for start, _value in line.take(at, Sign.HALF_HOUR):
        # 7:30 for the British, 6:30 for people whose own language counts so.
        yield from ((start, -30), (start, 30))
    for middle, minutes in line.numbers(at):
        for sign, way in ((Sign.PAST, 1), (Sign.TO, -1)):
            named = [end for end, unit in line.take(middle, Sign.UNIT) if unit == "minutes"]
            # "6 to 8" are two hours; nobody says six minutes to eight so.
            for unit in (*([] if minutes % 5 else [middle]), *named):
                for start, _value in line.take(unit, sign):
                    if 0 < minutes < 30:
                        yield start, way * minutes


def _moved(clock: Clock, minutes: int) -> Clock:
    """Some minutes later or earlier. Which half of the day is said of the time, not of the hour."""
    total = clock.hour * 60 + clock.minute + minutes
    hour, minute = divmod(total % (24 * 60), 60)
    if clock.hour <= 12 and hour == 0:
        hour = 12
    return replace(clock, hour=hour, minute=minute, spoken=True, bare=False, exact=False)


def ranges(line: TokenLine, at: int) -> Iterator[tuple[int, Clock, Clock]]:
    """18-19:30, von 18 bis 20 Uhr."""
    yield from _range(line, at, announced=False)
    for start, _value in line.take(at, Sign.FROM):
        yield from _range(line, start, announced=True)


def _range(line: TokenLine, at: int, *, announced: bool) -> Iterator[tuple[int, Clock, Clock]]:
    for middle, first in clocks(line, at):
        # "dia 5 às 18h", "el 5 a las 18": what also says "at" joins two times only after "from".
        links = [end for end, _v in line.take(middle, Sign.UNTIL_TIME)]
        if not announced and first.bare and any(True for _at in line.take(middle, Sign.AT)):
            continue
        if announced:
            links += [end for end, _v in line.take(middle, Sign.AND)]
        for after in links:
            for end, last in clocks(line, after):
                if not (first.midnight or last.midnight):
                    yield end, replace(first, bare=first.bare and last.bare), last


def spans(line: TokenLine, at: int) -> Iterator[tuple[int, int]]:
    """Minutes from now: in 90 minutes, in an hour and a half, 2小时后."""
    for start, _value in line.take(at, Sign.AHEAD):
        yield from lengths(line, start)
    for end, minutes in lengths(line, at):
        for stop, _value in line.take(end, Sign.FROM_NOW):
            yield stop, minutes


def lengths(line: TokenLine, at: int) -> Iterator[tuple[int, int]]:
    """90 minutes, 1h30, half an hour."""
    for end, span in line.take(at, Sign.SPAN):
        if isinstance(span, int):
            yield end, span
    for middle, count in line.counts(at):
        for end, unit in line.take(middle, Sign.UNIT):
            size = {"minutes": 1, "hours": 60}.get(str(unit))
            if size is None or not 0 < count * size <= LONGEST_SPAN:
                continue
            yield end, count * size
            if size == 60:
                for stop, added in line.take(end, Sign.AFTER):
                    if added == 30:
                        yield stop, count * size + 30
                for linked in line.skipping(end, Sign.PLUS):
                    yield from _and_minutes(line, linked, count * size)


def _and_minutes(line: TokenLine, at: int, so_far: int) -> Iterator[tuple[int, int]]:
    for end, minutes in line.numbers(at):
        if minutes < 60:
            yield end, so_far + minutes
            for stop, unit in line.take(end, Sign.UNIT):
                if unit == "minutes":
                    yield stop, so_far + minutes


def zones(line: TokenLine, at: int) -> Iterator[tuple[int, str]]:
    """New York, in Berlin, Berlin time, ET."""
    for start in line.skipping(at, Sign.TIME_WORD, Sign.AHEAD):
        for end, key in line.take(start, Sign.ZONE):
            for stop in line.skipping(end, Sign.TIME_WORD):
                yield stop, str(key)


def zones_by_time(line: TokenLine, at: int) -> Iterator[tuple[int, str]]:
    """Berlin time, 北京时间: a place that cannot be anything else."""
    for end, key in line.take(at, Sign.ZONE):
        for stop, _value in line.take(end, Sign.TIME_WORD):
            yield stop, str(key)


def _three(value: object) -> tuple[int, int, str]:
    if not isinstance(value, tuple):
        raise TypeError
    hour, minute, text = value
    return int(hour), int(minute), str(text)
