"""Repetition rules on wall times: a closed set of rules for series of meetings. Pure.

Nobody types calendar rules: every rule is one that can be said back in words.
"""

import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from enum import Enum

from commands.time.instants import Moment
from storage.core.lazy_dataclass import dataclass

FARTHEST = timedelta(days=2 * 366)


class Every(Enum):
    """The unit in which a rule counts."""

    DAYS = "days"
    WEEKS = "weeks"
    MONTHS = "months"
    """On the nth weekday of the month."""
    DATES = "dates"
    """On a day of the month by its number, in months that have it."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A repetition: every so many days or weeks, or on the nth weekday of months."""

    every: Every
    interval: int = 1
    weekdays: tuple[int, ...] = ()
    place: int = 0
    """For MONTHS the nth weekday, 1 to 4, or -1 for the last; for DATES the day, or -1 for the last."""
    until: date | None = None
    """The last day it may be on."""

    def written(self) -> str:
        """The rule as the JSON text it is stored as."""
        last = None if self.until is None else self.until.isoformat()
        return json.dumps([self.every.value, self.interval, list(self.weekdays), self.place, last])

    @classmethod
    def read(cls, text: str) -> "Rule":
        """Parse a rule from the JSON text that a series is stored as."""
        every, interval, weekdays, place, last = json.loads(text)
        until = None if last is None else date.fromisoformat(last)
        return cls(Every(every), interval, tuple(weekdays), place, until)


def days(rule: Rule, first: date) -> Iterator[date]:
    """Yield the days of a rule in order, beginning with ``first``, which must be one of them."""
    end = min(rule.until or date.max, first + FARTHEST)
    for day in _endless(rule, first):
        if day > end:
            return
        if day >= first:
            yield day


def _endless(rule: Rule, first: date) -> Iterator[date]:
    if rule.every is Every.DAYS:
        day = first
        while True:
            yield day
            day += timedelta(days=rule.interval)
    if rule.every is Every.WEEKS:
        monday = first - timedelta(days=first.weekday())
        while True:
            yield from (monday + timedelta(days=weekday) for weekday in sorted(rule.weekdays))
            monday += timedelta(weeks=rule.interval)
    month = first.year * 12 + first.month - 1
    while rule.every is Every.DATES:
        day_of = day_of_month(month // 12, month % 12 + 1, rule.place)
        if day_of is not None:
            yield day_of
        month += rule.interval
    while True:
        yield nth_weekday(month // 12, month % 12 + 1, rule.weekdays[0], rule.place)
        month += rule.interval


def day_of_month(year: int, month: int, number: int) -> date | None:
    """A numbered day of a month, or its last (-1); None in a month without such a day."""
    last = date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
    if number < 0:
        return last
    return date(year, month, number) if number <= last.day else None


def nth_weekday(year: int, month: int, weekday: int, place: int) -> date:
    """The first to fourth of a weekday in a month, or (-1) its last."""
    if place > 0:
        first = date(year, month, 1)
        return first + timedelta(days=(weekday - first.weekday()) % 7, weeks=place - 1)
    last = date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
    return last - timedelta(days=(last.weekday() - weekday) % 7)


def first_day(rule: Rule, start: date) -> date:
    """The first day from ``start`` on that fits the rule."""
    if rule.every is Every.DAYS:
        return start
    if rule.every is Every.WEEKS:
        return min(start + timedelta(days=(day - start.weekday()) % 7) for day in rule.weekdays)
    return next(day for day in _endless(rule, start) if day >= start)


@dataclass(frozen=True, slots=True)
class Series:
    """A rule with its first time."""

    rule: Rule
    first: Moment

    def times(self, limit: int) -> list[datetime]:
        """The first ``limit`` wall times of the series, fewer if the rule ends."""
        found: list[datetime] = []
        for day in days(self.rule, self.first.local.date()):
            if len(found) == limit:
                break
            found.append(datetime.combine(day, self.first.local.time()))
        return found
