"""The command for news to other committees."""

from typing import TYPE_CHECKING, Annotated

from commands.coalition.terms import OwnSeat
from commands.framework import Context, Reply, Role, Where, _, command
from commands.framework.reader import posted, text
from storage.core.later import Later

if TYPE_CHECKING:
    from commands.coalition.news import job, views
else:
    job = Later("commands.coalition.news.job")
    views = Later("commands.coalition.news.views")

LONGEST = 1000

NewsWords = Annotated[
    str, posted(text(LONGEST, '"TEXT"', lambda: _("What do you want to tell the others?")))
]
"""News for other committees."""


@command(
    "coalition say",
    who=Role.LEAD,
    where=Where.DIRECT,
    example='!coalition say "We won the on-call pay."',
)
async def say_(ctx: Context, words: NewsWords, *, seat: OwnSeat) -> Reply:
    """Send news to the other committees. A room reads it only after a lead there agrees.

    words: what their rooms would read
    """
    del ctx
    return views.sent(await job.send(seat, words))
