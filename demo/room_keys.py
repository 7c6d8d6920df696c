"""Sharing of room keys: which devices get the Megolm session of a room, as current apps do it.

Before each message the members are looked at anew: a device that is new gets the running session
from here on, and when one that holds it may no longer read (left, removed, signed out) a new
session begins. Invited people count, unless the room's history is for those who joined.
"""

from typing import Final

from nio import AsyncClient, Event, MatrixRoom, RoomMemberEvent
from nio.crypto import OutboundGroupSession
from nio.crypto.device import TrustState

from demo.matrix_api import MatrixApi, quoted
from demo.published_keys import PublishedKeys

_PRESENT: Final = {"join", "invite"}


class RoomKeys:
    """The outgoing Megolm sessions of one device; ``signed_only`` leaves unsigned devices out."""

    def __init__(
        self, api: MatrixApi, nio: AsyncClient, published: PublishedKeys, *, signed_only: bool
    ) -> None:
        self._api = api
        self._nio = nio
        self._published = published
        self._signed_only = signed_only
        self._complete: set[str] = set()
        """Rooms whose members the homeserver was asked for."""

    async def share(self, room: str) -> None:
        """Send the running session to every device that may read and has not got the session."""
        if room not in self._complete:
            await self._learn_members(self._nio.rooms[room])
        tried: dict[str, set[tuple[str, str]]] = {}
        while True:
            users = self._readers(room)
            await self._published.up_to_date(users)
            if users != self._readers(room):
                continue
            wanted = self._judged(users)
            session = self._current(room, wanted)
            missing = wanted - session.users_shared_with - tried.get(session.id, set())
            if not missing:
                # Nothing was awaited since the members were looked at: whoever encrypts now does
                # so for all of them.
                session.mark_as_shared()
                return
            # A device without one-time keys cannot be reached; the next message tries again. When
            # somebody goes meanwhile, the session after this one is for all the others anew.
            tried.setdefault(session.id, set()).update(missing)
            await self._give(room, session, users)

    async def _learn_members(self, room: MatrixRoom) -> None:
        """Ask who is there: sync may not have come as far as a room that was made a moment ago.

        What sync brings meanwhile is newer than the answer, which is then asked for again.
        """
        while True:
            known = _members(room)
            answer = await self._api.call("GET", f"/rooms/{quoted(room.room_id)}/members")
            if known == _members(room):
                break
        for source in answer["chunk"]:
            event = Event.parse_event(source)
            if not isinstance(event, RoomMemberEvent) or event.membership not in _PRESENT:
                continue
            if known.get(event.state_key) != event.membership:
                room.handle_membership(event)
        self._complete.add(room.room_id)

    def _readers(self, room: str) -> list[str]:
        known = self._nio.rooms[room]
        joined_only = known.history_visibility == "joined"
        return [name for name, user in known.users.items() if not (joined_only and user.invited)]

    def _judged(self, users: list[str]) -> set[tuple[str, str]]:
        """The devices that may have the key, and nio told so.

        In the demo everybody trusts everybody's devices, as if they had compared emoji; with
        ``signed_only`` a device without a valid chain gets no key.
        """
        wanted = set()
        for user in users:
            for device in self._nio.device_store.active_user_devices(user):
                trusted = not self._signed_only or self._published.signed(user, device.id)
                device.trust_state = TrustState.verified if trusted else TrustState.blacklisted
                if trusted and device.id != self._nio.device_id:
                    wanted.add((user, device.id))
        return wanted

    def _current(self, room: str, wanted: set[tuple[str, str]]) -> OutboundGroupSession:
        """The running session, or a new one when it is old or was given to somebody now left out."""
        sessions = self._nio.olm.outbound_group_sessions
        session = sessions.get(room)
        if session is None or session.expired or not session.users_shared_with <= wanted:
            self._nio.olm.create_outbound_group_session(room)
        return sessions[room]

    async def _give(self, room: str, session: OutboundGroupSession, users: list[str]) -> None:
        olm = self._nio.olm
        unopened = olm.get_missing_sessions(users)
        if unopened:
            await self._nio.keys_claim(unopened)
        # nio makes a new session of one that it thinks is shared, and never looks again at a
        # device that it once left out.
        session.shared = False
        session.users_ignored.clear()
        for some, body in olm.share_group_session_parallel(room, users):
            await self._api.send_to_device("m.room.encrypted", body["messages"])
            session.users_shared_with |= some


def _members(room: MatrixRoom) -> dict[str, str]:
    return {name: "invite" if user.invited else "join" for name, user in room.users.items()}
