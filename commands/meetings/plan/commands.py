"""Commands that plan meetings. Everything is said back before it is made."""

from datetime import timedelta

from commands.authority.budget import Acts
from commands.framework import Context, Reply, Role, Where, _, command, cut, impossible, refuse
from commands.framework.context import Place
from commands.framework.i18n import joined
from commands.framework.reply import Code, Line
from commands.framework.withheld import SaidAnew, WithheldLine, WithheldLines
from commands.meetings import views, wording
from commands.meetings.lookup import OpenMeeting, OwnMeeting, next_time, on_day, zones_of
from commands.meetings.plan import confirm as carrying_out
from commands.meetings.plan.confirm import PlanContext
from commands.meetings.plan.occurrences import replan
from commands.meetings.rules import burdens
from commands.meetings.share import file_holders
from commands.meetings.terms import USUAL_MINUTES, OptionNumber, Plan, read_minutes, read_title
from commands.meetings.time_poll import views as time_poll_views
from commands.polls.ask import confirm as confirming
from commands.polls.service import PollService
from commands.roles.quotas import Act, QuotaItem
from commands.shared.members import Members
from commands.time.instants import Moment
from commands.time.read import AmbiguousTime, UnreadTime, read_time
from commands.time.refusals import unclear
from commands.time.repeat import Choices, read_series
from commands.time.resolve import UnclearReason
from commands.time.series import Series
from storage.chat.preferences import People
from storage.coalition.proposals import Proposals
from storage.core.model import EntryKind
from storage.history.entries import Entries
from storage.meetings.answers import Rsvps, TimePolls
from storage.meetings.calendar_dates import CalendarDates
from storage.meetings.meetings import Meetings, written
from storage.meetings.reminders import MeetingDrafts, Reminders

DRAFT_KEPT = timedelta(minutes=30)
SHOWN = 3
LONGEST_WHEN = 8
"""Words at the end of a plan without bars that may be its time."""
NEW = "!meet new Planning | next tue 19:00 | 90m"
EVERY = "!meet every Planning | other thursday 19:00 until july | 90m"


@command(
    "meet",
    who=Role.ORGANIZER,
    where=Where.ANYWHERE,
    example="!meet",
    also=("meetings", "meeting", "meet list"),
)
async def list_(ctx: Context, meetings: Meetings) -> Reply:
    """Show the next three meetings."""
    return views.coming_up(await meetings.ahead(ctx.now, SHOWN), ctx)


@command(
    "meet new",
    who=Role.ORGANIZER,
    where=Where.ANYWHERE,
    example=NEW,
    also=("meeting new",),
    makes=(QuotaItem.MEETING,),
    said_back=True,
)
async def new(
    ctx: Context, plan: Plan, *, drafts: MeetingDrafts, people: People, members: Members
) -> Reply:
    """Plan a meeting; I show it to you before I post it.

    plan: its name | when | how long, with bars between
    """
    zone = ctx.committee.zone
    title, when, minutes = _three(_parted(plan, ctx), NEW)
    found = read_time(when, ctx.now, zone, ctx.language)
    if isinstance(found, UnreadTime):
        repeats = read_series(when, ctx.now, zone, ctx.language)
        if isinstance(repeats, Series) or repeats.series:
            raise refuse(
                "“{when}” repeats: {every} plans that.",
                when=cut(when),
                every=Code("!meet every"),
                example=EVERY,
            )
        raise unclear(found.why, when, zone, NEW)
    zones = set((await zones_of(members, people, ctx)).values())
    choices = [found] if isinstance(found, Moment) else list(found.choices)
    await _keep(ctx, drafts, {"do": "new", "title": title, "choices": _kept(choices, minutes)})
    if isinstance(found, AmbiguousTime):
        rows = [views.choice(each, minutes, ctx.now, zones) for each in choices]
        return views.which(found.why, rows)
    return views.echo(title, found, found.minutes or minutes, ctx.now, zones)


@command(
    "meet every",
    who=Role.ORGANIZER,
    where=Where.ANYWHERE,
    example=EVERY,
    also=("meet series",),
    makes=(QuotaItem.SERIES,),
    said_back=True,
)
async def every(ctx: Context, plan: Plan, *, drafts: MeetingDrafts) -> Reply:
    """Plan a meeting that repeats; I show it to you first, with its first three days.

    plan: its name | how often and when | how long, with bars between
    """
    title, when, minutes = _three(plan, EVERY)
    zone = ctx.committee.zone
    found = read_series(f"every {when}", ctx.now, zone, ctx.language)
    if isinstance(found, Choices) and found.why is UnclearReason.NOT_A_TIME:
        found = read_series(when, ctx.now, zone, ctx.language)
    if isinstance(found, Choices) and not found.series:
        raise unclear(found.why, when, zone, EVERY)
    several = found.series if isinstance(found, Choices) else (found,)
    kept = [
        [*_moment(each.first, each.first.minutes or minutes), each.rule.written()]
        for each in several
    ]
    await _keep(ctx, drafts, {"do": "every", "title": title, "choices": kept})
    if isinstance(found, Choices):
        rows: list[Line] = [
            (joined([wording.rule_in_words(each.rule), f"{each.first.local:%H:%M}"]),)
            for each in several
        ]
        return views.which(found.why, rows)
    return views.echo_series(title, found, found.first.minutes or minutes, ctx.now)


