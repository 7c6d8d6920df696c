"""Retries for work that the storage refuses."""

import asyncio
from collections.abc import Awaitable, Callable

from bot.logging import logs
from storage.core.driver import Error

PAUSES = (0.1, 1.0, 5.0)
"""Seconds between the attempts at one message."""
AGAIN = 1.0
"""Seconds until what could not be written in the background is tried again; then twice as many, and so on."""
SELDOM = 60.0
"""The same at most. Each failure is a line of the log, perhaps on the disk that is full."""

log = logs.get("bot.process.retry")


async def persist(
    work: Callable[[], Awaitable[None]], give_up: Callable[[str], Awaitable[None]]
) -> None:
    """Retry work that the storage may refuse; then set it aside and go on.

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


class EverMoreSeldom:
    """Pauses after attempts at work in the background that the storage refuses: the longer it does, the longer."""

    def __init__(self) -> None:
        self._pause = AGAIN

    async def attempt(
        self, work: Callable[[], Awaitable[None]], refused: Callable[[Error], object]
    ) -> bool:
        """Try once; False where the storage refused, once ``refused`` was told and it is time for another attempt.

        Raises what else the work raises.
        """
        try:
            await work()
        except Error as error:
            refused(error)
            await asyncio.sleep(self.refused())
            return False
        self.accepted()
        return True

    def refused(self) -> float:
        """Seconds until the next attempt, for whoever waits otherwise; after each they are twice as many."""
        pause, self._pause = self._pause, min(2 * self._pause, SELDOM)
        return pause

    def accepted(self) -> None:
        """Begin with the shortest pause again."""
        self._pause = AGAIN


async def to_the_end(
    work: Callable[[], Awaitable[None]], refused: Callable[[Error], object]
) -> None:
    """Do work in the background until it is done, however often the storage refuses, which ``refused`` is told.

    What is done of it is found done when it is taken up again, as after a crash. Raises what else the work raises.
    """
    attempts = EverMoreSeldom()
    while not await attempts.attempt(work, refused):
        pass
