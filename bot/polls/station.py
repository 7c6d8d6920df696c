"""Everything of secret polls that the running bot has, wired together."""

from collections.abc import Callable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from bot.doors import Doors
from bot.matrix.client import Client
from bot.matrix.moving import Moving
from bot.matrix.pictures import Pictures
from bot.matrix.room_keys import RoomKeys
from bot.matrix.rooms import Room
from bot.places import Places
from bot.poll_settings import Polls
from bot.polls.courier import Courier
from bot.polls.desk import Desk
from bot.polls.keys import PollKeys
from bot.polls.officer import ReturningOfficer
from bot.polls.presence import Presence
from bot.polls.records import Records
from bot.polls.register import Register
from bot.polls.tidying import Tidying
from bot.polls.votes import Votes
from bot.polls.waiting import Waiting
from commands.framework.context import Context
from commands.polls.desk import PollDesk
from storage.ballots import Ballots
from storage.committees import Committees
from storage.database import Database, Transaction
from storage.model import RoomId, UserId

UTC = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True)
class Polling:
    """The parts, from the voter's message to the announced result."""

    register: Register
    courier: Courier
    officer: ReturningOfficer
    tidying: Tidying
    votes: Votes
    pending: Waiting
    presence: Presence

    @classmethod
    def build(
        cls,
        settings: Polls,
        ballots: Ballots,
        database: Database,
        *,
        client: Client,
        moving: Moving,
        keys: RoomKeys,
        places: Places,
        doors: Doors,
        pictures: Pictures,
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
        courier = Courier(
            client,
            keys,
            places.rooms,
            doors.direct_room,
            pictures,
            pace=60 / settings.ballots_per_minute,
        )
        moving.watched = lambda: bool(register.open_polls)
        tidying = Tidying(moving, courier, direct)
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
        return cls(register, courier, officer, tidying, votes, Waiting(), presence)

    def desk(self, ctx: Context, tx: Transaction, origin: str) -> PollDesk:
        """For one command."""
        return Desk(self.officer, self.pending, self.presence, ctx, tx, origin)

    async def close(self) -> None:
        await self.officer.close()
        await self.courier.close()
