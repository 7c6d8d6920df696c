"""An organizer's client: real end-to-end encryption, for the demo, the tests and benchmarks."""

import asyncio
import contextlib
import json
import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Final, Self

import aiohttp
from nio import (
    AsyncClient,
    AsyncClientConfig,
    EncryptionError,
    Event,
    KeysQueryResponse,
    MegolmEvent,
    SyncResponse,
)
from nio.crypto.device import TrustState

from bot.matrix.identity import CrossSigning
from demo.cross_signing import chain_holds, without_signatures
from demo.forgetful_store import ForgetfulStore
from demo.matrix_api import ApiError, JsonObject, MatrixApi, quoted

_POLL_MS: Final = 20_000
_RETRY_SECONDS: Final = 0.2
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


class NotHeard(AssertionError):
    """What was waited for did not come."""


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


class Organizer:
    """A signed-in person with one device; ``async with`` reads along until the end.

    ``messages`` holds everything read, in the order in which it could be read; ``unreadable`` the
    ids of what could not be decrypted so far. With ``signed_only`` the client behaves as current
    Matrix clients do: it shares no key with a device that its owner did not cross-sign, and puts
    messages from such devices into ``refused`` instead of ``messages``.
    """

    def __init__(self, api: MatrixApi, *, signed_only: bool, accepts_invites: bool) -> None:
        self.api = api
        self.user = api.user
        self.device = api.device
        self.identity: CrossSigning | None = None
        self.messages: list[Message] = []
        self.refused: list[Message] = []
        self.unreadable: dict[str, MegolmEvent] = {}
        self.events: list[JsonObject] = []
        """Every other event of a timeline, as served, with its ``room_id``."""
        self.invites: dict[str, str] = {}
        """Rooms we were asked into, and who asked."""
        self._signed_only = signed_only
        self._accepts_invites = accepts_invites
        self._keys: dict[str, JsonObject] = {}
        self._news = asyncio.Condition()
        self._sending: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._loop: asyncio.Task[None] | None = None
        self._client = AsyncClient(
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
        self._client.restore_login(api.user, api.device, api.token)

    # -- signing in and out --------------------------------------------------------------------

    @classmethod
    async def sign_in(
        cls,
        homeserver: str,
        user: str,
        password: str,
        *,
        device_name: str = "organizer",
        identity: CrossSigning | None = None,
        cross_signed: bool = True,
        signed_only: bool = False,
        accepts_invites: bool = True,
    ) -> Self:
        """Log in as a new device and read along.

        ``cross_signed=False`` leaves the device unsigned. ``identity`` is the one of an earlier
        device of the same person; without it a new one is made.
        """
        api = MatrixApi(homeserver)
        try:
            await api.login(user, password, device_name)
            self = cls(api, signed_only=signed_only, accepts_invites=accepts_invites)
            await self._client.keys_upload()
            if cross_signed:
                await self.cross_sign(identity)
            await self._read_once(poll_ms=0)
        except BaseException:
            await api.close()
            raise
        self.listen()
        return self

    async def another_device(self, password: str, *, cross_signed: bool = True) -> "Organizer":
        """The same person on a second device."""
        return await Organizer.sign_in(
            self.api.homeserver,
            self.user,
            password,
            device_name="second device",
            identity=self.identity,
            cross_signed=cross_signed,
            signed_only=self._signed_only,
        )

    async def cross_sign(self, identity: CrossSigning | None = None) -> None:
        """Sign this device with the person's identity, published first if it is new."""
        if identity is None:
            identity = CrossSigning.create()
            body = identity.public(self.user)
            await self.api.call("POST", "/keys/device_signing/upload", body)
        self.identity = identity
        keys = await self.api.keys_of(self.user)
        bare = without_signatures(keys["device_keys"][self.user][self.device])
        signed = identity.self_signing.sign(bare, self.user)
        answer = await self.api.call(
            "POST", "/keys/signatures/upload", {self.user: {self.device: signed}}
        )
        if answer.get("failures"):
            raise ApiError(400, {"errcode": "SIGNATURE_REFUSED", "error": str(answer)})

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Stop reading; the device stays logged in."""
        await self.pause()
        await self._client.close()
        await self.api.close()

    # -- talking -------------------------------------------------------------------------------

    async def send(
        self, room: str, text: str, *, kind: str = "m.text", txn: str | None = None
    ) -> str:
        """Send an encrypted text message; returns its event id."""
        content = {"msgtype": kind, "body": text}
        return await self.send_event(room, "m.room.message", content, txn=txn)

    async def send_event(
        self, room: str, kind: str, content: Mapping[str, Any], *, txn: str | None = None
    ) -> str:
        """Send any event encrypted; returns its event id."""
        async with self._sending[room]:
            # Sent before the next is encrypted, so that the order is that of the calls.
            sealed = await self._encrypt(room, kind, content)
            return await self.api.send_clear(room, "m.room.encrypted", sealed, txn=txn)

    async def encrypt(self, room: str, kind: str, content: Mapping[str, Any]) -> JsonObject:
        """The content of an ``m.room.encrypted`` event, its key shared with those in the room."""
        async with self._sending[room]:
            return await self._encrypt(room, kind, content)

    async def ask(
        self,
        room: str,
        text: str,
        expect: str = "",
        *,
        of: str | None = None,
        where: str | None = None,
        seconds: float = 20,
    ) -> Message:
        """Send, and return the first later message with ``expect`` in it (of ``of``, in ``where``).

        Raises NotHeard with what was said instead.
        """
        mark = len(self.messages)
        await self.send(room, text)
        return await self.hear(expect, of=of, where=where, since=mark, seconds=seconds)

    async def hear(
        self,
        expect: str | Callable[[Message], bool] = "",
        *,
        of: str | None = None,
        where: str | None = None,
        since: int = 0,
        seconds: float = 20,
    ) -> Message:
        """The first message of somebody else from position ``since`` that is what we expect."""

        def fits(message: Message) -> bool:
            return (
                message.sender != self.user
                and of in {None, message.sender}
                and where in {None, message.room}
                and (expect in message.body if isinstance(expect, str) else expect(message))
            )

        def found() -> Message | None:
            return next(filter(fits, self.messages[since:]), None)

        try:
            await self._until(lambda: found() is not None, seconds)
        except TimeoutError:
            raise NotHeard(self._what_was_said(expect, since, seconds)) from None
        message = found()
        if message is None:
            raise NotHeard(self._what_was_said(expect, since, seconds))
        return message

    async def until(self, fact: Callable[[], bool], seconds: float = 20) -> None:
        """Wait until ``fact`` holds; it is looked at after every batch of news."""
        try:
            await self._until(fact, seconds)
        except TimeoutError:
            raise NotHeard(f"{self.user} waited {seconds} s for something in vain") from None

    async def _until(self, fact: Callable[[], bool], seconds: float) -> None:
        async with asyncio.timeout(seconds), self._news:
            await self._news.wait_for(fact)

    def _what_was_said(self, expect: object, since: int, seconds: float) -> str:
        heard = [f"  {m.sender} [{m.kind}]: {m.body}" for m in self.messages[since:]][-12:]
        lines = "\n".join(heard) or "  (nothing)"
        wanted = repr(expect) if isinstance(expect, str) else "what was expected"
        unread = f"; {len(self.unreadable)} unreadable" if self.unreadable else ""
        refused = f"; {len(self.refused)} refused" if self.refused else ""
        return f"{self.user} did not hear {wanted} in {seconds} s{unread}{refused}. Said:\n{lines}"

    async def encrypted_room(
        self, name: str | None = None, *, invite: Iterable[str] = (), direct: bool = False
    ) -> str:
        """Open an encrypted room and wait until this device knows that it is."""
        room = await self.api.create_room(name, invite=tuple(invite), direct=direct)
        await self.settled(room)
        return room

    async def direct(self, user: str) -> str:
        """Open a direct chat."""
        return await self.encrypted_room(invite=[user], direct=True)

    async def settled(self, room: str, *members: str, seconds: float = 20) -> None:
        """Wait until this device knows the room as encrypted, with these people joined."""
        await self.until(lambda: self._knows(room, members), seconds)

    def _knows(self, room: str, members: Iterable[str]) -> bool:
        known = self._client.rooms.get(room)
        return (
            known is not None
            and known.encrypted
            and all(user in known.users and not known.users[user].invited for user in members)
        )

    # -- encrypting ----------------------------------------------------------------------------

    async def _encrypt(self, room: str, kind: str, content: Mapping[str, Any]) -> JsonObject:
        if not self._knows(room, ()):
            await self.settled(room)
        await self._share_key(room)
        payload = {"type": kind, "content": dict(content)}
        sealed: JsonObject = self._client.olm.group_encrypt(room, payload)
        return sealed

    async def _share_key(self, room: str) -> None:
        """Give a new room key to every device that may have it, before anything is encrypted."""
        olm = self._client.olm
        if not olm.should_share_group_session(room):
            return
        users = list(self._client.rooms[room].users)
        await self._query_keys(users)
        self._judge_devices(users)
        missing = olm.get_missing_sessions(users)
        if missing:
            await self._client.keys_claim(missing)
        for _, body in olm.share_group_session_parallel(room, users):
            await self.api.send_to_device("m.room.encrypted", body["messages"])
        olm.outbound_group_sessions[room].shared = True

    def _judge_devices(self, users: Iterable[str]) -> None:
        # In the demo everybody trusts everybody's devices, as if they had compared emoji; with
        # signed_only a device without a valid chain gets no key.
        for user in users:
            for device in self._client.device_store.active_user_devices(user):
                trusted = not self._signed_only or self._is_signed(user, device.id)
                device.trust_state = TrustState.verified if trusted else TrustState.blacklisted

    def _is_signed(self, user: str, device: str) -> bool:
        return chain_holds(self._keys.get(user, {}), user, device)

    async def _query_keys(self, users: Iterable[str]) -> None:
        answer = await self.api.keys_of(*users)
        for user in users:
            self._keys[user] = answer
        await self._client.receive_response(KeysQueryResponse.from_dict(answer))

    # -- reading -------------------------------------------------------------------------------

    def listen(self) -> None:
        """Read along in the background."""
        if self._loop is None:
            self._loop = asyncio.create_task(self._read_on(), name=f"organizer {self.user}")

    async def pause(self) -> None:
        """Read nothing until ``listen`` is called again."""
        if self._loop is not None:
            self._loop.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._loop
            self._loop = None

    async def _read_on(self) -> None:
        while True:
            try:
                good = await self._read_once(poll_ms=_POLL_MS)
            except (aiohttp.ClientError, ApiError, TimeoutError, json.JSONDecodeError):
                good = False
            if not good:
                await asyncio.sleep(_RETRY_SECONDS)

    async def _read_once(self, *, poll_ms: int) -> bool:
        since = self._client.next_batch
        answer = await self._client.sync(timeout=poll_ms, sync_filter=_FILTER, since=since or None)
        if not isinstance(answer, SyncResponse):
            return False
        await self._tend_keys()
        for room, info in answer.rooms.join.items():
            gap = await self._missed(room, info.timeline, since)
            for event in [*gap, *info.timeline.events]:
                await self._take(room, event)
        await self._try_again()
        await self._answer_invites(answer)
        async with self._news:
            self._news.notify_all()
        return True

    async def _tend_keys(self) -> None:
        client = self._client
        if client.should_upload_keys:
            await client.keys_upload()
        if client.should_query_keys:
            await self._query_keys(list(client.olm.users_for_key_query))
        if client.should_claim_keys:
            await client.keys_claim(client.get_users_for_key_claiming())
        await client.send_to_device_messages()

    async def _missed(self, room: str, timeline: Any, since: str) -> list[Event]:
        """What a limited timeline left out, oldest first."""
        if not timeline.limited or not since:
            return []
        missed: list[Event] = []
        start = timeline.prev_batch
        while start:
            page = await self.api.call(
                "GET",
                f"/rooms/{quoted(room)}/messages?dir=b&limit=100"
                f"&from={quoted(start)}&to={quoted(since)}",
            )
            missed.extend(Event.parse_event(source) for source in page["chunk"])
            start = page.get("end") if page["chunk"] else None
        for event in missed:
            event.room_id = room
        return [self._opened(event) for event in reversed(missed)]

    def _opened(self, event: Event) -> Event:
        if not isinstance(event, MegolmEvent):
            return event
        try:
            return self._client.decrypt_event(event)
        except EncryptionError:
            return event

    async def _try_again(self) -> None:
        known = self._client.olm.inbound_group_store
        for event_id, event in list(self.unreadable.items()):
            if known.get(event.room_id, event.sender_key, event.session_id) is None:
                continue
            opened = self._opened(event)
            if not isinstance(opened, MegolmEvent):
                del self.unreadable[event_id]
                await self._take(event.room_id, opened)

    async def _take(self, room: str, event: Event) -> None:
        if isinstance(event, MegolmEvent):
            event.room_id = room
            self.unreadable[event.event_id] = event
            return
        source = event.source
        if source.get("type") != "m.room.message" or "msgtype" not in source.get("content", {}):
            self.events.append({**source, "room_id": room})
            return
        content = source["content"]
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
        accepted = message.signed or not self._signed_only
        (self.messages if accepted else self.refused).append(message)

    async def _came_from_signed_device(self, room: str, event: Event) -> bool:
        if event.sender not in self._keys:
            await self._query_keys([event.sender])
        session = self._client.olm.inbound_group_store.get(room, event.sender_key, event.session_id)
        devices = self._keys[event.sender].get("device_keys", {}).get(event.sender, {})
        for name, published in devices.items():
            keys = published.get("keys", {})
            if (
                keys.get(f"curve25519:{name}") == event.sender_key
                and keys.get(f"ed25519:{name}") == session.ed25519
            ):
                return self._is_signed(event.sender, name)
        return False

    async def _answer_invites(self, answer: SyncResponse) -> None:
        for room, info in answer.rooms.invite.items():
            for event in info.invite_state:
                if getattr(event, "membership", "") == "invite" and event.state_key == self.user:
                    self.invites[room] = event.sender
            if self._accepts_invites:
                # It may have been withdrawn meanwhile.
                with contextlib.suppress(ApiError):
                    await self.api.join(room)
