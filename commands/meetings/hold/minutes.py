"""Commands during a meeting. Only these lines become its minutes, never the chat."""

from dataclasses import replace

from commands.authority.budget import Acts
from commands.framework import Context, Reply, Role, Where, command, impossible, refuse, say
from commands.framework.values import Colleague, PublicSentence
from commands.meetings import wording
from commands.meetings.hold import views as meeting_views
from commands.meetings.hold.owners import owner_of
from commands.meetings.hold.terms import ActionNumber, TaskWords
from commands.meetings.lookup import RunningMeeting, next_time
from commands.meetings.plan.occurrences import replan
from commands.meetings.rules import stack as waiting
from commands.meetings.terms import MeetingNumber
from commands.roles.quotas import Act, QuotaItem
from commands.shared.members import Members
from commands.shared.wording import short
from storage.core.model import EntryKind, UserId
from storage.history.entries import Entries
from storage.meetings.actions import Actions
from storage.meetings.agendas import Agendas, Duties, Minutes
from storage.meetings.meetings import Meetings, Occurrence
from storage.meetings.reminders import Reminders
from storage.turf.absences import Barred

EARLY_MINUTES = 60


@command(
    "meet start",
    who=Role.ORGANIZER,
    where=Where.ROOM,
    example="!meet start",
    makes=(QuotaItem.MINUTE,),
)
async def start(
    ctx: Context,
    number: MeetingNumber | None = None,
    *,
    meetings: Meetings,
    minutes: Minutes,
    agendas: Agendas,
    duties: Duties,
    entries: Entries,
) -> Reply:
    """Begin the meeting; from now on I write down what you decide.

    number: the meeting's number; the next meeting if you do not say
    """
    if await minutes.running(ctx.now) is not None:
        raise impossible("A meeting is on already. To end it: {end}", end="!meet end")
    occurrence = await next_time(number, ctx, meetings)
    early = (occurrence.at - ctx.now).total_seconds() / 60
    if early > EARLY_MINUTES:
        raise refuse(
            "{title} begins at {when}: too early to start it.",
            title=occurrence.title,
            when=f"{occurrence.start:%H:%M}",
            example="!meet",
        )
    await _write(ctx, minutes, entries, occurrence, "start")
    await _write(ctx, minutes, entries, occurrence, "here")
    items = await agendas.items(occurrence.id)
    return meeting_views.started(occurrence, items, await duties.of(occurrence.id))


@command(
    "here",
    who=Role.ORGANIZER,
    where=Where.ROOM,
    example="!here",
    also=("present",),
    makes=(QuotaItem.MINUTE,),
)
async def here(
    ctx: Context, occurrence: RunningMeeting, minutes: Minutes, entries: Entries
) -> Reply:
    """Say that you are in the meeting now."""
    lines = await minutes.lines(occurrence.id)
    present = {each.person for each in lines if each.kind == "here"}
    if ctx.user not in present:
        await _write(ctx, minutes, entries, occurrence, "here")
        present.add(ctx.user)
    return say("{n} here.", n=len(present))


@command(
    "stack",
    who=Role.ORGANIZER,
    where=Where.ROOM,
    example="!stack",
    also=("hand",),
    makes=(QuotaItem.MINUTE,),
)
async def stack(
    ctx: Context, occurrence: RunningMeeting, minutes: Minutes, entries: Entries
) -> Reply:
    """Ask to speak."""
    return await _stack(ctx, occurrence, minutes, entries, "stack")


@command(
    "stack done",
    who=Role.ORGANIZER,
    where=Where.ROOM,
    example="!stack done",
    also=("unstack",),
    makes=(QuotaItem.MINUTE,),
)
async def unstack(
    ctx: Context, occurrence: RunningMeeting, minutes: Minutes, entries: Entries
) -> Reply:
    """Say that you have spoken, or do not need to any more."""
    return await _stack(ctx, occurrence, minutes, entries, "unstack")


async def _stack(
    ctx: Context, occurrence: Occurrence, minutes: Minutes, entries: Entries, kind: str
) -> Reply:
    await _write(ctx, minutes, entries, occurrence, kind)
    lines = await minutes.lines(occurrence.id)
    return meeting_views.stack(waiting((each.kind, each.person) for each in lines))


@command(
    "decide",
    who=Role.ORGANIZER,
    where=Where.ROOM,
    example="!decide we march on Friday",
    also=("decided",),
    makes=(QuotaItem.MINUTE,),
)
async def decide(
    ctx: Context,
    words: PublicSentence,
    *,
    occurrence: RunningMeeting,
    minutes: Minutes,
    entries: Entries,
) -> Reply:
    """Write down what was decided.

    words: the decision, in one sentence
    """
    await _write(ctx, minutes, entries, occurrence, "decide", words)
    return say("Decided: {words}", words=words)


