"""Commands for meetings of the coalition: propose times, compare, choose, move, call off, send minutes."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from commands.authority.budget import Acts
from commands.coalition.meetings.terms import MeetingProposedHere, MeetingTogether
from commands.coalition.terms import OwnSeat
from commands.framework import Context, Reply, Role, Where, command, impossible, refuse
from commands.framework.spec import Abroad
from commands.meetings.lookup import begun
from commands.meetings.terms import USUAL_MINUTES, OptionNumber, Plan, read_minutes, read_title
from commands.meetings.time_poll.options import EVENING, read_end, read_one, read_options
from commands.roles.quotas import Act
from storage.core.later import Later
from storage.meetings.agendas import Minutes
from storage.meetings.meetings import Meetings

if TYPE_CHECKING:
    from commands.coalition import wire
    from commands.coalition.meetings import asking, bodies, choosing, minutes, moving, views
else:
    # Loaded when the first of these commands is typed: most committees are in no coalition.
    wire = Later("commands.coalition.wire")
    asking = Later("commands.coalition.meetings.asking")
    bodies = Later("commands.coalition.meetings.bodies")
    choosing = Later("commands.coalition.meetings.choosing")
    minutes = Later("commands.coalition.meetings.minutes")
    moving = Later("commands.coalition.meetings.moving")
    views = Later("commands.coalition.meetings.views")

MEET = "!coalition meet Joint demands | sat 10:00, sun 15:00 | until thu 20:00 | 90m"
USUAL_DAYS = 3
"""How long leads and people of all committees have, where nobody said."""


@command(
    "coalition meet",
    who=Role.LEAD,
    where=Where.DIRECT,
    example=MEET,
    also=("coalition meeting",),
    abroad=Abroad(),
)
async def meet(ctx: Context, plan: Plan, *, seat: OwnSeat) -> Reply:
    """Propose times for a meeting to all committees; I show it to you first.

    plan: its name | times with commas between | until when | length
    """
    if len(plan) < 2:
        raise refuse("Its name | the times, with commas between.", example=MEET)
    title = _title(plan[0])
    times = [each.at for each in read_options(plan[1], ctx, MEET)]
    closes, length = _usual_end(ctx), USUAL_MINUTES
    for part in plan[2:]:
        end = read_end(part, ctx)
        if end is None:
            length = read_minutes(part)
        else:
            closes = end
    if len(set(times)) < len(times):
        raise refuse("Two of these times are the same.", example=MEET)
    if min(times) - asking.BETWEEN < closes:
        raise refuse(
            "I need the answers at least two hours before the first of the times. Until when shall I ask?",
            example=MEET,
        )
    if max(times) > ctx.now + asking.LONGEST_AHEAD:
        raise refuse("Please take times within a year.", example=MEET)
    zone = ctx.committee.zone.key
    asked = bodies.AskedMeeting(
        asking.new_ref(), title, zone, length, tuple(times), closes.astimezone(UTC)
    )
    return await asking.offer(seat, asked)


@command("coalition tally", who=Role.LEAD, where=Where.DIRECT, example="!coalition tally #7")
async def tally(ctx: Context, here: MeetingProposedHere, *, seat: OwnSeat) -> Reply:
    """Compare the times of a meeting that you proposed to all committees, least bad first.

    here: the meeting's number
    """
    del ctx
    return await choosing.tally(seat, here.shared, here.meeting)


@command("coalition pick", who=Role.LEAD, where=Where.DIRECT, example="!coalition pick #7 2")
async def pick(
    ctx: Context, here: MeetingProposedHere, option: OptionNumber, *, seat: OwnSeat
) -> tuple[Reply, ...]:
    """Choose one of the times for all committees; each hears it on its own clock.

    here: the meeting's number
    option: the number of the time
    """
    number, times = here.meeting.number, await asking.times_of(seat, here.shared)
    if here.shared.start is not None:
        raise refuse(
            "#{n} has a time already.", n=number, example=f"!coalition move #{number} sun 11:00"
        )
    if not 1 <= option <= len(times):
        raise refuse(
            "There is no time {number}.", number=option, example=f"!coalition pick #{number} 1"
        )
    if times[option - 1] <= ctx.now:
        raise refuse("That time has passed.", example=f"!coalition tally #{number}")
    start = times[option - 1].astimezone(UTC)
    said = await choosing.choose(seat, here.shared, start, here.meeting.version.minutes)
    return views.chosen(number), *said


@command(
    "coalition move",
    who=Role.LEAD,
    where=Where.DIRECT,
    example="!coalition move #7 sun 11:00",
)
async def move(ctx: Context, here: MeetingProposedHere, plan: Plan, *, seat: OwnSeat) -> Reply:
    """Move a meeting for all committees; I show you the new time first.

    here: the meeting's number
    plan: the new time
    """
    number = here.meeting.number
    example = f"!coalition move #{number} sun 11:00"
    if here.shared.start is None:
        raise refuse("#{n} has no time yet.", n=number, example=f"!coalition tally #{number}")
    if here.shared.start <= ctx.now:
        raise impossible("Meeting #{number} is over.", number=number)
    found = read_one(" ".join(plan), ctx, example)
    if found.at > ctx.now + asking.LONGEST_AHEAD:
        raise refuse("Please take times within a year.", example=example)
    length = found.minutes or here.meeting.version.minutes
    return await moving.offer(seat, here.shared, here.meeting, found.at, length)


@command(
    "coalition cancel",
    who=Role.LEAD,
    where=Where.DIRECT,
    example="!coalition cancel #7",
    destroys=(Act.CANCEL_MEETING,),
)
async def cancel(
    ctx: Context, here: MeetingTogether, *, seat: OwnSeat, acts: Acts
) -> tuple[Reply, ...]:
    """Cancel a meeting: for all committees if yours proposed it, else only for yours.

    here: the meeting's number
    """
    await acts.spend(ctx, Act.CANCEL_MEETING)
    return views.cancelled(), *await choosing.call_off(seat, here.shared)


@command("coalition minutes", who=Role.LEAD, where=Where.DIRECT, example="!coalition minutes #7")
async def minutes_(
    ctx: Context,
    here: MeetingTogether,
    *,
    seat: OwnSeat,
    meetings: Meetings,
    written: Minutes,
) -> Reply:
    """Give your minutes to the other committees, but not who was there or does what; I show you all first.

    here: the meeting's number
    """
    occurrence = await begun(here.meeting.number, ctx, meetings, written)
    return await minutes.offer(seat, here.shared, here.meeting, occurrence)


def _title(raw: str) -> str:
    """A name that other committees' bots take. Raises Refusal."""
    title = read_title(raw)
    try:
        return wire.OneLine(bodies.LONGEST_TITLE)(title)
    except ValueError:
        raise refuse("Other bots do not take that name. Use plain letters.", example=MEET) from None


def _usual_end(ctx: Context) -> datetime:
    zone = ctx.committee.zone
    day = (ctx.now + timedelta(days=USUAL_DAYS)).astimezone(zone).date()
    return datetime.combine(day, EVENING, zone).astimezone(UTC)
