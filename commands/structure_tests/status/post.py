"""The public post about a test: what everybody may read, put together in one place."""

from collections.abc import Mapping
from dataclasses import replace

from commands.framework.context import Context, Place
from commands.framework.reply import Reply
from commands.structure_tests import views
from commands.structure_tests.mark.views import counted_row
from commands.structure_tests.rules import rows, shown_to_all, sums
from commands.structure_tests.status.published import as_told
from storage.structure_tests.figures import StructureFigures
from storage.structure_tests.model import StructureTest
from storage.structure_tests.register import StructureTests


async def for_the_room(
    ctx: Context, tests: StructureTests, figures: StructureFigures, test: StructureTest
) -> Reply:
    """Counts in rows of five and more, renewed by five people and more."""
    told = await as_told(replace(ctx, place=Place.ROOM), figures, test)
    whole = sums(told.whole.cells)
    history = [] if test.open else await figures.history(test)
    apart = rows(told.rows.cells) if shown_to_all(whole.people) else []
    tail = [views.state(test, history, ctx)]
    if test.open and not test.count_only:
        tail.append(views.as_of(told, ctx))
    names = await row_names(figures, tests, test)
    return views.for_all(test, told.whole, whole, apart, names, tail)


async def row_names(
    figures: StructureFigures, tests: StructureTests, test: StructureTest
) -> Mapping[int, str]:
    """The names of a test's areas; in a test that only counts, small ones are named together."""
    names = await figures.areas()
    if not test.count_only:
        return names
    counting = await tests.counting_rows(test)
    return {row: counted_row(row, counting, names) for row, _people in counting.values()}
