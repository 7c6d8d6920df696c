"""Counting: published elections, ties by hand, and a second count written another way."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands.polls.count.runoff import Round, instant_runoff
from commands.polls.count.tally import Result, Totals, average, tally, temperature
from commands.polls.model import Poll, PollKind, Rules, encode

CLOSES = datetime(2026, 11, 27, 18, tzinfo=UTC)


def poll(kind: PollKind, options: int = 4, *, k: int = 3, quorum: int | None = None) -> Poll:
    named = tuple(f"option {at}" for at in range(options)) if kind.has_options else ()
    return Poll("K7QX", kind, "What now?", named, Rules(k, quorum, CLOSES))


def counted(asked: Poll, ballots: str, absent: int = 0) -> Result:
    slots: list[bytes | None] = [encode(asked, text) for text in ballots.split()]
    return tally(asked, [*slots, *[None] * absent])


def totals(asked: Poll, ballots: str, absent: int = 0) -> Totals:
    found = counted(asked, ballots, absent).totals
    assert found is not None
    return found


def profile(*rows: tuple[int, str], order: str) -> list[tuple[int, ...]]:
    return [tuple(order.index(name) for name in row) for count, row in rows for _ in range(count)]


# -- simple counts -----------------------------------------------------------------------------


def test_temperature() -> None:
    found = totals(poll(PollKind.TEMPERATURE), "05 05 04 03 00 XX", absent=2)
    assert found.counts == (1, 0, 0, 1, 1, 2)
    assert (found.ballots, found.abstained, found.spoke) == (6, 1, 5)
    assert temperature(found) == (17 / 5, 4)


def test_the_median_of_an_even_number_lies_between() -> None:
    assert temperature(totals(poll(PollKind.TEMPERATURE), "05 04 03 00")) == (3, 3.5)


def test_a_temperature_nobody_has() -> None:
    assert temperature(totals(poll(PollKind.TEMPERATURE), "XX XX XX")) is None


def test_yes_and_no() -> None:
    found = totals(poll(PollKind.YES_NO), "01 01 02 XX")
    assert (found.counts, found.abstained, found.leading) == ((2, 1), 1, (0,))
    assert totals(poll(PollKind.YES_NO), "01 02 XX").leading == (0, 1)


def test_approval() -> None:
    found = totals(poll(PollKind.APPROVE), "YNNY YYNN NNNN XXXX")
    assert (found.counts, found.leading, found.abstained) == ((2, 1, 0, 1), (0,), 1)
    assert totals(poll(PollKind.APPROVE), "NNNN NNNN NNNN").leading == ()


def test_score() -> None:
    """By hand: 5+4+0, 0+3+5, 3+3+3; the abstention is in no mean."""
    found = totals(poll(PollKind.SCORE, 3), "503 433 053 XXX")
    assert (found.counts, found.leading) == ((9, 8, 9), (0, 2))
    assert [average(found, at) for at in range(3)] == [3, 8 / 3, 3]
    assert average(totals(poll(PollKind.SCORE, 2), "XX XX XX"), 0) is None


# -- the floor and the quorum --------------------------------------------------------------------


def test_below_the_floor_there_is_no_number() -> None:
    asked = poll(PollKind.TEMPERATURE, k=5)
    four = counted(asked, "05 05 05 05", absent=3)
    none = counted(asked, "", absent=7)
    assert four == none == Result(7, None)
    assert four.to_json() == none.to_json()
    assert counted(asked, "05 05 05 05 XX").totals is not None


def test_no_poll_is_published_below_three_whatever_its_rules() -> None:
    assert counted(poll(PollKind.YES_NO, k=1), "01 01").totals is None


def test_abstaining_counts_towards_the_quorum() -> None:
    asked = poll(PollKind.YES_NO, quorum=4)
    assert totals(asked, "01 01 02 XX", absent=6).quorum_met is True
    assert totals(asked, "01 01 02", absent=7).quorum_met is False
    assert totals(poll(PollKind.YES_NO), "01 01 02").quorum_met is None


# -- instant runoff ------------------------------------------------------------------------------


def test_the_capital_of_tennessee() -> None:
    """The textbook example: Memphis leads, Knoxville wins 58 to 42."""
    ballots = profile(
        (42, "MNCK"), (26, "NCKM"), (15, "CKNM"), (17, "KCNM"), order="MNCK"
    )  # fmt: skip
    rounds = instant_runoff(ballots, 4)
    assert [each.votes for each in rounds] == [
        (42, 26, 15, 17),
        (42, 26, None, 32),
        (42, None, None, 58),
    ]
    assert [each.out for each in rounds] == [2, 1, None]
    assert rounds[-1].leading == (3,)


def test_burlington_2009() -> None:
    """The mayoral election, reduced to its last three: Wright led, Kiss won 4314 to 4064."""
    ballots = profile(
        (1332, "MKW"), (767, "MWK"), (455, "M"), (2043, "KMW"), (371, "KWM"), (568, "K"),
        (1513, "WMK"), (495, "WKM"), (1289, "W"), order="WKM",
    )  # fmt: skip
    first, last = instant_runoff(ballots, 3)
    assert (first.votes, first.exhausted, first.out) == ((3297, 2982, 2554), 0, 2)
    assert (last.votes, last.exhausted, last.leading) == ((4064, 4314, None), 455, (1,))


def test_a_majority_ends_it_at_once() -> None:
    (only,) = instant_runoff(profile((3, "AB"), (1, "BA"), (1, "C"), order="ABC"), 3)
    assert (only.votes, only.leading, only.out) == ((3, 1, 1), (0,), None)


def test_half_is_no_majority() -> None:
    rounds = instant_runoff(profile((2, "A"), (1, "BC"), (1, "CB"), order="ABC"), 3)
    assert len(rounds) == 2


def test_a_tie_for_last_looks_back() -> None:
    """B and C are level in the second round; C had fewer in the first."""
    ballots = profile((5, "A"), (4, "B"), (3, "C"), (1, "DC"), order="ABCD")
    rounds = instant_runoff(ballots, 4)
    assert [(each.votes, each.out, each.level) for each in rounds[:2]] == [
        ((5, 4, 3, 1), 3, False),
        ((5, 4, 4, None), 2, True),
    ]


def test_of_several_earlier_rounds_the_latest_that_differs_breaks_a_tie() -> None:
    """C had fewer than B in the first round, B fewer than C in the second: B is out."""
    ballots = profile(
        (10, "A"), (5, "B"), (4, "C"), (1, "DB"), (2, "D"), (2, "EC"), order="ABCDE"
    )  # fmt: skip
    rounds = instant_runoff(ballots, 5)
    assert [(each.votes, each.out, each.level) for each in rounds[:3]] == [
        ((10, 5, 4, 3, 2), 4, False),
        ((10, 5, 6, 3, None), 3, False),
        ((10, 6, 6, None, None), 1, True),
    ]


def test_a_tie_for_last_that_was_always_one_takes_the_later_option() -> None:
    rounds = instant_runoff(profile((3, "A"), (2, "BA"), (2, "CA"), order="ABC"), 3)
    assert (rounds[0].out, rounds[0].level) == (2, True)


def test_when_all_are_level_nobody_is_put_out() -> None:
    (only,) = instant_runoff(profile((2, "A"), (2, "B"), (2, "C"), order="ABC"), 3)
    assert (only.leading, only.out, only.level) == ((0, 1, 2), None, False)
    last = instant_runoff(profile((2, "A"), (2, "B"), (1, "C"), order="ABC"), 3)[-1]
    assert last.leading == (0, 1)


def test_ballots_that_rank_nobody_else_are_exhausted() -> None:
    rounds = instant_runoff(profile((3, "A"), (2, "B"), (1, "C"), order="ABC"), 3)
    assert [(each.votes, each.exhausted) for each in rounds] == [
        ((3, 2, 1), 0),
        ((3, 2, None), 1),
    ]
    assert rounds[-1].leading == (0,)


def test_nobody_ranked_anybody() -> None:
    found = totals(poll(PollKind.RANK), "XXXX XXXX XXXX")
    assert (found.abstained, found.leading) == (3, ())


def piles(rankings: Sequence[tuple[int, ...]], options: int) -> tuple[list[Counter[int]], set[int]]:
    """A second count, as it is done with paper: ballots lie in piles and are moved.

    The tie-break asks for the whole history at once instead of stepping through it.
    """
    heaps: dict[int, list[tuple[int, ...]]] = {at: [] for at in range(options)}
    for ranking in rankings:
        if ranking:
            heaps[ranking[0]].append(ranking)
    history: list[Counter[int]] = []
    while True:
        sizes = Counter({at: len(heap) for at, heap in heaps.items()})
        history.append(sizes)
        top = max(sizes.values())
        leaders = {at for at, size in sizes.items() if size == top}
        if top and Fraction(top, sum(sizes.values())) > Fraction(1, 2):
            return history, leaders
        if len(leaders) == len(heaps):
            return history, leaders if top else set()
        out = min(heaps, key=lambda at: ([each[at] for each in reversed(history)], -at))
        for ballot in heaps.pop(out):
            following = next((at for at in ballot[ballot.index(out) + 1 :] if at in heaps), None)
            if following is not None:
                heaps[following].append(ballot)


@given(
    st.integers(2, 6).flatmap(
        lambda options: st.tuples(
            st.just(options),
            st.lists(
                st.permutations(range(options)).flatmap(
                    lambda order: st.integers(0, options).map(lambda n: tuple(order[:n]))
                ),
                min_size=3,
                max_size=14,
            ),
        )
    )
)
def test_the_runoff_is_what_moving_piles_of_paper_gives(
    election: tuple[int, list[tuple[int, ...]]],
) -> None:
    options, rankings = election
    rounds = instant_runoff(rankings, options)
    history, winners = piles(rankings, options)
    assert [
        {at: votes for at, votes in enumerate(each.votes) if votes is not None} for each in rounds
    ] == [dict(sizes) for sizes in history]
    assert set(rounds[-1].leading) == winners
    for each in rounds:
        assert sum(each.firsts) + each.exhausted == len(rankings)


# -- what is kept between counting and announcing ----------------------------------------------


@pytest.mark.parametrize(
    ("kind", "ballots"),
    [
        (PollKind.TEMPERATURE, "05 04 XX"),
        (PollKind.SCORE, "5032 0123 XXXX"),
        (PollKind.RANK, "CADB ABXX DXXX BACD"),
        (PollKind.APPROVE, "YYNN NNNN YNNN"),
    ],
)
def test_a_result_survives_the_box(kind: PollKind, ballots: str) -> None:
    result = counted(poll(kind, quorum=2), ballots, absent=1)
    assert Result.from_json(result.to_json()) == result
    assert len(result.to_json()) < 400


def test_the_largest_result_is_smaller_than_the_smallest_box() -> None:
    rounds = tuple(Round((5000,) * 12, 5000, 11, level=True) for _ in range(12))
    whole = Totals(5000, 5000, (60000,) * 12, rounds, tuple(range(12)), quorum_met=True)
    assert len(Result(5000, whole).to_json()) < 2048
