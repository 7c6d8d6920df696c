"""Sending: only encrypted, and room keys only to cross-signed devices of current members."""

import asyncio
import json
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import field
from typing import Any

from nio.crypto import OutboundGroupSession
from nio.exceptions import GroupEncryptionError

from bot.matrix import withheld
from bot.matrix.client import AFTER_NONSENSE, Client, MatrixError, NotNow, quoted
from bot.matrix.closed_rooms import ClosedRooms
from bot.matrix.machine import Machine
from bot.matrix.rooms import MEGOLM, Room
from bot.matrix.trust import Device, Trust
from bot.process import failpoints
from storage.core.lazy_dataclass import dataclass

SHARE_SIZE = 50
"""Devices that get a room key in one request."""

TELL_SIZE = 200
"""Devices that are told in one request why they get none."""


LastLook = Callable[[], Awaitable[None]]
"""Called when nothing is left but encrypting. Raises NotNow to have the message tried again later."""


async def no_look() -> None:
    """Check nothing before encrypting."""


class NotEncrypted(Exception):
    """The room is not recorded as encrypted, or we cannot encrypt: nothing is sent."""


DeviceKey = tuple[str, str, str]
"""A device: user, id, identity key."""


@dataclass(slots=True)
class _Sharing:
    """Who was sent the key of one outgoing session, and who was told why not."""

    session: str
    """The session's id."""
    holders: set[DeviceKey] = field(default_factory=set)
    """Devices to which the homeserver said that it takes the key."""
    reached: set[DeviceKey] = field(default_factory=set)
    """Those, and others that may have it: nobody heard what became of the request."""
    told: set[DeviceKey] = field(default_factory=set)
    """Devices that were told why they do not get the key."""


