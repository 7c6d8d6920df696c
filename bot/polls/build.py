"""Puts together everything of secret polls that the running bot has."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from bot.config.polls import Polls
from bot.delivery.ephemeral import EphemeralSender
from bot.matrix.rooms import Room
from bot.matrix.session_expiry import SessionExpiry
from bot.matrix.trust import Trust
from bot.polls.cleanup import BallotCleanup
from bot.polls.clerk import PollClerk
from bot.polls.clocks import Clocks
from bot.polls.officer import ReturningOfficer
from bot.polls.pending import PendingPolls
from bot.polls.presence import Presence
from bot.polls.records import Records
from bot.polls.register import Register
from bot.polls.service import CommitteePolls
from bot.polls.votes import Votes
from bot.rooms.directory import RoomDirectory
from bot.state import SharedState
from commands.framework.context import Committee, Context
from commands.polls.service import PollService
from storage.core.database import Database, Transaction
from storage.core.lazy_dataclass import dataclass
from storage.core.model import UserId

if TYPE_CHECKING:
    from commands.coalition.own_ballots import OwnBallots


@dataclass(frozen=True, slots=True)
class Polling:
    """The parts of secret polls, from the voter's message to the announced result."""

    register: Register
    sender: EphemeralSender
    officer: ReturningOfficer
    votes: Votes
    pending: PendingPolls
    presence: Presence
    believed: Callable[[UserId], bool]
    """Whether somebody has an app whose votes count."""

    def service(self, ctx: Context, tx: Transaction, origin: str) -> PollService:
        """The polls' interface for one command, which came with the message ``origin``."""
        return CommitteePolls(
            self.officer, self.pending, self.presence, ctx, tx, origin, self.believed
        )

    def own_ballots(self, tx: Transaction, committee: Committee) -> "OwnBallots":
        """A committee's part of coalition polls, for one transaction."""
        # Late: few committees are in a coalition.
        from bot.polls.own_ballots import BoxedBallots  # noqa: PLC0415

        return BoxedBallots(self.officer, self.pending, self.presence, self.believed, committee, tx)


def build_polls(
    settings: Polls,
    register: Register,
    database: Database,
    sender: EphemeralSender,
    expiry: SessionExpiry,
    places: RoomDirectory,
    trust: Trust,
    state: SharedState,
) -> Polling:
    """Put the parts together."""
    clocks = Clocks(database)

    def direct(user: UserId) -> Room | None:
        return places.direct_with(user, [each.room for each in register.open_polls.values()])

    policy = settings.policy()
    presence = Presence(database, places, register, sender, policy)
    votes = Votes(register, sender, expiry, places=places, clocks=clocks, ended=presence.ended)
    cleanup, records = BallotCleanup(expiry, sender, direct), Records(database)
    clerk = PollClerk(
        register,
        sender,
        cleanup,
        expiry,
        policy=policy,
        records=records,
        clocks=clocks,
        ended=presence.ended,
    )
    officer = ReturningOfficer(
        register,
        sender,
        clerk,
        cleanup,
        expiry,
        policy=policy,
        records=records,
        clocks=clocks,
        ended=presence.ended,
        pulse=state.pulse,
        coalition=state.signals.coalition,
    )
    return Polling(
        *(register, sender, officer, votes, PendingPolls(), presence),
        # Whose keys nobody has told yet may well have an app: nothing is said of them.
        believed=lambda user: not trust.knows(user) or bool(trust.may_read(user)),
    )
