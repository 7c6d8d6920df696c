"""A committee's totals as numbers, and sums that no ballots add up to."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands.coalition.polls.masks import MODULUS, summed
from commands.coalition.polls.totals import ADDABLE, Spoilt, as_vector, length, read_sum
from commands.polls.count.tally import Result, tally
from commands.polls.model import Poll, PollKind, Rules, encode

CLOSES = datetime(2026, 12, 4, 17, tzinfo=UTC)
BALLOTS = {
    PollKind.TEMPERATURE: ("00", "03", "05", "XX"),
    PollKind.YES_NO: ("01", "02", "XX"),
    PollKind.CONSENSUS: ("01", "02", "03", "04", "XX"),
    PollKind.CHOOSE: ("01", "02", "03", "XX"),
    PollKind.APPROVE: ("YNN", "YYY", "NNN", "XXX"),
    PollKind.SCORE: ("000", "543", "555", "XXX"),
}


def poll(kind: PollKind) -> Poll:
    options = ("a", "b", "c") if kind.has_options else ()
    return Poll("K7QX", kind, "Strike fund?", options, Rules(3, None, CLOSES))


def test_every_kind_but_rankings_can_be_added() -> None:
    assert BALLOTS.keys() == ADDABLE == {*PollKind} - {PollKind.RANK}
    with pytest.raises(ValueError, match="ranking"):
        as_vector(poll(PollKind.RANK), Result(5, None))


@pytest.mark.parametrize("kind", list(BALLOTS))
@given(data=st.data())
def test_the_sum_of_the_counts_is_the_count_of_all(kind: PollKind, data: st.DataObject) -> None:
    asked = poll(kind)
    ballots = st.lists(st.sampled_from(BALLOTS[kind]), min_size=3, max_size=9)
    boxes = data.draw(st.lists(ballots, min_size=3, max_size=5))
    vectors = []
    for box in boxes:
        vector = as_vector(asked, tally(asked, [encode(asked, each) for each in box]))
        assert vector is not None
        assert len(vector) == length(asked)
        vectors.append(vector)
    whole = tally(asked, [encode(asked, each) for box in boxes for each in box])
    found = read_sum(asked, len(boxes), summed(vectors))
    assert (found.committees, found.result) == (len(boxes), whole)


def test_below_the_floor_there_is_nothing_to_add() -> None:
    asked = poll(PollKind.YES_NO)
    assert as_vector(asked, tally(asked, [encode(asked, "01"), None, None])) is None


@pytest.mark.parametrize(
    "vector",
    [
        (9, 0, 9),
        (9, 0, 9, 4, 6),
        (9, 10, 9, 0, 0),
        (9, 0, 8, 4, 5),
        (8, 0, 9, 4, 4),
        (9, 0, MODULUS - 1, 4, 5),
        (9, 0, 9, MODULUS - 1, 10),
    ],
    ids=("length", "sum", "abstained", "eligible", "floor", "large", "negative"),
)
def test_a_sum_that_no_ballots_make_is_spoilt(vector: tuple[int, ...]) -> None:
    assert read_sum(poll(PollKind.YES_NO), 3, (9, 0, 9, 4, 5)).result.eligible == 9
    with pytest.raises(Spoilt):
        read_sum(poll(PollKind.YES_NO), 3, vector)


def test_a_score_above_the_highest_is_spoilt() -> None:
    assert read_sum(poll(PollKind.SCORE), 3, (9, 0, 9, 45, 0, 0)).result.totals is not None
    with pytest.raises(Spoilt):
        read_sum(poll(PollKind.SCORE), 3, (9, 0, 9, 46, 0, 0))


@given(noise=st.lists(st.integers(0, MODULUS - 1), min_size=5, max_size=5))
def test_noise_is_spoilt(noise: list[int]) -> None:
    """What is left when masks did not cancel: even noise is below 2**32 once in four billion, per place."""
    if min(noise) >= 1 << 32:
        with pytest.raises(Spoilt):
            read_sum(poll(PollKind.YES_NO), 3, noise)
