"""Commands for pictures of tests; each picture comes with the same figures in words."""

from commands.framework import Context, Reply, Role, Where, command, impossible, refuse
from commands.structure_tests.compare import chart_views as views
from commands.structure_tests.compare.commands import area_changes, the_series
from commands.structure_tests.lookup import AnyTest
from commands.structure_tests.rules import RowSums, by_area, rows, shown_to_all, sums
from commands.structure_tests.status.post import row_names
from commands.structure_tests.status.published import as_told, each_as_told, finer
from commands.structure_tests.terms import WhichTest
from storage.structure_tests.figures import StructureFigures
from storage.structure_tests.register import StructureTests

STEPS = 8
"""Tests on the picture of the ladder."""


@command(
    "test chart",
    who=Role.ORGANIZER,
    where=Where.ANYWHERE,
    example="!test chart petition",
    also=("chart test", "test picture"),
)
async def chart(
    ctx: Context, test: AnyTest, *, tests: StructureTests, figures: StructureFigures
) -> Reply:
    """Draw how far each area has come in a test.

    test: which one; not needed while only one is open
    """
    counted = (await as_told(ctx, figures, test)).rows
    if finer(ctx):
        told = [RowSums((area,), each) for area, each in by_area(counted.cells).items()]
    else:
        told = rows(counted.cells)
    if not told or not shown_to_all(sums(counted.cells).people):
        raise impossible("Fewer than five people are in it: any count would point at somebody.")
    names = await row_names(figures, tests, test)
    return views.progress(test, counted, told, names, ctx)


@command(
    "test chart ladder",
    who=Role.ORGANIZER,
    where=Where.ANYWHERE,
    example="!test chart ladder",
    also=("chart ladder",),
)
async def ladder_(ctx: Context, tests: StructureTests, figures: StructureFigures) -> Reply:
    """Draw the tests there were, one after the other, each with its goal."""
    last = [*reversed(await tests.latest(STEPS))]
    done = [
        (test, sums(each.whole.cells))
        for test, each in zip(last, await each_as_told(ctx, figures, last), strict=True)
    ]
    shown = [(test, each) for test, each in done if shown_to_all(each.people)]
    if not shown:
        raise refuse("There is no test yet that can be counted.", example="!test list")
    return views.ladder(shown, ctx)


@command(
    "test chart movement",
    who=Role.ORGANIZER,
    where=Where.ANYWHERE,
    example="!test chart movement",
    also=("test chart compare",),
)
async def movement(
    ctx: Context,
    test: WhichTest | None = None,
    other: WhichTest | None = None,
    *,
    tests: StructureTests,
    figures: StructureFigures,
) -> Reply:
    """Draw each area in two tests, one above the other.

    test: one of them; without it the last two
    other: the other one
    """
    series = await the_series(ctx, tests, figures, test, other)
    if not all(shown_to_all(each.people) for each in series.sums[-2:]):
        raise impossible(
            "Fewer than five people are in one of them: any count would point at somebody."
        )
    moved = await area_changes(ctx, figures, series)
    if not moved:
        raise refuse(
            "Areas are drawn beside each other when both tests are closed; for leads before"
            " that, in the direct chat.",
            example="!test compare",
        )
    return views.movement(series.tests[-2:], moved, await figures.areas(), ctx)
