"""Carries messages of verifications: in a room, or from device to device."""

import secrets
from collections.abc import Mapping
from typing import Any

from bot.matrix.client import Client, quoted
from bot.matrix.room_keys import RoomKeys
from bot.matrix.rooms import Room
from bot.matrix.trust import Trust
from storage.core.lazy_dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Address:
    """Whom a message is for; ``device`` may be ``*`` for all of theirs."""

    user: str
    device: str
    room: str | None


@dataclass(frozen=True, slots=True)
class Envelope:
    """A message on its way. The transaction id makes a repetition harmless."""

    address: Address
    kind: str
    content: Mapping[str, Any]
    transaction_id: str

    @classmethod
    def of(cls, address: Address, kind: str, content: Mapping[str, Any]) -> "Envelope":
        """An envelope with a new random transaction id."""
        return cls(address, kind, content, f"vf-{secrets.token_hex(12)}")


class Transport:
    """Sends one message. Raises NotNow (try again, with the same envelope) or MatrixError."""

    def __init__(
        self, client: Client, keys: RoomKeys, trust: Trust, rooms: Mapping[str, Room]
    ) -> None:
        self._client = client
        self._keys = keys
        self._trust = trust
        self._rooms = rooms

    async def send(self, envelope: Envelope) -> None:
        """Send an envelope to a device, or to a room: encrypted where the recipient's device can read."""
        address, content = envelope.address, dict(envelope.content)
        if address.room is None:
            path = f"/sendToDevice/{quoted(envelope.kind)}/{envelope.transaction_id}"
            body = {"messages": {address.user: {address.device: content}}}
            await self._client.request("PUT", path, body)
            return
        room = self._rooms.get(address.room)
        if room is not None and self._can_read(address):
            relation = {"m.relates_to": content["m.relates_to"]}
            await self._keys.send(room, envelope.kind, content, envelope.transaction_id, relation)
            return
        # Encryption must not stand in the way of a verification (specification): a device that
        # gets no room keys from us is answered in clear. Nothing in it is secret.
        path = f"/rooms/{quoted(address.room)}/send/{quoted(envelope.kind)}/"
        await self._client.request("PUT", path + envelope.transaction_id, content)

    def _can_read(self, address: Address) -> bool:
        return any(
            address.device in {device.id, "*"} for device in self._trust.may_read(address.user)
        )
