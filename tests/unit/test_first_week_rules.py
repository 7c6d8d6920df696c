"""Which tip comes when, what it is about, and when ratings are compared with deeds."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands.first_week.rules import (
    ENOUGH_ASKED,
    TIP_DAYS,
    Comparison,
    FirstWeek,
    TipTopic,
    comparison,
    tip_due,
    topic,
)
from commands.first_week.tips import tip
from storage.core.model import UserId
from storage.structure_tests.model import Belief

JOINED = date(2026, 11, 23)
ANA = UserId("@ana:example.org")


@given(looked=st.sets(st.integers(-3, 400)))
def test_whatever_days_are_looked_at_each_tip_comes_on_its_day_or_never(looked: set[int]) -> None:
    told, sent = 0, []
    for day in sorted(looked):
        due = tip_due(JOINED, JOINED + timedelta(days=day), told)
        if due is not None:
            assert due == day
            told = due
            sent.append(due)
    assert sent == [day for day in TIP_DAYS if day in looked]


@given(moves=st.lists(st.tuples(st.integers(0, 9), st.integers(-1, 1)), max_size=30))
def test_however_clocks_are_set_no_tip_comes_twice(moves: list[tuple[int, int]]) -> None:
    """Somebody travels: the day they joined is another one by their new clock."""
    told, sent = 0, []
    for day, shift in sorted(moves):
        joined = JOINED + timedelta(days=shift)
        due = tip_due(joined, JOINED + timedelta(days=day), told)
        if due is not None:
            told = due
            sent.append(due)
    assert len(sent) <= len(TIP_DAYS)
    assert all(one < two for one, two in pairwise(sent))


@pytest.mark.parametrize(
    ("people", "talks", "due", "about"),
    [
        (0, 0, 0, TipTopic.FIRST_CONTACT),
        (3, 0, 0, TipTopic.FIRST_TALK),
        (3, 0, 2, TipTopic.FIRST_TALK),
        (3, 1, 2, TipTopic.DUE),
        (3, 1, 0, TipTopic.GO_ON),
        (0, 1, 0, TipTopic.GO_ON),
        (3, 9, 0, TipTopic.GO_ON),
        (3, 10, 2, None),
    ],
)
def test_what_it_is_about_is_the_next_thing_not_done(
    people: int, talks: int, due: int, about: TipTopic | None
) -> None:
    assert topic(FirstWeek(people, "M-1", talks, due, None)) is about


@pytest.mark.parametrize("day", TIP_DAYS)
@pytest.mark.parametrize("buddy", [None, UserId("@ben:example.org")])
@pytest.mark.parametrize(("people", "talks", "due"), [(0, 0, 0), (2, 0, 0), (2, 1, 1), (2, 1, 0)])
def test_each_tip_is_three_lines_that_fit_a_lock_screen(
    day: int, buddy: UserId | None, people: int, talks: int, due: int
) -> None:
    said = tip(day, FirstWeek(people, "M-7" if people else None, talks, due, buddy))
    words = [
        "".join(part if isinstance(part, str) else part.text for part in each) for each in said
    ]
    assert len(words) == 3
    assert all(len(each) <= 120 for each in words), words
    assert sum("!" in each for each in words) >= 1


def test_ratings_meet_deeds_where_enough_were_asked() -> None:
    few = [Belief(ANA, 1, 1, 1), Belief(ANA, 2, ENOUGH_ASKED - 2, 0)]
    others = [Belief(ANA, 3, 40, 1), Belief(ANA, None, 40, 1)]
    assert comparison(few) is None
    assert comparison(few + others) is None
    assert comparison([*few, *others, Belief(ANA, 2, 1, 1)]) == Comparison(ENOUGH_ASKED, 2)
