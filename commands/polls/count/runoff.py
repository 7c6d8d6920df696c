"""Instant runoff, round by round. Pure.

In each round a ballot counts for the option it ranks highest among those still in. Whoever has
more than half of the ballots that still count wins; otherwise the option with fewest is out.

Ties, as voters are told before they vote: among several with fewest, the one is out that had fewer in
the latest earlier round in which they differed; if they never differed, the one that stands later
in the ballot. If all that are still in are level, nobody is put out: it is a tie.
"""

from collections.abc import Sequence

from storage.core.lazy_dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Round:
    """The state of one round."""

    votes: tuple[int | None, ...]
    """By option; None for those that are out."""
    exhausted: int
    """Ballots that rank nobody who is still in."""
    out: int | None
    """Who is out after it; None in the last round."""
    level: bool = False
    """Whether a tie had to be broken to decide that."""

    @property
    def firsts(self) -> tuple[int, ...]:
        """Votes by option; an option that is out has 0."""
        return tuple(votes or 0 for votes in self.votes)

    @property
    def leading(self) -> tuple[int, ...]:
        """The options with most votes in this round, by place; empty if nobody has a vote."""
        most = max((votes or 0) for votes in self.votes)
        return tuple(at for at, votes in enumerate(self.votes) if votes == most and most)


def instant_runoff(rankings: Sequence[tuple[int, ...]], options: int) -> tuple[Round, ...]:
    """All rounds; in the last one the leading option has won, or those leading are level."""
    rounds: list[Round] = []
    still_in = set(range(options))
    while True:
        tops = [next((at for at in ranking if at in still_in), None) for ranking in rankings]
        votes = tuple(tops.count(at) if at in still_in else None for at in range(options))
        exhausted = tops.count(None)
        counted = {at: tops.count(at) for at in still_in}
        most, fewest = max(counted.values()), min(counted.values())
        if 2 * most > len(tops) - exhausted or most == fewest:
            return (*rounds, Round(votes, exhausted, None))
        last = [at for at in sorted(still_in) if counted[at] == fewest]
        out = _weakest(last, rounds)
        rounds.append(Round(votes, exhausted, out, len(last) > 1))
        still_in.discard(out)


def _weakest(last: list[int], rounds: Sequence[Round]) -> int:
    for earlier in reversed(rounds):
        fewest = min(earlier.firsts[at] for at in last)
        last = [at for at in last if earlier.firsts[at] == fewest]
    return last[-1]
