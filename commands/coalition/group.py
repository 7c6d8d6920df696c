"""The commands of a coalition."""

from commands.coalition import commands as coalition
from commands.coalition.joint import commands as joint
from commands.framework import Group, _

GROUP = Group(
    lambda: _("Other committees"),
    (
        coalition.coalition,
        coalition.new,
        coalition.code,
        coalition.join,
        coalition.label,
        coalition.ok,
        coalition.no,
        joint.propose,
        joint.letter,
        joint.last_counts,
        joint.give,
        coalition.say_,
        coalition.log,
        coalition.leave,
    ),
    topics=("coalition", "chapters"),
)
"""In the order in which help shows them."""
