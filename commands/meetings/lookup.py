"""Finding the meeting that is meant, and the time zones of members."""

from collections.abc import Mapping
from typing import Annotated
from zoneinfo import ZoneInfo

from commands.framework.context import Context, UserId
from commands.framework.errors import cut, impossible, refuse
from commands.framework.i18n import joined
from commands.framework.reader import reader_of
from commands.framework.reply import Code
from commands.framework.resolver import Resolver, Unsaid
from commands.meetings.terms import MeetingNumber
from commands.meetings.views import USUAL_EXAMPLE
from commands.shared.members import Members
from commands.time.dates import AskedDay, read_day
from commands.time.refusals import day_to_come
from storage.chat.preferences import People
from storage.coalition.meetings import SharedMeetings
from storage.meetings.agendas import Minutes
from storage.meetings.answers import TimePolls
from storage.meetings.meetings import Meeting, Meetings, Occurrence


async def the_meeting(number: int, meetings: Meetings) -> Meeting:
    """Find the open meeting with this number. Raises Refusal."""
    found = await meetings.by_number(number)
    if found is None:
        raise impossible(
            "There is no meeting #{number}; {meet} shows what is planned.",
            number=number,
            meet=Code("!meet"),
        )
    if found.version.cancelled:
        raise impossible("Meeting #{number} is cancelled.", number=number)
    return found


async def ours_alone(number: int, meetings: Meetings, shared: SharedMeetings) -> Meeting:
    """Find the open meeting with this number, unless it is one of the coalition. Raises Refusal."""
    found = await the_meeting(number, meetings)
    await _only_ours(found, shared)
    return found


async def _only_ours(meeting: Meeting, shared: SharedMeetings) -> None:
    if await shared.of(meeting.id) is not None:
        raise impossible(
            "#{number} is a meeting of your coalition. What a lead can do with it: {help}",
            number=meeting.number,
            help=Code("!help coalition"),
        )


async def next_time(number: int | None, ctx: Context, meetings: Meetings) -> Occurrence:
    """Find the next time of the meeting with this number, or of any meeting. Raises Refusal."""
    if number is None:
        ahead = await meetings.ahead(ctx.now, 1)
        if not ahead:
            raise refuse("No meeting is planned.", example=USUAL_EXAMPLE)
        return ahead[0]
    meeting = await the_meeting(number, meetings)
    for occurrence in await meetings.occurrences(meeting.id):
        if occurrence.live and occurrence.ends > ctx.now:
            return occurrence
    if meeting.version.start is None:
        raise impossible(
            "You are still choosing a time for #{number}: {can}.",
            number=number,
            can=Code(f"!can #{number} 1 2"),
        )
    raise impossible("Meeting #{number} is over.", number=number)


async def next_of_all(ctx: Context, meetings: Meetings) -> Occurrence:
    """The next time of any meeting. Raises Refusal."""
    return await next_time(None, ctx, meetings)


async def running_or_next(ctx: Context, meetings: Meetings, minutes: Minutes) -> Occurrence:
    """Find the meeting that is on; otherwise the next one. Raises Refusal."""
    on = await minutes.running(ctx.now)
    found = None if on is None else await meetings.occurrence(on)
    return found or await next_time(None, ctx, meetings)


async def running(ctx: Context, meetings: Meetings, minutes: Minutes) -> Occurrence:
    """Find the meeting that was started and has not ended. Raises Refusal."""
    on = await minutes.running(ctx.now)
    found = None if on is None else await meetings.occurrence(on)
    if found is None:
        raise impossible(
            "No meeting is on. {start} begins the next one.", start=Code("!meet start")
        )
    return found


async def begun(
    number: int | None, ctx: Context, meetings: Meetings, minutes: Minutes
) -> Occurrence:
    """Find the last time of the meeting with this number that has begun; else the one on, or the latest.

    Raises Refusal.
    """
    on = await minutes.running(ctx.now)
    running_now = None if on is None else await meetings.occurrence(on)
    if number is None:
        latest = [running_now] if running_now else await meetings.latest(ctx.now, 1)
        if latest:
            return latest[0]
        raise impossible(
            "No meeting has begun yet. {meet} shows what is planned.", meet=Code("!meet")
        )
    meeting = await the_meeting(number, meetings)
    if running_now is not None and running_now.meeting == meeting.id:
        return running_now
    past = [
        each for each in await meetings.occurrences(meeting.id) if each.live and each.at <= ctx.now
    ]
    if past:
        return past[-1]
    raise impossible("Meeting #{number} has not begun yet.", number=number)


