"""What is said of meetings of the coalition: to leads, to the room, and by bots to people who read along."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from commands.coalition.meetings.bodies import AskedMeeting, MeetingMove, TitledMinutes
from commands.coalition.meetings.wording import at_clock, zone_or_utc
from commands.coalition.wording import called
from commands.framework.i18n import readers_clock
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
from storage.meetings.answers import Option
from storage.meetings.meetings import Meeting, Occurrence

AboutMeeting = Callable[[int, str], Reply]
"""Says something about a meeting, by its number and title."""


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
        (f"{number}. {at_clock(at, zone, asked.minutes, now)}", *_proposers_clock(asked, at, zone))
        for number, at in enumerate(asked.times, start=1)
    ]
    closes = at_clock(asked.closes, zone, None, now)
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
    others = elsewhere(at, zone, [zone_or_utc(asked.zone)])
    return (f" · {others}",) if others else ()


def asks_now() -> Reply:
    """The answer to a lead who agreed: the room is asked."""
    return say("Good. I ask the room now.")


def shift(body: MeetingMove, now: datetime) -> tuple[Line, ...]:
    """What a lead reads before a meeting moves for everybody."""
    there = at_clock(
        body.chosen.start, readers_clock(zone_or_utc(body.here)), body.chosen.minutes, now
    )
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
        line("This is all of it. Read it as if it stood in a newspaper tomorrow."),
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
        # Each line set apart, so that none is taken for the bot's own.
        *((f"> {row}",) for row in body.minutes.rows),
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
        else line(
            "I told the other committees no numbers: they would say something about fewer than five of you."
        )
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


# -- what a lead is answered


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
            when=at_clock(start, readers_clock(zone), None, now),
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
