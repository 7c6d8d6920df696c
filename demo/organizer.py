"""An organizer's client: real end-to-end encryption, for the demo, the tests and benchmarks."""

import asyncio
import contextlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from types import TracebackType
from typing import Any, Final, Self

import aiohttp

from bot.matrix.identity import CrossSigning
from demo.cross_signing import without_signatures
from demo.device import Device, Message, News
from demo.matrix_api import ApiError, JsonObject, MatrixApi

_POLL_MS: Final = 20_000
_RETRY_SECONDS: Final = 0.2
_ATTEMPTS_TO_JOIN: Final = 10


class NotHeard(AssertionError):
    """An expected message did not arrive in time."""


class Organizer:
    """A signed-in person with one device; ``async with`` reads along until the end.

    ``messages`` holds everything read, in the order in which it could be read. With ``signed_only``
    the client behaves as current Matrix clients do: it shares no key with a device that its owner
    did not cross-sign, and puts messages from such devices into ``refused`` instead.
    """

    def __init__(self, api: MatrixApi, *, signed_only: bool, accepts_invites: bool) -> None:
        self.api = api
        self.user = api.user
        self.device = api.device
        self.identity: CrossSigning | None = None
        self.messages: list[Message] = []
        self.refused: list[Message] = []
        self.events: list[JsonObject] = []
        """Every other event of a timeline, as served, with its ``room_id``."""
        self.invites: dict[str, str] = {}
        """Rooms we were asked into, and who asked."""
        self._signed_only = signed_only
        self._accepts_invites = accepts_invites
        self._encryption = Device(api, signed_only=signed_only)
        self._news = asyncio.Condition()
        self._sending: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._loop: asyncio.Task[None] | None = None

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
        async with contextlib.AsyncExitStack() as unless_all_goes_well:
            unless_all_goes_well.push_async_callback(api.close)
            await api.login(user, password, device_name)
            self = cls(api, signed_only=signed_only, accepts_invites=accepts_invites)
            unless_all_goes_well.push_async_callback(self._encryption.close)
            await self._encryption.publish_keys()
            if cross_signed:
                await self.cross_sign(identity)
            await self._read_once(poll_ms=0)
            self.listen()
            unless_all_goes_well.pop_all()
        return self

    async def another_device(self, password: str, *, cross_signed: bool = True) -> "Organizer":
        """Log the same person in on a second device."""
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
        await self._encryption.close()
        await self.api.close()

    # -- rooms ---------------------------------------------------------------------------------

    async def encrypted_room(
        self, name: str | None = None, *, invite: Iterable[str] = (), direct: bool = False
    ) -> str:
        """Create an encrypted room and wait until this device knows the room as encrypted."""
        room = await self.api.create_room(name, invite=tuple(invite), direct=direct)
        await self.settled(room)
        return room

    async def direct(self, user: str) -> str:
        """Open a direct chat."""
        return await self.encrypted_room(invite=[user], direct=True)

    async def settled(self, room: str, *members: str, seconds: float = 20) -> None:
        """Wait until this device knows the room as encrypted and the given people as joined."""
        await self.until(lambda: self._encryption.knows(room, members), seconds)

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
        await self.settled(room)
        async with self._sending[room]:
            # Sent before the next is encrypted, so that the order is that of the calls.
            sealed = await self._encryption.encrypt(room, kind, content)
            return await self.api.send_clear(room, "m.room.encrypted", sealed, txn=txn)

    async def encrypt(self, room: str, kind: str, content: Mapping[str, Any]) -> JsonObject:
        """Share the room key with the members, and return the content of an ``m.room.encrypted`` event."""
        await self.settled(room)
        async with self._sending[room]:
            return await self._encryption.encrypt(room, kind, content)

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
        """Send a text; returns the first later message with ``expect`` in it (from ``of``, in ``where``).

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
        """Return the first message of somebody else from position ``since`` that is as expected."""

        def fits(message: Message) -> bool:
            return (
                message.sender != self.user
                and of in {None, message.sender}
                and where in {None, message.room}
                and (expect in message.body if isinstance(expect, str) else expect(message))
            )

        try:
            async with asyncio.timeout(seconds), self._news:
                while True:
                    message = next(filter(fits, self.messages[since:]), None)
                    if message is not None:
                        return message
                    await self._news.wait()
        except TimeoutError:
            raise NotHeard(self._what_was_said(expect, since, seconds)) from None

    async def until(self, fact: Callable[[], bool], seconds: float = 20) -> None:
        """Wait until ``fact`` holds; checked after every batch of news."""
        try:
            async with asyncio.timeout(seconds), self._news:
                await self._news.wait_for(fact)
        except TimeoutError:
            raise NotHeard(f"{self.user} waited {seconds} s for something in vain") from None

    def _what_was_said(self, expect: object, since: int, seconds: float) -> str:
        heard = [f"  {m.sender} [{m.kind}]: {m.body}" for m in self.messages[since:]][-12:]
        lines = "\n".join(heard) or "  (nothing)"
        wanted = repr(expect) if isinstance(expect, str) else "what was expected"
        unread = f"; {len(self.unreadable)} unreadable" if self.unreadable else ""
        refused = f"; {len(self.refused)} refused" if self.refused else ""
        return f"{self.user} did not hear {wanted} in {seconds} s{unread}{refused}. Said:\n{lines}"

    # -- reading -------------------------------------------------------------------------------

    @property
    def unreadable(self) -> tuple[str, ...]:
        """Ids of the messages that could not be decrypted so far."""
        return tuple(self._encryption.unreadable)

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
        news = await self._encryption.read(poll_ms)
        if news is None:
            return False
        for message in news.messages:
            accepted = message.signed or not self._signed_only
            (self.messages if accepted else self.refused).append(message)
        self.events += news.others
        await self._answer_invites(news)
        async with self._news:
            self._news.notify_all()
        return True

    async def _answer_invites(self, news: News) -> None:
        self.invites |= news.invites
        if self._accepts_invites:
            for room, inviter in news.invites.items():
                await self._accept(room, inviter)

    async def _accept(self, room: str, inviter: str) -> None:
        """Join; an invitation may have been withdrawn meanwhile.

        Another homeserver shows it to us before it knows of it itself, so that it may refuse us at first.
        """
        elsewhere = inviter.partition(":")[2] != self.user.partition(":")[2]
        for _ in range(_ATTEMPTS_TO_JOIN if elsewhere else 1):
            with contextlib.suppress(ApiError):
                await self.api.join(room)
                return
            await asyncio.sleep(_RETRY_SECONDS)
