"""Attackers on coalition polls: some bots of a set, with every message that was ever sent, and a control.

``learn`` is the most that can be made of it: every set in which all honest members have sent gives one
equation, and the equations are solved. ``Repeating`` is the protocol without its first rule: whoever misses
somebody's part begins a round without them, and sends again. ``Lax`` is the one without its second.
"""

from collections.abc import Collection
from datetime import datetime
from fractions import Fraction

from commands.coalition.polls.masks import MODULUS, SumSet, masked, summed
from commands.coalition.polls.rounds import Rounds
from commands.coalition.polls.steps import SaidSet, Step
from tests.support.summing import Sums

Equation = tuple[frozenset[str], tuple[int, ...]]
"""Honest committees, and what their totals add up to."""


def equations(game: Sums, liars: Collection[str]) -> list[Equation]:
    """The sums that bots which lie can compute, with their own masks taken off."""
    by_set: dict[str, tuple[SumSet, dict[str, tuple[int, ...]]]] = {}
    for bot, member in game.members.items():
        if bot not in liars:
            for where, vector in member.sent:
                by_set.setdefault(where.hash, (where, {}))[1][bot] = vector
    found: list[Equation] = []
    for where, sent in by_set.values():
        honest = where.bots - {*liars}
        if sent.keys() >= honest:
            nothing = (0,) * len(next(iter(sent.values())))
            own = [
                masked(nothing, where, liar, game.members[liar].private)
                for liar in where.bots & {*liars}
            ]
            found.append((honest, summed([*sent.values(), *own])))
    return found


def learn(game: Sums, liars: Collection[str]) -> dict[str, tuple[int, ...]]:
    """The totals of single honest committees that follow from all equations."""
    honest = sorted(game.members.keys() - {*liars})
    rows = [
        ([Fraction(bot in whose) for bot in honest], [Fraction(each) for each in total])
        for whose, total in equations(game, liars)
    ]
    reduced = _reduced(rows)
    learned = {}
    for left, right in reduced:
        there = [bot for bot, each in zip(honest, left, strict=True) if each]
        if len(there) == 1:
            learned[there[0]] = tuple(int(each) % MODULUS for each in right)
    return learned


def _reduced(
    rows: list[tuple[list[Fraction], list[Fraction]]],
) -> list[tuple[list[Fraction], list[Fraction]]]:
    """Rows after elimination (Gauss and Jordan), exactly."""
    left = [([*one], [*other]) for one, other in rows]
    done: list[tuple[list[Fraction], list[Fraction]]] = []
    width = len(left[0][0]) if left else 0
    for column in range(width):
        pivot = next((row for row in left if row[0][column]), None)
        if pivot is None:
            continue
        left.remove(pivot)
        by = pivot[0][column]
        pivot = [each / by for each in pivot[0]], [each / by for each in pivot[1]]
        left = [_minus(row, pivot, row[0][column]) for row in left]
        done = [*(_minus(row, pivot, row[0][column]) for row in done), pivot]
    return done


def _minus(
    row: tuple[list[Fraction], list[Fraction]],
    other: tuple[list[Fraction], list[Fraction]],
    times: Fraction,
) -> tuple[list[Fraction], list[Fraction]]:
    return (
        [a - times * b for a, b in zip(row[0], other[0], strict=True)],
        [a - times * b for a, b in zip(row[1], other[1], strict=True)],
    )


class Lax(Rounds):
    """The control: a set may be as small as any, and whoever cannot be in one any more keeps silent."""

    def _leaves_few_out(self, bots: Collection[str]) -> bool:
        del bots
        return True

    @property
    def agreed(self) -> list[SaidSet]:
        return super().agreed[:1]

    def _objects(self, now: datetime) -> Step | None:
        if self.given_up or self._is_live(now):
            return None
        return super()._objects(now)


def lax(game: Sums) -> Sums:
    """Make all committees of a game follow that control's protocol."""
    for member in game.members.values():
        old = member.rounds
        member.rounds = Lax(old.terms, old.own)
        member.rounds.joined = old.joined
    return game


class Repeating(Rounds):
    """The control: a part that does not come in time begins a round without its sender, and all send again."""

    @property
    def missing(self) -> frozenset[str]:
        """Whose part this bot waits for, having sent its own."""
        agreed = next(iter(self.agreed), None)
        if agreed is None or self.own not in self.parts:
            return frozenset()
        return agreed.bots - self.parts.keys()

    def begin_again(self, without: Collection[str]) -> None:
        """Forget what was sent, and who is missing."""
        for bot in without:
            self.keys.pop(bot, None)
            self.joined.discard(bot)
        self.parts.clear()
        self.answers.clear()
        self.sets.clear()


def repeating(game: Sums) -> Sums:
    """Make all committees of a game follow the control's protocol."""
    for member in game.members.values():
        old = member.rounds
        member.rounds = Repeating(old.terms, old.own)
        member.rounds.joined = old.joined
    return game


def begin_again(game: Sums, liars: Collection[str]) -> None:
    """The control's timeout: whoever an honest one waits for is left out. Those that lie play along."""
    rounds = {bot: each.rounds for bot, each in game.members.items()}
    missing: set[str] = set()
    for bot, each in rounds.items():
        assert isinstance(each, Repeating)
        missing |= each.missing if bot not in liars else set()
    if not missing:
        return
    for bot, each in rounds.items():
        assert isinstance(each, Repeating)
        if bot not in missing:
            each.begin_again(missing)
            game.members[bot].outcome = None


__all__ = ["Equation", "Repeating", "begin_again", "equations", "learn", "repeating"]
