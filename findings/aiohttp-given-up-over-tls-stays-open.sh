#!/bin/sh
# aiohttp 3.14.5: a request over TLS that is given up leaves its connection open, after session.close() too.
#
# One would guess: when a request is cancelled, or its response closed before it was read, the connection is
# closed; at the latest session.close(), which aborts TLS connections since 3.12.12, leaves none behind.
# What happens: the connection is closed politely. asyncio says farewell, waits up to 30 seconds for the
# server's, and goes on to take in and throw away whatever still comes. Connections that are being closed so are
# in none of the connector's lists, so session.close() neither waits for them nor aborts them. A program whose
# server is silent holds one more connection for half a minute with each request that it gives up, and one that
# ends meanwhile leaves a socket to the garbage collector: "unclosed <socket.socket ...>", by then in another
# place; the "unclosed transport" that belongs to it comes after it, and is often filtered.
# Seen on 2026-11-30 with aiohttp 3.14.5 and Python 3.11:
#   http:  ended 0 s after the session was closed
#   https: ended 30 s after the session was closed
set -eu
there=$(mktemp -d)
trap 'rm -rf "$there"' EXIT
python3 -m venv "$there/venv"
"$there/venv/bin/pip" install -q --disable-pip-version-check aiohttp==3.14.5
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=here \
	-keyout "$there/key.pem" -out "$there/certificate.pem" 2>"$there/said"
"$there/venv/bin/python" - "$there" <<'END'
import asyncio
import socket
import ssl
import sys
import threading
import time

import aiohttp

CONTEXT = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
CONTEXT.load_cert_chain(f"{sys.argv[1]}/certificate.pem", f"{sys.argv[1]}/key.pem")


def serve(listening: socket.socket, tls: bool, asked: threading.Event, ended: threading.Event) -> None:
    """Take one connection and say nothing on it, until the other end is gone."""
    stream, _who = listening.accept()
    if tls:
        stream = CONTEXT.wrap_socket(stream, server_side=True)
    bare = socket.socket(fileno=stream.detach())
    bare.recv(65536)
    asked.set()
    while bare.recv(65536):
        pass
    ended.set()


async def ended_after(scheme: str) -> float:
    asked, ended = threading.Event(), threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        what = (listening, scheme == "https", asked, ended)
        threading.Thread(target=serve, args=what, daemon=True).start()
        url = f"{scheme}://127.0.0.1:{listening.getsockname()[1]}/"
        async with aiohttp.ClientSession() as session:
            request = asyncio.create_task(session.get(url, ssl=False))
            await asyncio.to_thread(asked.wait)
            request.cancel()
            await asyncio.wait({request})
        closed = time.monotonic()
        await asyncio.to_thread(ended.wait)
    took = time.monotonic() - closed
    print(f"{scheme}: ended {took:.0f} s after the session was closed")
    return took


assert asyncio.run(ended_after("http")) < 5
assert asyncio.run(ended_after("https")) > 20
END
