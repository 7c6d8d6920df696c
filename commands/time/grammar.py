"""The closed grammar of times: every way to read a line completely. Pure.

A rule looks at the line from a token on and yields (where it ended, what it read). ``phrases`` tries
every order of rules; a line that is not consumed to its end says nothing at all.
"""

from collections.abc import Iterator
from dataclasses import replace

from commands.time import clocks, days
from commands.time.phrase import Calendar, Day, Offset, Phrase
from commands.time.signs import Sign
from commands.time.token_line import TokenLine

_SILENT = (Sign.FILL, Sign.ON)
NOON = 12
MOST_READINGS = 12
"""A line with more readings than these is not a time."""


def phrases(line: TokenLine) -> list[Phrase]:
    """Every distinct complete reading of a line, in the order of the rules."""
    found: dict[Phrase, None] = {}
    for phrase in _read(line, 0, Phrase(), {}):
        if _is_sound(phrase):
            found[phrase] = None
        if len(found) >= MOST_READINGS:
            break
    return list(found)


def _read(line: TokenLine, at: int, so_far: Phrase, days_at: dict[int, bool]) -> Iterator[Phrase]:
    """``days_at``: where a day begins, as far as that was looked at."""
    if at == len(line):
        yield so_far
        return
    for end, more in _next(line, at, so_far, days_at):
        yield from _read(line, end, more, days_at)


def _next(
    line: TokenLine, at: int, said: Phrase, days_at: dict[int, bool]
) -> Iterator[tuple[int, Phrase]]:
    if said.minutes is None:
        yield from _times(line, at, said)
        yield from _days(line, at, said)
        yield from _parts(line, at, said)
    for end, _value in line.take(at, *_SILENT):
        # Alone before a time of day they are letters of somebody's own: "w 6pm", "d 18h".
        if said != Phrase() or _begins_day(line, end, days_at):
            yield end, said
    if said.clock is not None:
        for end, _value in line.take(at, Sign.ISH):
            yield end, replace(said, clock=replace(said.clock, bare=False))


def _begins_day(line: TokenLine, at: int, days_at: dict[int, bool]) -> bool:
    """Whether a day, or a part of one, may be read there, perhaps behind more silent words."""
    if at not in days_at:
        behind = (end for end, _value in line.take(at, *_SILENT))
        days_at[at] = (
            line.begins(at, Sign.NOON, Sign.MIDNIGHT)
            or any(True for _day in _days(line, at, Phrase()))
            or any(True for _part in _parts(line, at, Phrase()))
            or any(_begins_day(line, end, days_at) for end in behind)
        )
    return days_at[at]


def _times(line: TokenLine, at: int, said: Phrase) -> Iterator[tuple[int, Phrase]]:
    if said.zone is None:
        # Before the time of day "Charlotte" or "Reading" may be somebody or something else.
        named = clocks.zones(line, at) if said.clock is not None else clocks.zones_by_time(line, at)
        for end, zone in named:
            yield end, replace(said, zone=zone)
    if said.clock is not None:
        return
    for end, clock, until in clocks.ranges(line, at):
        yield end, replace(said, clock=clock, until=until)
    for end, clock in clocks.clocks(line, at):
        yield end, replace(said, clock=clock)
    if said == Phrase():
        for end, minutes in clocks.spans(line, at):
            yield end, replace(said, minutes=minutes)


def _days(line: TokenLine, at: int, said: Phrase) -> Iterator[tuple[int, Phrase]]:
    if said.week:
        return
    if said.weekday is None:
        for end, weekday, part in days.weekdays(line, at):
            if part is None or said.part is None:
                yield end, replace(said, weekday=weekday, part=part or said.part)
    if said.day is None:
        for end, day in days.days(line, at):
            yield end, replace(said, day=day)
        for end, day, part in days.fused(line, at):
            if said.part in {None, part}:
                yield end, replace(said, day=day, part=part)
    if said.weekday is None and said.day is None:
        yield from ((end, replace(said, week=True)) for end in days.next_week(line, at))


def _parts(line: TokenLine, at: int, said: Phrase) -> Iterator[tuple[int, Phrase]]:
    if said.part is None:
        for end, value in line.take(at, Sign.PART):
            yield end, replace(said, part=str(value))


def _is_sound(phrase: Phrase) -> bool:
    """A bare number is a time only beside a day; a part of a day alone says nothing.

    A high one beside a date may be the day of the month or the year as well: "Thursday 15".
    """
    dated = phrase.day is not None or phrase.weekday is not None
    clock = phrase.clock
    if phrase.minutes is not None or clock is None:
        whole = phrase.minutes is not None or dated or (phrase.week and phrase.part is None)
        return whole and phrase.zone is None
    if phrase.week:
        return False
    if clock.bare and (clock.digits or is_bare(phrase.day)):
        return dated and not is_bare(phrase.day) and _is_no_year(phrase)
    if not clock.bare or phrase.part is not None or phrase.until is not None:
        return True
    return dated and (clock.hour <= NOON or isinstance(phrase.day, Offset))


def is_bare(day: Day | None) -> bool:
    """Whether a day is a bare number behind a weekday, which may be an hour as well."""
    return isinstance(day, Calendar) and day.bare


def _is_no_year(phrase: Phrase) -> bool:
    """Whether "1930" can only be a time: not beside a date without a year, nor an odd minute."""
    if phrase.clock is None or phrase.clock.minute % 5:
        return False
    return isinstance(phrase.day, Offset | None) or (
        isinstance(phrase.day, Calendar) and phrase.day.year > 0
    )
