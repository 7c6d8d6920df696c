"""The rounds of a coalition poll: one sum, whatever the way does; nobody is waited for longer than said."""

import random
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commands.coalition.polls.masks import SetMember, public_key
from commands.coalition.polls.steps import (
    ANSWER_WITHIN,
    LAST,
    MOST_ROUNDS,
    OBJECTION,
    ROUND,
    Add,
    GiveUp,
    Wait,
    Why,
)
from tests.support.summing import CLOSES, Sums, committees, expected_sum, lied, names

Totals = tuple[int, ...] | None


def some(count: int) -> list[Totals]:
    return [(number + 5, number, 3) for number in range(count)]


def outcome(game: Sums) -> object:
    """What everybody has, which must be one."""
    found = {
        each.total if isinstance(each, Add) else each and each.why
        for each in game.outcomes.values()
    }
    assert len(found) == 1, game.outcomes
    return found.pop()


def once(game: Sums) -> bool:
    """Whether every committee let at most one vector out."""
    return all(len(each.sent) <= 1 for each in game.members.values())


totals = st.lists(
    st.one_of(st.none(), st.tuples(st.integers(3, 90), st.integers(0, 90))), min_size=3, max_size=6
)


@given(totals=totals, seed=st.integers(0, 2**32), twice=st.sampled_from((0.0, 0.5)))
@settings(max_examples=60, deadline=None)
def test_everybody_has_one_sum_in_any_order(totals: list[Totals], seed: int, twice: float) -> None:
    game = committees(totals, seed)
    game.shuffled, game.twice = True, twice
    for bot in game.chance.sample(names(len(totals)), len(totals)):
        game.count(bot)
        game.settle()
    enough = [each for each in totals if each is not None]
    assert outcome(game) == (expected_sum(totals) if len(enough) >= 3 else Why.TOO_FEW)
    assert game.now == CLOSES
    assert once(game)


@given(
    count=st.integers(3, 6),
    seed=st.integers(0, 2**32),
    lost=st.floats(0, 0.6),
    dead=st.integers(0, 2),
)
@settings(max_examples=60, deadline=None)
def test_delays_and_deaths_never_make_two_sums(
    count: int, seed: int, lost: float, dead: int
) -> None:
    """Ways between two bots come and go, some bots never answer: one sum at most, of whole committees."""
    game = committees(some(count), seed)
    game.shuffled = True
    chance = random.Random(seed)
    cut: set[tuple[str, str]] = set()
    game.withheld = lambda by, to: (by, to) in cut
    for bot in chance.sample(names(count), dead):
        game.later(timedelta(minutes=chance.choice((0, 3))))
        game.dead.add(bot)
    game.count(*(bot for bot in names(count) if bot not in game.dead))
    for _ in range(20):
        pairs = [(by, to) for by in names(count) for to in names(count) if by != to]
        cut.clear()
        cut.update(pair for pair in pairs if chance.random() < lost)
        game.later(timedelta(minutes=chance.randint(1, 12)))
    cut.clear()
    game.later(LAST)
    assert len(game.sums) <= 1
    assert once(game)
    living = [each for bot, each in game.members.items() if bot not in game.dead]
    assert all(each.outcome is not None for each in living)
    sums = [each.outcome for each in living if isinstance(each.outcome, Add)]
    assert len(sums) in {0, len(living)}, game.outcomes
    own = {bot: some(count)[at] for at, bot in enumerate(names(count))}
    for each in sums:
        assert each.total == expected_sum([own[bot] for bot in each.where.bots])
        assert len(each.where.bots) >= 3


def test_a_committee_below_its_floor_is_not_in_the_set() -> None:
    totals: list[Totals] = [(5, 1), None, (7, 2), (6, 6)]
    game = committees(totals)
    game.count()
    game.settle()
    assert outcome(game) == (18, 9)
    for each in game.outcomes.values():
        assert isinstance(each, Add)
        assert each.where.bots == {*names(4)} - {names(4)[1]}


@pytest.mark.parametrize(
    ("have", "fewest", "result"), [(2, 3, None), (2, 2, (11, 1)), (1, 2, None)]
)
def test_fewer_than_it_takes_have_no_result(
    have: int, fewest: int, result: tuple[int, ...] | None
) -> None:
    totals: list[Totals] = [*([(5, 0), (6, 1)][:have]), *([None] * (4 - have))]
    game = committees(totals, fewest=fewest)
    game.count()
    game.settle()
    assert outcome(game) == (Why.TOO_FEW if result is None else result)
    assert game.now == CLOSES


def test_who_never_answers_delays_nobody_longer_than_said() -> None:
    game = committees(some(5))
    *there, away = names(5)
    game.dead.add(away)
    game.count(*there)
    game.later(ANSWER_WITHIN)
    assert game.sums == {expected_sum(some(4))}
    assert game.now == CLOSES + ANSWER_WITHIN


def test_all_may_be_late_for_an_hour() -> None:
    """The bots were away when the polls closed, and come back one after the other."""
    game = committees(some(3))
    for bot in names(3):
        game.later(timedelta(minutes=25))
        game.count(bot)
    game.later(timedelta(minutes=30))
    assert game.sums == {expected_sum(some(3))}


