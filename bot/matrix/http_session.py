"""The HTTP session in which the homeserver is spoken to, and what its libraries' errors mean.

Libraries on the way (aiohttp, a proxy's, TLS, the resolver) raise errors of no common kind, and a new
version may raise new ones. The table here is the only place that knows them. Nothing that comes from
outside ends the bot: what the table does not know is an outage as well.
"""

import errno
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import aiohttp
from aiohttp.client_proto import ResponseHandler
from aiohttp.client_reqrep import ConnectionKey

from bot.matrix.outages import Outage, Unreachable
from bot.process import file_trouble
from bot.process.exit_codes import ExitCode, Stop

MOST_SECONDS: Final = 60.0
"""For a request whose caller has no other patience."""

UNBOUNDED: Final = aiohttp.ClientTimeout()
"""For a request whose caller gives it up in time."""


class Connector(aiohttp.TCPConnector):
    """Makes connections, and ends at once what is not used again.

    aiohttp (3.14) takes leave instead where there is TLS: until the other end does so too, or for half a
    minute, the connection stays open, takes in what still comes, and is not known to ``session.close``.
    """

    def _release(
        self, key: ConnectionKey, protocol: ResponseHandler, *, should_close: bool = False
    ) -> None:
        ends = should_close or protocol.should_close
        if ends:
            protocol.abort()
        super()._release(key, protocol, should_close=ends)


def http_session(proxy: str | None, trusted: ssl.SSLContext | None = None) -> aiohttp.ClientSession:
    """Make a session, within a running event loop; close it.

    ``trusted`` verifies certificates; None: the usual authorities do.
    """
    made = Connector(ssl=trusted or True) if proxy is None else _through(proxy, trusted)
    return aiohttp.ClientSession(connector=made, timeout=patience(MOST_SECONDS))


def _through(proxy: str, trusted: ssl.SSLContext | None) -> aiohttp.BaseConnector:
    # Imported late: few go through one.
    from bot.matrix.proxy_connector import ThroughProxy  # noqa: PLC0415

    class Through(Connector, ThroughProxy):
        """Ends connections as all of ours are ended."""

    return Through.from_url(proxy, ssl=trusted or True)


def trusting(ca_file: Path | None) -> ssl.SSLContext | None:
    """What verifies certificates by the usual authorities and by those in a file (PEM); None without one.

    Raises Stop where the file cannot be used.
    """
    if ca_file is None:
        return None
    context = ssl.create_default_context()
    try:
        context.load_verify_locations(cafile=ca_file)
    except ssl.SSLError:
        raise Stop(
            ExitCode.CONFIG,
            f"`ca_file`: {ca_file} holds no certificate in PEM. Its first line has to be "
            "-----BEGIN CERTIFICATE-----",
        ) from None
    except OSError as error:
        raise Stop(
            ExitCode.CONFIG,
            f"`ca_file` cannot be read. {file_trouble.reason(error, ca_file)}",
        ) from None
    return context


def patience(seconds: float) -> aiohttp.ClientTimeout:
    """The limit of a whole request, in seconds."""
    return aiohttp.ClientTimeout(total=seconds)


_PROXY_LIBRARIES: Final = frozenset({"aiohttp_socks", "python_socks"})
"""Known by name: they are imported where a proxy is configured. Their errors share no base class."""

_KINDS: Final[tuple[tuple[type[Exception], Outage], ...]] = (
    # The first that fits counts, so that what says more stands before what it derives from.
    (aiohttp.ClientProxyConnectionError, Outage.PROXY),
    (aiohttp.ClientHttpProxyError, Outage.PROXY),
    (aiohttp.ClientConnectorDNSError, Outage.NO_NAME),
    (socket.gaierror, Outage.NO_NAME),
    (aiohttp.ClientConnectorCertificateError, Outage.CERTIFICATE),
    (aiohttp.ServerFingerprintMismatch, Outage.CERTIFICATE),
    (ssl.SSLCertVerificationError, Outage.CERTIFICATE),
    (aiohttp.ClientSSLError, Outage.NO_TLS),
    (ssl.SSLEOFError, Outage.CUT_OFF),
    (ssl.SSLZeroReturnError, Outage.CUT_OFF),
    (ssl.SSLError, Outage.NO_TLS),
    (aiohttp.ClientPayloadError, Outage.CUT_OFF),
    (aiohttp.ServerDisconnectedError, Outage.CUT_OFF),
    (TimeoutError, Outage.SILENT),
    (ConnectionRefusedError, Outage.REFUSED),
    (ConnectionError, Outage.CUT_OFF),
    (EOFError, Outage.CUT_OFF),
    # What is no HTTP, and addresses that a redirection made up.
    (aiohttp.ClientResponseError, Outage.NOT_MATRIX),
    (aiohttp.InvalidURL, Outage.NOT_MATRIX),
    (aiohttp.ClientConnectionError, Outage.CUT_OFF),
)

_ERRNOS: Final = {
    errno.ENETUNREACH: Outage.NO_NETWORK,
    errno.EHOSTUNREACH: Outage.NO_NETWORK,
    errno.ENETDOWN: Outage.NO_NETWORK,
    errno.EADDRNOTAVAIL: Outage.NO_NETWORK,
    errno.EPIPE: Outage.CUT_OFF,
    errno.ECONNRESET: Outage.CUT_OFF,
    errno.ECONNABORTED: Outage.CUT_OFF,
    errno.ECONNREFUSED: Outage.REFUSED,
    errno.ETIMEDOUT: Outage.SILENT,
}


def kind_of(error: Exception) -> Outage:
    """Say which kind an error of the way to the homeserver is."""
    if type(error).__module__.partition(".")[0] in _PROXY_LIBRARIES:
        return Outage.PROXY
    number = error.errno if isinstance(error, OSError) else None
    if number in _ERRNOS and not isinstance(error, aiohttp.ClientProxyConnectionError):
        return _ERRNOS[number]
    return next((kind for known, kind in _KINDS if isinstance(error, known)), Outage.UNKNOWN)


@contextmanager
def as_outages() -> Iterator[None]:
    """Raise Unreachable instead of whatever the way to the homeserver raises, known or not."""
    try:
        yield
    except Exception as error:
        raise Unreachable(kind_of(error)) from error
