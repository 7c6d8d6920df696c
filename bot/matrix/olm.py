"""nio's Olm machine with our rule for which room keys are kept."""

from collections.abc import Callable, Mapping
from dataclasses import field
from typing import TYPE_CHECKING, Any, Final

from nio.crypto import InboundGroupSession, Olm, OutboundGroupSession

from bot.matrix.read_positions import ReadPositions
from storage.core.lazy_dataclass import dataclass

if TYPE_CHECKING:
    from bot.matrix.crypto_store import CipherStore

LAST_INDEX = 1 << 32
"""No session has a message with this number."""

STRANGE_ROOM_KEYS = 50
"""Room keys kept per sending device for rooms the bot is not in: an invitation may follow."""


PAIRING: Final = "org.steward.coalition.pairing"
"""The type of what bots say to each other's devices before they share a room."""


@dataclass(frozen=True, slots=True)
class DeviceMessage:
    """What another device said to ours alone. Whose the device is, its published keys have to prove."""

    sender: str
    sender_key: str
    """The Curve25519 key that the message was encrypted with."""
    ed25519: str
    """The signing key that the device says is its own."""
    content: Mapping[str, Any] = field(repr=False)


class OurOlm(Olm):  # type: ignore[misc]  # nio has no types
    """The machine that holds our account and all sessions.

    A room key is kept only for a room the bot is in, or in small number for one it may be about
    to join. Of a session that was read, no key that comes later reads further back; and of our own
    messages none is kept at all.
    """

    def __init__(
        self, user: str, device: str, store: "CipherStore", in_room: Callable[[str], bool]
    ) -> None:
        self._in_room = in_room
        self._strange: dict[str, int] = {}
        self.reading = ReadPositions()
        super().__init__(user, device, store)

    def _handle_olm_event(self, sender: str, sender_key: str, payload: dict[Any, Any]) -> Any:
        """Take what bots say while they pair, beside what nio knows. nio has no other place for it."""
        if payload["type"] != PAIRING:
            return super()._handle_olm_event(sender, sender_key, payload)
        return DeviceMessage(sender, sender_key, payload["keys"]["ed25519"], payload["content"])

    def create_group_session(
        self,
        sender_key: str,
        sender_fp_key: str,
        room_id: str,
        session_id: str,
        session_key: str,
    ) -> None:
        """Store a room key that arrived over Olm. Raises ValueError for a key that we refuse."""
        session = InboundGroupSession(session_key, sender_fp_key, sender_key, room_id)
        if session.id != session_id:
            raise ValueError
        if sender_key != self.account.identity_keys["curve25519"] and not self._in_room(room_id):
            strange = self._strange.get(sender_key, 0)
            if strange >= STRANGE_ROOM_KEYS:
                raise ValueError
            self._strange[sender_key] = strange + 1
        known = self.inbound_group_store.get(room_id, sender_key, session_id)
        read = self.reading.read_until(room_id, f"{sender_key} {session_id}")
        if known is not None and (
            read is not None or known.first_known_index <= session.first_known_index
        ):
            return
        kept = session if read is None else moved_to(session, read)
        if kept is not None:
            self.inbound_group_store.add(kept)
            self.save_inbound_group_session(kept)

    def create_outbound_group_session(self, room_id: str) -> None:
        """Begin an outbound Megolm session without keeping an inbound copy to read our own messages."""
        self.outbound_group_sessions[room_id] = OutboundGroupSession()


def moved_to(session: InboundGroupSession, index: int) -> InboundGroupSession | None:
    """The session advanced so that it cannot read messages before ``index``; None: nothing is left."""
    if session.first_known_index >= index:
        return session
    if index >= LAST_INDEX:
        return None
    return InboundGroupSession.import_session(
        session.export_session(index),
        session.ed25519,
        session.sender_key,
        session.room_id,
        session.forwarding_chain,
    )
