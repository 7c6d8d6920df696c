"""Sending: only encrypted, and room keys only to cross-signed devices of current members."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from nio.crypto import OutboundGroupSession
from nio.exceptions import GroupEncryptionError

from bot import failpoints
from bot.matrix.client import AFTER_NONSENSE, Client, NotNow, quoted
from bot.matrix.machine import Machine
from bot.matrix.rooms import Room
from bot.matrix.trust import Device, Trust

SHARE_SIZE = 50
"""Devices that get a room key in one request."""


class NotEncrypted(Exception):
    """The room is not recorded as encrypted, or we cannot encrypt: nothing is sent."""


class RoomKeys:
    """Our outgoing Megolm sessions, and who holds them.

    Sharing is done here and checked device by device; a message is encrypted only after the key
    is out, so that "sent" means "readable".
    """

    def __init__(self, client: Client, machine: Machine, trust: Trust) -> None:
        self._client = client
        self._machine = machine
        self._trust = trust
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._holders: dict[str, set[tuple[str, str, str]]] = {}
        """Per session id: the devices (user, id, identity key) that were sent the key."""
        self.unreached: set[tuple[str, str]] = set()
        """Devices that offered no usable one-time key at the last attempt."""

    async def send(
        self,
        room: Room,
        kind: str,
        content: Mapping[str, Any],
        txn: str,
        envelope: Mapping[str, Any],
    ) -> str:
        """Encrypt for the room's members and send, ``envelope`` in clear; the event id.

        Raises NotEncrypted (never sent), MatrixError (refused) or NotNow (try again later, with
        the same transaction id).
        """
        if not room.encrypted or not room.has(self._client.user):
            raise NotEncrypted
        async with self._locks[room.id]:
            session = await self._shared_session(room)
            failpoints.reach("after_share")
            plain = {"type": kind, "content": dict(content), "room_id": room.id}
            try:
                sealed = self._machine.olm.group_encrypt(room.id, plain)
            except GroupEncryptionError:
                # The session came of age while it was being shared; the next one is shared anew.
                raise NotNow(0.1) from None
            if sealed.get("session_id") != session.id or "ciphertext" not in sealed:
                raise NotEncrypted
            path = f"/rooms/{quoted(room.id)}/send/m.room.encrypted/{quoted(txn)}"
            answer = await self._client.request("PUT", path, {**envelope, **sealed})
        event_id = answer.get("event_id")
        if not isinstance(event_id, str):
            # Whoever answered this was not the homeserver.
            raise NotNow(AFTER_NONSENSE)
        return event_id

    def forget(self, room: str) -> None:
        """The next message in this room gets a new session."""
        self._machine.olm.outbound_group_sessions.pop(room, None)

    async def _shared_session(self, room: Room) -> OutboundGroupSession:
        wanted = {
            (device.user, device.id, device.curve25519): device
            for user in room.joined
            if user != self._client.user
            for device in self._trust.may_read(user)
        }
        session = self._current(room.id, set(wanted))
        holders = self._holders[session.id]
        missing = [device for key, device in wanted.items() if key not in holders]
        if missing:
            await self._share(room.id, session, missing, holders)
        session.mark_as_shared()
        return session

    def _current(self, room: str, wanted: set[tuple[str, str, str]]) -> OutboundGroupSession:
        """The running session, or a new one when somebody who holds it may no longer read."""
        sessions = self._machine.olm.outbound_group_sessions
        session = sessions.get(room)
        if session is not None and not session.expired:
            if self._holders.setdefault(session.id, set()) <= wanted:
                return session
            self._holders.pop(session.id, None)
        self._machine.olm.create_outbound_group_session(room)
        session = sessions[room]
        self._holders[session.id] = set()
        return session

    async def _share(
        self,
        room: str,
        session: OutboundGroupSession,
        missing: list[Device],
        holders: set[tuple[str, str, str]],
    ) -> None:
        await self._machine.open_sessions(missing)
        key = {
            "algorithm": "m.megolm.v1.aes-sha2",
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
            await self._machine.send_to("m.room_key", [(device, key) for device in some])
            holders.update((device.user, device.id, device.curve25519) for device in some)


__all__ = ["NotEncrypted", "NotNow", "RoomKeys"]
