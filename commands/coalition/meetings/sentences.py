"""What stands in the room of the bots, in the language of the committee that says it."""

from collections.abc import Sequence
from datetime import datetime

from commands.coalition.meetings.bodies import AskedMeeting
from commands.coalition.meetings.rules import ClockCounts
from commands.coalition.meetings.wording import at_clock, zone_or_utc
from commands.framework.i18n import _
from commands.shared.wording import semicolons


def asked_sentence(asked: AskedMeeting, now: datetime) -> str:
    """What a bot says when its committee proposes a meeting."""
    zone = zone_or_utc(asked.zone)
    times = semicolons(at_clock(at, zone, None, now) for at in asked.times)
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
        return _(
            "We tell no numbers about {title}: they would say something about fewer than five of us."
        ).format(title=title)
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
        title=title, counts=semicolons(times)
    )


def chosen_sentence(title: str, start: datetime, zone: str, now: datetime) -> str:
    """What a bot says when its committee chose or moved the time of a meeting."""
    return _("{title} is on {when}.").format(
        title=title, when=at_clock(start, zone_or_utc(zone), None, now)
    )


def off_sentence(title: str) -> str:
    """What a bot says when its committee calls a meeting off."""
    return _("{title} is cancelled.").format(title=title)


def minutes_sentence(title: str, rows: Sequence[str]) -> str:
    """What a bot says when its committee gives its minutes: all of them."""
    head = _("Our minutes of {title}:").format(title=title)
    return "\n".join((head, *rows))
