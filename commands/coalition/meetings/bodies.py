"""What bots say to each other about meetings of the coalition."""

from datetime import datetime
from typing import Annotated

from commands.coalition.meetings.rules import MOST_OPTIONS, Clocks, ZoneKey
from commands.coalition.wire import OneLine
from storage.core.bounds import Within
from storage.core.lazy_dataclass import dataclass

LONGEST_TITLE = 80
"""Letters, as of every meeting (``commands/meetings/terms.py``)."""
LONGEST_ROW = 400
MOST_ROWS = 60
EARLIEST, LATEST = 2020, 2200
"""Years in which every clock can be reckoned with."""
REF = 16
"""Hexadecimal digits by which a meeting is called."""


def _ref(value: str) -> str:
    if len(value) != REF or not set(value) <= set("0123456789abcdef"):
        raise ValueError(f"must have {REF} hexadecimal digits")
    return value


def _several(value: tuple[object, ...]) -> tuple[object, ...]:
    if not 2 <= len(value) <= MOST_OPTIONS or len(set(value)) < len(value):
        raise ValueError(f"must have 2 to {MOST_OPTIONS} different items")
    return value


def _few(value: tuple[object, ...]) -> tuple[object, ...]:
    if not 1 <= len(value) <= MOST_ROWS:
        raise ValueError(f"must have 1 to {MOST_ROWS} items")
    return value


def _whole_minute(value: datetime) -> datetime:
    if value.second or value.microsecond or not EARLIEST <= value.year <= LATEST:
        raise ValueError("must be a whole minute of these years")
    return value


Ref = Annotated[str, _ref]
Instant = Annotated[datetime, _whole_minute]
Title = Annotated[str, OneLine(LONGEST_TITLE)]
LengthInMinutes = Annotated[int, Within(5, 720)]


@dataclass(frozen=True, slots=True)
class AskedMeeting:
    """A meeting and the times that are proposed for it. Times are instants."""

    ref: Ref
    title: Title
    zone: ZoneKey
    """Of whoever proposes it."""
    minutes: LengthInMinutes
    times: Annotated[tuple[Instant, ...], _several]
    closes: Instant
    """Until when each committee asks its people."""


@dataclass(frozen=True, slots=True)
class MeetingConsent:
    """Whether a committee asks its people."""

    ref: Ref
    takes_part: bool


@dataclass(frozen=True, slots=True)
class MeetingCounts:
    """How many people of a committee can when, by clock; none where fewer than five answered."""

    ref: Ref
    zone: ZoneKey
    """The committee's own."""
    clocks: Clocks


@dataclass(frozen=True, slots=True)
class ChosenTime:
    """The instant of a meeting: the first that is chosen, or one to which it is moved."""

    ref: Ref
    start: Instant
    minutes: LengthInMinutes


@dataclass(frozen=True, slots=True)
class MeetingOff:
    """A meeting that whoever proposed it calls off."""

    ref: Ref


@dataclass(frozen=True, slots=True)
class SharedMinutes:
    """Minutes of a meeting as one committee wrote them; without people."""

    ref: Ref
    rows: Annotated[tuple[Annotated[str, OneLine(LONGEST_ROW)], ...], _few]


@dataclass(frozen=True, slots=True)
class OfferedMeeting:
    """What leads are asked: a meeting, and the zone on whose clock they read it."""

    asked: AskedMeeting
    here: ZoneKey


@dataclass(frozen=True, slots=True)
class MeetingMove:
    """What leads are asked of their own meeting: another time, read on their clock."""

    chosen: ChosenTime
    number: Annotated[int, Within(1, 10**9)]
    title: Title
    here: ZoneKey


@dataclass(frozen=True, slots=True)
class TitledMinutes:
    """What leads are asked of minutes, their own or another committee's: may others read them as they stand here."""

    minutes: SharedMinutes
    number: Annotated[int, Within(1, 10**9)]
    title: Title
