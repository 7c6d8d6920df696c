"""Comparing the results of several secret polls: whom a comparison would single out. Pure.

Each result alone is honest: a total of many. Two totals of nearly the same people differ by what the
few think who are in one of them only; and of three or four rosters one may be what the others add up
to, but for a few. Nobody has to see a ballot for that.
"""

import unicodedata
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from itertools import combinations, product

from commands.polls.ask.policy import Policy, few
from commands.polls.model import Poll, Risks, some
from storage.core.lazy_dataclass import dataclass
from storage.core.model import UserId

AGAIN_AFTER = timedelta(days=6)
"""Who is asked the same again sooner has hardly changed their mind: what differs is who took part."""
MOST_COMBINED = 3
"""Other rosters that are added and subtracted. More results than that carry more chance than votes."""
COMBINED = 12
"""Rosters, the latest first, of which several are taken together."""
ALIKE = 0.6
"""Share of the fewer words of two questions that both have, from which on they ask the same."""
SHORT = 4
"""Letters below which a word says little about a question, where it has longer ones."""

_BITS = 4
"""For each person: room for the sums of one roster with three others, from -3 to 4."""
_MIDDLE = 8


@dataclass(frozen=True, slots=True)
class Earlier:
    """Another secret poll of the last weeks, of any committee, whose result is there or will be."""

    people: frozenset[UserId]
    opened: datetime
    words: frozenset[str] = frozenset()
    """Words of the question (``words_of``); empty once forgotten, since they are in memory alone."""


@dataclass(frozen=True, slots=True)
class Singled:
    """A few people whom a comparison would tell apart from all others."""

    people: frozenset[UserId]
    alike: bool
    """Whether all results that it takes answer the same question."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """The findings of comparing a poll that is to be opened with earlier ones."""

    roster: tuple[UserId, ...]
    held_back: tuple[UserId, ...]
    """New since the same was asked: left out, else the comparison would tell what they think."""
    singled: Singled | None
    again: timedelta | None
    """How long ago nearly the same people were asked the same; None: they were not."""
    refused: bool
    """Whether not even a lead may want it: the same question, now, with and without a few."""


def words_of(question: str) -> frozenset[str]:
    """The words of a question by which two questions are compared."""
    flat = unicodedata.normalize("NFKD", question).casefold()
    plain = "".join(letter if letter.isalnum() else " " for letter in flat
                    if unicodedata.category(letter) != "Mn")  # fmt: skip
    words = frozenset(plain.split())
    return frozenset(word for word in words if len(word) >= SHORT) or words


def alike(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether two questions ask the same, as far as their words tell."""
    fewer = min(len(one), len(other))
    return fewer > 0 and len(one & other) >= ALIKE * fewer


def singled_out(
    people: Collection[UserId], earlier: Iterable[Earlier], fewer_than: int, words: frozenset[str]
) -> Singled | None:
    """The worst small group that a poll of ``people`` would single out beside earlier results; else None.

    Of several groups the worst is one of the same question first, and then the smallest.
    """
    # The same roster adds nothing: what is left of it and others would be left without this poll.
    others = [each for each in _distinct(earlier, words) if each[0] != frozenset(people)]
    at = {user: number for number, user in enumerate(
        sorted(frozenset(people).union(*(each for each, _alike in others))))}  # fmt: skip
    new = _vector(people, at)
    vectors = [(_vector(each, at), same) for each, same in others]
    found: list[tuple[bool, int, int]] = []
    for size in range(1, MOST_COMBINED + 1):
        among = vectors if size == 1 else vectors[:COMBINED]
        for chosen in combinations(among, size):
            same = all(each for _vector_, each in chosen)
            for signs in product((-1, 1), repeat=size):
                total = new + sum(
                    sign * each for sign, (each, _same) in zip(signs, chosen, strict=True)
                )
                left = _others_than_nothing(total, len(at))
                if 0 < left.bit_count() < fewer_than:
                    found.append((not same, left.bit_count(), left))
    if not found:
        return None
    different, _count, left = min(found)
    names = list(at)
    return Singled(
        frozenset(names[n] for n in range(len(at)) if left >> n * _BITS & 1), not different
    )


def weigh(
    poll: Poll,
    roster: Sequence[UserId],
    earlier: Sequence[Earlier],
    now: datetime,
    policy: Policy,
) -> Weighed:
    """Compare a poll with earlier ones: what results would tell, and who is left off the roster."""
    words, fewer_than = words_of(poll.question), few(poll.rules.k, policy)
    people, held_back = tuple(roster), tuple[UserId, ...]()
    singled = singled_out(people, earlier, fewer_than, words)
    if singled is not None and singled.alike:
        people, held_back = _without_newcomers(people, earlier, singled, words)
        singled = singled_out(people, earlier, fewer_than, words)
    same = [each for each in earlier if alike(each.words, words)]
    near = [each.opened for each in same if len(each.people ^ frozenset(people)) < fewer_than]
    fresh = any(now - each.opened < AGAIN_AFTER for each in same)
    return Weighed(
        people,
        held_back,
        singled,
        again=now - max(near) if near else None,
        refused=singled is not None and singled.alike and fresh,
    )


def risks(poll: Poll, weighed: Weighed, known: Collection[UserId], policy: Policy) -> Risks:
    """The warnings a poll needs. ``known``: people whom this committee may hear named."""
    singled = frozenset[UserId]() if weighed.singled is None else weighed.singled.people
    named = some(sorted(singled & frozenset(known)))
    return Risks(
        named=named,
        unnamed=len(singled) - len(named),
        again=weighed.again is not None,
        soon=weighed.again is not None and weighed.again < AGAIN_AFTER,
        low_floor=poll.rules.k < policy.k,
        spread=2 * poll.places > len(weighed.roster) and poll.kind.has_options,
    )


def _without_newcomers(
    people: tuple[UserId, ...],
    earlier: Iterable[Earlier],
    singled: Singled,
    words: frozenset[str],
) -> tuple[tuple[UserId, ...], tuple[UserId, ...]]:
    """The roster without the few who came since the same was asked, if all are there who were asked."""
    for each in earlier:
        if alike(each.words, words) and each.people == frozenset(people) - singled.people:
            kept = tuple(user for user in people if user in each.people)
            return kept, tuple(sorted(singled.people))
    return people, ()


def _distinct(
    earlier: Iterable[Earlier], words: frozenset[str]
) -> list[tuple[frozenset[UserId], bool]]:
    """Rosters, each once, the latest first; and whether one of them was asked the same."""
    found: dict[frozenset[UserId], bool] = {}
    for each in sorted(earlier, key=lambda each: each.opened, reverse=True):
        found[each.people] = found.get(each.people, False) or alike(each.words, words)
    return list(found.items())


def _vector(people: Iterable[UserId], at: dict[UserId, int]) -> int:
    """A one for each of these people, in a number that adds up person by person."""
    whole = bytearray((len(at) + 1) // 2)
    for user in people:
        half, shift = divmod(at[user], 2)
        whole[half] |= 1 << _BITS * shift
    return int.from_bytes(whole, "little")


def _others_than_nothing(total: int, people: int) -> int:
    """One bit for each person whose place in a sum is not zero."""
    ones = int.from_bytes(b"\x11" * ((people + 1) // 2), "little")
    off = (total + _MIDDLE * ones) ^ (_MIDDLE * ones)
    return (off | off >> 1 | off >> 2 | off >> 3) & ones
