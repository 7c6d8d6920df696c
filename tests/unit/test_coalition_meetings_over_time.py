"""The same times proposed again and again tell of no group under five: who answered, who can, on which clock."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands.coalition.meetings.rules import ClockCounts, RowOfTimes, TimeCount, counted, kept
from storage.coalition.meetings import ToldTime
from storage.core.model import Coming, UserId
from tests.unit.test_coalition_disclosure import found_few

SATURDAY = datetime(2026, 3, 28, 13, 0, tzinfo=UTC)
TIMES = (SATURDAY, SATURDAY + timedelta(days=1))
"""Before and after the clocks of Berlin change, which Lagos has the same as Berlin's until then."""
BERLIN, SHANGHAI, LAGOS = "Europe/Berlin", "Asia/Shanghai", "Africa/Lagos"
UNKNOWN = 60
"""People of the committee: of how many others do not know, and so many more than answer that it hides nobody."""

Said = tuple[str, Coming | None]
"""Somebody's clock, and what they say to every time; None: they do not answer."""


def rows(
    said: Sequence[Said], before: Sequence[ToldTime], times: Sequence[datetime] = TIMES
) -> tuple[RowOfTimes, ...]:
    """What is told of one proposal."""
    people = {UserId(f"@{n}"): each for n, each in enumerate(said) if each[1] is not None}
    answers = {
        who: dict.fromkeys(range(1, len(times) + 1), coming)
        for who, (_zone, coming) in people.items()
        if coming is not None
    }
    zones = {who: ZoneInfo(zone) for who, (zone, _coming) in people.items()}
    return counted(answers, zones, times, ZoneInfo(BERLIN), before)


def all_told(
    proposals: Sequence[Sequence[Said]], *, remembered: bool = True
) -> list[tuple[RowOfTimes, ...]]:
    """What is told of each of several proposals of the same times; the control remembers nothing of them."""
    told: list[tuple[RowOfTimes, ...]] = []
    lines: list[ToldTime] = []
    for said in proposals:
        told.append(rows(said, lines if remembered else ()))
        for new in kept(told[-1]):
            lines = [each for each in lines if each.at != new.at or not each.clocks & new.clocks]
            lines.append(new)
    return told


def shown(told: Sequence[RowOfTimes]) -> list[ClockCounts]:
    return [each.counts for each in told]


def ladder(told: Sequence[RowOfTimes]) -> tuple[int, int, int]:
    """How many answered, can, and easily can, at the first time, where all are on one clock."""
    if not told:
        return 0, 0, 0
    (row,) = told
    count = row.counts.times[0]
    return row.counts.answered, count.yes + count.maybe, count.yes


comings = st.sampled_from((None, Coming.NO, Coming.MAYBE, Coming.YES))
proposals = st.lists(st.lists(comings, min_size=16, max_size=16), min_size=2, max_size=3)


@given(proposals)
def test_nobody_makes_out_a_group_under_five_from_several_proposals(
    every: list[list[Coming | None]],
) -> None:
    told = all_told([[(BERLIN, each) for each in said] for said in every])
    assert found_few(UNKNOWN, [(0, 0, 0), *map(ladder, told)]) == []


def test_without_what_was_told_before_it_is_made_out() -> None:
    first = [(BERLIN, Coming.YES)] * 6
    told = all_told([first, [*first, (BERLIN, Coming.YES)]], remembered=False)
    assert found_few(UNKNOWN, [(0, 0, 0), *map(ladder, told)]), "the control: one more answered"


@pytest.mark.parametrize("zone", [BERLIN, SHANGHAI])
@pytest.mark.parametrize("coming", [Coming.YES, Coming.NO])
def test_that_one_more_answered_and_on_which_clock_is_not_told(zone: str, coming: Coming) -> None:
    first = [(BERLIN, Coming.YES)] * 6
    again: list[Said] = [*first, (zone, coming)]
    one, two = all_told([first, again])
    assert shown(one) == shown(two)
    one, two = all_told([first, again], remembered=False)
    assert shown(one) != shown(two), "the control"


