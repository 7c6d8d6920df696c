"""The commands about follow-ups."""

from commands.follow_ups import bare, digest, undo
from commands.follow_ups import commands as follow_ups
from commands.framework import Command
from commands.framework.catalogue import BareAnswer

COMMANDS: tuple[Command, ...] = (
    follow_ups.due,
    follow_ups.team,
    follow_ups.follow_up,
    follow_ups.done,
    follow_ups.snooze,
    digest.show,
    digest.off,
    digest.on,
)
"""In the order in which help shows them, behind those about turf."""

BARE = (BareAnswer(bare.is_asking, bare.line),)

UNDO = undo.UNDO
