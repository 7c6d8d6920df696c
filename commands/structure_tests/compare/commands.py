"""Commands that compare tests: what moved, who stays, and whether ratings hold."""

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction

from commands.framework import Context, Reply, Role, Where, _, command, impossible, refuse
from commands.framework.i18n import joined
from commands.framework.reply import Code
from commands.structure_tests.compare import views
from commands.structure_tests.compare.terms import MoverGroup, MoverGroupWord
from commands.structure_tests.lookup import AnyTest, the_test
from commands.structure_tests.rules import (
    MarkSums,
    Rates,
    ShareChange,
    changes,
    measured,
    plan,
    shown_to_all,
    sums,
)
from commands.structure_tests.status.commands import care
from commands.structure_tests.status.published import as_told, each_as_told, finer
from commands.structure_tests.terms import Percent, TestRef, WhichTest
from storage.core.lazy_dataclass import dataclass
from storage.structure_tests.figures import StructureFigures, Together
from storage.structure_tests.marks import Marks
from storage.structure_tests.model import Belief, StructureTest
from storage.structure_tests.register import StructureTests
from storage.turf.absences import Absences

LAST = 3
"""Tests across which people are followed."""
SHOWN = 6
LISTED = 40
MEASURED_OVER = 3
"""Closed tests from which rates are taken."""


WHICH: Mapping[MoverGroup, Callable[[Sequence[set[int]]], set[int]]] = {
    MoverGroup.STEADY: lambda deeds: set.intersection(*deeds),
    MoverGroup.DROPPED: lambda deeds: deeds[-2] - deeds[-1],
    MoverGroup.NEW: lambda deeds: deeds[-1] - deeds[-2],
}


@dataclass(frozen=True, slots=True)
class ComparedTests:
    """The tests to compare, oldest first."""

    tests: tuple[StructureTest, ...]
    sums: tuple[MarkSums, ...]


async def the_series(
    ctx: Context,
    tests: StructureTests,
    figures: StructureFigures,
    ref: TestRef | None,
    other: TestRef | None,
) -> ComparedTests:
    """Find the tests to compare: two, or the last ones that go by the same unit. Raises Refusal."""
    if ref is not None and other is not None:
        chosen = [await the_test(ref, ctx, tests), await the_test(other, ctx, tests)]
        if chosen[0].id == chosen[1].id:
            raise refuse("That is {test} both times.", test=chosen[0].name)
    else:
        last = await tests.latest(SHOWN * 2)
        newest = last[0] if ref is None and last else await the_test(ref, ctx, tests)
        older = [each for each in last if each.number < newest.number and each.area == newest.area]
        chosen = [newest, *older[: LAST - 1]]
    if len(chosen) < 2:
        raise impossible(
            "One test alone compares with nothing. {status} shows it.", status=Code("!test status")
        )
    ordered = tuple(sorted(chosen, key=lambda each: each.number))
    told = await each_as_told(ctx, figures, ordered)
    return ComparedTests(ordered, tuple([sums(each.whole.cells) for each in told]))


@command(
    "test compare",
    who=Role.ORGANIZER,
    where=Where.ANYWHERE,
    example="!test compare",
    also=("test comparison",),
)
async def compare(
    ctx: Context,
    test: WhichTest | None = None,
    other: WhichTest | None = None,
    *,
    tests: StructureTests,
    figures: StructureFigures,
) -> Reply:
    """Compare tests in counts: participation, who keeps taking part, which areas moved.

    test: one of two; without it the last three
    other: the other one
    """
    series = await the_series(ctx, tests, figures, test, other)
    if not all(shown_to_all(each.people) for each in series.sums) and not finer(ctx):
        raise impossible(
            "Fewer than five people are in one of them: any count would point at somebody."
        )
    people = await people_in(ctx, figures, series)
    moved = await area_changes(ctx, figures, series)
    return views.compare(series.tests, series.sums, people, moved, await figures.areas())


async def people_in(
    ctx: Context, figures: StructureFigures, series: ComparedTests
) -> Together | None:
    """Counts of who stays and who drops off; None when a test does not know who, or not yet for all."""
    if any(each.count_only or each.names_gone for each in series.tests):
        return None
    if any(each.open for each in series.tests) and not finer(ctx):
        return None
    people = await figures.together(series.tests)
    # Who did it in each is told as well, so that one of the three gives another away.
    few = any(n > 0 and not shown_to_all(n) for n in (people.steady, people.dropped, people.new))
    return None if few and not finer(ctx) else people


async def area_changes(
    ctx: Context, figures: StructureFigures, series: ComparedTests
) -> list[ShareChange]:
    """Changes by area between the last two tests; empty while the room is told less than all of one."""
    if any(each.open and not each.count_only for each in series.tests[-2:]) and not finer(ctx):
        return []
    two = await each_as_told(ctx, figures, series.tests[-2:])
    before, after = [each.rows.cells for each in two]
    return changes(before, after, apart=finer(ctx))


