"""Days as people type them: fri, tomorrow, 3d, 2 weeks, 2026-12-01, 1 dec, 1.12. Pure."""

import re
from datetime import date, timedelta

from babel.dates import get_day_names, get_month_names

from commands.framework.errors import Refusal, cut, did_you_mean, refuse
from commands.framework.i18n import SOURCE_LANGUAGE, _, current_locale
from commands.framework.suggest import suggest
from storage.names import folded

FARTHEST = timedelta(days=2 * 366)
"""Farther days are slips of the finger."""
SHORTEST_NAME = 3
"""Letters of a weekday or month that are enough: "tue", "dec"."""

LONGEST_AGO = timedelta(days=60 * 366)
"""Nobody was hired before that."""
SOON = timedelta(days=92)
"""A day without a year that comes within three months is ahead; otherwise it has been."""

_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_DOTTED = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.?(?:\s?(\d{4}))?")
_SLASHED = re.compile(r"(\d{1,2})/(\d{1,2})(?:/(\d{4}))?")
_SPAN = re.compile(r"(?:in )?\+?(\d{1,4}|an?) ?([a-z]+)")
_DAY_MONTH = re.compile(r"(\d{1,2})(?:st|nd|rd|th|\.)? ?(?:of )?([^\W\d]+)\.?(?:,? (\d{4}))?")
_MONTH_DAY = re.compile(r"([^\W\d]+)\.? ?(\d{1,2})(?:st|nd|rd|th|\.)?(?:,? (\d{4}))?")


def read_day(text: str, today: date) -> date:
    """The day from today on that the words mean. Raises Refusal for past, unclear or unknown ones."""
    words = " ".join(text.casefold().split())
    day = (
        _spoken(words, today)
        or _weekday(words, today)
        or _span(words, today)
        or _numbers(words, text, today)
        or _with_month(words, text, today)
    )
    if day is None:
        raise _unknown(text)
    if day < today:
        raise refuse(
            _("“{day}” is in the past. A day from today on, like {like}."),
            day=cut(text),
            like=_soon(today),
        )
    if day - today > FARTHEST:
        raise refuse(
            _("“{day}” is more than two years away: a slip? A day like {like}."),
            day=cut(text),
            like=_soon(today),
        )
    return day


def read_any_day(text: str, today: date) -> date:
    """The day, past or to come, that the words mean. Raises Refusal for unclear or unknown ones."""
    words = " ".join(text.casefold().split())
    day = (
        _spoken(words, today)
        or _last_weekday(words, today)
        or _weekday(words, today)
        or _ago(words, today)
        or _span(words, today)
        or _numbers(words, text, today)
        or _with_month(words, text, today)
    )
    if day is None:
        raise _unknown(text)
    if day - today > SOON and not re.search(r"\d{4}|\dm|\dw|\dd|in ", words):
        day = _a_year_before(day)
    if day - today > FARTHEST or today - day > LONGEST_AGO:
        raise refuse(
            _("“{day}” is too far away: a slip? A day like {like}."),
            day=cut(text),
            like=today.isoformat(),
        )
    return day


def _last_weekday(words: str, today: date) -> date | None:
    """``last fri``: the Friday before today."""
    if not words.startswith("last "):
        return None
    coming = _weekday(words.removeprefix("last "), today)
    return coming and coming - timedelta(days=14 if coming - today == timedelta(days=7) else 7)


def _ago(words: str, today: date) -> date | None:
    if not words.endswith(" ago"):
        return None
    ahead = _span(words.removesuffix(" ago"), today)
    return ahead and today - (ahead - today)


def _a_year_before(day: date) -> date:
    """The same day of the last year that had it."""
    for year in range(day.year - 1, day.year - 9, -1):
        try:
            return day.replace(year=year)
        except ValueError:
            continue
    return day


def _soon(today: date) -> str:
    return (today + timedelta(days=7)).isoformat()


def _unknown(text: str) -> Refusal:
    if re.search(r"\d\s?(:\d\d|am\b|pm\b)", text.casefold()):
        return refuse(
            _("“{day}” has a time in it; I keep days only, like fri, 3d or 1 dec."), day=cut(text)
        )
    close = suggest(text, [*_weekdays(), _("today"), _("tomorrow")])
    if close is not None:
        return did_you_mean(text, close)
    return refuse(
        _("I cannot read the day “{day}”. It can be fri, tomorrow, 3d, 2w, 1 dec or 2026-12-01."),
        day=cut(text),
    )


