"""Who may vote, how few ballots are too few, and when a second pair of eyes is needed. Pure.

Groups are small: what protects a voter is as much in these rules as in the sealed box.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from commands.polls.model import Rules
from storage.model import UserId

LEAST_K = 3
"""With two ballots each voter knows the other's."""


@dataclass(frozen=True, slots=True)
class Policy:
    """What the operator may set, within limits; every announcement states it."""

    joined_for: timedelta = timedelta(hours=24)
    """How long somebody has been in the room to be on the roster: nobody is brought in for a poll."""
    k: int = 5
    """Ballots below which nothing is published, where a poll does not ask for more."""
    shortest: timedelta = timedelta(minutes=10)
    """The least time for changing one's mind unseen, once everybody has a ballot."""
    pace: timedelta = timedelta(seconds=8)
    """Between two ballots to many people: homeservers limit what an account may send."""
    at_once: int = 20
    """People who all get their ballots at once; more get them one after the other."""
    longest: timedelta = timedelta(days=14)
    """Ballots live in memory: the longer a poll, the likelier a reboot takes it."""
    compared_with: timedelta = timedelta(days=30)
    """How far back a poll's roster is compared with those of others."""
    bots: frozenset[UserId] = frozenset()
    """Accounts that are nobody's."""


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody joined to the committee's room. Steward itself is never among them."""

    user: UserId
    joined: datetime | None
    """Since when, UTC, without regard to later changes of name or picture; None when unknown."""


def roster(members: Iterable[Member], now: datetime, policy: Policy) -> tuple[UserId, ...]:
    """Who may vote in a poll opened now, in alphabetical order. Without a known time: nobody."""
    return tuple(
        sorted(
            member.user
            for member in members
            if member.user not in policy.bots
            and member.joined is not None
            and now - member.joined >= policy.joined_for
        )
    )


def difference(people: Sequence[UserId], others: Iterable[frozenset[UserId]], k: int) -> int | None:
    """By how few people this roster differs from another's, if by so few that it tells on them.

    Two honest polls of nearly the same people are two totals, and the difference of the totals is
    what the few think who are in one of them only.
    """
    counts = (len(frozenset(people) ^ other) for other in others)
    return min((count for count in counts if 0 < count < k), default=None)


def mailing(people: int, waiting: int, policy: Policy) -> timedelta:
    """How long a message to so many people takes, behind the ballots of other polls that wait."""
    return timedelta() if people <= policy.at_once else (people + waiting) * policy.pace


def least_open(people: int, waiting: int, policy: Policy) -> timedelta:
    """The least time a poll is open, in whole minutes: until the last has a ballot, and then some."""
    least = policy.shortest + mailing(people, waiting, policy)
    return timedelta(minutes=ceil(least / timedelta(minutes=1)))


def too_far(closes: datetime, now: datetime, policy: Policy) -> bool:
    """Whether a poll would be open for longer than memory is likely to last."""
    return closes - now > policy.longest


def enough(ballots: int, rules: Rules) -> bool:
    """Whether anything may be published at all."""
    return ballots >= max(rules.k, LEAST_K)
