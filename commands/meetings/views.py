"""Words about meetings: short lines for a phone, numbers for what can be chosen."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from commands.framework.context import Context
from commands.framework.i18n import _, a_day, city, comma, joined, pgettext
from commands.framework.reply import (
    Audience,
    Code,
    Line,
    Reply,
    Strong,
    in_each_language,
    line,
    listed,
    reply,
    say,
)
from commands.meetings.wording import (
    clock,
    elsewhere,
    in_days,
    rule_in_words,
    short,
    when,
    when_it_is,
)
from commands.time.instants import Moment
from commands.time.resolve import UnclearReason
from commands.time.series import Series
from storage.core.model import Coming, UserId
from storage.meetings.answers import Rsvp
from storage.meetings.meetings import Occurrence

USUAL_EXAMPLE = "!meet new Planning | next tue 19:00 | 90m"


# -- asking back


def which(why: UnclearReason, choices: Sequence[Line]) -> Reply:
    """Several readings, to choose from by number."""
    first = {
        UnclearReason.SKIPPED: _(
            "That time does not exist: the clocks jump over it that night. Which one do you mean?"
        ),
        UnclearReason.TWICE: _(
            "That time comes twice that night: clocks go back. Which one do you mean?"
        ),
    }.get(why, _("That can be read in several ways. Which one do you mean?"))
    return reply(
        (first,),
        listed(choices, numbered=True),
        line("{ok} takes the first; {no} drops it.", ok=Code("!ok 1"), no=Code("!no")),
    )


def choice(moment: Moment, minutes: int, now: datetime, zones: Iterable[ZoneInfo]) -> Line:
    """One reading of a time, with other zones' clocks, and the UTC offset where clocks change."""
    others = elsewhere(moment.at, moment.zone, zones)
    offset = ""
    if moment.local.fold or _ambiguous(moment):
        seconds = moment.local.replace(tzinfo=moment.zone).utcoffset() or timedelta()
        offset = f" (UTC{seconds.total_seconds() / 3600:+g})"
    shown = when(moment.local, moment.zone, moment.minutes or minutes, now) + offset
    return (f"{shown}. {others}",) if others else (shown,)


def _ambiguous(moment: Moment) -> bool:
    there = moment.local.replace(tzinfo=moment.zone)
    return there.replace(fold=0).utcoffset() != there.replace(fold=1).utcoffset()


def echo(
    title: str, moment: Moment, minutes: int, now: datetime, zones: Iterable[ZoneInfo]
) -> Reply:
    """Say a planned meeting back before it is made."""
    shown = when(moment.local, moment.zone, minutes, now)
    head = line(
        "{title}: {when} ({days}).",
        title=Strong(title),
        when=shown,
        days=in_days(moment.local, moment.zone, now),
    )
    others = elsewhere(moment.at, moment.zone, zones)
    return reply(head, (others,) if others else None, _ok_or_no())


def echo_series(title: str, series: Series, minutes: int, now: datetime) -> Reply:
    """Say a planned series back before it is made."""
    first = series.first
    hours = f"{clock(first.local, minutes)} {city(first.zone)}"
    until = ""
    if series.rule.until is not None:
        until = comma() + _("until {day}").format(
            day=a_day(series.rule.until, now.astimezone(first.zone).date())
        )
    head = line(
        "{title}: {rule}, {hours}{until}.",
        title=Strong(title),
        rule=rule_in_words(series.rule),
        hours=hours,
        until=until,
    )
    return reply(head, line("The first ones: {days}.", days=first_days(series, now)), _ok_or_no())


def first_days(series: Series, now: datetime) -> str:
    """The first three days of a series."""
    today = now.astimezone(series.first.zone).date()
    return joined(a_day(each.date(), today) for each in series.times(3))


def _ok_or_no() -> Line:
    return line("{ok} to post it, {no} to drop it.", ok=Code("!ok"), no=Code("!no"))


# -- what is there


@in_each_language
def announcement(occurrence: Occurrence, now: datetime, zones: Iterable[ZoneInfo]) -> Reply:
    """Announce a meeting in the room."""
    others = elsewhere(occurrence.at, occurrence.zone, zones)
    return reply(
        line(
            "{title} #{number}: {when}.",
            title=Strong(occurrence.title),
            number=occurrence.number,
            when=when_it_is(occurrence, now),
        ),
        (others,) if others else None,
        _come_along(occurrence.number),
        audience=Audience.ROOM,
    )


