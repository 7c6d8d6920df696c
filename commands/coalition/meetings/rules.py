"""Rules of meetings of the coalition: what is told of who can when, and which time is least bad. Pure.

Told are counts by clock, for five people or more: clocks with fewer are told together, as areas are
(``commands/shared/small_groups.py``), and a committee of which fewer than five answered tells none. Of those on
a clock nobody or at least five can, and nobody or at least five cannot, by the rule of joint tests
(``commands/coalition/disclosure.py``): one who never can on Saturdays may be known by their shifts. So counts
are never above the truth, and may be below it.

The rule holds over time as well: who answered, can, and easily can are three steps of one ladder, and of a time
that was proposed before each is what it was told to be, or differs from that by at least five. Clocks that were
told together stay together. Too few people on clocks that would change a row told before are left out.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from commands.coalition.disclosure import CountedLine, told
from commands.meetings.rules import is_night
from commands.shared.small_groups import FEWEST, Row, fold
from storage.coalition.meetings import ToldTime
from storage.core.bounds import Length, Within
from storage.core.lazy_dataclass import dataclass
from storage.core.model import Coming, UserId

MOST_PEOPLE = 100_000
MOST_OPTIONS = 9
MOST_CLOCKS = 40
MINUTE = timedelta(minutes=1)
NONE = timedelta()

People = Annotated[int, Within(0, MOST_PEOPLE)]
ZoneKey = Annotated[str, Length(64)]


def _most(value: tuple[object, ...]) -> tuple[object, ...]:
    if len(value) > MOST_CLOCKS:
        raise ValueError(f"must have at most {MOST_CLOCKS} items")
    return value


@dataclass(frozen=True, slots=True)
class TimeCount:
    """How many of some people can at one time; the rest of them cannot."""

    yes: People
    maybe: People


@dataclass(frozen=True, slots=True)
class ClockCounts:
    """How many people on one clock answered, and how many of them can at each time, in their order."""

    zone: ZoneKey
    """Empty for several clocks told together."""
    answered: People
    times: Annotated[tuple[TimeCount, ...], _most]


Clocks = Annotated[tuple[ClockCounts, ...], _most]


@dataclass(frozen=True, slots=True)
class RowOfTimes:
    """A row of counts as it goes out, and what is kept of it: one line for each time, in their order."""

    counts: ClockCounts
    lines: tuple[ToldTime, ...]


def counted(
    answers: Mapping[UserId, Mapping[int, Coming]],
    zones: Mapping[UserId, ZoneInfo],
    times: Sequence[datetime],
    usual: ZoneInfo,
    before: Sequence[ToldTime] = (),
    *,
    unit: int = 1,
) -> tuple[RowOfTimes, ...]:
    """Counts of who can when, by clock, each of five people or more; none if fewer answered.

    ``times`` are the proposed instants; their numbers in ``answers`` begin at 1. People whose clocks show
    the same at all of them count together, under the committee's own zone (``usual``) if it shows it too.
    ``before``: what was told of these instants last. ``unit``: counts are told in whole multiples of it.
    """
    groups: defaultdict[tuple[int, ...], list[UserId]] = defaultdict(list)
    for person in answers:
        groups[_shown(zones[person], times)].append(person)
    clocks = dict(sorted(groups.items(), key=lambda each: (-len(each[1]), min(each[1]))))
    shown = list(clocks)
    found = []
    for row in _rows([len(people) for people in clocks.values()], shown, times, before):
        people = [person for number in row for person in clocks[shown[number]]]
        there = [frozenset(shown[number][at] for number in row) for at in range(len(times))]
        last = [_last(at, own, before) for at, own in zip(times, there, strict=True)]
        answered = _answered(len(people) // unit * unit, last)
        if not answered:
            continue
        said = [
            [answers[each].get(number) for each in people] for number in range(1, len(times) + 1)
        ]
        lines = tuple(
            _told(each, answered, then, unit) for each, then in zip(said, last, strict=True)
        )
        alone = len(row) == 1 and all(len(each.clocks) == 1 for each in lines)
        zone = _zone_of(people, zones, times, usual) if alone else ""
        counts = tuple(TimeCount(each.yes, each.able - each.yes) for each in lines)
        found.append(RowOfTimes(ClockCounts(zone, answered, counts), lines))
    return tuple(sorted(found, key=lambda each: (-each.counts.answered, each.counts.zone)))


def kept(rows: Iterable[RowOfTimes]) -> list[ToldTime]:
    """What is kept of rows that go out: one line for rows whose clocks show the same at a time."""
    found: list[ToldTime] = []
    for line in (each for row in rows for each in row.lines):
        merged = _last(line.at, line.clocks, [*found, line])
        found = [each for each in found if each.at != line.at or not each.clocks & line.clocks]
        found.append(merged)
    return found


def _rows(
    sizes: Sequence[int],
    shown: Sequence[tuple[int, ...]],
    times: Sequence[datetime],
    before: Sequence[ToldTime],
) -> tuple[Row, ...]:
    """The clocks (by number) that are counted together; ``shown``: what each shows at the times."""
    people = dict(enumerate(sizes))
    bound = [
        frozenset(number for number, each in enumerate(shown) if each[at] in line.clocks)
        for line in before
        for at, time in enumerate(times)
        if line.at == time
    ]
    if before:
        # A row that was told under one clock must not show by its name that somebody on another is in it now.
        every = fold(dict.fromkeys(people, FEWEST), bound)
        few = [row for row in every if sum(people[number] for number in row) < FEWEST]
        left_out = frozenset().union(*few)
        if sum(people[number] for number in left_out) < FEWEST:
            people = {number: size for number, size in people.items() if number not in left_out}
    return fold(people, bound)


def _last(at: datetime, clocks: frozenset[int], before: Sequence[ToldTime]) -> ToldTime:
    """What was told last of people on some clocks, and on those that were counted together with them."""
    joined = [each for each in before if each.at == at and each.clocks & clocks]
    return ToldTime(
        at,
        clocks.union(*(each.clocks for each in joined)),
        sum(each.answered for each in joined),
        sum(each.able for each in joined),
        sum(each.yes for each in joined),
    )


def _answered(most: int, last: Sequence[ToldTime]) -> int:
    """How many are told to have answered: the most that is true, and the same or five from what was told; or none."""
    for count in range(most, FEWEST - 1, -1):
        if all(abs(count - each.answered) not in range(1, FEWEST) for each in last):
            return count
    return 0


def _shown(zone: ZoneInfo, times: Sequence[datetime]) -> tuple[int, ...]:
    """How many minutes a zone's clock is ahead of UTC at each of the times."""
    return tuple(round((at.astimezone(zone).utcoffset() or NONE) / MINUTE) for at in times)


