"""Published figures of an open test, renewed so that no single mark can be read out of them.

The rules are those of the weekly reports (commands/shared/small_groups.py): areas in rows of five and more,
row by row at most once a week, and then only rows in which five people or more have come further. The total
changes once a day, and then by five people or more; and so does what is left of it when the rows are taken
away. Leads see each mark at once, in their direct chat; a closed test is told as it closed; tests that only
count hold whole areas anyway.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from commands.framework.context import Context, Place, Role
from commands.shared.figures import same_week
from commands.shared.small_groups import FEWEST
from commands.structure_tests.rules import rows
from storage.structure_tests.figures import StructureFigures
from storage.structure_tests.model import (
    NEVER,
    FrozenCounts,
    Mark,
    MarkCell,
    PublishedCounts,
    StructureTest,
)

Spot = tuple[int, str | None, Mark, bool]
"""Where people are counted."""


def finer(ctx: Context) -> bool:
    """Whether the reader may see small areas apart, and every mark at once."""
    return ctx.place is Place.DIRECT and ctx.role >= Role.LEAD


async def as_told(ctx: Context, figures: StructureFigures, test: StructureTest) -> PublishedCounts:
    """The figures of a test that this reader may see in this place."""
    (told,) = await each_as_told(ctx, figures, [test])
    return told


async def each_as_told(
    ctx: Context, figures: StructureFigures, tests: Sequence[StructureTest]
) -> list[PublishedCounts]:
    """The figures of each test that this reader may see in this place."""
    now = await figures.of_each(tests)
    return [await _as_told(ctx, figures, test, each) for test, each in zip(tests, now, strict=True)]


async def _as_told(
    ctx: Context, figures: StructureFigures, test: StructureTest, now: FrozenCounts
) -> PublishedCounts:
    if finer(ctx) or not test.open or test.count_only:
        return PublishedCounts(NEVER, now, NEVER, now)
    last = await figures.told(test)
    told = renewed(last, now, ctx.day)
    if told != last:
        await figures.tell(test, told)
    return told


def renewed(last: PublishedCounts | None, now: FrozenCounts, today: date) -> PublishedCounts:
    """The figures to publish today; ``last`` are those published before, None if there are none yet.

    The freshest of what may be told. The whole less its rows is a figure as well, so it is held back
    where that would be about fewer than five.
    """
    told = last or PublishedCounts(NEVER, nobody_asked(now), NEVER, nobody_asked(now))
    rows_now = told.rows
    if today > told.rows_day and not same_week(told.rows_day, today):
        rows_now = replace(now, cells=_rows_renewed(told.rows.cells, now.cells))
    for apart in (rows_now, told.rows):
        freshest = [now, apart] if _no_older(apart, told.whole, now) else [now]
        for whole in [*freshest, told.whole] if today > told.whole_day else [told.whole]:
            if _may_follow(told, whole, apart):
                return PublishedCounts(
                    told.whole_day if _same(whole, told.whole) else today,
                    told.whole if _same(whole, told.whole) else whole,
                    told.rows_day if _same(apart, told.rows) else today,
                    told.rows if _same(apart, told.rows) else apart,
                )
    return told


def _may_follow(told: PublishedCounts, whole: FrozenCounts, apart: FrozenCounts) -> bool:
    """Whether everything that can be added and subtracted is about five people or more, or about nobody."""
    before, rows_before, after, rows_after = (
        _people(each.cells) for each in (told.whole, told.rows, whole, apart)
    )
    steps = (
        _less(after, before),
        _less(after, rows_after),
        _less(_less(after, before), _less(rows_after, rows_before)),
    )
    return all(_size(step) == 0 or _size(step) >= FEWEST for step in steps)


def _no_older(some: FrozenCounts, told: FrozenCounts, now: FrozenCounts) -> bool:
    """Whether no area in it is older than what was told in all: participation would seem to fall."""
    older, newer, these = (_people(each.cells) for each in (told, now, some))
    areas = {spot[0] for spot in (*older, *newer, *these)}
    return all(_in(these, area) in (_in(older, area), _in(newer, area)) for area in areas)


def _in(people: Counter[Spot], area: int) -> dict[Spot, int]:
    return {spot: n for spot, n in people.items() if spot[0] == area and n}


def _same(one: FrozenCounts, other: FrozenCounts) -> bool:
    return _people(one.cells) == _people(other.cells)


def _less(one: Counter[Spot], other: Counter[Spot]) -> Counter[Spot]:
    """One less the other; numbers may be negative."""
    left = Counter(one)
    left.subtract(other)
    return left


def _size(step: Counter[Spot]) -> int:
    """How many people, at the least, are counted otherwise."""
    return max(sum(n for n in step.values() if n > 0), -sum(n for n in step.values() if n < 0))


def nobody_asked(now: FrozenCounts) -> FrozenCounts:
    """The figures with which a test opens."""
    people: Counter[tuple[int, str | None]] = Counter()
    for cell in now.cells:
        people[cell.area, cell.shift] += cell.people
    cells = (MarkCell(*place, Mark.NOT_ASKED, False, n) for place, n in people.items())
    return FrozenCounts(tuple(cells), 0)


def changed(before: Iterable[MarkCell], after: Iterable[MarkCell]) -> int:
    """How many people, at the least, are counted otherwise than before."""
    return _size(_less(_people(after), _people(before)))


def _rows_renewed(
    before: tuple[MarkCell, ...], after: tuple[MarkCell, ...]
) -> tuple[MarkCell, ...]:
    """The cells of those rows that five people changed, and of the others as they were."""
    told: list[MarkCell] = []
    left = {cell.area for cell in (*before, *after)}
    for row in rows(after):
        then = [cell for cell in before if cell.area in row.areas]
        now = [cell for cell in after if cell.area in row.areas]
        told += now if changed(then, now) >= FEWEST else then
        left -= set(row.areas)
    told += [cell for cell in before if cell.area in left]
    return tuple(told)


def _people(cells: Iterable[MarkCell]) -> Counter[Spot]:
    found: Counter[Spot] = Counter()
    for cell in cells:
        found[cell.area, cell.shift, cell.mark, cell.promised] += cell.people
    return found