def _spoken(words: str, today: date) -> date | None:
    spoken = {
        "yesterday": -1, _("yesterday"): -1, "today": 0, "tonight": 0, "tomorrow": 1, "tmrw": 1, "tmr": 1,
        _("today"): 0, _("tomorrow"): 1, "next week": 7, _("next week"): 7,
    }  # fmt: skip
    return today + timedelta(days=spoken[words]) if words in spoken else None


def _weekdays() -> list[str]:
    """Full weekday names, Monday first: English, then the reader's."""
    names: list[str] = []
    for locale in (SOURCE_LANGUAGE, current_locale()):
        by_number = get_day_names("wide", locale=locale)
        names += [str(by_number[number]).casefold() for number in range(7)]
    return names


def _weekday(words: str, today: date) -> date | None:
    """The next such day; said on that very weekday it means in a week."""
    bare = re.sub(r"^(next|on|this|coming) ", "", words).rstrip(".")
    names = _weekdays()
    short = {"weds": 2, "thur": 3, "thurs": 3}
    found = short.get(bare)
    if found is None and len(bare) >= SHORTEST_NAME:
        found = next(
            (i % 7 for i, n in enumerate(names) if folded(n).startswith(folded(bare))), None
        )
    if found is None or not folded(bare):
        return None
    return today + timedelta(days=(found - today.weekday() - 1) % 7 + 1)


def _span(words: str, today: date) -> date | None:
    match = _SPAN.fullmatch(words)
    if match is None:
        return None
    units = {"d": 1, "day": 1, "days": 1, "w": 7, "wk": 7, "wks": 7, "week": 7, "weeks": 7}
    months = {"m", "month", "months", "mo"}
    count = int(match[1]) if match[1].isdecimal() else 1
    if match[2] in units:
        return today + timedelta(days=min(count * units[match[2]], 9999))
    if match[2] in months:
        return today + timedelta(days=min(count * 30, 9999))
    return None


def _numbers(words: str, text: str, today: date) -> date | None:
    if match := _ISO.fullmatch(words):
        return _real(int(match[1]), int(match[2]), int(match[3]), text)
    if match := _DOTTED.fullmatch(words):
        return _this_or_next(int(match[1]), int(match[2]), match[3], text, today)
    if match := _SLASHED.fullmatch(words):
        first, second = int(match[1]), int(match[2])
        twelve = 12
        if first <= twelve and second <= twelve and first != second:
            raise refuse(
                _("“{day}” can be read two ways. Write the month as a word, like 4 may, or {iso}."),
                day=cut(text),
                iso=_soon(today),
            )
        day, month = (first, second) if first > second else (second, first)
        return _this_or_next(day, month, match[3], text, today)
    return None


def _with_month(words: str, text: str, today: date) -> date | None:
    if match := _DAY_MONTH.fullmatch(words):
        number, name, year = match[1], match[2], match[3]
    elif match := _MONTH_DAY.fullmatch(words):
        name, number, year = match[1], match[2], match[3]
    else:
        return None
    month = _month(name)
    return None if month is None else _this_or_next(int(number), month, year, text, today)


def _month(name: str) -> int | None:
    if len(name) < SHORTEST_NAME:
        return None
    for locale in (SOURCE_LANGUAGE, current_locale()):
        for number, full in get_month_names("wide", locale=locale).items():
            if folded(str(full)).startswith(folded(name)) and folded(name):
                return int(number)
    return None


def _this_or_next(day: int, month: int, year: str | None, text: str, today: date) -> date:
    """Without a year: the next time that day comes."""
    if year is not None:
        return _real(int(year), month, day, text)
    for candidate in range(today.year, today.year + 9):  # 29 February may be eight years away
        try:
            found = date(candidate, month, day)
        except ValueError:
            continue
        if found >= today:
            return found
    raise _no_such_day(text)


def _real(year: int, month: int, day: int, text: str) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise _no_such_day(text) from None


def _no_such_day(text: str) -> Refusal:
    return refuse(_("There is no such day as “{day}”."), day=cut(text))
