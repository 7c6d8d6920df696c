"""A committee's room as a homeserver shows it, and the bot looking at who is in the room."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bot.matrix.rooms import Room
from bot.membership.newcomers import Introductions, introduced
from bot.rooms.authority import Authority
from bot.rooms.directory import RoomDirectory
from commands.roles.rules import AuthoritySettings, confirmed
from commands.roles.standing import Role, Standing
from storage.authority.standings import Standings
from storage.chat.committees import Committees
from storage.chat.outbox import OutboxTable, Parcel
from storage.core.database import Database
from storage.core.model import Committee, EntryKind, RoomId, UserId
from storage.history.entries import History
from tests.support.collected import Collected

HOME = "!payments:example.org"
BOT, ANA, BEN, DAN, EVE = (
    f"@{name}:example.org" for name in ("steward", "ana", "ben", "dan", "eve")
)
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@dataclass(slots=True)
class Hall:
    """A committee's room, changed as a homeserver changes it, with the bot looking."""

    database: Database
    settings: AuthoritySettings = field(default_factory=AuthoritySettings)
    now: datetime = MONDAY
    room: Room = field(init=False)
    places: RoomDirectory = field(init=False)
    authority: Authority = field(init=False)
    introducing: Introductions = field(init=False)
    outbox: Collected = field(default_factory=Collected)

    def __post_init__(self) -> None:
        self.room = Room(HOME, encrypted=True)
        self.places = RoomDirectory(BOT, lambda _user: True, rooms={HOME: self.room})
        self.restart()
        self.member(BOT, "join")

    def restart(self) -> None:
        """Start again with nothing but the database."""
        self.authority = Authority(self.places, self.settings)
        self.introducing = Introductions(self.authority, self.outbox)

    async def found(self, *, set_up: bool = False) -> None:
        async with self.database.transaction() as tx:
            made = await Committees(tx).add(RoomId(HOME), "Payments", "UTC", self.now)
            if set_up:
                await Committees(tx).set_up(made.id, "Payments", "UTC")

    async def setup(self) -> None:
        """Let a lead type ``!setup``."""
        committee = await self.committee()
        async with self.database.transaction() as tx:
            await Committees(tx).set_up(committee.id, "Payments", "UTC")

    async def recorded(self) -> None:
        """Let somebody record something about people."""
        committee = await self.committee()
        async with self.database.transaction() as tx:
            await History(tx, committee.id, UserId(ANA), self.now).record(EntryKind.NOTED)

    def member(self, user: str, membership: str) -> None:
        event = {"type": "m.room.member", "state_key": user, "content": {"membership": membership}}
        assert self.room.apply(event)

    def power(self, **levels: int) -> None:
        users = {f"@{name}:example.org": level for name, level in levels.items()}
        content = {"users": users}
        assert self.room.apply({"type": "m.room.power_levels", "state_key": "", "content": content})

    async def committee(self) -> Committee:
        async with self.database.transaction() as tx:
            return (await Committees(tx).all())[0]

    async def look(self) -> list[Parcel]:
        """Let the bot look at the room a minute later; returns what was queued."""
        self.now += timedelta(minutes=1)
        committee = await self.committee()
        async with self.database.transaction() as tx:
            await self.introducing.look(tx, committee, self.now)
        return self.outbox.taken()

    async def deliver(self, parcels: list[Parcel]) -> None:
        """Let the homeserver accept what is queued."""
        async with self.database.transaction() as tx:
            for parcel in parcels:
                if parcel.transaction_id.startswith("new-"):
                    await introduced(self.authority, tx, parcel.transaction_id)
                await OutboxTable(tx).done(parcel.id)

    async def standing(self, user: str) -> Standing:
        committee = await self.committee()
        async with self.database.transaction() as tx:
            return await self.authority.standing(tx, committee, user)

    async def role(self, user: str) -> Role | None:
        return (await self.standing(user)).role

    async def confirm(self, user: str, role: Role) -> None:
        committee = await self.committee()
        async with self.database.transaction() as tx:
            standings = Standings(tx, committee.id)
            kept = await standings.of(UserId(user))
            shown = self.places.role(committee, user)
            assert kept is not None
            assert shown is not None
            await standings.put(confirmed(kept, role, shown, self.now))


async def begun(database: Database) -> Hall:
    """Make a hall with Ana, who keeps the data, and Ben; set up and at work."""
    hall = Hall(database)
    hall.member(ANA, "join")
    hall.member(BEN, "join")
    hall.power(ana=100)
    await hall.found()
    await hall.look()
    await hall.setup()
    await hall.recorded()
    await hall.look()
    return hall
