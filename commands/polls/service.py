"""The bot's side of secret polls: what the commands may ask of it.

And where the words and decisions are that it needs:

- opened: ``views.announcement`` in the room; to each of the roster ``views.ballot`` and, where
  ``poll.kind.single``, ``bot.polls.native_ballot.ballot`` with a secret of the poll that a restart
  does not change
- a message: ``typed.typed_vote`` first of all, then ``voting.cast``; a tap: ``voting.cast_by_tap``;
  in the box: ``views.acknowledgement``
- in the room: redact, ``views.typed_in_the_room``; a reaction to one of ours: ``views.reacted``
- ``views.reminder`` to everybody; at the deadline ``tally.tally`` and ``results.result``, between
  them ``Result.to_json`` in the box
- counted with ``policy.raised`` rules; ``views.part_ended`` to a vote of whoever takes no part any more,
  ``stays_on_roster`` and ``opened_meanwhile`` to whoever leaves the room and comes back
- ``views.cancelled``, ``postponed``, ``key_lost``, ``lost_for_voters``, ``rolled_back``
- a ``Reply`` that is ``fleeting`` is sent from memory and never queued
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from commands.polls.ask.policy import Member, Policy
from commands.polls.count.comparison import Earlier
from commands.polls.model import Named, Poll
from storage.core.model import UserId
from storage.polls.rosters import DeadlineHistory


@dataclass(frozen=True, slots=True)
class HeldPoll:
    """A poll that waits for a second organizer to agree to it. Kept in memory for an hour."""

    poll: Poll
    by: UserId


@dataclass(frozen=True, slots=True)
class PollDraft:
    """What was said back to its maker and waits for their ``!ok``. Kept in memory, written nowhere."""

    asked: Poll | Named
    by: UserId
    in_room: bool
    """Whether it was typed in the committee's room rather than in the maker's direct chat."""
    until: datetime
    first: UserId | None = None
    """Who asked it first, where this person is the second who has to want it."""


class RequestOutcome(Enum):
    """What became of a request about an open poll."""

    DONE = "done"
    UNKNOWN = "unknown"
    """No open poll of this committee has that code."""
    EARLIER = "earlier"
    """A deadline can move later only."""
    TOO_LATE = "too late"
    """Farther away than the policy lets a poll stay open."""
    TOO_OFTEN = "too often"
    """Its deadline was moved as often as it may be."""
    ALREADY = "already"
    """Its time is up: it is being counted."""


class PollService(ABC):
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
        """Who is in the committee's room, and who was until lately, as the bot saw it."""

    @abstractmethod
    async def earlier(self, since: datetime) -> Sequence[Earlier]:
        """Other secret polls opened since then, of all committees, whose results can be compared."""

    @abstractmethod
    async def known(self) -> frozenset[UserId]:
        """People this committee may hear named: who is in its room or was on one of its rosters."""

    @abstractmethod
    async def open(self, poll: Poll, roster: Sequence[UserId]) -> Poll:
        """Make the box; once the message is done with, announce it and send the ballots.

        A draft and a held poll are opened only once, whatever message asks: asked again, also by
        the same message after a crash, this returns the poll that is open already, with its code.
        """

    @abstractmethod
    async def opened(self) -> Poll | None:
        """The open poll that this very message made before a crash."""

    @abstractmethod
    async def backlog(self) -> int:
        """Ballots of other polls that wait to be sent to many people."""

    @abstractmethod
    async def draft(self, draft: PollDraft) -> None:
        """Keep what was said back until its maker's ok; what waited in its place is dropped."""

    @abstractmethod
    async def drafted(self, user: UserId, *, in_room: bool) -> PollDraft | None:
        """What waits for this person's ok in that place, whether it has expired or not."""

    @abstractmethod
    async def drop_draft(self, user: UserId, *, in_room: bool) -> None:
        """Let it wait no longer, once the message is done with."""

    @abstractmethod
    async def opened_lately(self, user: UserId, *, in_room: bool) -> Poll | None:
        """The open poll that this person opened last in that place, within half an hour."""

    @abstractmethod
    async def hold(self, held: HeldPoll) -> None:
        """Keep a poll in memory until a second organizer agrees; nothing of it is written."""

    @abstractmethod
    async def held(self, code: str) -> HeldPoll | None:
        """The poll that waits under this code, in this committee."""

    @abstractmethod
    async def polls(self) -> Sequence[Poll]:
        """The committee's open secret polls."""

    @abstractmethod
    async def open_to(self, user: UserId) -> Sequence[Poll]:
        """The open polls, of whichever committee, that have this person on the roster."""

    @abstractmethod
    async def size(self, code: str) -> int | None:
        """How many may vote in an open poll of this committee."""

    @abstractmethod
    async def history(self, code: str) -> DeadlineHistory | None:
        """When an open poll of this committee was opened, and how often it was postponed."""

    @abstractmethod
    async def may_call_off(self, code: str, user: UserId) -> bool:
        """Whether somebody made this poll in the last ten minutes and not all have their ballot.

        It says nothing about votes: nobody looks whether there are any.
        """

    @abstractmethod
    async def cancel(self, code: str) -> RequestOutcome:
        """Destroy a poll and its ballots unread, and announce that."""

    @abstractmethod
    async def postpone(self, code: str, closes_at: datetime) -> RequestOutcome:
        """Move a deadline later, and announce that."""

    @abstractmethod
    async def is_mine_in(self, code: str, user: UserId) -> bool | None:
        """Whether a ballot of this person is in the box.

        None when no open poll has that code, or they are not on its roster.
        """
