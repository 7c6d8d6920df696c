"""Figures of structure tests, pure. Integers decide; rounding is for display only."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from fractions import Fraction
from math import ceil
from typing import TypeVar

from commands.shared.small_groups import FEWEST, Row, fold
from storage.core.lazy_dataclass import dataclass
from storage.structure_tests.model import Belief, Mark, MarkCell

K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True, slots=True)
class MarkSums:
    """Sums of marks: how many people, and how many of them were asked, said yes, did it."""

    people: int = 0
    asked: int = 0
    """Everybody somebody marked; whoever did it was asked."""
    unable: int = 0
    no: int = 0
    yes: int = 0
    """Said yes, and have not done it."""
    did: int = 0
    promised: int = 0
    """Said yes, whether they did it or not."""
    kept: int = 0
    """Said yes, and did it."""

    @property
    def not_asked(self) -> int:
        """People nobody has marked."""
        return self.people - self.asked

    @property
    def over_half(self) -> bool:
        """Whether strictly more than half of the people did it."""
        return 2 * self.did > self.people


def sums(cells: Iterable[MarkCell]) -> MarkSums:
    """Sum all cells into one group."""
    marks = dict.fromkeys(Mark, 0)
    promised = kept = 0
    for cell in cells:
        marks[cell.mark] += cell.people
        if cell.promised:
            promised += cell.people
            kept += cell.people if cell.mark is Mark.DID else 0
    people = sum(marks.values())
    return MarkSums(
        people=people,
        asked=people - marks[Mark.NOT_ASKED],
        unable=marks[Mark.UNABLE],
        no=marks[Mark.NO],
        yes=marks[Mark.YES],
        did=marks[Mark.DID],
        promised=promised,
        kept=kept,
    )


def grouped(cells: Iterable[MarkCell], key: Callable[[MarkCell], K]) -> dict[K, MarkSums]:
    """Sum cells into groups by a key."""
    groups: defaultdict[K, list[MarkCell]] = defaultdict(list)
    for cell in cells:
        groups[key(cell)].append(cell)
    return {each: sums(there) for each, there in groups.items()}


def by_area(cells: Iterable[MarkCell]) -> dict[int, MarkSums]:
    """Sums by area, largest area first."""
    areas = grouped(cells, lambda cell: cell.area)
    return dict(sorted(areas.items(), key=lambda each: (-each[1].people, each[0])))


def by_shift(cells: Iterable[MarkCell]) -> dict[str | None, MarkSums]:
    """Another cut through the same people as areas: the two are never added up."""
    shifts = grouped(cells, lambda cell: cell.shift)
    return dict(sorted(shifts.items(), key=lambda each: (-each[1].people, each[0] or "")))


@dataclass(frozen=True, slots=True)
class RowSums:
    """Areas that the room sees counted together, the largest first."""

    areas: tuple[int, ...]
    sums: MarkSums


def rows(cells: Sequence[MarkCell]) -> list[RowSums]:
    """Rows of at least five people each; none when there are fewer."""
    sizes = _sizes(cells)
    told = fold(sizes)
    row_of = {area: row for row in told for area in row}
    found = grouped((cell for cell in cells if cell.area in row_of), lambda cell: row_of[cell.area])
    return [RowSums(_largest_first(row, sizes), found[row]) for row in told]


def _sizes(cells: Iterable[MarkCell]) -> dict[int, int]:
    """How many people each area has."""
    sizes: defaultdict[int, int] = defaultdict(int)
    for cell in cells:
        sizes[cell.area] += cell.people
    return dict(sizes)


def _largest_first(row: Row, sizes: Mapping[int, int]) -> tuple[int, ...]:
    return tuple(sorted(row, key=lambda area: (-sizes.get(area, 0), area)))


def shown_to_all(people: int) -> bool:
    """Whether a number of people can be counted without pointing at somebody."""
    return people >= FEWEST


# -- shares and bars ---------------------------------------------------------------------------


def reached(did: int, people: int, bar: int) -> bool:
    """Whether a bar in percent is reached; of nobody nothing is."""
    return people > 0 and did * 100 >= bar * people


def needed(people: int, bar: int) -> int:
    """How many of ``people`` reach a bar in percent, rounded up."""
    return -(-bar * people // 100)


def to_go(did: int, people: int, bar: int) -> int:
    """How many more people have to act until ``bar`` percent of ``people`` did."""
    return max(0, needed(people, bar) - did)


def tenths(part: int, whole: int, bars: Iterable[int | None] = ()) -> int | None:
    """A share for display, in tenths of a percent; None when there is nobody.

    Rounded to the nearest, but never across a line that was not reached: 5,999 of 10,000 is not
    60.0 %, and only everybody is 100 %.
    """
    if whole == 0:
        return None
    rounded = (2000 * part + whole) // (2 * whole)
    for bar in (100, *bars):
        if bar is not None and rounded >= bar * 10 and part * 100 < bar * whole:
            rounded = bar * 10 - 1
    return max(1, rounded) if part else 0


# -- plans -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Rates:
    """Rates of past tests: how many of the asked say yes, and how many of those do it."""

    commitment: Fraction
    follow_through: Fraction


@dataclass(frozen=True, slots=True)
class BarPlan:
    """A plan for reaching a bar: how many people have to act, and how many to ask."""

    needed: int
    """People who do it."""
    asks: int
    """People to ask for that from the beginning."""
    expected: int
    """Of those who said yes and have not done it, how many will."""
    more_asks: int
    """People still to ask."""


def measured(several: Iterable[MarkSums]) -> Rates | None:
    """The rates of tests so far; None while nobody was asked, or nobody did it.

    Who did it on the spot said yes by doing it.
    """
    every = list(several)
    asked = sum(each.asked for each in every)
    did = sum(each.did for each in every)
    willing = sum(each.promised + each.did - each.kept for each in every)
    if not (asked and did):
        return None
    return Rates(Fraction(willing, asked), Fraction(did, willing))


def plan(now: MarkSums, bar: int, rates: Rates) -> BarPlan:
    """Plan the asks: what the bar takes, divided by commitment times follow-through."""
    each = rates.commitment * rates.follow_through
    need = needed(now.people, bar)
    expected = int(now.yes * rates.follow_through)
    missing = max(0, need - now.did - expected)
    return BarPlan(need, ceil(need / each), expected, ceil(missing / each))


# -- ratings and deeds -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RatingOutcome:
    """Counts for people of one rating: how many were asked, and how many of those acted."""

    asked: int
    did: int


def held(beliefs: Iterable[Belief], key: Callable[[Belief], K]) -> dict[K, RatingOutcome]:
    """Ratings beside deeds."""
    found: dict[K, RatingOutcome] = {}
    for each in beliefs:
        old = found.get(key(each), RatingOutcome(0, 0))
        found[key(each)] = RatingOutcome(old.asked + each.asked, old.did + each.did)
    return found


def supporters(beliefs: Iterable[Belief]) -> list[Belief]:
    """The people rated 1 or 2."""
    return [each for each in beliefs if each.rating is not None and each.rating <= 2]


# -- two tests ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ShareChange:
    """The change of a group's share from one test to another, in tenths of a percent."""

    areas: tuple[int, ...]
    before: MarkSums
    after: MarkSums

    @property
    def gained(self) -> int:
        """Hundredths of a percent, for sorting."""
        if not (self.before.people and self.after.people):
            return 0
        share = Fraction(self.after.did, self.after.people)
        return round(10000 * (share - Fraction(self.before.did, self.before.people)))


