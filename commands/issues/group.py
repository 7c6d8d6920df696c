"""The commands about issues."""

from typing import TYPE_CHECKING

from commands.framework import Command
from commands.index import unloaded

if TYPE_CHECKING:
    from commands.issues import commands as issues
else:
    issues = unloaded("commands.issues.commands")

COMMANDS: tuple[Command, ...] = (
    issues.issues,
    issues.undecided,
    issues.add,
    issues.merge,
    issues.drop,
)
"""In the order in which help shows them, behind those about one-on-ones."""
