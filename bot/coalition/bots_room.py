"""The room in which the bots of a coalition meet: made, opened to one more bot, gone into, left."""

from typing import Any, Final

from bot.coalition.rooms import BOT_LEVEL
from bot.logging import logs
from bot.matrix import membership
from bot.matrix.client import AFTER_NONSENSE, Client, JsonObject, MatrixError, NotNow, quoted
from bot.matrix.machine import Machine
from bot.matrix.room_keys import RoomKeys
from bot.matrix.rooms import MEGOLM, OF_BOTS
from bot.matrix.sync import section
from bot.rooms.directory import RoomDirectory
from storage.core.lazy_dataclass import dataclass

NAME: Final = "Coalition"
"""Every homeserver of a member reads it, so it says nothing of whose coalition it is."""

log = logs.get("bot.coalition.bots_room")


@dataclass(frozen=True, slots=True)
class BotsRoom:
    """Asks the homeserver. Everything here may be asked for twice; raises NotNow, MatrixError."""

    client: Client
    places: RoomDirectory
    keys: RoomKeys
    machine: Machine

    async def make(self) -> str:
        """Make a room, unless an earlier attempt did whose answer never reached us; the room id."""
        for room in self.places.rooms.values():
            ours = room.founder == self.places.own and room.of_bots
            if (
                ours
                and room.members.keys() <= {self.places.own}
                and room.id not in self.places.closed
            ):
                return room.id
        answer = await self.client.request("POST", "/createRoom", _made())
        room_id = answer.get("room_id")
        if not isinstance(room_id, str):
            raise NotNow(AFTER_NONSENSE)
        return room_id

    async def admit(self, room_id: str, bot: str) -> None:
        """Let a bot speak in a room, and invite it."""
        path = f"/rooms/{quoted(room_id)}"
        levels = await self.client.request("GET", f"{path}/state/m.room.power_levels/")
        users: dict[str, Any] = {**section(levels, "users")}
        if users.get(bot) != BOT_LEVEL:
            changed = {**levels, "users": {**users, bot: BOT_LEVEL}}
            await self.client.request("PUT", f"{path}/state/m.room.power_levels/", changed)
        known = self.places.rooms.get(room_id)
        if known is not None and known.has(bot):
            return
        try:
            await self.client.request("POST", f"{path}/invite", {"user_id": bot})
        except MatrixError as refusal:
            # It may be there already.
            log.info("invite_refused", status=refusal.status)

    async def enter(self, room_id: str) -> None:
        """Go into a room to which a paired bot invites; a refusal means that it has not, so far."""
        try:
            await self.client.request("POST", f"/rooms/{quoted(room_id)}/join", {})
        except MatrixError as refusal:
            log.info("join_refused", status=refusal.status)

    async def leave(self, room_id: str) -> None:
        """Leave a room, and give up the keys of what was said there."""
        await membership.leave(self.client, room_id)
        # That we left by ourselves does not come by sync.
        self.places.rooms.pop(room_id, None)
        self.keys.forget(room_id)
        self.machine.olm.reading.left(room_id)


def _made() -> JsonObject:
    """Encrypted from the first event, by invitation, without history for whoever comes later."""
    state = [
        ("m.room.encryption", {"algorithm": MEGOLM}),
        ("m.room.history_visibility", {"history_visibility": "joined"}),
        ("m.room.guest_access", {"guest_access": "forbidden"}),
        ("m.room.join_rules", {"join_rule": "invite"}),
    ]
    return {
        "preset": "private_chat",
        "name": NAME,
        "creation_content": {"type": OF_BOTS},
        "power_level_content_override": {
            "users_default": 0,
            "events_default": BOT_LEVEL,
            "state_default": BOT_LEVEL,
            "invite": BOT_LEVEL,
            "kick": BOT_LEVEL,
            "ban": BOT_LEVEL,
            "redact": BOT_LEVEL,
            "events": {},
        },
        "initial_state": [
            {"type": kind, "state_key": "", "content": content} for kind, content in state
        ],
    }
