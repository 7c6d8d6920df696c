"""Bots that lie to each something else, to be alone with one committee in a sum: what each way brings them.

They are told everything, choose what reaches whom of their own words, and have no homeserver that holds back
the words of others. The control is the same evening with the rules off that keep who is there from being left
out: then each way ends with the total of one.
"""

import random
from collections.abc import Callable, Collection
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commands.coalition.polls.masks import SetMember, SumSet, masked, public_key
from commands.coalition.polls.rounds import Rounds
from commands.coalition.polls.steps import OBJECTION, Add, Fix, GiveUp, Respond, Why
from tests.support.sum_games import Lax, lax, learn
from tests.support.summing import (
    CLOSES,
    COALITION,
    POLL,
    Sums,
    committees,
    expected_sum,
    lied,
    names,
)

TOTALS: list[tuple[int, ...] | None] = [(9, 4, 5), (7, 7, 0), (12, 2, 10), (8, 1, 7), (6, 3, 3)]

Way = Callable[["Evening"], None]
"""What the liars do against all who shall be left out, before the victim's rounds begin."""


class Evening:
    """Some committees whose polls close now: the liars, whom they are after, and who is in their way."""

    def __init__(self, game: Sums, liars: int) -> None:
        self.game = game
        self.liars = names(len(game.members))[:liars]
        self.victim, *self.others = names(len(game.members))[liars:]
        game.dead.update(self.liars)
        self.keys = {bot: public_key(each.private) for bot, each in game.members.items()}
        self.parts: list[tuple[str, str, str]] = []
        """Told as soon as the first of them agreed to the set: to whom, by whom, of which hash."""

    def rounds(self, bot: str) -> Rounds:
        """What a bot knows."""
        return self.game.members[bot].rounds

    def whole(self, bots: Collection[str], number: int, **keys: bytes) -> SumSet:
        """A set with its keys; some of them others than the victim knows."""
        known = self.keys | keys
        return SumSet(COALITION, POLL, number, [SetMember(bot, known[bot]) for bot in bots])

    def ready(self, to: str) -> None:
        """All that lie say to a bot that they have enough ballots."""
        for liar in self.liars:
            self.rounds(to).ready(liar, self.keys[liar])

    def press(self) -> None:
        """Say to the victim alone, as soon as it is a liar's turn, the smallest set that it may take, and agree."""
        rounds, now = self.rounds(self.victim), self.game.now
        number = rounds.round_at(now)
        chair = rounds._chair(number)
        if chair in self.liars and (number, chair) not in rounds.sets:
            wanted = {*rounds.keys} - rounds._silent_before(number) - {*rounds.parts}
            free = {liar for liar in self.liars if liar not in rounds.parts}
            where = self.whole(wanted | free, number)
            lied(chair, number, where.members)(rounds, now)
        said = rounds.sets.get((number, chair or ""))
        if said is not None:
            for liar in said.bots & {*self.liars}:
                rounds.answer(liar, number, said.hash)

    def pass_by(self) -> None:
        """Two hours of it, and the day after."""
        self.game.count(self.victim, *self.others)
        for _minute in range(150):
            self.game.later(timedelta(minutes=1))
            for to, by, of in self.parts:
                if of in self.rounds(to).answers.values() and self.rounds(to).agreed:
                    self.rounds(to).part(by, of, (1, 2, 3))
            self.press()
        self.game.later(timedelta(hours=24))


def too_few(evening: Evening) -> None:
    """To whoever is in the way they say that they have too few ballots: it gives up at once."""
    evening.ready(evening.victim)
    for other in evening.others:
        for liar in evening.liars:
            evening.rounds(other).ready(liar, None)


def another_key(evening: Evening) -> None:
    """Whoever is in the way agrees to a set with a key of its own, in which somebody sends at once."""
    evening.ready(evening.victim)
    first, *_more, last = evening.liars
    for other in evening.others:
        rounds = evening.rounds(other)
        for liar in evening.liars:
            rounds.ready(liar, bytes(range(32)) if liar == last else evening.keys[liar])
        where = evening.whole(names(len(evening.keys)), 1, **{last: bytes(range(32))})
        lied(first, 1, where.members)(rounds, evening.game.now)
        evening.parts.append((other, last, where.hash))


