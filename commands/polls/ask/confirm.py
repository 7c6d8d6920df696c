"""The ``!ok`` and ``!no`` to a poll that was said back."""

from datetime import datetime

from commands.framework.context import Context, Place
from commands.framework.errors import impossible
from commands.framework.reply import Reply
from commands.framework.withheld import WithheldLine, WithheldLines
from commands.polls import views
from commands.polls.ask import views as said_back
from commands.polls.ask.open import open_draft
from commands.polls.service import PollService


async def ok(ctx: Context, desk: PollService, other: datetime | None) -> Reply | None:
    """Open the poll that waits for this person here; None if no poll is what the ok is for.

    ``other`` is the expiry of another draft said back here (a meeting, say), if any: the later of the two is
    meant, since both wait equally long. Raises Refusal.
    """
    in_room = ctx.place is Place.ROOM
    done = await desk.opened()
    if done is not None:
        await desk.drop_draft(ctx.user, in_room=in_room)
        return views.opened(done, ctx.clock)
    draft = await desk.drafted(ctx.user, in_room=in_room)
    if draft is not None and draft.until >= ctx.now and (other is None or draft.until >= other):
        return await open_draft(ctx, desk, draft)
    if other is not None:
        return None
    if draft is not None:
        await desk.drop_draft(ctx.user, in_room=in_room)
        raise impossible("That poll waited for half an hour. Please ask it again.")
    before = await desk.opened_lately(ctx.user, in_room=in_room)
    return None if before is None else views.open_already(before, ctx.clock)


async def withheld(
    ctx: Context, desk: PollService, lines: WithheldLines, other: datetime | None
) -> WithheldLine | None:
    """The line withheld for a name in it, if that was said back last; ``other`` as in `ok`."""
    draft = await desk.drafted(ctx.user, in_room=ctx.place is Place.ROOM)
    return lines.newest(ctx.now, other, None if draft is None else draft.until)


async def no(ctx: Context, desk: PollService, other: datetime | None) -> Reply | None:
    """Drop the poll that waits for this person here; None if no poll is what the no is for."""
    in_room = ctx.place is Place.ROOM
    draft = await desk.drafted(ctx.user, in_room=in_room)
    if draft is None or draft.until < ctx.now or (other is not None and draft.until < other):
        return None
    await desk.drop_draft(ctx.user, in_room=in_room)
    return said_back.dropped()
