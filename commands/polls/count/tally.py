"""Counting a secret poll: slots in, totals out. Pure; neither knows a name."""

import json
from collections.abc import Sequence
from dataclasses import replace

from commands.polls.ask.policy import enough
from commands.polls.count.runoff import Round, instant_runoff
from commands.polls.model import HIGHEST, Abstention, Ballot, Poll, PollKind, decode
from storage.core.lazy_dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Totals:
    """The published totals, by places of the poll: votes, approvals, or sums of scores."""

    ballots: int
    abstained: int
    counts: tuple[int, ...]
    rounds: tuple[Round, ...] = ()
    """For ranking only."""
    leading: tuple[int, ...] = ()
    """Who has most; several are level, none when nobody has anything."""
    quorum_met: bool | None = None
    """None when no quorum was asked."""

    @property
    def spoke(self) -> int:
        """Ballots that did not abstain."""
        return self.ballots - self.abstained


@dataclass(frozen=True, slots=True)
class Result:
    """The result of a closed poll. Without totals there were fewer ballots than k; nobody learns how many."""

    eligible: int
    totals: Totals | None

    def to_json(self) -> str:
        """Write the result as text for the sealed box, kept there between counting and announcing."""
        if self.totals is None:
            return json.dumps([self.eligible])
        t = self.totals
        rounds = [[list(r.votes), r.exhausted, r.out, r.level] for r in t.rounds]
        return json.dumps(
            [self.eligible, t.ballots, t.abstained, t.counts, rounds, t.leading, t.quorum_met],
            separators=(",", ":"),
        )

    @classmethod
    def from_json(cls, text: str) -> "Result":
        """Parse a result from the text that ``to_json`` made."""
        eligible, *rest = json.loads(text)
        if not rest:
            return cls(eligible, None)
        ballots, abstained, counts, rounds, leading, quorum_met = rest
        read = tuple(Round(tuple(votes), spent, out, level) for votes, spent, out, level in rounds)
        totals = Totals(ballots, abstained, tuple(counts), read, tuple(leading), quorum_met)
        return cls(eligible, totals)


def tally(poll: Poll, slots: Sequence[bytes | None]) -> Result:
    """Count a poll: one slot for each person on the roster, None where no ballot came."""
    cast = [decode(poll, slot) for slot in slots if slot is not None]
    if not enough(len(cast), poll.rules):
        return Result(len(slots), None)
    ballots = [ballot for ballot in cast if isinstance(ballot, Ballot)]
    totals = _counted(poll, ballots)
    quorum = poll.rules.quorum
    return Result(
        len(slots),
        replace(
            totals,
            ballots=len(cast),
            abstained=sum(isinstance(ballot, Abstention) for ballot in cast),
            quorum_met=None if quorum is None else len(cast) >= quorum,
        ),
    )


def _counted(poll: Poll, ballots: Sequence[Ballot]) -> Totals:
    if poll.kind is PollKind.RANK:
        rounds = instant_runoff([ballot.places for ballot in ballots], poll.places)
        return Totals(0, 0, rounds[0].firsts, rounds, rounds[-1].leading)
    counts = [0] * poll.places
    for ballot in ballots:
        if poll.kind is PollKind.SCORE:
            counts = [total + score for total, score in zip(counts, ballot.places, strict=True)]
        else:
            for place in ballot.places:
                counts[place] += 1
    most = max(counts)
    leading = tuple(at for at, count in enumerate(counts) if count == most and count)
    return Totals(0, 0, tuple(counts), (), leading)


def temperature(totals: Totals) -> tuple[float, float] | None:
    """Mean and median on the scale from 0 to 5; None when everybody abstained."""
    levels = [at for at in range(HIGHEST + 1) for _each in range(totals.counts[at])]
    # Imported late: exact fractions and decimals, for one kind of poll.
    from statistics import mean, median  # noqa: PLC0415

    return (mean(levels), median(levels)) if levels else None


def average(totals: Totals, place: int) -> float | None:
    """An option's mean score."""
    return totals.counts[place] / totals.spoke if totals.spoke else None
