"""A committee's own secret poll in a coalition poll: opened, counted, destroyed; the bot provides it."""

from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING, Protocol

from storage.coalition.model import CoalitionId
from storage.core.lazy_dataclass import dataclass
from storage.core.model import UserId

if TYPE_CHECKING:
    from commands.polls.count.tally import Result
    from commands.polls.model import Poll
    from commands.polls.service import PollService

PollKey = tuple[CoalitionId, str]
"""The coalition of one committee, and the id of the message that asked a poll there."""


class NoTotals(Enum):
    """Why there is nothing to take from a committee's box."""

    OPEN = "open"
    """It is not counted yet."""
    GONE = "gone"
    """It was cancelled, is lost, or was destroyed."""


@dataclass(frozen=True, slots=True)
class CountedBox:
    """A box that was counted. It stays sealed, and in it the totals, until nobody needs them."""

    poll: "Poll"
    """With the rules by which it was counted."""
    result: "Result"
    secret: bytes
    """Random bytes that are in memory alone, and are destroyed with the box."""


class OwnBallots(Protocol):
    """The secret polls of one committee that are parts of coalition polls, in one transaction."""

    def desk(self, poll: PollKey, author: UserId, now: datetime) -> "PollService":
        """What opens this committee's poll: once for each ``poll``, whatever dies and whoever asks again."""

    async def box(self, poll: PollKey) -> NoTotals | CountedBox:
        """What there is of this committee's poll in a coalition poll."""

    def look(self, poll: PollKey) -> None:
        """Have the box looked after once the transaction has committed: it may not be needed any more."""
