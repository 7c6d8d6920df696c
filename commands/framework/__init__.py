"""How a command is declared, parsed, permitted, run and answered. It knows no job.

What nearly every command needs is imported from here; the rest from the module that has it.
"""

from commands.framework.catalogue import Group, Guide
from commands.framework.context import Context, Role
from commands.framework.errors import cut, impossible, refuse
from commands.framework.i18n import _
from commands.framework.reply import Reply, say
from commands.framework.spec import Command, Where, command

__all__ = [
    "Command",
    "Context",
    "Group",
    "Guide",
    "Reply",
    "Role",
    "Where",
    "_",
    "command",
    "cut",
    "impossible",
    "refuse",
    "say",
]
