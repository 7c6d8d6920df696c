"""The commands of a coalition."""

from typing import TYPE_CHECKING

from commands.framework import Group, _
from commands.index import unloaded

if TYPE_CHECKING:
    from commands.coalition import commands as coalition
    from commands.coalition.joint import commands as joint
    from commands.coalition.meetings import commands as meetings
    from commands.coalition.polls import commands as polls
else:
    coalition = unloaded("commands.coalition.commands")
    joint = unloaded("commands.coalition.joint.commands")
    meetings = unloaded("commands.coalition.meetings.commands")
    polls = unloaded("commands.coalition.polls.commands")

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
        meetings.meet,
        meetings.tally,
        meetings.pick,
        meetings.move,
        meetings.cancel,
        meetings.minutes_,
        joint.propose,
        joint.letter,
        joint.last_counts,
        joint.give,
        coalition.say_,
        coalition.log,
        coalition.leave,
        coalition.gone,
    ),
)
"""In the order in which help shows them."""
