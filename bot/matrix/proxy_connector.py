"""Connections through a SOCKS proxy, which can be given up while they are being made."""

import asyncio
import ssl

from aiohttp.client_proto import ResponseHandler
from aiohttp_socks import ProxyConnector

Connection = tuple[asyncio.Transport, ResponseHandler]


class ThroughProxy(ProxyConnector):
    """Makes connections through a proxy, and gives one up when it is told to.

    python-socks (3.2.1), told so within a TLS handshake, waits for the end of a stream that nobody tells it
    of: a homeserver that says nothing would hold us for a minute, however short our patience.
    """

    async def _connect_via_proxy(
        self,
        host: str,
        port: int,
        ssl: ssl.SSLContext | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 (the library's)
    ) -> Connection:
        made = super()._connect_via_proxy(host, port, ssl, timeout)
        connecting = asyncio.create_task(made)
        try:
            return await asyncio.shield(connecting)
        except asyncio.CancelledError:
            connecting.add_done_callback(_end)
            _give_up(connecting)
            raise


def _give_up(connecting: asyncio.Task[Connection]) -> None:
    """Cancel, and once more for each thing that is waited for in cleaning up."""
    if not connecting.done():
        connecting.cancel()
        asyncio.get_running_loop().call_soon(_give_up, connecting)


def _end(connecting: asyncio.Task[Connection]) -> None:
    """Close what was made all the same, since nobody takes it."""
    if not connecting.cancelled() and connecting.exception() is None:
        transport, _protocol = connecting.result()
        transport.abort()
