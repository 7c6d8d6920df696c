"""Reminders are looked at even when the scheduler's clock has stopped."""

import asyncio

import pytest

from bot.jobs import watchdog as watches
from bot.jobs.watchdog import Watchdog
from tests.support.running import running


class Clock:
    """A clock that goes only when told, in place of the module ``time``."""

    def __init__(self) -> None:
        self.now = 100.0

    def monotonic(self) -> float:
        return self.now


async def looked(monkeypatch: pytest.MonkeyPatch, *, scheduler: bool) -> int:
    """How often somebody looked in twenty minutes, of which each is one turn of the watch."""
    clock, times, turns = Clock(), 0, 0
    enough = asyncio.Event()
    monkeypatch.setattr(watches, "time", clock)

    async def look() -> None:
        nonlocal times
        times += 1

    async def a_turn(_seconds: float) -> None:
        nonlocal turns
        turns += 1
        if turns > 20:
            enough.set()
            await asyncio.Event().wait()
        clock.now += 60
        if scheduler:
            await watch.tick()

    watch = Watchdog(look, every=60, too_long=150)
    monkeypatch.setattr(watches, "sleep", a_turn)
    async with running(watch):
        await enough.wait()
    return times


async def test_a_silent_scheduler_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """It looks every third minute, when 150 seconds are over."""
    assert await looked(monkeypatch, scheduler=False) == 6


async def test_a_scheduler_that_works_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    assert await looked(monkeypatch, scheduler=True) == 20
