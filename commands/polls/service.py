"""The interface to the bot's side of secret polls: what commands may ask of it.

The bot (bot/polls) in turn finds its words and decisions here:

- when a poll opens: ``views.announcement`` in the room; to everybody on the roster ``views.ballot`` and,
  where ``poll.kind.single``, ``bot.polls.native_ballot.ballot`` with a secret of the poll that survives
  a restart
- a message: ``vote.typed.typed_vote`` first of all, then ``vote.cast.cast``; a tap:
  ``vote.cast.cast_by_tap``; once it is in the box: ``views.acknowledgement``
- a vote typed in the room: redact it, ``views.typed_in_the_room``; a reaction to a message of the bot:
  ``views.reacted``
- ``views.reminder`` to everybody; at the deadline ``count.tally.tally`` and ``count.results.result``,
  between them ``Result.to_json`` in the box
- a poll is counted with ``ask.policy.raised`` rules; ``views.part_ended`` answers a vote of somebody whose
  part ended, ``stays_on_roster`` and ``opened_meanwhile`` go to whoever leaves the room and comes back
- endings: ``views.cancelled``, ``postponed``, ``key_lost``, ``lost_for_voters``, ``rolled_back``
- a ``Reply`` that is ``fleeting`` is sent from memory and never queued
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from datetime import datetime
from enum import Enum

from commands.polls.ask.policy import Member, Policy
from commands.polls.count.comparison import Earlier
from commands.polls.model import Named, Poll
from storage.core.lazy_dataclass import dataclass
from storage.core.model import UserId
from storage.polls.rosters import DeadlineHistory


@dataclass(frozen=True, slots=True)
class HeldPoll:
    """A poll that waits in memory, for an hour, for a second organizer to agree."""

    poll: Poll
    by: UserId


@dataclass(frozen=True, slots=True)
class PollDraft:
    """A poll said back to its maker that waits for ``!ok``. Kept in memory, written nowhere."""

    asked: Poll | Named
    by: UserId
    in_room: bool
    """Whether the poll was typed in the committee's room rather than in the maker's direct chat."""
    until: datetime
    first: UserId | None = None
    """Who asked it first, where this person is the second who has to want it."""


class RequestOutcome(Enum):
    """The outcome of a request about an open poll."""

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
        """The operator's settings for secret polls."""

    @abstractmethod
    async def unavailable(self) -> Sequence[str]:
        """Reasons why this machine cannot hold secret polls, in plain words; empty when it can."""

    @abstractmethod
    async def members(self) -> Sequence[Member]:
        """Everybody who is in the committee's room, or was until lately, as the bot saw it."""

    @abstractmethod
    async def without_app(self, people: Sequence[UserId]) -> int:
        """How many of these people have no app that the bot believes, and so cannot vote at this moment."""

    @abstractmethod
    async def earlier(self, since: datetime) -> Sequence[Earlier]:
        """Other secret polls opened since then, of all committees, whose results can be compared."""

    @abstractmethod
    async def known(self) -> frozenset[UserId]:
        """People this committee may hear named: who is in its room or was on one of its rosters."""

    @abstractmethod
    async def open(self, poll: Poll, roster: Sequence[UserId]) -> Poll:
        """Make the box; after the message is handled, announce the poll and send the ballots.

        A draft and a held poll are opened only once, whatever message asks: asked again, also by
        the same message after a crash, this returns the poll that is open already, with its code.
        """

    @abstractmethod
    async def opened(self) -> Poll | None:
        """The open poll that this very message made before a crash; None if there is none."""

    @abstractmethod
    async def backlog(self) -> int:
        """Ballots of other polls that wait to be sent to many people."""

    @abstractmethod
    async def draft(self, draft: PollDraft) -> None:
        """Keep a poll until its maker's ok; an earlier draft in the same place is dropped."""

    @abstractmethod
    async def drafted(self, user: UserId, *, in_room: bool) -> PollDraft | None:
        """The poll that waits for the user's ok in the room or the direct chat, expired or not; None if none."""

    @abstractmethod
    async def drop_draft(self, user: UserId, *, in_room: bool) -> None:
        """Drop a user's draft in the room or the direct chat, once the message is handled."""

    @abstractmethod
    async def opened_lately(self, user: UserId, *, in_room: bool) -> Poll | None:
        """The open poll that the user opened last in the room or direct chat, within half an hour; else None."""

    @abstractmethod
    async def hold(self, held: HeldPoll) -> None:
        """Keep a poll in memory, unwritten, until a second organizer agrees."""

    @abstractmethod
    async def held(self, code: str) -> HeldPoll | None:
        """The poll that waits under this code in this committee; None if there is none."""

    @abstractmethod
    async def polls(self) -> Sequence[Poll]:
        """The committee's open secret polls."""

    @abstractmethod
    async def ballots_since(self, user: UserId, since: datetime) -> Sequence[Poll]:
        """The open polls of this committee whose ballot may have come to a person since then."""

    @abstractmethod
    async def open_to(self, user: UserId) -> Sequence[Poll]:
        """The open polls, of any committee, that have this person on the roster."""

    @abstractmethod
    async def size(self, code: str) -> int | None:
        """How many may vote in an open poll of this committee; None if no poll has the code."""

    @abstractmethod
    async def history(self, code: str) -> DeadlineHistory | None:
        """When an open poll was opened, and how often it was postponed; None if no poll has the code."""

    @abstractmethod
    async def may_call_off(self, code: str, user: UserId) -> bool:
        """Whether somebody made this poll in the last ten minutes and not all have their ballot.

        It says nothing about votes: nobody looks whether there are any.
        """

    @abstractmethod
    async def cancel(self, code: str) -> RequestOutcome:
        """Destroy a poll and its ballots unread, and announce the cancellation."""

    @abstractmethod
    async def postpone(self, code: str, closes_at: datetime) -> RequestOutcome:
        """Move a deadline later, and announce the new one."""

    @abstractmethod
    async def is_mine_in(self, code: str, user: UserId) -> bool | None:
        """Whether this person's ballot is in the box.

        None when no open poll has that code, or they are not on its roster.
        """
