"""A person approves the bot's identity on the account provider's own page, while ``init`` waits."""

import asyncio
import time
from collections.abc import Callable
from typing import Final

from bot.matrix.identity import Approval

WAIT: Final = 600.0
"""Seconds in all; providers take an approval back after about ten minutes."""

PAUSE: Final = 3.0


def approval(say: Callable[[str], None]) -> Approval:
    """Show the page once, then let the request be repeated until the time is up."""
    until: float | None = None

    async def wait(url: str) -> bool:
        nonlocal until
        if until is None:
            until = time.monotonic() + WAIT
            say(
                "The account's provider wants a person to approve this identity. Log in there as the"
                f" bot's account and approve:\n\n    {url}\n\nWaiting for that ... (Ctrl-C stops; the"
                " same command goes on later)"
            )
        await asyncio.sleep(PAUSE)
        return time.monotonic() < until

    return wait
