"""Holders of calendar files: sending them dates, and telling them when a date they hold is wrong."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from commands.framework.context import Context
from commands.framework.errors import refuse
from commands.framework.i18n import speaking
from commands.framework.reply import Audience, CalendarFile, Reply
from commands.meetings.share import calendar_dates
from commands.meetings.share.calendar_file import calendar
from storage.chat.committees import Committees
from storage.chat.preferences import People
from storage.core.model import UserId
from storage.meetings.calendar_dates import CalendarDates, after, everybody
from storage.meetings.meetings import Meeting, MeetingId, Meetings, Occurrence


async def ahead(meetings: Meetings, meeting: Meeting, now: datetime) -> list[Occurrence]:
    """A meeting's dates to come, in order. Raises Refusal when none of them takes place."""
    dates = [each for each in await meetings.occurrences(meeting.id) if each.ends > now]
    if any(each.live for each in dates):
        return dates
    if dates or meeting.version.cancelled:
        raise calendar_dates.off(meeting)
    raise refuse("Meeting #{number} is over.", number=meeting.number, example="!meet")


async def send(
    meetings: Meetings, dates: CalendarDates, plan: dict[str, Any], ctx: Context
) -> tuple[Reply, ...]:
    """One or two files, as the draft ``plan`` of ``!meet ics`` says. Raises Refusal."""
    meeting = await meetings.by_id(MeetingId(plan["meeting"]))
    if meeting is None:
        raise refuse("That meeting was undone.", example="!meet")
    coming = await ahead(meetings, meeting, ctx.now)
    last = await dates.last_file(meeting.id, ctx.user)
    held = await dates.held(meeting.id, ctx.user)
    made, title = after(last, ctx.now), str(plan["title"])

    def file(chosen: Sequence[Occurrence]) -> CalendarFile:
        return calendar(chosen, meeting.uid, ctx.user, title, made)

    chosen = calendar_dates.choose(coming, held)
    again = chosen.next
    if plan.get("only"):
        again = tuple(each for each in coming if each.live and each.id == plan["only"])
        if not again:
            raise calendar_dates.off(meeting)
    renamed = last is not None and last.title not in {None, title}
    if plan.get("only") or plan.get("whole") or renamed or chosen.nothing_new:
        await dates.sent(meeting.id, ctx.user, again, title, made)
        if any(each.id in held for each in again):
            return (calendar_dates.again(meeting, again, file(again), ctx.now, ctx.zone),)
        whole = file(again)
        return (calendar_dates.fresh(meeting, again, whole, ctx.now, ctx.zone, others=False),)
    news = (*chosen.fresh, *chosen.changed, *chosen.gone)
    await dates.sent(meeting.id, ctx.user, news, title, made)
    said: list[Reply] = []
    if chosen.fresh:
        others = any(each.id in held for each in chosen.next)
        new = file(chosen.fresh)
        said.append(
            calendar_dates.fresh(meeting, chosen.fresh, new, ctx.now, ctx.zone, others=others)
        )
    if chosen.changed:
        changed = file((*chosen.changed, *chosen.gone))
        said.append(
            calendar_dates.changed(meeting, chosen.changed, held, changed, ctx.now, ctx.zone)
        )
    if chosen.gone:
        said.append(calendar_dates.gone(meeting, chosen.gone, ctx.now, ctx.zone))
    return tuple(said)


async def told(
    dates: CalendarDates, changed: Sequence[Occurrence], now: datetime
) -> tuple[Reply, ...]:
    """Direct messages to everybody who was sent one of the changed dates: what is wrong in their calendar."""
    found: dict[Reply, list[UserId]] = {}
    people, usual = People(dates.tx), await Committees(dates.tx).by_id(dates.committee)
    for person, theirs in (await everybody(dates, changed)).items():
        for number in sorted({each.number for each, _held in theirs}):
            of_it = [(each, held) for each, held in theirs if each.number == number]
            clock = await people.zone(person) or of_it[0][0].zone
            with speaking(await people.reads(person, usual)):
                words = calendar_dates.outdated(number, of_it, now, clock)
            if words is not None:
                found.setdefault(words, []).append(person)
    return tuple(
        replace(words, audience=Audience.NAMED, to=tuple(people)) for words, people in found.items()
    )
