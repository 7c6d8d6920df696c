"""The commands about attendance."""

from typing import TYPE_CHECKING

from commands.framework import Command
from commands.index import unloaded

if TYPE_CHECKING:
    from commands.attendance import commands as attendance
    from commands.meetings.hold import minutes
else:
    attendance = unloaded("commands.attendance.commands")
    minutes = unloaded("commands.meetings.hold.minutes")

COMMANDS: tuple[Command, ...] = (
    attendance.attended,
    attendance.not_there,
    attendance.attendance,
)
"""In the order in which help shows them, behind those about meetings."""

WITH_MORE = {minutes.here: attendance.attended}
"""``!here`` says that somebody is there themselves; with others behind it, that those came."""
