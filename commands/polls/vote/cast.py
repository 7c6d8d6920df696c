"""Outcomes of a vote that reached the bot properly. Pure: the box records it."""

from collections.abc import Sequence
from dataclasses import field
from datetime import datetime

from commands.framework.reply import Reply
from commands.polls import views
from commands.polls.model import NotABallot, Poll, encode
from commands.polls.vote import near_misses
from commands.polls.vote.taps import tapped
from commands.polls.vote.typed import TypedVote
from storage.core.lazy_dataclass import dataclass
from storage.core.model import UserId


@dataclass(frozen=True, slots=True)
class Cast:
    """A ballot to put into the box."""

    poll: Poll
    choice: bytes = field(repr=False)


def cast(vote: TypedVote, mine: Sequence[Poll], sent: datetime) -> Cast | Reply:
    """The ballot in a typed vote, or the one answer to what is none.

    ``mine`` are the open polls that have this person on the roster: whoever is on none gets the one
    answer, whoever is on some is shown those. ``sent`` is when the homeserver says it was sent.
    """
    live = [each for each in mine if sent < each.rules.closes_at]
    poll = next((each for each in live if each.code == vote.code), None)
    if poll is None:
        return near_misses.which_ballot(live) if live else views.no_such_poll()
    return _cast(poll, vote.choice)


def cast_by_tap(
    answers: Sequence[str],
    mine: Sequence[tuple[Poll, bytes]],
    voter: UserId,
    sent: datetime,
) -> Cast | Reply:
    """Decide what becomes of a tap. ``mine`` has each poll beside its secret for answer ids.

    A tap that is taken back names no poll; it counts where only one could be meant.
    """
    meant = [(poll, secret) for poll, secret in mine if sent < poll.rules.closes_at]
    if not answers and len([poll for poll, _secret in meant if poll.kind.single]) > 1:
        return views.which_tap()
    for poll, secret in meant:
        try:
            choice = tapped(poll, secret, voter, answers)
        except NotABallot:
            continue
        return _cast(poll, choice)
    return views.no_such_poll()


def _cast(poll: Poll, choice: str) -> Cast | Reply:
    try:
        return Cast(poll, encode(poll, choice))
    except NotABallot:
        return near_misses.not_a_ballot(poll)
