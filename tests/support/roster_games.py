"""Games of an attacker inside a committee, who learns a vote from results and rosters alone.

The attacker asks polls, has friends among the voters, removes people and lets them in again. They know
everything but one vote, and that everybody votes the same each time. Nobody looks into a box.
"""

import random
import re
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from commands.polls.ask.policy import Member
from commands.polls.count.comparison import Earlier, words_of
from storage.core.model import UserId
from tests.chat.conversation import MONDAY_MORNING, Chat
from tests.support.ballot_learner import Score
from tests.support.poll_desk import OpenDesk

ASKER, FRIEND, TARGET = "@ana", "@ben", "@tom"
"""Who attacks, who helps them, and whose vote is wanted. The first two lead nothing."""
LEAD: Final = "@lea"
OTHERS: Final = (LEAD, "@kim", "@cid", "@dan", "@eva", "@flo", "@gus", "@hal", "@ivy")
EVERYBODY: Final = (ASKER, FRIEND, TARGET, *OTHERS)
QUESTION: Final = "Do we strike in December?"
YES, NO = "01", "02"
Guess = bool | None
Attack = Callable[["Inside"], Awaitable[Guess]]


def user(who: str) -> UserId:
    """Return the full user id."""
    return UserId(f"{who}:example.org")


@dataclass(slots=True)
class Inside:
    """One committee in which somebody plays, from the beginning."""

    chat: Chat
    chance: random.Random
    honest: dict[str, str]
    """What everybody votes whom the attacker does not control."""

    @classmethod
    def begin(cls, chat: Chat, chance: random.Random, *, truth: bool) -> "Inside":
        """Make a new committee of twelve; ``truth`` is whether the target votes yes."""
        chat.now = MONDAY_MORNING
        chat.polls = OpenDesk(chat.now)
        letters = "BCDFGHJKMNPQRSTVWXYZ"
        chat.polls.codes = [f"{one}{two}22" for one in letters for two in letters]
        old = MONDAY_MORNING - timedelta(days=30)
        chat.polls.people = [Member(user(who), old) for who in EVERYBODY]
        honest = {who: chance.choice((YES, NO)) for who in OTHERS}
        return cls(chat, chance, {**honest, TARGET: YES if truth else NO})

    def vote_of(self, who: str) -> str:
        """Friends vote against, always: what they add is known."""
        return self.honest.get(who, NO)

    def remove(self, *people: str) -> None:
        """Remove people from the room."""
        gone = {user(who) for who in people}
        self.chat.polls.people = [
            replace(each, away=self.chat.now) if each.user in gone else each
            for each in self.chat.polls.people
        ]

    def let_in(self, *people: str) -> None:
        """Let people into the room again."""
        back = {user(who) for who in people}
        self.chat.polls.people = [
            replace(each, away=None) if each.user in back else each
            for each in self.chat.polls.people
        ]

    async def asked(
        self, voters: Iterable[str] = EVERYBODY, *, more: str = "", by: str = ASKER
    ) -> int | None:
        """Hold a poll among ``voters``; returns the votes for yes, or None if none are published."""
        if not await self.opens(more, by):
            return None
        (poll,) = await self.chat.polls.polls()
        for who in voters:
            await self.chat.dm(who, f"vote {poll.code} {self.vote_of(who)}")
        return self.closes()

    async def opens(self, more: str = "", by: str = ASKER) -> bool:
        """Ask it, and let a friend say yes to whatever waits for a second person."""
        chat = self.chat
        back = await chat.room(by, f'!poll yesno "{QUESTION}" closes=1h {more}')
        if "!ok to ask it" not in back.text:
            return False
        said = await chat.room(by, "!ok")
        found = re.search(r"!poll confirm (\w{4})", said.text)
        if found is not None:
            await chat.dm(FRIEND, f"!poll confirm {found[1]}")
            await chat.dm(FRIEND, "!ok")
        return bool(await chat.polls.polls())

    def closes(self) -> int | None:
        """End the poll; returns the votes for yes, or None if none are published."""
        self.chat.later(hours=1, minutes=1)
        said = "".join(
            part if isinstance(part, str) else part.text
            for block in self.chat.polls.in_room[-1].blocks
            for row in getattr(block, "lines", ())
            if "Yes" in str(row)
            for part in row
        )
        found = re.search(r"(\d+) · Yes", said)
        return None if found is None else int(found[1])

    def elsewhere(self, people: Sequence[str], *, voters: Sequence[str] | None = None) -> int:
        """The result of the same question in another committee of theirs."""
        roster = frozenset(map(user, people))
        self.chat.polls.elsewhere.append(Earlier(roster, self.chat.now, words_of(QUESTION)))
        return self.count(people if voters is None else voters)

    def count(self, voters: Iterable[str]) -> int:
        """Count the given people who vote yes."""
        return sum(self.vote_of(who) == YES for who in voters)


