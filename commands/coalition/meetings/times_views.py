"""How proposed times stand: the least bad first, each with its reasons."""

from datetime import datetime
from zoneinfo import ZoneInfo

from commands.coalition.meetings.rules import ComparedTimes, RankedTime
from commands.coalition.meetings.wording import at_clock, zone_or_utc
from commands.framework.i18n import _, all_of, city, readers_clock
from commands.framework.reply import (
    Audience,
    Code,
    Line,
    Reply,
    Strong,
    in_each_language,
    line,
    reply,
)
from commands.shared.wording import semicolons, with_colon
from storage.meetings.meetings import Meeting

SHOWN = 4
"""Times that are shown."""


@in_each_language
def compared(meeting: Meeting, found: ComparedTimes, zone: ZoneInfo, now: datetime) -> Reply:
    """To leads: time is up, and how the times stand."""
    head = line(
        "Time is up for {title} #{number}. Least bad time first:",
        title=Strong(meeting.title),
        number=meeting.number,
    )
    return reply(head, *_rows(meeting, found, zone, now), audience=Audience.LEADS)


def tally(meeting: Meeting, found: ComparedTimes, zone: ZoneInfo, now: datetime) -> Reply:
    """How the times stand, for a lead who asks."""
    head = line(
        "{title} #{number}, least bad time first:",
        title=Strong(meeting.title),
        number=meeting.number,
    )
    return reply(head, *_rows(meeting, found, zone, now))


def _rows(
    meeting: Meeting, found: ComparedTimes, zone: ZoneInfo, now: datetime
) -> tuple[Line, ...]:
    rows = [
        (
            f"{place}) ",
            Strong(at_clock(each.at, readers_clock(zone), None, now)),
            with_colon(f" ({each.number})", _reasons(each)),
        )
        for place, each in enumerate(found.ranked[:SHOWN], start=1)
    ]
    silent = line("Not heard from: {who}.", who=all_of(found.silent)) if found.silent else None
    few = line("Too few to tell numbers: {who}.", who=all_of(found.few)) if found.few else None
    pick = line(
        "{pick} makes it the first of them, for all committees.",
        pick=Code(f"!coalition pick #{meeting.number} {found.ranked[0].number}"),
    )
    return tuple(each for each in (*rows, silent, few, pick) if each is not None)


def _reasons(each: RankedTime) -> str:
    parts = [
        _("at least {yes} yes and {maybe} if need be, of {answered}").format(
            yes=each.yes, maybe=each.maybe, answered=each.answered
        )
        if each.maybe
        else _("at least {yes} yes, of {answered}").format(yes=each.yes, answered=each.answered)
    ]
    if each.fewest is not None and each.fewest.able < each.fewest.answered:
        fewest = _("fewest in {who}, at least {able} of {answered}")
        parts.append(
            fewest.format(
                who=each.fewest.label, able=each.fewest.able, answered=each.fewest.answered
            )
        )
    if each.night:
        zones = [zone_or_utc(key) for key in each.night]
        cities = all_of([f"{city(zone)} ({each.at.astimezone(zone):%H:%M})" for zone in zones])
        parts.append(_("night in {cities}").format(cities=cities))
    return semicolons(parts)
