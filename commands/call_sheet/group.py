"""The commands about the call sheet."""

from typing import TYPE_CHECKING

from commands.framework import Command
from commands.index import unloaded

if TYPE_CHECKING:
    from commands.call_sheet import commands as call_sheet
else:
    call_sheet = unloaded("commands.call_sheet.commands")

COMMANDS: tuple[Command, ...] = (call_sheet.next_,)
"""In the order in which help shows them, before those about follow-ups."""
