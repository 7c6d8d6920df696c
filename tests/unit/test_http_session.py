"""The session in which the homeserver is spoken to: through a proxy, and in time."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from bot.matrix.client import Client, NotNow


@asynccontextmanager
async def proxy(heard: list[bytes]) -> AsyncIterator[str]:
    """A SOCKS5 proxy that answers for everybody; RFC 1928."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        _version, methods = await reader.readexactly(2)
        await reader.readexactly(methods)
        writer.write(b"\x05\x00")
        _version, _connect, _reserved, _named, length = await reader.readexactly(5)
        heard.append(await reader.readexactly(length))
        await reader.readexactly(2)
        writer.write(b"\x05\x00\x00\x01\x7f\x00\x00\x01\x00\x50")
        heard.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b'HTTP/1.1 200 OK\r\nContent-Length: 13\r\n\r\n{"said": "x"}')
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"socks5://127.0.0.1:{server.sockets[0].getsockname()[1]}"


async def test_a_configured_proxy_is_asked_for_every_name() -> None:
    heard: list[bytes] = []
    async with proxy(heard) as address:
        client = Client("http://homeserver.invalid/", "@steward:homeserver.invalid", proxy=address)
        try:
            client.resume("DEVICE", "token")
            assert await client.request("GET", "/account/whoami") == {"said": "x"}
        finally:
            await client.close()
    assert heard[0] == b"homeserver.invalid"
    assert heard[1].startswith(b"GET /_matrix/client/v3/account/whoami HTTP/1.1\r\n")
    assert b"\r\nAuthorization: Bearer token\r\n" in heard[1]


async def test_a_proxy_that_is_away_is_not_passed_by() -> None:
    client = Client("http://127.0.0.1:9", "@steward:here", proxy="socks5://127.0.0.1:1")
    try:
        with pytest.raises(NotNow):
            await client.request("GET", "/account/whoami")
    finally:
        await client.close()
