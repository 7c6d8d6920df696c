"""The command for a picture of natural leaders and who stands behind them."""

from dataclasses import replace

from commands.framework import Context, Reply, Role, Where, command
from commands.leaders.views import no_leaders
from commands.shared.look_ups import Looking
from commands.wall_chart import leader_views as views
from commands.wall_chart.leader_groups import by_leader
from commands.wall_chart.rules import MOST
from commands.wall_chart.views import Setting
from storage.authority.look_ups import Other
from storage.contacts.followings import Followings
from storage.reports.unit import Unit
from storage.reports.wall_chart import WallChart
from storage.structure_tests.register import StructureTests


@command(
    "chart leaders",
    who=Role.LEAD,
    where=Where.DIRECT,
    example="!chart leaders",
    also=("leaders chart", "leaders picture"),
)
async def leaders(
    ctx: Context,
    *,
    unit: Unit,
    wall: WallChart,
    tests: StructureTests,
    followings: Followings,
    looking: Looking,
) -> tuple[Reply, ...]:
    """Draw natural leaders and who stands behind them, with ratings and the last test."""
    await unit.as_of(ctx.day)
    people = await wall.led(MOST + 1)
    if not people:
        return (no_leaders(),)
    shown = people[:MOST]
    await looking.noted([Other(p.id, p.number, p.name, p.organizer) for p in shown])
    test = await tests.last_with_names()
    marks = await wall.marks([test] if test is not None else [], shown)
    told = [replace(person, marks=marks[person.id]) for person in shown]
    behind = await followings.leaders_of([person.id for person in told])
    at = Setting(ctx.committee.name, ctx.now, ctx.day, {}, () if test is None else (test.name,))
    unled = await followings.nobody_led()
    groups = by_leader(told, behind)
    return views.chart(groups, at, unled, more=len(people) > MOST)
