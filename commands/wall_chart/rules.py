"""Laying people out on a wall chart, and what fits on a page. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from storage.core.lazy_dataclass import dataclass
from storage.core.model import Assessment, Part
from storage.reports.unit import UNKNOWN
from storage.reports.wall_chart import Charted

MOST = 800
"""People on one chart."""
MOST_PAGES = 12
"""As many as somebody leafs through on a phone."""


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
    """The room on a page, in lines of one person. Every page is wider than tall."""

    columns: int
    lines: int
    head: float = 1.4
    """Lines that the name of an area takes."""


FORMATS = (
    PageFormat(columns=2, lines=10),
    PageFormat(columns=3, lines=17),
    PageFormat(columns=4, lines=25),
)
"""The fewer people, the larger the type. ``bot/pictures/wall.py`` knows how large each is in pixels."""
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


def layout(areas: Sequence[ChartArea]) -> tuple[PageFormat, list[Page]]:
    """Lay areas out side by side: on one page in the largest type that has room, else on full pages."""
    if not areas:
        return FORMATS[0], []
    for place, form in enumerate(FORMATS):
        page = _on_one_page(areas, form)
        if page is not None:
            # Smaller type by one step, rather than an area in two columns.
            for wider in FORMATS[place : place + 2]:
                whole = _whole(areas, wider)
                if whole is not None and (wider is form or len(whole) == wider.columns):
                    return wider, [whole]
            return form, [page]
    form = FORMATS[-1]
    columns = tuple(_columns(areas, form, form.lines))
    starts = range(0, len(columns), form.columns)
    return form, [columns[start : start + form.columns] for start in starts]


def _whole(areas: Sequence[ChartArea], form: PageFormat) -> Page | None:
    """Each area in one column, the next always where most is left; None: there is no room."""
    columns: list[list[ChartArea]] = [[] for _column in range(min(form.columns, len(areas)))]
    for area in areas:
        min(columns, key=lambda column: _height(column, form)).append(area)
    if any(_height(column, form) > form.lines for column in columns):
        return None
    return tuple(tuple(column) for column in columns)


def _height(column: Iterable[ChartArea], form: PageFormat) -> float:
    """The lines that a column takes."""
    return sum(form.head + len(area.people) for area in column)


def _on_one_page(areas: Sequence[ChartArea], form: PageFormat) -> Page | None:
    """Columns as short as they can be, areas going on in the next; None: there is no room."""
    if _height(areas, form) > form.columns * form.lines:
        return None
    for lines in range(1, form.lines + 1):
        columns = tuple(_columns(areas, form, lines))
        if len(columns) <= form.columns:
            return columns
    return None


def _columns(areas: Sequence[ChartArea], form: PageFormat, lines: int) -> Iterator[Column]:
    """Fill columns of so many lines, one after the other."""
    column: list[ChartArea] = []
    left = float(lines)
    for area in areas:
        rest, continued = area.people, False
        while rest:
            fits = int(left - form.head)
            fewest = min(len(rest), FEWEST_LINES)
            if fits < fewest and column:
                yield tuple(column)
                column, left = [], float(lines)
                continue
            fits = max(fits, fewest)
            column.append(ChartArea(area.id, area.rated, area.size, rest[:fits], continued))
            left -= form.head + len(rest[:fits])
            rest, continued = rest[fits:], True
    if column:
        yield tuple(column)
