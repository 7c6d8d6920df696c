"""Applies a sync response to rooms: who is there, what may happen, what a room is for."""

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from typing import Any

from bot.delivery import notice_words
from bot.delivery.outbox import Outbox
from bot.incoming.checkpoint import Unsaved
from bot.matrix.client import Client
from bot.matrix.guard import Refused
from bot.matrix.machine import Machine
from bot.matrix.room_keys import RoomKeys
from bot.matrix.rooms import LOOKED_AT, Room, stripped
from bot.matrix.sync import listing, section, state_of
from bot.membership.members import MemberWatch
from bot.membership.onboarding import RoomOnboarding
from bot.polls.presence import Presence
from bot.rooms.directory import RoomDirectory
from bot.rooms.invitations import Invitations
from bot.state import SharedState
from commands.framework.context import RoomId
from storage.chat.committees import Committees
from storage.chat.rooms import Rooms
from storage.core.database import Database


class RoomState:
    """Keeps the directory of rooms up to date with the homeserver, and acts on changes."""

    def __init__(
        self,
        database: Database,
        client: Client,
        unsaved: Unsaved,
        *,
        machine: Machine,
        keys: RoomKeys,
        places: RoomDirectory,
        members: MemberWatch,
        onboarding: RoomOnboarding,
        invitations: Invitations,
        presence: Presence,
        outbox: Outbox,
        state: SharedState,
    ) -> None:
        self._database = database
        self._client = client
        self._unsaved = unsaved
        self._machine = machine
        self._keys = keys
        self._places = places
        self._members = members
        self._onboarding = onboarding
        self._invitations = invitations
        self._presence = presence
        self._outbox = outbox
        self._state = state
        self._named: set[str] = set()
        """Committees' rooms whose members' names are known; they are in memory alone."""
        self._asked: dict[str, list[Any]] = {}
        """Their whole state, as it was before the first answer of sync came."""

    async def restore(self) -> None:
        """Take up the rooms that the last checkpoint knew."""
        for room in self._places.rooms.values():
            if not room.greeted:
                self._onboarding.waiting.add(room.id)
        await self._state.committees.load(self._database)
        # As the run before saw them: what the homeserver shows from now on makes nobody a founder.
        await self._members.look_at(self._places.rooms.keys())

    async def ask(self) -> None:
        """Ask for what the first answer of sync will not bring: what people in committees' rooms call themselves."""
        for room_id in self._unnamed():
            self._asked[room_id] = await state_of(self._client, room_id)

    # -- state of rooms

    async def take(self, answer: Mapping[str, Any]) -> set[str]:
        """Apply membership, power and the rest, before any message is looked at; the rooms new to us."""
        fresh = self._apply(answer)
        self._drop_outdated(answer)
        await self._learn(fresh | self._half_made(answer) | self._half_known() | self._unpeopled())
        # One that the same answer says we left, or that we left while its state was asked for, is gone by now.
        fresh &= self._places.rooms.keys()
        for room_id in fresh:
            # Who came and went before we came says nothing about those who are there now.
            self._places.rooms[room_id].begin_here()
        return fresh

    def _apply(self, answer: Mapping[str, Any]) -> set[str]:
        fresh = set()
        for room_id, joined in section(answer, "rooms", "join").items():
            if room_id not in self._places.rooms:
                fresh.add(room_id)
                self._places.rooms[room_id] = Room(room_id)
                self._unsaved.rooms.add(room_id)
            self._places.left.discard(room_id)
            room = self._places.rooms[room_id]
            state = (*listing(joined, "state", "events"), *listing(joined, "timeline", "events"))
            if room.apply_all(state):
                self._unsaved.rooms.add(room_id)
            # Our own joining is filtered out; what precedes it, such as our invitation, is not.
            room.members[self._places.own] = "join"
        for room_id in section(answer, "rooms", "leave"):
            if self._places.rooms.pop(room_id, None) is not None:
                self._places.left.add(room_id)
                self._keys.forget(room_id)
                self._machine.olm.reading.left(room_id)
            self._unsaved.left.add(room_id)
        for room_id, invite in section(answer, "rooms", "invite").items():
            self._unsaved.invites[room_id] = stripped(
                listing(invite, "invite_state", "events"), self._places.own
            )
        return fresh

    async def _learn(self, unknown: set[str]) -> None:
        """The state of rooms that are new to us, in full."""
        for room_id in unknown:
            room = self._places.rooms.get(room_id)
            if room is None:
                continue
            room.apply_all(await state_of(self._client, room_id))
            room.settings.whole = True
            room.looked_at = LOOKED_AT
            self._named.add(room_id)
            self._unsaved.rooms.add(room_id)
        for room_id in self._unnamed():
            # An earlier run knew them; no disk says what people call themselves.
            self._named.add(room_id)
            room = self._places.rooms.get(room_id)
            if room is None:
                continue
            before = room.snapshot()
            asked = self._asked.pop(room_id, None)
            room.apply_all(await state_of(self._client, room_id) if asked is None else asked)
            if room.snapshot() != before:
                # Sync says something else: whoever is shown here alone is looked at as well.
                self._unsaved.rooms.add(room_id)

    def _unnamed(self) -> AbstractSet[str]:
        committees = {committee.room for committee in self._state.committees.known}
        return (committees & self._places.rooms.keys()) - self._named

    def _drop_outdated(self, answer: Mapping[str, Any]) -> None:
        """Forget the state of rooms that an answer says something else about: it may be older than that."""
        if not self._asked:
            return
        for room_id, joined in section(answer, "rooms", "join").items():
            said = (*listing(joined, "state", "events"), *listing(joined, "timeline", "events"))
            limited = section(joined, "timeline").get("limited")
            if limited or any("state_key" in event for event in said if isinstance(event, dict)):
                self._asked.pop(room_id, None)

    def _half_made(self, answer: Mapping[str, Any]) -> set[str]:
        """Rooms in which something happens and that are not encrypted as far as we know.

        An earlier run may have ended between making a direct room and learning all about it: our
        own events do not come by sync.
        """
        rooms = self._places.rooms
        told = section(answer, "rooms", "join").keys() & rooms.keys()
        return {room for room in told if not rooms[room].encrypted}

    def _half_known(self) -> set[str]:
        """Rooms an earlier release knew, which looked at less of their state."""
        rooms = self._places.rooms
        return {name for name, room in rooms.items() if room.looked_at < LOOKED_AT}

    def _unpeopled(self) -> set[str]:
        """At the start: rooms of our making that an earlier run may not have seen whole."""
        if self._state.pulse.last is not None:
            return set()
        own = self._places.own
        return {
            name
            for name, room in self._places.rooms.items()
            if room.members.keys() <= {own} and room.founder == own
        }

    # -- what follows from it

    async def settle(self) -> None:
        """Classify rooms that changed, follow invitations, and greet."""
        changes, places = self._unsaved, self._places
        await self._members.look_at(self._members.introductions.due() & places.rooms.keys())
        for room_id in sorted(self._onboarding.waiting - changes.rooms):
            if room_id in places.rooms:
                await self._settle_one(places.rooms[room_id])
        if not (changes.rooms or changes.left or changes.invites):
            return
        async with self._database.transaction() as tx:
            invitations = {each.room: each for each in await Rooms(tx).invitations()}
        for room_id in sorted(changes.rooms & places.rooms.keys()):
            room = places.rooms[room_id]
            self._onboarding.introduce(room, invitations.get(room_id))
            await self._settle_one(room)
            await self._members.look_at({room_id})
            await self._presence.look(room.id)
        if self._bots_met(changes):
            self._state.signals.coalition.set()
        for room_id, invited in changes.invites.items():
            if self._invitations.suitable(invited, self._state.committees.known):
                await self._invitations.invited(room_id, invited)
            else:
                changes.refused[Refused.INVITATION] += 1
        changes.invites.clear()
        if changes.left:
            await self._leave_behind(changes.left)
        self._outbox.wake()

    def _bots_met(self, changes: Unsaved) -> bool:
        """Whether the way into a room of bots, or out of it, may lead further now than a moment ago."""
        rooms = (self._places.rooms[each] for each in changes.rooms & self._places.rooms.keys())
        return any(each.of_bots for each in (*rooms, *changes.invites.values()))

    async def _settle_one(self, room: Room) -> None:
        if not await self._onboarding.settle(room):
            self._unsaved.refused[Refused.INVITATION] += 1

    async def _leave_behind(self, rooms: Iterable[str]) -> None:
        async with self._database.transaction() as tx:
            for room_id in rooms:
                committee = await Committees(tx).by_room(RoomId(room_id))
                if committee is not None:
                    await Committees(tx).remove(committee.id, notice_words.now())
        await self._state.committees.load(self._database)
        for room_id in rooms:
            await self._invitations.withdrawn(room_id)
