"""Committees that add their totals without Matrix and without a disk: the rounds, and a way between them.

``Sums`` delivers what they say in any order, twice, late or never, as a game wants; every decision is the
product's (``commands/coalition/polls/rounds.py``).
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from commands.coalition.polls.masks import (
    KEY,
    SetMember,
    SumSet,
    as_text,
    masked,
    private_key,
    public_key,
)
from commands.coalition.polls.rounds import Rounds
from commands.coalition.polls.steps import (
    ANSWER_WITHIN,
    ROUND,
    Add,
    Fix,
    GiveUp,
    Respond,
    SaidSet,
    Send,
    SumTerms,
    Wait,
)

COALITION, POLL = "0123456789abcdef" * 2, "fedcba9876543210" * 2
CLOSES = datetime(2026, 12, 4, 17, tzinfo=UTC)

Said = Callable[[Rounds, datetime], None]
"""What one bot said, as it is noted by whoever hears it, and when."""
Mask = Callable[[Sequence[int], SumSet, str, bytes], tuple[int, ...]]


def names(count: int) -> tuple[str, ...]:
    """Bots of a coalition."""
    return tuple(f"@steward-{number:03}:example.org" for number in range(count))


def bare(totals: Sequence[int], _where: SumSet, _own: str, _private: bytes) -> tuple[int, ...]:
    """The control: no masks."""
    return tuple(totals)


@dataclass(slots=True)
class Member:
    """One committee's bot."""

    rounds: Rounds
    totals: tuple[int, ...] | None
    """None where it has too few ballots."""
    private: bytes
    mask: Mask = masked
    outcome: Add | GiveUp | None = None
    sent: list[tuple[SumSet, tuple[int, ...]]] = field(default_factory=list)
    """Every vector it ever let out."""

    @property
    def bot(self) -> str:
        return self.rounds.own

    def act(self, now: datetime) -> list[Said]:
        """Do what is to be done now; what the others are told."""
        said: list[Said] = []
        if isinstance(self.outcome, GiveUp):
            # Its box is gone; it says so to whoever goes on, and a sum that comes late is told all the same.
            self.rounds.give_up()
            match self.rounds.step(now):
                case Add() as late:
                    self.outcome = late
                case Respond(number, words, None):
                    said.append(self._own(_answering(self.bot, number, words), now))
        while self.outcome is None:
            step = self.rounds.step(now)
            match step:
                case Wait():
                    return said
                case Add() | GiveUp():
                    self.outcome = step
                case Fix(where):
                    said.append(self._own(_fixing(self.bot, where), now))
                case Respond(number, words, _where):
                    said.append(self._own(_answering(self.bot, number, words), now))
                case Send(where):
                    said.append(self._own(self._part(where), now))
        return said

    def count(self) -> list[Said]:
        """The own poll is counted."""
        key = None if self.totals is None else public_key(self.private)
        bot = self.bot
        return [self._own(lambda rounds, _at: rounds.ready(bot, key), CLOSES)]

    def _part(self, where: SumSet) -> Said:
        assert self.totals is not None
        vector = self.mask(self.totals, where, self.bot, self.private)
        self.sent.append((where, vector))
        bot = self.bot
        return lambda rounds, _at: rounds.part(bot, where.hash, vector)

    def _own(self, said: Said, now: datetime) -> Said:
        said(self.rounds, now)
        return said


def _fixing(bot: str, where: SumSet) -> Said:
    return lambda rounds, at: rounds.fix(bot, SaidSet(where.round, where.bots, where.hash), at)


def _answering(bot: str, number: int, words: str) -> Said:
    return lambda rounds, _at: rounds.answer(bot, number, words)


def lied(bot: str, number: int, members: Sequence[SetMember]) -> Said:
    """A set that a bot says though it may not."""
    return _fixing(bot, SumSet(COALITION, POLL, number, members))