@command(
    "meet end",
    who=Role.ORGANIZER,
    where=Where.ROOM,
    example="!meet end",
    may_make=(QuotaItem.MINUTE,),
)
async def end(
    ctx: Context,
    *,
    occurrence: RunningMeeting,
    meetings: Meetings,
    minutes: Minutes,
    agendas: Agendas,
    actions: Actions,
    entries: Entries,
    reminders: Reminders,
) -> tuple[Reply, ...]:
    """End the meeting: I post the minutes and tell each person what they took on."""
    await _write(ctx, minutes, entries, occurrence, "end")
    meeting = await meetings.by_id(occurrence.meeting)
    if meeting is not None and meeting.version.rule is None:
        await meetings.drop_link(occurrence.meeting)
    await replan(meetings, reminders, occurrence.meeting, ctx.now)
    lines = await minutes.lines(occurrence.id)
    taken_on = await actions.of(occurrence.id)
    items = await agendas.items(occurrence.id)
    posted = meeting_views.minutes(occurrence, lines, taken_on, items)
    return (posted, *meeting_views.to_owners(occurrence, taken_on))


@command(
    "action",
    who=Role.ORGANIZER,
    where=Where.ANYWHERE,
    example="!action @li print flyers by fri",
    makes=(QuotaItem.ACTION,),
)
async def action(
    ctx: Context,
    task: TaskWords,
    *,
    minutes: Minutes,
    actions: Actions,
    members: Members,
    entries: Entries,
    barred: Barred,
) -> Reply:
    """Write down what somebody takes on, and by when.

    task: who (you, if nobody is named), what, and by when
    """
    owner, words = owner_of(task, ctx.user, members)
    await _takes_part(owner, barred)
    on = await minutes.running(ctx.now)
    entry = await entries.record(EntryKind.ACTION_CHANGED)
    made = await actions.add(entry, on, owner, words, task.due, ctx.now)
    return meeting_views.action(made, wording.short(owner), ctx)


@command(
    "actions", who=Role.ORGANIZER, where=Where.ANYWHERE, example="!actions", also=("action list",)
)
async def actions_(ctx: Context, actions: Actions, members: Members) -> Reply:
    """Show who has to do what, and by when."""
    return meeting_views.actions(await actions.open(), members.roles, ctx)


@command(
    "action done",
    who=Role.ORGANIZER,
    where=Where.ANYWHERE,
    example="!action done 4",
    also=("done action", "action finished", "action complete"),
    may_make=(QuotaItem.ACTION,),
    destroys=(Act.DROP_ACTION,),
)
async def done(
    ctx: Context, number: ActionNumber, *, actions: Actions, entries: Entries, acts: Acts
) -> Reply:
    """Mark something as done.

    number: its number
    """
    found = await actions.by_number(number)
    if found is None or not found.open:
        raise refuse(
            "There is nothing to do with the number {number}.",
            number=number,
            example="!actions",
        )
    if found.owner != ctx.user:
        await acts.spend(ctx, Act.DROP_ACTION)
    entry = await entries.record(EntryKind.ACTION_CHANGED)
    await actions.done(entry, found, ctx.user, ctx.now)
    return say("Done: {words}", words=found.words)


@command(
    "action give",
    who=Role.ORGANIZER,
    where=Where.ANYWHERE,
    example="!action give 4 @li",
    makes=(QuotaItem.ACTION,),
)
async def give(
    ctx: Context,
    number: ActionNumber,
    who: Colleague,
    *,
    actions: Actions,
    members: Members,
    entries: Entries,
    barred: Barred,
) -> Reply:
    """Give something to somebody else.

    number: its number
    who: who does it from now on
    """
    found = await actions.by_number(number)
    if found is None or not found.open:
        raise refuse(
            "There is nothing to do with the number {number}.",
            number=number,
            example="!actions",
        )
    entry = await entries.record(EntryKind.ACTION_CHANGED)
    owner = members.find(who)
    await _takes_part(owner, barred)
    await actions.give(entry, found, owner, ctx.now)
    return meeting_views.action(replace(found, owner=owner), wording.short(owner), ctx)


async def _takes_part(owner: UserId, barred: Barred) -> None:
    """Check that whoever shall do something hears of it. Raises Refusal."""
    if await barred.includes(owner):
        raise impossible("{who}'s part in the committee has ended.", who=short(owner))


async def _write(
    ctx: Context,
    minutes: Minutes,
    entries: Entries,
    occurrence: Occurrence,
    kind: str,
    words: str = "",
) -> None:
    entry = await entries.record(EntryKind.MINUTED)
    await minutes.write(entry, occurrence.id, kind, ctx.user, words, ctx.now)
