"""The commands about one-on-ones."""

from typing import TYPE_CHECKING

from commands.framework import Group, Guide, _
from commands.index import unloaded
from commands.one_on_ones import being_asked
from commands.one_on_ones.spoken.spoken_lines import SpokenLines

if TYPE_CHECKING:
    from commands.one_on_ones import commands as one_on_ones
    from commands.one_on_ones import guided, history, steps
else:
    one_on_ones = unloaded("commands.one_on_ones.commands")
    guided = unloaded("commands.one_on_ones.guided")
    history = unloaded("commands.one_on_ones.history")
    steps = unloaded("commands.one_on_ones.steps")

GROUP = Group(
    lambda: _("One-on-ones"),
    (
        one_on_ones.log,
        guided.guide,
        guided.answer,
        steps.steps,
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

GUIDE = Guide({one_on_ones.log: guided.guide}, guided.answer, being_asked.is_asking)
"""Who leaves out how it went is asked question by question."""

SPOKEN = SpokenLines()
"""Lines as people say them."""
