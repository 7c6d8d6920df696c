"""Everything of secret polls that the running bot has, wired together."""

from collections.abc import Callable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from bot.config.polls import Polls
from bot.delivery.attachments import Makers
from bot.delivery.clearance import Clearance
from bot.delivery.ephemeral import EphemeralSender, Resolve
from bot.delivery.sender import Sender
from bot.matrix.rooms import Room
from bot.matrix.session_expiry import SessionExpiry
from bot.polls.cleanup import BallotCleanup
from bot.polls.keys import PollKeys
from bot.polls.officer import ReturningOfficer
from bot.polls.pending import PendingPolls
from bot.polls.presence import Presence
from bot.polls.records import Records
from bot.polls.register import Register
from bot.polls.service import CommitteePolls
from bot.polls.votes import Votes
from bot.rooms.directory import RoomDirectory
from commands.framework.context import Context
from commands.polls.service import PollService
from storage.chat.committees import Committees
from storage.core.database import Database, Transaction
from storage.core.model import RoomId, UserId
from storage.polls.ballots import Ballots

UTC = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True)
class Hearing:
    """Asks, in a transaction of its own, whether something may still be said."""

    database: Database
    clearance: Clearance

    async def hears(self, person: str, of: str | None) -> bool:
        """Whether somebody takes part in the committee of this room; None: in any."""
        async with self.database.transaction() as tx:
            return await self.clearance.hears(tx, person, of)

    async def spoken_in(self, room: str) -> bool:
        """Whether a room may be spoken in."""
        async with self.database.transaction() as tx:
            return await self.clearance.spoken_in(tx, room)


@dataclass(frozen=True, slots=True)
class Polling:
    """The parts, from the voter's message to the announced result."""

    register: Register
    courier: EphemeralSender
    officer: ReturningOfficer
    tidying: BallotCleanup
    votes: Votes
    pending: PendingPolls
    presence: Presence

    @classmethod
    def build(
        cls,
        settings: Polls,
        ballots: Ballots,
        database: Database,
        *,
        moving: SessionExpiry,
        sender: Sender,
        places: RoomDirectory,
        resolve: Resolve,
        makers: Makers,
        clearance: Clearance,
        heard: Callable[[], float | None],
    ) -> "Polling":
        """``heard``: Unix time at which the last answer of sync came that was taken whole."""

        async def zone_of(room: str) -> ZoneInfo:
            async with database.transaction() as tx:
                committee = await Committees(tx).by_room(RoomId(room))
            return UTC if committee is None else committee.zone

        def direct(user: UserId) -> Room | None:
            return places.direct_with(user, [each.room for each in register.open_polls.values()])

        register = Register(ballots, PollKeys(settings.keys_dir))
        courier = EphemeralSender(
            sender,
            places.rooms,
            resolve,
            makers,
            Hearing(database, clearance),
            pace=60 / settings.ballots_per_minute,
        )
        moving.watched = lambda: bool(register.open_polls)
        tidying = BallotCleanup(moving, courier, direct)
        policy = settings.policy()
        presence = Presence(database, places, register, courier, policy)
        votes = Votes(
            register, courier, moving, places=places, zone_of=zone_of, ended=presence.ended
        )
        officer = ReturningOfficer(
            register,
            courier,
            tidying,
            moving,
            policy=policy,
            records=Records(database),
            zone_of=zone_of,
            ended=presence.ended,
            heard=heard,
            lost=votes.lost,
        )
        return cls(register, courier, officer, tidying, votes, PendingPolls(), presence)

    def desk(self, ctx: Context, tx: Transaction, origin: str) -> PollService:
        """For one command."""
        return CommitteePolls(self.officer, self.pending, self.presence, ctx, tx, origin)

    async def close(self) -> None:
        await self.officer.close()
        await self.courier.close()
