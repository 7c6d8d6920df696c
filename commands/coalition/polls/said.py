"""What bots say to each other in a coalition poll. Every text and list is bounded."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

from commands.coalition.polls.masks import from_text
from commands.coalition.polls.steps import MOST_ROUNDS
from commands.coalition.wire import OneLine
from commands.polls.ask.question import LONGEST_QUESTION
from commands.polls.model import MOST_OPTIONS
from storage.core.bounds import Length, Within
from storage.core.lazy_dataclass import dataclass

LONGEST_OPTION = 200
MOST_COMMITTEES = 300
"""As many as the list of bots in a message has room for, with names of usual length."""
_HASH = 64
_VECTOR = 16 * 24


def at_most(most: int) -> Callable[[tuple[Any, ...]], tuple[Any, ...]]:
    """A bound of a list."""

    def few(value: tuple[Any, ...]) -> tuple[Any, ...]:
        if len(value) > most:
            raise ValueError(f"must have at most {most} items")
        return value

    return few


def in_hexadecimal(value: str) -> str:
    """Return a text of hexadecimal digits, or raise ValueError."""
    if not set(value) <= set("0123456789abcdef"):
        raise ValueError("must be hexadecimal digits")
    return value


def one_hash(value: str) -> str:
    """Return a SHA-256 in hexadecimal, or raise ValueError."""
    if len(value) != _HASH:
        raise ValueError(f"must have {_HASH} digits")
    return in_hexadecimal(value)


def one_or_none(value: str) -> str:
    """Return 64 hexadecimal digits or nothing, or raise ValueError."""
    return one_hash(value) if value else value


def whole_numbers(value: str) -> str:
    """Return a vector as ``masks.as_text`` writes it, or raise ValueError."""
    from_text(value)
    return value


Ref = Annotated[str, Length(300)]
"""The id of the message that asked a poll."""
Round = Annotated[int, Within(1, MOST_ROUNDS)]
Hash = Annotated[str, Length(_HASH), one_hash]
OptionalHash = Annotated[str, Length(_HASH), one_or_none]
Places = Annotated[tuple[Annotated[int, Within(0, MOST_COMMITTEES)], ...], at_most(MOST_COMMITTEES)]
"""Bots by their places among those that were asked."""
Vector = Annotated[str, Length(_VECTOR), whole_numbers]


@dataclass(frozen=True, slots=True)
class CoalitionQuestion:
    """A poll that a committee asks all others."""

    kind: Annotated[str, Length(20)]
    question: Annotated[str, OneLine(LONGEST_QUESTION)]
    options: Annotated[tuple[Annotated[str, OneLine(LONGEST_OPTION)], ...], at_most(MOST_OPTIONS)]
    k: Annotated[int, Within(3, 10_000)]
    """The least floor: a committee's own may be higher."""
    fewest: Annotated[int, Within(2, 3)]
    own: bool
    opened: datetime
    closes: datetime
    bots: Annotated[tuple[Annotated[str, Length(255)], ...], at_most(MOST_COMMITTEES)]
    """Who is asked, the asker's bot first."""


@dataclass(frozen=True, slots=True)
class ShownPoll:
    """A committee's leads were shown a poll, and it is not in it: they said no, or nobody decided in time."""

    poll: Ref
    digest: Hash
    """Of what they were shown (``asking.digest_of``)."""


@dataclass(frozen=True, slots=True)
class TakingPart:
    """A committee asks its people."""

    poll: Ref


@dataclass(frozen=True, slots=True)
class Readiness:
    """A committee has counted."""

    poll: Ref
    key: OptionalHash
    """Its public key, in hexadecimal; empty where it has too few ballots."""


@dataclass(frozen=True, slots=True)
class SetOfRound:
    """The chair's set of a round."""

    poll: Ref
    round: Round
    members: Places
    hash: Hash


@dataclass(frozen=True, slots=True)
class SetAnswer:
    """A committee's answer to the set of a round."""

    poll: Ref
    round: Round
    hash: OptionalHash
    """Empty where it does not agree."""


@dataclass(frozen=True, slots=True)
class MaskedPart:
    """A committee's masked totals."""

    poll: Ref
    hash: Hash
    vector: Vector


@dataclass(frozen=True, slots=True)
class PollSum:
    """The sum: for whoever was restored and cannot add any more.

    The chair of the set says it; where that is who was restored, the first of the others.
    """

    poll: Ref
    hash: Hash
    members: Places
    joined: Places
    """Everybody who asked their people: all of them are told."""
    vector: Vector