def changes(
    before: Sequence[MarkCell], after: Sequence[MarkCell], *, apart: bool
) -> list[ShareChange]:
    """Area by area, those that lost most first.

    For everybody only areas are added up that both tests show as a whole: rows that one of the two
    counts together stay together, so that nothing can be subtracted from what each test shows alone.
    """
    sizes = [_sizes(cells) for cells in (before, after)]
    if apart:
        groups = [frozenset({area}) for area in {*sizes[0], *sizes[1]}]
    else:
        groups = _joined([*fold(sizes[0]), *fold(sizes[1])])
    group_of = {area: group for group in groups for area in group}
    then, now = (
        grouped((c for c in cells if c.area in group_of), lambda cell: group_of[cell.area])
        for cells in (before, after)
    )
    found = [
        ShareChange(
            _largest_first(group, sizes[1]), then.get(group, MarkSums()), now.get(group, MarkSums())
        )
        for group in groups
    ]
    return sorted(found, key=lambda change: (change.gained, change.areas))


def _joined(several: Iterable[Row]) -> list[Row]:
    """Rows that share an area as one."""
    joined: list[Row] = []
    for row in several:
        met = [each for each in joined if each & row]
        joined = [each for each in joined if not each & row]
        joined.append(frozenset().union(row, *met))
    return joined
