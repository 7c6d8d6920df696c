"""An instrument: how long one callback holds the event loop, in processor time of its thread."""

import asyncio
import gc
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache


@dataclass(slots=True)
class Held:
    """Seconds of processor time: the longest callback, and all together."""

    longest: float = 0.0
    """Seconds of processor time of the longest callback."""
    altogether: float = 0.0


@contextmanager
def loop_held() -> Iterator[Held]:
    """Measure every callback that a loop of this process runs inside the block.

    Processor time of this thread, so that a machine with other work does not count; what a test does
    itself inside one callback counts, so what is measured goes into a task of its own.
    """
    found = Held()
    run = asyncio.Handle._run

    def measured(handle: asyncio.Handle) -> None:
        began = time.thread_time()
        run(handle)
        spent = time.thread_time() - began
        found.altogether += spent
        found.longest = max(found.longest, spent)

    # What is thrown away here was made before.
    gc.collect()
    asyncio.Handle._run = measured  # type: ignore[method-assign, assignment]
    try:
        yield found
    finally:
        asyncio.Handle._run = run  # type: ignore[method-assign]


def yardstick() -> float:
    """Seconds of processor time that a fixed piece of work takes here and now: the median of five.

    Work like a reader's: characters looked at, small objects made and found again. A limit told as a
    multiple of it holds on machines of any speed, and beside whatever else runs on their cores.
    """

    def worked() -> float:
        began = time.thread_time()
        seen: dict[str, tuple[int, str]] = {}
        for number in range(12_000):
            word = f"{number % 997} option"
            if word[0].isalpha() or word.partition(" ")[0] not in seen:
                seen[word.casefold()] = (number, word.strip())
        return time.thread_time() - began

    return statistics.median(worked() for _turn in range(5))


@dataclass(slots=True)
class Effort:
    """What a block took."""

    yardsticks: float = 0.0
    """How many times the yardstick."""


@contextmanager
def effort() -> Iterator[Effort]:
    """Measure the processor time of this thread inside the block, in yardsticks."""
    found = Effort()
    began = time.thread_time()
    yield found
    spent = time.thread_time() - began
    found.yardsticks = spent / yardstick()


@contextmanager
def set_aside() -> Iterator[None]:
    """Keep whatever there is out of the collector's way: it is not what is measured, and slow to look through.

    Around many measurements, not each: what a test's process has imported takes a tenth of a second.
    What was aside before stays there (``pytest_collection``).
    """
    stays = _something_is_aside_for_good()
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        if not stays:
            gc.unfreeze()


@cache
def _something_is_aside_for_good() -> bool:
    """Whether something was aside before anybody here set aside more. Python counts it object by object: 20 ms."""
    return gc.get_freeze_count() > 0
