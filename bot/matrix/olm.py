"""nio's Olm machine with our rule for which room keys are kept."""

from collections.abc import Callable

from nio.crypto import InboundGroupSession, Olm
from nio.store import MatrixStore

STRANGE_ROOM_KEYS = 50
"""Room keys kept per sending device for rooms the bot is not in: an invitation may follow."""


class OurOlm(Olm):  # type: ignore[misc]  # nio has no types
    """The machine that holds our account and all sessions.

    A room key is kept only for a room the bot is in, or in small number for one it may be about
    to join; and a key never replaces one that reads further back.
    """

    def __init__(
        self, user: str, device: str, store: MatrixStore, in_room: Callable[[str], bool]
    ) -> None:
        self._in_room = in_room
        self._strange: dict[str, int] = {}
        super().__init__(user, device, store)

    def create_group_session(
        self,
        sender_key: str,
        sender_fp_key: str,
        room_id: str,
        session_id: str,
        session_key: str,
    ) -> None:
        session = InboundGroupSession(session_key, sender_fp_key, sender_key, room_id)
        if session.id != session_id:
            raise ValueError
        if sender_key != self.account.identity_keys["curve25519"] and not self._in_room(room_id):
            kept = self._strange.get(sender_key, 0)
            if kept >= STRANGE_ROOM_KEYS:
                raise ValueError
            self._strange[sender_key] = kept + 1
        known = self.inbound_group_store.get(room_id, sender_key, session_id)
        if known is not None and known.first_known_index <= session.first_known_index:
            return
        self.inbound_group_store.add(session)
        self.save_inbound_group_session(session)
