"""Types of parameters about meetings of the coalition: the meeting that is meant, by its number here."""

from typing import Annotated

from commands.framework.errors import impossible
from commands.framework.reader import reader_of
from commands.framework.resolver import Resolver
from commands.meetings.lookup import the_meeting
from commands.meetings.terms import MeetingNumber
from storage.coalition.meetings import SharedMeeting, SharedMeetings
from storage.core.lazy_dataclass import dataclass
from storage.meetings.meetings import Meeting, Meetings


@dataclass(frozen=True, slots=True)
class MeetingHere:
    """A meeting of the coalition and the committee's own meeting that it is here."""

    meeting: Meeting
    shared: SharedMeeting


async def _together(number: int, meetings: Meetings, kept: SharedMeetings) -> MeetingHere:
    """Find the meeting of the coalition with this number here. Raises Refusal."""
    meeting = await the_meeting(number, meetings)
    shared = await kept.of(meeting.id)
    if shared is None:
        raise impossible("#{number} is your committee's alone, not the coalition's.", number=number)
    return MeetingHere(meeting, shared)


async def _proposed_here(number: int, meetings: Meetings, kept: SharedMeetings) -> MeetingHere:
    """Find the meeting with this number that this committee proposed to the others. Raises Refusal."""
    found = await _together(number, meetings, kept)
    if found.shared.member is not None:
        raise impossible(
            "Another committee proposed #{number}: a lead there chooses and moves its time.",
            number=number,
        )
    return found


MeetingTogether = Annotated[MeetingHere, reader_of(MeetingNumber), Resolver(_together)]
"""A meeting of the coalition, by its number here."""

MeetingProposedHere = Annotated[MeetingHere, reader_of(MeetingNumber), Resolver(_proposed_here)]
"""A meeting that this committee proposed to the others, by its number here."""