@pytest.mark.parametrize("at", range(5))
def test_who_is_ready_and_then_away_is_left_out_of_the_next_round(at: int) -> None:
    """The chair of the first round costs one round more: at=0."""
    game = committees(some(5))
    away = names(5)[at]
    game.count()
    game.dead.add(away)
    for flight in [each for each in game.flights if each[0] == away]:
        flight[2](game.members[flight[1]].rounds, game.now)
    game.later(ANSWER_WITHIN + (2 if at == 0 else 1) * ROUND)
    rest = [own for bot, own in zip(names(5), some(5), strict=True) if bot != away]
    assert game.sums == {expected_sum(rest)}
    assert once(game)


def test_who_agreed_and_stays_away_leaves_no_result_and_nobody_sends_twice() -> None:
    """The price of the rule, and its end: a day after the close it is said."""
    game = committees(some(4))
    away = names(4)[3]
    game.count()
    agreed = False
    while not agreed:
        _by, to, said = game.flights.pop(0)
        said(game.members[to].rounds, game.now)
        spoken = game.members[to].act(game.now)
        game.say(to, spoken)
        agreed = (1, away) in game.members[away].rounds.answers
    game.dead.add(away)
    game.later(LAST + timedelta(minutes=1))
    rest = [each for bot, each in game.members.items() if bot != away]
    for each in rest:
        assert each.outcome == GiveUp(Why.MISSING, (away,))
        assert len(each.sent) == 1


def test_who_comes_back_within_the_day_completes_the_sum() -> None:
    game = committees(some(4))
    away = names(4)[3]
    game.withheld = lambda by, _to: by == away and game.now < CLOSES + timedelta(hours=5)
    game.count()
    # What it says is heard until it has agreed; then its server is away.
    game.withheld = lambda by, _to: (
        by == away
        and (1, away) in game.members[names(4)[0]].rounds.answers
        and game.now < CLOSES + timedelta(hours=5)
    )
    game.later(timedelta(hours=6))
    assert game.sums == {expected_sum(some(4))}
    assert once(game)


def test_messages_grow_with_committees_and_not_with_their_square() -> None:
    said = {}
    for count in (4, 8, 16):
        game = committees(some(count))
        game.count()
        game.settle()
        assert game.sums == {expected_sum(some(count))}
        said[count] = game.messages
    assert said == {count: 3 * count for count in said}


def test_a_chair_that_leaves_somebody_out_finds_nobody_to_agree() -> None:
    """A bot that lies makes a set of itself, a friend and one victim, who has heard of others that are ready."""
    game = committees(some(8))
    liar, friend, victim, *others = names(8)
    game.count()
    game.dead.update({liar, friend})
    keys = {bot: public_key(member.private) for bot, member in game.members.items()}
    small = [SetMember(bot, keys[bot]) for bot in (liar, friend, victim)]
    game.say(liar, [lied(liar, 1, small)])
    game.later(ANSWER_WITHIN + ROUND - timedelta(minutes=1))
    assert all(game.members[bot].rounds.answers[1, bot] == OBJECTION for bot in (victim, *others))
    # The next round has an honest chair, and everybody who answered.
    game.later(timedelta(minutes=30))
    assert game.sums == {expected_sum(some(8)[2:])}
    assert all(where.bots >= {victim, *others} for where, _ in game.members[victim].sent)


def test_a_set_with_a_key_that_was_never_said_is_not_agreed_to() -> None:
    """A chair that puts its own key in the place of another's would know that one's masks."""
    game = committees(some(4))
    liar, victim, *others = names(4)
    game.dead.add(liar)
    game.count()
    game.settle()
    keys = dict(game.members[victim].rounds.keys)
    forged = [
        SetMember(bot, keys[liar] if bot == others[0] else keys[bot])
        for bot in (liar, victim, *others)
    ]
    game.say(liar, [lied(liar, 1, forged)])
    game.later(ANSWER_WITHIN + ROUND)
    assert all(
        not game.members[bot].sent or game.members[bot].sent[0][0].round > 1 for bot in names(4)
    )


def test_only_the_first_of_what_a_bot_says_counts() -> None:
    game = committees(some(3))
    one, other, _ = names(3)
    rounds = game.members[one].rounds
    rounds.ready(other, bytes(32))
    rounds.ready(other, bytes(31) + b"1")
    rounds.ready(other, None)
    assert rounds.keys == {other: bytes(32)}
    assert not rounds.short
    rounds.answer(other, 1, "a")
    rounds.answer(other, 1, "b")
    rounds.part(other, "a", (1,))
    rounds.part(other, "a", (2,))
    assert rounds.answers[1, other] == "a"
    assert rounds.parts[other] == ("a", (1,))
    rounds.answer(other, MOST_ROUNDS + 1, "c")
    rounds.answer(other, 0, "c")
    assert len(rounds.answers) == 1


def test_who_was_not_asked_is_not_counted_in() -> None:
    game = committees(some(3))
    rounds = game.members[names(3)[0]].rounds
    rounds.ready("@stranger:example.org", bytes(32))
    rounds.join("@stranger:example.org")
    assert not rounds.keys
    assert "@stranger:example.org" not in rounds.joined


def test_nothing_is_done_before_the_close() -> None:
    game = committees(some(3))
    game.now = CLOSES - timedelta(hours=1)
    game.count()
    assert all(isinstance(each.rounds.step(game.now), Wait) for each in game.members.values())


def test_rounds_follow_the_clock() -> None:
    rounds = committees(some(3)).members[names(3)[0]].rounds
    assert rounds.round_at(CLOSES) == 1
    for number in range(1, MOST_ROUNDS + 2):
        begins = rounds.begins(number)
        assert rounds.round_at(begins) == number
        assert rounds.round_at(begins - timedelta(seconds=1)) == max(1, number - 1)
