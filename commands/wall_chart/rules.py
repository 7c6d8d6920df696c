"""Laying people out on a wall chart, and what fits on a page. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from storage.core.model import Assessment, Part
from storage.reports.unit import UNKNOWN
from storage.reports.wall_chart import Charted

MOST = 800
"""People on one chart: ten pages to leaf through on a phone."""
LARGE_TYPE = 120
"""People up to whom there is one column in large type."""


@dataclass(frozen=True, slots=True)
class ChartArea:
    """One column of the chart: people of an area, as many as fit."""

    id: int
    rated: int
    size: int
    """Both of the whole area."""
    people: tuple[Charted, ...]
    continued: bool = False


@dataclass(frozen=True, slots=True)
class PageFormat:
    """The room on a page, in lines of one person."""

    columns: int
    lines: int
    head: float
    """Lines that the name of an area takes."""


ONE = PageFormat(columns=1, lines=32, head=1.4)
TWO = PageFormat(columns=2, lines=42, head=1.4)
FEWEST_LINES = 3
"""People under the name of an area before a column may end."""

Column = tuple[ChartArea, ...]
Page = tuple[Column, ...]


def by_area(people: Iterable[Charted]) -> list[ChartArea]:
    """Largest area first, people whose area nobody knows last."""
    found: dict[int, list[Charted]] = {}
    for person in people:
        found.setdefault(person.area, []).append(person)
    areas = [
        ChartArea(area, counted(there), len(there), tuple(sorted(there, key=_place)))
        for area, there in found.items()
    ]
    return sorted(areas, key=lambda area: (area.id == UNKNOWN, -area.size, area.id))


def counted(people: Iterable[Charted]) -> int:
    """How many are assessed."""
    return sum(person.rating is not Assessment.NOT_ASSESSED for person in people)


def _place(person: Charted) -> tuple[int, bool, str, int]:
    """By rating, then natural leaders, then names; who is not assessed comes last."""
    return (
        person.rating.value or len(Assessment),
        Part.LEADER not in person.parts,
        person.name.casefold(),
        person.number,
    )


def ratings(area: ChartArea) -> Mapping[Assessment, int]:
    """How many of an area stand where."""
    return {rating: sum(person.rating is rating for person in area.people) for rating in Assessment}


def pages(areas: Sequence[ChartArea]) -> list[Page]:
    """Lay columns out on pages, in large type where there are few people."""
    form = ONE if sum(area.size for area in areas) <= LARGE_TYPE else TWO
    columns = list(_columns(areas, form))
    starts = range(0, len(columns), form.columns)
    return [tuple(columns[start : start + form.columns]) for start in starts]


def _columns(areas: Sequence[ChartArea], form: PageFormat) -> Iterator[Column]:
    column: list[ChartArea] = []
    left = float(form.lines)
    for area in areas:
        rest, continued = area.people, False
        while rest:
            fits = int(left - form.head)
            if fits < min(len(rest), FEWEST_LINES):
                yield tuple(column)
                column, left = [], float(form.lines)
                continue
            column.append(ChartArea(area.id, area.rated, area.size, rest[:fits], continued))
            left -= form.head + len(rest[:fits])
            rest, continued = rest[fits:], True
    if column:
        yield tuple(column)
