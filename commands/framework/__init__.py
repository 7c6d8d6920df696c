"""The framework of commands: how any command is declared, parsed, permitted, run and answered.

The framework imports no job. The names that nearly every command needs are imported from here; all others
from the module that defines them.
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
