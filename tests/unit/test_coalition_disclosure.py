"""Counts that leave a committee: an attacker who has every report finds no group under five, and controls that he does."""

import random
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import combinations, pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands.coalition.disclosure import (
    EVERYBODY,
    CountedLine,
    Steps,
    lines_by_area,
    may_be_told,
    told,
    whole_line,
)
from commands.shared.small_groups import FEWEST

NOTHING: Steps = (0, 0, 0)
Way = tuple[int, ...]
"""On which step somebody stands at each report."""


def counts(ways: Sequence[int], ladder: int) -> Steps:
    """How many came at least to each step."""
    return tuple(sum(step >= at for step in ways) for at in range(1, ladder + 1))


# -- what an attacker makes of reports ----------------------------------------------------------


def possible_ways(people: int, reports: Sequence[Steps]) -> list[Way]:
    """Every way that somebody can have gone, as the counts have it: up where one grew, down where it shrank."""
    ladder = len(reports[0])
    sizes = [[a - b for a, b in pairwise((people, *each, 0))] for each in reports]

    def moved(before: Steps, after: Steps, one: int, other: int) -> bool:
        low, high, up = min(one, other), max(one, other), other > one
        return all(
            (after[at] > before[at]) if up else (after[at] < before[at]) for at in range(low, high)
        )

    return [
        way
        for way in product(range(ladder + 1), repeat=len(reports))
        if all(sizes[t][step] for t, step in enumerate(way))
        and all(moved(reports[t], reports[t + 1], way[t], way[t + 1]) for t in range(len(way) - 1))
    ]


class Reduced:
    """Equations in row echelon form over the rationals: what all of them together say, exactly."""

    def __init__(self, rows: Sequence[Sequence[int]]) -> None:
        self.pivots: dict[int, list[Fraction]] = {}
        for row in rows:
            left = self.left_of([Fraction(n) for n in row])
            at = next((i for i, n in enumerate(left[:-1]) if n), None)
            if at is not None:
                self.pivots[at] = [n / left[at] for n in left]

    def left_of(self, row: list[Fraction]) -> list[Fraction]:
        """What is left of a row when everything known is taken away."""
        for at in sorted(self.pivots):
            if row[at]:
                factor = row[at]
                row = [n - factor * p for n, p in zip(row, self.pivots[at], strict=True)]
        return row

    def number_of(self, group: Sequence[int]) -> int | None:
        """The number of people on these ways, if the equations say it; None: they do not."""
        left = self.left_of([*map(Fraction, group), Fraction(0)])
        return None if any(left[:-1]) else int(-left[-1])


def made_out(people: int, reports: Sequence[Steps]) -> Iterator[tuple[tuple[Way, ...], int]]:
    """Every group of ways whose number follows from the reports, with that number."""
    ways = possible_ways(people, reports)
    equations = [[1] * len(ways) + [people]]
    for t, each in enumerate(reports):
        for at, count in enumerate(each, 1):
            equations.append([int(way[t] >= at) for way in ways] + [count])
    known = Reduced(equations)
    for size in range(1, min(len(ways), 6) + 1):
        for group in combinations(range(len(ways)), size):
            number = known.number_of([int(i in group) for i in range(len(ways))])
            if number is not None:
                yield tuple(ways[i] for i in group), number


def found_few(people: int, reports: Sequence[Steps]) -> list[tuple[tuple[Way, ...], int]]:
    """The groups of one to four people that somebody makes out who has all reports."""
    return [each for each in made_out(people, reports) if 0 < each[1] < FEWEST]


def all_told(people: int, truths: Sequence[Steps]) -> list[Steps]:
    """What is told of one line, report after report, beginning with nobody asked."""
    reports = [tuple(0 for _ in truths[0])]
    for truth in truths:
        reports.append(told(CountedLine(people, truth), reports[-1]).steps)
    return reports


def suppressed(people: int, truths: Sequence[Steps]) -> list[Steps]:
    """The control: counts under five are left out, and nothing else is done."""
    zeros = tuple(0 for _ in truths[0])
    return [zeros, *(tuple(n if n >= FEWEST else 0 for n in truth) for truth in truths)]


marks = st.lists(st.lists(st.integers(0, 2), min_size=26, max_size=26), min_size=1, max_size=3)


@given(st.integers(FEWEST, 26), marks)
def test_nobody_makes_out_a_group_under_five(people: int, steps: list[list[int]]) -> None:
    truths = [counts(each[:people], 2) for each in steps]
    assert found_few(people, all_told(people, truths)) == []


