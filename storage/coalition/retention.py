"""Old records of coalitions: messages, polls and times that are over, proposals that were decided, codes that nobody typed."""

from datetime import datetime, timedelta
from typing import Final

from storage.coalition.messages import HeardMessages, SaidMessages
from storage.coalition.pairings import GivenCodes
from storage.coalition.polls import CoalitionPolls
from storage.coalition.proposals import DecidedProposals
from storage.core.lazy_dataclass import dataclass
from storage.core.repository import Shared
from storage.core.rows import millis

SAID_KEPT: Final = timedelta(days=30)
"""How long whoever missed one of our messages can have it again."""
HEARD_KEPT: Final = timedelta(days=30)
"""How long it is known of each message of others what became of it; the last counter of each stays."""
MOST_HEARD: Final = 2_000
"""Messages of one bot of which that is known: more than any says in that time, but for one that floods us."""
POLLS_KEPT: Final = timedelta(days=40)
"""How long it is known that a poll was: longer than its messages can be said again."""
BODIES_KEPT: Final = timedelta(days=30)
"""How long it is kept what was proposed, where that is needed after leads decided: whose bot typed a code."""
TIMES_KEPT: Final = timedelta(days=7)
"""How long after a time it is kept what was told of it; nobody can propose it any more, whatever their clock says."""
DECIDED_KEPT: Final = timedelta(days=180)
"""How long it is kept which lead said ok to what."""


@dataclass(frozen=True, slots=True)
class OldCoalitionRecords(Shared):
    """Records of all coalitions that have had their time."""

    async def forget(self, now: datetime) -> int:
        """Delete what is too old at a time; return how many rows."""
        gone = await SaidMessages(self.tx).forget_before(millis(now - SAID_KEPT))
        gone += await HeardMessages(self.tx).forget_before(millis(now - HEARD_KEPT))
        gone += await HeardMessages(self.tx).forget_beyond(MOST_HEARD)
        gone += await GivenCodes(self.tx).forget_expired(now)
        gone += await CoalitionPolls(self.tx).forget_before(now - POLLS_KEPT)
        gone += await self.tx.execute(
            "DELETE FROM coalition_told_times WHERE at < ?", (millis(now - TIMES_KEPT),)
        )
        gone += await DecidedProposals(self.tx).empty_before(millis(now - BODIES_KEPT))
        return gone + await DecidedProposals(self.tx).forget_before(millis(now - DECIDED_KEPT))
