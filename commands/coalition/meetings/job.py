"""What meetings of the coalition consist of: their kinds of messages and proposals, what is due, what is shown."""

from commands.coalition.kinds import CoalitionJob, CoalitionKind
from commands.coalition.meetings import asking, bodies, choosing, minutes, moving, views
from commands.coalition.seat import Seat
from commands.framework.reply import Line, Reply
from storage.coalition.meetings import SharedMeetings
from storage.meetings.meetings import Meetings


async def _due(seat: Seat) -> tuple[Reply, ...]:
    said: tuple[Reply, ...] = ()
    for shared in await seat.repository(SharedMeetings).all():
        async with seat.apart():
            said += await choosing.due(seat, shared)
    return said


async def _shown(seat: Seat) -> tuple[Line, ...]:
    rows = []
    for shared in await seat.repository(SharedMeetings).all():
        meeting = await seat.repository(Meetings).by_id(shared.meeting)
        if meeting is None or (shared.start is not None and shared.start < seat.now):
            continue
        who = "" if shared.member is None else await seat.label_of(shared.member)
        zone = seat.committee.zone
        rows.append(
            views.overview(meeting.number, meeting.title, shared.start, zone, who, seat.now)
        )
    return tuple(rows)


JOB = CoalitionJob(
    kinds=(
        CoalitionKind("meeting", bodies.AskedMeeting, asking.heard_asked),
        CoalitionKind("meeting part", bodies.MeetingConsent, asking.heard_part),
        CoalitionKind("meeting counts", bodies.MeetingCounts, choosing.heard_counts),
        CoalitionKind("meeting set", bodies.ChosenTime, choosing.heard_chosen),
        CoalitionKind("meeting off", bodies.MeetingOff, choosing.heard_off),
        CoalitionKind("meeting minutes", bodies.SharedMinutes, minutes.heard),
    ),
    proposals=(asking.OFFER, moving.MOVE, minutes.MINUTES, minutes.OTHERS),
    shown=_shown,
    parted=choosing.parted,
    ticked=_due,
)
