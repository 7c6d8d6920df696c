"""The policy of secret polls: who may vote, how few ballots are too few, when two must agree. Pure.

Groups are small: what protects a voter is as much in these rules as in the sealed box.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from math import ceil

from commands.polls.model import Rules
from storage.core.lazy_dataclass import dataclass
from storage.core.model import UserId
from storage.polls.presence import SeenPresence

LEAST_K = 3
"""With two ballots each voter knows the other's."""


@dataclass(frozen=True, slots=True)
class Policy:
    """The operator's settings for secret polls, within limits; every announcement states them."""

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
    bridged: timedelta = timedelta(days=30)
    """How long somebody may have been away from the room and come back without being new."""
    postponements: int = 3
    """How often a deadline may be moved: each time everybody is told, and nobody learns the result."""
    bots: frozenset[UserId] = frozenset()
    """Accounts that are nobody's."""


FROM_THE_START = datetime(1970, 1, 1, tzinfo=UTC)
"""Since when they are there who were there when the bot first looked at the room."""


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who is in the committee's room, or was until lately. Steward itself is never among them."""

    user: UserId
    joined: datetime | None
    """Since when, by the bot's own clock, UTC; a short absence aside. None when unknown."""
    away: datetime | None = None
    """Since when they are not in the room; None: they are there."""
    barred: bool = False
    """Whether their part in the committee has ended."""


@dataclass(frozen=True, slots=True)
class Electorate:
    """The people who may vote in a poll opened now, and those who may not though people would think so."""

    roster: tuple[UserId, ...]
    new: tuple[UserId, ...]
    """Members who have been in the room for too short a time."""
    gone: tuple[UserId, ...]
    """Would be on the roster, but left or were removed from the room a short time ago."""


def seen(
    before: SeenPresence | None, now: datetime, policy: Policy, *, there: bool, first: bool = False
) -> SeenPresence | None:
    """The record to keep of somebody's presence after a look at the room; None for none.

    The bot's own clock counts. Of what the homeserver tells about joining only one thing is believed:
    that somebody is there now.

    ``first``: it is the first look at this committee's room. Whoever is removed and let in again within
    a month keeps their place on rosters: else removing people for an hour would choose who votes.
    """
    if not there:
        if before is None:
            return None
        gone = replace(before, away=before.away or now)
        return gone if now - (gone.away or now) <= policy.bridged else None
    if before is None:
        return SeenPresence(FROM_THE_START if first else now, None)
    if before.away is not None and now - before.away > policy.bridged:
        return SeenPresence(now, None)
    return replace(before, away=None)


def electorate(members: Iterable[Member], now: datetime, policy: Policy) -> Electorate:
    """Sorts members, each part in alphabetical order. Who has no known time is new."""
    roster, new, gone = list[UserId](), list[UserId](), list[UserId]()
    for member in members:
        if member.barred or member.user in policy.bots:
            continue
        old = member.joined is not None and now - member.joined >= policy.joined_for
        if member.away is None:
            (roster if old else new).append(member.user)
        elif old and now - member.away < policy.joined_for:
            gone.append(member.user)
    return Electorate(tuple(sorted(roster)), tuple(sorted(new)), tuple(sorted(gone)))


def roster(members: Iterable[Member], now: datetime, policy: Policy) -> tuple[UserId, ...]:
    """The people who may vote in a poll opened now, in alphabetical order."""
    return electorate(members, now, policy).roster


def few(k: int, policy: Policy) -> int:
    """The size below which a group of people must not be told apart from all others.

    Whoever asks may want more ballots for a result, and a small group may have to do with less. Neither
    makes it safe to single out fewer people than the operator's floor.
    """
    return max(k, policy.k, LEAST_K)


def raised(rules: Rules, shut_out: int) -> Rules:
    """The rules for counting a poll, with a floor raised by one for each person shut out meanwhile.

    Whoever shuts out the crowd, to be alone with one vote and those of their friends, gets no result.
    """
    return replace(rules, k=rules.k + shut_out)


def mailing(people: int, waiting: int, policy: Policy) -> timedelta:
    """How long a message to ``people`` takes, behind the ``waiting`` ballots of other polls."""
    return timedelta() if people <= policy.at_once else (people + waiting) * policy.pace


def least_open(people: int, waiting: int, policy: Policy) -> timedelta:
    """The least time a poll is open, in whole minutes: until the last has a ballot, and then some."""
    least = policy.shortest + mailing(people, waiting, policy)
    return timedelta(minutes=ceil(least / timedelta(minutes=1)))


def too_far(closes: datetime, opened: datetime, policy: Policy) -> bool:
    """Whether a poll would be open for longer than memory is likely to last, counted from its opening."""
    return closes - opened > policy.longest


def enough(ballots: int, rules: Rules) -> bool:
    """Whether anything may be published at all."""
    return ballots >= max(rules.k, LEAST_K)
