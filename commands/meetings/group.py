"""The commands about meetings."""

from commands.framework import Group, _
from commands.framework.catalogue import BareAnswer
from commands.meetings import undo
from commands.meetings.attend import commands as coming
from commands.meetings.hold import agenda, minutes
from commands.meetings.plan import commands as meetings
from commands.meetings.share import commands as sharing
from commands.meetings.time_poll import bare
from commands.meetings.time_poll import commands as asking

GROUP = Group(
    lambda: _("Meetings"),
    (
        meetings.list_,
        meetings.new,
        meetings.every,
        asking.poll,
        asking.can,
        asking.tally,
        asking.pick,
        asking.mute,
        meetings.ok,
        coming.yes,
        coming.maybe,
        coming.no,
        coming.who,
        meetings.next_,
        meetings.move,
        meetings.skip,
        meetings.cancel,
        meetings.fair,
        sharing.link,
        sharing.ics,
        agenda.show,
        agenda.add,
        agenda.done,
        agenda.drop,
        agenda.carry,
        agenda.roles,
        agenda.take,
        agenda.swap,
        minutes.start,
        minutes.here,
        minutes.stack,
        minutes.unstack,
        minutes.decide,
        minutes.action,
        minutes.done,
        minutes.give,
        minutes.actions_,
        minutes.end,
        coming.quiet,
        coming.reminders,
    ),
    topics=("meetings", "meeting"),
)
"""In the order in which help shows them."""

BARE = (BareAnswer(bare.is_asking, "!meet can {}".format),)
LATER = (bare.shown_later,)
"""Numbers alone say when somebody can, while that is asked."""

ONE_WORD = (coming.yes, coming.maybe, coming.no)
"""What says in one word whether somebody comes; the same words may answer something else."""

UNDO = undo.UNDO
