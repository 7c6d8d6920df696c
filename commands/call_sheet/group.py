"""The commands about the call sheet."""

from commands.call_sheet import commands as call_sheet
from commands.framework import Command

COMMANDS: tuple[Command, ...] = (call_sheet.next_,)
"""In the order in which help shows them, before those about follow-ups."""