# -- what somebody may try ----------------------------------------------------------------------------


async def removed_between(inside: Inside) -> Guess:
    """Ask everybody, then everybody but one who was removed from the room."""
    whole = await inside.asked()
    inside.remove(TARGET)
    return _difference(whole, await inside.asked(_but(TARGET)))


async def with_a_floor_of_their_own(inside: Inside) -> Guess:
    """Remove two friends besides, so that the rosters differ by three: as many as were asked for."""
    for friend in ("@cid", "@dan"):
        inside.honest.pop(friend)
    whole = await inside.asked(more="k=3")
    inside.remove(TARGET, "@cid", "@dan")
    return _difference(whole, await inside.asked(_but(TARGET, "@cid", "@dan"), more="k=3"))


async def in_two_rooms(inside: Inside) -> Guess:
    """Ask the same people in another committee, except for one."""
    rest = inside.elsewhere(_but(TARGET))
    return _difference(await inside.asked(), rest)


async def in_three_rooms(inside: Inside) -> Guess:
    """Ask in two committees that together are this one except for one person."""
    half = EVERYBODY[3:9]
    other = [who for who in EVERYBODY if who not in half and who != TARGET]
    rest = inside.elsewhere(half) + inside.elsewhere(other)
    return _difference(await inside.asked(), rest)


async def asked_again_by_day(inside: Inside) -> Guess:
    """Ask at night, while one person sleeps, and again in the morning."""
    night = await inside.asked(_but(TARGET))
    return _difference(await inside.asked(), night)


async def brought_in_between(inside: Inside) -> Guess:
    """Ask everybody but one who has not joined yet, and then everybody."""
    known = inside.chat.polls.people
    inside.chat.polls.people = [each for each in known if each.user != user(TARGET)]
    inside.chat._memberships.pop(TARGET, None)
    rest = await inside.asked(_but(TARGET))
    inside.chat._memberships[TARGET] = [inside.chat._main]
    inside.chat.polls.people = known
    inside.chat.later(days=1)
    return _difference(await inside.asked(), rest)


async def few_ballots_at_night(inside: Inside) -> Guess:
    """Ask with a floor of three, when only two friends and one other are awake."""
    return _difference(await inside.asked((ASKER, FRIEND, TARGET), more="k=3"), 0)


async def alone_with_friends(inside: Inside) -> Guess:
    """End the part of all others while the poll is open: four friends and one vote are left."""
    friends = (ASKER, FRIEND, "@cid", "@dan")
    for who in friends:
        inside.honest.pop(who, None)
    if not await inside.opens():
        return None
    inside.chat.polls.ended |= {user(who) for who in EVERYBODY if who not in {*friends, TARGET}}
    (poll,) = await inside.chat.polls.polls()
    for who in EVERYBODY:
        await inside.chat.dm(who, f"vote {poll.code} {inside.vote_of(who)}")
    return _difference(inside.closes(), 0)


ATTACKS: Final[dict[str, Attack]] = {
    "removed from the room between two polls": removed_between,
    "the same, with a floor of the asker's": with_a_floor_of_their_own,
    "the same people in two rooms": in_two_rooms,
    "three rosters that add up": in_three_rooms,
    "asked again when one more is awake": asked_again_by_day,
    "brought in between two polls": brought_in_between,
    "few ballots, friends among them": few_ballots_at_night,
    "the part of all others ended meanwhile": alone_with_friends,
}


def _but(*people: str) -> list[str]:
    return [who for who in EVERYBODY if who not in people]


def _difference(whole: int | None, rest: int | None) -> Guess:
    """Whether the one who is in one result only is for it."""
    return None if whole is None or rest is None else whole - rest == 1


@dataclass(frozen=True, slots=True)
class Played:
    """What came of some games."""

    score: Score
    known: int
    """Games in which the attacker had two numbers to subtract, rather than a coin."""


async def play(chat: Chat, attack: Attack, trials: int, chance: random.Random) -> Played:
    """Play ``trials`` games; where nothing was learnt a coin guesses."""
    right = known = 0
    for _trial in range(trials):
        truth = bool(chance.getrandbits(1))
        guess = await attack(Inside.begin(chat, chance, truth=truth))
        known += guess is not None
        right += (bool(chance.getrandbits(1)) if guess is None else guess) == truth
    return Played(Score(right, trials), known)
