"""Commands about follow-ups."""

import re
from datetime import timedelta

from commands.contacts.lookup import CountedContact
from commands.follow_ups import views
from commands.follow_ups.terms import FollowUpNumber
from commands.framework import Context, Reply, Role, Where, command, refuse
from commands.framework.errors import Refusal
from commands.framework.reply import Code
from commands.framework.values import Note, Sentence
from commands.roles.quotas import QuotaItem
from commands.shared.discretion import ask_about
from commands.shared.questions import Asking
from commands.time.refusals import day_to_come
from commands.time.terms import FutureDate
from storage.contacts.follow_ups import FollowUps
from storage.core.model import EntryKind, FollowUp
from storage.history.entries import History
from storage.meetings.actions import Actions
from storage.turf.absences import Absences

SHOWN = 10
LATE = timedelta(days=7)
"""From this many days on a lead hears how many there are."""
AHEAD = timedelta(days=7)
_NEXT = re.compile(r"(?P<words>.+?)[\s,;|.]+next[\s:]+(?P<day>\S.*)", re.IGNORECASE)


@command(
    "due",
    who=Role.ORGANIZER,
    where=Where.DIRECT,
    example="!due",
    also=("followups", "follow-ups", "todo"),
)
async def due(
    ctx: Context, follow_ups: FollowUps, absences: Absences, actions: Actions, asking: Asking
) -> Reply:
    """Show your follow-ups: overdue, today and the coming week."""
    day = ctx.today
    tasks = await follow_ups.due(ctx.user, day + AHEAD, SHOWN + 1)
    for absence in await absences.covered_by(ctx.user, ctx.day):
        tasks += await follow_ups.due(absence.organizer, day + AHEAD, SHOWN + 1)
    tasks.sort(key=lambda task: (task.due, task.id))
    for task in tasks[:SHOWN]:
        asking.result(task.number)
    later = 0 if tasks else await follow_ups.count_open(ctx.user)
    taken_on = sum(each.owner == ctx.user for each in await actions.open())
    said = views.due(tasks[:SHOWN], day, ctx.user, more=len(tasks) > SHOWN, later=later)
    return views.with_taken_on(said, taken_on)


@command(
    "due team",
    who=Role.LEAD,
    where=Where.DIRECT,
    example="!due team",
)
async def team(ctx: Context, follow_ups: FollowUps) -> Reply:
    """Show how many follow-ups each organizer has this week, and how many are overdue."""
    day = ctx.today
    return views.team(
        await follow_ups.owed(day, day + AHEAD), await follow_ups.late_since(day - LATE)
    )


def _check_what(*, yes: bool, what: str | None = None) -> None:
    ask_about(what, sure=yes)


@command(
    "followup",
    who=Role.ORGANIZER,
    where=Where.DIRECT,
    example="!followup M-41 fri",
    also=("follow up", "remind", "due add"),
    makes=(QuotaItem.FOLLOW_UP,),
    check=_check_what,
)
async def follow_up(
    ctx: Context,
    contact: CountedContact,
    due: FutureDate,
    what: Sentence | None = None,
    *,
    follow_ups: FollowUps,
    history: History,
    yes: bool = False,
) -> Reply:
    """Plan to be in touch with a contact, without a talk before.

    contact: their handle or name
    due: when you will be in touch
    what: what about
    yes: save the note anyway
    """
    del yes
    entry = await history.record(EntryKind.FOLLOW_UP_ADDED, contact.id)
    number = await follow_ups.add(
        entry, contact.id, what or "", due, owner=ctx.user, zone=ctx.zone, at=ctx.now
    )
    return views.added(contact, number, due, what, ctx.today)


@command(
    "done",
    who=Role.ORGANIZER,
    where=Where.DIRECT,
    example='!done 12 "signed"',
    may_make=(QuotaItem.FOLLOW_UP,),
)
async def done(
    ctx: Context,
    number: FollowUpNumber,
    result: Note,
    *,
    follow_ups: FollowUps,
    history: History,
    absences: Absences,
    actions: Actions,
    next_: FutureDate | None = None,
    yes: bool = False,
) -> Reply:
    """Close a follow-up with its result.

    number: the follow-up's number
    result: the result
    next: when you will be in touch again
    yes: save the note anyway
    """
    task = await _open(follow_ups, absences, number, ctx, actions)
    ask_about(result, sure=yes)
    if next_ is None and not yes:
        _ask_about_next(number, result, ctx)
    entry = await history.record(EntryKind.FOLLOW_UP_DONE, task.contact)
    await follow_ups.done(entry, task, result, author=ctx.user, at=ctx.now)
    following = None
    if next_ is not None:
        added = await follow_ups.add(
            entry, task.contact, "", next_, owner=task.owner, zone=ctx.zone, at=ctx.now
        )
        following = (added, next_)
    return views.done(task, result, following, ctx.today)


def _ask_about_next(number: int, result: str, ctx: Context) -> None:
    """Raise Refusal where a result ends in "next" and a day: a next step lost in words is never made."""
    found = _NEXT.fullmatch(result.replace('"', ""))
    if found is None:
        return
    for words in (f"next {found['day']}", found["day"]):
        try:
            day = day_to_come(words, ctx.today, ctx.language)
        except Refusal:
            continue
        raise views.next_step_or_result(number, found["words"], found[0], day, ctx.today)


@command(
    "snooze",
    who=Role.ORGANIZER,
    where=Where.DIRECT,
    example="!snooze 12 3d",
    may_make=(QuotaItem.FOLLOW_UP,),
)
async def snooze(
    ctx: Context,
    number: FollowUpNumber,
    until: FutureDate,
    *,
    follow_ups: FollowUps,
    history: History,
    absences: Absences,
) -> Reply:
    """Move a follow-up to another day.

    number: the follow-up's number
    until: the new day, or how long from now
    """
    task = await _open(follow_ups, absences, number, ctx)
    entry = await history.record(EntryKind.FOLLOW_UP_SNOOZED, task.contact)
    await follow_ups.snooze(entry, task, until, author=ctx.user, zone=ctx.zone, at=ctx.now)
    return views.snoozed(task, until, ctx.today)


async def _open(
    follow_ups: FollowUps,
    absences: Absences,
    number: int,
    ctx: Context,
    actions: Actions | None = None,
) -> FollowUp:
    """The person's open follow-up of that number, or of whom they cover; a lead's are all."""
    task = await follow_ups.open(number)
    if task is None or not await _may_close(task, absences, ctx):
        taken_on = None if actions is None else await actions.by_number(number)
        if taken_on is not None and taken_on.open and taken_on.owner == ctx.user:
            raise views.an_action(number)
        raise refuse(
            "You have no open follow-up {number}. {due} shows yours.",
            number=number,
            due=Code("!due"),
        )
    return task


async def _may_close(task: FollowUp, absences: Absences, ctx: Context) -> bool:
    if task.owner == ctx.user or ctx.role >= Role.LEAD:
        return True
    covered = await absences.covered_by(ctx.user, ctx.day)
    return task.owner in {absence.organizer for absence in covered}
