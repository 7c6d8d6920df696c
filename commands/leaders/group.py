"""The commands about natural leaders."""

from typing import TYPE_CHECKING

from commands.framework import Command
from commands.index import unloaded

if TYPE_CHECKING:
    from commands.leaders import commands as leaders
else:
    leaders = unloaded("commands.leaders.commands")

COMMANDS: tuple[Command, ...] = (leaders.follows, leaders.leaders)
"""In the order in which help shows them, behind those about contacts."""
