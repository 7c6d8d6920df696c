"""A reverse proxy between the bot and the homeserver that fails on purpose, and can lie."""

import asyncio
import json
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum
from types import TracebackType
from typing import Any, Final, Self

import aiohttp
from aiohttp import web

JsonObject = dict[str, Any]

Rewrite = Callable[[str, str, JsonObject], JsonObject]
"""Method, path and query, and the homeserver's JSON answer -> the answer that the bot sees."""

Instead = Callable[[str, str], tuple[int, JsonObject] | None]
"""Method and path -> status and answer without asking the homeserver; None: ask it."""

_HOP_BY_HOP: Final = {
    "connection",
    "content-length",
    "host",
    "keep-alive",
    "transfer-encoding",
    "content-encoding",
    "date",
    "server",
}


class Fault(Enum):
    """What can go wrong with one request."""

    SERVER_ERROR = "5xx instead of an answer"
    RATE_LIMITED = "429 with retry_after_ms"
    RESET = "the connection dies before the request reaches the homeserver"
    LOST = "the homeserver acts, and its answer is lost"
    TRUNCATED = "the homeserver acts, and half of its answer arrives"
    SLOW = "the answer comes late"


@dataclass(frozen=True, slots=True)
class Seen:
    """One request that came through."""

    at: float
    """time.monotonic()"""
    method: str
    path: str
    fault: Fault | None


def _all_requests(_method: str, _path: str) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Weather:
    """How bad it is: the share of requests that fail, and how."""

    share: float = 0.0
    faults: tuple[Fault, ...] = tuple(Fault)
    retry_after_ms: int = 200
    slow_seconds: float = 2.0
    concerns: Callable[[str, str], bool] = _all_requests
    """Which requests (method, path) may fail."""


