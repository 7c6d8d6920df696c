"""The commands that people give in other words."""

from typing import TYPE_CHECKING, Final

from commands.framework.spec import Command
from commands.index import unloaded

if TYPE_CHECKING:
    from commands.follow_ups import commands as follow_ups
    from commands.one_on_ones import commands as one_on_ones
    from commands.one_on_ones import guided
    from commands.structure_tests.mark import commands as marking
else:
    follow_ups = unloaded("commands.follow_ups.commands")
    one_on_ones = unloaded("commands.one_on_ones.commands")
    guided = unloaded("commands.one_on_ones.guided")
    marking = unloaded("commands.structure_tests.mark.commands")

SPOKEN: Final[frozenset[Command]] = frozenset(
    {one_on_ones.log, one_on_ones.assess, guided.guide, follow_ups.follow_up}
)
MARK: Final[Command] = marking.mark
"""Marks of a structure test are said so too, by whoever has nobody of the name in "mark"."""
