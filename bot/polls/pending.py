"""Polls that wait in memory for a confirmation: by their maker, or by a second organizer.

Nothing of it is written down. A restart forgets it, and whoever asked asks again.
"""

import time
from collections.abc import Callable
from dataclasses import field
from datetime import timedelta

from bot.polls.register import Open
from commands.polls.count.comparison import words_of
from commands.polls.model import Poll
from commands.polls.service import HeldPoll, PollDraft
from storage.core.lazy_dataclass import dataclass
from storage.core.model import CommitteeId, UserId

HELD_FOR = 3600.0
"""Seconds for which a poll waits for a second organizer."""
NEW_FOR = 600.0
"""Seconds in which its maker may call a poll off."""
LATELY = 1800.0
"""Seconds in which a second ok is told that the poll is open."""

MOST_ASKED = 500
"""Questions whose words are remembered: more than a month has polls."""

Spot = tuple[CommitteeId, UserId, bool]
"""One person's draft in the room or in their direct chat."""


@dataclass(frozen=True, slots=True)
class Made:
    """Who opened a poll, where and when (monotonic)."""

    spot: Spot
    at: float


@dataclass(frozen=True, slots=True)
class Opening:
    """A poll being opened by a message: the request, and who made it."""

    asked: Poll
    by: UserId


@dataclass(frozen=True, slots=True)
class CalledOff:
    """A poll that a message called off; ``by_maker``: because its sender had made it."""

    which: Open
    by_maker: bool


@dataclass(slots=True)
class PendingPolls:
    """Polls waiting in memory, of all committees; changed only after a message's commit."""

    clock: Callable[[], float] = time.monotonic
    _drafts: dict[Spot, PollDraft] = field(default_factory=dict)
    _held: dict[tuple[CommitteeId, str], tuple[float, HeldPoll]] = field(default_factory=dict)
    _origins: dict[tuple[CommitteeId, str], str] = field(default_factory=dict)
    """Which message first opened the poll of this code, so that a second one opens no other."""
    opening: dict[str, Opening] = field(default_factory=dict)
    """By poll id, until the transaction of its message has committed: the box is there before."""
    called_off: dict[str, CalledOff] = field(default_factory=dict)
    """By message, until its transaction has committed: the box is empty before."""
    _made: dict[str, Made] = field(default_factory=dict)
    """By poll id. Forgotten after half an hour."""
    asked: dict[str, frozenset[str]] = field(default_factory=dict)
    """The words of what was asked lately, by poll id, to know the same question again. A restart forgets
    them: written down they would tell from the files what was asked."""

    def draft(self, committee: CommitteeId, draft: PollDraft) -> None:
        """Keep a draft in place of its author's earlier one, and drop expired drafts."""
        old = draft.until - timedelta(seconds=LATELY)
        self._drafts = {spot: each for spot, each in self._drafts.items() if each.until >= old}
        self._drafts[committee, draft.by, draft.in_room] = draft

    def drafted(self, committee: CommitteeId, user: UserId, *, in_room: bool) -> PollDraft | None:
        """The draft of a person in the room or in their direct chat; None if there is none."""
        return self._drafts.get((committee, user, in_room))

    def drop(self, committee: CommitteeId, user: UserId, *, in_room: bool) -> None:
        """Drop the draft of a person in the room or in their direct chat."""
        self._drafts.pop((committee, user, in_room), None)

    def hold(self, committee: CommitteeId, held: HeldPoll) -> None:
        """Keep a poll until a second person agrees, and drop expired ones."""
        now = self.clock()
        self._held = {at: each for at, each in self._held.items() if now - each[0] <= HELD_FOR}
        self._held[committee, held.poll.code] = (now, held)

    def held(self, committee: CommitteeId, code: str) -> HeldPoll | None:
        """The poll waiting under a code for a second person; None if there is none or its time is over."""
        since, held = self._held.get((committee, code), (0.0, None))
        return held if self.clock() - since <= HELD_FOR else None

    def forget(self, committee: CommitteeId, user: UserId) -> None:
        """Drop what waits on somebody's word or behalf: their part has ended."""
        for in_room in (True, False):
            self.drop(committee, user, in_room=in_room)
        self._held = {
            spot: (since, held)
            for spot, (since, held) in self._held.items()
            if spot[0] != committee or held.by != user
        }

    def origin(self, committee: CommitteeId, poll: Poll, origin: str) -> str:
        """The message that opens this poll: the first that tried, even if its transaction failed."""
        return self._origins.setdefault((committee, poll.code), origin)

    def opened(
        self, committee: CommitteeId, poll: Poll, poll_id: str, by: UserId, *, in_room: bool
    ) -> None:
        """Forget the request for a poll that is open now; note who made the poll."""
        self._held.pop((committee, poll.code), None)
        self._origins.pop((committee, poll.code), None)
        self.opening.pop(poll_id, None)
        now = self.clock()
        self._made = {name: made for name, made in self._made.items() if now - made.at <= LATELY}
        self._made[poll_id] = Made((committee, by, in_room), now)
        self.asked[poll_id] = words_of(poll.question)
        while len(self.asked) > MOST_ASKED:
            del self.asked[next(iter(self.asked))]

    def done_with(self, origin: str) -> None:
        """Forget a poll that was called off, as the message's transaction has committed."""
        self.called_off.pop(origin, None)

    def is_new(self, poll_id: str, user: UserId) -> bool:
        """Whether a person opened the poll less than ten minutes ago, since the last restart."""
        made = self._made.get(poll_id)
        return made is not None and made.spot[1] == user and self.clock() - made.at <= NEW_FOR

    def made_by(self, committee: CommitteeId, user: UserId, *, in_room: bool) -> list[str]:
        """The ids of polls somebody opened lately (half an hour) in one place, newest first."""
        now, spot = self.clock(), (committee, user, in_room)
        return [
            name
            for name, made in reversed(self._made.items())
            if made.spot == spot and now - made.at <= LATELY
        ]
