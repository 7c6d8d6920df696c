"""After ten talks: once, how one's own ratings compare with what people did."""

from commands.first_week.rules import TEN_TALKS, comparison
from commands.framework.context import Context
from commands.framework.i18n import joined
from commands.framework.reply import Block, Code, Strong, line
from commands.structure_tests.views import of_all, title
from storage.first_week.first_weeks import FirstWeeks
from storage.first_week.own_talks import OwnTalks

LAST = 3
"""Closed tests that are looked at, as `!test calibrate` does."""


async def look_back(ctx: Context, own: OwnTalks) -> list[Block]:
    """Return what to add below somebody's talk: their own figures, once; empty: not now, or not again.

    It waits until there is a closed test in which enough of those they rated 1 or 2 were asked.
    """
    weeks = FirstWeeks(own.tx)
    if await weeks.compared(ctx.user) or await own.count(ctx.user, TEN_TALKS) < TEN_TALKS:
        return []
    tests, beliefs = await own.beside_deeds(ctx.user, LAST)
    found = comparison(beliefs)
    if found is None:
        return []
    await weeks.compare(ctx.user)
    return [
        line(
            "Ten talks and more. How do your ratings hold? Of your people rated 1 or 2 and asked,"
            " {figure} did it ({tests}). Rating by rating: {calibrate}",
            figure=Strong(of_all(found.did, found.asked)),
            tests=joined(map(title, tests)),
            calibrate=Code("!test calibrate"),
        )
    ]
