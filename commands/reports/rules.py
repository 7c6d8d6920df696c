"""Figures of the weekly reports, pure. Integers decide; rounding is for display only."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from storage.core.lazy_dataclass import dataclass
from storage.reports.unit import UnitCell, UnitSums, together

TALKED = timedelta(days=60)
"""A one-on-one counts as lately for this long."""
WEEK = timedelta(days=7)
PER_MEMBER = 10
"""One on the committee for so many of the unit (Labor Notes, AFL-CIO, OPEIU)."""

Moves = Mapping[tuple[int | None, int | None], int]
"""How many people's rating went from what to what; None: not assessed."""


def needed(people: int) -> int:
    """How many of ``people`` belong on the committee: one in ten, and one at least."""
    return -(-people // PER_MEMBER)


@dataclass(frozen=True, slots=True)
class ToldRow:
    """A row of a report to the room: areas counted together, never fewer than five people."""

    areas: tuple[int, ...]
    people: int
    talked: int
    rated: int
    committee: int


@dataclass(frozen=True, slots=True)
class Support:
    """The number of people in the unit rated 1 or 2, counted on a day."""

    day: date
    mark: int
    """After which change of a rating."""
    people: int
    rated: int
    support: int


@dataclass(frozen=True, slots=True)
class WeeklyFigures:
    """Everything the room is told about the unit, counted on one day."""

    day: date
    rows: tuple[ToldRow, ...]
    held: int
    """People counted where they were, because too few went the same way."""
    unassigned: int
    leaders: int
    leaders_unrated: int
    support: Support | None
    """None while fewer than five are rated."""

    @property
    def people(self) -> int:
        return sum(row.people for row in self.rows)

    @property
    def talked(self) -> int:
        return sum(row.talked for row in self.rows)

    @property
    def rated(self) -> int:
        return sum(row.rated for row in self.rows)

    @property
    def committee(self) -> int:
        return sum(row.committee for row in self.rows)


@dataclass(frozen=True, slots=True)
class AreaFigures:
    """One area as leads see it."""

    area: int
    sums: UnitSums
    ratings: Mapping[int | None, int]


def by_area(cells: Iterable[UnitCell]) -> list[AreaFigures]:
    """Sums by area, largest area first."""
    areas: defaultdict[int, list[UnitCell]] = defaultdict(list)
    for cell in cells:
        areas[cell.area].append(cell)
    found = [AreaFigures(area, total(there), ratings(there)) for area, there in areas.items()]
    return sorted(found, key=lambda figures: (-figures.sums.people, figures.area))


def total(cells: Iterable[UnitCell]) -> UnitSums:
    """The sums over all cells together."""
    return together(cell.sums for cell in cells)


def ratings(cells: Iterable[UnitCell]) -> dict[int | None, int]:
    """How many people have each rating."""
    found: defaultdict[int | None, int] = defaultdict(int)
    for cell in cells:
        for rating, people in cell.ratings.items():
            found[rating] += people
    return dict(found)


def by_shift(cells: Iterable[UnitCell]) -> dict[str, UnitSums]:
    """Sums by shift, of the same people as the sums by area; never add the two."""
    shifts: defaultdict[str, list[UnitSums]] = defaultdict(list)
    for cell in cells:
        if cell.shift is not None:
            shifts[cell.shift.casefold()].append(cell.sums)
    return {shift: together(sums) for shift, sums in shifts.items()}


@dataclass(frozen=True, slots=True)
class Movement:
    """Changes of ratings over a time. People rated for the first time are not movement."""

    first: Moves
    up: Moves
    down: Moves
    cleared: int

    @property
    def improved(self) -> int:
        """How many ratings moved towards us."""
        return sum(self.up.values())

    @property
    def worsened(self) -> int:
        """How many ratings moved away from us."""
        return sum(self.down.values())


def movement(moves: Moves) -> Movement:
    """Sorted into first ratings, better ones (a lower number), worse ones, and cleared ones."""
    cleared = 0
    first: dict[tuple[int | None, int | None], int] = {}
    up: dict[tuple[int | None, int | None], int] = {}
    down: dict[tuple[int | None, int | None], int] = {}
    for (before, after), count in moves.items():
        if after is None:
            cleared += count
        elif before is None:
            first[before, after] = count
        elif after < before:
            up[before, after] = count
        else:
            down[before, after] = count
    return Movement(first, up, down, cleared)
