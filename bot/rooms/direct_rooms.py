"""Direct chats that the bot opens for people, and takes back while they have not accepted."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from bot.logging import logs
from bot.matrix import membership
from bot.matrix.client import AFTER_NONSENSE, Client, JsonObject, MatrixError, NotNow, quoted
from bot.matrix.rooms import MEGOLM, Room
from bot.matrix.sync import listing, state_of
from bot.process import failpoints
from bot.rooms.directory import RoomDirectory
from bot.state import Signals
from storage.chat.committees import Committees
from storage.chat.rooms import Rooms
from storage.core.database import Database, Transaction
from storage.core.driver import Error

AGAIN_AFTER = 600.0
"""Seconds until invitations are taken back again, after the storage refused."""

log = logs.get("bot.rooms.direct_rooms")

Wanted = Callable[[Transaction, str], Awaitable[bool]]
"""Whether a direct chat is wanted for somebody at this moment."""


class DirectRooms:
    """Opens one direct chat for each person. Invitations that end are durable intentions."""

    def __init__(
        self,
        database: Database,
        client: Client,
        places: RoomDirectory,
        wanted: Wanted,
        signals: Signals,
    ) -> None:
        self._database = database
        self._client = client
        self._places = places
        self._wanted = wanted
        self._opening: dict[str, asyncio.Lock] = {}
        self._ended = signals.invitations

    async def run(self) -> None:
        """Take back what an earlier run left, and go on doing so until cancelled."""
        self._ended.set()
        await self._take_back_on()

    async def direct_room(self, person: str) -> Room | None:
        """The direct room with a person; opened if there is none, None until they have joined."""
        async with self._opening.setdefault(person, asyncio.Lock()):
            async with self._database.transaction() as tx:
                committees = [committee.room for committee in await Committees(tx).all()]
                opened = await Rooms(tx).direct(person)
            room = self._places.direct_with(person, committees)
            if room is not None:
                return room
            if opened is not None and await self._on_the_way(opened, person):
                return self._places.direct_with(person, committees)
            return await self._open_direct(person, committees)

    async def _open_direct(self, person: str, committees: Sequence[str]) -> Room | None:
        """Open a direct room, unless an earlier attempt did whose answer never reached us.

        Creating a room has no transaction id, so a repetition would invite the person twice.
        Raises NotNow, MatrixError.
        """
        answer = await self._client.request("GET", "/joined_rooms")
        if not set(listing(answer, "joined_rooms")) <= self._places.rooms.keys():
            # It may be that room; sync is about to show it.
            return None
        made = await self._made_for(person, committees)
        if made is None:
            answer = await self._client.request("POST", "/createRoom", _direct(person))
            made = answer.get("room_id")
            if not isinstance(made, str):
                raise NotNow(AFTER_NONSENSE)
            failpoints.reach("after_create")
        async with self._database.transaction() as tx:
            await Rooms(tx).set_direct(person, made)
            unwanted = not await self._wanted(tx, person)
            if unwanted:
                # They left while it was made.
                await Rooms(tx).uninvite_from(made, person)
        failpoints.reach("after_direct")
        if unwanted:
            self.take_back()
            return None
        return self._places.direct_with(person, committees)

    async def _made_for(self, person: str, committees: Sequence[str]) -> str | None:
        """A room of our own making to which only this person is invited."""
        for room in list(self._places.rooms.values()):
            ours = self._client.user == room.founder and room.id not in committees
            async with self._database.transaction() as tx:
                given_up = await Rooms(tx).is_uninvited(room.id)
            fits = (
                ours
                and not (room.replaced or given_up)
                and room.members.keys() <= {self._client.user, person}
            )
            if fits and (
                await self._on_the_way(room.id, person) or await self._invited_again(room, person)
            ):
                return room.id
        return None

    async def _invited_again(self, room: Room, person: str) -> bool:
        """Invite somebody to the room that was made for them and that they could not be invited to then.

        Their homeserver was away, and has to agree. The room stands all the same, and names them among
        those who may do everything in it. Raises NotNow, MatrixError.
        """
        own, state = self._client.user, await state_of(self._client, room.id)
        room.apply_all(state)
        self._places.learned.add(room.id)
        ever = {
            event.get("state_key")
            for event in state
            if isinstance(event, dict) and event.get("type") == "m.room.member"
        }
        named = {*room.levels, *room.creators} - {own}
        if ever != {own} or named != {person} or not room.encrypted:
            return False
        path = f"/rooms/{quoted(room.id)}/state/m.room.member/{quoted(person)}"
        try:
            await self._client.request("PUT", path, {"membership": "invite", "is_direct": True})
        except MatrixError:
            # An earlier attempt whose answer we did not wait for may have come through.
            if not await self._on_the_way(room.id, person):
                raise
        return True

    async def _on_the_way(self, room_id: str, person: str) -> bool:
        """Whether a direct room we opened is good, or will be once the person has joined."""
        room = self._places.rooms.get(room_id)
        if room is None:
            return True
        if not room.encrypted or person not in room.members:
            # Sync may have shown it half made, and leaves out what we did ourselves since.
            room.apply_all(await state_of(self._client, room_id))
            self._places.learned.add(room_id)
        usable = room.encrypted and not room.replaced and room.made_direct(self._client.user)
        return usable and person in room.members and len(room.members) == 2

    # -- taking back

    def take_back(self) -> None:
        """Wake the task that takes our invitations back."""
        self._ended.set()

    async def _take_back_on(self) -> None:
        while True:
            await self._ended.wait()
            self._ended.clear()
            try:
                async with self._database.transaction() as tx:
                    wanted = await Rooms(tx).uninvited()
                for room_id, person in wanted:
                    await self._take_back(room_id, person)
            except Error as error:
                log.failure("uninviting", error)
                asyncio.get_running_loop().call_later(AGAIN_AFTER, self._ended.set)

    async def _take_back(self, room_id: str, person: str) -> None:
        """Once it is done, or refused for good, nothing is left of the intention."""
        room = self._places.rooms.get(room_id)
        if room is None or not room.has(person):
            await membership.remove(self._client, room_id, person)
            failpoints.reach("after_uninviting")
            await membership.leave(self._client, room_id)
            # That we left by ourselves does not come by sync.
            self._places.rooms.pop(room_id, None)
        async with self._database.transaction() as tx:
            await Rooms(tx).taken_back(room_id)
            if room_id not in self._places.rooms:
                await Rooms(tx).drop(room_id)
        log.info("invitation_taken_back")


def _direct(person: str) -> JsonObject:
    """A chat of two: encrypted from the first event, nothing to be read by later guests."""
    state = [
        ("m.room.encryption", {"algorithm": MEGOLM}),
        ("m.room.history_visibility", {"history_visibility": "invited"}),
        ("m.room.guest_access", {"guest_access": "forbidden"}),
    ]
    return {
        "preset": "trusted_private_chat",
        "is_direct": True,
        "invite": [person],
        "initial_state": [
            {"type": kind, "state_key": "", "content": content} for kind, content in state
        ],
    }
