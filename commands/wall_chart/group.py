"""The commands about the wall chart."""

from typing import TYPE_CHECKING

from commands.framework import Command
from commands.index import unloaded

if TYPE_CHECKING:
    from commands.wall_chart import commands as wall_chart
    from commands.wall_chart import leaders
else:
    wall_chart = unloaded("commands.wall_chart.commands")
    leaders = unloaded("commands.wall_chart.leaders")

COMMANDS: tuple[Command, ...] = (
    wall_chart.chart,
    wall_chart.counts,
    wall_chart.movement,
    leaders.leaders,
)
"""In the order in which help shows them, behind the reports."""
