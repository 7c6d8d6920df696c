"""What a bot does next in the sum of a coalition poll, the terms of it, and how long things take. Pure."""

from datetime import datetime, timedelta
from enum import Enum
from typing import Final

from commands.coalition.polls.masks import SumSet
from storage.core.lazy_dataclass import dataclass

FEWEST: Final = 3
"""With two, each has the other's total by subtracting its own."""
ANSWER_WITHIN: Final = timedelta(minutes=15)
"""From the close until the set is fixed without whoever has not said whether it has enough."""
ROUND: Final = timedelta(minutes=10)
"""From one round to the next: who has given no answer by then is left out."""
AGREE_WITHIN: Final = ROUND / 4
"""From half of a round, until when its set is taken, to the last time to agree to it: whoever hears that and is not
in the set still answers in that round."""
MOST_ROUNDS: Final = 12
LAST: Final = timedelta(hours=24)
"""From the close until masked totals that were agreed upon are not waited for any more."""

ABSENT: Final = 4
"""One in so many may be left out of a set because it gave no answer."""

OBJECTION: Final = ""
"""The answer to a set that lacks somebody, or has somebody who was not heard."""


class Why(Enum):
    """Why a poll has no result."""

    TOO_FEW = "too few"
    """Fewer committees than it takes had enough ballots and answered."""
    NO_SET = "no set"
    """They did not agree on a set in as many rounds as there are."""
    MISSING = "missing"
    """Somebody agreed to a set, and never sent its part."""
    AWAY = "away"
    """More of those who take part gave no answer than may be left out."""


@dataclass(frozen=True, slots=True)
class SumTerms:
    """What is known of a poll before it is counted, the same for all who take part."""

    coalition: str
    poll: str
    closes_at: datetime
    order: tuple[str, ...]
    """The bots that were asked, the asker's first: whose turn it is to say the set."""
    fewest: int = FEWEST


@dataclass(frozen=True, slots=True)
class SaidSet:
    """A set as a bot said it: who is in it, and the hash that binds their keys too."""

    round: int
    bots: frozenset[str]
    hash: str


@dataclass(frozen=True, slots=True)
class Wait:
    """Nothing is to be done before a time, unless something is heard."""

    until: datetime


@dataclass(frozen=True, slots=True)
class Fix:
    """Say the set of a round, and thereby agree to it."""

    where: SumSet


@dataclass(frozen=True, slots=True)
class Respond:
    """Respond the set of a round: its hash, or OBJECTION. ``where`` is set for a hash."""

    round: int
    hash: str
    where: SumSet | None


@dataclass(frozen=True, slots=True)
class Send:
    """Send the totals, masked for a set: the only time in this poll."""

    where: SumSet


@dataclass(frozen=True, slots=True)
class Add:
    """The sum is known: of which set, and what it is."""

    where: SaidSet
    total: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class GiveUp:
    """There is no result. ``silent`` are bots without which there was none."""

    why: Why
    silent: tuple[str, ...]


Step = Wait | Fix | Respond | Send | Add | GiveUp
