"""Laying out a meeting's times for the weeks ahead, with their reminders."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from commands.meetings.remind import rules as reminding
from commands.time.instants import around_gap, exists, instant
from commands.time.series import Rule, days
from storage.meetings.answers import TimePolls
from storage.meetings.meetings import (
    ONCE,
    Meeting,
    MeetingId,
    Meetings,
    Moved,
    Occurrence,
    Planned,
    written,
)
from storage.meetings.reminders import OF_A_POLL, OF_AN_OCCURRENCE, Reminders

AHEAD = timedelta(days=60)
"""How far times of a series are laid out; the engine goes on every day."""


async def replan(
    meetings: Meetings,
    reminders: Reminders,
    meeting: MeetingId,
    now: datetime,
    held: Sequence[Occurrence] | None = None,
) -> list[Occurrence]:
    """Lay out a meeting's times and reminders again; return the times that changed.

    Runs in the transaction of the change itself. A second run changes nothing. ``held``: its times, if they
    were read there.
    """
    found = await meetings.by_id(meeting)
    times = [] if found is None else await _times(meetings, found, now)
    repeats = found is not None and found.version.rule is not None
    until = now + AHEAD - timedelta(days=1) if repeats else None
    if held is None:
        held = await meetings.occurrences(meeting)
    changed = await meetings.settle(meeting, held, times, now, until)
    for occurrence in changed:
        await reminders.cancel(OF_AN_OCCURRENCE, occurrence.id, now, below=occurrence.seq)
        if not occurrence.live:
            await reminders.cancel(OF_AN_OCCURRENCE, occurrence.id, now)
        await reminders.plan(reminding.for_occurrence(occurrence, now))
    gone = found is None or found.version.cancelled
    if gone:
        await meetings.drop_link(meeting)
    over = gone or (found is not None and await _is_over(meetings, found, now))
    await meetings.set_open(meeting, open=not over)
    if gone or (found is not None and found.version.start is not None):
        await reminders.cancel(OF_A_POLL, meeting, now)
    return changed


async def _is_over(meetings: Meetings, meeting: Meeting, now: datetime) -> bool:
    """Whether a meeting has no time left and its last one was a day ago, so that none is laid out."""
    if meeting.version.start is None:
        return False
    if meeting.version.rule is not None and Rule.read(meeting.version.rule).until is None:
        return False
    times = await meetings.occurrences(meeting.id)
    return all(each.ends < now - timedelta(days=1) for each in times)


async def plan_poll(
    polls: TimePolls, reminders: Reminders, meeting: MeetingId, seq: int, now: datetime
) -> None:
    """Plan for a poll on times; ``seq`` grows when it is given more time."""
    poll = await polls.of(meeting)
    if poll is not None and not poll.closed:
        await reminders.plan(reminding.for_poll(meeting, seq, poll.closes, now))


async def _times(meetings: Meetings, meeting: Meeting, now: datetime) -> list[Planned]:
    version = meeting.version
    if version.start is None:
        return []
    if version.rule is None:
        once = Moved(version.start, None)
        return [_planned(meeting, ONCE, once, live=not version.cancelled)]
    exceptions = await meetings.exceptions(meeting.id)
    first, zone = version.start, version.zone
    last, time = now + AHEAD, first.time()
    times = []
    for day in days(Rule.read(version.rule), first.date()):
        local = datetime.combine(day, time)
        at = instant(local, zone)
        if at > last:
            break
        rid = written(local)
        moved = exceptions.get(rid, Moved(local, None))
        live = moved is not None and not version.cancelled
        times.append(_planned(meeting, rid, moved or Moved(local, None), live=live))
    return times


def _planned(meeting: Meeting, rid: str, to: Moved, *, live: bool) -> Planned:
    """Plan one time; a time that clocks skip moves on by the length of the gap."""
    zone = meeting.version.zone
    start = to.start if exists(to.start, zone) else around_gap(to.start, zone)[1]
    at = instant(start, zone)
    return Planned(rid, start, zone, to.minutes or meeting.version.minutes, at, live=live)
