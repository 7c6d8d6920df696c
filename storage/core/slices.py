"""Long thinking cut into slices, between which everybody else has a turn."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar

T = TypeVar("T")

SLICE = 0.008
"""Seconds of thinking in a row. An answer comes of some dozens of turns of the loop, each behind one of these."""


async def a_turn() -> None:
    """Let everybody else have a turn."""
    await asyncio.sleep(0)


async def in_slices(
    steps: Iterable[T | None], rest: Callable[[], Awaitable[None]] = a_turn
) -> list[T]:
    """Collect what comes of short steps; ``rest`` is awaited between slices.

    A step that comes to nothing yet is None. No step may take much longer than a slice.
    """
    found: list[T] = []
    begun = time.perf_counter()
    for step in steps:
        if step is not None:
            found.append(step)
        if time.perf_counter() - begun > SLICE:
            await rest()
            begun = time.perf_counter()
    return found
