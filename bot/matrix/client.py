"""Requests to the homeserver, under our own rules for errors and patience."""

import asyncio
import json
import math
from collections.abc import Awaitable, Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import aiohttp

from bot.logging import logs
from bot.matrix import untrusted_json
from bot.matrix.availability import Availability, Throttling
from bot.matrix.http_session import UNBOUNDED, as_outages, http_session, kind_of, trusting
from bot.matrix.outages import Outage, Unreachable
from storage.core.lazy_dataclass import dataclass

LONGEST_WISH = 120.0
"""Seconds that a busy homeserver is left alone at most when it says how long."""

AFTER_NONSENSE = 5.0
"""Seconds to wait after an answer that came with status 200 and lacks what it is for."""

ANOTHERS_PAUSE = 10.0
"""Seconds until something is asked again that another homeserver has to agree to, which may be away."""

CHUNK = 64 << 10
"""Bytes of a file that are taken in one go."""

WAITING: Final = frozenset(
    {"M_USER_LOCKED", "M_USER_SUSPENDED", "M_RESOURCE_LIMIT_EXCEEDED", "M_CONSENT_NOT_GIVEN"}
)
"""Refusals that a person at the homeserver takes back: what is to be said waits for that, and is not lost."""

JsonObject = dict[str, Any]

log = logs.get("bot.matrix.client")


