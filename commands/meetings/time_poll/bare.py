"""Numbers alone, typed in the direct chat while the committee is asked for a time: ``1 3 maybe 2``."""

import re

from commands.framework import Context
from storage.core.database import Transaction
from storage.meetings.meetings import Meetings

_NUMBERS = re.compile(
    r"(?:#\d{1,6}\s+)?(?:(?:and|maybe|yes|no|\d{1,2})[\s,]*)*\d{1,2}[\s,.]*", re.IGNORECASE
)


async def is_asking(text: str, ctx: Context, tx: Transaction) -> bool:
    """Whether the words are numbers of times, and a meeting's time is being asked for."""
    if _NUMBERS.fullmatch(text.strip()) is None:
        return False
    found = await Meetings(tx, ctx.committee.id).open()
    return any(each.version.start is None for each in found)
