"""The model of secret polls and ballots. Pure: no clock, no files, no names of voters.

The words are in ``views.py``, the count in ``count/tally.py``, who may do what in ``ask/policy.py``.
"""

import unicodedata
from collections.abc import Sequence
from datetime import datetime
from enum import Enum
from itertools import takewhile
from secrets import choice

from storage.core.lazy_dataclass import dataclass
from storage.core.model import UserId

CODE_LETTERS = "23456789BCDFGHJKMNPQRSTVWXYZ"
"""No vowels, so that no code is a word; no 0, 1, I, L, O, which read alike."""
CODE_LENGTH = 4

CHOICE_BYTES = 12
"""What an encoded choice takes, always."""
MOST_OPTIONS = 12
"""A letter per option, and one place per option in a ballot."""
LETTERS = "ABCDEFGHIJKL"
"""Options by letter, in ranked ballots."""
MOST_NAMED = 8
"""People who are named at once; of more their number is said."""
ABSTAIN = "X"
"""Fills a ballot that abstains, and the places of a ranked ballot nobody is put on."""
HIGHEST = 5
"""The top of both scales, temperature and score."""

_LOOK_ALIKES = str.maketrans("OIL", "011")


class PollKind(Enum):
    """The kind of a poll. The values are kept in open boxes: never change them."""

    TEMPERATURE = "temperature"
    """Fist to five: how far along is each of us, from 0 to 5."""
    YES_NO = "yesno"
    CONSENSUS = "consensus"
    """Agree, reservations, stand aside, block."""
    CHOOSE = "choose"
    """One of several options."""
    APPROVE = "approve"
    """Any number of several options."""
    SCORE = "score"
    """Each option from 0 to 5."""
    RANK = "rank"
    """Options in order of preference, counted by instant runoff."""

    @property
    def has_options(self) -> bool:
        """Whether the poll's creator names what to choose from."""
        return self in {PollKind.CHOOSE, PollKind.APPROVE, PollKind.SCORE, PollKind.RANK}

    @property
    def single(self) -> bool:
        """Whether a ballot is one code out of a list, so that it can be tapped."""
        return self not in {PollKind.APPROVE, PollKind.SCORE, PollKind.RANK}


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of one poll, as announced; they hold until the end."""

    k: int
    """Below so many ballots nothing is published."""
    quorum: int | None
    """Ballots that make the result count, abstentions included; None when no quorum was asked."""
    closes_at: datetime
    """Aware, UTC, a whole minute."""


@dataclass(frozen=True, slots=True)
class Risks:
    """The risks that a result tells more than a total: said to its maker, in the room, in every ballot."""

    named: tuple[UserId, ...] = ()
    """Whom a comparison with other results singles out, as far as this committee knows them."""
    unnamed: int = 0
    """How many others, of another committee, it singles out."""
    again: bool = False
    """Whether nearly the same people were asked nearly the same lately."""
    soon: bool = False
    """And that so lately that hardly anybody can have changed their mind."""
    low_floor: bool = False
    """Whether fewer ballots than usual are enough."""
    spread: bool = False
    """Whether there are so many choices that one may be one person's."""

    @property
    def singled(self) -> int:
        """How many people a comparison singles out."""
        return len(self.named) + self.unnamed

    @property
    def needs_second(self) -> bool:
        """Whether a second person has to know the poll's risks and agree."""
        return bool(self.singled) or self.soon or self.low_floor


@dataclass(frozen=True, slots=True)
class Outside:
    """The people not on the roster though people might think so; of many only the first are named.

    It is said in the room, so that nobody is left out in silence.
    """

    new: tuple[UserId, ...] = ()
    """Members who are in the room, but too new to vote."""
    all_new: int = 0
    held: tuple[UserId, ...] = ()
    """New since the same was asked of the others: their votes would show in the difference."""
    all_held: int = 0
    gone: tuple[UserId, ...] = ()
    """Left or were removed from the room a short time ago."""
    all_gone: int = 0


@dataclass(frozen=True, slots=True)
class CoalitionPoll:
    """The poll of several committees that a poll is one committee's part of."""

    ref: str
    """The id of the message that asked it, the same at all of them."""
    committees: int
    """How many were asked."""
    fewest: int
    """Fewer with enough ballots, and there is no sum."""
    own: bool
    """Whether a committee's own result is posted in its own room beside the sum."""


