"""Whether somebody is being asked about a one-on-one, question by question (``guided.py``)."""

from commands.framework import Context
from storage.contacts.drafts import Drafts
from storage.core.database import Transaction


async def is_asking(ctx: Context, tx: Transaction) -> bool:
    """Whether somebody is being asked about a one-on-one."""
    return await Drafts(tx, ctx.committee.id).of(ctx.user) is not None
