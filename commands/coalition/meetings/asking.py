"""Asking: times are proposed to all, each committee asks its own people, and tells how many can when."""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from commands.coalition import consent, wire
from commands.coalition.kinds import HeardMessage, ProposalKind
from commands.coalition.meetings import sentences, views
from commands.coalition.meetings.bodies import (
    AskedMeeting,
    MeetingConsent,
    MeetingCounts,
    OfferedMeeting,
)
from commands.coalition.meetings.rules import ClockCounts, RowOfTimes, counted, kept, zone_called
from commands.coalition.seat import NOBODY, Seat
from commands.framework.errors import impossible
from commands.framework.i18n import readers_clock, speaking
from commands.framework.reply import Line, Reply
from commands.meetings.plan.occurrences import plan_poll
from commands.shared.small_groups import FEWEST
from commands.time.instants import here
from storage.chat.facts import RESTORED_AT, Facts
from storage.chat.preferences import People
from storage.chat.said_once import SaidOnce
from storage.coalition.meetings import MeetingStage, SharedMeeting, SharedMeetings, ToldTimes
from storage.coalition.model import MemberId, Proposal
from storage.core.model import EntryId, EntryKind, UserId
from storage.core.rows import A_DAY, millis
from storage.history.entries import Entries
from storage.meetings.answers import Option, TimePolls
from storage.meetings.meetings import Meetings, Version
from storage.meetings.reminders import Reminders

LONGEST_AHEAD = timedelta(days=366)
"""How far ahead times of a meeting may be."""
MOST_A_DAY = consent.MOST_WAITING
"""Meetings of one committee that leads are asked about in a day, whether they are called off or not."""
BETWEEN = timedelta(hours=2)
"""From the last answer to the first of the times: whoever proposed it waits an hour, and has one to choose."""


async def entry_of(seat: Seat) -> EntryId:
    """A history entry in nobody's name: what other committees were told of nobody takes back by an undo."""
    entries = Entries(seat.tx, seat.committee.id, NOBODY, seat.now)
    return await entries.record(EntryKind.MEETING_CHANGED)


# -- proposing


async def offer(seat: Seat, asked: AskedMeeting) -> Reply:
    """Say a meeting back to whoever typed it; it goes out when a lead here says ok."""
    body = OfferedMeeting(asked, seat.committee.zone.key)
    consent.refuse_handles(asked)
    return await consent.say_back(seat, OFFER, body, key=asked.ref, until=asked.closes)


def new_ref() -> str:
    """What the bots of a coalition will call a meeting."""
    return secrets.token_hex(8)


async def heard_asked(seat: Seat, heard: HeardMessage[AskedMeeting]) -> tuple[Reply, ...]:
    """Ask this committee's leads whether it takes part."""
    asked = heard.body
    latest = max(asked.times) - heard.now
    if asked.closes >= min(asked.times) or latest > LONGEST_AHEAD:
        raise wire.NotAMessage("times that cannot be asked for")
    if not await _is_heard(seat, heard.member.id):
        raise wire.NotAMessage("too many meetings in a day")
    if asked.closes <= heard.now:
        # It was away for so long that everybody else has answered.
        await _say_part(seat, asked, takes_part=False)
        return ()
    await consent.propose(
        seat,
        OFFER,
        OfferedMeeting(asked, seat.committee.zone.key),
        key=f"{heard.member.bot} {asked.ref}",
        until=asked.closes,
        by=heard.member.id,
    )
    return ()


async def _is_heard(seat: Seat, member: MemberId) -> bool:
    """Whether leads are asked of one more meeting of a committee: one that is called off does not wait."""
    said, now = SaidOnce(seat.tx), millis(seat.now)
    for place in range(MOST_A_DAY):
        if await said.due(f"coalition meeting {member} {place}", now, A_DAY):
            return True
    return False


def _offer_words(proposal: Proposal, body: OfferedMeeting, who: str) -> tuple[Line, ...]:
    return views.offer(body.asked, readers_clock(ZoneInfo(body.here)), who, proposal.at)


async def _agreed(seat: Seat, proposal: Proposal, body: OfferedMeeting) -> tuple[Reply, ...]:
    asked = body.asked
    if proposal.member is None:
        with speaking(seat.committee.language):
            sentence = sentences.asked_sentence(asked, seat.now)
        await seat.say("meeting", asked, sentence)
    elif any(each.id == proposal.member for each in await seat.members()):
        await _say_part(seat, asked, takes_part=True)
    else:
        raise impossible("The committee that proposed it is not in the coalition any more.")
    return views.asks_now(), await _ask_own(seat, proposal, asked)


async def _declined(seat: Seat, proposal: Proposal, body: OfferedMeeting) -> tuple[Reply, ...]:
    if proposal.member is not None:
        await _say_part(seat, body.asked, takes_part=False)
    return ()