@given(st.integers(FEWEST, 26), st.lists(st.integers(0, 3), min_size=26, max_size=26))
def test_nor_of_three_counts(people: int, steps: list[int]) -> None:
    truths = [counts(steps[:people], 3)]
    assert found_few(people, all_told(people, truths)) == []


def test_control_leaving_small_counts_out_is_broken_by_subtraction() -> None:
    truths = [(12, 9), (14, 11)]
    assert found_few(20, suppressed(20, truths))
    assert found_few(20, all_told(20, truths)) == []


def test_control_small_steps_from_week_to_week_are_found() -> None:
    reports: list[Steps] = [(0,), (10,), (12,)]
    assert [number for _group, number in found_few(30, reports)] != []
    assert all_told(30, [(10,), (12,)]) == [(0,), (10,), (10,)]


def test_what_integers_alone_say_is_no_more_than_the_equations() -> None:
    """All ways in which twelve people can have gone, counted out, against what follows from the equations."""
    people, reports = 12, [(0, 0), (7, 0), (12, 7)]
    ways = possible_ways(people, reports)
    solutions = [
        each for each in _shared_out(people, len(ways)) if _fits(each, ways, people, reports)
    ]
    assert len(solutions) > 1
    told_by_equations = {group for group, _number in made_out(people, reports)}
    for size in range(1, len(ways) + 1):
        for group in combinations(range(len(ways)), size):
            numbers = {sum(each[i] for i in group) for each in solutions}
            pinned = len(numbers) == 1
            assert pinned == (tuple(ways[i] for i in group) in told_by_equations)
            assert not pinned or numbers.pop() >= FEWEST


def _shared_out(people: int, places: int) -> Iterator[tuple[int, ...]]:
    if places == 1:
        yield (people,)
        return
    for first in range(people + 1):
        for rest in _shared_out(people - first, places - 1):
            yield (first, *rest)


def _fits(
    numbers: Sequence[int], ways: Sequence[Way], people: int, reports: Sequence[Steps]
) -> bool:
    return sum(numbers) == people and all(
        sum(n for n, way in zip(numbers, ways, strict=True) if way[t] >= at) == count
        for t, each in enumerate(reports)
        for at, count in enumerate(each, 1)
    )


# -- who knows the rule as well ------------------------------------------------------------------


Number = Callable[[tuple[Steps, ...]], int]


def _sizes_of(people: int, ladder: int, weeks: int) -> list[Number]:
    """The groups that somebody would like to know the true number of: on a step, and moved in a week."""

    def stands(week: int, step: int) -> Number:
        return lambda truths: (
            (people, *truths[week], 0)[step] - (people, *truths[week], 0)[step + 1]
        )

    def moved(week: int, at: int) -> Number:
        return lambda truths: abs(truths[week + 1][at] - truths[week][at])

    return [
        *(stands(week, step) for week in range(weeks) for step in range(ladder + 1)),
        *(moved(week, at) for week in range(weeks - 1) for at in range(ladder)),
    ]


@pytest.mark.parametrize(
    ("people", "ladder", "weeks"), [(13, 1, 3), (11, 2, 2), (16, 1, 2), (12, 3, 1)]
)
def test_knowing_the_rule_does_not_help(people: int, ladder: int, weeks: int) -> None:
    """Of all truths that give the same reports no two alike agree on a group of one to four people."""
    lines = [
        each
        for each in product(range(people + 1), repeat=ladder)
        if sorted(each, reverse=True) == list(each)
    ]
    same: defaultdict[tuple[Steps, ...], list[tuple[Steps, ...]]] = defaultdict(list)
    for truths in product(lines, repeat=weeks):
        same[tuple(all_told(people, truths))].append(truths)
    for several in same.values():
        for number in _sizes_of(people, ladder, weeks):
            numbers = {number(truths) for truths in several}
            assert len(numbers) > 1 or numbers.pop() not in range(1, FEWEST)


# -- how good it is --------------------------------------------------------------------------------


@given(st.integers(FEWEST, 300), st.data())
def test_it_never_says_more_than_is_true(people: int, data: st.DataObject) -> None:
    last = NOTHING
    for _week in range(6):
        truth = tuple(
            sorted(
                data.draw(st.lists(st.integers(0, people), min_size=3, max_size=3)), reverse=True
            )
        )
        line = told(CountedLine(people, truth), last)
        assert may_be_told(line, last)
        assert all(n <= true for n, true in zip(line.steps, truth, strict=True))
        if people >= 20:
            assert truth[2] - line.steps[2] < 2 * FEWEST
        last = line.steps