def _zone_of(
    people: Sequence[UserId],
    zones: Mapping[UserId, ZoneInfo],
    times: Sequence[datetime],
    usual: ZoneInfo,
) -> str:
    """One zone for people on the same clock: which of several they chose tells nobody."""
    if _shown(usual, times) == _shown(zones[people[0]], times):
        return usual.key
    return min(zones[person].key for person in people)


def _told(said: Sequence[Coming | None], answered: int, last: ToldTime, unit: int) -> ToldTime:
    yes, able = said.count(Coming.YES), len(said) - said.count(Coming.NO) - said.count(None)
    truth = CountedLine(answered, (able // unit * unit, yes // unit * unit))
    able, yes = told(truth, (last.able, last.yes)).steps
    return ToldTime(last.at, last.clocks, answered, able, yes)


@dataclass(frozen=True, slots=True)
class CommitteeCounts:
    """What one committee told: by its label, its own zone, and the counts of its clocks."""

    label: str
    zone: str
    clocks: tuple[ClockCounts, ...]

    @property
    def answered(self) -> int:
        """How many answered, as far as that is told."""
        return sum(each.answered for each in self.clocks)

    def able(self, option: int) -> int:
        """How many can at a time, if need be."""
        at = [each.times[option] for each in self.clocks]
        return sum(each.yes + each.maybe for each in at)


@dataclass(frozen=True, slots=True)
class Fewest:
    """The committee of which the smallest part can."""

    label: str
    able: int
    answered: int


@dataclass(frozen=True, slots=True)
class RankedTime:
    """One proposed time with what decides its rank."""

    number: int
    at: datetime
    yes: int
    maybe: int
    answered: int
    fewest: Fewest | None
    """None where no committee told counts."""
    night: tuple[str, ...]
    """Zones in which it falls into the night."""

    @property
    def rank(self) -> tuple[Fraction, int, int, int, datetime]:
        """The sort key: the least bad for whichever committee it is worst for sorts first."""
        least = Fraction(0)
        if self.fewest is not None:
            least = Fraction(self.fewest.able, self.fewest.answered)
        return -least, len(self.night), -self.yes - self.maybe, -self.yes, self.at


@dataclass(frozen=True, slots=True)
class ComparedTimes:
    """The proposed times, the least bad first, and the committees that have said nothing yet."""

    ranked: tuple[RankedTime, ...]
    silent: tuple[str, ...]
    few: tuple[str, ...]
    """Committees of which too few answered for counts to be told."""


def rank(times: Sequence[datetime], counts: Sequence[CommitteeCounts]) -> list[RankedTime]:
    """Rank times: the part that can where it is smallest, nights, who can, who can easily, earliest."""
    return sorted(
        (_ranked(number, at, counts) for number, at in enumerate(times)), key=lambda each: each.rank
    )


def _ranked(option: int, at: datetime, every: Sequence[CommitteeCounts]) -> RankedTime:
    counts = [clock.times[option] for each in every for clock in each.clocks]
    yes, maybe = sum(each.yes for each in counts), sum(each.maybe for each in counts)
    parts = [
        Fewest(each.label, each.able(option), each.answered) for each in every if each.answered
    ]
    fewest = min(
        parts, key=lambda each: (Fraction(each.able, each.answered), each.label), default=None
    )
    return RankedTime(
        option + 1,
        at,
        yes,
        maybe,
        sum(each.answered for each in parts),
        fewest,
        _nights(at, every),
    )


def _nights(at: datetime, every: Sequence[CommitteeCounts]) -> tuple[str, ...]:
    """One zone for each clock on which it is night: of the committees, and of their people."""
    keys = [key for each in every for key in (each.zone, *(c.zone for c in each.clocks)) if key]
    clocks: dict[object, str] = {}
    for key in keys:
        there = at.astimezone(ZoneInfo(key))
        if is_night(there.hour):
            clocks.setdefault(there.utcoffset(), key)
    return tuple(clocks.values())


def zone_called(key: str) -> ZoneInfo | None:
    """The zone with a key that another bot said; None if none is known here."""
    try:
        return ZoneInfo(key)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
