"""Rules of the morning digest: what is due, after three days, after seven, then weekly. Pure."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

MORNING, EVENING = time(9), time(20)
"""Between these a digest may come, by the reader's own clock; it comes as early as it can."""

DAY, WEEK = timedelta(days=1), timedelta(days=7)
"""After this long a lead hears how many there are."""

_REMINDERS = (0, 3, 7)
"""Days after the due day on which somebody is reminded; after the last of them every seven days."""

MONDAY = 0


def may_come(now: datetime, zone: ZoneInfo) -> date | None:
    """The reader's local day if it is time for a digest; None when it is too early or too late."""
    local = now.astimezone(zone)
    return local.date() if MORNING <= local.time() < EVENING else None


def reminded_on(due: date, today: date) -> date | None:
    """The last day up to today on which somebody is to be reminded of what was due then."""
    late = (today - due).days
    if late < 0:
        return None
    if late >= _REMINDERS[-1]:
        return due + timedelta(days=late - late % WEEK.days)
    return due + timedelta(days=max(days for days in _REMINDERS if days <= late))


def is_news(due: date, today: date, last: date | None) -> bool:
    """Whether a reminder fell between the last digest that was looked at and today.

    A day on which the bot was down loses none.
    """
    day = reminded_on(due, today)
    return day is not None and (last is None or day > last)


def days_told(today: date, last: date | None, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """From when until when a digest tells what others did: the days since the last one, without today.

    At most a week, and the day before if there was none; in the reader's own zone.
    """
    first = today - DAY if last is None else max(last, today - WEEK)
    return datetime.combine(first, time.min, zone), datetime.combine(today, time.min, zone)


def leads_hear(late: int, newly_late: int, today: date) -> bool:
    """Leads hear of what is a week late when it becomes so, and on Mondays while it stays."""
    return newly_late > 0 or (late > 0 and today.weekday() == MONDAY)