class FaultyProxy:
    """``async with FaultyProxy(homeserver.url) as proxy``: the bot is given ``proxy.url``.

    ``weather``, ``away`` and ``rewrite`` may be changed at any time. While ``away`` every
    connection dies, as with a homeserver that is down.
    """

    def __init__(self, upstream: str, *, seed: int = 0) -> None:
        self.weather = Weather()
        self.away = False
        self.rewrite: Rewrite | None = None
        self.instead: Instead | None = None
        self.seen: list[Seen] = []
        self.watched: tuple[str, ...] = ()
        """Parts of paths whose request bodies are kept in ``bodies``."""
        self.bodies: list[tuple[str, JsonObject]] = []
        self.limited: list[Seen] = []
        """What the homeserver itself answered with 429."""
        self.refused: list[tuple[str, int]] = []
        """What the homeserver itself answered with an error: path and status."""
        self.url = ""
        self._upstream = upstream
        self._random = random.Random(seed)
        self._runner: web.AppRunner | None = None
        self._http: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._http = aiohttp.ClientSession(
            auto_decompress=False,
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=10),
            connector=aiohttp.TCPConnector(limit=0),
        )
        application = web.Application(client_max_size=64 << 20)
        application.router.add_route("*", "/{rest:.*}", self._handle)
        self._runner = web.AppRunner(
            application, handler_cancellation=True, access_log=None, shutdown_timeout=0.1
        )
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        port = self._runner.addresses[0][1]
        self.url = f"http://127.0.0.1:{port}"
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._http is not None:
            await self._http.close()
        if self._runner is not None:
            await self._runner.cleanup()

    # -- what came through -----------------------------------------------------------------------

    def mark(self) -> float:
        """Now, for ``since``."""
        return time.monotonic()

    def busiest_second(self, since: float = 0.0) -> int:
        """The most requests within any one second."""
        times = [seen.at for seen in self.seen if seen.at >= since]
        start = most = 0
        for end, moment in enumerate(times):
            while moment - times[start] > 1.0:
                start += 1
            most = max(most, end - start + 1)
        return most

    def per_second(self, since: float) -> float:
        """Requests per second from ``since`` until now."""
        count = sum(seen.at >= since for seen in self.seen)
        return count / max(time.monotonic() - since, 1e-9)

    def faults(self) -> dict[Fault, int]:
        """How often each fault was made."""
        made = [seen.fault for seen in self.seen]
        return {fault: made.count(fault) for fault in Fault}

    # -- one request -----------------------------------------------------------------------------

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        fault = self._fault(request)
        self.seen.append(Seen(time.monotonic(), request.method, request.path_qs, fault))
        if self.away or fault is Fault.RESET:
            return _hang_up(request)
        if self.instead is not None:
            answer = self.instead(request.method, request.path)
            if answer is not None:
                await self._noted(request)
                return web.json_response(answer[1], status=answer[0])
        if fault is Fault.SERVER_ERROR:
            status = self._random.choice((500, 502, 503, 504))
            return web.Response(status=status, text="<html>something is wrong here</html>")
        if fault is Fault.RATE_LIMITED:
            body = {
                "errcode": "M_LIMIT_EXCEEDED",
                "error": "Too Many Requests",
                "retry_after_ms": self.weather.retry_after_ms,
            }
            return web.json_response(body, status=429)
        if fault is Fault.SLOW:
            await asyncio.sleep(self._random.uniform(0.1, self.weather.slow_seconds))
        return await self._forward(request, fault)

    def _fault(self, request: web.Request) -> Fault | None:
        weather = self.weather
        if not weather.concerns(request.method, request.path):
            return None
        if self._random.random() >= weather.share:
            return None
        return self._random.choice(weather.faults)

    async def _forward(self, request: web.Request, fault: Fault | None) -> web.StreamResponse:
        if self._http is None:
            raise RuntimeError("not started")
        headers = {k: v for k, v in request.headers.items() if k.lower() not in _HOP_BY_HOP}
        # What may be rewritten must be readable.
        headers["Accept-Encoding"] = "identity"
        try:
            async with self._http.request(
                request.method,
                self._upstream + request.raw_path,
                headers=headers,
                data=await self._noted(request),
                allow_redirects=False,
            ) as answer:
                status, answered = answer.status, answer.headers
                body = await answer.read()
        except aiohttp.ClientError:
            return _hang_up(request)
        if status == web.HTTPTooManyRequests.status_code:
            self.limited.append(Seen(time.monotonic(), request.method, request.path_qs, fault))
        if status >= web.HTTPBadRequest.status_code:
            self.refused.append((request.path, status))
        if self.away or fault is Fault.LOST:
            return _hang_up(request)
        body = self._rewritten(request, status, body)
        kept = {k: v for k, v in answered.items() if k.lower() not in _HOP_BY_HOP}
        if fault is Fault.TRUNCATED:
            return await _half(request, status, kept, body)
        return web.Response(status=status, headers=kept, body=body)

    async def _noted(self, request: web.Request) -> bytes:
        body = await request.read()
        if any(part in request.path for part in self.watched):
            self.bodies.append((request.path_qs, json.loads(body)))
        return body

    def _rewritten(self, request: web.Request, status: int, body: bytes) -> bytes:
        if self.rewrite is None or status != web.HTTPOk.status_code:
            return body
        try:
            parsed = json.loads(body)
        except ValueError:
            return body
        return json.dumps(self.rewrite(request.method, request.path_qs, parsed)).encode()


def all_but_sync(share: float) -> Weather:
    """Weather that spares the sync, so that what is sent can be watched by itself."""
    return replace(Weather(), share=share, concerns=lambda _method, path: "/sync" not in path)


def _hang_up(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


async def _half(
    request: web.Request, status: int, headers: dict[str, str], body: bytes
) -> web.StreamResponse:
    response = web.StreamResponse(status=status, headers=headers)
    response.content_length = len(body)
    await response.prepare(request)
    await response.write(body[: len(body) // 2])
    _hang_up(request)
    return response
