"""Reminders are looked at even when the scheduler's clock has stopped."""

import asyncio

from bot.meetings.watch import Watch


async def looked(*, scheduler: bool) -> int:
    times = 0

    async def look() -> None:
        nonlocal times
        times += 1

    watch = Watch(look, every=0.01, too_long=0.05)
    watch.start()
    try:
        for _ in range(20):
            await asyncio.sleep(0.01)
            if scheduler:
                await watch.look()
    finally:
        await watch.close()
    return times


async def test_a_silent_scheduler_is_not_waited_for() -> None:
    assert await looked(scheduler=False) >= 2


async def test_a_scheduler_that_works_is_left_alone() -> None:
    assert await looked(scheduler=True) == 20
