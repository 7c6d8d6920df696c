"""Sets that a bot says to be rid of others, or in the words of another set: nobody is blamed for them, nothing added."""

from collections.abc import Collection
from datetime import datetime, timedelta

import pytest

from commands.coalition.polls.masks import SetMember, public_key
from commands.coalition.polls.rounds import Rounds
from commands.coalition.polls.steps import (
    ANSWER_WITHIN,
    OBJECTION,
    ROUND,
    Add,
    Fix,
    GiveUp,
    Respond,
    SaidSet,
    Send,
)
from tests.support.summing import CLOSES, Sums, committees, expected_sum, lied, names

SIX: list[tuple[int, ...] | None] = [(number + 5, number) for number in range(6)]
LIAR, *HONEST, FRIEND = names(6)


def seen(own: str, bots: Collection[str] = (LIAR, *HONEST, FRIEND)) -> Rounds:
    """What one of six has heard when all have counted."""
    game = committees(SIX)
    rounds = game.members[own].rounds
    for bot in bots:
        rounds.ready(bot, public_key(game.members[bot].private))
    return rounds


def said(rounds: Rounds, bots: Collection[str], number: int = 1) -> SaidSet:
    """A set with the hash that it has."""
    members = [SetMember(bot, rounds.keys[bot]) for bot in bots]
    hashed = rounds._whole(number, [each.bot for each in members])
    return SaidSet(number, frozenset(bots), hashed.hash)


def at(number: int, minutes: int = 0) -> datetime:
    """A time in a round."""
    begins = CLOSES if number == 1 else CLOSES + ANSWER_WITHIN + (number - 1) * ROUND
    return begins + timedelta(minutes=minutes)


@pytest.mark.parametrize("when", [at(1, 1), at(2, 1)])
@pytest.mark.parametrize("real", [True, False])
def test_a_set_to_which_this_bot_did_not_agree_blames_nobody(when: datetime, real: bool) -> None:  # noqa: FBT001
    """A chair names those whom it wants out, early or late: with two friends it would be alone with one."""
    own, *others = HONEST
    rounds = seen(own)
    some = said(rounds, others)
    rounds.fix(LIAR, some if real else SaidSet(1, some.bots, "0" * 64), when)
    for number in (2, 3, 4, 5):
        assert not rounds._silent_before(number)
        step = rounds.step(at(number))
        assert not isinstance(step, Fix) or step.where.bots == {LIAR, *HONEST, FRIEND}


def test_a_set_heard_in_the_second_half_of_its_round_is_objected_to() -> None:
    """Else there is no time for answers, and whoever would have answered is blamed."""
    own = HONEST[0]
    for late, taken in ((at(2, -5), True), (at(2, -4), False)):
        rounds = seen(own)
        where = said(rounds, rounds.keys)
        rounds.fix(LIAR, where, late)
        step = rounds.step(late)
        assert isinstance(step, Respond)
        assert step.hash == (where.hash if taken else OBJECTION)


def test_no_set_is_said_when_others_would_not_take_it() -> None:
    rounds = seen(LIAR)
    assert isinstance(rounds.step(at(2, -5)), Fix)
    assert not isinstance(rounds.step(at(2, -4)), Fix)


def test_a_set_said_to_one_alone_leaves_that_one_with_everybody() -> None:
    """The chair tells one bot alone who is in the set; all others hear what that one answers, and object."""
    game = committees(SIX)
    victim = HONEST[0]
    keys = [SetMember(bot, public_key(each.private)) for bot, each in game.members.items()]
    game.dead.update({LIAR, FRIEND})
    game.count()
    game.flights.append((LIAR, victim, lied(LIAR, 1, keys)))
    game.later(ANSWER_WITHIN + ROUND + timedelta(minutes=1))
    rounds = game.members[victim].rounds
    assert rounds.agreed
    assert not rounds._silent_before(2) & {*HONEST}
    game.later(timedelta(hours=2))
    assert all(where.bots >= {*HONEST} for where, _ in game.members[victim].sent)


# -- a set in the words of another --------------------------------------------------------------------------


def copied(game: Sums, own: str, bots: Collection[str]) -> Rounds:
    """One bot that agreed to a set, and heard its hash from the liar first, for other bots."""
    rounds = game.members[own].rounds
    true = said(rounds, HONEST)
    rounds.fix(LIAR, SaidSet(1, frozenset(bots), true.hash), CLOSES)
    rounds.fix(HONEST[0], true, CLOSES)
    for bot in HONEST:
        rounds.answer(bot, 1, true.hash)
    return rounds


@pytest.mark.parametrize("bots", [(), (LIAR,), (HONEST[0], HONEST[1]), (LIAR, *HONEST)])
def test_a_copied_hash_with_other_bots_is_no_set(bots: tuple[str, ...]) -> None:
    game = committees(SIX)
    rounds = game.members[HONEST[1]].rounds
    for bot in HONEST:
        rounds.ready(bot, public_key(game.members[bot].private))
    step = copied(game, HONEST[1], bots).step(at(1, 16))
    assert isinstance(step, Send)
    assert step.where.bots == {*HONEST}
    assert step.where.hash == rounds.answers[1, HONEST[1]]


def test_parts_of_a_set_without_one_of_its_bots_are_no_sum() -> None:
    """Somebody agrees, sends nothing, and says the set without itself: masks would stay in that sum."""
    rounds = seen(HONEST[0])
    true = said(rounds, rounds.keys)
    rounds.fix(LIAR, SaidSet(2, true.bots - {LIAR}, true.hash), CLOSES)
    rounds.fix(HONEST[0], true, CLOSES)
    for bot in true.bots:
        rounds.answer(bot, 1, true.hash)
        if bot != LIAR:
            rounds.part(bot, true.hash, (7, 7))
    assert not isinstance(rounds.step(at(2)), Add)
    step = rounds.step(CLOSES + timedelta(hours=25))
    assert isinstance(step, GiveUp)
    assert step.silent == (LIAR,)


def test_the_control_has_a_sum() -> None:
    game = committees(SIX)
    game.count()
    game.settle()
    assert game.sums == {expected_sum(SIX)}
