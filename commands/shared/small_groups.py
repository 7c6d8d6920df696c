"""Areas folded into rows of at least five people, for reports to the room. Pure.

Two reports are read side by side, so it is not enough that every row has five people: a row that lost
one of them tells by its difference what was known of that one. The rule: of the people whom one
report counts in one row (or nowhere), either none or at least five are counted in any other row (or
nowhere) by the next. So everything that can be added up and subtracted from two reports that follow
each other is about five people or more. Whoever moves, comes or goes alone stays counted where they
were until others go the same way.

What this does not hide: figures of people whom a reader knows one by one anyway (an organizer knows
their own turf), and what three or more reports tell together when people go back and forth.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from storage.core.lazy_dataclass import dataclass
from storage.reports.unit import NOWHERE

FEWEST = 5
"""People in a row, and people who change rows together."""

Area = int
Row = frozenset[Area]
"""Areas counted together."""
NOBODY: Row = frozenset()
"""The row of people who are not shown."""
Flow = tuple[Area, Area]
"""Where the last report counted people, and where they are now; NOWHERE: not in the unit."""


@dataclass(frozen=True, slots=True)
class GroupingPlan:
    """The rows of one report, and who stays counted where the last report had them."""

    rows: tuple[Row, ...]
    held: frozenset[Flow]
    """People who stay counted where they were."""


def plan(people: Mapping[Flow, int], before: Sequence[Row]) -> GroupingPlan:
    """Rows for ``people``, safe to read beside the previous report's rows; none for fewer than five."""
    held: set[Flow] = set()
    bound: set[Row] = set()
    then = _of(before)
    leaving: defaultdict[Row, list[Flow]] = defaultdict(list)
    for flow, count in people.items():
        if count and flow[0] != flow[1]:
            leaving[then.get(flow[0], NOBODY)].append(flow)
    while True:
        rows = fold(_sizes(people, held), bound)
        after = _of(rows)
        more = len(held) + len(bound)
        for old, new in _few(people, held, then, after):
            movers = {flow for flow in leaving.get(old, ()) if flow not in held}
            there = {flow for flow in movers if after.get(flow[1], NOBODY) == new}
            held |= there or movers
            if not movers and old:
                bound.add(old)
        if len(held) + len(bound) == more:
            # Nothing to do, or nothing to be done: people of a row were forgotten altogether.
            return GroupingPlan(rows, frozenset(held))


def counted_at(flow: Flow, held: Iterable[Flow]) -> Area:
    """The area in which people of this flow are counted: the old one if held back, else the new one."""
    return flow[0] if flow in held else flow[1]


def fold(sizes: Mapping[Area, int], bound: Iterable[Row] = ()) -> tuple[Row, ...]:
    """Fold areas into rows of at least five people: small ones together, with a neighbour if still small.

    ``bound`` areas stay together. The order is largest first.
    """
    units = _together({area for area, size in sizes.items() if size}, bound)
    count = {unit: sum(sizes.get(area, 0) for area in unit) for unit in units}
    big = [unit for unit in units if count[unit] >= FEWEST]
    small = frozenset(area for unit in units if count[unit] < FEWEST for area in unit)
    if small and sum(sizes.get(area, 0) for area in small) < FEWEST:
        if not big:
            return ()
        neighbour = min(big, key=lambda unit: (count[unit], min(unit)))
        big.remove(neighbour)
        small |= neighbour
    rows = [*big, small] if small else big
    return tuple(sorted(rows, key=lambda row: (-sum(sizes.get(a, 0) for a in row), min(row))))


def _together(areas: set[Area], bound: Iterable[Row]) -> list[Row]:
    """The areas, those that are bound to each other as one."""
    units: list[Row] = [frozenset({area}) for area in sorted(areas)]
    for group in bound:
        met = [unit for unit in units if unit & group]
        if met:
            units = [unit for unit in units if not unit & group]
            units.append(frozenset().union(*met))
    return units


def _sizes(people: Mapping[Flow, int], held: set[Flow]) -> dict[Area, int]:
    sizes: defaultdict[Area, int] = defaultdict(int)
    for flow, count in people.items():
        if counted_at(flow, held) != NOWHERE:
            sizes[counted_at(flow, held)] += count
    return sizes


def _of(rows: Iterable[Row]) -> dict[Area, Row]:
    """The row of each area."""
    return {area: row for row in rows for area in row}


def _few(
    people: Mapping[Flow, int],
    held: set[Flow],
    then: Mapping[Area, Row],
    after: Mapping[Area, Row],
) -> list[tuple[Row, Row]]:
    """The pairs of rows between which one to four people go, from the old report to the new."""
    going: defaultdict[tuple[Row, Row], int] = defaultdict(int)
    for flow, count in people.items():
        old = then.get(flow[0], NOBODY)
        going[old, after.get(counted_at(flow, held), NOBODY)] += count
    return sorted(
        (pair for pair, count in going.items() if 0 < count < FEWEST and pair != (NOBODY, NOBODY)),
        key=lambda pair: (sorted(pair[0]), sorted(pair[1])),
    )
