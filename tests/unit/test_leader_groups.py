"""Laying natural leaders and the people behind them out on pages."""

from hypothesis import given
from hypothesis import strategies as st

from commands.wall_chart.leader_groups import ACROSS, HEAD, LINES, Led, by_leader, pages
from storage.core.model import Assessment, ContactId
from storage.reports.wall_chart import Charted


def person(number: int, rating: int = 0) -> Charted:
    return Charted(
        ContactId(number), number, f"P{number:03}", None, 1, Assessment(rating), False, (), None
    )


def group(leader: int, *people: int) -> Led:
    return Led(person(leader), tuple(person(each) for each in people))


def test_whose_group_is_which() -> None:
    people = [person(1), person(2, 3), person(3, 1), person(4), person(5), person(6)]
    behind = {2: 1, 3: 1, 4: 1, 1: 5, 6: 99}
    found = by_leader(people, {ContactId(a): ContactId(b) for a, b in behind.items()})
    told = [(each.leader.number, [p.number for p in each.people]) for each in found]
    # The largest first; in it by rating; who leads a group and stands behind another is in both.
    assert told == [(1, [3, 2, 4]), (5, [1]), (6, [])]


def test_groups_stand_side_by_side() -> None:
    [page] = pages([group(1, 2, 3, 4), group(5, 6, 7), group(8, 9)])
    assert [[part.led.leader.number for part in column] for column in page] == [[1], [5], [8]]
    assert [[[p.number for p in part.rows] for part in column] for column in page] == [
        [[1, 2, 3, 4]],
        [[5, 6, 7]],
        [[8, 9]],
    ]


def test_one_group_takes_one_column() -> None:
    assert [len(page) for page in pages([group(1, 2)])] == [1]
    assert pages([]) == []


@given(st.lists(st.integers(0, 120), max_size=40))
def test_everybody_is_there_once_and_no_column_is_too_long(sizes: list[int]) -> None:
    groups = []
    number = 1
    for size in sizes:
        groups.append(group(number, *range(number + 1, number + 1 + size)))
        number += 1 + size
    found = pages(groups)
    columns = [column for page in found for column in page]
    assert all(1 <= len(page) <= ACROSS for page in found)
    assert all(sum(HEAD + len(part.rows) for part in column) <= LINES for column in columns)
    rows = [p.number for column in columns for part in column for p in part.rows]
    assert sorted(rows) == list(range(1, number))
    parts = [part for column in columns for part in column]
    assert sum(not part.continued for part in parts) == len(groups)
