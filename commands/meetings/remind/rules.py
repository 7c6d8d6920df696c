"""Rules of reminders: what to say before, at and after a meeting, and what still makes sense. Pure.

Nothing here reads a clock or a table: the engine (bot/jobs/reminders.py) hands in rows and the time, and the
simulation hands in a thousand worlds of them.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from enum import Enum, auto

from commands.time.instants import instant
from storage.core.lazy_dataclass import dataclass
from storage.meetings.meetings import ONCE, MeetingId, Occurrence
from storage.meetings.reminders import PlannedReminder, Reminder, ReminderKind

LATE = timedelta(minutes=5)
"""A reminder is late, and the bot was away, from this on."""
LINK_KEPT = timedelta(minutes=30)
"""How long after its end a meeting's link is kept."""
CLOCKS_AHEAD = timedelta(days=3)
"""So long before a meeting that is at another hour for somebody, since clocks change, it is said."""

_LADDER = (
    ReminderKind.DAY_BEFORE,
    ReminderKind.HOUR_BEFORE,
    ReminderKind.AT_THE_DOOR,
    ReminderKind.START,
)
"""Each says more than the one before: of several that are due, only the last is said."""


def for_occurrence(occurrence: Occurrence, now: datetime) -> list[PlannedReminder]:
    """Everything to be planned for one time of a meeting, what is over left out."""
    if not occurrence.live:
        return []
    at, minute = occurrence.at, timedelta(minutes=1)
    # The day before at the same time on the clock, whatever clocks do that night.
    day_before = instant(occurrence.start - timedelta(days=1), occurrence.zone)
    times = [
        (ReminderKind.DAY_BEFORE, day_before, at - 180 * minute),
        (ReminderKind.ROLES, at - 120 * minute, at - 30 * minute),
        (ReminderKind.HOUR_BEFORE, at - 60 * minute, at),
        (ReminderKind.AT_THE_DOOR, at - 10 * minute, at + 10 * minute),
        (ReminderKind.START, at, min(at + 30 * minute, occurrence.ends)),
        (ReminderKind.OVER, occurrence.ends + LINK_KEPT, occurrence.ends + timedelta(days=365)),
    ]
    if occurrence.rid != ONCE:
        times.append((ReminderKind.CLOCKS, at - CLOCKS_AHEAD, at - timedelta(days=1)))
    return [
        PlannedReminder(kind, occurrence.id, occurrence.seq, None, due, expires)
        for kind, due, expires in times
        if due > now
    ]


def for_poll(
    meeting: MeetingId, seq: int, closes: datetime, now: datetime
) -> list[PlannedReminder]:
    """Plan the reminders and the end of a poll on times."""
    day = timedelta(days=1)
    plans = [PlannedReminder(ReminderKind.CLOSE, meeting, seq, None, closes, closes + 30 * day)]
    nag = next((t for t in (closes - day, closes - day / 8) if t > now), None)
    if nag is not None:
        plans.append(
            PlannedReminder(ReminderKind.NAG, meeting, seq, None, nag, closes - timedelta(hours=1))
        )
    return plans


@dataclass(frozen=True, slots=True)
class DueReminders:
    """Due reminders, divided into those to send and those that are too late."""

    send: tuple[Reminder, ...]
    expired: tuple[Reminder, ...]


def decide(due: Iterable[Reminder], now: datetime) -> DueReminders:
    """Choose the reminders to send: none early, none expired, and only the last of several for one meeting."""
    send: list[Reminder] = []
    expired: list[Reminder] = []
    last: dict[tuple[int, str], Reminder] = {}
    for reminder in due:
        if reminder.due > now:
            continue
        if now >= reminder.expires:
            expired.append(reminder)
        elif reminder.kind in _LADDER:
            place = (reminder.subject, reminder.recipient or "")
            before = last.get(place)
            if before is not None and _rung(before) > _rung(reminder):
                expired.append(reminder)
                continue
            if before is not None:
                expired.append(before)
            last[place] = reminder
        else:
            send.append(reminder)
    send += last.values()
    return DueReminders(tuple(sorted(send, key=lambda r: (r.due, r.id))), tuple(expired))


def _rung(reminder: Reminder) -> tuple[int, int]:
    return reminder.seq, _LADDER.index(reminder.kind)


class ReminderFate(Enum):
    """The fate of a reminder at the moment of sending."""

    GOES = auto()
    EARLY = auto()
    """The clock was set back since it was queued: it waits again."""
    EXPIRED = auto()
    CANCELLED = auto()
    """The subject of the reminder was moved, skipped or called off since."""
    UNKNOWN = auto()
    """Sending was tried before and is too late now: the reminder may have arrived, and is not repeated."""


def at_the_last_moment(
    reminder: Reminder, now: datetime, *, current: int | None, tried: bool
) -> ReminderFate:
    """Decide whether a reminder goes now; ``current`` is its subject's version (None: called off).

    Whoever tried before cannot know whether the homeserver took it.
    """
    if current is None or current != reminder.seq:
        return ReminderFate.UNKNOWN if tried else ReminderFate.CANCELLED
    if now >= reminder.expires:
        return ReminderFate.UNKNOWN if tried else ReminderFate.EXPIRED
    return ReminderFate.EARLY if now < reminder.due and not tried else ReminderFate.GOES


def outage(looked: datetime | None, now: datetime) -> bool:
    """Whether the bot was away for longer than LATE, so that it has to say so."""
    return looked is not None and now - looked > LATE


def late(sent: Sequence[Reminder], now: datetime) -> int:
    """How many of the reminders are sent more than LATE after they were due."""
    return sum(now - each.due > LATE for each in sent)


# -- how much one person, and all together, may have said unasked

IN_ROOM, IN_ROOM_AT_MOST = 60, 120
"""Reminders in a committee's room within a day: of more only what is said at the door, and of still
more nothing at all."""
OF_ONE, FAIR = 30, 8
"""Room reminders within a day for meetings made by one person; beyond IN_ROOM each person still has FAIR."""
EACH, EACH_AT_MOST = 25, 50
"""Reminders to one person by direct message within a day, with the same two limits as in the room."""
AT_ITS_TIME = frozenset({ReminderKind.CLOSE, ReminderKind.OVER})
"""What is done, and not only said."""


@dataclass(frozen=True, slots=True)
class SaidToday:
    """Counts of the reminders that went to one place within a day."""

    there: int
    of_one: int = 0
    """Of those in the room, how many were about meetings made by the same person."""


def too_many(reminder: Reminder, said: SaidToday) -> bool:
    """Whether a reminder is left out because too many went there within a day."""
    if reminder.kind in AT_ITS_TIME:
        return False
    most = EACH_AT_MOST if reminder.recipient else IN_ROOM_AT_MOST
    if reminder.kind in {ReminderKind.AT_THE_DOOR, ReminderKind.WEEK}:
        return said.there >= most
    if reminder.recipient:
        return said.there >= EACH
    return said.there >= most or said.of_one >= (OF_ONE if said.there < IN_ROOM else FAIR)


# -- quiet hours


def is_quiet(local: datetime, hours: str | None) -> bool:
    """Whether a local time is in somebody's quiet hours, like "22-8": no pings then."""
    begin, end = quiet_hours(hours)
    if begin == end:
        return False
    return begin <= local.hour < end if begin < end else not end <= local.hour < begin


def quiet_hours(hours: str | None) -> tuple[int, int]:
    """The quiet hours as (first hour, hour they end); equal ones mean never."""
    begin, _dash, end = (hours or "22-8").partition("-")
    return int(begin), int(end)
