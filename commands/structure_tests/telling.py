"""What everybody is told of an open test: renewed so that no single mark of anybody can be read out of it.

The same rules as those of the weekly reports (reports/folding.py): areas in rows of five and more, row by
row at most once a week, and then only rows in which five people or more have come further. How many it is
in all changes once a day, and then by five people or more. Leads see each mark at once, in their direct
chat; a closed test is told as it closed; tests that only count hold whole areas anyway.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from commands.framework.context import Context, Place, Role
from commands.reports.folding import FEWEST
from commands.reports.rules import same_week
from commands.reports.telling import the_day
from commands.structure_tests.rules import rows
from storage.tests_figures import Figures
from storage.tests_model import NEVER, Cell, Counted, Mark, StructureTest, Told


def finer(ctx: Context) -> bool:
    """Whether the reader may see small areas apart, and every mark at once."""
    return ctx.place is Place.DIRECT and ctx.role >= Role.LEAD


async def as_told(ctx: Context, figures: Figures, test: StructureTest) -> Told:
    """The figures of a test for this reader in this place."""
    now = await figures.of(test)
    if finer(ctx) or not test.open or test.count_only:
        return Told(NEVER, now, NEVER, now)
    last = await figures.told(test)
    told = renewed(last, now, the_day(ctx))
    if told != last:
        await figures.tell(test, told)
    return told


def renewed(last: Told | None, now: Counted, today: date) -> Told:
    """What is told today, after what was told last; None: nothing yet."""
    told = last or Told(NEVER, nobody_asked(now), NEVER, nobody_asked(now))
    if today > told.whole_day and changed(told.whole.cells, now.cells) >= FEWEST:
        told = replace(told, whole=now, whole_day=today)
    if today > told.rows_day and not same_week(told.rows_day, today):
        cells = _rows_renewed(told.rows.cells, now.cells)
        if cells != told.rows.cells:
            told = replace(told, rows=replace(now, cells=cells), rows_day=today)
    return told


def nobody_asked(now: Counted) -> Counted:
    """The figures with which a test opens."""
    people: Counter[tuple[int, str | None]] = Counter()
    for cell in now.cells:
        people[cell.area, cell.shift] += cell.people
    cells = (Cell(*place, Mark.NOT_ASKED, False, n) for place, n in people.items())
    return Counted(tuple(cells), 0)


def changed(before: Iterable[Cell], after: Iterable[Cell]) -> int:
    """How many people, at the least, are counted otherwise than before."""
    return max(_people(after) - _people(before), _people(before) - _people(after), key=Counter.total).total()


def _rows_renewed(before: tuple[Cell, ...], after: tuple[Cell, ...]) -> tuple[Cell, ...]:
    """The cells of those rows that five people changed, and of the others as they were."""
    told: list[Cell] = []
    left = {cell.area for cell in (*before, *after)}
    for row in rows(after):
        then = [cell for cell in before if cell.area in row.areas]
        now = [cell for cell in after if cell.area in row.areas]
        told += now if changed(then, now) >= FEWEST else then
        left -= set(row.areas)
    told += [cell for cell in before if cell.area in left]
    return before if set(told) == set(before) else tuple(told)


def _people(cells: Iterable[Cell]) -> Counter[tuple[int, str | None, Mark, bool]]:
    found: Counter[tuple[int, str | None, Mark, bool]] = Counter()
    for cell in cells:
        found[cell.area, cell.shift, cell.mark, cell.promised] += cell.people
    return found
