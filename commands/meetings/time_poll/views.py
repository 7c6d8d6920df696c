"""Words about polls on times, and about meetings that changed."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from commands.framework.context import Context
from commands.framework.i18n import _, a_day, city, joined, ngettext, pgettext
from commands.framework.reply import (
    Audience,
    Code,
    Line,
    Reply,
    Strong,
    fill,
    in_each_language,
    line,
    listed,
    plural,
    reply,
    say,
)
from commands.meetings.rules import Burden, Ranked
from commands.meetings.wording import MOST_ZONES, elsewhere, when, when_it_is
from commands.shared.wording import semicolons
from storage.core.model import Coming
from storage.meetings.answers import Option
from storage.meetings.meetings import Meeting, Occurrence


def option_line(option: Option, now: datetime, zones: Iterable[ZoneInfo]) -> Line:
    """One option: its local time, and the time in the other zones."""
    shown = when(option.start, option.zone, None, now)
    others = elsewhere(option.start.replace(tzinfo=option.zone), option.zone, zones)
    return (f"{shown} · {others}",) if others else (shown,)


def tally(
    number: int, title: str, ranked: Sequence[Ranked], quorum: int, ctx: Context, after: Line
) -> Reply:
    """List options, the best first, each with the reasons for its rank; ``after``: who chooses, and how."""
    rows = [
        (f"{place}) ", *reasons(each, quorum, ctx.now, ctx.own_clock))
        for place, each in enumerate(ranked, start=1)
    ]
    head = line("{title} #{number}, best time first:", title=Strong(title), number=number)
    return reply(head, listed(rows), after)


def makes_it(number: int, ranked: Sequence[Ranked]) -> Line:
    """How the first of ranked options is chosen."""
    return line(
        "{pick} makes it the first of them.",
        pick=Code(f"!meet pick #{number} {ranked[0].option.number}"),
    )


def for_all_committees() -> Line:
    """Who chooses where the coalition meets."""
    return line("The committee that proposed it chooses one time for all.")


def reasons(each: Ranked, quorum: int, now: datetime, reader: ZoneInfo | None = None) -> Line:
    """Why an option ranks where it does: answers, quorum, people at night."""
    parts = [_("{n} yes").format(n=each.yes)]
    if each.maybe:
        parts.append(_("{n} if need be").format(n=each.maybe))
    missing = quorum - each.yes - each.maybe
    parts.append(
        _("quorum met")
        if each.quorum
        else _("{n} short of {quorum}").format(n=missing, quorum=quorum)
    )
    if not each.needed:
        parts.append(_("somebody you need cannot come"))
    if each.night:
        parts.append(
            ngettext("night for {n} of you", "night for {n} of you", each.night).format(
                n=each.night
            )
        )
    shown = when(each.option.start, each.option.zone, None, now, reader)
    return (Strong(shown), f" ({each.option.number}): ", joined(parts))


@in_each_language
def asking(
    meeting: Meeting,
    options: Sequence[Option],
    closes: datetime,
    quorum: int,
    now: datetime,
    zones: Iterable[ZoneInfo],
) -> Reply:
    """Asks the room when everybody can. ``closes`` is in the zone on whose clock it is told."""
    zone = ZoneInfo(str(closes.tzinfo))
    rows = [option_line(each, now, zones) for each in options]
    return reply(
        line(
            "When are you free for {title} #{number}? Until {closes}; {quorum} make a quorum.",
            title=Strong(meeting.title),
            number=meeting.number,
            closes=when(closes.replace(tzinfo=None), zone, None, now),
            quorum=quorum,
        ),
        listed(rows, numbered=True),
        line(
            "Type what works for you, like {can}; {none} if nothing does. You may change it.",
            can=Code("!can 1 3 maybe 2"),
            none=Code("!can none"),
        ),
        audience=Audience.ROOM,
    )


@in_each_language
def skipped(occurrence: Occurrence, following: Occurrence | None, now: datetime) -> Reply:
    """Announce that one date of a series is skipped."""
    head = line(
        "{title} #{number} is skipped on {day}.",
        title=Strong(occurrence.title),
        number=occurrence.number,
        day=a_day(occurrence.start.date(), now.astimezone(occurrence.zone).date()),
    )
    if following is None:
        return reply(head)
    goes_on = _("The next one is {when}.").format(when=when_it_is(following, now))
    return reply((*head, f" {goes_on}"))


@in_each_language
def as_before(occurrence: Occurrence, now: datetime) -> Reply:
    """Tell the room that a change it was told of was taken back."""
    words = (
        _("Meeting #{number} is on {when}: a change was undone.")
        if occurrence.live
        else _("Meeting #{number} on {when} is cancelled: it was undone.")
    )
    shown = fill(words, number=occurrence.number, when=when_it_is(occurrence, now))
    return reply(shown, audience=Audience.ROOM)


@in_each_language
def cancelled(number: int, title: str) -> Reply:
    """Announce that a meeting is called off."""
    return say("{title} #{number} is cancelled.", title=Strong(title), number=number)


def fair(found: Sequence[Burden]) -> Reply:
    """Compare how many meetings fell outside good hours, by city's clock."""
    if not found or found[0].of == 0:
        return say("No meeting to compare yet.")
    rows = [
        (
            ngettext(
                "{city}’s clock: {bad} of {n} meeting outside 8–22",
                "{city}’s clock: {bad} of {n} meetings outside 8–22",
                each.of,
            ).format(city=city(each.zone), bad=each.bad, n=each.of),
        )
        for each in found[:MOST_ZONES]
    ]
    advice = (
        _("The hours are shared evenly.")
        if found[0].bad == found[-1].bad
        else _("A second time of day, every other time, would share the bad hours.")
    )
    return reply(listed(rows), (advice,))


def about_to_ask(title: str, rows: Sequence[Line]) -> Reply:
    """Said back before a poll on times is posted."""
    return reply(
        line("When are you free for {title}?", title=Strong(title)),
        listed(rows, numbered=True),
        line("{ok} to post it, {no} to drop it.", ok=Code("!ok"), no=Code("!no")),
    )


def can_noted(meeting: Meeting, said: Mapping[int, Coming], answered: int, quorum: int) -> Reply:
    """Confirm an answer as it was understood, so that a slip is seen."""
    parts = []
    for answer, label in (
        (Coming.YES, pgettext("a time that works", "yes")),
        (Coming.MAYBE, _("if need be")),
    ):
        numbers = [str(n) for n, each in sorted(said.items()) if each is answer]
        if numbers:
            parts.append(f"{label} {joined(numbers)}")
    return reply(
        plural(
            "Noted for {title} #{number}: {said}. {n} has answered; quorum {quorum}.",
            "Noted for {title} #{number}: {said}. {n} have answered; quorum {quorum}.",
            answered,
            title=meeting.title,
            number=meeting.number,
            said=Strong(semicolons(parts) or pgettext("no time works", "none")),
            quorum=quorum,
        )
    )
