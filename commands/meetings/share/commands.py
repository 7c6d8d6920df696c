"""Commands for sharing the link into a call, and for getting a calendar file."""

import re
from datetime import timedelta
from urllib.parse import urlsplit

from commands.framework import Context, Reply, Role, Where, _, command, impossible, say
from commands.framework.context import Place
from commands.framework.i18n import speaking
from commands.framework.reply import Audience, Code, line, reply
from commands.framework.values import PublicLabel
from commands.meetings.lookup import OpenMeeting, next_time, on_day
from commands.meetings.plan.commands import DRAFT_KEPT
from commands.meetings.share import file_holders
from commands.meetings.share.links import CALL_LINK
from commands.meetings.share.terms import MeetingLink
from commands.meetings.terms import MeetingNumber, Plan
from storage.meetings.calendar_dates import CalendarDates
from storage.meetings.meetings import Meeting, Meetings
from storage.meetings.reminders import MeetingDrafts
from storage.names import folded

AT_THE_DOOR = timedelta(minutes=10)
FEWEST_LETTERS = 12
"""Of a room's name that nobody guesses."""


@command(
    "meet link",
    who=Role.ORGANIZER,
    where=Where.ANYWHERE,
    example="!meet link #7 https://meet.example.org/x",
    secret=CALL_LINK,
)
async def link(
    ctx: Context, meeting: OpenMeeting, link: MeetingLink, *, meetings: Meetings
) -> tuple[Reply, ...]:
    """Save the link of a call; I post it in the room ten minutes before, and nowhere else.

    meeting: the meeting's number
    link: the link
    """
    occurrence = await next_time(meeting.number, ctx, meetings)
    kept = await meetings.link(meeting.id)
    if kept is not None and kept != link and ctx.role < Role.LEAD:
        # Whoever could change it would send everybody into a room of their own.
        await _planner_only(meetings, meeting, ctx)
    await meetings.set_link(meeting.id, link)
    told = line(
        "Link saved for {title} #{number}. I removed your message if I may; people's"
        " apps may already have it. I post the link in the room ten minutes before, and"
        " nowhere else.",
        title=meeting.title,
        number=meeting.number,
    )
    warned = [(each,) for each in warnings(link)]
    said = reply(told, *warned, retract=True)
    if ctx.now < occurrence.at - AT_THE_DOOR:
        return (said,)
    # The door is open already: whoever waits needs it now.
    with speaking(ctx.committee.language):
        door = line(
            "{title} #{number}: {link}", title=meeting.title, number=meeting.number, link=link
        )
    return (said, reply(door, audience=Audience.ROOM))


async def _planner_only(meetings: Meetings, meeting: Meeting, ctx: Context) -> None:
    planner = await meetings.planner(meeting)
    if planner != ctx.user:
        raise impossible(
            "#{number} has a link already. The person who planned the meeting can change"
            " it, or a lead.",
            number=meeting.number,
        )


def warnings(link: str) -> list[str]:
    """Warnings about what makes a link less of a secret, without showing the link."""
    found = []
    parts = urlsplit(link)
    name = parts.path.rpartition("/")[2]
    if re.search(r"[?&](utm_|fbclid|gclid|email=|uname=|user=)", link):
        found.append(
            _(
                "The link says who made it or who follows it; leave out the part after the"
                " question mark."
            )
        )
    if "jit" in parts.netloc and (len(name) < FEWEST_LETTERS or name.islower()):
        found.append(_("The link's name is easy to guess: let the call's site make a random one."))
    if parts.scheme == "http":
        found.append(_("The link begins with http://, so it is not encrypted."))
    return found


@command(
    "meet ics",
    who=Role.ORGANIZER,
    where=Where.ANYWHERE,
    example="!meet ics #7",
    also=("ics", "meet calendar"),
    said_back=True,
)
async def ics(
    ctx: Context,
    number: MeetingNumber,
    which: Plan | None = None,
    *,
    meetings: Meetings,
    dates: CalendarDates,
    drafts: MeetingDrafts,
    title: PublicLabel | None = None,
) -> Reply:
    """Get a calendar file by direct message, after a warning.

    number: the meeting's number
    which: of a series a day, or “all” to get them all again
    title: what your calendar shows, if not “Appointment”
    """
    meeting = await meetings.by_number(number)
    if meeting is None or meeting.version.start is None:
        raise impossible(
            "No meeting #{number} has a time; {meet} shows what is planned.",
            number=number,
            meet=Code("!meet"),
        )
    await file_holders.ahead(meetings, meeting, ctx.now)
    whole = which is not None and folded(" ".join(which)) in {"all", folded(_("all"))}
    only = None
    if which is not None and not whole:
        only = await on_day(meetings, meeting, " ".join(which), ctx)
    last = await dates.last_file(meeting.id, ctx.user)
    shown = title or (last and last.title) or _("Appointment")
    plan: dict[str, object] = {
        "do": "ics",
        "meeting": meeting.id,
        "title": shown,
        "whole": whole,
        "only": only and only.id,
        "choices": [None],
    }
    in_room = ctx.place is Place.ROOM
    await drafts.keep(ctx.user, in_room=in_room, plan=plan, until=ctx.now + DRAFT_KEPT)
    return _leaves_encryption(shown)


def _leaves_encryption(title: str) -> Reply:
    """What is said before a calendar file is sent."""
    return say(
        "That file will not be encrypted: your phone or your employer's account may"
        " upload it. It says “{title}”, when, and nothing else. {ok} sends it by direct"
        " message, {no} drops it.",
        title=title,
        ok=Code("!ok"),
        no=Code("!no"),
    )
