"""Commands for answering invitations in one word, and for choosing how reminders come."""

from commands.framework import Context, Reply, Role, Where, _, command, say
from commands.framework.context import Place
from commands.framework.reply import fill, reply
from commands.framework.withheld import WithheldLines
from commands.meetings import views
from commands.meetings.attend.terms import QuietHours, Whereto, WheretoWord
from commands.meetings.lookup import NextTime, next_time
from commands.meetings.terms import MeetingNumber
from commands.polls.ask import confirm
from commands.polls.service import PollService
from commands.roles.quotas import QuotaItem
from commands.shared.members import Members
from storage.chat.preferences import People
from storage.core.model import Coming, EntryKind
from storage.history.entries import Entries
from storage.meetings.answers import Rsvps
from storage.meetings.meetings import Meetings, Occurrence
from storage.meetings.reminders import MeetingDrafts


@command(
    "yes",
    who=Role.ORGANIZER,
    where=Where.ANYWHERE,
    example="!yes #7",
    also=("coming", "y"),
    makes=(QuotaItem.ANSWER,),
)
async def yes(ctx: Context, occurrence: NextTime, *, rsvps: Rsvps, entries: Entries) -> Reply:
    """Say that you are coming.

    occurrence: the meeting's number; the next meeting if you do not say
    """
    return await _answer(ctx, rsvps, entries, occurrence, Coming.YES)


@command(
    "maybe",
    who=Role.ORGANIZER,
    where=Where.ANYWHERE,
    example="!maybe #7",
    makes=(QuotaItem.ANSWER,),
)
async def maybe(ctx: Context, occurrence: NextTime, *, rsvps: Rsvps, entries: Entries) -> Reply:
    """Say that you may be coming.

    occurrence: the meeting's number; the next meeting if you do not say
    """
    return await _answer(ctx, rsvps, entries, occurrence, Coming.MAYBE)


@command(
    "no", who=Role.ORGANIZER, where=Where.ANYWHERE, example="!no #7", may_make=(QuotaItem.ANSWER,)
)
async def no(
    ctx: Context,
    number: MeetingNumber | None = None,
    *,
    meetings: Meetings,
    rsvps: Rsvps,
    entries: Entries,
    drafts: MeetingDrafts,
    secret_polls: PollService,
    withheld: WithheldLines,
) -> Reply:
    """Say that you are not coming; or drop what I have just asked you about.

    number: the meeting's number; the next meeting if you do not say
    """
    if number is None:
        draft = await drafts.take(ctx.user, in_room=ctx.place is Place.ROOM, now=ctx.now)
        until = None if draft is None else draft.until
        if await confirm.withheld(ctx, secret_polls, withheld, until) is not None:
            withheld.drop()
            return say("Dropped. Nothing was posted.")
        poll = await confirm.no(ctx, secret_polls, until)
        if poll is not None:
            return poll
        if draft is not None:
            return say("Dropped. Nothing was made.")
    occurrence = await next_time(number, ctx, meetings)
    return await _answer(ctx, rsvps, entries, occurrence, Coming.NO)


async def _answer(
    ctx: Context, rsvps: Rsvps, entries: Entries, occurrence: Occurrence, answer: Coming
) -> Reply:
    entry = await entries.record(EntryKind.ANSWERED)
    await rsvps.answer(entry, occurrence, ctx.user, answer, ctx.now)
    return views.answered(occurrence, answer, await rsvps.of(occurrence.id), ctx)


@command("meet who", who=Role.ORGANIZER, where=Where.ANYWHERE, example="!meet who #7")
async def who(ctx: Context, occurrence: NextTime, *, rsvps: Rsvps, members: Members) -> Reply:
    """Show who is coming, by name.

    occurrence: the meeting's number; the next meeting if you do not say
    """
    return views.who_comes(occurrence, await rsvps.of(occurrence.id), members.roles, ctx)


@command("quiet", who=Role.ORGANIZER, where=Where.ANYWHERE, example="!quiet 22-8")
async def quiet(ctx: Context, hours: QuietHours | None = None, *, people: People) -> Reply:
    """Set the hours in which I do not ping you.

    hours: from which hour to which, on your clock; or off
    """
    if hours is not None:
        await people.set_quiet(ctx.user, hours)
    kept = hours or await people.quiet(ctx.user) or "22-8"
    if kept == "0-0":
        return say("I may ping you at any hour.")
    begin, _dash, end = kept.partition("-")
    return say(
        "I do not ping you from {begin} to {end} on your clock ({zone}). The exception:"
        " a meeting you said yes to that begins then.",
        begin=f"{begin}:00",
        end=f"{end}:00",
        zone=ctx.zone.key,
    )


@command(
    "meet reminders",
    who=Role.ORGANIZER,
    where=Where.ANYWHERE,
    example="!meet reminders direct",
    also=("reminders",),
)
async def reminders(ctx: Context, where: WheretoWord | None = None, *, people: People) -> Reply:
    """Choose how reminders of meetings reach you.

    where: room, with your name mentioned; direct, by direct message; or off
    """
    if where is not None:
        await people.set_reminders(ctx.user, where.value)
    kept = Whereto(where or await people.reminders(ctx.user) or "room")
    return reply(
        fill(
            {
                Whereto.ROOM: _(
                    "In the room I mention you when I remind people of a meeting you may come to."
                ),
                Whereto.DIRECT: _(
                    "I remind you by direct message and do not mention you in the room."
                ),
                Whereto.OFF: _("I do not remind you of meetings."),
            }[kept]
        )
    )
