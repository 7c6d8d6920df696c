"""Choosing: whoever proposed a meeting hears who can when, picks a time, moves the meeting, calls it off."""

import json
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from commands.coalition import wire
from commands.coalition.kinds import HeardMessage
from commands.coalition.meetings import asking, sentences, times_views, views
from commands.coalition.meetings.bodies import ChosenTime, MeetingCounts, MeetingOff
from commands.coalition.meetings.rules import CommitteeCounts, ComparedTimes, rank, zone_called
from commands.coalition.seat import Seat
from commands.framework.i18n import speaking
from commands.framework.reply import Reply
from commands.meetings import views as meeting_views
from commands.meetings.plan.confirm import cancelled
from commands.meetings.plan.occurrences import replan
from commands.meetings.share import file_holders
from commands.time.instants import here
from storage.coalition.meetings import MeetingStage, SharedMeeting, SharedMeetings
from storage.coalition.model import CoalitionMember
from storage.core.model import Coming
from storage.meetings.answers import Rsvps, TimePolls
from storage.meetings.calendar_dates import CalendarDates
from storage.meetings.meetings import Meeting, Meetings, Occurrence
from storage.meetings.reminders import Reminders
from storage.turf.absences import Barred

WAIT = timedelta(hours=1)
"""How long after the last answer whoever proposed a meeting waits for committees that say nothing."""
MOST_MOVES = 20
"""How often another committee's bot may move a meeting: each time the room is told."""
KEPT = timedelta(days=30)
"""How long after a meeting it is known that it was one of the coalition."""


async def compared(seat: Seat, shared: SharedMeeting) -> ComparedTimes:
    """How the times of a meeting that this committee proposed stand now."""
    own = CommitteeCounts(
        seat.coalition.label, seat.committee.zone.key, await asking.own_counts(seat, shared)
    )
    told, silent = [own], []
    answers = {
        each.member: each for each in await seat.repository(SharedMeetings).answers(shared.id)
    }
    for member in await seat.members():
        answer = answers.get(member.id)
        if answer is None or (answer.takes_part and answer.counts is None):
            silent.append(member.label)
        elif answer.counts is not None:
            body = wire.as_body(MeetingCounts, json.loads(answer.counts))
            told.append(CommitteeCounts(member.label, body.zone, body.clocks))
    times = await asking.times_of(seat, shared)
    few = tuple(each.label for each in told if not each.clocks)
    return ComparedTimes(tuple(rank(times, told)), tuple(silent), few)


async def heard_counts(seat: Seat, heard: HeardMessage[MeetingCounts]) -> tuple[Reply, ...]:
    """Keep a committee's counts for a meeting that this one proposed; leads hear of late ones."""
    kept = seat.repository(SharedMeetings)
    shared = await kept.by_ref(heard.body.ref, None)
    if shared is None:
        return ()
    if not asking.fits(heard.body, len(await asking.times_of(seat, shared))):
        raise wire.NotAMessage("counts of something else")
    body = heard.body
    if zone_called(body.zone) is None:
        body = replace(body, zone="")
    told = {each.member: each.counts for each in await kept.answers(shared.id)}
    if told.get(heard.member.id) is not None:
        # The first counts stand: a bot that was restored tells none the second time.
        return ()
    counts = wire.canonical(wire.body_of(body))
    await kept.answer(shared.id, heard.member.id, takes_part=True, counts=counts)
    if shared.stage is MeetingStage.CHOOSING:
        return await _to_leads(seat, shared)
    return ()


async def _to_leads(seat: Seat, shared: SharedMeeting) -> tuple[Reply, ...]:
    meeting = await seat.repository(Meetings).by_id(shared.meeting)
    if meeting is None:
        return ()
    found = await compared(seat, shared)
    return (times_views.compared(meeting, found, seat.committee.zone, seat.now),)


async def tally(seat: Seat, shared: SharedMeeting, meeting: Meeting) -> Reply:
    """How the times stand, for a lead who asks."""
    return times_views.tally(meeting, await compared(seat, shared), seat.committee.zone, seat.now)


# -- what is due


