"""Commands for the weekly reports: in the room everybody reads counts; leads see finer ones."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from commands.framework import Context, Reply, Role, Where, command, impossible, refuse
from commands.framework.context import Place, UserId
from commands.framework.i18n import one_of
from commands.framework.reply import Code
from commands.framework.spec import Answered
from commands.framework.values import Label, SearchWords, Weeks
from commands.reports import finer_views, rules, views
from commands.reports.weekly_report import over_time, told
from commands.shared.figures import area_name
from commands.shared.look_ups import Looking
from commands.shared.small_groups import FEWEST
from commands.structure_tests.status.commands import status
from storage.contacts.followings import LedCounts
from storage.names import folded
from storage.reports.published import PublishedReports
from storage.reports.unit import Unit, WorkCounts
from storage.structure_tests.figures import StructureFigures
from storage.structure_tests.register import StructureTests

LOOKED_THROUGH = 26
"""Weeks whose figures are looked through for different ones."""
FIGURES = 6
KINDS = ("coverage", "follow-ups", "tests", "movement", "holes")


@command("report", who=Role.ORGANIZER, where=Where.ANYWHERE, example="!report", also=("reports",))
async def report(ctx: Context, which: SearchWords | None = None) -> Reply:
    """Show which weekly reports there are.

    which: coverage, follow-ups, tests, movement or holes
    """
    if which is not None:
        # Not shown back: in the room it may be anybody's name.
        raise refuse("There is no such report. Type one of {kinds}.", kinds=one_of(KINDS))
    return views.kinds(finer=_finer(ctx))


@command(
    "report coverage",
    who=Role.ORGANIZER,
    where=Where.ANYWHERE,
    example="!report coverage",
    also=("coverage",),
)
async def coverage(
    ctx: Context,
    *,
    unit: Unit,
    releases: PublishedReports,
    looking: Looking,
    area: Label | None = None,
) -> Reply:
    """Show how many were talked to and assessed, area by area; in a lead's direct chat with ratings.

    area: one area by shift, for leads
    """
    names = await unit.areas()
    if not _finer(ctx):
        if area is not None:
            raise impossible(
                "One area alone is for leads, in the direct chat. For everybody: {report}",
                report=Code("!report coverage"),
            )
        figures = await told(ctx, unit, releases)
        return views.too_few() if figures is None else views.coverage(figures, names, ctx.day)
    cells = await (await unit.as_of(ctx.day)).cells(ctx.now - rules.TALKED)
    areas = rules.by_area(cells)
    if area is None:
        everybody = rules.AreaFigures(0, rules.total(cells), rules.ratings(cells))
        await looking.counted_apart(_of_a_few(areas))
        return finer_views.coverage(areas, everybody, names)
    here = [a for a in areas if folded(area_name(a.area, names)) == folded(area)]
    if not here:
        raise impossible(
            "Nobody works in “{area}” today. {report} shows the areas.",
            area=area,
            report=Code("!report coverage"),
        )
    await looking.counted_apart(_of_a_few(here))
    shifts = rules.by_shift(cell for cell in cells if cell.area == here[0].area)
    return finer_views.one_area(here[0], shifts, names)


def _of_a_few(areas: Sequence[rules.AreaFigures]) -> list[int]:
    """The areas of fewer than five people whose ratings are shown, or what is left when all others are."""
    shown, rest = areas[: finer_views.ROWS], areas[finer_views.ROWS :]
    few = [each.area for each in shown if each.sums.people < FEWEST]
    if sum(each.sums.people for each in rest) < FEWEST:
        few += [each.area for each in rest]
    return few


@command(
    "report follow-ups",
    who=Role.ORGANIZER,
    where=Where.ANYWHERE,
    example="!report follow-ups",
    also=("report followups", "report followup", "report due"),
)
async def follow_ups(ctx: Context, work: WorkCounts) -> Reply:
    """Show how many one-on-ones and follow-ups there were this week, and what is due and overdue."""
    own = None if ctx.place is Place.ROOM else await _doing(ctx, work, ctx.user)
    return views.follow_ups(await _doing(ctx, work, None), own, finer=_finer(ctx))


async def _doing(ctx: Context, work: WorkCounts, who: UserId | None) -> views.Doing:
    day, since = ctx.day, ctx.now - rules.WEEK
    yesterday, last_week = day - timedelta(days=1), day - rules.WEEK
    tried, reached = await work.talks(since) if who is None else (0, 0)
    return views.Doing(
        tried=tried,
        reached=reached,
        done=await work.done(since, by=who),
        due=await work.owed(yesterday, day + rules.WEEK, by=who),
        overdue=await work.owed(None, yesterday, by=who),
        long_overdue=await work.owed(None, last_week, by=who),
    )


@command(
    "report tests",
    who=Role.ORGANIZER,
    where=Where.ANYWHERE,
    example="!report tests",
    also=("report test",),
)
async def tests(
    ctx: Context, register: StructureTests, figures: StructureFigures, led: LedCounts
) -> Answered:
    """Show how many took part in the last structure test, area by area."""
    last = await register.latest(1)
    if not last:
        return views.tests()
    return await status.run(ctx, tests=register, figures=figures, led=led, test=last[0])


@command(
    "report movement",
    who=Role.ORGANIZER,
    where=Where.ANYWHERE,
    example="!report movement",
    also=("movement",),
)
async def movement(
    ctx: Context, *, unit: Unit, releases: PublishedReports, weeks: Weeks | None = None
) -> Reply:
    """Show how support changes over the weeks; in a lead's direct chat from which rating to which.

    weeks: how far back, for leads; without it one
    """
    day = ctx.day
    if _finer(ctx):
        since = ctx.now - rules.WEEK * (weeks or 1)
        moved = rules.movement(await unit.moved(since))
        return finer_views.movement(moved, _on(since, ctx), day)
    if weeks is not None:
        raise impossible(
            "From rating to rating is for leads, in the direct chat. For everybody: {report}",
            report=Code("!report movement"),
        )
    await told(ctx, unit, releases)
    return views.movement(over_time(await releases.latest(LOOKED_THROUGH))[:FIGURES], day)


@command(
    "report holes",
    who=Role.ORGANIZER,
    where=Where.ANYWHERE,
    example="!report holes",
    also=("holes",),
)
async def holes(ctx: Context, unit: Unit, releases: PublishedReports) -> Reply:
    """Show where the committee is missing, and who has no organizer, in counts."""
    names = await unit.areas()
    if not _finer(ctx):
        figures = await told(ctx, unit, releases)
        return views.too_few() if figures is None else views.holes(figures, names, ctx.day)
    cells = await (await unit.as_of(ctx.day)).cells(ctx.now - rules.TALKED)
    return finer_views.holes(rules.by_area(cells), rules.total(cells), rules.by_shift(cells), names)


def _finer(ctx: Context) -> bool:
    """Whether the reader may see figures of a few, and every rating by area."""
    return ctx.place is Place.DIRECT and ctx.role >= Role.LEAD


def _on(at: datetime, ctx: Context) -> date:
    return at.astimezone(ctx.committee.zone).date()
