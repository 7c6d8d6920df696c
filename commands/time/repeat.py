"""Repeating times in words: "every other thursday 19:00 until july". Pure.

The same closed grammar as for single times, with the words for what repeats.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from commands.time import clocks, days
from commands.time.instants import Moment, here
from commands.time.language import Language
from commands.time.languages import LANGUAGES
from commands.time.phrase import (
    Calendar,
    Clock,
    Day,
    EitherDay,
    InMonth,
    NthWeekday,
    Offset,
    Phrase,
)
from commands.time.read import line_of
from commands.time.resolve import Unclear, UnclearReason, dated, moments
from commands.time.series import Every, Rule, Series, first_day
from commands.time.signs import Sign
from commands.time.token_line import TokenLine
from commands.time.tokens import Token, tokens
from storage.core.lazy_dataclass import dataclass

MOST_READINGS = 12
LONGEST_INTERVAL = 12
WORKING_WEEK = 4
"""Days after the first: nobody says mon-fri for two days."""


@dataclass(frozen=True, slots=True)
class RepeatPhrase:
    """A phrase about repetition, as far as it is read."""

    every: bool = False
    unit: Every | None = None
    interval: int = 1
    weekdays: tuple[int, ...] = ()
    place: int = 0
    date: int = 0
    """A day of the month, -1 its last."""
    of_month: bool = False
    either: bool = False
    """Whether what was said means twice a week or every other week: biweekly."""
    other: bool = False
    """Whether the place is also how one says every other, which is read by itself."""
    clock: Clock | None = None
    ends: Clock | None = None
    part: str | None = None
    zone: str | None = None
    until: Day | None = None


@dataclass(frozen=True, slots=True)
class Choices:
    """Several series that words may mean, or none and the reason."""

    why: UnclearReason
    series: tuple[Series, ...] = ()


def read_series(
    text: str, now: datetime, zone: ZoneInfo, language: str | None = None
) -> Series | Choices:
    """The series some words mean. Its first time is the next one from now on."""
    line = tokens(text)
    if not line:
        return Choices(UnclearReason.NOT_A_TIME)
    own = [language] if language in LANGUAGES else []
    for codes in (own, [code for code in LANGUAGES if code not in own]):
        found, problem = _read(line, codes, now, zone)
        if len(found) == 1:
            return found[0]
        if found:
            return Choices(UnclearReason.TWO_READINGS, tuple(found))
        if problem is not None:
            return Choices(problem)
    return Choices(UnclearReason.NOT_A_TIME)


def _read(
    line: list[Token], codes: list[str], now: datetime, zone: ZoneInfo
) -> tuple[list[Series], UnclearReason | None]:
    found: dict[Series, None] = {}
    problem: UnclearReason | None = None
    for code in codes:
        lined = line_of(line, code)
        if lined is None:
            continue
        for count, said in enumerate(_walk(lined, 0, RepeatPhrase())):
            if count > MOST_READINGS:
                break
            try:
                for series in _series(said, lined.language, now, zone):
                    found[series] = None
            except Unclear as unclear:
                problem = problem or unclear.why
    return list(found), problem


def _walk(line: TokenLine, at: int, said: RepeatPhrase) -> Iterator[RepeatPhrase]:
    if at == len(line):
        days = said.weekdays or said.unit is Every.DAYS or said.date
        if (said.every or said.of_month) and days:
            yield said
        return
    for rule in (_weekdays, _every, _each, _of_a_month, _dates, _clocks, _around, _ends):
        for end, more in rule(line, at, said):
            yield from _walk(line, end, more)


def _weekdays(line: TokenLine, at: int, said: RepeatPhrase) -> Iterator[tuple[int, RepeatPhrase]]:
    """Tuesdays; tuesday, and another day after that."""
    for end, day in line.take(at, Sign.EVERY_WEEKDAY):
        if isinstance(day, int) and day not in said.weekdays:
            yield end, replace(said, every=True, weekdays=(*said.weekdays, day))
    joined = bool(said.weekdays) and line.glued[at : at + 1] == (True,)
    for end, day in () if joined else line.take(at, Sign.WEEKDAY):
        if isinstance(day, int) and day not in said.weekdays:
            yield end, replace(said, weekdays=(*said.weekdays, day))
        elif isinstance(day, tuple) and said.part is None:
            yield end, replace(said, weekdays=(*said.weekdays, int(day[0])), part=str(day[1]))
    for end, several in line.take(at, Sign.DAY_SET):
        if isinstance(several, tuple) and not said.weekdays:
            yield end, replace(said, every=True, weekdays=several)
    if said.weekdays and at < len(line):
        yield from _joined(line, at, said)


def _joined(line: TokenLine, at: int, said: RepeatPhrase) -> Iterator[tuple[int, RepeatPhrase]]:
    """Tuesday AND thursday, monday TO friday; a hyphen between two days may be either."""
    for end, _value in line.take(at, Sign.AND):
        # Whatever joins days must be followed by another one.
        if any(True for _day in line.take(end, Sign.WEEKDAY, Sign.EVERY_WEEKDAY)):
            yield end, said
    to = [end for end, _value in line.take(at, Sign.UNTIL_TIME)]
    if line.glued[at]:
        to.append(at)
    for end in to:
        for stop, last in line.take(end, Sign.WEEKDAY, Sign.EVERY_WEEKDAY):
            first = said.weekdays[-1]
            if isinstance(last, int) and last not in said.weekdays:
                between = [(first + n) % 7 for n in range(1, (last - first) % 7 + 1)]
                yield stop, replace(said, every=True, weekdays=(*said.weekdays, *between))
                if 2 <= len(between) < WORKING_WEEK and line.is_dash(at):
                    yield stop, replace(said, weekdays=(*said.weekdays, last))


def _every(line: TokenLine, at: int, said: RepeatPhrase) -> Iterator[tuple[int, RepeatPhrase]]:
    """Every, every other, every three weeks."""
    for end, _value in line.take(at, Sign.EVERY):
        yield end, replace(said, every=True)
    if said.every and said.unit is None:
        for end, unit in line.take(at, Sign.UNIT):
            if unit in {"days", "weeks"}:
                yield end, replace(said, unit=Every(unit))
            elif unit == "months" and not said.of_month:
                yield end, replace(said, of_month=True)
    if said.interval == 1 and said.place == 0 and not said.weekdays:
        yield from _intervals(line, at, said)


def _each(line: TokenLine, at: int, said: RepeatPhrase) -> Iterator[tuple[int, RepeatPhrase]]:
    """Weekly, biweekly, daily; the "un" of "un vendredi sur deux"."""
    if said.unit is None and said.interval == 1:
        for end, value in line.take(at, Sign.EACH):
            if isinstance(value, tuple):
                unit, count = value
                yield (
                    end,
                    replace(
                        said, every=True, unit=Every(unit), interval=abs(count), either=count < 0
                    ),
                )
    for end, count in line.numbers(at):
        if count == 1 and any(True for _day in line.take(end, Sign.WEEKDAY)):
            yield end, said


def _of_a_month(line: TokenLine, at: int, said: RepeatPhrase) -> Iterator[tuple[int, RepeatPhrase]]:
    """The FIRST tuesday; of every month."""
    if said.interval == 1 and said.place == 0 and not said.weekdays and not said.date:
        others = {end for end, _value in line.take(at, Sign.OTHER)}
        for end, place in line.take(at, Sign.PLACE):
            if isinstance(place, int):
                yield end, replace(said, place=place, other=end in others)
    if not said.of_month:
        for end, _value in line.take(at, Sign.OF_MONTH):
            yield end, replace(said, of_month=True)


def _dates(line: TokenLine, at: int, said: RepeatPhrase) -> Iterator[tuple[int, RepeatPhrase]]:
    """The 15th; where a language says it so, "le 15"; the last day."""
    if said.date or said.place or said.weekdays or said.unit is not None:
        return
    for start in line.skipping(at, Sign.ON, Sign.FILL):
        for end, day in _a_date(line, start, announced=start > at):
            yield end, replace(said, date=day)


def _a_date(line: TokenLine, at: int, *, announced: bool) -> Iterator[tuple[int, int]]:
    for end, day in line.take(at, Sign.ORDINAL):
        followed = line.begins(end, Sign.WEEKDAY, Sign.EVERY_WEEKDAY, Sign.UNIT)
        if isinstance(day, int) and 0 < day <= 31 and not followed:
            yield end, day
    for end, place in line.take(at, Sign.PLACE):
        for stop, unit in line.take(end, Sign.UNIT):
            if unit == "days" and place in {1, -1}:
                yield stop, int(str(place))
    for end, day in line.numbers(at):
        if line.digits[at] and 0 < day <= 31:
            named = [stop for stop, unit in line.take(end, Sign.UNIT) if unit == "day-name"]
            yield from ((stop, day) for stop in named)
            if (announced and line.language.bare_days) or line.begins(end, Sign.OF_MONTH):
                yield end, day


def _intervals(line: TokenLine, at: int, said: RepeatPhrase) -> Iterator[tuple[int, RepeatPhrase]]:
    """Every OTHER thursday, every 3 WEEKS."""
    for end, _value in line.take(at, Sign.OTHER):
        yield end, replace(said, every=True, interval=2)
    for end, count in line.counts(at):
        for stop, unit in line.take(end, Sign.UNIT) if said.every else ():
            if unit in {"days", "weeks"} and 2 <= count <= LONGEST_INTERVAL:
                yield stop, replace(said, interval=count, unit=Every(unit))
            elif unit == "fortnights":
                yield stop, replace(said, interval=2 * count, unit=Every.WEEKS)


def _clocks(line: TokenLine, at: int, said: RepeatPhrase) -> Iterator[tuple[int, RepeatPhrase]]:
    if said.clock is None:
        for end, clock, ends in clocks.ranges(line, at):
            yield end, replace(said, clock=clock, ends=ends)
        for end, clock in clocks.clocks(line, at):
            yield end, replace(said, clock=clock)
    elif said.zone is None:
        for end, zone in clocks.zones(line, at):
            yield end, replace(said, zone=zone)


def _around(line: TokenLine, at: int, said: RepeatPhrase) -> Iterator[tuple[int, RepeatPhrase]]:
    """A part of the day, and words that say nothing."""
    if said.part is None:
        for end, part in line.take(at, Sign.PART):
            yield end, replace(said, part=str(part))
    for end, _value in line.take(at, Sign.FILL, Sign.ON):
        yield end, said


def _ends(line: TokenLine, at: int, said: RepeatPhrase) -> Iterator[tuple[int, RepeatPhrase]]:
    if said.until is not None or said.clock is None:
        return
    for start, _value in line.take(at, Sign.UNTIL):
        for end, day in days.days(line, start):
            yield end, replace(said, until=day)
        for silent in line.skipping(start, Sign.FILL, Sign.ON):
            for end, month in line.take(silent, Sign.MONTH):
                if isinstance(month, int):
                    # Up to that month, the month itself left out.
                    yield end, replace(said, until=Calendar(0, month, 0))


def _series(said: RepeatPhrase, language: Language, now: datetime, own: ZoneInfo) -> list[Series]:
    """Each time of day it may mean, from the next such day on. Raises Unclear."""
    if said.clock is None:
        raise Unclear(UnclearReason.NO_TIME_OF_DAY)
    zone = own if said.zone is None else ZoneInfo(said.zone)
    today = here(now, zone).date()
    last = _until(said, today)
    rules = [replace(rule, until=last) for rule in _rules(said)]
    phrase = Phrase(clock=said.clock, until=said.ends, part=said.part, zone=said.zone)
    found: dict[Series, None] = {}
    for moment in moments(phrase, language, now, own):
        for rule in rules:
            for each in _nights(rule, said.clock):
                found[_from(each, moment, today, now)] = None
    if any(each.rule.until and each.rule.until < each.first.local.date() for each in found):
        raise Unclear(UnclearReason.PAST)
    return list(found)


def _nights(rule: Rule, clock: Clock) -> list[Rule]:
    """The rule; for midnight, where a day begins or ends, that of the day after as well. Raises Unclear."""
    if not clock.midnight and not (clock.half == 0 and clock.hour == 12):
        return [rule]
    if rule.every is Every.DAYS and rule.interval == 1:
        return [rule]
    if rule.every is Every.WEEKS:
        after = tuple(sorted((day + 1) % 7 for day in rule.weekdays))
        return [rule, replace(rule, weekdays=after)]
    raise Unclear(UnclearReason.TWO_READINGS)


def _from(rule: Rule, moment: Moment, today: date, now: datetime) -> Series:
    start = today
    while True:
        day = first_day(rule, start)
        first = replace(moment, local=datetime.combine(day, moment.local.time()))
        if first.at > now:
            return Series(rule, first)
        start = day + timedelta(days=1)


def _rules(said: RepeatPhrase) -> list[Rule]:
    """The rules it may mean. Raises Unclear."""
    weekdays = tuple(sorted(set(said.weekdays)))
    weekly = Rule(Every.WEEKS, said.interval, weekdays)
    found: list[Rule] = []
    if said.date and not weekdays:
        found = [Rule(Every.DATES, 1, (), said.date)]
    elif said.place and len(weekdays) == 1 and said.unit is None:
        found = _in_place(said, weekdays)
    elif said.unit is Every.DAYS and not weekdays and not said.place:
        found = [Rule(Every.DAYS, said.interval)]
    elif weekdays and said.unit is not Every.DAYS and not said.place and not said.of_month:
        # Biweekly on one day cannot be twice a week.
        found = [replace(weekly, interval=1), weekly] if _is_either(said) else [weekly]
    if not found or (said.of_month and said.unit is not None):
        raise Unclear(UnclearReason.NOT_A_TIME)
    return found


def _is_either(said: RepeatPhrase) -> bool:
    return said.either and len(said.weekdays) > 1


def _in_place(said: RepeatPhrase, weekdays: tuple[int, ...]) -> list[Rule]:
    """The third friday of the month; every third friday may be every three weeks as well."""
    of_month = Rule(Every.MONTHS, 1, weekdays, said.place)
    if said.of_month or (said.every and said.place in {1, -1}):
        return [of_month]
    if said.other or not said.every:
        return []
    return [of_month, Rule(Every.WEEKS, said.place, weekdays)]


def _until(said: RepeatPhrase, today: date) -> date | None:
    match said.until:
        case None:
            return None
        case Offset(count, months):
            return today + timedelta(days=count + 30 * months)
        case EitherDay():
            raise Unclear(UnclearReason.TWO_READINGS)
        case InMonth() | NthWeekday() as day:
            return dated(day, today)[0]
        case Calendar(year, month, day):
            return _last_day(year, month, day, today)


def _last_day(year: int, month: int, day: int, today: date) -> date:
    if day == 0:
        first = date(today.year, month, 1)
        first = first if first > today else date(today.year + 1, month, 1)
        return first - timedelta(days=1)
    for candidate in [year] if year else [today.year, today.year + 1]:
        try:
            found = datetime.combine(date(candidate, month or today.month, day), time()).date()
        except ValueError:
            continue
        if found >= today:
            return found
    raise Unclear(UnclearReason.NO_SUCH_DAY)
