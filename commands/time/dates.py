"""Reading days in words, past or to come: one day, a question, or no answer, never a guess. Pure.

The same closed grammar as for times (read.py), where a day is all that is kept.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

from commands.time.days import so_many
from commands.time.grammar import is_bare, phrases
from commands.time.language import Language
from commands.time.languages import LANGUAGES
from commands.time.phrase import Calendar, EitherDay, Phrase, Which
from commands.time.read import MOST_CHOICES, line_of
from commands.time.resolve import Unclear, UnclearReason, days_of
from commands.time.token_line import TokenLine
from commands.time.tokens import Token, tokens
from storage.core.lazy_dataclass import dataclass

FARTHEST = timedelta(days=2 * 366)
"""Farther days are slips of the finger."""
LONGEST_AGO = timedelta(days=60 * 366)
"""Nobody was hired before that."""
SOON = timedelta(days=92)
"""A day without a year that comes within three months is ahead; otherwise it has been."""


@dataclass(frozen=True, slots=True)
class AskedDay:
    """Words that several days may be meant by, earliest first; the person chooses."""

    choices: tuple[date, ...]


@dataclass(frozen=True, slots=True)
class NoDay:
    """Words that name no acceptable day; ``days`` are the days they name beside a time of day."""

    why: UnclearReason
    days: tuple[date, ...] = ()


DayAnswer = date | AskedDay | NoDay


def read_day(
    text: str, today: date, language: str | None = None, *, whole: bool = False
) -> DayAnswer:
    """Read words as a day from today on. ``language`` is the reader's language code, if known.

    ``whole``: refuse words that need a time of day as well, like an evening.
    """
    taken = _Range(today, today + FARTHEST, past=False, whole=whole)
    return _settled(text, today, language, taken)


def read_any_day(text: str, today: date, language: str | None = None) -> DayAnswer:
    """Read words as a day, past or to come."""
    return _settled(text, today, language, _Range(today - LONGEST_AGO, today + FARTHEST, past=True))


@dataclass(frozen=True, slots=True)
class _Range:
    """The days that are taken."""

    first: date
    last: date
    past: bool
    whole: bool = False


def _settled(text: str, today: date, language: str | None, taken: _Range) -> DayAnswer:
    line = tokens(text.strip().removeprefix("+"))
    if not line:
        return NoDay(UnclearReason.NOT_A_TIME)
    own = [language] if language in LANGUAGES else []
    for codes in (own, [code for code in LANGUAGES if code not in own]):
        answer = _read(line, codes, today, taken)
        if answer is not None:
            return answer
    return NoDay(UnclearReason.NOT_A_TIME)


def _read(line: list[Token], codes: Iterable[str], today: date, taken: _Range) -> DayAnswer | None:
    """The answer of some languages together; None when none of them reads it."""
    found: set[date] = set()
    beside: set[date] = set()
    problem: UnclearReason | None = None
    for code in codes:
        lined = line_of(line, code)
        if lined is None:
            continue
        for phrase in _phrases(lined):
            try:
                days = _days(phrase, lined.language, today, taken)
            except Unclear as unclear:
                problem = problem or unclear.why
                continue
            timed = phrase.clock is not None or phrase.minutes is not None
            (beside if timed else found).update(days)
    inside = sorted(day for day in found if taken.first <= day <= taken.last)
    if inside:
        if len(inside) > MOST_CHOICES:
            return NoDay(UnclearReason.NOT_A_TIME)
        return inside[0] if len(inside) == 1 else AskedDay(tuple(inside))
    if found:
        return NoDay(UnclearReason.PAST if max(found) < taken.first else UnclearReason.TOO_FAR)
    if beside or problem is UnclearReason.WITH_TIME:
        return NoDay(UnclearReason.WITH_TIME, tuple(sorted(d for d in beside if d >= taken.first)))
    return None if problem is None else NoDay(problem)


def _phrases(line: TokenLine) -> list[Phrase]:
    """What the line says; "3 days" is a day as well as "in 3 days" is."""
    spans = [Phrase(day=day) for end, day in so_many(line, 0) if end == len(line)]
    # But 29日 is the 29th.
    return phrases(line) if line.names_day(len(line) - 1) else spans or phrases(line)


def _days(phrase: Phrase, language: Language, today: date, taken: _Range) -> list[date]:
    """The days a phrase may mean. Raises Unclear."""
    if phrase.day is None and phrase.weekday is None and not phrase.week:
        raise Unclear(UnclearReason.WITH_TIME)
    if taken.whole and (phrase.part is not None or is_bare(phrase.day)):
        raise Unclear(UnclearReason.NO_TIME_OF_DAY)
    weekday = phrase.weekday
    if not taken.past:
        return days_of(phrase, today, language)
    if phrase.day is None and weekday is not None and weekday.which is Which.COMING:
        before = replace(phrase, weekday=replace(weekday, which=Which.LAST, weeks=0))
        last = max(days_of(before, today, language))
        return [last, *days_of(phrase, today, language)]
    return [
        day for found in days_of(phrase, today, language) for day in _has_been(found, phrase, today)
    ]


def _has_been(day: date, phrase: Phrase, today: date) -> list[date]:
    """A day without a year or month, as it may have been."""
    match phrase.day:
        case Calendar(year=0, month=0, day=number):
            return [_month_before(day, number), day] if day != today else [day]
        case Calendar(year=0) | EitherDay(year=0) if day - today > SOON:
            return [_year_before(day)]
        case _:
            return [day]


def _month_before(day: date, number: int) -> date:
    """The last day before it that had this number in its month."""
    before = day - timedelta(days=1)
    while before.day != number:
        before -= timedelta(days=1)
    return before


def _year_before(day: date) -> date:
    """The same day of the year, in the last earlier year that has one."""
    for year in range(day.year - 1, day.year - 9, -1):
        try:
            return day.replace(year=year)
        except ValueError:
            continue
    return day


__all__ = ["AskedDay", "DayAnswer", "NoDay", "read_any_day", "read_day"]
