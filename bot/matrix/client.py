"""Requests to the homeserver, under our own rules for errors and patience."""

import asyncio
import json
import math
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import quote

import aiohttp

from bot.matrix import untrusted_json
from bot.matrix.availability import Availability
from bot.matrix.http_session import MOST_SECONDS, http_session, unreachable_as_such
from bot.matrix.http_session import patience as within

LONGEST_WISH = 120.0
"""Seconds that a busy homeserver is left alone at most when it says how long."""

AFTER_NONSENSE = 5.0
"""Seconds to wait after an answer that came with status 200 and lacks what it is for."""

CHUNK = 64 << 10
"""Bytes of a file that are taken in one go."""

JsonObject = dict[str, Any]


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
    """The homeserver is away, faulty or busy; ``after`` is a wished pause in seconds."""

    def __init__(self, after: float = 0.0) -> None:
        super().__init__("not now")
        self.after = after


class Client:
    """HTTP requests to the homeserver, as the bot's account."""

    def __init__(
        self, url: str, user: str, *, proxy: str | None = None, patience: float = 30.0
    ) -> None:
        self._proxy = proxy
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
        content: str | bytes | None,
        headers: Mapping[str, str],
        seconds: float = MOST_SECONDS,
    ) -> aiohttp.ClientResponse:
        if self._session is None:
            self._session = http_session(self._proxy)
        limit = within(seconds)
        with unreachable_as_such():
            return await self._session.request(
                method, self.url.rstrip("/") + path, data=content, headers=headers, timeout=limit
            )

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
        async with line.turn() as round_:
            try:
                async with asyncio.timeout(timeout or self._patience):
                    response = await self._send(
                        method,
                        "/_matrix/client/v3" + path if not path.startswith("/_") else path,
                        None if body is None else json.dumps(body),
                        headers,
                    )
                    try:
                        raw = await response.read()
                    finally:
                        response.release()
                # Even an answer that says nothing is an object: no body at all is half an answer.
                answer = untrusted_json.parse(raw)
            except (aiohttp.ClientError, OSError, TimeoutError, ValueError):
                line.failed(round_)
                raise NotNow from None
            if isinstance(answer, list):
                # Only room state is served as a bare list.
                answer = {"array": answer}
            if not isinstance(answer, dict):
                line.failed(round_)
                raise NotNow
            return _judge(response.status, answer, line, round_)

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
                async with asyncio.timeout(quiet):
                    response = await self._send("GET", path, None, headers, seconds)
                try:
                    # Our token goes to our homeserver and nowhere else.
                    if response.history or response.status >= 500 or response.status == 429:
                        raise NotNow
                    if response.status != 200:
                        raise MatrixError(response.status, "NO_FILE")
                    if (response.content_length or 0) > most:
                        raise TooLarge
                    await _hand_on(response.content, most, into, quiet)
                finally:
                    # What is left of an answer that is too long is not waited for.
                    response.close()
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
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
        async with self.writing.turn() as round_:
            try:
                async with asyncio.timeout(seconds):
                    response = await self._send(
                        "POST", "/_matrix/media/v3/upload", content, headers, seconds
                    )
                    try:
                        answer = untrusted_json.parse(await response.read())
                    finally:
                        response.release()
            except (aiohttp.ClientError, OSError, TimeoutError, ValueError):
                self.writing.failed(round_)
                raise NotNow from None
            if not isinstance(answer, dict):
                self.writing.failed(round_)
                raise NotNow
            where = _judge(response.status, answer, self.writing, round_).get("content_uri")
        if not isinstance(where, str):
            # Whoever answered this was not the homeserver.
            raise NotNow(AFTER_NONSENSE)
        return where

    async def insist(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        *,
        timeout: float | None = None,  # noqa: ASYNC109
    ) -> JsonObject:
        """Repeat an idempotent request until the homeserver answers it one way or the other."""
        while True:
            try:
                return await self.request(method, path, body, timeout=timeout)
            except NotNow as later:
                if later.after:
                    await asyncio.sleep(later.after)


class Unauthorized(MatrixError):
    """A 401 that asks for more authentication; ``answer`` holds the advertised stages."""

    def __init__(self, status: int, code: str, answer: JsonObject) -> None:
        super().__init__(status, code)
        self.answer = answer


def _only_reads(method: str, path: str) -> bool:
    """Whether a request leaves everything on the homeserver as it was."""
    return method == "GET" or path == "/keys/query"


def _judge(status: int, answer: JsonObject, line: Availability, round_: int) -> JsonObject:
    code = str(answer.get("errcode", ""))
    if status == 429 or code == "M_LIMIT_EXCEEDED":
        line.answered()
        raise NotNow(_pause(answer.get("retry_after_ms")))
    if status == 401 and "flows" in answer:
        line.answered()
        raise Unauthorized(status, code or "M_FORBIDDEN", answer)
    # An error without a Matrix code comes from something in between, not from the homeserver.
    if status >= 500 or status == 408 or (status >= 400 and not code):
        line.failed(round_)
        raise NotNow
    line.answered()
    if code in {"M_UNKNOWN_TOKEN", "M_MISSING_TOKEN"}:
        raise TokenRejected(status, code)
    if status >= 400:
        raise MatrixError(status, code)
    return answer


async def _hand_on(
    content: aiohttp.StreamReader,
    most: int,
    into: Callable[[bytes], Awaitable[None]],
    quiet: float,
) -> None:
    taken = 0
    while True:
        async with asyncio.timeout(quiet):
            part = await content.read(CHUNK)
        if not part:
            return
        taken += len(part)
        if taken > most:
            raise TooLarge
        await into(part)


def _pause(wished: object) -> float:
    """Seconds to wait when told to; an unreasonable wish does not silence the bot for ever."""
    if not isinstance(wished, int | float) or (isinstance(wished, float) and math.isnan(wished)):
        return 1.0
    return min(max(wished, 100), LONGEST_WISH * 1000) / 1000


def quoted(part: str) -> str:
    """A path segment, escaped: room and event ids come from outside."""
    return quote(part, safe="")