class MatrixError(Exception):
    """The homeserver refused a request; trying the same again would not help."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(f"{status} {code}")
        self.status = status
        self.code = code


class TokenRejected(Exception):
    """The access token is no longer valid: the bot has to be logged in again by a person.

    No ``MatrixError``, so that nobody who passes over a refusal passes over this: a room would
    count as empty, a gap as read, a message as undeliverable. It ends the process.
    """


class TooLarge(Exception):
    """An answer is longer than what we are willing to take."""


class NotNow(Exception):
    """The homeserver is away, faulty or busy; ``after`` is a wished pause in seconds.

    ``outage``: what is in the way, None where the homeserver itself wants us to wait. ``limited``: for how
    many seconds it wants that, however many; ``after`` is never unreasonable.
    """

    def __init__(
        self, after: float = 0.0, outage: Outage | None = None, *, limited: float = 0.0
    ) -> None:
        super().__init__("not now")
        self.after = after
        self.outage = outage
        self.limited = limited


@dataclass(frozen=True, slots=True)
class Received:
    """What came back, before anybody knows whether it is an answer."""

    status: int
    raw: bytes
    retry_after: str
    """The header of that name, empty where there is none."""


class Client:
    """HTTP requests to the homeserver, as the bot's account."""

    def __init__(
        self,
        url: str,
        user: str,
        *,
        proxy: str | None = None,
        ca_file: Path | None = None,
        patience: float = 30.0,
    ) -> None:
        self._proxy = proxy
        # Read at once: a file that cannot be used is said before anything else is done.
        self._trusted = trusting(ca_file)
        self._session: aiohttp.ClientSession | None = None
        self._patience = patience
        self.url = url
        self.user = user
        self.device = ""
        self.token = ""
        """The access token of the session, with which the login can be ended from elsewhere."""
        # Two lines: a homeserver whose disk is full serves what it has and takes nothing, and what
        # is said to us must not wait behind all that we would like to say.
        self.reading = Availability()
        self.writing = Availability()
        self.throttling = Throttling()

    def resume(self, device: str, token: str) -> None:
        """Go on as an existing device."""
        self.device = device
        self.token = token

    async def close(self) -> None:
        """Close the HTTP session."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def _send(
        self,
        method: str,
        path: str,
        content: bytes | None,
        headers: Mapping[str, str],
    ) -> aiohttp.ClientResponse:
        """Send a request. Who calls bounds the time, for the answer too: a second clock for each costs as much again."""
        if self._session is None:
            self._session = http_session(self._proxy, self._trusted)
        # Not to where a redirection leads: our login and what we say go to our homeserver alone.
        return await self._session.request(
            method,
            self.url.rstrip("/") + path,
            data=content,
            headers=headers,
            timeout=UNBOUNDED,
            allow_redirects=False,
        )

    async def _ask(
        self,
        line: Availability,
        method: str,
        path: str,
        content: bytes | None,
        headers: Mapping[str, str],
        seconds: float,
    ) -> JsonObject:
        """One attempt in its turn. Raises MatrixError, TokenRejected, NotNow."""
        if not line.away:
            return await self._attempt(line, line.round, method, path, content, headers, seconds)
        async with line.turn() as round_:
            return await self._attempt(line, round_, method, path, content, headers, seconds)

    async def _attempt(
        self,
        line: Availability,
        round_: int,
        method: str,
        path: str,
        content: bytes | None,
        headers: Mapping[str, str],
        seconds: float,
    ) -> JsonObject:
        try:
            try:
                async with asyncio.timeout(seconds):
                    received = await self._receive(method, path, content, headers)
            except Exception as error:
                # As ``as_outages``, which costs more.
                raise Unreachable(kind_of(error)) from error
            return self._judge(received, line)
        except Unreachable as away:
            if (
                away.outage is Outage.UNKNOWN
                and line is self.reading
                and away.__cause__ is not None
            ):
                log.failure("transport_unknown", away.__cause__)
            line.failed(round_, away.outage)
            ours = line is self.reading or line is self.writing
            raise NotNow(0 if ours else ANOTHERS_PAUSE, away.outage) from None

    async def _receive(
        self,
        method: str,
        path: str,
        content: bytes | None,
        headers: Mapping[str, str],
    ) -> Received:
        response = await self._send(method, path, content, headers)
        try:
            raw = await response.read()
        finally:
            # One that was read whole has given its connection back.
            if not response.closed:
                response.release()
        return Received(response.status, raw, response.headers.get("Retry-After", ""))

    async def request(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        *,
        timeout: float | None = None,  # noqa: ASYNC109 (for the whole request; retries are ours)
    ) -> JsonObject:
        """One attempt, given up after ``timeout`` seconds. Raises MatrixError (final), TokenRejected (stop) or NotNow (try later)."""
        headers = {"Content-Type": "application/json"}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        line = self.reading if _only_reads(method, path) else self.writing
        if _takes_another(path):
            # That another one is away says nothing about ours, and is nothing for others to wait for.
            line = Availability()
        return await self._ask(
            line,
            method,
            "/_matrix/client/v3" + path if not path.startswith("/_") else path,
            None if body is None else json.dumps(body).encode(),
            headers,
            timeout or self._patience,
        )

    async def download(
        self,
        path: str,
        most: int,
        into: Callable[[bytes], Awaitable[None]],
        *,
        seconds: float,
        quiet: float,
    ) -> None:
        """Pass the bytes under a path to ``into`` as they come, at most ``most`` bytes.

        ``seconds`` for all of it, ``quiet`` between two pieces. Raises TooLarge, MatrixError,
        NotNow. That a file does not come says nothing about the homeserver: it may lie on another
        one.
        """
        headers = {
            "Authorization": f"Bearer {self.token}",
            # What is encrypted does not get smaller; whatever unpacks to more is no file of ours.
            "Accept-Encoding": "identity",
        }
        try:
            async with asyncio.timeout(seconds):
                with as_outages():
                    async with asyncio.timeout(quiet):
                        response = await self._send("GET", path, None, headers)
                try:
                    if 300 <= response.status < 400 or response.status >= 500:
                        raise NotNow
                    if response.status == 429:
                        raise NotNow
                    if response.status != 200:
                        raise MatrixError(response.status, "NO_FILE")
                    if (response.content_length or 0) > most:
                        raise TooLarge
                    await _hand_on(response.content, most, into, quiet)
                finally:
                    # What is left of an answer that is too long is not waited for.
                    response.close()
        except (Unreachable, OSError) as error:
            raise NotNow from error

    async def upload(
        self, content: bytes, seconds: float, *, kind: str = "application/octet-stream"
    ) -> str:
        """Upload bytes; return their mxc URI. Raises MatrixError, NotNow.

        What is encrypted goes without a ``kind`` (media type): the homeserver learns its size alone.
        """
        headers = {
            "Content-Type": kind,
            "Authorization": f"Bearer {self.token}",
        }
        path = "/_matrix/media/v3/upload"
        answer = await self._ask(self.writing, "POST", path, content, headers, seconds)
        where = answer.get("content_uri")
        if not isinstance(where, str):
            # Whoever answered this was not the homeserver.
            raise NotNow(AFTER_NONSENSE, Outage.NOT_MATRIX)
        return where

    async def insist(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        *,
        timeout: float | None = None,  # noqa: ASYNC109
        wanted: str | None = None,
    ) -> JsonObject:
        """Repeat an idempotent request until the homeserver answers it one way or the other.

        ``wanted``: what an answer has to hold, so that one of something in between is none.
        """
        while True:
            pause = AFTER_NONSENSE
            try:
                answer = await self.request(method, path, body, timeout=timeout)
                if wanted is None or wanted in answer:
                    return answer
            except NotNow as later:
                pause = later.after
            if pause:
                await asyncio.sleep(pause)

    def _judge(self, received: Received, line: Availability) -> JsonObject:
        """The answer, if it is one. Raises Unreachable, MatrixError, TokenRejected, NotNow."""
        status, answer = received.status, _parsed(received.raw)
        code = "" if answer is None else str(answer.get("errcode", ""))
        if status == 429 or code == "M_LIMIT_EXCEEDED":
            line.answered()
            pause = _pause(None if answer is None else answer.get("retry_after_ms"), received)
            self.throttling.add(pause)
            raise NotNow(pause, limited=_wish(answer, pause))
        if status == 401 and answer is not None and "flows" in answer:
            line.answered()
            raise Unauthorized(status, code or "M_FORBIDDEN", answer)
        if answer is None or not 200 <= status < 300:
            outage = no_answer(status, code, sent_login=bool(self.token))
            if outage is not None:
                raise Unreachable(outage)
        line.answered()
        if code in {"M_UNKNOWN_TOKEN", "M_MISSING_TOKEN"}:
            raise TokenRejected(status, code)
        if status >= 400:
            raise MatrixError(status, code)
        return answer or {}


class Unauthorized(MatrixError):
    """A 401 that asks for more authentication; ``answer`` holds the advertised stages."""

    def __init__(self, status: int, code: str, answer: JsonObject) -> None:
        super().__init__(status, code)
        self.answer = answer


def _only_reads(method: str, path: str) -> bool:
    """Whether a request leaves everything on the homeserver as it was."""
    return method == "GET" or path == "/keys/query"


def _takes_another(path: str) -> bool:
    """Whether our homeserver may have to ask another one, and answers 502 while that one is away.

    Joining takes a homeserver that is in the room, inviting that of whoever is invited (specification).
    """
    return (
        path == "/createRoom"
        or path.startswith("/join/")
        or path.endswith(("/join", "/invite"))
        or ("/state/m.room.member/" in path)
    )


def no_answer(status: int, code: str, *, sent_login: bool) -> Outage | None:
    """Say why this is from something in between, or will be answered otherwise later; None: it is not."""
    if status < 200 or 300 <= status < 400:
        return Outage.ELSEWHERE
    if status >= 500 or status == 408:
        return Outage.FAULTY
    if code in WAITING:
        return Outage.CLOSED
    if code == "M_MISSING_TOKEN" and sent_login:
        return Outage.STRIPPED
    # An error without a Matrix code is not the homeserver's, and neither is what is no JSON.
    return None if code else Outage.NOT_MATRIX


def _parsed(raw: bytes) -> JsonObject | None:
    """The object that an answer holds; None where it holds none. Even one that says nothing is one."""
    try:
        answer = untrusted_json.parse(raw)
    except ValueError:
        return None
    if isinstance(answer, list):
        # Only room state is served as a bare list.
        return {"array": answer}
    return answer if isinstance(answer, dict) else None


async def _hand_on(
    content: aiohttp.StreamReader,
    most: int,
    into: Callable[[bytes], Awaitable[None]],
    quiet: float,
) -> None:
    taken = 0
    while True:
        with as_outages():
            async with asyncio.timeout(quiet):
                part = await content.read(CHUNK)
        if not part:
            return
        taken += len(part)
        if taken > most:
            raise TooLarge
        await into(part)


def _pause(wished: object, received: Received) -> float:
    """Seconds to wait when told to; an unreasonable wish does not silence the bot for ever."""
    if wished is None and received.retry_after.isdecimal() and len(received.retry_after) < 10:
        wished = int(received.retry_after) * 1000
    if not isinstance(wished, int | float) or (isinstance(wished, float) and math.isnan(wished)):
        return 1.0
    return min(max(wished, 100), LONGEST_WISH * 1000) / 1000


def _wish(answer: JsonObject | None, pause: float) -> float:
    """Seconds that the homeserver asked for, also where they are more than we would wait at once."""
    wished = None if answer is None else answer.get("retry_after_ms")
    return max(pause, wished / 1000) if isinstance(wished, int) and wished < 10**9 else pause


@lru_cache(maxsize=128)
def quoted(part: str) -> str:
    """A path segment, escaped: room and event ids come from outside."""
    return quote(part, safe="")