def without_them(evening: Evening) -> None:
    """Somebody sends in a set without whoever is in the way, which none but liars have agreed to."""
    for bot in (evening.victim, *evening.others):
        evening.ready(bot)
    first, *_more = evening.liars
    there = [bot for bot in evening.keys if bot not in evening.others]
    for other in evening.others:
        where = evening.whole(there, 2)
        rounds = evening.rounds(other)
        # What the victim said is known by then.
        rounds.ready(evening.victim, evening.keys[evening.victim])
        lied(first, 2, where.members)(rounds, evening.game.now)
        rounds.part(first, where.hash, (1, 2, 3))


def no_set(evening: Evening) -> None:
    """They say no set to anybody but the victim."""
    for bot in (evening.victim, *evening.others):
        evening.ready(bot)


WAYS = (too_few, another_key, without_them, no_set)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("liars", "count"), [(2, 4), (3, 5), (3, 4)])
def test_who_is_there_is_left_out_by_nobody(way: Way, liars: int, count: int) -> None:
    evening = Evening(committees(TOTALS[:count]), liars)
    way(evening)
    evening.pass_by()
    assert_not_alone(evening)


def assert_not_alone(evening: Evening) -> None:
    """Each committee that sent did so in a set with all others that are honest."""
    honest = {evening.victim, *evening.others}
    for bot in honest:
        for where, _vector in evening.game.members[bot].sent:
            assert where.bots >= honest
    if evening.others:
        assert learn(evening.game, evening.liars) == {}


@pytest.mark.parametrize(("way", "liars"), [(too_few, 2), (another_key, 2), (without_them, 3)])
def test_the_control_gives_the_victims_total_away(way: Way, liars: int) -> None:
    evening = Evening(lax(committees(TOTALS[: liars + 2])), liars)
    way(evening)
    evening.pass_by()
    assert isinstance(evening.rounds(evening.victim), Lax)
    assert learn(evening.game, evening.liars) == {evening.victim: TOTALS[liars]}


class AnyLies:
    """Liars that say anything to each of the others, and the victim besides what leaves it alone with them."""

    def __init__(self, evening: Evening, seed: int) -> None:
        self.evening = evening
        self.chance = random.Random(seed)
        self.false = {liar: self.chance.randbytes(32) for liar in evening.liars}

    def begin(self) -> None:
        """Each of the others hears of each liar that it is ready, with one key or another, or has too few, or nothing."""
        self.evening.ready(self.evening.victim)
        for other in self.evening.others:
            for liar in self.evening.liars:
                key = self.chance.choice((self.evening.keys[liar], self.false[liar], None, b""))
                if key != b"":
                    self.evening.rounds(other).ready(liar, key)

    def say(self) -> None:
        """A minute of lies to those who are in the way."""
        evening, chance = self.evening, self.chance
        for other in evening.others:
            if chance.random() < 0.5:
                continue
            rounds, liar = evening.rounds(other), chance.choice(evening.liars)
            number = rounds.round_at(evening.game.now)
            said = [each for each in rounds.answers.values() if each]
            hashed = chance.choice([OBJECTION, "0" * 64, *said])
            kind = chance.choice(("set", "set", "answer", "part"))
            if kind == "set":
                self._set(rounds, number)
            elif kind == "answer":
                rounds.answer(liar, number, hashed)
            else:
                rounds.part(liar, hashed, (1, 2, 3))

    def _set(self, rounds: Rounds, number: int) -> None:
        """The set of a round, if a liar may say it: of everybody, or of any few."""
        chair = rounds._chair(number)
        if chair in self.evening.liars and rounds.keys:
            few = self.chance.sample(sorted(rounds.keys), self.chance.randint(1, len(rounds.keys)))
            where = rounds._whole(number, self.chance.choice((few, [*rounds.keys])))
            lied(chair, number, where.members)(rounds, self.evening.game.now)