def _below(people: int, lines: int, chance: random.Random) -> int:
    """By how many what is told after eight weeks of organizing is below the truth."""
    ways = [[0] * (people // lines) for _ in range(lines)]
    truths: list[CountedLine] = []
    last: list[Steps] = [NOTHING] * lines
    for _week in range(8):
        for line in ways:
            for who, step in enumerate(line):
                line[who] += step < 3 and chance.random() < (0.25, 0.4, 0.5)[step]
        truths = [CountedLine(len(line), counts(line, 3)) for line in ways]
        last = [told(line, before).steps for line, before in zip(truths, last, strict=True)]
    return sum(line.steps[2] - now[2] for line, now in zip(truths, last, strict=True))


@pytest.mark.parametrize(("people", "lines", "low", "high"), [(60, 1, 0, 1), (60, 6, 8, 12)])
def test_how_far_below_the_truth_it_is(people: int, lines: int, low: float, high: float) -> None:
    """What the threat model says of units of sixty: less than one, and about ten in areas of ten."""
    chance = random.Random(19)
    below = [_below(people, lines, chance) for _ in range(200)]
    assert low <= sum(below) / len(below) < high


def test_what_may_be_told_is_told_as_it_is() -> None:
    assert told(CountedLine(62, (50, 45, 37)), NOTHING).steps == (50, 45, 37)
    assert told(CountedLine(62, (52, 40, 37)), (20, 10, 10)).steps == (52, 37, 37)
    assert told(CountedLine(62, (62, 62, 60)), NOTHING).steps == (62, 62, 57)
    assert told(CountedLine(9, (9, 9, 8)), NOTHING).steps == (9, 9, 0)


def test_a_correction_of_a_few_is_told_as_fewer() -> None:
    assert told(CountedLine(40, (30, 30, 19)), (20, 20, 20)).steps == (30, 30, 15)


# -- lines -------------------------------------------------------------------------------------------


areas = st.dictionaries(st.integers(1, 6), st.integers(0, 15), max_size=6)


Lines = Mapping[frozenset[int], int]


def kept(before: Lines, lines: Lines) -> Lines:
    """The lines that a coalition was told last, as storage/coalition/joint.py keeps them."""
    rest = {row: n for row, n in before.items() if row and not any(row & new for new in lines)}
    return {**rest, **lines}


@given(st.lists(st.tuples(areas, st.booleans()), min_size=1, max_size=5))
def test_lines_hold_over_all_tests(tests: list[tuple[dict[int, int], bool]]) -> None:
    before: Lines = {}
    for sizes, apart in tests:
        lines = lines_by_area(sizes, before) if apart else whole_line(sizes, before)
        if sum(sizes.values()) < FEWEST:
            assert not lines
            continue
        assert all(people >= FEWEST for people in lines.values())
        areas_told = [area for row in lines for area in row]
        assert len(areas_told) == len(set(areas_told))
        # Everybody is in a line, and what was together stays together.
        assert EVERYBODY in lines or {area for area, n in sizes.items() if n} <= set(areas_told)
        assert all(old <= row for old in before for row in lines if old & row)
        for row, people in lines.items():
            inside = [n for old, n in before.items() if old & row or old == row]
            assert not inside or people == sum(inside) or abs(people - sum(inside)) >= FEWEST
        if EVERYBODY in before:
            step = abs(sum(lines.values()) - before[EVERYBODY])
            assert step == 0 or step >= FEWEST
        before = kept(before, lines)


def test_somebody_who_left_is_not_seen_in_a_size() -> None:
    assert whole_line({1: 61}, {EVERYBODY: 62}) == {EVERYBODY: 62}
    assert whole_line({1: 57}, {EVERYBODY: 62}) == {EVERYBODY: 57}
    one, two = frozenset({1}), frozenset({2, 3})
    assert lines_by_area({1: 9, 2: 4, 3: 5}, {one: 10, two: 8}) == {one: 10, two: 8}


def test_a_small_area_is_counted_with_others_and_stays_there() -> None:
    first = lines_by_area({1: 10, 2: 3, 3: 8}, {})
    assert first == {frozenset({1}): 10, frozenset({2, 3}): 11}
    assert lines_by_area({1: 10, 2: 9, 3: 8}, first) == {frozenset({1}): 10, frozenset({2, 3}): 17}
