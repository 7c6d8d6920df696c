"""How far a poll's creator and voters in league get with one person's vote."""

from dataclasses import replace
from datetime import timedelta

import pytest

from commands.polls.ask.policy import Policy
from tests.chat.conversation import Chat
from tests.inside import polls
from tests.inside.conftest import Reach
from tests.inside.polls import TARGET
from tests.inside.polls import Ballots as Voters

ACCOMPLICES = ("@eve", "@fay", "@gil", "@hal")
OTHERS = ("@ana", "@ben", "@lea", "@kim")
NOTHING_COMPARED = Policy(compared_with=timedelta(days=-1))
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
