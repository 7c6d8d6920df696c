"""What is said of meetings of the coalition: to leads, to the room, and by bots to people who read along."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from commands.coalition.meetings.bodies import AskedMeeting, MeetingMove, TitledMinutes
from commands.coalition.meetings.rules import ClockCounts, ComparedTimes, RankedTime, zone_called
from commands.coalition.wording import called
from commands.framework.i18n import _, all_of, city
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
from commands.meetings.time_poll.views import option_line
from commands.meetings.wording import elsewhere, when, when_it_is
from commands.time.instants import here
from storage.meetings.answers import Option
from storage.meetings.meetings import Meeting, Occurrence

AboutMeeting = Callable[[int, str], Reply]
"""Says something about a meeting, by its number and title."""
SHOWN = 4
"""Times of a tally, the least bad first."""


def _at(at: datetime, zone: ZoneInfo, minutes: int | None, now: datetime) -> str:
    return when(here(at, zone), zone, minutes, now)


def _zone(key: str) -> ZoneInfo:
    return zone_called(key) or ZoneInfo("UTC")


# -- what leads are asked


def offer(asked: AskedMeeting, zone: ZoneInfo, who: str, now: datetime) -> tuple[Line, ...]:
    """What leads read of a meeting: of their own committee (``who`` empty), or of another."""
    title = Strong(asked.title)
    if who:
        head = line(
            "{who} proposes a meeting of the coalition: {title}.", who=called(who), title=title
        )
    else:
        head = line("Shall I propose {title} to the other committees?", title=title)
    rows = [
        (f"{number}. {_at(at, zone, asked.minutes, now)}", *_proposers_clock(asked, at, zone))
        for number, at in enumerate(asked.times, start=1)
    ]
    closes = _at(asked.closes, zone, None, now)
    if who:
        tail = line(
            "If you agree, I ask your committee until {closes} which times work. "
            "Others hear how many can, never who.",
            closes=closes,
        )
    else:
        tail = line(
            "Each committee asks its people until {closes}. Then you choose one time for all.",
            closes=closes,
        )
    return head, *rows, tail


def _proposers_clock(asked: AskedMeeting, at: datetime, zone: ZoneInfo) -> tuple[str, ...]:
    others = elsewhere(at, zone, [_zone(asked.zone)])
    return (f" · {others}",) if others else ()


def asks_now() -> Reply:
    """The answer to a lead who agreed: the room is asked."""
    return say("Good. I ask the room now.")


def shift(body: MeetingMove, now: datetime) -> tuple[Line, ...]:
    """What a lead reads before a meeting moves for everybody."""
    there = _at(body.chosen.start, _zone(body.here), body.chosen.minutes, now)
    return (
        line(
            "Shall I move {title} #{number} for all committees? It would be on {when}.",
            title=Strong(body.title),
            number=body.number,
            when=there,
        ),
    )


def own_minutes(body: TitledMinutes) -> tuple[Line, ...]:
    """What a lead reads before minutes go out: the whole text, as it would go."""
    return (
        line(
            "Shall I send these minutes of {title} #{number} to the other committees?",
            title=Strong(body.title),
            number=body.number,
        ),
        *((row,) for row in body.minutes.rows),
        line("This is all of it. Read it as if somebody else printed it."),
    )


def others_minutes(body: TitledMinutes, who: str) -> tuple[Line, ...]:
    """What a lead reads before minutes of another committee are shown in the room."""
    return (
        line(
            "{who} sent minutes of {title} #{number}. Shall I show them in the room?",
            who=called(who),
            title=Strong(body.title),
            number=body.number,
        ),
        *((row,) for row in body.minutes.rows),
    )


def shown_in_the_room() -> Reply:
    """The answer to a lead who let minutes of another committee in."""
    return say("Good. The room reads them now.")


# -- what the room hears


@in_each_language
def question(
    meeting: Meeting,
    options: Sequence[Option],
    closes: datetime,
    now: datetime,
    clocks: Iterable[ZoneInfo],
) -> Reply:
    """Asks the room when everybody can. ``closes`` is in the zone on whose clock it is told."""
    zone = ZoneInfo(str(closes.tzinfo))
    return reply(
        line(
            "When are you free for {title} #{number}, with our coalition? Until {closes}.",
            title=Strong(meeting.title),
            number=meeting.number,
            closes=when(closes.replace(tzinfo=None), zone, None, now),
        ),
        listed([option_line(each, now, clocks) for each in options], numbered=True),
        line(
            "Type what works for you, like {can}; {none} if nothing does. You may change it.",
            can=Code("!can 1 3 maybe 2"),
            none=Code("!can none"),
        ),
        line("The other committees hear how many of you can, never who."),
        audience=Audience.ROOM,
    )


@in_each_language
def counts_told(number: int, title: str, *, told: bool) -> Reply:
    """To the room: time is up, and what the others were told."""
    after = (
        line("I told the other committees how many of you can.")
        if told
        else line("Fewer than five of you answered, so I told the other committees no numbers.")
    )
    head = line("Time is up for {title} #{number}.", title=Strong(title), number=number)
    return reply(head, after, audience=Audience.ROOM)


@in_each_language
def called_off(number: int, title: str) -> Reply:
    """To the room: a meeting is off for all."""
    words = line(
        "{title} #{number} is cancelled for all committees.", title=Strong(title), number=number
    )
    return reply(words, audience=Audience.ROOM)


@in_each_language
def stays_away(number: int, title: str) -> Reply:
    """To the room: this committee does not go to a meeting of the coalition."""
    words = line(
        "{title} #{number} is cancelled for us. The other committees still meet.",
        title=Strong(title),
        number=number,
    )
    return reply(words, audience=Audience.ROOM)


@in_each_language
def never_chosen(number: int, title: str) -> Reply:
    """To the room: all times have passed, and none was chosen."""
    words = line(
        "No time was chosen for {title} #{number}, and all of them have passed. It is off.",
        title=Strong(title),
        number=number,
    )
    return reply(words, audience=Audience.ROOM)


@in_each_language
def off_with_them(number: int, title: str) -> Reply:
    """To the room: whoever proposed a meeting is in the coalition no more, and it has no time."""
    words = line(
        "{title} #{number} is off: the committee that proposed it has left our coalition.",
        title=Strong(title),
        number=number,
    )
    return reply(words, audience=Audience.ROOM)


@in_each_language
def ours_alone(number: int, title: str, who: str) -> Reply:
    """To the room: whoever proposed a meeting is in the coalition no more, and its time stays."""
    words = line(
        "{who} has left our coalition. {title} #{number} stays as it is; now you can move it here.",
        who=called(who),
        title=Strong(title),
        number=number,
    )
    return reply(words, audience=Audience.ROOM)


@in_each_language
def heard_late(occurrence: Occurrence, now: datetime) -> Reply:
    """To the room: a meeting was set for a time that has passed."""
    words = line(
        "{title} #{number} was on {when}. I heard of that too late.",
        title=Strong(occurrence.title),
        number=occurrence.number,
        when=when_it_is(occurrence, now),
    )
    return reply(words, audience=Audience.ROOM)


@in_each_language
def minutes(number: int, title: str, who: str, rows: Sequence[str]) -> Reply:
    """To the room: minutes that another committee wrote."""
    head = line(
        "Minutes of {title} #{number}, from {who}:",
        title=Strong(title),
        number=number,
        who=called(who),
    )
    return reply(head, listed([(row,) for row in rows]), audience=Audience.ROOM)


# -- how times stand


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
        (f"{place}) ", Strong(_at(each.at, zone, None, now)), f" ({each.number}): {_reasons(each)}")
        for place, each in enumerate(found.ranked[:SHOWN], start=1)
    ]
    silent = line("Not heard from: {who}.", who=all_of(found.silent)) if found.silent else None
    few = line("Fewer than five answered in: {who}.", who=all_of(found.few)) if found.few else None
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
        zones = [_zone(key) for key in each.night]
        cities = all_of([f"{city(zone)} ({each.at.astimezone(zone):%H:%M})" for zone in zones])
        parts.append(_("night in {cities}").format(cities=cities))
    return "; ".join(parts)


def chosen(number: int) -> Reply:
    """The answer to a lead who chose a time."""
    return say("Good. All committees hear of #{number} now.", number=number)


def cancelled() -> Reply:
    """The answer to a lead who cancelled a meeting."""
    return say("Done; the room knows.")


def moved_nowhere() -> Reply:
    """The answer to a lead who moved a meeting to where it is."""
    return say("The meeting is at that time already.")


def sent() -> Reply:
    """The answer to a lead who sent minutes to the others."""
    return say("Good. The leads of the other committees read them now.")


def overview(
    number: int, title: str, start: datetime | None, zone: ZoneInfo, who: str, now: datetime
) -> Line:
    """One meeting of the coalition, where it shows what is given; ``who`` empty: proposed here."""
    if start is not None:
        return line(
            "Meeting {title} #{number}: {when}",
            title=called(title),
            number=number,
            when=_at(start, zone, None, now),
        )
    if who:
        return line(
            "Meeting {title} #{number}: {who} will choose a time",
            title=called(title),
            number=number,
            who=who,
        )
    return line(
        "Meeting {title} #{number}: you choose a time when all have answered",
        title=called(title),
        number=number,
    )


# -- what stands in the room of the bots, in the language of the committee that says it


def asked_sentence(asked: AskedMeeting, now: datetime) -> str:
    """What a bot says when its committee proposes a meeting."""
    zone = _zone(asked.zone)
    times = "; ".join(_at(at, zone, None, now) for at in asked.times)
    return _(
        "We propose a meeting, {title}: {times}. Please ask your people which times work."
    ).format(title=asked.title, times=times)


def part_sentence(title: str, *, takes_part: bool) -> str:
    """What a bot says when its leads agreed to a meeting, or did not."""
    words = (
        _("We ask our people which times work for {title}.")
        if takes_part
        else _("We do not take part in {title}.")
    )
    return words.format(title=title)


def counts_sentence(title: str, clocks: Sequence[ClockCounts]) -> str:
    """What a bot says of how many of its committee can when."""
    if not clocks:
        return _("Fewer than five of us answered about {title}.").format(title=title)
    answered = sum(each.answered for each in clocks)
    times = [
        _("{number}: {able} of {answered}").format(
            number=number + 1,
            able=sum(each.times[number].yes + each.times[number].maybe for each in clocks),
            answered=answered,
        )
        for number in range(len(clocks[0].times))
    ]
    return _("So many of us can come to {title} at least, by time: {counts}.").format(
        title=title, counts="; ".join(times)
    )


def chosen_sentence(title: str, start: datetime, zone: str, now: datetime) -> str:
    """What a bot says when its committee chose or moved the time of a meeting."""
    return _("{title} is on {when}.").format(title=title, when=_at(start, _zone(zone), None, now))


def off_sentence(title: str) -> str:
    """What a bot says when its committee calls a meeting off."""
    return _("{title} is cancelled.").format(title=title)


def minutes_sentence(title: str, rows: Sequence[str]) -> str:
    """What a bot says when its committee gives its minutes: all of them."""
    head = _("Our minutes of {title}:").format(title=title)
    return "\n".join((head, *rows))
