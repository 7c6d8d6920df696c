"""The commands about meetings."""

from typing import TYPE_CHECKING

from commands.framework import Group, _
from commands.framework.catalogue import BareAnswer
from commands.index import unloaded
from commands.meetings.share.links import CALL_LINK
from commands.meetings.time_poll import bare

if TYPE_CHECKING:
    from commands.meetings.attend import commands as coming
    from commands.meetings.hold import agenda, minutes
    from commands.meetings.plan import commands as meetings
    from commands.meetings.share import commands as sharing
    from commands.meetings.time_poll import commands as asking
else:
    coming = unloaded("commands.meetings.attend.commands")
    agenda = unloaded("commands.meetings.hold.agenda")
    minutes = unloaded("commands.meetings.hold.minutes")
    meetings = unloaded("commands.meetings.plan.commands")
    sharing = unloaded("commands.meetings.share.commands")
    asking = unloaded("commands.meetings.time_poll.commands")

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

SECRETS = {sharing.link: CALL_LINK}
"""What is taken away wherever it is typed, by the command that takes it."""

ONE_WORD = (coming.yes, coming.maybe, coming.no)
"""What says in one word whether somebody comes; the same words may answer something else."""
