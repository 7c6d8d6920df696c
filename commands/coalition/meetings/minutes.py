"""Minutes for the other committees: what was decided and is to be done, never who was there or who does it."""

from datetime import timedelta

from commands.coalition import consent, wire
from commands.coalition.kinds import HeardMessage, ProposalKind
from commands.coalition.meetings import sentences, views
from commands.coalition.meetings.bodies import LONGEST_ROW, MOST_ROWS, SharedMinutes, TitledMinutes
from commands.coalition.seat import Seat
from commands.framework.errors import impossible
from commands.framework.handles import without_handles
from commands.framework.i18n import _, speaking
from commands.framework.reply import Line, Reply
from commands.shared.public_texts import a_colleague
from commands.shared.wording import with_colon
from storage.coalition.meetings import SharedMeeting, SharedMeetings
from storage.coalition.model import Proposal
from storage.meetings.actions import Actions
from storage.meetings.agendas import Agendas, Minutes
from storage.meetings.meetings import Meeting, Meetings, Occurrence

HOLDS = timedelta(days=7)
"""How long minutes wait for a lead's ok."""
LONGEST = 12_000
"""Bytes of minutes; a message has room for a few more (``commands/coalition/wire.py``)."""


async def rows_of(seat: Seat, occurrence: Occurrence) -> tuple[str, ...]:
    """The minutes of a time of a meeting in plain rows, without people: a handle is somebody else elsewhere."""
    lines = await seat.repository(Minutes).lines(occurrence.id)
    tasks = await seat.repository(Actions).of(occurrence.id)
    items = await seat.repository(Agendas).items(occurrence.id)
    with speaking(seat.committee.language):
        decided, to_do, left = _("decided"), _("to do"), _("not reached")
        rows = [with_colon(decided, _flat(each.words)) for each in lines if each.kind == "decide"]
        rows += [with_colon(to_do, _flat(each.words)) for each in tasks]
        rows += [with_colon(left, _flat(each.words)) for each in items if each.state == "open"]
        return tuple(without_handles(row, a_colleague()) for row in rows)


async def offer(
    seat: Seat, shared: SharedMeeting, meeting: Meeting, occurrence: Occurrence
) -> Reply:
    """Show the minutes in full to a lead; they go out when a lead says ok, as they are shown. Raises Refusal."""
    rows = await rows_of(seat, occurrence)
    if not rows:
        raise impossible("The minutes of #{number} are empty.", number=meeting.number)
    if (
        len(rows) > MOST_ROWS
        or any(len(row) > LONGEST_ROW for row in rows)
        or _bytes(rows) > LONGEST
    ):
        raise impossible("The minutes of #{number} are too long to send.", number=meeting.number)
    if not all(_is_taken(row) for row in rows):
        raise impossible(
            "Other bots do not take some words in the minutes of #{number}. Write them otherwise.",
            number=meeting.number,
        )
    body = TitledMinutes(SharedMinutes(shared.ref, rows), meeting.number, meeting.title)
    key = f"{shared.ref} {seat.now.isoformat()}"
    return await consent.say_back(seat, MINUTES, body, key=key, until=seat.now + HOLDS)


def _is_taken(row: str) -> bool:
    try:
        wire.OneLine(LONGEST_ROW)(row)
    except ValueError:
        return False
    return True


def _flat(words: str) -> str:
    return " ".join(words.split())


def _bytes(rows: tuple[str, ...]) -> int:
    return sum(len(row.encode()) for row in rows)


def _words(_proposal: Proposal, body: TitledMinutes, _who: str) -> tuple[Line, ...]:
    return views.own_minutes(body)


async def _agreed(seat: Seat, _proposal: Proposal, body: TitledMinutes) -> tuple[Reply, ...]:
    with speaking(seat.committee.language):
        sentence = sentences.minutes_sentence(body.title, body.minutes.rows)
    await seat.say("meeting minutes", body.minutes, sentence)
    return (views.sent(),)


async def heard(seat: Seat, said: HeardMessage[SharedMinutes]) -> tuple[Reply, ...]:
    """Ask leads whether the room reads minutes of another committee, if this one holds the meeting too."""
    shared = await seat.repository(SharedMeetings).held(said.body.ref)
    meeting = None
    if shared is not None:
        meeting = await seat.repository(Meetings).by_id(shared.meeting)
    if meeting is None:
        return ()
    body = TitledMinutes(said.body, meeting.number, meeting.title)
    until = said.now + HOLDS
    await consent.propose(seat, OTHERS, body, key=said.id, until=until, by=said.member.id)
    return ()


def _words_of_others(_proposal: Proposal, body: TitledMinutes, who: str) -> tuple[Line, ...]:
    return views.others_minutes(body, who)


async def _in_the_room(seat: Seat, proposal: Proposal, body: TitledMinutes) -> tuple[Reply, ...]:
    who = await seat.label_of(proposal.member)
    shown = views.minutes(body.number, body.title, who, body.minutes.rows)
    return views.shown_in_the_room(), shown


MINUTES = ProposalKind("meeting minutes", TitledMinutes, _words, agreed=_agreed)
"""This committee's own, on their way out."""

OTHERS = ProposalKind(
    "meeting minutes of others", TitledMinutes, _words_of_others, agreed=_in_the_room
)
"""Another committee's, on their way into the room."""
