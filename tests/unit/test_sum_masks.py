"""Masks of coalition polls: they cancel over a fixed set, and one vector of it is noise.

The controls are the same tests with masks off, which must fail them.
"""

import random
from collections import Counter
from collections.abc import Sequence
from functools import cache
from math import sqrt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commands.coalition.polls.masks import (
    KEY,
    MODULUS,
    SetMember,
    SumSet,
    UnusableKey,
    as_text,
    check_key,
    from_text,
    masked,
    private_key,
    public_key,
    summed,
)
from tests.support.summing import COALITION, POLL, bare, names

SURPRISE = 5.0
"""Standard deviations: honest noise is farther away once in three million draws."""


class Circle:
    """Committees with keys from a seed, in one set."""

    def __init__(self, count: int, seed: int, number: int = 1, poll: str = POLL) -> None:
        chance = random.Random(seed)
        self.private = {
            bot: private_key(chance.randbytes(KEY), COALITION, poll) for bot in names(count)
        }
        self.where = self.set_of(number, poll=poll)

    def set_of(self, number: int, *, poll: str = POLL, without: str = "") -> SumSet:
        keys = ((bot, public_key(own)) for bot, own in self.private.items() if bot != without)
        return SumSet(COALITION, poll, number, [SetMember(bot, key) for bot, key in keys])

    def vector(
        self, bot: str, totals: Sequence[int], where: SumSet | None = None
    ) -> tuple[int, ...]:
        return masked(totals, where or self.where, bot, self.private[bot])


@given(
    totals=st.lists(
        st.lists(st.integers(0, 10_000), min_size=4, max_size=4), min_size=2, max_size=6
    ),
    seed=st.integers(0, 2**32),
)
@settings(max_examples=30, deadline=None)
def test_the_masks_of_a_set_cancel(totals: list[list[int]], seed: int) -> None:
    circle = Circle(len(totals), seed)
    vectors = [circle.vector(bot, own) for bot, own in zip(circle.private, totals, strict=True)]
    assert summed(vectors) == tuple(sum(place) for place in zip(*totals, strict=True))


@given(seed=st.integers(0, 2**32), count=st.integers(3, 5), data=st.data())
@settings(max_examples=20, deadline=None)
def test_without_one_of_them_nothing_cancels(seed: int, count: int, data: st.DataObject) -> None:
    circle = Circle(count, seed)
    missing = data.draw(st.sampled_from(tuple(circle.private)))
    vectors = {bot: circle.vector(bot, [1, 2, 3]) for bot in circle.private}
    del vectors[missing]
    assert all(each > 2**32 for each in summed(vectors.values()))


def test_a_round_a_poll_and_another_set_have_masks_of_their_own() -> None:
    circle = Circle(4, 7)
    bot, *_others, last = circle.private
    places = [
        circle.where,
        circle.set_of(2),
        circle.set_of(1, poll="0" * 32),
        circle.set_of(1, without=last),
    ]
    vectors = [circle.vector(bot, [5, 5, 5], where) for where in places]
    assert len({each for vector in vectors for each in vector}) == 3 * len(places)


def test_two_rounds_never_combine() -> None:
    """Nor do their differences: what one of them adds in two rounds is masked anew, place by place."""
    circle = Circle(3, 11)
    one, two, three = circle.private
    again = circle.set_of(2)
    mixed = [
        circle.vector(one, [1, 0]),
        circle.vector(two, [1, 0], again),
        circle.vector(three, [1, 0]),
    ]
    assert all(each > 2**32 for each in summed(mixed))


def test_a_repeated_key_shares_no_masks() -> None:
    """A bot that says another's public key as its own gains nothing: the names are bound as well."""
    circle = Circle(3, 13)
    victim, copied, _last = circle.private
    keys = {bot: public_key(own) for bot, own in circle.private.items()}
    liar = "@steward-liar:example.org"
    members = [SetMember(bot, key) for bot, key in keys.items()]
    where = SumSet(COALITION, POLL, 1, [*members, SetMember(liar, keys[copied])])
    with_liar = masked([0], where, victim, circle.private[victim])
    assert with_liar != masked([0], circle.where, victim, circle.private[victim])
    # The two pairs with one key between them do not cancel each other either.
    pair = SumSet(
        COALITION, POLL, 1, [SetMember(victim, keys[victim]), SetMember(copied, keys[copied])]
    )
    other = SumSet(
        COALITION, POLL, 1, [SetMember(victim, keys[victim]), SetMember(liar, keys[copied])]
    )
    assert masked([0], pair, victim, circle.private[victim]) != masked(
        [0], other, victim, circle.private[victim]
    )


