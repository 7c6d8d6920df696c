"""Days and times as commands take them: the one meant, or a Refusal that says how to type one. Pure.

Whatever can be read in several ways is asked back, each reading ready to be copied.
"""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from babel import Locale

from commands.framework.errors import (
    Grasp,
    Interpretation,
    Refusal,
    ambiguous,
    cut,
    did_you_mean,
    refuse,
)
from commands.framework.i18n import SOURCE_LANGUAGE, _, a_day, current_locale, joined
from commands.framework.reply import fill, line
from commands.framework.suggest import suggest
from commands.time.dates import AskedDay, DayAnswer, NoDay, read_any_day, read_day
from commands.time.deadlines import bare_deadline, part_hours
from commands.time.instants import Moment, here
from commands.time.read import AmbiguousTime, Answer, UnreadTime, read_length, read_time
from commands.time.resolve import UnclearReason
from commands.time.spelling import respelled

SEVERAL_COUNTRIES = frozenset({"ist", "cst", "bst", "ast", "mst", "sst", "gst", "wst"})
"""Abbreviations of zones that mean different times in different countries."""


MOST_HOURS = 12
"""Of a span that is never taken for a time of day: 18h is six in the evening for many."""
FEWEST_HOURS = 6
HOURS_WITH_H = frozenset({"es", "fr", "it", "pt"})
"""Where 8h is eight o'clock."""
_OCLOCK = re.compile(r"\bu(?:ur)?$|\du$")
"""Dutch has one word for hours and o'clock."""
_WITH_MINUTES = re.compile(r"\d\s*h[^\W\d]*\s*(?:and|und|y|et|e|en|i)?\s*\d+\s*m[^\W\d]*\.?$")
"""1h30m, 1 hour 30 minutes: no time of day."""
_DAY_AND_MONTH = re.compile(r"\d[./]\d")


# -- days


def day_to_come(text: str, today: date, language: str | None = None) -> date:
    """Read words as a day from today on. Raises Refusal."""
    found = read_day(text, today, language)
    if isinstance(found, NoDay) and found.why is UnclearReason.NOT_A_TIME:
        bare = bare_deadline(text.strip())
        # Most words are no deadline, and what was read once is not read again.
        found = found if bare == text.strip() else read_day(bare, today, language)
    return _one_day(text, today, found)


def any_day(text: str, today: date, language: str | None = None) -> date:
    """Read words as a day, past or to come. Raises Refusal."""
    return _one_day(text, today, read_any_day(text, today, language), past=True)


def _one_day(text: str, today: date, found: DayAnswer, *, past: bool = False) -> date:
    match found:
        case AskedDay(choices):
            raise _which_day(text, today, choices)
        case NoDay(UnclearReason.WITH_TIME, days) if days:
            raise _only_days(text, today, days)
        case NoDay(why):
            raise _no_day(why, text, today, past=past)
        case _:
            return found


def _which_day(text: str, today: date, choices: Sequence[date]) -> Refusal:
    problem = None
    if _DAY_AND_MONTH.search(text):
        problem = line(
            "“{day}” can be read two ways. Write the month as a word, like 4 may, or {iso}.",
            day=cut(text),
            iso=(today + timedelta(days=7)).isoformat(),
        )
    return ambiguous(text, [_day_reading(day, today) for day in choices], problem)


def _day_reading(day: date, today: date) -> Interpretation:
    return Interpretation(day.isoformat(), _relative(day, today))


def _relative(day: date, today: date) -> str:
    named = {0: _("today"), 1: _("tomorrow"), -1: _("yesterday")}.get((day - today).days)
    return joined([a_day(day, today), *([named] if named else [])])


def _only_days(text: str, today: date, days: Sequence[date]) -> Refusal:
    """The refusal of a time of day, with the days that are beside it."""
    problem = line(
        "“{day}” has a time in it. Type only a day, like fri, 3d or 1 dec.", day=cut(text)
    )
    return ambiguous(text, [_day_reading(day, today) for day in days], problem)


