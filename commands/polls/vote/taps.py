"""Ballots to tap: answer ids that tell nothing, other ones for every voter.

Which id means which choice is computed from a secret of the poll, so that nothing is kept for it,
nobody else can make an id, and no id says to which poll, voter or choice it belongs.
"""

import hashlib
import hmac
from collections.abc import Sequence

from commands.polls.model import ABSTAIN, NotABallot, Poll, PollKind
from storage.core.lazy_dataclass import dataclass
from storage.core.model import UserId

ID_LENGTH = 24
"""Letters of every answer id: the choice must not show in a length."""


@dataclass(frozen=True, slots=True)
class Tap:
    """One answer of a native poll."""

    id: str
    code: str
    """What somebody types who types it."""


def taps(poll: Poll, secret: bytes, voter: UserId) -> tuple[Tap, ...]:
    """The answers one voter can tap; only for polls whose kind is ``single``.

    Options come in an order of each voter's own, so that no option profits from standing first;
    scales keep theirs, and abstaining comes last.
    """
    answers = [Tap(_id(poll, secret, voter, code), code) for code in poll.codes]
    if poll.kind is PollKind.CHOOSE:
        *options, abstain = answers
        return (*sorted(options, key=lambda tap: tap.id), abstain)
    return tuple(answers)


def tapped(poll: Poll, secret: bytes, voter: UserId, answers: Sequence[str]) -> str:
    """The ballot that a poll response means, as people would type it. Raises NotABallot.

    An empty response is how apps take a tap back: the ballot then abstains.
    """
    if not poll.kind.single:
        raise NotABallot
    if not answers:
        return ABSTAIN * poll.width
    codes = {tap.id: tap.code for tap in taps(poll, secret, voter)}
    if len(answers) != 1 or answers[0] not in codes:
        raise NotABallot
    return codes[answers[0]]


def _id(poll: Poll, secret: bytes, voter: UserId, code: str) -> str:
    message = f"answer\0{poll.code}\0{voter}\0{code}".encode()
    return hmac.new(secret, message, hashlib.sha256).hexdigest()[:ID_LENGTH]
