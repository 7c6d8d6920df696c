"""Who waits: counted in seconds of work, not in messages."""

import pytest

from bot.config.limits import Limits
from bot.incoming.fair_share import A_BATCH, A_SHARE, LATELY, WINDOW, FairShare

MAL, ANA, BEN = "@mal:a.org", "@ana:a.org", "@ben:a.org"


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def turns(clock: Clock) -> FairShare:
    return FairShare(Limits(person_seconds=60), clock=clock)


def test_whoever_asks_for_little_never_waits(turns: FairShare, clock: Clock) -> None:
    for _ in range(600):
        assert turns.at_once(ANA)
        turns.begin()
        turns.note(ANA, 0.005, at_once=True)
        clock.now += 0.2


def test_whoever_asks_for_much_is_done_after_the_others_for_a_while(
    turns: FairShare, clock: Clock
) -> None:
    turns.note(MAL, A_SHARE + 0.1, at_once=True)
    assert not turns.at_once(MAL)
    assert turns.at_once(ANA)
    clock.now += LATELY + 2
    assert turns.at_once(MAL)


def test_several_who_ask_for_some_do_not_fill_one_answer_of_sync(turns: FairShare) -> None:
    turns.begin()
    for person in (MAL, BEN):
        turns.note(person, A_BATCH / 2, at_once=True)
    assert not turns.at_once(MAL)
    assert not turns.at_once(BEN)
    assert turns.at_once(ANA)
    turns.begin()
    assert turns.at_once(MAL)


def test_work_beside_does_not_count_for_the_answer_of_sync(turns: FairShare) -> None:
    turns.begin()
    turns.note(MAL, 0.2, at_once=False)
    turns.note(BEN, 10 * A_BATCH, at_once=False)
    assert turns.at_once(MAL)


def test_a_budget_is_for_ten_minutes(turns: FairShare, clock: Clock) -> None:
    for _ in range(6):
        assert turns.pause(MAL) == 0.0
        turns.note(MAL, 10.0, at_once=False)
        clock.now += 20
    pause = turns.pause(MAL)
    assert 0 < pause <= WINDOW
    assert not turns.at_once(MAL)
    assert turns.pause(ANA) == 0.0
    clock.now += pause + 1
    assert turns.pause(MAL) == 0.0


def test_one_command_over_the_budget_does_not_shut_out_for_good(
    turns: FairShare, clock: Clock
) -> None:
    turns.note(MAL, 10_000.0, at_once=False)
    assert 0 < turns.pause(MAL) <= WINDOW + 2
    clock.now += WINDOW + 2
    assert turns.pause(MAL) == 0.0