def _come_along(number: int) -> Line:
    return line(
        "Coming? {yes}, {maybe} or {no}.",
        yes=Code(f"!yes #{number}"),
        maybe=Code("!maybe"),
        no=Code("!no"),
    )


@in_each_language
def moved(
    occurrence: Occurrence, before: Occurrence, again: Sequence[UserId], now: datetime,
    zones: Iterable[ZoneInfo],
) -> Reply:  # fmt: skip
    """Announce in the room that a meeting moved; whoever had answered is asked again."""
    others = elsewhere(occurrence.at, occurrence.zone, zones)
    asked = joined(short(person) for person in again)
    return reply(
        line(
            "{title} #{number} moved: {when}, no longer {before}.",
            title=Strong(occurrence.title),
            number=occurrence.number,
            when=when_it_is(occurrence, now),
            before=when_it_is(before, now),
        ),
        (others,) if others else None,
        line("{people}: can you still come?", people=asked) if again else None,
        _come_along(occurrence.number),
        audience=Audience.ROOM,
        mentions=tuple(again),
    )


def coming_up(occurrences: Sequence[Occurrence], ctx: Context, title: str | None = None) -> Reply:
    """List the meetings that are planned."""
    if not occurrences:
        return say("No meeting is planned. To plan one: {example}", example=Code(USUAL_EXAMPLE))
    rows = [
        line(
            "#{number} {title}: {when}",
            number=each.number,
            title=Strong(each.title),
            when=when_it_is(each, ctx.now, ctx.own_clock)
            + ("" if each.live else " " + _("(skipped)")),
        )
        for each in occurrences
    ]
    head = _("Next meetings:") if title is None else title
    return reply((head,), listed(rows))


def answered(
    occurrence: Occurrence, answer: Coming, rsvps: Mapping[UserId, Rsvp], ctx: Context
) -> Reply:
    """Confirm an answer to an invitation, with the count so far."""
    said = _coming(answer)
    return reply(
        line(
            "Noted: {answer} for {title} #{number}, {when}.",
            answer=Strong(said),
            title=occurrence.title,
            number=occurrence.number,
            when=when_it_is(occurrence, ctx.now, ctx.own_clock),
        ),
        (counted(occurrence, rsvps),),
    )


def _coming(answer: Coming) -> str:
    return {
        Coming.YES: pgettext("coming to a meeting", "yes"),
        Coming.MAYBE: pgettext("coming to a meeting", "maybe"),
        Coming.NO: pgettext("coming to a meeting", "no"),
    }[answer]


def counted(occurrence: Occurrence, rsvps: Mapping[UserId, Rsvp]) -> str:
    """Count the answers to the occurrence's current time: yes, maybe, no."""
    now = [each.answer for each in rsvps.values() if each.for_seq == occurrence.seq]
    return _("So far: {yes} yes, {maybe} maybe, {no} no.").format(
        yes=now.count(Coming.YES), maybe=now.count(Coming.MAYBE), no=now.count(Coming.NO)
    )


def who_comes(
    occurrence: Occurrence, rsvps: Mapping[UserId, Rsvp], members: Iterable[UserId], ctx: Context
) -> Reply:
    """List by name who gave which answer, for somebody who asked for the names."""
    rows: list[Line] = []
    for answer in (Coming.YES, Coming.MAYBE, Coming.NO):
        label = _coming(answer)
        names = [
            short(p) for p, r in rsvps.items() if r.answer is answer and r.for_seq == occurrence.seq
        ]
        if names:
            rows.append(line("{label}: {names}", label=Strong(label), names=joined(names)))
    old = [short(p) for p, r in rsvps.items() if r.for_seq != occurrence.seq]
    if old:
        rows.append(
            line(
                "{label}: {names}",
                label=Strong(_("answered for the old time")),
                names=joined(old),
            )
        )
    silent = [short(p) for p in members if p not in rsvps]
    if silent:
        rows.append(line("{label}: {names}", label=Strong(_("not answered")), names=joined(silent)))
    head = line(
        "{title} #{number}, {when}",
        title=Strong(occurrence.title),
        number=occurrence.number,
        when=when_it_is(occurrence, ctx.now, ctx.own_clock),
    )
    return reply(head, listed(rows))
