"""Golden figures of structure tests: each case was worked out by hand, and its arithmetic stands beside it.

What takes a whole committee (leavers, joiners, moves, merges, amendments) is in
tests/chat/test_structure_golden.py.
"""

from fractions import Fraction

import pytest

from commands.structure_tests.rules import (
    Rates,
    by_area,
    by_shift,
    changes,
    held,
    measured,
    needed,
    plan,
    reached,
    rows,
    sums,
    supporters,
    tenths,
    to_go,
)
from commands.structure_tests.views import of_all, percent
from storage.core.model import UserId
from storage.structure_tests.derived import outcome, strongest
from storage.structure_tests.model import Belief, Mark, MarkCell

NONE, ASKED, UNABLE, NO, YES, DID = Mark


def cell(
    area: int, mark: Mark, people: int, *, shift: str | None = None, promised: bool = False
) -> MarkCell:
    return MarkCell(area, shift, mark, promised or mark is YES, people)


# -- shares and rounding -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("part", "whole", "bars", "shown"),
    [
        (37, 62, (60,), "59.7 %"),  # 37/62 = 0.59677
        (38, 62, (60,), "61.3 %"),  # 38/62 = 0.61290
        (0, 0, (60,), "–"),  # of nobody there is no share
        (0, 62, (), "0.0 %"),  # nobody
        (62, 62, (), "100.0 %"),  # everybody
        (1, 3, (), "33.3 %"),  # 0.33333
        (2, 3, (), "66.7 %"),  # 0.66667 rounds up
        (1, 8, (), "12.5 %"),  # exactly 0.125
        (1, 16, (), "6.3 %"),  # 0.0625: half goes up
        (5999, 10000, (60,), "59.9 %"),  # 59.99 would round to a goal that is not reached
        (6000, 10000, (60,), "60.0 %"),  # exactly the goal
        (5999, 10000, (), "60.0 %"),  # without a goal, to the nearest: 59.99
        (9999, 10000, (), "99.9 %"),  # only everybody is 100 %: 99.99
        (1, 10000, (), "0.1 %"),  # only nobody is 0 %: 0.01
        (50999, 100000, (51, 60), "50.9 %"),  # 50.999 does not reach the public bar of 51
        (2, 3, (67,), "66.7 %"),  # 66.67 is below 67, and reads so
    ],
)
def test_a_share_is_rounded_for_display_and_never_across_a_bar(
    part: int, whole: int, bars: tuple[int, ...], shown: str
) -> None:
    assert percent(part, whole, *bars) == shown


def test_n_stands_beside_every_share() -> None:
    assert of_all(37, 62, 60) == "37/62 = 59.7 %"
    assert of_all(0, 0) == "–"


def test_tenths_never_cross_what_was_not_reached() -> None:
    """Every part of every whole up to 150, against every bar: integers decide, display follows."""
    for whole in range(1, 151):
        for part in range(whole + 1):
            for bar in (30, 50, 51, 60, 65, 90):
                shown = tenths(part, whole, (bar,))
                assert shown is not None
                assert (shown >= bar * 10) == reached(part, whole, bar)
                assert (shown == 1000) == (part == whole)
                assert (shown == 0) == (part == 0)
                assert abs(shown - 1000 * part / whole) < 1


# -- bars --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("did", "people", "bar", "over", "left"),
    [
        (37, 62, 60, False, 1),  # 62 * 0.60 = 37.2, so it takes 38
        (38, 62, 60, True, 0),  # 3800 >= 3720
        (0, 0, 60, False, 0),  # of nobody nothing is reached, and nobody is to go
        (3, 5, 60, True, 0),  # exactly: 300 >= 300
        (2, 5, 60, False, 1),  # 200 < 300
        (1, 1, 100, True, 0),  # everybody
        (99, 100, 100, False, 1),  # one short of everybody
        (51, 100, 51, True, 0),  # 5100 >= 5100
        (50, 100, 51, False, 1),  # 5000 < 5100
        (5, 10, 51, False, 1),  # half is no majority: 500 < 510, it takes 6
        (26, 51, 51, False, 1),  # 2600 < 2601 by one: 26.01 people, so 27
        (27, 51, 51, True, 0),  # 2700 >= 2601
        (45, 50, 90, True, 0),  # 4500 >= 4500
        (0, 7, 1, False, 1),  # 0.07 people are one
    ],
)
def test_integers_decide_whether_a_bar_is_reached(
    *, did: int, people: int, bar: int, over: bool, left: int
) -> None:
    assert reached(did, people, bar) is over
    assert to_go(did, people, bar) == left
    assert did + left >= needed(people, bar) or people == 0


@pytest.mark.parametrize(
    ("did", "people", "over"),
    [
        (5, 10, False),  # exactly half is not over half
        (6, 10, True),  # 12 > 10
        (3, 5, True),  # 6 > 5
        (2, 5, False),  # 4 < 5
        (0, 0, False),  # an area without anybody
    ],
)
def test_an_area_is_over_half_with_more_than_half(*, did: int, people: int, over: bool) -> None:
    some = [cell(1, DID, did), cell(1, NONE, people - did)]
    assert sums(each for each in some if each.people).over_half is over


