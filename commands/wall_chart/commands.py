"""Commands for pictures: leads see people in their direct chat, everybody sees counts."""

from collections.abc import Sequence
from dataclasses import replace

from commands.framework import Context, Reply, Role, Where, command, impossible, refuse
from commands.framework.reply import Code
from commands.framework.values import Label
from commands.reports import views as reports
from commands.reports.commands import FIGURES, LOOKED_THROUGH
from commands.reports.weekly_report import over_time, told
from commands.shared.figures import area_name
from commands.shared.look_ups import Looking
from commands.wall_chart import views
from commands.wall_chart.rules import MOST, MOST_PAGES, by_area, layout
from storage.authority.look_ups import Other
from storage.names import folded
from storage.reports.published import PublishedReports
from storage.reports.unit import Unit
from storage.reports.wall_chart import Charted, WallChart
from storage.structure_tests.register import StructureTests

RECENT, TESTS = 12, 3
"""Among how many tests, and how many of them, the last that know who are shown."""


@command(
    "chart",
    who=Role.LEAD,
    where=Where.DIRECT,
    example="!chart area=Payments",
    also=("charts", "wallchart", "wall chart"),
    instead="!chart counts",
)
async def chart(
    ctx: Context,
    *,
    unit: Unit,
    wall: WallChart,
    tests: StructureTests,
    looking: Looking,
    area: Label | None = None,
) -> tuple[Reply, ...]:
    """Draw the wall chart: everybody by area with leader, rating, last tests and last one-on-one.

    area: one area only
    """
    await unit.as_of(ctx.day)
    at = await _setting(ctx, unit)
    only = None if area is None else _area(area, at)
    people = await wall.people(area=only, limit=MOST + 1)
    if not people:
        return (views.nobody(area),)
    shown = people[:MOST]
    if only is None:
        _none_too_many(people)
    await looking.noted([Other(p.id, p.number, p.name, p.organizer) for p in shown])
    last = [each for each in await tests.latest(RECENT) if not (each.count_only or each.names_gone)]
    chosen = last[:TESTS][::-1]
    marks = await wall.marks(chosen, shown)
    told = [replace(person, marks=marks[person.id]) for person in shown]
    at = replace(at, tests=tuple(each.name for each in chosen))
    areas = by_area(told)
    form, leaves = layout(areas)
    return views.chart(areas, form, leaves, at, more=len(people) > MOST)


@command(
    "chart counts",
    who=Role.ORGANIZER,
    where=Where.ANYWHERE,
    example="!chart counts",
    also=("chart coverage", "chart room"),
)
async def counts(ctx: Context, unit: Unit, releases: PublishedReports) -> Reply:
    """Draw the week's coverage by area: counts, nobody's name."""
    figures = await told(ctx, unit, releases)
    if figures is None:
        return reports.too_few()
    return views.counts(figures, await _setting(ctx, unit))


@command(
    "chart movement",
    who=Role.ORGANIZER,
    where=Where.ANYWHERE,
    example="!chart movement",
    also=("chart support",),
)
async def movement(ctx: Context, unit: Unit, releases: PublishedReports) -> Reply:
    """Draw how support changes over the weeks."""
    await told(ctx, unit, releases)
    figures = over_time(await releases.latest(LOOKED_THROUGH))[:FIGURES]
    return views.movement(figures, await _setting(ctx, unit))


def _none_too_many(people: Sequence[Charted]) -> None:
    """Ask for one area, where all of them are more than somebody leafs through."""
    if len(people) > MOST:
        raise refuse(
            "More than {most} people do not fit on a chart: one area at a time.",
            most=MOST,
            example="!chart area=Payments",
        )
    _form, leaves = layout(by_area(people))
    if len(leaves) > MOST_PAGES:
        raise refuse(
            "The chart would have more than {most} pages: one area at a time.",
            most=MOST_PAGES,
            example="!chart area=Payments",
        )


async def _setting(ctx: Context, unit: Unit) -> views.Setting:
    return views.Setting(ctx.committee.name, ctx.now, ctx.day, await unit.areas())


def _area(name: str, at: views.Setting) -> int:
    """The area of this name, or the people of no area."""
    for area, called in {0: area_name(0, at.names), **at.names}.items():
        if folded(called) == folded(name):
            return area
    raise impossible(
        "There is no area “{area}”. {report} shows the areas.",
        area=name,
        report=Code("!report coverage"),
    )
