"""A SOCKS5 proxy (RFC 1928) that goes away, hangs, refuses, breaks off, or answers in the homeserver's place."""

import asyncio
import contextlib
from collections.abc import Mapping
from enum import Enum
from types import TracebackType
from typing import Final, Self

_NO_PASSWORD: Final = b"\x05\x00"
_CONNECTED: Final = b"\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00"
_PAGE: Final = b"<html><body>Sign in to the network</body></html>"


class Trouble(Enum):
    """What a proxy, or whoever sits behind it, can do instead of passing on what is said."""

    AWAY = "nothing listens, and every connection is gone"
    HANGING = "connections stay open, and nothing comes through (half-open)"
    BREAKING_OFF = "it takes the connection and ends it"
    RESETTING = "it resets the connection"
    HALF_GREETING = "it breaks off within its greeting"
    NO_WAY = "it finds no way to the homeserver"
    NO_HTTP = "it speaks something else"
    PAGE = "a page of the network instead of JSON"
    MOVED = "a redirection to somewhere else"
    FAULTY = "502 with a page"
    LIMITED = "429, and a second to wait"
    HALF = "half of an answer"
    WRONG_LENGTH = "an answer shorter than its length says"
    NO_LOGIN = "it takes the login off the request: 401 M_MISSING_TOKEN"


def _http(status: str, body: bytes, *more: str, length: int | None = None) -> bytes:
    told = len(body) if length is None else length
    head = "\r\n".join((f"HTTP/1.1 {status}", f"Content-Length: {told}", *more, "", ""))
    return head.encode() + body


ANSWERS: Final[Mapping[Trouble, bytes]] = {
    Trouble.PAGE: _http("200 OK", _PAGE, "Content-Type: text/html"),
    Trouble.MOVED: _http("302 Found", _PAGE, "Location: http://login.invalid/"),
    Trouble.FAULTY: _http("502 Bad Gateway", _PAGE),
    Trouble.LIMITED: _http("429 Too Many Requests", b"", "Retry-After: 1"),
    Trouble.HALF: _http("200 OK", b'{"next_batch": "s1", "rooms": {"jo', length=2000),
    Trouble.WRONG_LENGTH: _http("200 OK", b'{"next_batch": "s1"}', length=7),
    Trouble.NO_LOGIN: _http("401 Unauthorized", b'{"errcode": "M_MISSING_TOKEN"}'),
}
"""Given to each request, whatever was asked.

An empty object with status 200 is not among them. It is the right answer to what carries keys to devices
(specification: PUT sendToDevice), so nobody can tell that those keys went nowhere.
"""


class SocksProxy:
    """``async with SocksProxy() as proxy``: ``proxy.url`` for ``proxy`` of config.toml.

    ``trouble`` may be set at any time with ``be``; None: everything is passed on.
    """

    def __init__(self) -> None:
        self.trouble: Trouble | None = None
        self.accepted = 0
        """Connections that came, in good times and bad."""
        self._port = 0
        self._server: asyncio.Server | None = None
        self._talks: set[asyncio.Task[None]] = set()
        self._writers: set[asyncio.StreamWriter] = set()
        self._flowing = asyncio.Event()
        self._flowing.set()

    @property
    def url(self) -> str:
        """The address as config.toml has it; the same for the proxy's whole life."""
        return f"socks5://127.0.0.1:{self._port}"

    async def __aenter__(self) -> Self:
        await self._listen()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._close()

    async def be(self, trouble: Trouble | None) -> None:
        """Change what it does. What hangs goes on where it was; whatever else ends what is open."""
        before, self.trouble = self.trouble, trouble
        if trouble is Trouble.HANGING:
            self._flowing.clear()
        elif before is not Trouble.HANGING:
            await self._cut()
        if trouble is not Trouble.HANGING:
            self._flowing.set()
        if trouble is Trouble.AWAY:
            await self._close()
        elif self._server is None:
            await self._listen()

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(
            self._serve, "127.0.0.1", self._port, reuse_address=True
        )
        self._port = self._server.sockets[0].getsockname()[1]

    async def _close(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None
        await self._cut()

    async def _cut(self) -> None:
        for writer in list(self._writers):
            writer.transport.abort()
        talks = list(self._talks)
        for talk in talks:
            talk.cancel()
        await asyncio.gather(*talks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self.accepted += 1
        self._talks.add(task)
        self._writers.add(writer)
        try:
            with contextlib.suppress(OSError, EOFError):
                await self._talk(reader, writer)
        except asyncio.CancelledError:
            # Only ``_cut`` cancels, and it waits for us.
            pass
        finally:
            self._talks.discard(task)
            self._writers.discard(writer)
            writer.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self._flowing.wait()
        trouble = self.trouble
        match trouble:
            case Trouble.BREAKING_OFF | Trouble.AWAY:
                return
            case Trouble.RESETTING:
                writer.transport.abort()
                return
            case Trouble.HALF_GREETING:
                writer.write(b"\x05")
                await writer.drain()
                return
            case Trouble.NO_HTTP:
                writer.write(b"SSH-2.0-nothing\r\n")
                await writer.drain()
                return
        _version, methods = await reader.readexactly(2)
        await reader.readexactly(methods)
        writer.write(_NO_PASSWORD)
        host, port = await _wanted(reader)
        if trouble is Trouble.NO_WAY:
            writer.write(b"\x05\x04\x00\x01\x00\x00\x00\x00\x00\x00")
            await writer.drain()
            return
        if trouble is not None and trouble in ANSWERS:
            writer.write(_CONNECTED)
            await reader.readuntil(b"\r\n\r\n")
            writer.write(ANSWERS[trouble])
            await writer.drain()
            return
        there_reader, there = await asyncio.open_connection(host, port)
        self._writers.add(there)
        try:
            writer.write(_CONNECTED)
            async with asyncio.TaskGroup() as both:
                both.create_task(self._pass_on(reader, there))
                both.create_task(self._pass_on(there_reader, writer))
        except* OSError:
            pass
        finally:
            self._writers.discard(there)
            there.close()

    async def _pass_on(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        while part := await source.read(64 << 10):
            await self._flowing.wait()
            target.write(part)
            await target.drain()
        # The other half is over as well: HTTP needs no half-closed connections.
        target.close()


async def _wanted(reader: asyncio.StreamReader) -> tuple[str, int]:
    """Where the client wants to be connected."""
    _version, _command, _reserved, kind = await reader.readexactly(4)
    if kind == 1:
        host = ".".join(str(each) for each in await reader.readexactly(4))
    else:
        (length,) = await reader.readexactly(1)
        host = (await reader.readexactly(length)).decode("ascii")
    return host, int.from_bytes(await reader.readexactly(2), "big")