# -- the figures of a test ---------------------------------------------------------------------

SAMPLE = [
    cell(1, DID, 10, promised=True), cell(1, DID, 2), cell(1, YES, 1), cell(1, NO, 2),
    cell(1, NONE, 3),
    cell(2, DID, 7), cell(2, ASKED, 4), cell(2, UNABLE, 1), cell(2, NONE, 9),
    cell(3, DID, 18), cell(3, YES, 5),
]  # fmt: skip
"""Payments 18, Search 21, Mobile 23: the weekly report in the research page."""


def test_the_sample_report_adds_up() -> None:
    whole = sums(SAMPLE)
    assert whole.people == 62  # (10+2+1+2+3) + (7+4+1+9) + (18+5) = 18 + 21 + 23
    assert whole.did == 37  # 12 + 7 + 18
    assert whole.not_asked == 12  # 3 + 9 + 0
    assert whole.asked == 50  # 62 - 12
    assert whole.yes == 6  # 1 + 0 + 5
    assert whole.promised == 16  # 10 kept it, 1 + 5 have not
    assert whole.kept == 10
    assert (whole.no, whole.unable) == (2, 1)
    assert sum(each.over_half for each in by_area(SAMPLE).values()) == 2  # 12/18, 18/23; not 7/21


def test_areas_and_shifts_are_two_cuts_through_the_same_people() -> None:
    """Overlapping axes: each adds up to the whole, both together would count everybody twice."""
    both = [
        cell(1, DID, 4, shift="day"), cell(1, NONE, 2, shift="night"),
        cell(2, DID, 1, shift="day"), cell(2, NONE, 5, shift="night"),
        cell(2, DID, 1), cell(0, NONE, 3, shift="day"),
    ]  # fmt: skip
    areas, shifts = by_area(both), by_shift(both)
    assert {area: (each.did, each.people) for area, each in areas.items()} == {
        2: (2, 7),  # 1 + 5 + 1
        1: (4, 6),  # 4 + 2
        0: (0, 3),  # an unknown area is a row of its own
    }
    assert {shift: (each.did, each.people) for shift, each in shifts.items()} == {
        "day": (5, 8),  # 4 + 1 + 0 of 4 + 1 + 3
        "night": (0, 7),  # 2 + 5
        None: (1, 1),  # no shift on record
    }
    whole = sums(both)
    assert sum(each.people for each in areas.values()) == whole.people == 16
    assert sum(each.people for each in shifts.values()) == 16


# -- folding -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sizes", "shown"),
    [
        ({1: 6, 2: 5, 3: 1}, [((2, 3), 6), ((1,), 6)]),  # 1 < 5 goes with its smallest neighbour, 5
        ({1: 18, 2: 21, 3: 20, 4: 2, 5: 1},
         [((2,), 21), ((3,), 20), ((1, 4, 5), 21)]),  # 2 + 1 < 5: with 18, the smallest
        ({1: 10, 2: 3, 3: 2}, [((1,), 10), ((2, 3), 5)]),  # 3 + 2 = 5 stand together
        ({1: 4}, []),  # fewer than five are not shown
        ({1: 2, 2: 2}, []),  # nor are four in two areas
        ({1: 3, 2: 2}, [((1, 2), 5)]),  # five in two areas are one row
        ({1: 5}, [((1,), 5)]),  # five are enough
    ],
)  # fmt: skip
def test_rows_for_the_room_have_five_people_or_more(
    sizes: dict[int, int], shown: list[tuple[tuple[int, ...], int]]
) -> None:
    cells = [cell(area, NONE, people) for area, people in sizes.items()]
    found = [(row.areas, row.sums.people) for row in rows(cells)]
    assert sorted(found) == sorted(shown)


def test_two_tests_are_compared_in_rows_that_both_show() -> None:
    """Search (5) stood alone and then lost one: both tests count it with Ops, so nothing subtracts."""
    before = [cell(1, DID, 6), cell(2, DID, 3), cell(2, NONE, 2), cell(3, NONE, 5)]
    after = [cell(1, NONE, 6), cell(2, DID, 4), cell(3, DID, 5)]
    # Before: rows 6, 5, 5. After: 4 < 5, so 2 goes with 3 (5 is the smallest). Joined: {1}, {2, 3}.
    [one, other] = changes(before, after, apart=False)
    assert (one.areas, one.before.did, one.before.people, one.after.did) == ((1,), 6, 6, 0)
    assert other.areas == (3, 2)
    assert (other.before.did, other.before.people) == (3, 10)  # 3 + 0 of 5 + 5
    assert (other.after.did, other.after.people) == (9, 9)  # 4 + 5 of 4 + 5
    assert one.gained == -10000  # 100 % to 0 %
    assert other.gained == 7000  # 30 % to 100 %


