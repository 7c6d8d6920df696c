"""Commands for finding a time: ask, answer, compare, decide."""

from datetime import datetime, timedelta

from commands.framework import Context, Reply, Role, Where, command, impossible, refuse, say
from commands.framework.context import Place
from commands.framework.i18n import in_languages_heard, pgettext
from commands.framework.shares import read_share
from commands.meetings import views
from commands.meetings.lookup import OpenTimePoll, OwnTimePoll, UsualTimePoll, open_poll, zones_of
from commands.meetings.plan.commands import DRAFT_KEPT
from commands.meetings.plan.confirm import in_room_too
from commands.meetings.plan.occurrences import replan
from commands.meetings.rules import rank
from commands.meetings.terms import (
    NEEDS,
    USUAL_MINUTES,
    OptionNumber,
    Plan,
    read_minutes,
    read_title,
)
from commands.meetings.time_poll import views as time_poll_views
from commands.meetings.time_poll.availability import only_no
from commands.meetings.time_poll.options import EVENING, behind, read_end, read_options
from commands.meetings.time_poll.terms import TimesWords, people_in
from commands.roles.quotas import QuotaItem
from commands.shared.members import Members
from commands.time.instants import here
from storage.chat.preferences import People
from storage.coalition.meetings import SharedMeetings
from storage.core.model import Coming, EntryKind
from storage.history.entries import Entries
from storage.meetings.answers import Option, Rsvps, TimePolls
from storage.meetings.meetings import Meetings, Version, written
from storage.meetings.reminders import MeetingDrafts, Reminders

POLL = "!meet poll Planning | tue 19:00, wed 12:30 | until sun 20:00 | quorum 5"
USUAL_DAYS = 2


@command(
    "meet poll",
    who=Role.ORGANIZER,
    where=Where.ANYWHERE,
    example=POLL,
    also=("meet ask",),
    makes=(QuotaItem.TIME_POLL,),
    said_back=True,
)
async def poll(
    ctx: Context, plan: Plan, *, drafts: MeetingDrafts, people: People, members: Members
) -> Reply:
    """Ask everybody which times work for them; I show it to you before I post it.

    plan: its name | times with commas between | until when | quorum | length | needs @who
    """
    if len(plan) < 2:
        raise refuse("Its name | the times, with commas between.", example=POLL)
    options = read_options(plan[1], ctx, POLL)
    draft: dict[str, object] = {
        "do": "poll",
        "title": read_title(plan[0]),
        "minutes": USUAL_MINUTES,
        "quorum": (len(members.roles) + 1) // 2,
        "needed": [],
        "closes": _usual_deadline(ctx),
        "options": [[written(each.local), each.zone.key, 0] for each in options],
    }
    for part in plan[2:]:
        draft |= _term(part, members, ctx)
    in_room = ctx.place is Place.ROOM
    draft["choices"] = [None]
    await drafts.keep(ctx.user, in_room=in_room, plan=draft, until=ctx.now + DRAFT_KEPT)
    zones = set((await zones_of(members, people, ctx)).values())
    rows = [
        time_poll_views.option_line(Option(n, each.local, each.zone), ctx.now, zones)
        for n, each in enumerate(options, start=1)
    ]
    return time_poll_views.about_to_ask(str(draft["title"]), rows)


@command(
    "meet can",
    who=Role.ORGANIZER,
    where=Where.ANYWHERE,
    example="!meet can 1 3 maybe 2",
    also=("can",),
    makes=(QuotaItem.ANSWER,),
)
async def can(
    ctx: Context, times: TimesWords, *, meetings: Meetings, polls: TimePolls, entries: Entries
) -> Reply:
    """Say which of the times work for you; what you leave out is no.

    times: their numbers, like 1 3 maybe 2; the meeting first if several ask: #7 1 3
    """
    meeting = await open_poll(times.meeting, meetings, polls)
    options = {each.number for each in await polls.options(meeting.id)}
    unknown = sorted(set(times.said) - options)
    if unknown:
        raise refuse(
            "There is no time {number}. The times have the numbers 1 to {most}.",
            number=unknown[0],
            most=len(options),
        )
    named = set(times.said.values())
    if times.others is Coming.NO and named == {Coming.NO} and set(times.said) < options:
        raise only_no(times.said)
    said = {number: times.said.get(number, times.others) for number in options}
    entry = await entries.record(EntryKind.ANSWERED)
    await polls.say(entry, meeting.id, ctx.user, said, ctx.now)
    answers = await polls.answers(meeting.id)
    poll = await polls.of(meeting.id)
    return time_poll_views.can_noted(
        meeting, said, len(answers), 0 if poll is None else poll.quorum
    )


