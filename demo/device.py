"""Encryption of one device: sharing keys, decrypting, and judging other devices."""

import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from nio import (
    AsyncClient,
    AsyncClientConfig,
    EncryptionError,
    Event,
    MegolmEvent,
    SyncResponse,
)

from demo.forgetful_store import ForgetfulStore
from demo.matrix_api import JsonObject, MatrixApi, quoted
from demo.published_keys import PublishedKeys
from demo.room_keys import RoomKeys

# nio warns of every key it waits for.
logging.getLogger("nio").addHandler(logging.NullHandler())
# Only what a conversation needs.
_FILTER: Final = {
    "presence": {"types": []},
    "account_data": {"types": []},
    "room": {
        "ephemeral": {"types": []},
        "account_data": {"types": []},
        "timeline": {"limit": 100},
    },
}


@dataclass(frozen=True, slots=True)
class Message:
    """One message as an organizer's app shows it."""

    room: str
    event_id: str
    sender: str
    kind: str
    """``m.text``, ``m.notice``, ..."""
    body: str
    encrypted: bool
    signed: bool
    """Whether it came from a device that its sender cross-signed (checked from device to master)."""
    sent: datetime
    content: Mapping[str, Any] = field(repr=False, default_factory=dict)


@dataclass(slots=True)
class News:
    """What one sync request brought."""

    messages: list[Message] = field(default_factory=list)
    others: list[JsonObject] = field(default_factory=list)
    """Every other timeline event as served, with its ``room_id``."""
    invites: dict[str, str] = field(default_factory=dict)
    """Room -> who asks us in."""


class _Client(AsyncClient):  # type: ignore[misc]
    """nio, which would begin a new session whenever anybody comes: RoomKeys says when."""

    def invalidate_outbound_session(self, room_id: str) -> None:
        """Keep the outgoing session: RoomKeys decides when to begin another one."""


