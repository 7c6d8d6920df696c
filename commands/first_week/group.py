"""The commands of a first week."""

from typing import TYPE_CHECKING

from commands.framework import Command
from commands.index import unloaded

if TYPE_CHECKING:
    from commands.first_week import commands as first_week
else:
    first_week = unloaded("commands.first_week.commands")

COMMANDS: tuple[Command, ...] = (
    first_week.buddy,
    first_week.end,
    first_week.tips,
    first_week.tips_off,
    first_week.tips_on,
)
"""In the order in which help shows them, behind those about oneself."""
