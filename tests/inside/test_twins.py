"""Twin rooms of the same people but for one, on the bot's own desk for polls."""

import os
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.polls.keys import PollKeys
from bot.polls.register import Register
from commands.polls.ask.policy import Policy
from storage.core.database import Database
from storage.polls.ballots import Ballots
from tests.inside import twins
from tests.inside.conftest import Reach
from tests.support.polling import in_memory

NOTHING_COMPARED = Policy(compared_with=timedelta(days=-1))
"""The guard taken out: no poll is held against another."""


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[tuple[Database, Register]]:
    """The bot's own desk, on real files."""
    with in_memory() as memory:
        database = await Database.open(tmp_path / "app.db", os.urandom(32))
        ballots = await Ballots.open(tmp_path / "ballots.db", os.urandom(32))
        try:
            yield database, Register(ballots, PollKeys(memory))
        finally:
            await database.close()
            await ballots.close()


async def test_control_a_poll_in_each_of_two_rooms_is_two_totals(
    desk: tuple[Database, Register], control: Reach
) -> None:
    opened = await twins.both_open(*desk, "K7QX", (0, 1), policy=NOTHING_COMPARED)
    control("twin rooms", opened - 1)


async def test_asking_in_a_twin_room_without_her(
    desk: tuple[Database, Register], now: Reach
) -> None:
    assert await twins.both_open(*desk, "K7QX", (0,)) == 1, "one poll by itself is opened"
    # Each round after the first differs from it by nobody or by Tia: her vote is the difference.
    learnt = 0
    for code in ("M2RT", "P9ZW", "B3CD", "C4DF", "D5FG", "F6GH", "G7HJ", "H8JK"):
        learnt += await twins.both_open(*desk, code, (1,))
    now("twin rooms", learnt)