def _no_day(why: UnclearReason, text: str, today: date, *, past: bool) -> Refusal:
    soon = today if past else today + timedelta(days=7)
    words = {
        UnclearReason.PAST: _("“{day}” is in the past. Type a day from today on, like {like}."),
        UnclearReason.TOO_FAR: _(
            "“{day}” is more than two years away. Is that a mistake? Type a day like {like}."
        ),
        UnclearReason.NO_SUCH_DAY: _("There is no such day as “{day}”."),
        UnclearReason.OTHER_WEEKDAY: _("In “{day}” the weekday and the day do not fit together."),
        UnclearReason.WITH_TIME: _(
            "“{day}” has a time in it. Type only a day, like fri, 3d or 1 dec."
        ),
    }
    if past:
        words[UnclearReason.PAST] = words[UnclearReason.TOO_FAR] = _(
            "“{day}” is too far away. Is that a mistake? Type a day like {like}."
        )
    if why in words:
        said = fill(words[why], day=cut(text), like=soon.isoformat())
        return Refusal(said, grasp=Grasp.WHOLE)
    close = respelled(text) or suggest(text, [*_weekdays(), _("today"), _("tomorrow")])
    if close is not None:
        return did_you_mean(text, close)
    return refuse(
        "I cannot read the day “{day}”. It can be fri, tomorrow, 3d, 2w, 1 dec or 2026-12-01.",
        day=cut(text),
    )


def _weekdays() -> list[str]:
    """Full weekday names, Monday first: English, then the reader's."""
    names: list[str] = []
    for locale in (SOURCE_LANGUAGE, current_locale()):
        by_number = Locale.parse(locale).days["format"]["wide"]
        names += [str(by_number[number]).casefold() for number in range(7)]
    return names


# -- moments


def moment_to_come(
    text: str, now: datetime, zone: ZoneInfo, language: str | None, evening: time
) -> datetime:
    """Read words as an instant to come, UTC; a day alone means its ``evening``. Raises Refusal.

    ``now`` is aware, ``zone`` is the clock of whoever typed it. A span ends with a whole minute.
    """
    asked, text = text, text.strip().removeprefix("+").strip()
    if _is_unread(text, now, zone, language):
        # "do 18:00" is Thursday to some, and "until 18:00" to others only where it is nothing else.
        text = bare_deadline(text)
    found = read_time(text, now, zone, language)
    moments = _either(found, text, now, zone, language)
    if len(moments) == 1:
        return moments[0].at
    if moments:
        raise ambiguous(asked, [moment_reading(each, now, zone) for each in moments])
    if isinstance(found, UnreadTime) and found.why is UnclearReason.NO_TIME_OF_DAY:
        evenings = [
            each
            for part in part_hours(text)
            if isinstance(each := read_time(f"{text} {part}", now, zone, language), Moment)
        ]
        if evenings:
            problem = unclear(UnclearReason.NO_TIME_OF_DAY, asked, zone).problem
            ways = [moment_reading(each, now, zone) for each in evenings]
            raise ambiguous(asked, ways, problem)
    if isinstance(found, UnreadTime) and found.why not in {
        UnclearReason.NOT_A_TIME,
        UnclearReason.NO_TIME_OF_DAY,
    }:
        raise unclear(found.why, text, zone)
    return _evening(text, now, zone, language, evening)


def _is_unread(text: str, now: datetime, zone: ZoneInfo, language: str | None) -> bool:
    """Whether a text is neither a time nor a day nor a span."""
    found = read_time(text, now, zone, language)
    day = read_day(text, here(now, zone).date(), language)
    return (
        isinstance(found, UnreadTime)
        and found.why is UnclearReason.NOT_A_TIME
        and isinstance(day, NoDay)
        and day.why is UnclearReason.NOT_A_TIME
        and read_length(text) is None
    )


