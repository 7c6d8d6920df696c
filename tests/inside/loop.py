"""How long the loop is held while something runs: the time in which nobody else is answered."""

import asyncio
import time
from collections.abc import Coroutine
from typing import Any


async def longest_block(work: Coroutine[Any, Any, object]) -> float:
    """CPU seconds of the longest stretch in which the loop's thread did not come back to others.

    CPU time of this thread, so that other programs on the machine are not counted.
    """
    loop = asyncio.get_running_loop()
    longest, last = 0.0, time.thread_time()
    going = True

    def look() -> None:
        nonlocal longest, last
        here = time.thread_time()
        longest, last = max(longest, here - last), here
        if going:
            loop.call_soon(look)

    loop.call_soon(look)
    try:
        await work
        await asyncio.sleep(0)
    finally:
        going = False
    return longest
