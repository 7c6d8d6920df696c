"""The commands about follow-ups."""

from typing import TYPE_CHECKING

from commands.follow_ups import bare
from commands.framework import Command
from commands.framework.catalogue import BareAnswer
from commands.index import unloaded

if TYPE_CHECKING:
    from commands.follow_ups import commands as follow_ups
    from commands.follow_ups import digest
else:
    digest = unloaded("commands.follow_ups.digest")
    follow_ups = unloaded("commands.follow_ups.commands")

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
