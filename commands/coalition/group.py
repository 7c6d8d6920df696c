"""The commands of a coalition."""

from commands.coalition import commands as coalition
from commands.coalition.joint import commands as joint
from commands.coalition.meetings import commands as meetings
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
    ),
)
"""In the order in which help shows them."""
