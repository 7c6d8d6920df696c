"""No two reports that follow each other, added up and subtracted in any way, tell of fewer than five."""

from collections import Counter
from collections.abc import Sequence
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands.reports.rules import movement, needed
from commands.shared.figures import percent
from commands.shared.small_groups import FEWEST, Flow, GroupingPlan, Row, counted_at, fold, plan
from storage.reports.unit import NOWHERE

AREAS = st.integers(min_value=0, max_value=5)
MOVES = st.lists(st.tuples(st.integers(0, 39), st.one_of(AREAS, st.just(NOWHERE))), max_size=12)


class Unit:
    """People who move about, and the reports about them; what an outsider could know is in ``shown``."""

    def __init__(self, areas: Sequence[int]) -> None:
        self.now = list(areas)
        self.told = list(areas)
        self.rows: tuple[Row, ...] = ()
        self.shown: list[list[frozenset[int]]] = []
        """Of each report, which people stand behind each row."""

    def report(self) -> GroupingPlan:
        flows: Counter[Flow] = Counter(zip(self.told, self.now, strict=True))
        how = plan(flows, self.rows)
        if how.rows:
            flow = zip(self.told, self.now, strict=True)
            self.told = [counted_at(each, how.held) for each in flow]
            self.rows = how.rows
            self.shown.append(
                [
                    frozenset(p for p, area in enumerate(self.told) if area in row)
                    for row in how.rows
                ]
            )
        return how


def smallest_secret(rows: Sequence[frozenset[int]]) -> int:
    """The fewest people that any sum and difference of these rows is about."""
    fewest = len(frozenset().union(*rows))
    for signs in product((-2, -1, 0, 1, 2) if len(rows) < 6 else (-1, 0, 1), repeat=len(rows)):
        weight: Counter[int] = Counter()
        for sign, row in zip(signs, rows, strict=True):
            for person in row:
                weight[person] += sign
        about = sum(1 for value in weight.values() if value)
        if about:
            fewest = min(fewest, about)
    return fewest


@given(st.lists(AREAS, max_size=40), st.lists(MOVES, max_size=4))
def test_reports_that_follow_each_other_never_tell_of_a_few(
    areas: list[int], weeks: list[list[tuple[int, int]]]
) -> None:
    unit = Unit(areas + [NOWHERE] * (40 - len(areas)))
    unit.report()
    for moves in weeks:
        for person, area in moves:
            unit.now[person] = area
        unit.report()
    for rows in unit.shown:
        assert all(len(row) >= FEWEST for row in rows)
    for earlier, later in zip(unit.shown, unit.shown[1:], strict=False):
        if len(earlier) + len(later) <= 8:
            assert smallest_secret([*earlier, *later]) >= FEWEST


@given(st.lists(AREAS, min_size=10, max_size=40), MOVES)
def test_nobody_is_lost_or_counted_twice(areas: list[int], moves: list[tuple[int, int]]) -> None:
    unit = Unit(areas + [NOWHERE] * (40 - len(areas)))
    unit.report()
    for person, area in moves:
        unit.now[person] = area
    how = unit.report()
    if how.rows:
        counted = [person for row in unit.shown[-1] for person in row]
        assert sorted(counted) == [p for p, area in enumerate(unit.told) if area != NOWHERE]
        stayed = [p for p in range(40) if unit.told[p] != unit.now[p]]
        assert len(stayed) == sum(
            Counter(zip(unit.told, unit.now, strict=True))[f] for f in how.held
        )


def test_the_searcher_finds_what_is_not_hidden() -> None:
    whole, part = frozenset(range(9)), frozenset(range(5))
    assert smallest_secret([whole, part]) == 4
    assert smallest_secret([whole, frozenset(range(8))]) == 1
    assert smallest_secret([whole, whole]) == 9


def test_one_who_moves_waits_and_five_who_move_do_not() -> None:
    unit = Unit([1] * 12 + [2] * 7)
    unit.report()
    unit.now[0] = 2
    assert unit.report().held == {(1, 2)}
    assert [len(row) for row in unit.shown[-1]] == [12, 7]
    unit.now[:5] = [2] * 5
    assert not unit.report().held
    assert [len(row) for row in unit.shown[-1]] == [12, 7]
    assert unit.shown[-1][0] == frozenset({0, 1, 2, 3, 4, *range(12, 19)})


def test_one_who_comes_or_goes_waits() -> None:
    unit = Unit([1] * 6 + [NOWHERE])
    unit.report()
    unit.now[6] = 1
    assert unit.report().held == {(NOWHERE, 1)}
    unit.now[6], unit.now[0] = NOWHERE, NOWHERE
    assert unit.report().held == {(1, NOWHERE)}
    assert [len(row) for row in unit.shown[-1]] == [6]


def test_five_who_move_wait_when_a_few_would_stay_behind() -> None:
    """The two who stay would be counted with the third area, whose old row tells of them then."""
    unit = Unit([1] * 7 + [2] * 9 + [3] * 6)
    unit.report()
    unit.now[:5] = [2] * 5
    assert unit.report().held == {(1, 2)}
    assert [len(row) for row in unit.shown[-1]] == [9, 7, 6]
    unit.now[:7] = [2] * 7
    assert not unit.report().held
    assert [len(row) for row in unit.shown[-1]] == [16, 6]


def test_an_area_that_grows_to_five_is_not_told_apart_from_its_neighbour() -> None:
    """Four were counted with Mobile; Mobile alone beside the old row would tell of the four."""
    unit = Unit([1] * 8 + [2] * 4 + [NOWHERE] * 5)
    unit.report()
    assert unit.rows == (frozenset({1, 2}),)
    unit.now[12:] = [2] * 5
    unit.report()
    assert unit.rows == (frozenset({1, 2}),)
    assert [len(row) for row in unit.shown[-1]] == [17]


@pytest.mark.parametrize(
    ("sizes", "rows"),
    [
        ({}, []),
        ({1: 4}, []),
        ({1: 5}, [{1}]),
        ({1: 9, 2: 5}, [{1}, {2}]),
        ({1: 9, 2: 5, 3: 1}, [{1}, {2, 3}]),
        ({1: 9, 2: 3, 0: 2}, [{1}, {0, 2}]),
        ({1: 2, 2: 1, 3: 1}, []),
        ({1: 2, 2: 2, 3: 1}, [{1, 2, 3}]),
    ],
)
def test_small_areas_are_folded_into_a_neighbour(
    sizes: dict[int, int], rows: list[set[int]]
) -> None:
    assert [set(row) for row in fold(sizes)] == rows


def test_shares() -> None:
    assert percent(0, 0) is None
    assert [percent(n, 62) for n in (0, 20, 37, 62)] == [0, 32, 60, 100]
    assert (percent(999, 1000), percent(1, 1000)) == (99, 1)
    assert [needed(n) for n in (0, 1, 10, 11, 62)] == [0, 1, 1, 2, 7]


def test_first_ratings_are_no_movement() -> None:
    moved = movement({(None, 2): 3, (3, 2): 4, (1, 3): 1, (2, None): 2})
    assert (moved.improved, moved.worsened, moved.cleared) == (4, 1, 2)
    assert moved.first == {(None, 2): 3}
