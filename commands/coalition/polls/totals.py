"""Totals of one committee's secret poll as numbers that can be added, and what a sum of them can be. Pure.

First how many ballots, how many of these abstained, and how many might vote; then a number for each
place of the poll. Rankings cannot be added: who is out in one committee may win in all.
"""

from collections.abc import Sequence
from typing import Final

from commands.polls.count.tally import Result, Totals
from commands.polls.model import HIGHEST, Poll, PollKind
from storage.core.lazy_dataclass import dataclass

ADDABLE: Final = frozenset(
    {
        PollKind.TEMPERATURE,
        PollKind.YES_NO,
        PollKind.CONSENSUS,
        PollKind.CHOOSE,
        PollKind.APPROVE,
        PollKind.SCORE,
    }
)
_FIRST: Final = 3
"""Numbers before those of the places."""
LARGEST: Final = 1 << 32
"""No coalition has so many people: a sum beyond it was spoilt."""


@dataclass(frozen=True, slots=True)
class SumOfPolls:
    """The result of a coalition poll."""

    committees: int
    result: Result


class Spoilt(ValueError):
    """Numbers that no ballots add up to: a bot sent something else than its totals, or masks did not cancel."""


def length(poll: Poll) -> int:
    """How many numbers a committee's totals are."""
    return _FIRST + poll.places


def as_vector(poll: Poll, closed: Result) -> tuple[int, ...] | None:
    """A committee's totals as numbers; None where there were too few ballots. Raises ValueError for a ranking."""
    if poll.kind not in ADDABLE:
        raise ValueError("a ranking cannot be added")
    totals = closed.totals
    if totals is None:
        return None
    return (totals.ballots, totals.abstained, closed.eligible, *totals.counts)


def read_sum(poll: Poll, committees: int, vector: Sequence[int]) -> SumOfPolls:
    """The sum of so many committees' totals as a result. Raises Spoilt.

    ``poll.rules.k`` is the floor that every committee keeps. That somebody added votes nobody cast, in
    numbers that could be, is not seen here: whoever runs a bot could always miscount.
    """
    if len(vector) != length(poll):
        raise Spoilt
    ballots, abstained, eligible, *counts = vector
    spoke = ballots - abstained
    if eligible >= LARGEST or not 0 <= abstained <= ballots <= eligible:
        raise Spoilt
    if ballots < committees * poll.rules.k or not _may_be(poll.kind, spoke, counts):
        raise Spoilt
    most = max(counts)
    leading = tuple(at for at, count in enumerate(counts) if count == most and count)
    return SumOfPolls(
        committees, Result(eligible, Totals(ballots, abstained, tuple(counts), (), leading))
    )


def _may_be(kind: PollKind, spoke: int, counts: Sequence[int]) -> bool:
    """Whether so many people who chose something can have made these counts."""
    if kind.single:
        return sum(counts) == spoke
    highest = HIGHEST if kind is PollKind.SCORE else 1
    return all(count <= highest * spoke for count in counts)
