"""Running parts of the bot beside a test, as the bot's own group of tasks does."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.delivery.outbox import Outbox
from bot.running import BotPart

_tasks: dict[int, tuple[BotPart, "asyncio.Task[None]"]] = {}
"""By the identity of the part."""


def start(part: BotPart) -> "asyncio.Task[None]":
    """Run a part until ``stop``."""
    task = asyncio.create_task(part.run(), name=type(part).__name__)
    _tasks[id(part)] = (part, task)
    return task


async def stop(part: BotPart) -> None:
    """End a part, as the end of the bot does; does nothing if the part does not run.

    Raises what the part raised.
    """
    _part, task = _tasks.pop(id(part), (part, None))
    if task is None:
        return
    task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        return


async def start_outbox(outbox: Outbox) -> None:
    """Let an outbox deliver until ``stop``; it has read its table when this returns."""
    task = _tasks[id(outbox)][1] if id(outbox) in _tasks else start(outbox)
    while not (outbox.open or task.done()):  # noqa: ASYNC110 (an attribute tells nobody)
        await asyncio.sleep(0)


@asynccontextmanager
async def running(*parts: BotPart) -> AsyncIterator[None]:
    """Let parts work while the block is running."""
    for part in parts:
        start(part)
    try:
        yield
    finally:
        for part in parts:
            await stop(part)
