"""The commands of a first week."""

from commands.first_week import commands as first_week
from commands.first_week import undo
from commands.framework import Command

COMMANDS: tuple[Command, ...] = (
    first_week.buddy,
    first_week.end,
    first_week.tips,
    first_week.tips_off,
    first_week.tips_on,
)
"""In the order in which help shows them, behind those about oneself."""

UNDO = undo.UNDO
"""Taking back who is whose buddy."""
