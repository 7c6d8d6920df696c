"""One committee's secret poll that is part of a coalition poll: the box, and who looks after it."""

from collections.abc import Callable
from datetime import datetime

from bot.polls.box import Phase
from bot.polls.officer import ReturningOfficer
from bot.polls.pending import PendingPolls
from bot.polls.presence import Presence
from bot.polls.register import Open, Over, name_of
from bot.polls.service import CommitteePolls
from commands.coalition.own_ballots import CountedBox, NoTotals, PollKey
from commands.framework.context import Committee, Context, Place
from commands.polls.service import PollService
from commands.roles.standing import Role, Standing
from storage.core.database import Transaction
from storage.core.lazy_dataclass import dataclass
from storage.core.model import UserId


@dataclass(frozen=True, slots=True)
class BoxedBallots:
    """The boxes of one committee, for one transaction."""

    officer: ReturningOfficer
    pending: PendingPolls
    presence: Presence
    believed: Callable[[UserId], bool]
    committee: Committee
    tx: Transaction

    def desk(self, poll: PollKey, author: UserId, now: datetime) -> PollService:
        """The polls' interface, which opens one poll for each ``poll``."""
        standing = Standing(
            author, Role.LEAD, Role.LEAD, barred=False, introduced=True, joined=None, held=None
        )
        ctx = Context(
            author,
            standing,
            Place.DIRECT,
            self.committee,
            (self.committee,),
            now,
            self.committee.zone,
        )
        return CommitteePolls(
            *(self.officer, self.pending, self.presence, ctx, self.tx, _origin(poll)), self.believed
        )

    async def box(self, poll: PollKey) -> NoTotals | CountedBox:
        """The committee's box in a coalition poll. Counting is the returning officer's, at the deadline."""
        which = self._open(poll)
        if which is None or which.phase is Phase.CANCELLED:
            return NoTotals.GONE
        if which.phase is Phase.OPEN:
            return NoTotals.OPEN
        try:
            counted = await self.officer.register.count(which)
        except Over:
            return NoTotals.GONE
        return CountedBox(counted.poll, counted.result, which.half)

    def look(self, poll: PollKey) -> None:
        """Wake the returning officer after commit."""
        which = self._open(poll)
        if which is not None:
            self.tx.after_commit(lambda: self.officer.look(which))

    def _open(self, poll: PollKey) -> Open | None:
        return self.officer.register.open_polls.get(name_of(_origin(poll)))


def _origin(poll: PollKey) -> str:
    """What stands for the message that opened the box: the same however often a lead's ok is handled.

    Bots count their messages anew in each coalition, so that the id of one alone may be there twice.
    """
    coalition, ref = poll
    return f"coalition poll {coalition} {ref}"
