"""The commands of a coalition."""

from commands.coalition import commands as coalition
from commands.coalition.polls import commands as polls
from commands.framework import Group, _

GROUP = Group(
    lambda: _("Other committees"),
    (
        coalition.coalition,
        coalition.new,
        coalition.code,
        coalition.join,
        coalition.label,
        polls.poll,
        coalition.ok,
        coalition.no,
        coalition.log,
        coalition.leave,
    ),
    topics=("coalition", "chapters"),
)
"""In the order in which help shows them."""
