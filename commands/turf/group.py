"""The commands about turf."""

from commands.framework import Group, _
from commands.turf import commands as turf
from commands.turf import offboarding, undo

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

UNDO = undo.UNDO
