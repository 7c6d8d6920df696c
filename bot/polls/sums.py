"""A box whose totals go into a sum of several committees: how long it is kept."""

import asyncio
from typing import Final

from bot.logging import logs
from bot.polls.records import Records
from commands.polls.model import Poll
from commands.polls.sums import left
from storage.core.driver import Error

LOOK_AGAIN: Final = 20.0
"""Seconds after which it is asked again whether a box is needed, though nobody said that it is not."""

log = logs.get("bot.polls.sums")

__all__ = ["left", "until_not_needed"]


async def until_not_needed(poll: Poll, records: Records, changed: asyncio.Event) -> None:
    """Return when the totals in the box of a poll are not needed any more; ``changed`` wakes whoever waits.

    How far that is stands in the database, so that no crash leaves a box without anybody to destroy it.
    """
    while await _is_needed(poll, records):
        try:
            async with asyncio.timeout(LOOK_AGAIN):
                await changed.wait()
        except TimeoutError:
            continue
        changed.clear()


async def _is_needed(poll: Poll, records: Records) -> bool:
    try:
        return poll.part_of is not None and await records.needs_box(poll.part_of.ref, poll.code)
    except Error as error:
        # The box stays while the database is busy or full: it is asked again.
        log.failure("poll", error)
        return True
