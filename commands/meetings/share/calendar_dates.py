"""Choosing the dates for somebody's calendar file, and the words that go with the file.

What other programs do with a second file of the same dates (tried in November 2026): Thunderbird,
Nextcloud and Tuta refuse a date they have, and Thunderbird everything later in that file as well;
Etar takes the first date of a file and no other, and shows one that is off as if it were on, as
calcurse does; khal, GNOME and Proton replace. So what is new goes alone, what has changed goes in
a file of its own with the advice to delete the old first, and one that is off is never the first.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from commands.framework.errors import Refusal, impossible
from commands.framework.i18n import _, a_day, joined, ngettext
from commands.framework.reply import (
    Audience,
    Block,
    CalendarFile,
    Code,
    Line,
    Reply,
    fill,
    in_each_language,
    line,
    listed,
    plural,
    reply,
)
from commands.meetings.share.calendar_file import MOST_TIMES
from commands.meetings.wording import when_it_is
from storage.core.lazy_dataclass import dataclass
from storage.meetings.calendar_dates import HeldDate
from storage.meetings.meetings import Meeting, Occurrence, OccurrenceId

SHOWN = 4
"""Dates named one by one."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A meeting's dates to come, sorted by what one person's calendar already holds."""

    fresh: tuple[Occurrence, ...]
    """Never sent to them."""
    changed: tuple[Occurrence, ...]
    """On, and otherwise in their calendar, or perhaps there."""
    gone: tuple[Occurrence, ...]
    """Off, and in their calendar."""
    next: tuple[Occurrence, ...]
    """The next that are on, whether they have them or not."""

    @property
    def nothing_new(self) -> bool:
        """Whether there is nothing to send: no date is new, changed or cancelled."""
        return not (self.fresh or self.changed or self.gone)


def choose(dates: Sequence[Occurrence], held: Mapping[OccurrenceId, HeldDate]) -> Chosen:
    """Sort dates to come (in order, skipped ones among them) by what the calendar already holds."""
    live = [each for each in dates if each.live]
    ahead = live[:MOST_TIMES]
    fresh, changed = [], []
    for each in live:
        had = held.get(each.id)
        if had is None:
            fresh += [each] if each in ahead else []
        elif (had.seq, had.live) != (each.seq, True) and (had.seq >= 0 or each in ahead):
            changed.append(each)
    gone = [
        each
        for each in dates
        if not each.live and each.id in held and held[each.id].live and held[each.id].seq >= 0
    ]
    return Chosen(tuple(fresh), tuple(changed), tuple(gone), tuple(ahead))


def off(meeting: Meeting) -> Refusal:
    """The refusal of a file of what does not take place: some calendars would show a meeting."""
    return impossible(
        "Meeting #{number} is cancelled. If it is in your calendar, delete it there:"
        " most calendars do not do that by themselves. Some would show a file about it"
        " as a new meeting.",
        number=meeting.number,
    )


@in_each_language
def fresh(
    meeting: Meeting,
    dates: Sequence[Occurrence],
    file: CalendarFile,
    now: datetime,
    clock: ZoneInfo,
    *,
    others: bool,
) -> Reply:
    """The answer with a file of new dates; ``others``: the person holds dates that the file leaves out."""
    said: list[Block] = [_how_many(meeting, dates, now, clock)]
    if others:
        more = line(
            "The file leaves out what you have already; {all} sends everything again.",
            all=Code(f"!meet ics #{meeting.number} all"),
        )
        said.append(more)
    return reply(*said, audience=Audience.PERSON, calendar=file)


@in_each_language
def again(
    meeting: Meeting,
    dates: Sequence[Occurrence],
    file: CalendarFile,
    now: datetime,
    clock: ZoneInfo,
) -> Reply:
    """The answer with a file of what the person was sent before."""
    return reply(
        _how_many(meeting, dates, now, clock),
        (_delete_first(len(dates)),),
        audience=Audience.PERSON,
        calendar=file,
    )


@in_each_language
def changed(
    meeting: Meeting,
    dates: Sequence[Occurrence],
    held: Mapping[OccurrenceId, HeldDate],
    file: CalendarFile,
    now: datetime,
    clock: ZoneInfo,
) -> Reply:
    """The answer with a file of dates that changed since they were sent."""
    rows = [_then_and_now(each, held[each.id], now, clock) for each in dates[:SHOWN]]
    head = line("What has changed for meeting #{number}:", number=meeting.number)
    blocks: tuple[Block, ...] = (
        head,
        listed([*rows, *((each,) for each in _more(len(dates) - SHOWN))]),
        (_delete_first(len(dates)),),
    )
    return reply(*blocks, audience=Audience.PERSON, calendar=file)


