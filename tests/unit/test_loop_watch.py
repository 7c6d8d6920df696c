"""Who keeps the event loop is counted by command; while nobody is at work the process is not woken."""

import asyncio
import time

import pytest

from bot.health import event_loop
from bot.health.event_loop import LoopWatch


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_loop, "EVERY", 0.001)
    monkeypatch.setattr(event_loop, "HELD", 0.01)


def compute() -> None:
    """Keep the loop, by work and not by waiting."""
    until = time.thread_time() + 0.05
    while time.thread_time() < until:
        pass


async def test_who_keeps_the_loop_is_counted_when_it_is_free_again() -> None:
    watch = LoopWatch()
    watch.begins("dupes")
    compute()
    await asyncio.sleep(0.01)
    watch.begins("")
    assert watch.held == {"dupes": 1}


async def test_who_gives_the_loop_back_in_time_is_not() -> None:
    watch = LoopWatch()
    watch.begins("tz")
    await asyncio.sleep(0.01)
    watch.begins("")
    compute()
    await asyncio.sleep(0.01)
    watch.begins("status")
    await asyncio.sleep(0.01)
    assert watch.held == {}


async def test_nothing_is_looked_at_while_nobody_is_at_work() -> None:
    watch, loop = LoopWatch(), asyncio.get_running_loop()
    watch.begins("tz")
    (look,) = [each for each in loop._scheduled if not each.cancelled()]  # type: ignore[attr-defined]
    watch.begins("")
    assert look.cancelled()
    watch.begins("tz")
    assert [each for each in loop._scheduled if not each.cancelled()] != []  # type: ignore[attr-defined]