def some(people: Sequence[UserId]) -> tuple[UserId, ...]:
    """The first of the people, as many as warnings name at most."""
    return tuple(people[:MOST_NAMED])


@dataclass(frozen=True, slots=True)
class Poll:
    """An announced question. ``options`` is empty where the kind itself says what can be chosen."""

    code: str
    kind: PollKind
    question: str
    options: tuple[str, ...]
    rules: Rules
    risks: Risks = Risks()
    outside: Outside = Outside()
    part_of: CoalitionPoll | None = None
    """None for a poll of this committee alone."""

    @property
    def places(self) -> int:
        """How many choices, or options to say something about, there are."""
        return {PollKind.TEMPERATURE: HIGHEST + 1, PollKind.YES_NO: 2, PollKind.CONSENSUS: 4}.get(
            self.kind, len(self.options)
        )

    @property
    def width(self) -> int:
        """Letters in every ballot of the poll, always the same: a length must not show the choice."""
        return 2 if self.kind.single else self.places

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes that may be typed where one is chosen, the abstention last."""
        first = 0 if self.kind is PollKind.TEMPERATURE else 1
        return (*(f"{first + at:02}" for at in range(self.places)), ABSTAIN * self.width)


@dataclass(frozen=True, slots=True)
class Named:
    """A question that is asked openly, as one of Matrix's own polls: everybody sees who voted what."""

    question: str
    options: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Abstention:
    """A ballot in the box that chooses nothing."""


@dataclass(frozen=True, slots=True)
class Ballot:
    """A choice, by places of the poll.

    One place for the kinds with a single code; the approved places for approval; a score for every
    place; the ranked places, best first, for ranking.
    """

    places: tuple[int, ...]


class NotABallot(ValueError):
    """The text is no ballot of this poll. The error deliberately says no more."""


def new_code(taken: Sequence[str] = ()) -> str:
    """Draw a random code for a poll, other than the codes in use."""
    while True:
        code = "".join(choice(CODE_LETTERS) for _at in range(CODE_LENGTH))
        if code not in taken:
            return code


def encode(poll: Poll, text: str) -> bytes:
    """Encode what somebody typed after the code, as CHOICE_BYTES bytes. Raises NotABallot."""
    typed = unicodedata.normalize("NFKC", text).strip().upper()
    if poll.kind.single or poll.kind is PollKind.SCORE:
        typed = typed.translate(_LOOK_ALIKES)
    if len(typed) != poll.width or not typed.isascii():
        raise NotABallot
    read(poll, typed)
    return typed.encode("ascii").ljust(CHOICE_BYTES)


def decode(poll: Poll, encoded: bytes) -> Ballot | Abstention:
    """Decode a choice from the box. Raises NotABallot for anything ``encode`` does not make."""
    if len(encoded) != CHOICE_BYTES or not encoded.isascii():
        raise NotABallot
    text = encoded.decode("ascii").rstrip()
    if len(text) != poll.width:
        raise NotABallot
    return read(poll, text)


def read(poll: Poll, text: str) -> Ballot | Abstention:
    """The ballot in a text of the poll's width. Raises NotABallot."""
    if text == ABSTAIN * poll.width:
        return Abstention()
    if poll.kind.single:
        return Ballot((_place(text, poll.codes[:-1]),))
    if poll.kind is PollKind.APPROVE:
        yes = [_place(letter, "NY") for letter in text]
        return Ballot(tuple(at for at, approved in enumerate(yes) if approved))
    if poll.kind is PollKind.SCORE:
        return Ballot(tuple(_place(digit, "012345") for digit in text))
    return Ballot(_ranking(poll, text))


def _ranking(poll: Poll, text: str) -> tuple[int, ...]:
    ranked = "".join(takewhile(lambda letter: letter != ABSTAIN, text))
    if text != ranked.ljust(poll.width, ABSTAIN) or len(set(ranked)) != len(ranked):
        raise NotABallot
    return tuple(_place(letter, LETTERS[: poll.places]) for letter in ranked)


def _place(typed: str, among: Sequence[str]) -> int:
    try:
        return among.index(typed)
    except ValueError:
        raise NotABallot from None
