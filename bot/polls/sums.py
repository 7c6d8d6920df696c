"""A box whose totals go into a sum of several committees: how long it is kept."""

import asyncio
from typing import Final

from bot.polls.records import Records
from commands.polls.sums import left

LOOK_AGAIN: Final = 20.0
"""Seconds after which it is asked again whether a box is needed, though nobody said that it is not."""

__all__ = ["left", "until_not_needed"]


async def until_not_needed(ref: str, records: Records, changed: asyncio.Event) -> None:
    """Return when the totals of a box are not needed any more; ``changed`` wakes whoever waits.

    How far that is stands in the database, so that no crash leaves a box without anybody to destroy it.
    """
    while await records.needs_box(ref):
        try:
            async with asyncio.timeout(LOOK_AGAIN):
                await changed.wait()
        except TimeoutError:
            continue
        changed.clear()