@command(
    "ok",
    who=Role.ORGANIZER,
    where=Where.ANYWHERE,
    example="!ok",
    also=("okay",),
    may_make=(
        QuotaItem.MEETING,
        QuotaItem.SERIES,
        QuotaItem.TIME_POLL,
    ),
)
async def ok(
    ctx: Context,
    choice: OptionNumber | None = None,
    *,
    drafts: MeetingDrafts,
    secret_polls: PollService,
    withheld: WithheldLines,
    meetings: Meetings,
    dates: CalendarDates,
    reminders: Reminders,
    entries: Entries,
    rsvps: Rsvps,
    polls: TimePolls,
    people: People,
    members: Members,
    proposals: Proposals,
) -> Reply | tuple[Reply, ...]:
    """Do what I have just asked you about.

    choice: which of several readings you mean, by its number
    """
    in_room = ctx.place is Place.ROOM
    draft = await drafts.take(ctx.user, in_room=in_room, now=ctx.now)
    until = None if draft is None else draft.until
    line = await confirming.withheld(ctx, secret_polls, withheld, until)
    if line is not None:
        raise SaidAnew(line)
    poll = await confirming.ok(ctx, secret_polls, until)
    if poll is not None:
        return poll
    if draft is None:
        await _to_other_committees(ctx, proposals, choice)
        raise impossible(
            "Nothing waits for your ok here. I wait half an hour for an ok. If I was"
            " restarted, ask your poll again."
        )
    choices = draft.plan["choices"]
    if (choice is None and len(choices) > 1) or (choice or 1) > len(choices):
        await _keep(ctx, drafts, draft.plan)
        raise refuse("Which one? A number from 1 to {most}.", most=len(choices), example="!ok 1")
    desk = PlanContext(ctx, meetings, dates, reminders, entries, rsvps, polls, people, members)
    return await carrying_out.carry_out(desk, draft.plan, choices[(choice or 1) - 1])


async def _to_other_committees(ctx: Context, proposals: Proposals, number: int | None) -> None:
    """Have a lead's ok be the one to what another committee proposes. Raises SaidAnew if anything waits."""
    if ctx.place is not Place.DIRECT or ctx.role < Role.LEAD or not await proposals.open(ctx.now):
        return
    line = "!coalition ok" if number is None else f"!coalition ok {number}"
    raise SaidAnew(WithheldLine(line, Place.DIRECT, ctx.now + DRAFT_KEPT))


@command(
    "meet next",
    who=Role.ORGANIZER,
    where=Where.ANYWHERE,
    example="!meet next #7",
    also=("meet show",),
)
async def next_(ctx: Context, meeting: OpenMeeting, *, meetings: Meetings) -> Reply:
    """Show the coming times of a meeting, skipped ones marked.

    meeting: the meeting's number
    """
    times = [each for each in await meetings.occurrences(meeting.id) if each.ends > ctx.now]
    title = _("{title} #{number}:").format(title=meeting.title, number=meeting.number)
    return views.coming_up(times[: SHOWN + 1], ctx, title)


@command(
    "meet move",
    who=Role.ORGANIZER,
    where=Where.ANYWHERE,
    example="!meet move #7 wed 19:00",
    also=("meet reschedule",),
    may_make=(QuotaItem.MEETING,),
    said_back=True,
)
async def move(
    ctx: Context,
    meeting: OwnMeeting,
    plan: Plan,
    *,
    drafts: MeetingDrafts,
    meetings: Meetings,
    people: People,
    members: Members,
) -> Reply:
    """Move a meeting, or one time of a series; I ask again those who had answered.

    meeting: the meeting's number
    plan: the new time; of a series the day, an arrow and the new time: 24 dec -> 22 dec 18:00
    """
    day, arrow, when = _arrow(" ".join(plan))
    example = f"!meet move #{meeting.number} wed 19:00"
    if meeting.version.rule is not None:
        example = f"!meet move #{meeting.number} 24 dec -> 22 dec 18:00"
        if not arrow:
            raise refuse(
                "#{number} repeats. Which time of it?", number=meeting.number, example=example
            )
        occurrence = await on_day(meetings, meeting, day, ctx)
    else:
        when = when if arrow else day
        occurrence = await next_time(meeting.number, ctx, meetings)
    zone = occurrence.zone
    found = read_time(when, ctx.now, zone, ctx.language)
    if isinstance(found, UnreadTime):
        raise unclear(found.why, when, zone, example)
    choices = [found] if isinstance(found, Moment) else list(found.choices)
    minutes = occurrence.minutes
    draft = {"do": "move", "occurrence": occurrence.id, "seq": occurrence.seq}
    await _keep(ctx, drafts, draft | {"choices": _kept(choices, minutes)})
    zones = set((await zones_of(members, people, ctx)).values())
    if isinstance(found, AmbiguousTime):
        rows = [views.choice(each, minutes, ctx.now, zones) for each in choices]
        return views.which(found.why, rows)
    return views.echo(meeting.title, found, found.minutes or minutes, ctx.now, zones)


