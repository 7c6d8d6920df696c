"""The commands about attendance."""

from commands.attendance import commands as attendance
from commands.attendance import undo
from commands.framework import Command
from commands.meetings.hold import minutes

COMMANDS: tuple[Command, ...] = (
    attendance.attended,
    attendance.not_there,
    attendance.attendance,
)
"""In the order in which help shows them, behind those about meetings."""

WITH_MORE = {minutes.here: attendance.attended}
"""``!here`` says that somebody is there themselves; with others behind it, that those came."""

UNDO = undo.UNDO