def any_evening(game: Sums, liars: int, seed: int) -> Evening:
    """An evening of such lies, from the close to the end of the day after."""
    evening = Evening(game, liars)
    lies = AnyLies(evening, seed)
    lies.begin()
    game.count(evening.victim, *evening.others)
    for _minute in range(140):
        game.later(timedelta(minutes=1))
        lies.say()
        evening.press()
    game.later(timedelta(hours=24))
    return evening


@given(seed=st.integers(0, 2**32), count=st.integers(4, 6), liars=st.integers(1, 3))
@settings(max_examples=25, deadline=None)
def test_whatever_is_said_to_each_who_is_there_is_left_out_by_nobody(
    seed: int, count: int, liars: int
) -> None:
    totals: list[tuple[int, ...] | None] = [(number + 5, number, 3) for number in range(count)]
    evening = any_evening(committees(totals, seed), liars, seed)
    assert_not_alone(evening)


def test_the_control_is_broken_by_such_evenings() -> None:
    broken = 0
    for seed in range(20):
        evening = any_evening(lax(committees(TOTALS[:4], seed)), 2, seed)
        broken += bool(learn(evening.game, evening.liars))
    assert broken, "the attacker is no attacker"


@pytest.mark.parametrize("protocol", [Rounds, Lax])
def test_a_set_that_was_agreed_to_and_sent_in_is_the_last_one(protocol: type[Rounds]) -> None:
    """The victim goes on without a liar; then whoever heard that liar agree sends, and is in no other set."""
    first, last, victim, other = names(4)
    game = committees(TOTALS[:4])
    rounds = protocol(game.members[victim].rounds.terms, victim)
    rounds.joined = {*names(4)}
    for bot, member in game.members.items():
        rounds.ready(bot, public_key(member.private))
    at = [game.now + timedelta(minutes=minutes) for minutes in (1, 26, 36)]
    for number, bots in ((1, names(4)), (2, (first, victim, other))):
        where = rounds._whole(number, bots)
        chair = rounds._chair(number)
        assert chair is not None
        lied(chair, number, where.members)(rounds, at[number - 1])
        step = rounds.step(at[number - 1])
        assert chair == victim or isinstance(step, Respond)
        for bot in {first, victim, other}:
            rounds.answer(bot, number, where.hash)
    rounds.answers[2, other] = OBJECTION
    rounds.part(other, rounds._whole(1, names(4)).hash, (1, 2, 3))
    alone = rounds._whole(3, (first, last, victim))
    chair = rounds._chair(3)
    if chair != victim:
        lied(chair or "", 3, alone.members)(rounds, at[2])
    step = rounds.step(at[2])
    goes_on = isinstance(step, Respond | Fix) and step.where is not None
    assert goes_on is (protocol is Lax), step


# -- a homeserver that helps them --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("count", "liars", "alone"),
    [(4, 2, True), (5, 2, False), (5, 3, True), (8, 4, False), (8, 5, True)],
)
def test_a_homeserver_leaves_out_one_in_four_at_most(count: int, liars: int, alone: bool) -> None:  # noqa: FBT001
    """It holds back all that the others say to the victim. The threat model says how many it takes then."""
    totals: list[tuple[int, ...] | None] = [(number + 5, number, 3) for number in range(count)]
    evening = Evening(committees(totals), liars)
    evening.ready(evening.victim)
    evening.game.withheld = lambda by, to: to == evening.victim and by in evening.others
    evening.pass_by()
    learned = learn(evening.game, evening.liars)
    assert learned == ({evening.victim: totals[liars]} if alone else {})


# -- who was never asked -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("shown", "alone"), [(0, False), (1, False), (2, True), (3, True)])
def test_who_was_not_asked_is_missed(shown: int, alone: bool) -> None:  # noqa: FBT001
    """Two that lie ask one committee, and not the others; ``shown``: so many said that they are not in it."""
    liars, victim, others = names(6)[:2], names(6)[2], names(6)[3:]
    for strict in (True, False):
        game = committees([*TOTALS[:3], None, None, None])
        for member in game.members.values():
            member.rounds.joined = {*liars, victim}
            for other in others[:shown]:
                member.rounds.decline(other)
        game.dead.update(others)
        made = game if strict else lax(game)
        made.count(*liars, victim)
        made.later(timedelta(hours=3))
        found = learn(made, liars)
        assert found == ({victim: TOTALS[2]} if alone or not strict else {})


