"""The HTTP session in which the homeserver is spoken to, through a proxy where one is configured."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import aiohttp

MOST_SECONDS: Final = 60.0
"""For a request whose caller has no other patience."""


def http_session(proxy: str | None) -> aiohttp.ClientSession:
    """Make a session, within a running event loop; close it."""
    connector: aiohttp.BaseConnector | None = None
    if proxy is not None:
        # Imported late: few go through one.
        from aiohttp_socks import ProxyConnector  # noqa: PLC0415

        connector = ProxyConnector.from_url(proxy)
    return aiohttp.ClientSession(connector=connector, timeout=patience(MOST_SECONDS))


def patience(seconds: float) -> aiohttp.ClientTimeout:
    """The limit of a whole request, in seconds."""
    return aiohttp.ClientTimeout(total=seconds)


@contextmanager
def unreachable_as_such() -> Iterator[None]:
    """Raise ConnectionError where the proxy is away or refuses: its library has errors of no common kind."""
    try:
        yield
    except Exception as error:
        if type(error).__module__.partition(".")[0] != "aiohttp_socks":
            raise
        raise ConnectionError("no way through the proxy") from error
