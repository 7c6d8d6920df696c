"""What others of a coalition learn of one committee's totals: those that lie, replay, withhold, or split the room.

The attacker has its own bots' keys, every message, and a homeserver that delivers as it likes. The controls
are the same attacks with masks off, and on a protocol that sends again without whoever stayed away.
"""

import random
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commands.coalition.polls.masks import SetMember, public_key
from commands.coalition.polls.steps import ANSWER_WITHIN, LAST, MOST_ROUNDS, ROUND
from tests.support.sum_games import Repeating, begin_again, equations, learn, repeating
from tests.support.summing import Member, Said, Sums, bare, committees, lied, names

TOTALS: list[tuple[int, ...] | None] = [(9, 4, 5), (7, 7, 0), (12, 2, 10), (8, 1, 7), (6, 3, 3)]


def partition(game: Sums) -> None:
    """Everybody agrees; then what the victim sends reaches the liar, and nobody else."""
    liar, victim, *others = names(len(game.members))
    game.withheld = lambda by, to: (
        by == victim and to in others and victim in game.members[liar].rounds.parts
    )
    game.count()
    sent = False
    while not sent:
        # One message at a time, the victim's part to the liar first.
        here = [f for f in game.flights if not game.withheld(f[0], f[1])]
        if not here:
            break
        flight = here[0]
        game.flights.remove(flight)
        flight[2](game.members[flight[1]].rounds, game.now)
        said = game.members[flight[1]].act(game.now)
        if flight[1] == victim and game.members[victim].sent:
            for each in said:
                game.messages += 1
                each(game.members[liar].rounds, game.now)
                game.flights += [(victim, to, each) for to in others]
            sent = True
        else:
            game.say(flight[1], said)
    game.settle()


def test_a_message_that_some_heard_and_others_did_not_tells_nobodys_total() -> None:
    game = committees(TOTALS[:4])
    liar, _victim, *_others = names(4)
    partition(game)
    game.later(LAST - timedelta(hours=1))
    assert len(equations(game, {liar})) == 1
    assert learn(game, {liar}) == {}


def test_the_control_that_sends_again_gives_the_victims_total_away() -> None:
    game = repeating(committees(TOTALS[:4]))
    liar, victim, *_others = names(4)
    partition(game)
    begin_again(game, {liar})
    game.later(ANSWER_WITHIN + ROUND)
    assert len(equations(game, {liar})) == 2
    assert learn(game, {liar}) == {victim: TOTALS[1]}


def test_withholding_in_turn_tells_the_sum_of_all_others_and_no_more() -> None:
    """Two that lie agree, read the others' parts, and keep their own back until the end."""
    game = committees(TOTALS)
    liars = {names(5)[0], names(5)[3]}
    game.count()
    game.withheld = lambda by, _to: by in liars and by in game.members[by].rounds.parts
    game.later(LAST + timedelta(minutes=1))
    ((whose, total),) = equations(game, liars)
    assert whose == {*names(5)} - liars
    assert total == (25, 12, 13)
    assert learn(game, liars) == {}


def test_all_but_one_together_learn_that_ones_total() -> None:
    """As with every sum; the ballot says so. Here to see that ``learn`` finds what there is to find."""
    game = committees(TOTALS[:3])
    game.count()
    game.settle()
    victim = names(3)[1]
    assert learn(game, {*names(3)} - {victim}) == {victim: TOTALS[1]}


def test_masks_off_every_total_is_read() -> None:
    game = committees(TOTALS, mask=bare)
    game.count()
    game.settle()
    assert [member.sent[0][1] for member in game.members.values()] == TOTALS


def test_masks_on_no_total_is_read() -> None:
    game = committees(TOTALS)
    game.count()
    game.settle()
    for member, own in zip(game.members.values(), TOTALS, strict=True):
        ((_where, vector),) = member.sent
        assert own is not None
        assert all(abs(said - each) > 2**32 for said, each in zip(vector, own, strict=True))


# -- anything at all ----------------------------------------------------------------------------------