def _either(
    found: Answer, text: str, now: datetime, zone: ZoneInfo, language: str | None
) -> list[Moment]:
    """The times that are meant; 3h is a span from now, 18h and 1h30 may be one or a time of day.

    8h is a time of day as well to those who write times so.
    """
    match found:
        case AmbiguousTime(choices=choices):
            times = list(choices)
        case Moment():
            times = [found]
        case _:
            times = []
    minutes = read_length(text)
    if minutes is None:
        return times
    ends = (now + timedelta(minutes=minutes, seconds=59)).replace(second=0, microsecond=0)
    span = Moment(here(ends, zone), zone)
    most = FEWEST_HOURS if language in HOURS_WITH_H and "h" in text.casefold() else MOST_HOURS
    whole = minutes % 60 == 0 and minutes <= most * 60 and not _OCLOCK.search(text.casefold())
    sure = whole or _WITH_MINUTES.search(text.casefold())
    return [span] if sure or not times else [span, *times]


def _evening(
    text: str, now: datetime, zone: ZoneInfo, language: str | None, evening: time
) -> datetime:
    """The given time on the day that the words mean. Raises Refusal."""
    today = here(now, zone).date()
    day = read_day(text, today, language, whole=True)
    days = day.choices if isinstance(day, AskedDay) else (day,) if isinstance(day, date) else ()
    moments = [Moment(datetime.combine(each, evening), zone) for each in days]
    ahead = [each for each in moments if each.at > now]
    if len(ahead) == 1:
        return ahead[0].at
    if ahead:
        raise ambiguous(text, [moment_reading(each, now, zone) for each in ahead])
    if isinstance(day, NoDay) and day.why is not UnclearReason.NO_TIME_OF_DAY:
        raise _no_day(day.why, text, today, past=False)
    raise unclear(day.why if isinstance(day, NoDay) else UnclearReason.PAST, text, zone)


def moment_reading(moment: Moment, now: datetime, zone: ZoneInfo) -> Interpretation:
    """A moment on the clock of whoever asks; of a time that comes twice, in UTC."""
    local = here(moment.at, zone)
    typed = f"{local:%Y-%m-%dT%H:%M}"
    if (
        local.replace(fold=1, tzinfo=zone).utcoffset()
        != local.replace(fold=0, tzinfo=zone).utcoffset()
    ):
        typed = f"{moment.at.astimezone(UTC):%Y-%m-%dT%H:%M}Z"
    return Interpretation(
        typed, joined([_relative(local.date(), here(now, zone).date()), f"{local:%H:%M}"])
    )


def unclear(why: UnclearReason, text: str, zone: ZoneInfo, example: str | None = None) -> Refusal:
    """Refuse a time that was not understood, with one that would be."""
    said = set(text.casefold().split())
    several = said & SEVERAL_COUNTRIES
    if why is UnclearReason.NOT_A_TIME and several:
        return refuse(
            "Several countries use {zone}. Name a city instead, like 10am Kolkata.",
            zone=several.pop().upper(),
            example=example,
        )
    close = respelled(text) if why is UnclearReason.NOT_A_TIME else None
    if close is not None:
        return did_you_mean(text, close)
    words = {
        UnclearReason.NOT_A_TIME: _("I cannot read “{when}” as a time, and I do not guess."),
        UnclearReason.NO_TIME_OF_DAY: _("“{when}” has no time of day in it."),
        UnclearReason.PAST: _("“{when}” is already over in {city}."),
        UnclearReason.TOO_FAR: _("“{when}” is more than two years away. Is that a mistake?"),
        UnclearReason.NO_SUCH_DAY: _("There is no such day as in “{when}”."),
        UnclearReason.NO_SUCH_TIME: _("There is no such time as “{when}”."),
        UnclearReason.OTHER_WEEKDAY: _("In “{when}” the weekday and the day do not fit together."),
    }.get(why, _("“{when}” can be read in several ways."))
    city = zone.key.rpartition("/")[2].replace("_", " ")
    grasp = Grasp.NOTHING if why is UnclearReason.NOT_A_TIME else Grasp.WHOLE
    return Refusal(fill(words, when=cut(text), city=city), example=example, grasp=grasp)