class RoomKeys:
    """Outgoing Megolm sessions of ours, and the devices that hold them.

    Sharing is done here and checked device by device; a message is encrypted only after the key is
    out, so that "sent" means "readable".
    """

    def __init__(
        self, client: Client, machine: Machine, trust: Trust, closed: ClosedRooms | None = None
    ) -> None:
        """``closed``: rooms in which keys go to certain accounts alone."""
        self._closed = ClosedRooms({}) if closed is None else closed
        self._client = client
        self._machine = machine
        self._trust = trust
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._sharings: dict[str, _Sharing] = {}
        """By room: who has the key of its running session."""
        self.unreached: set[tuple[str, str]] = set()
        """Devices that offered no usable one-time key at the last attempt."""

    async def send(
        self,
        room: Room,
        kind: str,
        content: Mapping[str, Any],
        txn: str,
        envelope: Mapping[str, Any],
        last_look: LastLook = no_look,
    ) -> str:
        """Encrypt for the room's members and send, ``envelope`` in clear; the event id.

        Between ``last_look`` and the encryption nothing is waited for.

        Raises NotEncrypted (never sent), MatrixError (refused) or NotNow (try again later, with
        the same transaction id).
        """
        if not room.encrypted or not room.has(self._client.user):
            raise NotEncrypted
        async with self._locks[room.id]:
            session = await self._shared_session(room)
            failpoints.reach("after_share")
            await self._tell_left_out(room, session)
            await last_look()
            self._held_by_members_alone(room, session)
            plain = {"type": kind, "content": dict(content), "room_id": room.id}
            try:
                sealed = self._machine.olm.group_encrypt(room.id, plain)
            except GroupEncryptionError:
                # The session came of age while it was being shared; the next one is shared anew.
                raise NotNow(0.1) from None
            if sealed.get("session_id") != session.id or "ciphertext" not in sealed:
                raise NotEncrypted
            return await self._put(room, sealed, txn, envelope)

    async def send_apart(
        self,
        room: Room,
        device: Device,
        content: Mapping[str, Any],
        txn: str,
        envelope: Mapping[str, Any],
        last_look: LastLook = no_look,
    ) -> None:
        """Send words that are no secret, readable by a device that gets no room keys.

        It is encrypted in a session of its own, which nothing else is ever said in, for whoever may
        read us here and for this device of somebody who is here. A device without a usable one-time
        key is told that, and nothing is said. Raises as ``send`` does.
        """
        here = room.has(self._client.user) and room.has(device.user)
        if not room.encrypted or not here:
            raise NotEncrypted
        async with self._locks[room.id]:
            # What is said to the others it cannot read, and is to know why.
            await self._tell_left_out(room, await self._shared_session(room))
            session = OutboundGroupSession()
            apart, readers = _Sharing(session.id), {**self._wanted(room), _key(device): device}
            await self._share(room.id, session, list(readers.values()), apart)
            if _key(device) not in apart.holders:
                await self._tell(withheld.no_olm(self._machine.curve25519), [device])
                return
            session.mark_as_shared()
            await last_look()
            plain = {"type": "m.room.message", "content": dict(content), "room_id": room.id}
            sealed = {
                "algorithm": MEGOLM,
                "sender_key": self._machine.curve25519,
                "ciphertext": session.encrypt(json.dumps(plain)),
                "session_id": session.id,
                "device_id": self._client.device,
            }
            await self._put(room, sealed, txn, envelope)

    def _held_by_members_alone(self, room: Room, session: OutboundGroupSession) -> None:
        """Raise NotNow if somebody who may hold the session's key may not read here any more.

        They may have left while it was being shared; the next session is shared without them.
        """
        sharing = self._sharing_of(room.id, session)
        # Without one it was given up meanwhile.
        if sharing is None or not sharing.reached <= self._wanted(room).keys():
            raise NotNow(0)
        if not room.encrypted or not room.has(self._client.user):
            raise NotEncrypted

    async def _put(
        self, room: Room, sealed: Mapping[str, Any], txn: str, envelope: Mapping[str, Any]
    ) -> str:
        path = f"/rooms/{quoted(room.id)}/send/m.room.encrypted/{quoted(txn)}"
        answer = await self._client.request("PUT", path, {**envelope, **sealed})
        event_id = answer.get("event_id")
        if not isinstance(event_id, str):
            # Whoever answered this was not the homeserver.
            raise NotNow(AFTER_NONSENSE)
        return event_id

    def device(self, user: str, name: str) -> Device | None:
        """A published device of somebody, verified or not."""
        return self._trust.person(user).devices.get(name)

    def forget(self, room: str) -> None:
        """Start a new outbound session with the next message in a room."""
        self._machine.olm.outbound_group_sessions.pop(room, None)
        self._sharings.pop(room, None)

    async def _shared_session(self, room: Room) -> OutboundGroupSession:
        wanted = self._wanted(room)
        session, sharing = self._current(room.id, wanted.keys())
        missing = [device for key, device in wanted.items() if key not in sharing.holders]
        if missing:
            await self._share(room.id, session, missing, sharing)
        session.mark_as_shared()
        return session

    def _wanted(self, room: Room) -> dict[DeviceKey, Device]:
        """The devices that may read what is said here."""
        people = (user for user in room.joined if user != self._client.user)
        if room.id in self._closed:
            people = (
                user
                for user in people
                if self._closed.admits(room.id, user, self._trust.person(user).master)
            )
        return {_key(device): device for user in people for device in self._trust.may_read(user)}

    async def _tell_left_out(self, room: Room, session: OutboundGroupSession) -> None:
        """Tell each device of somebody here that gets no key why, once in a session.

        Whoever holds it sees why they cannot read, instead of waiting for a key. A homeserver that
        does not carry this keeps nobody else from reading: it is tried again with the next message.
        """
        sharing = self._sharing_of(room.id, session)
        if sharing is None:
            # It was given up meanwhile, and nothing is said in it.
            return
        people = (user for user in room.joined if user != self._client.user)
        holders, told = sharing.holders, sharing.told
        devices = (d for user in people for d in self._trust.person(user).devices.values())
        missing = [d for d in devices if (key := _key(d)) not in holders and key not in told]
        if not missing:
            return
        may_read = self._wanted(room).keys()
        unreached = [device for device in missing if _key(device) in may_read]
        unverified = [device for device in missing if _key(device) not in may_read]
        ours = self._machine.curve25519
        try:
            await self._tell(withheld.unverified(room.id, session.id, ours), unverified)
            await self._tell(withheld.no_olm(ours), unreached)
        except (NotNow, MatrixError):
            return
        sharing.told.update(map(_key, missing))

    async def _tell(self, content: Mapping[str, Any], devices: Iterable[Device]) -> None:
        """In clear, as the specification has it: it holds nothing that the homeserver does not know."""
        everybody = list(devices)
        for start in range(0, len(everybody), TELL_SIZE):
            messages: dict[str, dict[str, Any]] = {}
            for device in everybody[start : start + TELL_SIZE]:
                messages.setdefault(device.user, {})[device.id] = dict(content)
            path = f"/sendToDevice/{withheld.TYPE}/{withheld.transaction_id()}"
            await self._client.request("PUT", path, {"messages": messages})

    def _current(
        self, room: str, wanted: AbstractSet[DeviceKey]
    ) -> tuple[OutboundGroupSession, _Sharing]:
        """The running session, or a new one when somebody who may hold it may no longer read."""
        sessions = self._machine.olm.outbound_group_sessions
        session = sessions.get(room)
        if session is not None and not session.expired:
            sharing = self._sharing_of(room, session)
            if sharing is not None and sharing.reached <= wanted:
                return session, sharing
        self._machine.olm.create_outbound_group_session(room)
        session = sessions[room]
        sharing = self._sharings[room] = _Sharing(session.id)
        return session, sharing

    def _sharing_of(self, room: str, session: OutboundGroupSession) -> _Sharing | None:
        """Who has a session's key; None where another one is running in the room, or none."""
        sharing = self._sharings.get(room)
        return sharing if sharing is not None and sharing.session == session.id else None

    async def _share(
        self,
        room: str,
        session: OutboundGroupSession,
        missing: list[Device],
        sharing: _Sharing,
    ) -> None:
        await self._machine.open_sessions(missing)
        key = {
            "algorithm": MEGOLM,
            "room_id": room,
            "session_id": session.id,
            "session_key": session.session_key,
        }
        reachable = []
        for device in missing:
            if self._machine.session_with(device) is None:
                self.unreached.add((device.user, device.id))
            else:
                self.unreached.discard((device.user, device.id))
                reachable.append(device)
        for start in range(0, len(reachable), SHARE_SIZE):
            some = reachable[start : start + SHARE_SIZE]
            # First: they may have it although the answer to the request is lost.
            sharing.reached.update(map(_key, some))
            await self._machine.send_to("m.room_key", [(device, key) for device in some])
            sharing.holders.update(map(_key, some))


def _key(device: Device) -> DeviceKey:
    return device.user, device.id, device.curve25519


__all__ = ["NotEncrypted", "NotNow", "RoomKeys"]