@command("meet tally", who=Role.ORGANIZER, where=Where.ANYWHERE, example="!meet tally #7")
async def tally(
    ctx: Context,
    meeting: UsualTimePoll,
    *,
    polls: TimePolls,
    people: People,
    members: Members,
    shared: SharedMeetings,
) -> Reply:
    """Compare the times, best first, each with its reasons.

    meeting: the meeting's number
    """
    poll = await polls.of(meeting.id)
    quorum = 1 if poll is None else poll.quorum
    zones = (await zones_of(members, people, ctx)).values()
    ranked = rank(
        await polls.options(meeting.id),
        await polls.answers(meeting.id),
        quorum,
        () if poll is None else poll.needed,
        zones,
    )
    after = (
        time_poll_views.makes_it(meeting.number, ranked)
        if await shared.of(meeting.id) is None
        else time_poll_views.for_all_committees()
    )
    return time_poll_views.tally(meeting.number, meeting.title, ranked, quorum, ctx, after)


@command(
    "meet pick",
    who=Role.ORGANIZER,
    where=Where.ANYWHERE,
    example="!meet pick #7 3",
    may_make=(QuotaItem.MEETING,),
)
async def pick(
    ctx: Context,
    meeting: OwnTimePoll,
    option: OptionNumber,
    *,
    meetings: Meetings,
    polls: TimePolls,
    reminders: Reminders,
    entries: Entries,
    rsvps: Rsvps,
    people: People,
    members: Members,
) -> tuple[Reply, ...]:
    """Choose one of the times; I count those who can as coming.

    meeting: the meeting's number
    option: the number of the time
    """
    chosen = next((o for o in await polls.options(meeting.id) if o.number == option), None)
    if chosen is None:
        raise refuse(
            "There is no time {number}.", number=option, example=f"!meet pick #{meeting.number} 1"
        )
    if chosen.start.replace(tzinfo=chosen.zone) <= ctx.now:
        raise refuse("That time has passed.", example=f"!meet tally #{meeting.number}")
    entry = await entries.record(EntryKind.MEETING_CHANGED)
    version = Version(meeting.title, chosen.start, chosen.zone, meeting.version.minutes)
    await meetings.change(meeting.id, entry, version)
    await polls.close(meeting.id)
    await replan(meetings, reminders, meeting.id, ctx.now)
    occurrence = (await meetings.occurrences(meeting.id))[0]
    for person, said in (await polls.answers(meeting.id)).items():
        answer = said.get(option, Coming.NO)
        if answer is not Coming.NO:
            await rsvps.answer(entry, occurrence, person, answer, ctx.now)
    zones = set((await zones_of(members, people, ctx)).values())
    return in_room_too(ctx, views.announcement(occurrence, ctx.now, zones))


@command("meet mute", who=Role.ORGANIZER, where=Where.ANYWHERE, example="!meet mute #7")
async def mute(ctx: Context, meeting: OpenTimePoll, *, meetings: Meetings) -> Reply:
    """Stop reminding you to say when you are free.

    meeting: the meeting's number
    """
    await meetings.mute(meeting.id, ctx.user)
    return say("I will not ask you again about #{number}.", number=meeting.number)


def _quorum(words: str, people: int) -> int:
    """How many people that is: a number of them, or a share of all. Raises Refusal."""
    share = read_share(words)
    if share is not None:
        return share.of(people)
    if not words.isdecimal() or not 1 <= int(words) <= 10_000:
        raise impossible(
            "A quorum is a number of people, like {like}, or a part, like 2/3.", like="quorum 5"
        )
    return int(words)


def _quorum_word() -> str:
    return pgettext("typed before a number", "quorum")


def _usual_deadline(ctx: Context) -> list[str]:
    zone = ctx.committee.zone
    local = (ctx.now + timedelta(days=USUAL_DAYS)).astimezone(zone).replace(tzinfo=None)
    return [written(datetime.combine(local.date(), EVENING)), zone.key]


def _term(part: str, members: Members, ctx: Context) -> dict[str, object]:
    """One of the parts behind the times. Raises Refusal."""
    zone = ctx.committee.zone
    closes = read_end(part, ctx)
    if closes is not None:
        return {"closes": [written(here(closes, zone)), zone.key]}
    rest = behind(part, {"quorum", *in_languages_heard(_quorum_word)})
    if rest is not None:
        return {"quorum": _quorum(rest, len(members.roles))}
    first, _space, rest = part.partition(" ")
    if first.casefold() in NEEDS:
        return {"needed": [members.find(each) for each in people_in(rest)]}
    if not part:
        raise refuse("There is nothing between two of the bars.", example=POLL)
    return {"minutes": read_minutes(part)}
