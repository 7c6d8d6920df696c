"""What other homeservers sent while ours did not hear them: in the history of rooms, in no answer of sync.

Heard again, they tell ours of the newest message in a room, and ours asks for a few of those before it. The
rest it fetches only when somebody reads back, and puts it before everything that it had: it stands between no
two answers of sync, where ``Sync.gap`` looks (findings/synapse-backfilled-not-before-to.sh).
"""

from collections.abc import Mapping
from contextlib import aclosing
from typing import Any, Final

import vodozemac

from bot.matrix.read_positions import ReadPositions
from bot.matrix.rooms import Room
from bot.matrix.sync import Sync, section
from bot.matrix.trust import Trust

MOST_PAGES: Final = 50
"""Pages of one room that are read back at most: 5,000 events."""


class OtherHomeservers:
    """Finds what people on other homeservers said before something of theirs that came after a gap."""

    def __init__(self, sync: Sync, trust: Trust, reading: ReadPositions) -> None:
        self._sync = sync
        self._trust = trust
        self._reading = reading
        self._own = homeserver_of(sync.client.user)

    async def complete(self, room: Room, events: list[Any], newest: str) -> list[Any]:
        """Put before the given events, oldest first, what is missing there of their senders' homeservers.

        ``events``: what came after a gap; ``newest``: where they begin. Each homeserver puts what it sends
        into one order: reading back ends when there is a message of each that was read before.
        """
        wanted = {server for event in events if (server := self._new_from(room, event))}
        if not wanted:
            return events
        known = {event.get("event_id") for event in events if isinstance(event, dict)}
        found: list[Any] = []
        reached: set[str] = set()
        pages = 0
        async with aclosing(self._sync.history(room.id, newest)) as history:
            async for page in history:
                for event in page:
                    server = self._elsewhere(event)
                    if server is None or server in reached:
                        continue
                    if self._was_read(room, event):
                        reached.add(server)
                    elif event.get("event_id") not in known:
                        wanted.add(server)
                        found.append(event)
                pages += 1
                if wanted <= reached or pages >= MOST_PAGES:
                    break
        return [*reversed(found), *events]

    def _new_from(self, room: Room, event: object) -> str | None:
        """The other homeserver of somebody whose message is new."""
        server = self._elsewhere(event)
        return None if server is None or self._was_read(room, event) else server

    def _elsewhere(self, event: object) -> str | None:
        """The homeserver that an encrypted message came from, where it is another one."""
        if not isinstance(event, dict) or event.get("type") != "m.room.encrypted":
            return None
        sender = event.get("sender")
        server = homeserver_of(sender) if isinstance(sender, str) else self._own
        return None if server == self._own or not section(event, "content") else server

    def _was_read(self, room: Room, event: Any) -> bool:
        content: Mapping[str, Any] = event["content"]
        session, ciphertext = content.get("session_id"), content.get("ciphertext")
        if not isinstance(session, str) or not isinstance(ciphertext, str):
            return False
        try:
            index = int(vodozemac.MegolmMessage.from_base64(ciphertext).message_index())
        except ValueError:
            return False
        devices = self._trust.person(event["sender"]).devices.values()
        return any(
            self._reading.was_read(room.id, f"{device.curve25519} {session}", index)
            for device in devices
        )


def homeserver_of(user: str) -> str:
    """Return the name of the homeserver that somebody's account is on, with its port where it has one."""
    return user.partition(":")[2]
