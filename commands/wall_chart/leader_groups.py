"""Rules for the picture of leaders: whose group is which, and who comes first in it. Pure."""

from collections.abc import Iterable, Mapping

from storage.core.lazy_dataclass import dataclass
from storage.core.model import Assessment, ContactId
from storage.reports.wall_chart import Charted
from storage.structure_tests.model import Mark


@dataclass(frozen=True, slots=True)
class Led:
    """A natural leader with the people behind them."""

    leader: Charted
    people: tuple[Charted, ...]

    @property
    def did(self) -> int:
        """How many of the people did it in the last test."""
        return sum(Mark.DID in person.marks for person in self.people)


def by_leader(people: Iterable[Charted], behind: Mapping[ContactId, ContactId]) -> list[Led]:
    """Put people with their leader: largest group first; in it by rating, then by name.

    A leader who stands behind another is with that one, and has a group besides. Leaders with nobody
    behind them come last.
    """
    every = {person.id: person for person in people}
    led: dict[ContactId, list[Charted]] = {}
    for person in every.values():
        leader = behind.get(person.id)
        if leader in every:
            led.setdefault(every[leader].id, []).append(person)
    leaders = [one for one in every.values() if one.id in led or behind.get(one.id) not in every]
    groups = [Led(one, tuple(sorted(led.get(one.id, ()), key=_place))) for one in leaders]
    return sorted(groups, key=lambda each: (-len(each.people), each.leader.number))


LINES = 17
"""Lines of one person that fit below each other on a page."""
ACROSS = 3
"""Columns of a page, which is then wider than tall."""
HEAD = 1.4
"""Lines that the name above a group takes."""


@dataclass(frozen=True, slots=True)
class LedPart:
    """A leader's group in the picture, or as much of it as fits into a column."""

    led: Led
    rows: tuple[Charted, ...]
    """The leader first, then who stands behind them."""
    continued: bool


LedColumn = tuple[LedPart, ...]
LedPage = tuple[LedColumn, ...]


def pages(groups: Iterable[Led]) -> list[LedPage]:
    """Lay groups out side by side: each whole, in the column that has more room left."""
    parts = [part for each in groups for part in _parts(each)]
    found: list[list[list[LedPart]]] = []
    for part in parts:
        page = found[-1] if found else []
        column = min(page, key=_height, default=None)
        if column is None or _height([*column, part]) > LINES:
            column = []
            found.append([column, *([] for _ in range(ACROSS - 1))])
        column.append(part)
    return [tuple(tuple(column) for column in page if column) for page in found]


def _height(column: Iterable[LedPart]) -> float:
    return sum(HEAD + len(part.rows) for part in column)


def _parts(each: Led) -> Iterable[LedPart]:
    """A group, in pieces if it is taller than a page."""
    rows, most = (each.leader, *each.people), int(LINES - HEAD)
    for start in range(0, len(rows), most):
        yield LedPart(each, rows[start : start + most], start > 0)


def _place(person: Charted) -> tuple[int, str, int]:
    """By rating, then by name; who is not assessed comes last."""
    return person.rating.value or len(Assessment), person.name.casefold(), person.number