# -- the end of a round -------------------------------------------------------------------------------------------


def told_at_the_end(evening: Evening, number: int) -> SumSet:
    """The liars agree, and tell the victim alone just before half of a round; the set has everybody it should."""
    rounds = evening.rounds(evening.victim)
    chair = rounds._chair(number)
    where = evening.whole({*rounds.keys} - rounds._silent_before(number), number)
    assert chair in evening.liars
    lied(chair, number, where.members)(rounds, evening.game.now)
    for liar in evening.liars:
        rounds.answer(liar, number, where.hash)
    return where


def test_nobody_agrees_so_late_that_others_have_no_time_to_answer() -> None:
    """The victim is cut off, or busy, until the last moment of the round; then it would think the other away."""
    evening = Evening(committees(TOTALS[:4]), 2)
    game, victim = evening.game, evening.victim
    for bot in (victim, *evening.others):
        evening.ready(bot)
    game.count(victim, *evening.others)
    game.later(timedelta(minutes=20))
    told_at_the_end(evening, 1)
    game.dead.add(victim)
    game.now += timedelta(minutes=4, seconds=59)
    game.dead.remove(victim)
    game.say(victim, game.members[victim].act(game.now))
    game.now += timedelta(seconds=1)
    assert evening.rounds(victim)._silent_before(2) == set()
    told_at_the_end(evening, 2)
    game.later(timedelta(hours=3))
    assert_not_alone(evening)


@pytest.mark.parametrize(("late", "taken"), [(149, True), (151, False)])
def test_until_when_a_set_is_agreed_to(late: int, taken: bool) -> None:  # noqa: FBT001
    evening = Evening(committees(TOTALS[:4]), 2)
    game, victim = evening.game, evening.victim
    for bot in (victim, *evening.others):
        evening.ready(bot)
    game.count(victim, *evening.others)
    game.later(timedelta(minutes=20))
    where = told_at_the_end(evening, 1)
    step = evening.rounds(victim).step(game.now + timedelta(seconds=late))
    assert isinstance(step, Respond)
    assert step.hash == (where.hash if taken else OBJECTION)


@pytest.mark.parametrize("given_up", [True, False])
def test_a_round_that_is_heard_of_in_the_next_is_answered(given_up: bool) -> None:  # noqa: FBT001
    """By somebody whose clock is slow: else they took the one that hears it late for one that is away."""
    evening = Evening(committees(TOTALS[:4]), 2)
    (other,) = evening.others
    evening.ready(other)
    evening.game.count(evening.victim, other)
    evening.game.later(timedelta(minutes=26))
    rounds = evening.rounds(other)
    if given_up:
        rounds.give_up()
    rounds.answer(evening.victim, 1, "0" * 64)
    assert rounds.step(evening.game.now) == Respond(1, OBJECTION, None)
    rounds.answer(other, 1, OBJECTION)
    assert not isinstance(rounds.step(evening.game.now), Respond)


# -- two are enough -----------------------------------------------------------------------------------------------


def two_of_five(*, honest: bool = True) -> Evening:
    """Two that lie have sent in a set of their own before anybody else; all others are ready."""
    evening = Evening(committees(TOTALS, fewest=2), 2)
    where = evening.whole(evening.liars, 1)
    for bot in (evening.victim, *evening.others):
        evening.ready(bot)
        lied(evening.liars[0], 1, where.members)(evening.rounds(bot), evening.game.now)
        for liar in evening.liars:
            totals = TOTALS[names(5).index(liar)]
            vector = masked(totals or (), where, liar, evening.game.members[liar].private)
            evening.rounds(bot).part(liar, where.hash, vector)
    if honest:
        evening.game.count(evening.victim, *evening.others)
    return evening


def test_two_do_not_choose_what_all_rooms_read() -> None:
    evening = two_of_five()
    evening.game.later(timedelta(hours=1))
    assert evening.game.sums == {expected_sum(TOTALS[2:])}
    assert all(evening.game.outcomes[bot] for bot in (evening.victim, *evening.others))


