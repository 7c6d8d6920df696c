"""Long computations cut into slices of a few milliseconds, so that the event loop stays responsive."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar

T = TypeVar("T")

SLICE = 0.008
"""Seconds of computing in a row. An answer takes some dozens of turns of the loop, each behind one slice."""


async def a_turn() -> None:
    """Let every other task have a turn of the event loop."""
    await asyncio.sleep(0)


async def in_slices(
    steps: Iterable[T | None], rest: Callable[[], Awaitable[None]] = a_turn
) -> list[T]:
    """Run short steps and collect what each returns; ``rest`` is awaited between slices.

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
