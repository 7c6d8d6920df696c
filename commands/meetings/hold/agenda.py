"""Commands before a meeting: its agenda, and who has which role."""

from commands.framework import Context, Reply, Role, Where, command, impossible, refuse
from commands.framework.context import UserId
from commands.framework.reply import Code
from commands.framework.values import Colleague
from commands.meetings.hold import views as meeting_views
from commands.meetings.hold.terms import DutyWord, ItemWords
from commands.meetings.lookup import MeetingAtHand, NextMeeting, NextTime
from commands.meetings.rules import next_in_turn
from commands.meetings.terms import OptionNumber
from commands.roles.quotas import QuotaItem
from commands.shared.members import Members
from commands.shared.wording import short
from storage.core.model import Coming, Duty, EntryKind
from storage.history.entries import Entries
from storage.meetings.agendas import Agendas, Duties
from storage.meetings.answers import Rsvps
from storage.meetings.meetings import Meetings, Occurrence
from storage.turf.absences import Barred


@command(
    "agenda", who=Role.ORGANIZER, where=Where.ANYWHERE, example="!agenda", also=("agenda list",)
)
async def show(ctx: Context, occurrence: MeetingAtHand, agendas: Agendas) -> Reply:
    """Show what the next meeting is about, and how many minutes it adds up to."""
    del ctx
    return meeting_views.agenda(occurrence, await agendas.items(occurrence.id))


@command(
    "agenda add",
    who=Role.ORGANIZER,
    where=Where.ANYWHERE,
    example="!agenda add 10m strike fund report",
    makes=(QuotaItem.AGENDA,),
)
async def add(
    ctx: Context, item: ItemWords, *, occurrence: MeetingAtHand, agendas: Agendas, entries: Entries
) -> Reply:
    """Put something on the agenda of the next meeting.

    item: how many minutes, and what it is about
    """
    entry = await entries.record(EntryKind.AGENDA_CHANGED)
    await agendas.add(entry, occurrence.id, item.words, item.minutes, ctx.user)
    return meeting_views.agenda(occurrence, await agendas.items(occurrence.id))


@command(
    "agenda done",
    who=Role.ORGANIZER,
    where=Where.ANYWHERE,
    example="!agenda done 2",
    makes=(QuotaItem.AGENDA,),
)
async def done(
    ctx: Context,
    number: OptionNumber,
    *,
    occurrence: MeetingAtHand,
    agendas: Agendas,
    entries: Entries,
) -> Reply:
    """Mark something on the agenda as done.

    number: its number on the agenda
    """
    del ctx
    return await _mark(occurrence, agendas, number, entries, "done")


@command(
    "agenda drop",
    who=Role.ORGANIZER,
    where=Where.ANYWHERE,
    example="!agenda drop 2",
    makes=(QuotaItem.AGENDA,),
)
async def drop(
    ctx: Context,
    number: OptionNumber,
    *,
    occurrence: MeetingAtHand,
    agendas: Agendas,
    entries: Entries,
) -> Reply:
    """Take something off the agenda.

    number: its number on the agenda
    """
    del ctx
    return await _mark(occurrence, agendas, number, entries, "dropped")


@command(
    "agenda carry",
    who=Role.ORGANIZER,
    where=Where.ANYWHERE,
    example="!agenda carry",
    makes=(QuotaItem.AGENDA,),
)
async def carry(
    ctx: Context, occurrence: NextMeeting, meetings: Meetings, agendas: Agendas, entries: Entries
) -> Reply:
    """Put what the last meeting had no time for on the agenda of the next."""
    last = [each for each in await meetings.latest(ctx.now, 3) if each.id != occurrence.id]
    left = [
        (before, item)
        for before in last[:1]
        for item in await agendas.items(before.id)
        if item.state == "open"
    ]
    if not left:
        raise refuse("Nothing was left over from the last meeting.", example="!agenda")
    entry = await entries.record(EntryKind.AGENDA_CHANGED)
    for before, item in left:
        await agendas.mark(entry, before.id, item.number, "carried")
        await agendas.add(entry, occurrence.id, item.words, item.minutes, item.author)
    return meeting_views.agenda(occurrence, await agendas.items(occurrence.id))


