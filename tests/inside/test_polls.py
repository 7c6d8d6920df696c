"""How far a poll's creator and voters in league get with one person's vote."""

import os
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.polls.keys import PollKeys
from bot.polls.register import Register
from commands.polls.policy import Policy
from storage.ballots import Ballots
from storage.database import Database
from tests.chat.conversation import Chat
from tests.inside import polls, twins
from tests.inside.conftest import Reach
from tests.inside.polls import TARGET
from tests.inside.polls import Ballots as Voters
from tests.support.polling import in_memory

ACCOMPLICES = ("@eve", "@fay", "@gil", "@hal")
OTHERS = ("@ana", "@ben", "@lea", "@kim")
NOTHING_COMPARED = Policy(compared_with=timedelta())
"""The guard taken out: no poll is held against another."""


@pytest.fixture
def table(chat: Chat) -> Voters:
    """Nine people: four in league, four others, and Tia."""
    return Voters(chat, ACCOMPLICES, OTHERS)


async def test_control_without_the_guard_two_totals_differ_by_a_vote(
    table: Voters, control: Reach
) -> None:
    table.chat.polls.rules = NOTHING_COMPARED
    learnt = await polls.differencing(table, 8, without=(TARGET,))
    control("difference", learnt)
    control("difference k", learnt)
    control("imitate", await _a_result_looks_like_one(table))


async def _a_result_looks_like_one(table: Voters) -> int:
    return sum("is closed" in polls._text(each) for each in table.chat.polls.in_room)


async def test_asking_again_without_one_person(table: Voters, now: Reach) -> None:
    now("difference", await polls.differencing(table, 8, without=(TARGET,)))


async def test_asking_again_without_her_and_accomplices(table: Voters, now: Reach) -> None:
    gone = (TARGET, "@gil", "@hal")
    now("difference k", await polls.differencing(table, 8, without=gone, rules="k=3"))


async def test_control_a_voter_is_told_that_their_ballot_is_in(
    table: Voters, control: Reach
) -> None:
    """To herself it does show; so the program would see it if others were told."""
    own = replace(table, accomplices=(TARGET, *ACCOMPLICES))
    control("watch", await polls.watch_figures(own, 2))


async def test_nothing_told_moves_with_a_vote(table: Voters, now: Reach) -> None:
    now("watch", await polls.watch_figures(table, 6))


async def test_a_question_that_looks_like_a_result(table: Voters, now: Reach) -> None:
    now("imitate", await polls.imitate(table))


async def test_all_but_some_are_in_league(table: Voters, now: Reach) -> None:
    now("k-1", await polls.all_but_some(table, 8, honest=OTHERS))


async def test_nobody_else_votes(table: Voters, control: Reach, now: Reach) -> None:
    """No machine helps here, and the page says so: the total minus the accomplices is Tia."""
    learnt = await polls.all_but_some(table, 8, honest=())
    control("k-1", learnt)
    now("k-1 alone", learnt)


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
