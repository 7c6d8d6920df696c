"""The commands about issues."""

from commands.framework import Command
from commands.issues import commands as issues
from commands.issues import undo

COMMANDS: tuple[Command, ...] = (
    issues.issues,
    issues.undecided,
    issues.add,
    issues.merge,
    issues.drop,
)
"""In the order in which help shows them, behind those about one-on-ones."""

UNDO = undo.UNDO
