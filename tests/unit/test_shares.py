"""Shares as people write them, exactly."""

from fractions import Fraction

import pytest

from commands.framework.shares import Share, read_share

TWO_THIRDS = [
    "2/3", "2 / 3", "⅔", "66.7%", "66,7 %", "66.67%", "66.6%", "66.66 %", "0.667", "0,667", "0.6667",
    ".667", "two thirds", "Two-thirds", "two thirds majority", "2/3 majority", "2/3 of us",
    "66.7 percent",
]  # fmt: skip
MAJORITY = [
    "50%+1", "50% + 1", "1/2+1", "half plus one", "half plus one vote", "a majority", "majority",
    "Simple majority", "more than half", ">50%", "more than 50%", "over half", "Mehrheit", "過半数",
]  # fmt: skip


@pytest.mark.parametrize("typed", TWO_THIRDS)
def test_two_thirds_are_exactly_that(typed: str) -> None:
    share = read_share(typed)
    assert share == Share(Fraction(2, 3))
    assert [share.of(n) for n in (3, 6, 7, 300)] == [2, 4, 5, 200]
    assert share.words == "2/3"


@pytest.mark.parametrize("typed", MAJORITY)
def test_a_majority_is_more_than_half(typed: str) -> None:
    share = read_share(typed)
    assert share is not None
    assert [share.of(n) for n in (1, 2, 7, 8)] == [1, 2, 4, 5]
    assert share.words == "more than half"


@pytest.mark.parametrize(
    ("typed", "of_seven", "words"),
    [
        ("60%", 5, "60%"),
        ("60 percent", 5, "60%"),
        ("0.6", 5, "60%"),
        ("half", 4, "50%"),
        ("1/2", 4, "50%"),
        ("a third", 3, "1/3"),
        ("33.3%", 3, "1/3"),
        ("33%", 3, "33%"),
        ("67%", 5, "67%"),
        ("62.5%", 5, "62.5%"),
        ("three quarters", 6, "75%"),
        ("16.7%", 2, "1/6"),
        ("100%", 7, "100%"),
        ("all", 7, "100%"),
    ],
)
def test_others(typed: str, of_seven: int, words: str) -> None:
    share = read_share(typed)
    assert share is not None
    assert (share.of(7), share.words) == (of_seven, words)
    assert read_share(share.typed) == share, "it can be typed again"


@pytest.mark.parametrize(
    "typed", ["", "0", "0%", "7", "101%", "3/2", "2/0", "0/3", "2/3/4", "many", "1.5", "-1/2", "%"]
)
def test_what_is_no_share(typed: str) -> None:
    assert read_share(typed) is None
