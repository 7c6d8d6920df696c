"""Two names of two words are judged as names of any length are."""

import random

from storage.names import USUAL, Commonness, likeness, spelled

WORDS = (
    "ana", "anna", "ada", "lopez", "lopes", "López", "kim", "k", "a", "van", "de", "okafor", "maria",
    "mario", "sam", "samuel", "sofia", "sophia", "li", "lee", "bo", "boo", "müller", "mueller", "muller",
    "Meyer", "meier", "mayr", "D'Souza",
)  # fmt: skip


def test_both_ways_to_judge_two_words_agree_to_the_bit() -> None:
    chance = random.Random(16)
    counted = Commonness(500, {spelled(word).words[0].plain: n for n, word in enumerate(WORDS)})
    verdicts = set()
    for common in (USUAL, counted):
        for _each in range(10_000):
            one, other = (
                spelled(f"{chance.choice(WORDS)} {chance.choice(WORDS)}").words for _ in range(2)
            )
            bits = likeness._two_beside_two(one, other, common)
            assert bits == likeness._aligned(one, other, common)
            verdicts.add(bits >= common.doubt)
    assert verdicts == {True, False}