async def due(seat: Seat, shared: SharedMeeting) -> tuple[Reply, ...]:
    """What the clock brings to one meeting; what the committee is told of it."""
    if shared.stage is MeetingStage.SET:
        return await _keep_instant(seat, shared)
    if max(await asking.times_of(seat, shared), default=shared.closes) <= seat.now:
        return await _off(seat, shared, views.never_chosen)
    if shared.stage is MeetingStage.CHOOSING or seat.now < shared.closes:
        return ()
    if shared.member is not None:
        return await asking.tell_counts(seat, shared)
    if seat.now < shared.closes + WAIT and (await compared(seat, shared)).silent:
        return ()
    await seat.repository(SharedMeetings).become(shared.id, MeetingStage.CHOOSING)
    return await _to_leads(seat, shared)


async def _keep_instant(seat: Seat, shared: SharedMeeting) -> tuple[Reply, ...]:
    """Let go of a meeting that is long over; keep one to come at its instant, whatever a zone's rules become."""
    if shared.start is None:
        return ()
    if shared.start + KEPT < seat.now:
        await seat.repository(SharedMeetings).release(shared.id)
        return ()
    meetings = seat.repository(Meetings)
    times = await meetings.occurrences(shared.meeting)
    if shared.start <= seat.now or all(each.at == shared.start for each in times):
        return ()
    return await fix(seat, shared, shared.start, times[0].minutes)


# -- the time


async def choose(
    seat: Seat, shared: SharedMeeting, start: datetime, minutes: int
) -> tuple[Reply, ...]:
    """Set the time of a meeting for all, or move it; what this committee is told."""
    meeting = await seat.repository(Meetings).by_id(shared.meeting)
    if meeting is None:
        return ()
    with speaking(seat.committee.language):
        sentence = sentences.chosen_sentence(meeting.title, start, shared.zone, seat.now)
    await seat.say("meeting set", ChosenTime(shared.ref, start, minutes), sentence)
    return await fix(seat, shared, start, minutes)


async def heard_chosen(seat: Seat, heard: HeardMessage[ChosenTime]) -> tuple[Reply, ...]:
    """Put a meeting at the instant that whoever proposed it chose."""
    shared = await seat.repository(SharedMeetings).by_ref(heard.body.ref, heard.member.id)
    if shared is None:
        return ()
    times = await seat.repository(Meetings).occurrences(shared.meeting)
    too_often = any(each.seq >= MOST_MOVES for each in times)
    if too_often or heard.body.start - heard.now > asking.LONGEST_AHEAD:
        raise wire.NotAMessage("a time that nobody follows")
    if _is_over(shared, heard):
        return ()
    return await fix(seat, shared, heard.body.start, heard.body.minutes)


def _is_over(shared: SharedMeeting, heard: HeardMessage[ChosenTime]) -> bool:
    """Whether a meeting that is over is put at another time that is over: each would be one more entry."""
    over = shared.start is not None and shared.start <= heard.now
    return over and heard.body.start <= heard.now


async def fix(
    seat: Seat, shared: SharedMeeting, start: datetime, minutes: int
) -> tuple[Reply, ...]:
    """Make a time the committee's own meeting on its own clock: announced, or moved from an earlier time."""
    meetings, zone = seat.repository(Meetings), seat.committee.zone
    meeting = await meetings.by_id(shared.meeting)
    if meeting is None:
        return ()
    before = await meetings.occurrences(meeting.id)
    version = replace(meeting.version, start=here(start, zone), zone=zone, minutes=minutes)
    entry = await asking.entry_of(seat)
    await meetings.change(meeting.id, entry, version)
    await seat.repository(TimePolls).close(meeting.id)
    await seat.repository(SharedMeetings).settle(shared.id, start)
    changed = await replan(meetings, seat.repository(Reminders), meeting.id, seat.now)
    times = await meetings.occurrences(meeting.id)
    if not times or (before and times[0].seq == before[0].seq):
        return ()
    if start <= seat.now:
        return (views.heard_late(times[0], seat.now),)
    if not before:
        return (await _announced(seat, shared, times[0]),)
    holders = await file_holders.told(seat.repository(CalendarDates), changed, seat.now)
    return (await _moved(seat, shared, times[0], before[0]), *holders)


