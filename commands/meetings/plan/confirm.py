"""Carrying out a confirmed plan: a new meeting, a move, a series, a poll on times, a calendar file."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from commands.framework.context import Context, Place
from commands.framework.errors import impossible, refuse
from commands.framework.reply import Audience, Reply, say
from commands.meetings import views
from commands.meetings.lookup import zones_of
from commands.meetings.plan.occurrences import plan_poll, replan
from commands.meetings.share import file_holders
from commands.meetings.time_poll import views as time_poll_views
from commands.shared.members import Members
from storage.chat.preferences import People
from storage.core.lazy_dataclass import dataclass
from storage.core.model import Coming, EntryKind, UserId
from storage.history.entries import Entries
from storage.meetings.answers import Option, Rsvps, TimePolls
from storage.meetings.calendar_dates import CalendarDates
from storage.meetings.meetings import Meetings, Moved, OccurrenceId, Version, read
from storage.meetings.reminders import Reminders


@dataclass(frozen=True, slots=True)
class PlanContext:
    """The tables and facts that confirming a plan may use."""

    ctx: Context
    meetings: Meetings
    dates: CalendarDates
    reminders: Reminders
    entries: Entries
    rsvps: Rsvps
    polls: TimePolls
    people: People
    members: Members

    async def zones(self) -> set[ZoneInfo]:
        """The time zones of all members."""
        return set((await zones_of(self.members, self.people, self.ctx)).values())


async def carry_out(
    desk: PlanContext, plan: dict[str, Any], choice: Sequence[Any]
) -> Reply | tuple[Reply, ...]:
    """Do what a draft holds in ``plan``; ``choice`` is the confirmed reading of its time."""
    if plan["do"] == "poll":
        return await _poll(desk, plan)
    if plan["do"] == "ics":
        return await file_holders.send(desk.meetings, desk.dates, plan, desk.ctx)
    start, zone, minutes = read(choice[0]), ZoneInfo(choice[1]), int(choice[2])
    if start.replace(tzinfo=zone) <= desk.ctx.now:
        raise impossible("That time has passed now. Please plan it again.")
    if plan["do"] == "move":
        return await _move(desk, plan, start, minutes)
    rule = choice[3] if plan["do"] == "every" else None
    return await _new(desk, Version(plan["title"], start, zone, minutes, rule))


async def _new(desk: PlanContext, version: Version) -> tuple[Reply, ...]:
    ctx = desk.ctx
    entry = await desk.entries.record(EntryKind.MEETING_CHANGED)
    meeting = await desk.meetings.add(entry, version)
    await replan(desk.meetings, desk.reminders, meeting.id, ctx.now)
    times = await desk.meetings.occurrences(meeting.id)
    if not times:
        raise impossible("All its times have passed. Please plan it again.")
    return in_room_too(ctx, views.announcement(times[0], ctx.now, await desk.zones()))


async def _move(
    desk: PlanContext, plan: dict[str, Any], start: datetime, minutes: int
) -> Reply | tuple[Reply, ...]:
    ctx = desk.ctx
    before = await desk.meetings.occurrence(OccurrenceId(plan["occurrence"]))
    if before is None or before.seq != plan["seq"] or not before.live:
        raise refuse(
            "Somebody else has just changed that meeting. Look at it, then move it again.",
            example=None if before is None else f"!meet next #{before.number}",
        )
    meeting = await desk.meetings.by_id(before.meeting)
    if meeting is None:
        raise LookupError("an occurrence without its meeting")
    entry = await desk.entries.record(EntryKind.MEETING_CHANGED)
    if meeting.version.rule is None:
        version = replace(meeting.version, start=start, minutes=minutes)
        await desk.meetings.change(meeting.id, entry, version)
    else:
        await desk.meetings.except_(meeting.id, entry, before.rid, Moved(start, minutes))
    changed = await replan(desk.meetings, desk.reminders, meeting.id, ctx.now)
    after = await desk.meetings.occurrence(before.id)
    if after is None or after.seq == before.seq:
        return say("The meeting is at that time already.")
    given = await desk.rsvps.of(before.id)
    again = [p for p, r in given.items() if r.answer is not Coming.NO and desk.members.includes(p)]
    told = views.moved(after, before, again, ctx.now, await desk.zones())
    return (*in_room_too(ctx, told), *await file_holders.told(desk.dates, changed, ctx.now))


async def _poll(desk: PlanContext, plan: dict[str, Any]) -> tuple[Reply, ...]:
    ctx = desk.ctx
    entry = await desk.entries.record(EntryKind.MEETING_CHANGED)
    version = Version(plan["title"], None, ctx.committee.zone, plan["minutes"])
    meeting = await desk.meetings.add(entry, version)
    options = [
        Option(number, read(start), ZoneInfo(zone))
        for number, (start, zone, _minutes) in enumerate(plan["options"], start=1)
    ]
    closes = read(plan["closes"][0]).replace(tzinfo=ZoneInfo(plan["closes"][1]))
    needed = [UserId(each) for each in plan["needed"]]
    await desk.polls.open(meeting.id, closes.astimezone(UTC), plan["quorum"], needed, options)
    await plan_poll(desk.polls, desk.reminders, meeting.id, 0, ctx.now)
    zones = await desk.zones()
    return in_room_too(
        ctx, time_poll_views.asking(meeting, options, closes, plan["quorum"], ctx.now, zones)
    )


def in_room_too(ctx: Context, told: Reply) -> tuple[Reply, ...]:
    """What concerns everybody, in the room; and a word to whoever typed elsewhere."""
    if ctx.place is Place.ROOM:
        return (replace(told, audience=Audience.HERE),)
    return (say("Done; the room knows."), replace(told, audience=Audience.ROOM))


def cancelled(version: Version) -> Version:
    """The meeting's version, marked as cancelled."""
    return replace(version, cancelled=True)