async def _say_part(seat: Seat, asked: AskedMeeting, *, takes_part: bool) -> None:
    with speaking(seat.committee.language):
        sentence = sentences.part_sentence(asked.title, takes_part=takes_part)
    await seat.say("meeting part", MeetingConsent(asked.ref, takes_part), sentence)


async def _ask_own(seat: Seat, proposal: Proposal, asked: AskedMeeting) -> Reply:
    """Open the committee's own poll on the times, on its own clock."""
    zone = seat.committee.zone
    meetings, polls = seat.repository(Meetings), seat.repository(TimePolls)
    entry = await entry_of(seat)
    meeting = await meetings.add(entry, Version(asked.title, None, zone, asked.minutes))
    options = [Option(n, here(at, zone), zone) for n, at in enumerate(asked.times, start=1)]
    await polls.open(meeting.id, asked.closes, FEWEST, (), options)
    await plan_poll(polls, seat.repository(Reminders), meeting.id, 0, seat.now)
    await seat.repository(SharedMeetings).add(
        seat.coalition.id,
        ref=asked.ref,
        member=proposal.member,
        meeting=meeting.id,
        zone=asked.zone,
        closes=asked.closes,
    )
    proposers = zone_called(asked.zone)
    clocks = () if proposers is None else (proposers,)
    return views.question(meeting, options, asked.closes.astimezone(zone), seat.now, clocks)


OFFER = ProposalKind("meeting", OfferedMeeting, _offer_words, agreed=_agreed, declined=_declined)


# -- telling how many can when


async def own_counts(seat: Seat, shared: SharedMeeting) -> tuple[ClockCounts, ...]:
    """How many of this committee can when, as the others may know it."""
    return tuple(each.counts for each in await _rows(seat, shared))


async def _rows(seat: Seat, shared: SharedMeeting) -> tuple[RowOfTimes, ...]:
    answers = await seat.repository(TimePolls).answers(shared.meeting)
    zones, times = await zones_of(seat, answers), await times_of(seat, shared)
    before = await seat.repository(ToldTimes).at(times)
    # Restored, it does not know what it told last: beside that, fives say of nobody that they came or went.
    restored = seat.coalition.restored or await Facts(seat.tx).get(RESTORED_AT) is not None
    unit = FEWEST if restored else 1
    return counted(answers, zones, times, seat.committee.zone, before, unit=unit)


async def times_of(seat: Seat, shared: SharedMeeting) -> list[datetime]:
    """The instants that were proposed for a meeting, in their order."""
    options = await seat.repository(TimePolls).options(shared.meeting)
    return [each.start.replace(tzinfo=each.zone) for each in options]


async def zones_of(seat: Seat, people: Mapping[UserId, object]) -> dict[UserId, ZoneInfo]:
    """The zones of people of this committee: their own, or the committee's."""
    known = People(seat.tx)
    return {who: await known.zone(who) or seat.committee.zone for who in people}


async def tell_counts(seat: Seat, shared: SharedMeeting) -> tuple[Reply, ...]:
    """Tell the others how many can when, once; what the committee's own room hears of it."""
    meeting = await seat.repository(Meetings).by_id(shared.meeting)
    if meeting is None:
        return ()
    rows = await _rows(seat, shared)
    if seat.coalition.epoch >= millis(shared.closes):
        # Restored after the end: it may have told other counts before, and nobody shall subtract.
        rows = ()
    await seat.repository(ToldTimes).tell(kept(rows))
    clocks = tuple(each.counts for each in rows)
    body = MeetingCounts(shared.ref, seat.committee.zone.key, clocks)
    with speaking(seat.committee.language):
        sentence = sentences.counts_sentence(meeting.title, clocks)
    await seat.say("meeting counts", body, sentence)
    await seat.repository(SharedMeetings).become(shared.id, MeetingStage.CHOOSING)
    return (views.counts_told(meeting.number, meeting.title, told=bool(clocks)),)


async def heard_part(seat: Seat, heard: HeardMessage[MeetingConsent]) -> tuple[Reply, ...]:
    """Note whether a committee takes part in a meeting that this one proposed."""
    shared = await seat.repository(SharedMeetings).by_ref(heard.body.ref, None)
    if shared is not None:
        await seat.repository(SharedMeetings).answer(
            shared.id, heard.member.id, takes_part=heard.body.takes_part, counts=None
        )
    return ()


def fits(body: MeetingCounts, times: int) -> bool:
    """Whether counts are of so many times, none larger than the whole, none of fewer than five people."""
    return all(
        each.answered >= FEWEST
        and len(each.times) == times
        and all(count.yes + count.maybe <= each.answered for count in each.times)
        and (not each.zone or zone_called(each.zone) is not None)
        for each in body.clocks
    )
