"""What everybody is told of an open test: any two figures that follow each other differ by five or more."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from commands.shared.small_groups import FEWEST
from commands.structure_tests.rules import rows, sums
from commands.structure_tests.status.published import changed, nobody_asked, renewed
from storage.structure_tests.model import FrozenCounts, Mark, MarkCell, PublishedCounts

MONDAY = date(2026, 11, 23)
PLACES = ((1, "day"), (1, "night"), (2, "day"), (3, None))
person = st.tuples(st.sampled_from(PLACES), st.sampled_from(list(Mark)))


def counted(people: Sequence[tuple[tuple[int, str | None], Mark]]) -> FrozenCounts:
    cells = {(place, mark): sum(each == (place, mark) for each in people) for place, mark in people}
    return FrozenCounts(
        tuple(MarkCell(*place, mark, False, n) for (place, mark), n in cells.items()), 0
    )


Places = Counter[tuple[int, str | None, Mark]]


def places(counted: FrozenCounts) -> Places:
    """How many people are counted where."""
    found: Places = Counter()
    for cell in counted.cells:
        found[cell.area, cell.shift, cell.mark] += cell.people
    return found


def step(after: Places, before: Places) -> Places:
    left: Places = Counter(after)
    left.subtract(before)
    return left


def five_or_nobody(left: Places) -> bool:
    """Whether at least five people are counted otherwise, or none is."""
    up = sum(n for n in left.values() if n > 0)
    down = -sum(n for n in left.values() if n < 0)
    return max(up, down) == 0 or max(up, down) >= FEWEST


@given(
    st.lists(st.sampled_from(PLACES), min_size=5, max_size=30),
    st.lists(
        st.tuples(st.integers(0, 29), st.sampled_from(list(Mark)), st.integers(0, 9)), max_size=40
    ),
)
def test_no_figure_moves_by_fewer_than_five(
    unit: list[tuple[int, str | None]], marks: list[tuple[int, Mark, int]]
) -> None:
    people = [(place, Mark.NOT_ASKED) for place in unit]
    told: PublishedCounts | None = None
    day = MONDAY
    for who, mark, days in marks:
        at = who % len(people)
        people[at] = (people[at][0], mark)
        day += timedelta(days=days)
        before, now = told, counted(people)
        told = renewed(before, now, day)
        # The whole less its rows is a figure as well, and so is the step of that.
        rest = step(places(told.whole), places(told.rows))
        assert five_or_nobody(rest)
        assert sums(told.whole.cells).people == sums(told.rows.cells).people == len(people)
        if before is not None:
            moved = changed(before.whole.cells, told.whole.cells)
            assert moved == 0 or (moved >= FEWEST and told.whole_day > before.whole_day)
            assert five_or_nobody(step(rest, step(places(before.whole), places(before.rows))))
            then = {row.areas: row for row in rows(before.rows.cells)}
            for row in rows(told.rows.cells):
                here = [
                    [cell for cell in each if cell.area in row.areas]
                    for each in (before.rows.cells, told.rows.cells)
                ]
                moved = changed(*here)
                assert moved == 0 or moved >= FEWEST
                assert row.areas in then


def test_it_begins_with_nobody_asked() -> None:
    now = counted([((1, "day"), Mark.DID)] * 4 + [((1, "day"), Mark.NOT_ASKED)] * 4)
    told = renewed(None, now, MONDAY)
    assert sums(told.whole.cells) == sums(nobody_asked(now).cells)
    assert sums(told.whole.cells).not_asked == 8


def test_five_at_once_are_told_the_same_day_and_control_four_are_not() -> None:
    five = counted([((1, "day"), Mark.DID)] * 5 + [((1, "day"), Mark.NOT_ASKED)] * 3)
    assert sums(renewed(None, five, MONDAY).whole.cells).did == 5
    four = counted([((1, "day"), Mark.DID)] * 4 + [((1, "day"), Mark.NOT_ASKED)] * 4)
    assert sums(renewed(None, four, MONDAY).whole.cells).did == 0