@command(
    "meet skip",
    who=Role.ORGANIZER,
    where=Where.ANYWHERE,
    example="!meet skip #7 24 dec",
    may_make=(QuotaItem.MEETING,),
    destroys=(Act.CANCEL_MEETING,),
)
async def skip(
    ctx: Context,
    meeting: OpenMeeting,
    plan: Plan,
    *,
    meetings: Meetings,
    dates: CalendarDates,
    reminders: Reminders,
    entries: Entries,
    acts: Acts,
) -> tuple[Reply, ...]:
    """Leave out one time of a meeting that repeats.

    meeting: the meeting's number
    plan: the day
    """
    if meeting.version.rule is None:
        raise impossible(
            "#{number} does not repeat. To cancel it: {cancel}.",
            number=meeting.number,
            cancel=Code(f"!meet cancel #{meeting.number}"),
        )
    occurrence = await on_day(meetings, meeting, " ".join(plan), ctx)
    await acts.spend(ctx, Act.CANCEL_MEETING)
    entry = await entries.record(EntryKind.MEETING_CHANGED)
    await meetings.except_(meeting.id, entry, occurrence.rid, None)
    changed = await replan(meetings, reminders, meeting.id, ctx.now)
    following = next(
        (o for o in await meetings.occurrences(meeting.id) if o.live and o.at > occurrence.at), None
    )
    told = time_poll_views.skipped(occurrence, following, ctx.now)
    return (
        *carrying_out.in_room_too(ctx, told),
        *await file_holders.told(dates, changed, ctx.now),
    )


@command(
    "meet cancel",
    who=Role.ORGANIZER,
    where=Where.ANYWHERE,
    example="!meet cancel #7",
    may_make=(QuotaItem.MEETING,),
    destroys=(Act.CANCEL_MEETING,),
)
async def cancel(
    ctx: Context,
    meeting: OwnMeeting,
    *,
    meetings: Meetings,
    dates: CalendarDates,
    reminders: Reminders,
    entries: Entries,
    acts: Acts,
) -> tuple[Reply, ...]:
    """Cancel a meeting, all its times if it repeats.

    meeting: the meeting's number
    """
    await acts.spend(ctx, Act.CANCEL_MEETING)
    entry = await entries.record(EntryKind.MEETING_CHANGED)
    await meetings.change(meeting.id, entry, carrying_out.cancelled(meeting.version))
    changed = await replan(meetings, reminders, meeting.id, ctx.now)
    await meetings.drop_link(meeting.id)
    told = time_poll_views.cancelled(meeting.number, meeting.title)
    return (
        *carrying_out.in_room_too(ctx, told),
        *await file_holders.told(dates, changed, ctx.now),
    )


@command(
    "meet fair", who=Role.ORGANIZER, where=Where.ANYWHERE, example="!meet fair", also=("fair",)
)
async def fair(ctx: Context, meetings: Meetings, people: People, members: Members) -> Reply:
    """Show which cities often get the bad hours, never who."""
    past = [each.at for each in await meetings.latest(ctx.now, 6)]
    ahead = [each.at for each in await meetings.ahead(ctx.now, 6 - len(past))]
    zones = (await zones_of(members, people, ctx)).values()
    return time_poll_views.fair(burdens([*past, *ahead], zones))


async def _keep(ctx: Context, drafts: MeetingDrafts, plan: dict[str, object]) -> None:
    in_room = ctx.place is Place.ROOM
    await drafts.keep(ctx.user, in_room=in_room, plan=plan, until=ctx.now + DRAFT_KEPT)


def _parted(plan: Plan, ctx: Context) -> Plan:
    """A plan without bars, parted where a time begins: ``Planning tomorrow 7pm``."""
    words = plan[0].split() if len(plan) == 1 else []
    for begins in range(max(0, len(words) - LONGEST_WHEN), len(words)):
        when = " ".join(words[begins:])
        found = read_time(when, ctx.now, ctx.committee.zone, ctx.language)
        if not isinstance(found, UnreadTime):
            # A time from the first word on leaves no name.
            return (" ".join(words[:begins]), when) if begins else plan
    return plan


def _three(plan: Plan, example: str) -> tuple[str, str, int]:
    """Name, time and length out of the parts. Raises Refusal."""
    if not 2 <= len(plan) <= 3 or not plan[1]:
        raise refuse("Its name | when | how long, with bars between.", example=example)
    minutes = read_minutes(plan[2]) if len(plan) == 3 else USUAL_MINUTES
    return read_title(plan[0]), plan[1], minutes


def _kept(moments: list[Moment], minutes: int) -> list[list[object]]:
    return [_moment(each, each.minutes or minutes) for each in moments]


def _moment(moment: Moment, minutes: int) -> list[object]:
    return [written(moment.local), moment.zone.key, minutes]


def _arrow(words: str) -> tuple[str, str, str]:
    for arrow in ("->", "→", "=>"):
        before, found, after = words.partition(arrow)
        if found:
            return before.strip(), found, after.strip()
    return words.strip(), "", ""