class Device:
    """A logged-in device; ``signed_only`` shares no key with devices that are not cross-signed."""

    def __init__(self, api: MatrixApi, *, signed_only: bool) -> None:
        self._api = api
        self.unreadable: dict[str, MegolmEvent] = {}
        """What could not be decrypted so far, by event id."""
        self._read: defaultdict[str, set[str]] = defaultdict(set)
        """Ids of the events that were read, by room."""
        self._nio = _Client(
            api.homeserver,
            api.user,
            store_path="-",
            config=AsyncClientConfig(
                store=ForgetfulStore,
                encryption_enabled=True,
                store_sync_tokens=False,
                max_timeouts=0,
            ),
        )
        self._nio.restore_login(api.user, api.device, api.token)
        self._published = PublishedKeys(api, self._nio)
        self._room_keys = RoomKeys(api, self._nio, self._published, signed_only=signed_only)

    async def close(self) -> None:
        """Close the connection to the homeserver."""
        await self._nio.close()

    async def publish_keys(self) -> None:
        """Upload device keys and one-time keys."""
        await self._nio.keys_upload()

    # -- sending -------------------------------------------------------------------------------

    def knows(self, room: str, joined: Iterable[str] = ()) -> bool:
        """Whether this device knows the room as encrypted and the given people as joined."""
        known = self._nio.rooms.get(room)
        return (
            known is not None
            and known.encrypted
            and all(user in known.users and not known.users[user].invited for user in joined)
        )

    async def encrypt(self, room: str, kind: str, content: Mapping[str, Any]) -> JsonObject:
        """Share the room key with the members, and return the content of an ``m.room.encrypted`` event."""
        await self._room_keys.share(room)
        payload = {"type": kind, "content": dict(content)}
        sealed: JsonObject = self._nio.olm.group_encrypt(room, payload)
        return sealed

    # -- reading -------------------------------------------------------------------------------

    async def read(self, poll_ms: int) -> News | None:
        """Sync once, waiting up to ``poll_ms`` for news; None when the homeserver gave no answer."""
        since = self._nio.next_batch
        answer = await self._nio.sync(timeout=poll_ms, sync_filter=_FILTER, since=since or None)
        if not isinstance(answer, SyncResponse):
            return None
        self._published.heard(answer)
        await self._tend_keys()
        news = News()
        for room, info in answer.rooms.join.items():
            gap = await self._missed(room, info.timeline, since)
            for event in [*gap, *info.timeline.events]:
                # What was found by reading back may come once more by itself.
                if event.event_id not in self._read[room]:
                    self._read[room].add(event.event_id)
                    await self._take(room, event, news)
        await self._try_again(news)
        for room, info in answer.rooms.invite.items():
            for event in info.invite_state:
                if getattr(event, "membership", "") == "invite":
                    news.invites[room] = event.sender
        return news

    async def _tend_keys(self) -> None:
        nio = self._nio
        if nio.should_upload_keys:
            await nio.keys_upload()
        await self._published.up_to_date(list(nio.olm.users_for_key_query))
        if nio.should_claim_keys:
            await nio.keys_claim(nio.get_users_for_key_claiming())
        await nio.send_to_device_messages()

    async def _missed(self, room: str, timeline: Any, since: str) -> list[Event]:
        """What a limited timeline left out, oldest first: of each homeserver back to what was read before.

        What another one sent while it was away stands between no two answers of sync. In a room that is
        new to us, what came before this answer is for others.
        """
        if not timeline.limited or not since:
            return []
        read = self._read[room]
        until = "" if read else f"&to={quoted(since)}"
        wanted = {_homeserver(event.sender) for event in timeline.events}
        reached: set[str] = set()
        missed: list[Event] = []
        start = timeline.prev_batch
        while start:
            path = f"/rooms/{quoted(room)}/messages?dir=b&limit=100&from={quoted(start)}{until}"
            page = await self._api.call("GET", path)
            for source in page["chunk"]:
                server = _homeserver(source["sender"])
                if source["event_id"] in read:
                    reached.add(server)
                elif server not in reached:
                    wanted.add(server)
                    missed.append(Event.parse_event(source))
            start = page.get("end") if page["chunk"] and not (read and wanted <= reached) else None
        for event in missed:
            event.room_id = room
        return [self._opened(event) for event in reversed(missed)]

    def _opened(self, event: Event) -> Event:
        if not isinstance(event, MegolmEvent):
            return event
        try:
            return self._nio.decrypt_event(event)
        except EncryptionError:
            return event

    async def _try_again(self, news: News) -> None:
        known = self._nio.olm.inbound_group_store
        for event_id, event in list(self.unreadable.items()):
            if known.get(event.room_id, event.sender_key, event.session_id) is None:
                continue
            opened = self._opened(event)
            if not isinstance(opened, MegolmEvent):
                del self.unreadable[event_id]
                await self._take(event.room_id, opened, news)

    async def _take(self, room: str, event: Event, news: News) -> None:
        if isinstance(event, MegolmEvent):
            event.room_id = room
            self.unreadable[event.event_id] = event
            return
        source = event.source
        content = source.get("content", {})
        if source.get("type") != "m.room.message" or "msgtype" not in content:
            news.others.append({**source, "room_id": room})
            return
        decrypted = bool(getattr(event, "decrypted", False))
        message = Message(
            room=room,
            event_id=event.event_id,
            sender=event.sender,
            kind=content["msgtype"],
            body=str(content.get("body", "")),
            encrypted=decrypted,
            signed=decrypted and await self._came_from_signed_device(room, event),
            sent=datetime.fromtimestamp(event.server_timestamp / 1000, UTC),
            content=content,
        )
        news.messages.append(message)

    async def _came_from_signed_device(self, room: str, event: Event) -> bool:
        await self._published.up_to_date([event.sender])
        session = self._nio.olm.inbound_group_store.get(room, event.sender_key, event.session_id)
        for name, published in self._published.devices(event.sender).items():
            keys = published.get("keys", {})
            if (
                keys.get(f"curve25519:{name}") == event.sender_key
                and keys.get(f"ed25519:{name}") == session.ed25519
            ):
                return self._published.signed(event.sender, name)
        return False


def _homeserver(user: str) -> str:
    return user.partition(":")[2]
