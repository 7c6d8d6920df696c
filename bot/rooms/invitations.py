"""Going in: invitations that are followed until joined, and direct rooms opened for people.

And going out again: an invitation of ours that nobody accepted is taken back when their part ends.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence

from bot.logging import logs
from bot.matrix.client import (
    AFTER_NONSENSE,
    Client,
    JsonObject,
    MatrixError,
    NotNow,
    TokenRejected,
    quoted,
)
from bot.matrix.rooms import MEGOLM, Room
from bot.matrix.sync import listing, state_of
from bot.process import failpoints
from bot.rooms.directory import RoomDirectory
from commands.framework.context import Committee
from storage.chat.committees import Committees
from storage.chat.rooms import Invitation, Rooms
from storage.core.database import Database, Transaction
from storage.core.driver import Error

FIRST_PAUSE, LONGEST_PAUSE = 2.0, 600.0
GIVE_UP_AFTER = 24 * 3600 * 1000
"""Milliseconds an invitation is retried; over federation it may take a while to be honoured."""

log = logs.get("bot.rooms.invitations")


class Invitations:
    """Invitations are durable intentions; each has a task that ends when we are in."""

    def __init__(self, database: Database, client: Client, places: RoomDirectory) -> None:
        self._database = database
        self._client = client
        self._places = places
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._opening: dict[str, asyncio.Lock] = {}
        self.wanted: Callable[[Transaction, str], Awaitable[bool]] = _everybody
        """Whether a direct room is wanted for somebody at this moment."""
        self._back: asyncio.Task[None] | None = None
        self._wanted = asyncio.Event()

    async def start(self) -> None:
        """Take up invitations an earlier run had accepted."""
        async with self._database.transaction() as tx:
            waiting = await Rooms(tx).invitations()
        for invitation in waiting:
            self._follow(invitation)
        self.take_back()
        self._back = asyncio.create_task(self._take_back_on(), name="doors")

    async def close(self) -> None:
        tasks = [*self._tasks.values(), *([] if self._back is None else [self._back])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def suitable(self, room: Room, committees: Sequence[Committee]) -> bool:
        """Only from people we listen to, only into encrypted rooms that are not public."""
        return self._places.welcome(room.inviter, committees) and room.encrypted and not room.public

    async def invited(self, room_id: str, room: Room) -> None:
        """Accept in principle: from here on it is retried, restarts included."""
        invitation = Invitation(
            room_id, room.inviter, room.declared_direct, time.time_ns() // 1_000_000
        )
        async with self._database.transaction() as tx:
            await Rooms(tx).invite(invitation)
        failpoints.reach("after_invitation")
        self._follow(invitation)
        log.info("invited")

    def _follow(self, invitation: Invitation) -> None:
        if invitation.room not in self._tasks:
            task = asyncio.create_task(self._join(invitation))
            self._tasks[invitation.room] = task
            task.add_done_callback(lambda _: self._tasks.pop(invitation.room, None))

    async def _join(self, invitation: Invitation) -> None:
        pause = FIRST_PAUSE
        while time.time_ns() // 1_000_000 - invitation.since < GIVE_UP_AFTER:
            if not await self._still_welcome(invitation):
                break
            try:
                await self._client.insist(
                    "POST", f"/rooms/{quoted(invitation.room)}/join", {}, timeout=120.0
                )
            except TokenRejected:
                # The sync hears the same and ends the process; the next start goes on.
                return
            except MatrixError as refusal:
                log.info("join_refused", status=refusal.status)
                await asyncio.sleep(pause)
                pause = min(LONGEST_PAUSE, pause * 2)
            else:
                failpoints.reach("after_join")
                log.info("joined")
                # The room itself arrives by sync, which also ends the intention.
                return
        await self.withdrawn(invitation.room)

    async def _still_welcome(self, invitation: Invitation) -> bool:
        """Whether somebody from whom an invitation was accepted might bring us there now."""
        async with self._database.transaction() as tx:
            committees = await Committees(tx).all()
        return self._places.welcome(invitation.inviter, committees)

    # -- taking back

    def take_back(self) -> None:
        """There are invitations of ours to take back."""
        self._wanted.set()

    async def _take_back_on(self) -> None:
        while True:
            await self._wanted.wait()
            self._wanted.clear()
            try:
                async with self._database.transaction() as tx:
                    wanted = await Rooms(tx).uninvited()
                for room_id, person in wanted:
                    await self._take_back(room_id, person)
            except Error as error:
                log.failure("uninviting", error)
                asyncio.get_running_loop().call_later(LONGEST_PAUSE, self._wanted.set)

    async def _take_back(self, room_id: str, person: str) -> None:
        """Once it is done, or refused for good, nothing is left of the intention."""
        room = self._places.rooms.get(room_id)
        if room is None or not room.has(person):
            body = {"user_id": person}
            try:
                await self._client.insist("POST", f"/rooms/{quoted(room_id)}/kick", body)
            except MatrixError as refusal:
                log.info("kick_refused", status=refusal.status)
            failpoints.reach("after_uninviting")
            await self.leave(room_id)
            # That we left by ourselves does not come by sync.
            self._places.rooms.pop(room_id, None)
        async with self._database.transaction() as tx:
            await Rooms(tx).taken_back(room_id)
            if room_id not in self._places.rooms:
                await Rooms(tx).drop(room_id)
        log.info("invitation_taken_back")

    async def withdrawn(self, room_id: str) -> None:
        """The invitation is gone, or hopeless."""
        async with self._database.transaction() as tx:
            await Rooms(tx).uninvite(room_id)
        task = self._tasks.get(room_id)
        if task is not None and task is not asyncio.current_task():
            task.cancel()

    async def leave(self, room_id: str) -> None:
        """Out of a room that is not for us; whether it was allowed does not matter."""
        try:
            await self._client.insist("POST", f"/rooms/{quoted(room_id)}/leave", {})
        except MatrixError as refusal:
            log.info("leave_refused", status=refusal.status)

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
            unwanted = not await self.wanted(tx, person)
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
            if fits and await self._on_the_way(room.id, person):
                return room.id
        return None

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


async def _everybody(_tx: Transaction, _person: str) -> bool:
    return True


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
