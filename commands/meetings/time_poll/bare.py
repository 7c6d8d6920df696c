"""Numbers alone, typed in the direct chat while the committee is asked for a time: ``1 3 maybe 2``."""

import re
from datetime import datetime

from commands.framework.context import Context, Provider
from storage.core.database import Transaction
from storage.meetings.answers import TimePolls
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


async def shown_later(
    text: str, since: datetime, ctx: Context, tx: Transaction, _provide: Provider
) -> str | None:
    """The line that numbers would be for the newest time asked for since then; None where none was."""
    meetings = await TimePolls(tx, ctx.committee.id).asked_since(since)
    numbers = _NUMBERS.fullmatch(text.strip())
    return f"!meet can #{meetings[-1]} {text.strip()}" if meetings and numbers else None
