"""Reading days as lists and forms write them, with a year, in any of the languages. Pure, and fast.

A list has a hundred thousand of them: what a table of month names tells is looked up there, and the
grammar is asked for the rest, once for each spelling.
"""

import re
from datetime import date
from functools import cache

from commands.time.days import FIRST_YEAR
from commands.time.grammar import phrases
from commands.time.languages import LANGUAGES
from commands.time.phrase import Calendar
from commands.time.read import line_of
from commands.time.resolve import Unclear, days_of
from commands.time.signs import Sign
from commands.time.tokens import plain, tokens
from commands.time.vocabulary import vocabulary
from storage.core.later import for_a_while

MOST_KEPT = 16_384
"""Spellings of days that are remembered: those of forty years."""
CENTURY_ENDS = 50
"""A year of two digits below it is of this century."""

_OF = r"(?:[\s./-]+|\s*\b(?:de|del|do|of)\s+)*"
_WORDED = re.compile(
    rf"(\d{{1,2}})(?:st|nd|rd|th|er|e|\.|º)?{_OF}([^\W\d]{{3,}})\.?,?{_OF}(\d{{4}}|\d{{2}})(?:\s?r\.?)?"
)
_WORD_FIRST = re.compile(
    r"([^\W\d]{3,})\.?[\s-]+(\d{1,2})(?:st|nd|rd|th)?(?:,\s*|[\s-]+)(\d{4}|\d{2})"
)


@for_a_while(MOST_KEPT)
def written_days(text: str) -> frozenset[date]:
    """Every day that a text with a year may mean; none if it is no day. A time behind it is left out."""
    words = " ".join(text.casefold().split())
    if match := _WORDED.fullmatch(words):
        day, name, year = match.groups()
    elif match := _WORD_FIRST.fullmatch(words):
        name, day, year = match.groups()
    else:
        return _read(text)
    months = _months().get(plain(name))
    if months is None:
        return _read(text)
    return frozenset(_real(full_year(year), month, int(day)) for month in months) - {date.min}


def full_year(digits: str) -> int:
    """Complete a year of two digits: 98 is 1998, 26 is 2026."""
    year = int(digits)
    if len(digits) > 2:
        return year
    return year + (2000 if year < CENTURY_ENDS else 1900)


def _real(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        return date.min


@cache
def _months() -> dict[str, frozenset[int]]:
    """Names of months in all languages, as words are compared, and which months they are."""
    found: dict[str, set[int]] = {}
    for code in LANGUAGES:
        for listed in vocabulary(code).own.by_first.values():
            for words, sign, value in listed:
                if sign is Sign.MONTH and len(words) == 1 and isinstance(value, int):
                    found.setdefault(words[0], set()).add(value)
    return {name: frozenset(months) for name, months in found.items()}


def _read(text: str) -> frozenset[date]:
    """What the grammar reads: with a weekday, in signs, in words."""
    line = tokens(text)
    found: set[date] = set()
    for code in LANGUAGES if line else ():
        lined = line_of(line or [], code)
        if lined is None:
            continue
        for phrase in phrases(lined):
            if isinstance(phrase.day, Calendar) and phrase.day.year >= FIRST_YEAR:
                try:
                    found.update(days_of(phrase, date(FIRST_YEAR, 1, 1), lined.language))
                except Unclear:
                    continue
    return frozenset(found)