async def on_day(meetings: Meetings, meeting: Meeting, words: str, ctx: Context) -> Occurrence:
    """Find the time of a series on the given day. Raises Refusal."""
    zone = meeting.version.zone
    today = ctx.now.astimezone(zone).date()
    found = read_day(words, today, ctx.language)
    days = (
        found.choices if isinstance(found, AskedDay) else (day_to_come(words, today, ctx.language),)
    )
    fitting = [
        occurrence
        for occurrence in await meetings.occurrences(meeting.id)
        if occurrence.start.date() in days and occurrence.at > ctx.now and occurrence.live
    ]
    if len({occurrence.start.date() for occurrence in fitting}) > 1:
        day_to_come(words, today, ctx.language)
    if fitting:
        return fitting[0]
    raise impossible(
        "#{number} has no meeting on “{day}”; {next} shows its days.",
        number=meeting.number,
        day=cut(words),
        next=Code(f"!meet next #{meeting.number}"),
    )


async def open_poll(number: int | None, meetings: Meetings, polls: TimePolls) -> Meeting:
    """The meeting whose time is being asked for. Raises Refusal."""
    if number is not None:
        found = await the_meeting(number, meetings)
        if found.version.start is not None or await polls.of(found.id) is None:
            raise impossible("#{number} has a time already.", number=number)
        return found
    asked = [each for each in await meetings.open() if each.version.start is None]
    if len(asked) == 1:
        return asked[0]
    if not asked:
        raise impossible("No meeting is looking for a time.")
    raise refuse(
        "Several meetings are looking for a time: {numbers}. Say which.",
        numbers=joined(f"#{each.number} {each.title}" for each in asked),
        example=f"!can #{asked[0].number} 1 2",
    )


async def own_poll(
    number: int, meetings: Meetings, polls: TimePolls, shared: SharedMeetings
) -> Meeting:
    """The meeting whose time is being asked for, unless the coalition asks for it. Raises Refusal."""
    found = await open_poll(number, meetings, polls)
    await _only_ours(found, shared)
    return found


OpenMeeting = Annotated[Meeting, reader_of(MeetingNumber), Resolver(the_meeting)]
"""A meeting that is not cancelled, by its number."""
OwnMeeting = Annotated[Meeting, reader_of(MeetingNumber), Resolver(ours_alone)]
"""A meeting that is not cancelled and that this committee alone decides about, by its number."""
NextTime = Annotated[Occurrence, reader_of(MeetingNumber), Resolver(next_time, finds_unsaid=True)]
"""The next time of a meeting, by its number; without one the next of all."""
NextMeeting = Annotated[Occurrence, Unsaid(next_of_all)]
"""The next meeting that is not over."""
BegunMeeting = Annotated[Occurrence, reader_of(MeetingNumber), Resolver(begun, finds_unsaid=True)]
"""The last time of a meeting that has begun, by its number; without one the meeting that is on, or was last."""
MeetingHeld = Annotated[Occurrence, reader_of(MeetingNumber), Resolver(begun)]
"""The last time of a meeting that has begun, by its number."""
RunningMeeting = Annotated[Occurrence, Unsaid(running)]
"""The meeting that was started and has not ended."""
MeetingAtHand = Annotated[Occurrence, Unsaid(running_or_next)]
"""The meeting that is on; otherwise the next one."""
OpenTimePoll = Annotated[Meeting, reader_of(MeetingNumber), Resolver(open_poll)]
"""A meeting whose time is being asked for, by its number."""
OwnTimePoll = Annotated[Meeting, reader_of(MeetingNumber), Resolver(own_poll)]
"""A meeting whose time is being asked for, and is this committee's to choose, by its number."""
UsualTimePoll = Annotated[Meeting, reader_of(MeetingNumber), Resolver(open_poll, finds_unsaid=True)]
"""A meeting whose time is being asked for, by its number; without one the only such meeting."""


async def zones_of(members: Members, people: People, ctx: Context) -> Mapping[UserId, ZoneInfo]:
    """The time zone of every member: their own, or the committee's."""
    return {user: await people.zone(user) or ctx.committee.zone for user in members.roles}