@command(
    "test movers",
    who=Role.ORGANIZER,
    where=Where.DIRECT,
    example="!test movers dropped",
    also=("test followed",),
)
async def movers(
    ctx: Context,
    group: MoverGroupWord = MoverGroup.DROPPED,
    *,
    tests: StructureTests,
    figures: StructureFigures,
    marks: Marks,
    absences: Absences,
) -> Reply:
    """List by name who took part in each of the last tests, stopped, or is new: your people.

    group: steady, dropped or new; leads see everybody
    """
    series = await the_series(ctx, tests, figures, None, None)
    if any(each.count_only or each.names_gone for each in series.tests):
        raise impossible(
            "One of the last tests does not know who. {compare} shows the counts.",
            compare=Code("!test compare"),
        )
    chosen = series.tests if group is MoverGroup.STEADY else series.tests[-2:]
    whose = None if ctx.role >= Role.LEAD else await care(ctx, absences)
    people = await marks.across(chosen, WHICH[group], whose=whose, limit=LISTED + 1)
    return views.movers(chosen, group, people[:LISTED], more=len(people) > LISTED)


@command(
    "test calibrate",
    who=Role.ORGANIZER,
    where=Where.DIRECT,
    example="!test calibrate",
    also=("test calibration",),
)
async def calibrate(
    ctx: Context, test: WhichTest | None = None, *, tests: StructureTests, figures: StructureFigures
) -> Reply:
    """Compare ratings with what people did, rating by rating, of those asked. Leads: by organizer.

    test: which one; without it all that are closed and known by name
    """
    if test is not None:
        chosen = [await the_test(test, ctx, tests)]
    else:
        chosen = (await tests.latest(LAST, closed=True)) or [await the_test(None, ctx, tests)]
    beliefs: list[Belief] = []
    for each in chosen:
        every = ctx.role >= Role.LEAD
        beliefs += await (figures.beliefs(each) if every else figures.beliefs_of(each, ctx.user))
    return views.calibrate(chosen, beliefs, by_organizer=ctx.role >= Role.LEAD)


@command(
    "test plan",
    who=Role.ORGANIZER,
    where=Where.ANYWHERE,
    example="!test plan petition commitment=60% follow=80%",
    also=("test asks",),
)
async def plan_(
    ctx: Context,
    test: AnyTest,
    *,
    tests: StructureTests,
    figures: StructureFigures,
    commitment: Percent | None = None,
    follow: Percent | None = None,
    goal: Percent | None = None,
) -> Reply:
    """Show how many people you need to ask for the goal, from the results so far.

    test: which one; not needed while only one is open
    commitment: the share of those asked who say yes, if you know better
    follow: the share of those who said yes who do it, if you know better
    goal: another goal than the test's
    """
    bar = goal or test.terms.goal
    if bar is None:
        raise refuse(
            "{test} has no goal. Add goal=",
            test=test.name,
            example=f"!test plan {test.handle} goal=60%",
        )
    whole = sums((await as_told(ctx, figures, test)).whole.cells)
    if not (finer(ctx) or shown_to_all(whole.people)):
        raise impossible("Fewer than five people are in it: any count would point at somebody.")
    rates, source = await _rates(ctx, tests, figures, test, whole)
    if commitment is not None or follow is not None:
        if rates is None and (commitment is None or follow is None):
            raise refuse("No test says the other rate yet: give both commitment= and follow=.")
        rates = Rates(
            Fraction(commitment, 100) if commitment else rates.commitment if rates else Fraction(1),
            Fraction(follow, 100) if follow else rates.follow_through if rates else Fraction(1),
        )
        source = _("as you said")
    if rates is None:
        raise refuse(
            "No test says yet how many say yes and keep it. Say what you expect.",
            example=f"!test plan {test.handle} commitment=60% follow=80%",
        )
    return views.plan(test, whole, bar, rates, plan(whole, bar, rates), source)


async def _rates(
    ctx: Context,
    tests: StructureTests,
    figures: StructureFigures,
    found: StructureTest,
    whole: MarkSums,
) -> tuple[Rates | None, str]:
    """The rates of the last closed tests by name; of the test itself when there are none.

    A rate of a few who were asked says what each of them did: such tests are for leads.
    """
    closed = [each for each in await tests.latest(SHOWN, closed=True)
              if not each.count_only and each.id != found.id]  # fmt: skip
    told = [(each, sums((await figures.of(each)).cells)) for each in closed]
    if not finer(ctx):
        told = [(each, its) for each, its in told if shown_to_all(its.asked)]
    told = told[:MEASURED_OVER]
    rates = measured([its for _test, its in told])
    if rates is not None:
        return rates, _("as in {tests}").format(tests=joined(each.name for each, _its in told))
    if not (finer(ctx) or shown_to_all(whole.asked)):
        return None, ""
    return measured([whole]), _("as in this test so far")


@command(
    "test ladder",
    who=Role.ORGANIZER,
    where=Where.ANYWHERE,
    example="!test ladder",
    also=("ladder",),
)
async def ladder_(ctx: Context, tests: StructureTests, figures: StructureFigures) -> Reply:
    """Show the kinds of tests from low to high risk, the bars of others, and how far you are."""
    last = await tests.latest(SHOWN * 4)
    done = [
        (test, sums(each.whole.cells))
        for test, each in zip(last, await each_as_told(ctx, figures, last), strict=True)
    ]
    return views.rungs(done)