# -- marks -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("marks", "stands"),
    [
        ([], (NONE, False)),  # nothing is noted
        ([ASKED], (ASKED, False)),
        ([YES], (YES, True)),
        ([YES, NO], (NO, False)),  # the last answer counts
        ([NO, YES], (YES, True)),
        ([YES, ASKED], (YES, True)),  # asking again takes nothing back
        ([NO, ASKED], (NO, False)),
        ([ASKED, UNABLE], (UNABLE, False)),
        ([DID, NO], (DID, False)),  # a deed stands, the word behind it does not
        ([YES, DID], (DID, True)),  # said yes and kept it
        ([DID, YES], (DID, True)),
        ([DID, ASKED], (DID, False)),
        ([DID, NONE], (NONE, False)),  # void
        ([YES, NONE, ASKED], (ASKED, False)),  # what came before is void
        ([YES, NO, DID], (DID, False)),  # did it after saying no: no promise was kept
    ],
)
def test_what_a_record_comes_to(marks: list[Mark], stands: tuple[Mark, bool]) -> None:
    assert outcome(marks) == stands


@pytest.mark.parametrize(
    ("records", "stands"),
    [
        ([(DID, False), (ASKED, False)], (DID, False)),
        ([(ASKED, False), (YES, True)], (YES, True)),
        ([(NO, False), (YES, True)], (YES, True)),  # yes is stronger than no
        ([(UNABLE, False), (NO, False)], (NO, False)),
        (
            [(DID, False), (YES, True)],
            (DID, True),
        ),  # promised under one record, done under the other
        ([(NONE, False), (NONE, False)], (NONE, False)),
    ],
)
def test_of_two_records_of_one_person_the_strongest_stands(
    records: list[tuple[Mark, bool]], stands: tuple[Mark, bool]
) -> None:
    assert strongest(records) == stands


# -- plans and calibration ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("people", "did", "yes", "bar", "rates", "asks", "expected", "more"),
    [
        # 60 % of 62 = 37.2 -> 38; 38 / (0.6 * 0.8) = 79.17 -> 80
        (62, 0, 0, 60, (60, 80), 80, 0, 80),
        # 10 did it, 5 said yes: 5 * 0.8 = 4 will; 38 - 10 - 4 = 24; 24 / 0.48 = 50
        (62, 10, 5, 60, (60, 80), 80, 4, 50),
        # the goal is reached: nobody more
        (62, 38, 0, 60, (60, 80), 80, 0, 0),
        # everybody says yes and keeps it: as many asks as people
        (10, 0, 0, 50, (100, 100), 5, 0, 5),
        # 3 said yes, half keep it: 1.5 -> 1 for certain; 5 - 1 = 4; 4 / 0.25 = 16
        (10, 0, 3, 50, (50, 50), 20, 1, 16),
        # of nobody nothing is needed
        (0, 0, 0, 60, (50, 50), 0, 0, 0),
    ],
)
def test_asks_needed(
    people: int, did: int, yes: int, bar: int, rates: tuple[int, int], asks: int, expected: int,
    more: int,
) -> None:  # fmt: skip
    some = [cell(1, DID, did), cell(1, YES, yes), cell(1, NONE, people - did - yes)]
    now = sums(each for each in some if each.people)
    told = plan(now, bar, Rates(Fraction(rates[0], 100), Fraction(rates[1], 100)))
    assert (told.asks, told.expected, told.more_asks) == (asks, expected, more)


def test_rates_come_from_what_became_of_asks() -> None:
    found = measured([sums(SAMPLE)])
    assert found is not None
    # Asked 50. Willing: 16 said yes, and 37 - 10 did it on the spot: 43. Of them 37 did it.
    assert found.commitment == Fraction(43, 50)
    assert found.follow_through == Fraction(37, 43)
    assert found.commitment * found.follow_through == Fraction(37, 50)  # did / asked
    assert measured([sums([cell(1, ASKED, 9)])]) is None  # nobody did it: no rate to plan with
    assert measured([]) is None


def test_calibration_is_of_those_asked() -> None:
    ana, ben = UserId("@ana"), UserId("@ben")
    some = [Belief(ana, 1, 4, 4), Belief(ana, 2, 6, 3), Belief(ben, 1, 5, 2), Belief(ben, 3, 5, 0),
            Belief(None, None, 10, 6)]  # fmt: skip
    by_rating = held(some, lambda each: each.rating)
    assert (by_rating[1].did, by_rating[1].asked) == (6, 9)  # 4 + 2 of 4 + 5
    assert (by_rating[2].did, by_rating[2].asked) == (3, 6)
    assert (by_rating[None].did, by_rating[None].asked) == (6, 10)
    ours = held(supporters(some), lambda each: each.organizer)
    assert (ours[ana].did, ours[ana].asked) == (7, 10)  # 4 + 3 of 4 + 6
    assert (ours[ben].did, ours[ben].asked) == (2, 5)  # the 3s are not among them
    every = held(supporters(some), lambda _each: 0)[0]
    assert every.asked - every.did == 6  # over-assessed: 15 asked, 9 did it
