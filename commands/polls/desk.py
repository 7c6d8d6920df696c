"""The bot's side of secret polls: what the commands may ask of it.

And where the words and decisions are that it needs:

- opened: ``views.announcement`` in the room; to each of the roster ``views.ballot`` and, where
  ``poll.kind.single``, ``bot.matrix.native_polls.ballot`` with a secret of the poll that a restart
  does not change
- a message: ``typed.typed_vote`` first of all, then ``voting.cast``; a tap: ``voting.cast_by_tap``;
  in the box: ``views.acknowledgement``
- in the room: redact, ``views.typed_in_the_room``; a reaction to one of ours: ``views.reacted``
- ``views.reminder`` to everybody; at the deadline ``tally.tally`` and ``results.result``, between
  them ``Result.to_json`` in the box
- ``views.cancelled``, ``postponed``, ``key_lost``, ``lost_for_voters``, ``rolled_back``
- a ``Reply`` that is ``fleeting`` is sent from memory and never queued
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from commands.polls.model import Poll
from commands.polls.policy import Member, Policy
from storage.model import UserId


@dataclass(frozen=True, slots=True)
class Held:
    """A poll that waits for a second organizer to agree to it. Kept in memory for an hour."""

    poll: Poll
    by: UserId


class Outcome(Enum):
    """What became of a request about an open poll."""

    DONE = "done"
    UNKNOWN = "unknown"
    """No open poll of this committee has that code."""
    EARLIER = "earlier"
    """A deadline can move later only."""
    TOO_LATE = "too late"
    """Farther away than the policy lets a poll stay open."""
    ALREADY = "already"
    """Its time is up: it is being counted."""


class PollDesk(ABC):
    """Provided by the bot, for the committee and the message of the command.

    Nothing it does may leave a question, an option, a name or a choice in app.db: what has to be
    said, it says itself, from memory, in the words of ``commands/polls/views.py``.
    """

    @property
    @abstractmethod
    def policy(self) -> Policy:
        """What the operator set."""

    @abstractmethod
    async def unavailable(self) -> Sequence[str]:
        """Why secret polls cannot be held on this machine, in plain words; empty when they can."""

    @abstractmethod
    async def members(self) -> Sequence[Member]:
        """Who is joined to the committee's room now, as the server's state says."""

    @abstractmethod
    async def rosters(self, since: datetime) -> Sequence[frozenset[UserId]]:
        """The rosters of this committee's secret polls opened since, the open ones included.

        Wherever they are kept for that, they are of members, never of voters, and expire.
        """

    @abstractmethod
    async def open(self, poll: Poll, roster: Sequence[UserId]) -> Poll:
        """Make the box, announce it, send the ballots.

        The same message opens it only once: asked again after a crash, this returns the poll that
        is open already, with the code it has.
        """

    @abstractmethod
    async def hold(self, held: Held) -> None:
        """Keep a poll in memory until a second organizer agrees; nothing of it is written."""

    @abstractmethod
    async def held(self, code: str) -> Held | None:
        """The poll that waits under this code, in this committee."""

    @abstractmethod
    async def polls(self) -> Sequence[Poll]:
        """The committee's open secret polls."""

    @abstractmethod
    async def cancel(self, code: str) -> Outcome:
        """Destroy a poll and its ballots unread, and announce that."""

    @abstractmethod
    async def postpone(self, code: str, closes_at: datetime) -> Outcome:
        """Move a deadline later, and announce that."""

    @abstractmethod
    async def is_mine_in(self, code: str, user: UserId) -> bool | None:
        """Whether a ballot of this person is in the box.

        None when no open poll has that code, or they are not on its roster.
        """
