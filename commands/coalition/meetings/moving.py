"""Moving a meeting of the coalition: said back to a lead here, and then moved for all."""

from datetime import datetime

from commands.coalition import consent
from commands.coalition.kinds import ProposalKind
from commands.coalition.meetings import choosing, views
from commands.coalition.meetings.bodies import ChosenTime, MeetingMove
from commands.coalition.seat import Seat
from commands.framework.errors import impossible
from commands.framework.reply import Line, Reply
from storage.coalition.meetings import SharedMeeting, SharedMeetings
from storage.coalition.model import Proposal
from storage.meetings.meetings import Meeting


async def offer(
    seat: Seat, shared: SharedMeeting, meeting: Meeting, start: datetime, minutes: int
) -> Reply:
    """Say the new time back to whoever typed it; it goes out when a lead here says ok."""
    chosen = ChosenTime(shared.ref, start, minutes)
    body = MeetingMove(chosen, meeting.number, meeting.title, seat.committee.zone.key)
    key = f"{shared.ref} {seat.now.isoformat()}"
    return await consent.say_back(seat, MOVE, body, key=key, until=start)


def _words(proposal: Proposal, body: MeetingMove, _who: str) -> tuple[Line, ...]:
    return views.shift(body, proposal.at)


async def _agreed(seat: Seat, _proposal: Proposal, body: MeetingMove) -> tuple[Reply, ...]:
    shared = await seat.repository(SharedMeetings).by_ref(body.chosen.ref, None)
    if shared is None:
        raise impossible("Meeting #{number} is cancelled.", number=body.number)
    if shared.start == body.chosen.start:
        return (views.moved_nowhere(),)
    said = await choosing.choose(seat, shared, body.chosen.start, body.chosen.minutes)
    return views.chosen(body.number), *said


MOVE = ProposalKind("meeting move", MeetingMove, _words, agreed=_agreed)