@dataclass(slots=True)
class Sums:
    """Some committees, what is on the way between them, and the time."""

    members: dict[str, Member]
    chance: random.Random
    now: datetime = CLOSES
    flights: list[tuple[str, str, Said]] = field(default_factory=list)
    """By whom, to whom, what."""
    messages: int = 0
    """Said, whatever became of them."""
    withheld: Callable[[str, str], bool] = lambda _by, _to: False
    """Whether what one says does not reach another now; it waits."""
    shuffled: bool = False
    twice: float = 0.0
    dead: set[str] = field(default_factory=set)

    def say(self, by: str, said: Sequence[Said]) -> None:
        """Send words to everybody else. Of one bot they come in their order."""
        for each in said:
            self.messages += 1
            for to in self.members:
                if to != by:
                    self.flights.append((by, to, each))
                    if self.chance.random() < self.twice:
                        self.flights.append((by, to, each))

    def settle(self) -> None:
        """Deliver what can be delivered, and what follows from it."""
        self._everybody()
        while True:
            here = self._deliverable()
            if not here:
                return
            at = self.chance.choice(here) if self.shuffled else here[0]
            _by, to, said = self.flights.pop(at)
            said(self.members[to].rounds, self.now)
            self.say(to, self.members[to].act(self.now))

    def burst(self) -> None:
        """Deliver everything at once, and only then let everybody act: for hundreds of committees."""
        self._everybody()
        while self.flights:
            flights, self.flights = self.flights, []
            for _by, to, said in flights:
                said(self.members[to].rounds, self.now)
            self._everybody()

    def _everybody(self) -> None:
        for bot, member in self.members.items():
            if bot not in self.dead:
                self.say(bot, member.act(self.now))

    def _deliverable(self) -> list[int]:
        found, ways = [], set()
        for at, (by, to, _said) in enumerate(self.flights):
            # Of one sender everything comes in order.
            if to not in self.dead and (by, to) not in ways and not self.withheld(by, to):
                found.append(at)
                if not self.shuffled:
                    break
            ways.add((by, to))
        return found

    def later(self, span: timedelta) -> None:
        """Time passes, a little at a time."""
        end = self.now + span
        while self.now < end:
            self.now = min(end, self.now + timedelta(minutes=1))
            self.settle()

    def count(self, *bots: str) -> None:
        """The polls of these are counted; of all if nobody is named."""
        for bot in bots or tuple(self.members):
            self.say(bot, self.members[bot].count())

    @property
    def outcomes(self) -> dict[str, Add | GiveUp | None]:
        return {bot: member.outcome for bot, member in self.members.items()}

    @property
    def sums(self) -> set[tuple[int, ...]]:
        """The sums that anybody has; one, if all is well."""
        return {
            each.outcome.total for each in self.members.values() if isinstance(each.outcome, Add)
        }


def committees(
    totals: Sequence[tuple[int, ...] | None],
    seed: int = 19,
    *,
    mask: Mask = masked,
    fewest: int = 3,
) -> Sums:
    """Committees with these totals whose polls close now; all have joined."""
    chance = random.Random(seed)
    order = names(len(totals))
    terms = SumTerms(COALITION, POLL, CLOSES, order, fewest)
    members = {}
    for bot, own in zip(order, totals, strict=True):
        rounds = Rounds(terms, bot)
        rounds.joined = set(order)
        private = private_key(chance.randbytes(KEY), COALITION, POLL)
        members[bot] = Member(rounds, own, private, mask)
    return Sums(members, chance)


def expected_sum(totals: Sequence[tuple[int, ...] | None]) -> tuple[int, ...]:
    """What the totals add up to."""
    there = [each for each in totals if each is not None]
    return tuple(sum(place) for place in zip(*there, strict=True))


__all__ = [
    "ANSWER_WITHIN",
    "CLOSES",
    "ROUND",
    "Member",
    "Said",
    "Sums",
    "as_text",
    "bare",
    "committees",
    "expected_sum",
    "lied",
    "names",
]
