"""Retries for work that the storage refuses."""

import asyncio
from collections.abc import Awaitable, Callable

from bot.logging import logs
from storage.core.driver import Error

PAUSES = (0.1, 1.0, 5.0)
"""Seconds between the attempts at one message."""

log = logs.get("bot.process.retry")


async def persist(
    work: Callable[[], Awaitable[None]], give_up: Callable[[str], Awaitable[None]]
) -> None:
    """Try work that the storage may refuse, several times; then set it aside and go on.

    ``give_up`` is told the error id under which the log has the last refusal.

    If even setting it aside fails, the storage is the trouble and the error goes up: nothing of
    this batch is acknowledged, and a later start takes it up again.
    """
    error_id = ""
    for pause in PAUSES:
        try:
            await work()
        except Error as error:
            error_id = log.failure("storage", error)
            await asyncio.sleep(pause)
        else:
            return
    await give_up(error_id)
