"""Commands that show how a test goes: counts for everybody, names in the direct chat."""

from commands.framework import Context, Reply, Role, Where, command, impossible, refuse
from commands.framework.reply import Code, Line
from commands.framework.values import Label
from commands.shared.figures import area_name
from commands.structure_tests import views
from commands.structure_tests.lookup import AnyTest, the_test
from commands.structure_tests.rules import by_area, by_shift, sums
from commands.structure_tests.status import views as names_views
from commands.structure_tests.status.post import for_the_room, row_names
from commands.structure_tests.status.published import finer
from commands.structure_tests.status.terms import NameGroup, NameGroupWord
from commands.structure_tests.terms import TestRef, WhichTest
from storage.contacts.followings import Followings, LedCounts
from storage.core.model import UserId
from storage.names import folded
from storage.structure_tests.figures import StructureFigures
from storage.structure_tests.marks import Marks
from storage.structure_tests.model import OUTSIDE, Frozen, FrozenCounts, Mark, StructureTest
from storage.structure_tests.register import StructureTests
from storage.turf.absences import Absences

LEADERS = 4
"""Leaders in one answer; all of them are in !leaders."""
LISTED = 40
"""Names in one answer; more come area by area."""


@command(
    "test status",
    who=Role.ORGANIZER,
    where=Where.ANYWHERE,
    example="!test status petition",
    also=("test show", "test result"),
)
async def status(
    ctx: Context,
    test: AnyTest,
    *,
    tests: StructureTests,
    figures: StructureFigures,
    led: LedCounts,
    byshift: bool = False,
) -> Reply:
    """Show how a test is going, in counts: participation, goal, how many are not asked yet, by area.

    test: which one; not needed while only one is open
    byshift: by shift instead of by area, for leads in the direct chat
    """
    if finer(ctx):
        said = await _finer(ctx, tests, figures, test, await figures.of(test), byshift=byshift)
        if test.count_only or test.names_gone:
            return said
        return names_views.with_leaders(said, test, await led.groups(test, limit=LEADERS))
    if byshift:
        raise refuse("By shift is for leads, in the direct chat.", example="!test status")
    return await for_the_room(ctx, tests, figures, test)


async def _finer(
    ctx: Context,
    tests: StructureTests,
    figures: StructureFigures,
    found: StructureTest,
    counted: FrozenCounts,
    *,
    byshift: bool,
) -> Reply:
    if byshift:
        groups = views.groups_by_shift(by_shift(counted.cells))
    else:
        groups = views.groups_by_area(
            by_area(counted.cells), await row_names(figures, tests, found)
        )
    tail: list[Line] = [views.state(found, await _history(figures, found), ctx)]
    bars = views.bars_line(found.terms, found)
    return views.finer(
        found, counted, sums(counted.cells), groups, [*tail, *([bars] if any(bars) else [])]
    )


async def _history(figures: StructureFigures, found: StructureTest) -> list[Frozen]:
    return [] if found.open else await figures.history(found)


@command(
    "test gaps",
    who=Role.ORGANIZER,
    where=Where.DIRECT,
    example="!test gaps petition",
    also=("gaps", "test todo"),
)
async def gaps(
    ctx: Context,
    test: WhichTest | None = None,
    *,
    tests: StructureTests,
    marks: Marks,
    absences: Absences,
    followings: Followings,
    all_: bool = False,
) -> Reply:
    """Show whom of your people you have not asked, and who said yes and has not done it.

    test: which one; not needed while only one is open
    all: everybody's, for leads
    """
    found = await _with_names(tests, test, ctx)
    if all_ and ctx.role < Role.LEAD:
        raise impossible("Everybody's is for leads. Yours: {gaps}", gaps=Code("!test gaps"))
    whose = None if all_ else await care(ctx, absences)
    unasked = await marks.listed(found, [Mark.NOT_ASKED], whose=whose, limit=LISTED)
    promised = await marks.listed(found, [Mark.YES], whose=whose, limit=LISTED)
    inside = [[each for each in group if each.area != OUTSIDE] for group in (unasked, promised)]
    progress = None if whose is None else await marks.progress(found, whose)
    said = names_views.gaps(found, inside[0], inside[1], progress, full=LISTED)
    led = await followings.groups(found, whose=whose, limit=LEADERS)
    return names_views.with_leaders(said, found, [each for each in led if each.people])


@command(
    "test names",
    who=Role.ORGANIZER,
    where=Where.DIRECT,
    example="!test names petition yes",
    also=("test who",),
)
async def names(
    ctx: Context,
    test: WhichTest | None = None,
    group: NameGroupWord = NameGroup.DID,
    *,
    tests: StructureTests,
    marks: Marks,
    figures: StructureFigures,
    absences: Absences,
    area: Label | None = None,
) -> Reply:
    """List by name how far people are: your people, or for leads everybody.

    test: which one; not needed while only one is open
    group: notasked, asked, yes, no, did, unable, or outside: not in the unit when it opened
    area: one area only
    """
    found = await _with_names(tests, test, ctx)
    areas = await figures.areas()
    where = None if area is None else _area(area, areas)
    whose = None if ctx.role >= Role.LEAD else await care(ctx, absences)
    if group is NameGroup.OUTSIDE:
        told = await marks.listed(found, list(Mark), whose=whose, area=OUTSIDE, limit=LISTED + 1)
    else:
        every = await marks.listed(
            found, [Mark[group.name]], whose=whose, area=where, limit=LISTED + 1
        )
        told = [each for each in every if each.area != OUTSIDE]
    return names_views.names(found, group, told[:LISTED], areas, more=len(told) > LISTED)


def _area(name: str, areas: dict[int, str]) -> int:
    for area, called in {0: area_name(0, areas), **areas}.items():
        if folded(called) == folded(name):
            return area
    raise refuse("There is no area “{area}”.", area=name, example="!test names petition did")


async def _with_names(tests: StructureTests, ref: TestRef | None, ctx: Context) -> StructureTest:
    found = await the_test(ref, ctx, tests)
    if found.count_only:
        raise impossible(
            "{test} only counts: nobody knows who. {status} shows the counts.",
            test=found.name,
            status=Code(f"!test status {found.handle}"),
        )
    if found.names_gone:
        raise impossible(
            "The names in {test} are deleted by now; only the counts are left: {status}",
            test=found.name,
            status=Code(f"!test status {found.handle}"),
        )
    return found


async def care(ctx: Context, absences: Absences) -> list[UserId]:
    """Oneself, and whom one stands in for."""
    covered = await absences.covered_by(ctx.user, ctx.day)
    return [ctx.user, *(absence.organizer for absence in covered)]
