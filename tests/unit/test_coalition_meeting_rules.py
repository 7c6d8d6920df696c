"""What is told of who can when: nothing of one to four people; and which time is least bad."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands.coalition.meetings.rules import (
    ClockCounts,
    CommitteeCounts,
    TimeCount,
    counted,
    rank,
)
from storage.core.model import Coming, UserId

SATURDAY = datetime(2026, 3, 28, 13, 0, tzinfo=UTC)
TIMES = (SATURDAY, SATURDAY + timedelta(days=1), SATURDAY + timedelta(hours=5))
BERLIN = ZoneInfo("Europe/Berlin")
ZONES = ("Europe/Berlin", "Europe/Rome", "Asia/Shanghai", "America/Sao_Paulo", "Europe/London")

people = st.lists(
    st.tuples(st.sampled_from(ZONES), st.tuples(*[st.sampled_from(Coming)] * len(TIMES))),
    max_size=40,
)


def told(said: Sequence[tuple[str, tuple[Coming, ...]]]) -> tuple[ClockCounts, ...]:
    answers = {
        UserId(f"@{n}"): dict(enumerate(each, start=1)) for n, (_zone, each) in enumerate(said)
    }
    zones = {UserId(f"@{n}"): ZoneInfo(zone) for n, (zone, _each) in enumerate(said)}
    return tuple(each.counts for each in counted(answers, zones, TIMES, BERLIN))


@given(people)
def test_no_group_of_one_to_four_is_told(said: list[tuple[str, tuple[Coming, ...]]]) -> None:
    rows = told(said)
    assert sum(each.answered for each in rows) == (len(said) if len(said) >= 5 else 0)
    for row in rows:
        assert row.answered >= 5
        for count in row.times:
            groups = (count.yes, count.maybe, row.answered - count.yes - count.maybe)
            assert all(size == 0 or size >= 5 for size in groups), groups


@given(people)
def test_no_count_is_above_the_truth(said: list[tuple[str, tuple[Coming, ...]]]) -> None:
    rows = told(said)
    for number in range(len(TIMES)):
        every = [each[number] for _zone, each in said]
        yes = sum(row.times[number].yes for row in rows)
        able = yes + sum(row.times[number].maybe for row in rows)
        assert yes <= every.count(Coming.YES)
        assert able <= len(every) - every.count(Coming.NO)


def test_without_the_rule_one_person_would_be_told() -> None:
    said = [("Europe/Berlin", (Coming.YES, Coming.YES, Coming.YES))] * 6
    said.append(("Europe/Berlin", (Coming.NO, Coming.YES, Coming.YES)))
    assert sum(each[0] is Coming.NO for _zone, each in said) == 1, (
        "the control: it is there to be told"
    )
    (row,) = told(said)
    assert row.times == (TimeCount(0, 0), TimeCount(7, 0), TimeCount(7, 0))


def test_people_alone_on_a_clock_are_counted_with_others() -> None:
    yes = (Coming.YES,) * 3
    said = [("Europe/Berlin", yes)] * 6 + [("Asia/Shanghai", yes)]
    assert [(each.zone, each.answered) for each in told(said)] == [("", 7)]
    said = [("Europe/Berlin", yes)] * 6 + [("Asia/Shanghai", yes)] * 5
    assert [(each.zone, each.answered) for each in told(said)] == [
        ("Europe/Berlin", 6),
        ("Asia/Shanghai", 5),
    ]


def test_which_of_two_zones_on_the_same_clock_somebody_chose_is_not_told() -> None:
    said = [(zone, (Coming.YES,) * 3) for zone in ("Europe/Rome", "Europe/Berlin") * 3]
    assert [(each.zone, each.answered) for each in told(said)] == [("Europe/Berlin", 6)]


def test_clocks_that_change_apart_are_two() -> None:
    # London and Lisbon change with Berlin; São Paulo does not change any more.
    yes = (Coming.YES,) * 3
    rows = told([("Europe/London", yes)] * 5 + [("America/Sao_Paulo", yes)] * 5)
    assert {each.zone for each in rows} == {"Europe/London", "America/Sao_Paulo"}


def committee(label: str, zone: str, *able: int, of: int = 10) -> CommitteeCounts:
    times = tuple(TimeCount(each, 0) for each in able)
    return CommitteeCounts(label, zone, (ClockCounts(zone, of, times),))


def test_the_least_bad_is_first_not_what_suits_most() -> None:
    large = committee("Berlin", "Europe/Berlin", 90, 60, of=100)
    small = committee("Shenzhen", "Asia/Shanghai", 0, 10)
    ranked = rank(TIMES[:2], [large, small])
    assert [each.number for each in ranked] == [2, 1]
    assert ranked[1].fewest is not None
    assert (ranked[1].fewest.label, ranked[1].fewest.able) == ("Shenzhen", 0)


def test_of_two_equal_ones_the_one_that_is_nobodys_night() -> None:
    told_ = [
        committee("Berlin", "Europe/Berlin", 10, 10, 10),
        committee("Shenzhen", "Asia/Shanghai", 10, 10, 10),
    ]
    ranked = rank(TIMES, told_)
    assert [(each.number, each.night) for each in ranked] == [
        (1, ()),
        (2, ()),
        (3, ("Asia/Shanghai",)),
    ]


def test_committees_without_counts_decide_nothing() -> None:
    none = CommitteeCounts("Milan", "Europe/Rome", ())
    assert rank(TIMES[:1], [none])[0].fewest is None
    found = rank(TIMES[:1], [none, committee("Berlin", "Europe/Berlin", 10)])[0]
    assert found.fewest is not None
    assert found.fewest.label == "Berlin"


@pytest.mark.parametrize("n", [2, 30])
def test_committees_come_in_any_order(n: int) -> None:
    every = [committee(f"C{i}", "UTC", i % 7, 7 - i % 7, of=7) for i in range(n)]
    assert rank(TIMES[:2], every) == rank(TIMES[:2], every[::-1])
