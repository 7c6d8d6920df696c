#!/bin/sh
# python-socks 3.2.1: a connection cancelled within its TLS handshake is given up half a minute later.
#
# One would guess: `async with asyncio.timeout(1)` around session.get() ends after a second, through a SOCKS
# proxy as without one, whatever the server does; and a task that is cancelled ends.
# What happens: where the server behind the proxy says nothing to the TLS handshake, the cancelled connection is
# cleaned up with writer.close() and `await writer.wait_closed()`. The transport has been given to the TLS layer
# by then, which tells the stream's own protocol nothing of an end before the handshake is over: what is waited
# for never comes. Only the library's own limit ends it, by cancelling a second time: 30 seconds, which aiohttp
# gives it for connecting, or 60 where the session's ClientTimeout says nothing of that. A program behind Tor
# whose circuit is half-open waits so long with each attempt, however short its patience, and to stop as well.
# Seen on 2026-11-30 with python-socks 3.2.1, aiohttp-socks 0.12.0, aiohttp 3.14.5 and Python 3.11:
#   without a proxy: TimeoutError after 1 s
#   through one:     TimeoutError after 30 s
set -eu
there=$(mktemp -d)
trap 'rm -rf "$there"' EXIT
python3 -m venv "$there/venv"
"$there/venv/bin/pip" install -q --disable-pip-version-check \
	aiohttp-socks==0.12.0 python-socks==3.2.1 aiohttp==3.14.5
"$there/venv/bin/python" - <<'END'
import asyncio
import time

import aiohttp
from aiohttp_socks import ProxyConnector


async def silent(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
    await reader.read()


async def proxy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """SOCKS5: no password, connected, and then nothing."""
    await reader.readexactly(3)
    writer.write(b"\x05\x00")
    await reader.readexactly(10)
    writer.write(b"\x05\x00\x00\x01" + bytes(6))
    await reader.read()


async def given_up_after(connector: aiohttp.BaseConnector | None, port: int) -> float:
    began = time.monotonic()
    async with aiohttp.ClientSession(connector=connector) as session:
        try:
            async with asyncio.timeout(1):
                await session.get(f"https://127.0.0.1:{port}/")
        except TimeoutError as error:
            took = time.monotonic() - began
            way = "without a proxy" if connector is None else "through one"
            print(f"{way}: {type(error).__name__} after {took:.0f} s")
            return took
    raise SystemExit("somebody answered")


async def both() -> tuple[float, float]:
    ports = []
    for serve in (silent, proxy):
        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        ports.append(server.sockets[0].getsockname()[1])
    direct = await given_up_after(None, ports[0])
    way = ProxyConnector.from_url(f"socks5://127.0.0.1:{ports[1]}")
    return direct, await given_up_after(way, ports[0])


direct, through = asyncio.run(both())
assert direct < 10
assert through > 20
END
