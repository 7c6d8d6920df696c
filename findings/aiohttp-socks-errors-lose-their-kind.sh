#!/bin/sh
# aiohttp-socks 0.12.0: a proxy that refuses the connection is neither an error of aiohttp nor an OSError.
#
# One would guess: session.get() through a ProxyConnector that nobody listens at raises what it raises without
# a proxy, an aiohttp.ClientError, or at least the OSError that python-socks raises below it.
# What happens: python_socks.ProxyConnectionError, which is an OSError, and ProxyTimeoutError, which is a
# TimeoutError, are caught and raised again as classes of the same names that derive from Exception alone. So
# `except (aiohttp.ClientError, OSError, TimeoutError)`, which is enough for every way without a proxy, lets
# them through, and a program that waits for its server ends when the proxy is restarted.
# Seen on 2026-11-30 with aiohttp-socks 0.12.0, python-socks 3.2.1, aiohttp 3.14.5 and Python 3.11:
#   without a proxy: ClientConnectorError, ClientError: True, OSError: True
#   through one:     ProxyConnectionError, ClientError: False, OSError: False
#   what caused it:  ProxyConnectionError, OSError: True
set -eu
there=$(mktemp -d)
trap 'rm -rf "$there"' EXIT
python3 -m venv "$there/venv"
"$there/venv/bin/pip" install -q --disable-pip-version-check \
	aiohttp-socks==0.12.0 python-socks==3.2.1 aiohttp==3.14.5
"$there/venv/bin/python" - <<'END'
import asyncio
import socket

import aiohttp
from aiohttp_socks import ProxyConnector

with socket.socket() as free:
    free.bind(("127.0.0.1", 0))
    NOBODY = free.getsockname()[1]


async def met(connector: aiohttp.BaseConnector | None) -> Exception:
    async with aiohttp.ClientSession(connector=connector) as session:
        try:
            await session.get(f"http://127.0.0.1:{NOBODY}/")
        except Exception as error:
            return error
    raise SystemExit("somebody answered")


async def both() -> tuple[Exception, Exception]:
    proxy = ProxyConnector.from_url(f"socks5://127.0.0.1:{NOBODY}")
    return await met(None), await met(proxy)


def is_a(error: BaseException | None, kind: type[Exception]) -> bool:
    return isinstance(error, kind)


direct, through = asyncio.run(both())
for name, error in (("without a proxy", direct), ("through one", through)):
    told = f"ClientError: {is_a(error, aiohttp.ClientError)}, OSError: {is_a(error, OSError)}"
    print(f"{name}: {type(error).__name__}, {told}")
print(f"what caused it: {type(through.__cause__).__name__}, OSError: {is_a(through.__cause__, OSError)}")
assert is_a(direct, aiohttp.ClientError) and is_a(direct, OSError)
assert not is_a(through, aiohttp.ClientError) and not is_a(through, OSError)
assert is_a(through.__cause__, OSError)
END