@in_each_language
def gone(meeting: Meeting, dates: Sequence[Occurrence], now: datetime, clock: ZoneInfo) -> Reply:
    """The answer about cancelled dates, in words only: most calendars do not delete by themselves."""
    days = [_day(each, now, clock) for each in dates[:SHOWN]]
    words = line(
        "Meeting #{number} is cancelled on {days}. Delete that from your calendar; most"
        " do not do that by themselves.",
        number=meeting.number,
        days=joined([*days, *_more(len(dates) - SHOWN)]),
    )
    return reply(words, audience=Audience.PERSON)


def outdated(
    number: int, dates: Sequence[tuple[Occurrence, HeldDate]], now: datetime, clock: ZoneInfo
) -> Reply | None:
    """Tell whoever holds a file what has changed in it, on their clock, by date and never by name.

    None when no date they hold is concerned.
    """
    rows: list[Line] = []
    off = wrong = 0
    for date, held in dates:
        if not date.live:
            if held.live:
                rows.append((_("{when} is cancelled").format(when=_when(held, now, clock)),))
                off += 1
        elif held.is_now(date):
            rows.append((_("{when}: on again").format(when=when_it_is(date, now, clock)),))
        else:
            rows.append(_then_and_now(date, held, now, clock))
            wrong += 1
    if not rows:
        return None
    head = (
        _("Your calendar file of meeting #{number} is out of date:")
        if off or wrong
        else _("Your calendar file of meeting #{number} is right again:")
    )
    ics = Code(f"!meet ics #{number}")
    if off == len(rows):
        tail = line("Delete that from your calendar; most do not do that by themselves.")
    elif wrong:
        tail = line(
            "First delete the old one from your calendar; then {ics} sends the new one.", ics=ics
        )
    else:
        tail = line("If you have deleted it or changed it, {ics} sends it again.", ics=ics)
    shown = listed([*rows[:SHOWN], *((each,) for each in _more(len(rows) - SHOWN))])
    return reply(fill(head, number=number), shown, tail)


def _how_many(
    meeting: Meeting, dates: Sequence[Occurrence], now: datetime, clock: ZoneInfo
) -> Line:
    first, last = dates[0], dates[-1]
    if len(dates) == 1:
        return line("Here is one date, {when}.", when=when_it_is(first, now, clock))
    day = _day(first, now, clock)
    return plural(
        "Here is {n} date, {first} to {last}. Some phones take only the first: check"
        " whether you see all; {one} sends a single one.",
        "Here are {n} dates, {first} to {last}. Some phones take only the first: check"
        " whether you see all; {one} sends a single one.",
        len(dates),
        first=day,
        last=_day(last, now, clock),
        one=Code(f"!meet ics #{meeting.number} {dates[1].start:%Y-%m-%d}"),
    )


def _delete_first(count: int) -> str:
    return ngettext(
        "First delete the old one from your calendar, then open this: many calendars"
        " keep the old time or show both.",
        "First delete the old ones from your calendar, then open this: many calendars"
        " keep the old times or show both. Some phones take only the first date of a"
        " file.",
        count,
    )


def _then_and_now(date: Occurrence, held: HeldDate, now: datetime, clock: ZoneInfo) -> Line:
    if held.seq < 0 or held.is_now(date) or not held.live:
        return (when_it_is(date, now, clock),)
    return (
        _("{then} is now {when}").format(
            then=_when(held, now, clock), when=when_it_is(date, now, clock)
        ),
    )


def _when(held: HeldDate, now: datetime, clock: ZoneInfo) -> str:
    """A date as it stands in the person's calendar, on their clock as calendars show it."""
    there = held.at.astimezone(clock)
    return f"{a_day(there.date(), now.astimezone(clock).date())} {there:%H:%M}"


def _day(date: Occurrence, now: datetime, clock: ZoneInfo) -> str:
    """The day of a date on somebody's clock."""
    return a_day(date.at.astimezone(clock).date(), now.astimezone(clock).date())


def _more(count: int) -> list[str]:
    if count <= 0:
        return []
    return [ngettext("and {n} more", "and {n} more", count).format(n=count)]