def test_one_time_that_is_proposed_again_among_others_is_the_same() -> None:
    first: list[Said] = [(BERLIN, Coming.YES)] * 6
    lines = kept(rows(first, (), TIMES[:1]))
    (row,) = rows([*first, (BERLIN, Coming.YES)], lines)
    assert row.counts.answered == 6
    (row,) = rows([*first, (BERLIN, Coming.YES)], lines, TIMES[1:])
    assert row.counts.answered == 7, "the control: of that time nothing was told"


def test_clocks_that_were_told_together_stay_together() -> None:
    first: list[Said] = [*[(BERLIN, Coming.YES)] * 6, *[(SHANGHAI, Coming.YES)] * 4]
    for again, answered in (
        ([(BERLIN, Coming.YES)] * 10, 10),
        ([(BERLIN, Coming.YES)] * 10 + [(SHANGHAI, Coming.YES)] * 5, 15),
    ):
        one, two = all_told([first, again])
        assert [(each.zone, each.answered) for each in shown(one)] == [("", 10)]
        assert [(each.zone, each.answered) for each in shown(two)] == [("", answered)]


def test_in_fives_nothing_is_told_of_what_was_told_and_forgotten() -> None:
    """As after a restore from a backup."""
    said = [Coming.YES] * 7 + [Coming.NO] * 6
    answers = {UserId(f"@{n}"): {1: each} for n, each in enumerate(said)}
    zones = dict.fromkeys(answers, ZoneInfo(BERLIN))
    (row,) = counted(answers, zones, TIMES[:1], ZoneInfo(BERLIN), unit=5)
    assert row.counts == ClockCounts(BERLIN, 10, (TimeCount(5, 0),))
    (row,) = counted(answers, zones, TIMES[:1], ZoneInfo(BERLIN))
    assert row.counts == ClockCounts(BERLIN, 13, (TimeCount(7, 0),)), "the control"


def test_five_more_are_told() -> None:
    first: list[Said] = [(BERLIN, Coming.YES)] * 6
    _one, two = all_told([first, [*first, *[(SHANGHAI, Coming.YES)] * 5]])
    assert [(each.zone, each.answered) for each in shown(two)] == [(BERLIN, 6), (SHANGHAI, 5)]


def test_one_fewer_of_five_tells_none_rather_than_more_than_is_true() -> None:
    first: list[Said] = [(BERLIN, Coming.YES)] * 6
    _one, two = all_told([first, first[:5]])
    assert shown(two) == []


people = st.tuples(st.sampled_from((BERLIN, BERLIN, SHANGHAI, LAGOS)), comings)


@given(st.lists(st.lists(people, min_size=24, max_size=24), min_size=2, max_size=4))
def test_of_each_clock_counts_stay_or_move_by_five(every: list[list[Said]]) -> None:
    told = all_told(every)
    for number, after in enumerate(told):
        for row in after:
            for count in row.counts.times:
                groups = (count.yes, count.maybe, row.counts.answered - count.yes - count.maybe)
                assert all(size == 0 or size >= 5 for size in groups)
        assert sum(each.counts.answered for each in after) <= sum(
            c is not None for _z, c in every[number]
        )
        for before in told[:number][-1:]:
            named = {each.counts.zone: each.counts for each in before if each.counts.zone}
            for row in after:
                then = named.get(row.counts.zone)
                if then is not None:
                    assert abs(row.counts.answered - then.answered) not in range(1, 5)


@given(st.lists(people, min_size=5, max_size=24))
def test_a_time_is_kept_once_for_each_clock(said: list[Said]) -> None:
    """Berlin and Lagos are two clocks that show the same at the first of the times."""
    lines = kept(rows(said, ()))
    for at in TIMES:
        offsets = [offset for each in lines if each.at == at for offset in each.clocks]
        assert len(offsets) == len(set(offsets))
        assert sum(each.answered for each in lines if each.at == at) == sum(
            each.counts.answered for each in rows(said, ())
        )
