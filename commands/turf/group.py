"""The commands about turf."""

from typing import TYPE_CHECKING

from commands.framework import Group, _
from commands.index import unloaded

if TYPE_CHECKING:
    from commands.turf import commands as turf
    from commands.turf import offboarding
else:
    turf = unloaded("commands.turf.commands")
    offboarding = unloaded("commands.turf.offboarding")

GROUP = Group(
    lambda: _("Turf and follow-ups"),
    (
        turf.turf,
        turf.team,
        turf.unassigned,
        turf.assign,
        turf.move,
        turf.release,
        offboarding.give_back,
        offboarding.away,
        offboarding.back,
        offboarding.offboard,
        offboarding.readmit,
    ),
    topics=("follow-ups", "followups", "my people"),
)
"""In the order in which help shows them."""