def test_a_key_that_shares_the_same_with_everybody_is_refused() -> None:
    for weak in (bytes(32), b"\x01" + bytes(31)):
        with pytest.raises(UnusableKey):
            check_key(weak)
    with pytest.raises(UnusableKey):
        check_key(b"short")
    check_key(public_key(bytes(range(1, 33))))


def test_who_is_not_in_the_set_masks_nothing() -> None:
    circle = Circle(3, 17)
    bot = next(iter(circle.private))
    with pytest.raises(KeyError):
        masked([1], circle.where, bot, bytes(range(32)))
    with pytest.raises(KeyError):
        masked([1], circle.where, "@stranger:example.org", circle.private[bot])


def test_a_set_has_each_bot_once() -> None:
    with pytest.raises(ValueError, match="once"):
        SumSet(COALITION, POLL, 1, [SetMember("@a", bytes(32)), SetMember("@a", bytes(31) + b"1")])


@given(st.lists(st.integers(0, MODULUS - 1), max_size=8))
def test_a_vector_is_written_and_read(vector: list[int]) -> None:
    assert from_text(as_text(vector)) == tuple(vector)


@pytest.mark.parametrize("text", ["0", "g" * 16, "0" * 15, " " * 16, "Ａ" * 16])
def test_what_is_no_vector_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="sixteen"):
        from_text(text)


# -- noise ------------------------------------------------------------------------------------------


DRAWS = 1_500
TOTALS = (7, 0, 12, 3)


@cache
def vectors_of_one(mask: str, number: int = 1) -> list[tuple[int, ...]]:
    """What one committee of three says, over many polls, always with the same totals."""
    found = []
    for seed in range(DRAWS):
        circle = Circle(3, seed)
        bot = names(3)[1]
        where = circle.set_of(number)
        if mask == "on":
            found.append(masked(TOTALS, where, bot, circle.private[bot]))
        else:
            found.append(bare(TOTALS, where, bot, circle.private[bot]))
    return found


def chi_square(values: Sequence[int]) -> float:
    """How far the bytes of numbers are from being equally frequent, in standard deviations."""
    seen = Counter(byte for value in values for byte in value.to_bytes(8, "big"))
    expected = 8 * len(values) / 256
    statistic = sum((seen[byte] - expected) ** 2 / expected for byte in range(256))
    return (statistic - 255) / sqrt(2 * 255)


def kolmogorov(values: Sequence[int]) -> float:
    """The largest distance of numbers from an even spread over 2**64, in units of 1/sqrt(n)."""
    ordered, count = sorted(values), len(values)
    return sqrt(count) * max(
        max((at + 1) / count - each / MODULUS, each / MODULUS - at / count)
        for at, each in enumerate(ordered)
    )


def is_noise(vectors: Sequence[Sequence[int]]) -> bool:
    """Whether vectors look like even noise: byte by byte, by their spread, and place against place."""
    places = list(zip(*vectors, strict=True))
    flat = [each for place in places for each in place]
    apart = [(one - other) % MODULUS for one, other in zip(places[0], places[1], strict=True)]
    # 2.5: exceeded by even noise with a probability of 2 exp(-2 * 2.5**2), seven in a million.
    return all(
        abs(chi_square(each)) < SURPRISE and kolmogorov(each) < 2.5 for each in (flat, apart)
    )


def test_one_committees_vector_is_noise_and_without_masks_it_is_not() -> None:
    assert is_noise(vectors_of_one("on"))
    assert not is_noise(vectors_of_one("off"))


def test_the_difference_of_two_rounds_is_noise_and_without_masks_it_is_not() -> None:
    """Somebody who holds what a committee kept for a round that was given up, and what it sent in the next."""

    def differences(mask: str) -> list[tuple[int, ...]]:
        pairs = zip(vectors_of_one(mask), vectors_of_one(mask, 2), strict=True)
        return [
            tuple((one - other) % MODULUS for one, other in zip(*pair, strict=True))
            for pair in pairs
        ]

    assert is_noise(differences("on"))
    assert not is_noise(differences("off"))


def test_it_is_noise_for_another_of_the_set_who_takes_its_own_masks_off() -> None:
    """What a committee says, with what another adds, has no mask of these two; that of the third is left."""

    def peeled(seed: int) -> tuple[int, ...]:
        circle = Circle(3, seed)
        liar, victim, _third = names(3)
        return summed((circle.vector(victim, TOTALS), circle.vector(liar, (0, 0, 0, 0))))

    assert is_noise([peeled(seed) for seed in range(DRAWS)])
