"""The commands about natural leaders."""

from commands.framework import Command
from commands.leaders import commands as leaders
from commands.leaders import undo

COMMANDS: tuple[Command, ...] = (leaders.follows, leaders.leaders)
"""In the order in which help shows them, behind those about contacts."""

UNDO = undo.UNDO
"""Taking back who stands behind whom."""
