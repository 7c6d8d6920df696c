"""Times, clocks and repetition rules in words, the same in every message."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from commands.framework.handles import HANDLE
from commands.framework.i18n import (
    SOURCE_LANGUAGE,
    _,
    a_day,
    city,
    current_locale,
    joined,
    ngettext,
)
from commands.framework.naming import named
from commands.time.series import Every, Rule
from storage.core.model import UserId
from storage.meetings.actions import ActionItem
from storage.meetings.meetings import Occurrence

MOST_ZONES = 6
DAYS_OF_EVERY_MONTH = 28


def short(user: UserId) -> str:
    """A member without the @ and without the server: ana; in full where two are called that."""
    shown = named(user)
    return shown if ":" in shown else shown.removeprefix("@")


def in_numbers(action: ActionItem) -> str:
    """Something to do as a lock screen may show it: its number, and whom it is about by handle."""
    about = joined(dict.fromkeys(found[0] for found in HANDLE.finditer(action.words)))
    told = _("action {number} ({about})") if about else _("action {number}")
    return told.format(number=action.number, about=about)


def clock(local: datetime, minutes: int) -> str:
    """The hours from start to end: 19:00–20:30."""
    return f"{local:%H:%M}–{local + timedelta(minutes=minutes):%H:%M}"


def when(
    local: datetime,
    zone: ZoneInfo,
    minutes: int | None,
    now: datetime,
    clock_of: ZoneInfo | None = None,
) -> str:
    """Day, hours and city: Tue 31 Mar, 19:00–20:30 Berlin.

    ``clock_of`` is the zone of whoever reads it alone; None: many do, and ``zone`` stays.
    """
    local, zone = on_clock(local, zone, clock_of)
    today = now.astimezone(zone).date()
    hours = f"{local:%H:%M}" if minutes is None else clock(local, minutes)
    return joined([a_day(local.date(), today), f"{hours} {city(zone)}"])


def on_clock(local: datetime, zone: ZoneInfo, reader: ZoneInfo | None) -> tuple[datetime, ZoneInfo]:
    """The time and zone as a reader's clock shows them; as they are where it shows the same."""
    at = local.replace(tzinfo=zone)
    if reader is None or at.astimezone(reader).utcoffset() == at.utcoffset():
        return local, zone
    return at.astimezone(reader).replace(tzinfo=None), reader


def when_it_is(occurrence: Occurrence, now: datetime, clock_of: ZoneInfo | None = None) -> str:
    """The local time of an occurrence in words; ``clock_of`` as in ``when``."""
    return when(occurrence.start, occurrence.zone, occurrence.minutes, now, clock_of)


def elsewhere(at: datetime, zone: ZoneInfo, zones: Iterable[ZoneInfo]) -> str:
    """New York 13:00 · Kolkata 22:30: one city for each other clock, never who is where."""
    own = at.astimezone(zone)
    clocks: dict[timedelta | None, ZoneInfo] = {}
    for other in sorted(zones, key=lambda each: each.key):
        if at.astimezone(other).utcoffset() != own.utcoffset():
            clocks.setdefault(at.astimezone(other).utcoffset(), other)
    shown = []
    for other in sorted(clocks.values(), key=lambda each: at.astimezone(each).replace(tzinfo=None)):
        there = at.astimezone(other)
        day = "" if there.date() == own.date() else f"{a_day(there.date(), there.date())} "
        shown.append(f"{city(other)} {day}{there:%H:%M}")
    more = len(shown) - MOST_ZONES
    return " · ".join([*shown[:MOST_ZONES], *([f"+{more}"] if more > 0 else [])])


def in_days(local: datetime, zone: ZoneInfo, now: datetime) -> str:
    """How many days from now a local time is: "today", "in 3 days"."""
    days = (local.date() - now.astimezone(zone).date()).days
    if days == 0:
        return _("today")
    return ngettext("in {n} day", "in {n} days", days).format(n=days)


def rule_in_words(rule: Rule) -> str:
    """A repetition rule in words: every other Thursday; on the last Friday of the month."""
    names = current_locale().days["format"]["wide"]
    days = " + ".join(str(names[day]) for day in rule.weekdays)
    if rule.every is Every.DAYS:
        return ngettext("every day", "every {n} days", rule.interval).format(n=rule.interval)
    if rule.every is Every.MONTHS:
        place = {1: _("first"), 2: _("second"), 3: _("third"), 4: _("fourth"), -1: _("last")}
        return _("on the {place} {weekday} of the month").format(
            place=place[rule.place], weekday=days
        )
    if rule.every is Every.DATES:
        return _on_a_date(rule.place)
    if rule.interval == 1:
        return _("every {weekdays}").format(weekdays=days)
    if rule.interval == 2:
        return _("every other {weekdays}").format(weekdays=days)
    return _("every {n} weeks on {weekdays}").format(n=rule.interval, weekdays=days)


def _on_a_date(number: int) -> str:
    if number < 0:
        return _("on the last day of every month")
    words = _("on the {day} of every month").format(day=_ordinal(number))
    if number <= DAYS_OF_EVERY_MONTH:
        return words
    return _("{rule} that has one").format(rule=words)


def _ordinal(number: int) -> str:
    """15th in English; the number alone elsewhere."""
    if current_locale().language != SOURCE_LANGUAGE:
        return str(number)
    ending = {1: "st", 2: "nd", 3: "rd"}.get(number % 10 if number // 10 != 1 else 0, "th")
    return f"{number}{ending}"