def test_a_sum_of_two_others_is_read_where_there_is_none_with_the_own_committee() -> None:
    evening = two_of_five(honest=False)
    others = (evening.victim, *evening.others)
    evening.game.dead.update(others[1:])
    evening.game.count(others[0])
    evening.game.later(timedelta(hours=2))
    assert evening.game.sums == set()
    evening.game.later(timedelta(minutes=16))
    assert evening.game.sums == {expected_sum(TOTALS[:2])}


EIGHT: list[tuple[int, ...] | None] = [(number + 5, number, 3) for number in range(8)]


def two_sums(own: str, sets: list[tuple[str, ...]]) -> Rounds:
    """What a bot has heard where all of each set have sent, each set said by its first."""
    game = committees(EIGHT, fewest=2)
    rounds = game.members[own].rounds
    for bot, member in game.members.items():
        rounds.ready(bot, public_key(member.private))
    for some in sets:
        where = rounds._whole(1, some)
        lied(some[0], 1, where.members)(rounds, game.now)
        for bot in some:
            totals = EIGHT[names(8).index(bot)] or ()
            rounds.part(bot, where.hash, masked(totals, where, bot, game.members[bot].private))
    return rounds


@pytest.mark.parametrize("turn", [1, -1])
def test_the_sum_with_this_committee_comes_before_others(turn: int) -> None:
    """However many the others are, and whichever set was heard first."""
    bots = names(8)
    rounds = two_sums(bots[6], [bots[:6], bots[6:]][::turn])
    step = rounds.step(CLOSES)
    assert isinstance(step, Add)
    assert step.total == expected_sum(EIGHT[6:])


@pytest.mark.parametrize("turn", [1, -1])
def test_of_two_sums_of_others_the_larger_is_read(turn: int) -> None:
    bots = names(8)
    rounds = two_sums(bots[7], [bots[:2], bots[2:5]][::turn])
    assert not isinstance(rounds.step(CLOSES + timedelta(hours=2)), Add)
    step = rounds.step(CLOSES + timedelta(hours=3))
    assert isinstance(step, Add)
    assert step.total == expected_sum(EIGHT[2:5])


# -- who is away ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("count", "dead", "result"), [(4, 1, True), (5, 2, False), (8, 2, True), (8, 3, False)]
)
def test_one_in_four_may_be_away(count: int, dead: int, result: bool) -> None:  # noqa: FBT001
    totals: list[tuple[int, ...] | None] = [(number + 5, number, 3) for number in range(count)]
    game = committees(totals)
    (*there,) = names(count)[: count - dead]
    game.dead.update(names(count)[count - dead :])
    game.count(*there)
    game.later(timedelta(hours=3))
    if result:
        assert game.sums == {expected_sum(totals[: count - dead])}
        return
    away = tuple(sorted(game.dead))
    assert {game.outcomes[bot] for bot in there} == {GiveUp(Why.AWAY, away)}


def test_with_two_leads_agreed_to_any_two() -> None:
    totals: list[tuple[int, ...] | None] = [(number + 5, number, 3) for number in range(4)]
    game = committees(totals, fewest=2)
    game.dead.update(names(4)[2:])
    game.count(*names(4)[:2])
    game.later(timedelta(hours=1))
    assert game.sums == {expected_sum(totals[:2])}


def test_who_comes_back_in_time_is_in_the_sum_where_it_would_be_too_small() -> None:
    """Three of eight are cut off when they have said that they are ready, for an hour."""
    totals: list[tuple[int, ...] | None] = [(number + 5, number, 3) for number in range(8)]
    game = committees(totals)
    cut = names(8)[5:]
    game.count()
    for flight in [each for each in game.flights if each[0] in cut]:
        flight[2](game.members[flight[1]].rounds, game.now)
        game.flights.remove(flight)
    back = game.now + timedelta(hours=1)
    game.withheld = lambda by, to: (by in cut) != (to in cut) and game.now < back
    game.later(timedelta(hours=3))
    assert game.sums == {expected_sum(totals)}
