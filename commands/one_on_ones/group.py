"""The commands about one-on-ones."""

from commands.framework import Group, Guide, _
from commands.one_on_ones import commands as one_on_ones
from commands.one_on_ones import guided, history, undo
from commands.one_on_ones.spoken.listener import Listener
from commands.one_on_ones.steps import steps

GROUP = Group(
    lambda: _("One-on-ones"),
    (
        one_on_ones.log,
        guided.guide,
        guided.answer,
        steps,
        history.edit,
        history.withdraw,
        history.talks,
        one_on_ones.assess,
        history.ratings,
        history.stale,
        history.disputes,
        history.scale,
    ),
    topics=("talks", "one-on-ones", "1on1s", "conversations"),
)
"""In the order in which help shows them."""

GUIDE = Guide({one_on_ones.log: guided.guide}, guided.answer, guided.is_asking)
"""Who leaves out how it went is asked question by question."""

SPOKEN = Listener()
"""Lines as people say them."""

UNDO = undo.UNDO