class Liar:
    """A bot that says what it likes, to each something else, under its own name only."""

    def __init__(self, game: Sums, bot: str, chance: random.Random) -> None:
        self.eager = chance.choice((0.0, 0.1, 0.6))
        self.game = game
        self.bot = bot
        self.chance = chance
        self.keys = {each: public_key(own.private) for each, own in game.members.items()}

    def say(self) -> None:
        """Something to some of the others."""
        for to in self.game.members:
            if to != self.bot and self.chance.random() < self.eager:
                self.game.flights.append((self.bot, to, self._anything()))

    def _anything(self) -> Said:
        chance, bot, game = self.chance, self.bot, self.game
        number = chance.randint(1, 3)
        hashes = [
            where.hash for member in game.members.values() for where in member.rounds.sets.values()
        ]
        named = chance.choice(["", "0" * 64, *hashes])
        some = chance.sample(sorted(self.keys), chance.randint(3, len(self.keys)))
        kind = chance.choice(("set", "answer", "part", "ready"))
        if kind == "set":
            return lied(bot, number, [SetMember(each, self.keys[each]) for each in some])
        if kind == "answer":
            return lambda rounds, _at: rounds.answer(bot, number, named)
        if kind == "part":
            vector = tuple(chance.getrandbits(64) for _ in range(3))
            return lambda rounds, _at: rounds.part(bot, named, vector)
        return lambda rounds, _at: rounds.ready(bot, self.keys[bot])


def play(game: Sums, liars: set[str], seed: int) -> None:
    """An evening in which the liars say anything beside what they should, and ways come and go."""
    chance = random.Random(seed)
    lost = chance.choice((0.05, 0.2, 0.4))
    voices = [Liar(game, bot, chance) for bot in sorted(liars)]
    game.shuffled = True
    cut: set[tuple[str, str]] = set()
    game.withheld = lambda by, to: (by, to) in cut
    game.count()
    bots = list(game.members)
    for _ in range(MOST_ROUNDS):
        cut.clear()
        cut.update((by, to) for by in bots for to in bots if chance.random() < lost)
        for voice in voices:
            voice.say()
        if any(isinstance(each.rounds, Repeating) for each in game.members.values()):
            begin_again(game, liars)
        game.later(timedelta(minutes=chance.randint(1, 12)))
    game.later(LAST)


@given(seed=st.integers(0, 2**32), count=st.integers(4, 5), liars=st.integers(1, 2))
@settings(max_examples=40, deadline=None)
def test_whatever_liars_say_no_committee_is_in_two_sums(seed: int, count: int, liars: int) -> None:
    game = committees(TOTALS[:count], seed)
    chosen = set(random.Random(seed).sample(names(count), liars))
    play(game, chosen, seed)
    found = [whose for whose, _total in equations(game, chosen)]
    assert sum(map(len, found)) == len(frozenset().union(*found)), found
    # One alone only in a set in which all others lie: the ballot says that.
    honest = set(learn(game, chosen))
    assert all(any(whose == {bot} for whose in found) for bot in honest)


def test_the_control_is_broken_by_the_same_evenings() -> None:
    broken = 0
    for seed in range(40):
        game = repeating(committees(TOTALS[:4], seed))
        chosen = set(random.Random(seed).sample(names(4), 1))
        play(game, chosen, seed)
        broken += bool(learn(game, chosen))
    assert broken, "the attacker is no attacker"


@pytest.mark.parametrize("again", [1, 5])
def test_what_is_repeated_changes_nothing(again: int) -> None:
    game = committees(TOTALS)
    game.count()
    game.settle()
    whole = game.sums
    kept = [
        (bot, to, _said_again(bot, own)) for bot, own in game.members.items() for to in game.members
    ]
    for _ in range(again):
        game.flights += kept
        game.settle()
    assert game.sums == whole
    assert all(len(each.sent) == 1 for each in game.members.values())


def _said_again(bot: str, own: Member) -> Said:
    where, vector = own.sent[0]
    return lambda rounds, _at: rounds.part(bot, where.hash, vector)