async def _mark(
    occurrence: Occurrence,
    agendas: Agendas,
    number: OptionNumber,
    entries: Entries,
    state: str,
) -> Reply:
    if not await agendas.has(occurrence.id, number):
        raise refuse("There is no {number} on the agenda.", number=number, example="!agenda")
    entry = await entries.record(EntryKind.AGENDA_CHANGED)
    await agendas.mark(entry, occurrence.id, number, state)
    return meeting_views.agenda(occurrence, await agendas.items(occurrence.id))


@command(
    "roles",
    who=Role.ORGANIZER,
    where=Where.ANYWHERE,
    example="!roles #7",
    may_make=(QuotaItem.DUTY,),
)
async def roles(
    ctx: Context,
    occurrence: NextTime,
    *,
    duties: Duties,
    rsvps: Rsvps,
    members: Members,
    entries: Entries,
    barred: Barred,
) -> Reply:
    """Show who does what in the next meeting; free roles go to whoever is next in turn.

    occurrence: the meeting's number; the next meeting if you do not say
    """
    held = await duties.of(occurrence.id)
    there = members.without(await barred.people())
    given = await give_roles(ctx, occurrence, duties, rsvps, there, entries)
    return meeting_views.roles(occurrence, held | given, set(given))


async def give_roles(
    ctx: Context,
    occurrence: Occurrence,
    duties: Duties,
    rsvps: Rsvps,
    members: Members,
    entries: Entries,
) -> dict[Duty, UserId]:
    """Give each free role to whoever comes and had it longest ago; return what was given."""
    held = await duties.of(occurrence.id)
    answers = await rsvps.of(occurrence.id)
    coming = [p for p, r in answers.items() if r.answer is Coming.YES and members.includes(p)]
    given: dict[Duty, UserId] = {}
    for duty in Duty:
        if duty in held:
            continue
        turns = await duties.last_done(duty, occurrence.at)
        person = next_in_turn(coming, turns, (), {*held.values(), *given.values()})
        if person is not None:
            given[duty] = person
    if given:
        entry = await entries.record(EntryKind.ROLE_TAKEN)
        for duty, person in given.items():
            await duties.give(entry, occurrence.id, duty, person, ctx.now)
    return given


@command(
    "roles take",
    who=Role.ORGANIZER,
    where=Where.ANYWHERE,
    example="!roles take notes",
    makes=(QuotaItem.DUTY,),
)
async def take(
    ctx: Context, duty: DutyWord, *, occurrence: NextMeeting, duties: Duties, entries: Entries
) -> Reply:
    """Take a role in the next meeting.

    duty: facilitator, notes, stack or time
    """
    entry = await entries.record(EntryKind.ROLE_TAKEN)
    await duties.give(entry, occurrence.id, duty, ctx.user, ctx.now)
    return meeting_views.roles(occurrence, await duties.of(occurrence.id), set())


@command(
    "swap", who=Role.ORGANIZER, where=Where.ANYWHERE, example="!swap @li", makes=(QuotaItem.DUTY,)
)
async def swap(
    ctx: Context,
    who: Colleague,
    *,
    occurrence: NextMeeting,
    duties: Duties,
    members: Members,
    entries: Entries,
    barred: Barred,
) -> Reply:
    """Hand your role in the next meeting to somebody, and take theirs.

    who: with whom
    """
    other = members.find(who)
    if await barred.includes(other):
        raise impossible("{who}'s part in the committee has ended.", who=short(other))
    held = await duties.of(occurrence.id)
    mine = [duty for duty, person in held.items() if person == ctx.user]
    theirs = [duty for duty, person in held.items() if person == other]
    if not mine:
        raise impossible(
            "You have no role in the next meeting; {roles} shows who has.", roles=Code("!roles")
        )
    entry = await entries.record(EntryKind.ROLE_TAKEN)
    for duty in mine:
        await duties.give(entry, occurrence.id, duty, other, ctx.now)
    for duty in theirs:
        await duties.give(entry, occurrence.id, duty, ctx.user, ctx.now)
    return meeting_views.roles(occurrence, await duties.of(occurrence.id), set())