async def _announced(seat: Seat, shared: SharedMeeting, occurrence: Occurrence) -> Reply:
    """Whoever can at the time counts as coming; the room hears when it is."""
    answers = await seat.repository(TimePolls).answers(shared.meeting)
    times = await asking.times_of(seat, shared)
    number = next((n for n, at in enumerate(times, start=1) if at == occurrence.at), 0)
    entry = await asking.entry_of(seat)
    for person, said in answers.items():
        answer = said.get(number, Coming.NO)
        if answer is not Coming.NO:
            await seat.repository(Rsvps).answer(entry, occurrence, person, answer, seat.now)
    clocks = {*(await asking.zones_of(seat, answers)).values(), *_proposers(shared)}
    return meeting_views.announcement(occurrence, seat.now, clocks)


async def _moved(seat: Seat, shared: SharedMeeting, after: Occurrence, before: Occurrence) -> Reply:
    """Whoever meant to come is asked again."""
    given = await seat.repository(Rsvps).of(before.id)
    barred = seat.repository(Barred)
    again = [
        person
        for person, said in given.items()
        if said.answer is not Coming.NO and not await barred.includes(person)
    ]
    clocks = {*(await asking.zones_of(seat, given)).values(), *_proposers(shared)}
    return meeting_views.moved(after, before, again, seat.now, clocks)


def _proposers(shared: SharedMeeting) -> set[ZoneInfo]:
    zone = zone_called(shared.zone)
    return set() if zone is None else {zone}


# -- the end of it


async def call_off(seat: Seat, shared: SharedMeeting) -> tuple[Reply, ...]:
    """Call a meeting off for all, or stay away from one that another committee proposed."""
    if shared.member is not None:
        return await _off(seat, shared, views.stays_away)
    meeting = await seat.repository(Meetings).by_id(shared.meeting)
    title = "" if meeting is None else meeting.title
    with speaking(seat.committee.language):
        sentence = sentences.off_sentence(title)
    await seat.say("meeting off", MeetingOff(shared.ref), sentence)
    return await _off(seat, shared, views.called_off)


async def heard_off(seat: Seat, heard: HeardMessage[MeetingOff]) -> tuple[Reply, ...]:
    """Cancel a meeting that whoever proposed it calls off, or withdraw the question whether to take part."""
    key = f"{heard.member.bot} {heard.body.ref}"
    await seat.proposals.withdraw(asking.OFFER.name, key, seat.now)
    shared = await seat.repository(SharedMeetings).by_ref(heard.body.ref, heard.member.id)
    if shared is None:
        return ()
    return await _off(seat, shared, views.called_off)


async def _off(seat: Seat, shared: SharedMeeting, words: views.AboutMeeting) -> tuple[Reply, ...]:
    meetings = seat.repository(Meetings)
    meeting = await meetings.by_id(shared.meeting)
    await seat.repository(SharedMeetings).release(shared.id)
    if meeting is None:
        return ()
    await meetings.change(meeting.id, await asking.entry_of(seat), cancelled(meeting.version))
    changed = await replan(meetings, seat.repository(Reminders), meeting.id, seat.now)
    holders = await file_holders.told(seat.repository(CalendarDates), changed, seat.now)
    return (words(meeting.number, meeting.title), *holders)


async def parted(seat: Seat, member: CoalitionMember) -> tuple[Reply, ...]:
    """A committee is in the coalition no more: its meetings go on without it, or have no time and are off."""
    kept = seat.repository(SharedMeetings)
    await kept.drop_answers(member.id)
    said: tuple[Reply, ...] = ()
    for shared in await kept.all():
        if shared.member != member.id:
            continue
        if shared.stage is not MeetingStage.SET:
            said += await _off(seat, shared, views.off_with_them)
            continue
        meeting = await seat.repository(Meetings).by_id(shared.meeting)
        await kept.release(shared.id)
        if meeting is not None and shared.start is not None and shared.start > seat.now:
            said += (views.ours_alone(meeting.number, meeting.title, member.label),)
    return said
