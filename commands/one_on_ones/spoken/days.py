"""How days are read in spoken lines: as everywhere, and the past is the day of the talk. Pure."""

import re
from datetime import date, timedelta

from commands.framework.context import Context
from commands.one_on_ones.spoken.grammar import Days
from commands.time.dates import AskedDay, DayAnswer, read_any_day, read_day
from storage.core.later import for_a_while

LONGEST_AGO = timedelta(days=366)
"""Nobody reports an older talk."""
FARTHEST = timedelta(days=300)
"""Nobody plans a talk for later in a word; such a day has been."""
KEPT = 2048
_OF_FIVE = re.compile(r"[0-5]\s?[./]\s?[0-5]")


def days_for(ctx: Context) -> Days:
    """The ways of reading a day for one person, on their own day."""
    today, language = ctx.today, ctx.language
    return Days(
        lambda text: _bare(text, today, language),
        lambda text: _coming(text, today, language),
        lambda text: _past(text, today, language),
    )


@for_a_while(KEPT)
def _bare(text: str, today: date, language: str) -> tuple[date, ...]:
    if not _may_be(text):
        return ()
    coming = [d for d in _all(read_day(text, today, language)) if d - today <= FARTHEST]
    if coming:
        return tuple(coming)
    return _past(text, today, language)


@for_a_while(KEPT)
def _coming(text: str, today: date, language: str) -> tuple[date, ...]:
    if not _may_be(text):
        return ()
    return tuple(d for d in _all(read_day(text, today, language)) if d - today <= FARTHEST)


@for_a_while(KEPT)
def _past(text: str, today: date, language: str) -> tuple[date, ...]:
    if not _may_be(text):
        return ()
    found = [d for d in _all(read_any_day(text, today, language)) if d <= today]
    return (max(found),) if found and max(found) >= today - LONGEST_AGO else ()


def _may_be(text: str) -> bool:
    """A number alone is a rating, and no day; 2/5 may be one as well."""
    return (
        not text.isdecimal()
        and not _OF_FIVE.fullmatch(text)
        and any(char.isalnum() for char in text)
    )


def _all(answer: DayAnswer) -> tuple[date, ...]:
    if isinstance(answer, AskedDay):
        return answer.choices
    return (answer,) if isinstance(answer, date) else ()
