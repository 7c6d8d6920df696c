"""The commands about the wall chart."""

from commands.framework import Command
from commands.wall_chart import commands as wall_chart
from commands.wall_chart import leaders

COMMANDS: tuple[Command, ...] = (
    wall_chart.chart,
    wall_chart.counts,
    wall_chart.movement,
    leaders.leaders,
)
"""In the order in which help shows them, behind the reports."""
