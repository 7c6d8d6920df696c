"""A committee's own ballots in coalition polls without a sealed box, for the bus: the open desk behind them.

A box is destroyed like the real one: when the database says that nobody needs it any more.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime

from commands.coalition.own_ballots import CountedBox, NoTotals, PollKey
from commands.polls.service import PollService
from storage.coalition.polls import CoalitionPolls
from storage.core.database import Transaction
from storage.core.model import UserId
from tests.support.poll_desk import OpenDesk


@dataclass(frozen=True, slots=True)
class OpenBallots:
    """The boxes of one committee, for one transaction."""

    polls: OpenDesk
    tx: Transaction
    kept: dict[str, bytes]
    """The secret of each box, by what its coalition poll is called."""

    def desk(self, poll: PollKey, author: UserId, now: datetime) -> PollService:
        del author, now
        self.polls.opening = poll[1]
        self.kept.setdefault(poll[1], secrets.token_bytes(32))
        return self.polls

    async def box(self, poll: PollKey) -> NoTotals | CountedBox:
        _coalition, ref = poll
        code = self.polls.parts.get(ref)
        if code is None:
            return NoTotals.GONE
        if self.polls.is_open(code):
            return NoTotals.OPEN
        if code not in self.polls.counted:
            return NoTotals.GONE
        return CountedBox(*self.polls.counted[code], self.kept[ref])

    def look(self, poll: PollKey) -> None:
        del poll


async def tend(polls: OpenDesk, tx: Transaction, kept: dict[str, bytes]) -> None:
    """Destroy every counted box that nobody needs."""
    for ref, code in polls.parts.items():
        if code in polls.counted and not await CoalitionPolls(tx).needs_box(ref, code):
            del polls.counted[code]
            kept.pop(ref, None)
