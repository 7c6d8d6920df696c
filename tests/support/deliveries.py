"""A committee's outbox without Matrix: real tables, real authority, rooms that tests change at will."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from bot.delivery.attachments import Maker
from bot.delivery.clearance import Clearance
from bot.delivery.exports import exported
from bot.delivery.outbox import Outbox
from bot.delivery.parcel_delivery import LateWords
from bot.delivery.post import Post
from bot.matrix.client import Client
from bot.matrix.room_keys import LastLook
from bot.matrix.rooms import Room
from bot.membership import departures
from bot.membership.offboarding import Effects
from bot.rooms.authority import Authority
from bot.rooms.directory import RoomDirectory
from commands.framework.context import Committee, RoomId, UserId
from commands.framework.reply import Audience, Reply, fill
from commands.roles.standing import Role
from storage.chat.committees import Committees
from storage.chat.outbox import ContentKind, OutboxTable, Parcel
from storage.core.database import Database
from tests.support.outboxes import outbox_over
from tests.support.running import stop

OWN = "@steward:example.org"
ROOM, OTHER_ROOM = "!payments:example.org", "!search:example.org"
LEVELS = {Role.ORGANIZER: 0, Role.LEAD: 50, Role.KEEPER: 100}


def full(who: str) -> str:
    """``@ana`` with her server."""
    return f"{who}:example.org"


class Homeserver:
    """A stand-in for the homeserver that notes what is sent: room, transaction id, words."""

    def __init__(self) -> None:
        self.got: list[tuple[str, str]] = []
        self.contents: list[Mapping[str, Any]] = []
        self.open = asyncio.Event()
        self.open.set()
        """Cleared, it lets nothing through; what is on its way has its room key out already."""
        self.knocked = 0
        """Messages that are about to be encrypted, or were."""

    async def send(
        self,
        room: Room,
        _kind: str,
        content: Mapping[str, Any],
        txn: str,
        _clear: object,
        last_look: LastLook,
    ) -> str:
        self.knocked += 1
        await self.open.wait()
        await last_look()
        self.got.append((room.id, str(content.get("body"))))
        self.contents.append(content)
        return f"$event-of-{txn}"

    def said_in(self, room: str) -> list[str]:
        """Return the words sent to a room."""
        return [words for where, words in self.got if where == room]


@dataclass(slots=True)
class Seen:
    """A wrapper of an outbox that remembers what was handed to the outbox."""

    outbox: Outbox
    parcels: list[Parcel] = field(default_factory=list)

    @property
    def device(self) -> str:
        return self.outbox.device

    def deliver(self, parcel: Parcel) -> None:
        self.parcels.append(parcel)
        self.outbox.deliver(parcel)


class Delivery:
    """The bot's side of one or two committees. People have direct chats unless a test takes them away."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.line = Homeserver()
        self.client = Client("http://127.0.0.1:9", OWN)
        self.client.resume("OURS", "")
        self.places = RoomDirectory(OWN, lambda _user: False)
        self.authority = Authority(self.places)
        self.clearance = Clearance(self.authority)
        self.uninvited = 0
        self.makers: dict[ContentKind, Maker] = {}
        self.late_words: dict[ContentKind, LateWords] = {}
        self.outbox = self.new_outbox()
        self._number = 0

    def new_outbox(self) -> Outbox:
        """Make a new outbox, as after a restart."""
        return outbox_over(
            self.line,
            self.database,
            self.client,
            self.places.rooms,
            self._direct,
            self.clearance,
            makers=self.makers,
            late_words=self.late_words,
            exported=exported,
        )

    async def _direct(self, person: str) -> Room | None:
        async with self.database.transaction() as tx:
            committees = await Committees(tx).all()
        return self.places.direct_with(person, [each.room for each in committees])

    @property
    def effects(self) -> Effects:
        return Effects(lambda _committee, _user: None, self._uninvite, self.outbox.wake)

    def _uninvite(self) -> None:
        self.uninvited += 1

    # -- who is where

    async def found(self, room: str, name: str, **roles: Role) -> Committee:
        """Add a committee with the given people as members of long standing; names without the "@"."""
        made = Room(room, encrypted=True, has_levels=True)
        made.members = {OWN: "join", **{full(f"@{who}"): "join" for who in roles}}
        made.levels = {full(f"@{who}"): LEVELS[role] for who, role in roles.items()}
        self.places.rooms[room] = made
        for who in roles:
            self.meet(f"@{who}")
        async with self.database.transaction() as tx:
            committee = await Committees(tx).add(RoomId(room), name, "UTC", datetime.now(UTC))
            await self.authority.look(tx, committee, datetime.now(UTC))
            await Committees(tx).set_up(committee.id, name, "UTC")
        return await self.committee(room)

    async def committee(self, room: str = ROOM) -> Committee:
        """Return the committee of a room."""
        async with self.database.transaction() as tx:
            found = await Committees(tx).by_room(RoomId(room))
        assert found is not None
        return found

    def meet(self, who: str, *, joined: bool = True) -> Room:
        """Make a direct chat with somebody, opened by the bot."""
        room = Room(f"!dm-{who}", encrypted=True, founder=OWN, inviter=OWN)
        room.members = {OWN: "join", full(who): "join" if joined else "invite"}
        return self.places.rooms.setdefault(room.id, room)

    def part(self, who: str) -> None:
        """Remove the direct chat with somebody."""
        self.places.rooms.pop(f"!dm-{who}", None)

    def kick(self, who: str, room: str = ROOM) -> None:
        """Show that somebody is no longer in the committee's room."""
        self.places.rooms[room].members.pop(full(who), None)

    def demote(self, who: str, role: Role, room: str = ROOM) -> None:
        """Set somebody's power level to that of a role."""
        self.places.rooms[room].levels[full(who)] = LEVELS[role]

    async def look(self, room: str = ROOM) -> list[Parcel]:
        """Let the bot look at a changed room, as the sync processor does."""
        seen = Seen(self.outbox)
        await departures.offboard_leavers(
            self.database, self.authority, room, seen, effects=self.effects
        )
        return seen.parcels

    # -- what is said

    async def say(
        self, reply: Reply, *, here: str = ROOM, by: str = "@ana", room: str = ROOM
    ) -> list[Parcel]:
        """Queue a reply as the dispatcher does; nothing goes before the outbox is started."""
        self._number += 1
        committee = await self.committee(room)
        async with self.database.transaction() as tx:
            post = Post(tx, self.outbox, f"st-{self._number}")
            await post.say(reply, here, full(by), committee, self.authority, "$asked")
        return post.parcels

    async def answer(self, who: str, words: str, room: str = ROOM) -> list[Parcel]:
        """Answer somebody in their direct chat."""
        return await self.say(Reply((fill(words),)), here=f"!dm-{who}", by=who, room=room)

    async def tell(self, words: str, *people: str, room: str = ROOM) -> list[Parcel]:
        """Tell people by direct message."""
        to = tuple(map(full, people))
        return await self.say(Reply((fill(words),), Audience.NAMED, to=to), room=room)

    async def tell_leads(self, words: str) -> list[Parcel]:
        return await self.say(Reply((fill(words),), Audience.LEADS))

    # -- what became of it

    async def left(self) -> Sequence[Parcel]:
        """Return the messages still in the table."""
        async with self.database.transaction() as tx:
            return await OutboxTable(tx).waiting()

    async def drained(self) -> None:
        """Wait until nothing waits, in the table or in memory."""
        while await self.left() or self.outbox.waiting:  # noqa: ASYNC110 (a table)
            await asyncio.sleep(0.01)

    async def idle(self) -> None:
        """Wait until everything is delivered that can be; the rest waits for somebody."""
        while self.outbox._workers:  # noqa: ASYNC110 (tasks that make others)
            await asyncio.sleep(0.01)
        await self.outbox._sent.finish()

    async def at_the_door(self, messages: int) -> None:
        """Wait until so many messages have their keys out and are about to be encrypted."""
        while self.line.knocked < messages:  # noqa: ASYNC110 (a counter has no event)
            await asyncio.sleep(0.01)

    async def value(self, sql: str, *params: object) -> object:
        async with self.database.transaction() as tx:
            return await tx.value(sql, params)

    async def withdrawn(self) -> int:
        """Return how many messages were counted as withdrawn."""
        found = await self.value("SELECT times FROM refused WHERE reason = 'withdrawn'")
        return 0 if found is None else int(str(found))

    async def close(self) -> None:
        await stop(self.outbox)
        await self.client.close()

    @staticmethod
    def user(who: str) -> UserId:
        return UserId(full(who))
