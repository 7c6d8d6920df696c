"""Closing a poll on times: the room is told; below quorum the poll gets one more day."""

from datetime import datetime, timedelta

from commands.framework.reply import Audience, Code, Reply, Strong, line, listed, reply
from commands.meetings.plan.occurrences import plan_poll
from commands.meetings.remind.texts import ReminderMoment
from commands.meetings.rules import rank
from commands.meetings.time_poll.views import reasons
from storage.coalition.meetings import SharedMeetings
from storage.meetings.answers import TimePolls
from storage.meetings.meetings import MeetingId
from storage.meetings.reminders import Reminders

EXTENSION = timedelta(days=1)
SHOWN = 2


async def close_poll(
    meeting_id: MeetingId, at: ReminderMoment, reminders: Reminders
) -> Reply | None:
    """The two best times, how many are missing and not who; never a choice made below quorum."""
    polls = TimePolls(at.tx, at.committee.id)
    meeting, poll = await at.meetings.by_id(meeting_id), await polls.of(meeting_id)
    if meeting is None or poll is None:
        return None
    if await SharedMeetings(at.tx, at.committee.id).of(meeting_id) is not None:
        # Whoever proposed it to the coalition chooses; the room hears when the counts are out.
        return None
    options = [
        each
        for each in await polls.options(meeting_id)
        if each.start.replace(tzinfo=each.zone) > at.now
    ]
    zones = (await at.zones()).values()
    ranked = rank(options, await polls.answers(meeting_id), poll.quorum, poll.needed, zones)
    met = bool(ranked) and ranked[0].quorum
    extends = not met and not poll.extended and bool(ranked)
    if extends:
        await polls.extend(meeting_id, _later(at.now))
        await plan_poll(polls, reminders, meeting_id, 1, at.now)
    head = line(
        "Time is up for {title} #{number}.", title=Strong(meeting.title), number=meeting.number
    )
    rows = [reasons(each, poll.quorum, at.now) for each in ranked[:SHOWN]]
    pick = Code(f"!meet pick #{meeting.number} {ranked[0].option.number if ranked else 1}")
    if met:
        after = line("To choose it: {pick}", pick=pick)
    elif extends:
        after = line(
            "Too few answers for a quorum, so I wait one more day. To answer: {can}",
            can=Code("!can 1 2"),
        )
    elif ranked:
        after = line(
            "Still too few answers. The person who plans it decides: {pick}, or other times.",
            pick=pick,
        )
    else:
        after = line(
            "All those times have passed. Please ask again: {poll}", poll=Code("!meet poll")
        )
    return reply(head, listed(rows) if rows else None, after, audience=Audience.ROOM)


def _later(now: datetime) -> datetime:
    return now.replace(second=0, microsecond=0) + EXTENSION
