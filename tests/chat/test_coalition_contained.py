"""What one bot says ends no other bot, and keeps nothing else of it waiting."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from bot.coalition.work import CoalitionWork
from commands.coalition.bodies import Called
from commands.coalition.kinds import CoalitionJob, CoalitionTable
from commands.coalition.membership import JOB
from commands.coalition.polls import adding
from commands.coalition.seat import Seat
from commands.framework.reply import Reply
from storage.coalition.model import CoalitionMember
from storage.core.driver import OperationalError
from tests.support.coalition_bus import coalition


async def _broken(seat: Seat) -> tuple[Reply, ...]:
    await seat.say("label", Called("Taken back"), "never said")
    raise OverflowError


async def _sound(seat: Seat) -> tuple[Reply, ...]:
    await seat.say("label", Called("Said"), "said")
    return ()


async def test_a_job_that_fails_is_reported_and_the_others_go_on(begun: Path) -> None:
    table = CoalitionTable((JOB, CoalitionJob(ticked=_broken), CoalitionJob(ticked=_sound)))
    async with coalition("Berlin", begun=begun, table=table) as bus:
        await bus["Berlin"].tick(table)
        assert [type(each) for each in bus.errors] == [OverflowError]
        assert [sentence for _who, _block, sentence in bus.said] == ["said"]


async def test_what_the_storage_refuses_is_for_another_time(begun: Path) -> None:
    async def refused(_seat: Seat) -> tuple[Reply, ...]:
        raise OperationalError

    table = CoalitionTable((JOB, CoalitionJob(ticked=refused)))
    async with coalition("Berlin", begun=begun, table=table) as bus:
        with pytest.raises(OperationalError):
            await bus["Berlin"].tick(table)
        assert bus.errors == []


async def test_a_job_that_fails_as_somebody_parts_keeps_nobody_in(begun: Path) -> None:
    async def broken(_seat: Seat, _member: CoalitionMember) -> tuple[Reply, ...]:
        raise OverflowError

    table = CoalitionTable((JOB, CoalitionJob(parted=broken)))
    async with coalition("Berlin", "Milan", begun=begun, table=table) as bus:
        await bus["Milan"].lead("!coalition leave --yes")
        await bus.settle()
        assert (await bus["Berlin"].lead("!coalition")).says("• Milan: has left")
        assert [type(each) for each in bus.errors] == [OverflowError]


async def test_one_poll_that_fails_keeps_no_other_waiting(
    begun: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Any] = []

    class Polls:
        def __init__(self, _tx: object) -> None: ...

        async def unfinished(self, _coalition: object) -> list[int]:
            return [1, 2]

    async def go_on(_seat: Seat, _polls: object, each: int) -> None:
        seen.append(each)
        if each == 1:
            raise OverflowError

    monkeypatch.setattr(adding, "CoalitionPolls", Polls)
    monkeypatch.setattr(adding, "_go_on", go_on)
    async with coalition("Berlin", begun=begun) as bus:
        await bus["Berlin"].do(adding.ticked)
        assert seen == [1, 2]
        assert [type(each) for each in bus.errors] == [OverflowError]


async def test_the_work_goes_on_whatever_it_meets(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[int] = []
    signal = asyncio.Event()
    nothing: Any = None
    work = CoalitionWork(nothing, nothing, nothing, nothing, nothing, signal)

    async def look(_self: CoalitionWork) -> None:
        looked.append(1)
        if len(looked) == 1:
            signal.set()
            raise OverflowError
        running.cancel()

    monkeypatch.setattr(CoalitionWork, "look", look)
    running = asyncio.create_task(work.run())
    with pytest.raises(asyncio.CancelledError):
        await running
    assert len(looked) == 2
