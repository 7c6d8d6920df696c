"""Finding the homeserver that an operator named, and saying in plain words what is in the way."""

from __future__ import annotations

import asyncio
import ssl
from contextlib import suppress
from pathlib import Path
from typing import Final
from urllib.parse import SplitResult, urlsplit

from bot.matrix import untrusted_json
from bot.matrix.http_session import http_session, kind_of, trusting
from bot.matrix.outages import Outage
from storage.core.lazy_dataclass import dataclass

PATIENCE: Final = 15.0
"""Seconds for an answer that needs no login."""
LARGEST: Final = 1 << 16
"""Bytes of an answer that are read."""


@dataclass(frozen=True, slots=True)
class Way:
    """How the homeserver is reached; the address as configured."""

    url: str
    proxy: str | None = None
    ca_file: Path | None = None
    """Certificates of authorities that are trusted beside the usual ones."""

    @property
    def host(self) -> str:
        """The host name or number in the address."""
        return self._parts.hostname or ""

    @property
    def port(self) -> int:
        """The port in the address, or the usual one."""
        return self._parts.port or (443 if self._parts.scheme == "https" else 80)

    @property
    def root(self) -> str:
        """The address without its path."""
        return f"{self._parts.scheme}://{self._parts.netloc}"

    def at(self, url: str) -> Way:
        """Another address, on the same way."""
        return Way(url, self.proxy, self.ca_file)

    @property
    def _parts(self) -> SplitResult:
        return urlsplit(self.url)


class Unreached(Exception):
    """Raised when no Matrix homeserver answers; ``words`` say why, ``cure`` what to do."""

    def __init__(self, words: str, cure: str) -> None:
        super().__init__(words)
        self.words = words
        self.cure = cure


async def find(way: Way, *, seconds: float = PATIENCE) -> str:
    """The address of the homeserver: the one given, or the one that its .well-known file names.

    Raises Unreached, and Stop where ``ca_file`` cannot be used.
    """
    if await versions(way, seconds=seconds):
        return way.url
    named = await delegated(way, seconds=seconds)
    if named is None or named == way.url:
        raise _no_homeserver(way)
    if not await versions(way.at(named), seconds=seconds):
        raise Unreached(
            f"{way.host} names {named} as its homeserver, but no Matrix homeserver answers there.",
            "Ask whoever runs it, or give the homeserver's own address.",
        )
    return named


async def versions(way: Way, *, seconds: float = PATIENCE) -> tuple[str, ...]:
    """The versions of Matrix that are spoken there; empty where no homeserver answers. Raises Unreached."""
    body, _status = await _get(way, f"{way.url.rstrip('/')}/_matrix/client/versions", seconds)
    listed = _at(_parsed(body), "versions")
    return tuple(map(str, listed)) if isinstance(listed, list) else ()


async def delegated(way: Way, *, seconds: float = PATIENCE) -> str | None:
    """The homeserver's address in the .well-known file of the host; None without one. Raises Unreached."""
    body, status = await _get(way, f"{way.root}/.well-known/matrix/client", seconds)
    if status != 200:
        return None
    named = _at(_parsed(body), "m.homeserver", "base_url")
    if not isinstance(named, str):
        return None
    # What stands there comes from outside: only an address that a person could have given as well.
    named = named.rstrip("/")
    with suppress(ValueError):
        parts = urlsplit(named)
        if parts.hostname and parts.scheme in {urlsplit(way.url).scheme, "https"}:
            return named
    return None


async def _get(way: Way, url: str, seconds: float) -> tuple[bytes, int]:
    """Body and status of one answer. Raises Unreached."""
    session = http_session(way.proxy, trusting(way.ca_file))
    try:
        async with asyncio.timeout(seconds):
            # Our requests follow no redirection either; for a .well-known file the specification wants it.
            response = await session.get(url, allow_redirects="/.well-known/" in url)
            try:
                body = await response.content.read(LARGEST)
            finally:
                response.close()
            return body, response.status
    except Exception as error:  # noqa: BLE001 (a library of the way; the table knows them)
        raise await _why(error, way, seconds) from None
    finally:
        await session.close()


# ------------------------------------------------------------------ why not
async def _why(error: Exception, way: Way, seconds: float) -> Unreached:
    kind = kind_of(error)
    if kind is Outage.CERTIFICATE:
        return await _certificate(error, way)
    if kind in {Outage.SILENT, Outage.CUT_OFF} and await _speaks_http(way):
        # Greeted with TLS, some plain http servers wait for the end of a line, and others hang up.
        kind = Outage.NO_TLS
    words, cure = _SAID.get(kind, _UNKNOWN)
    known = {"host": way.host, "port": way.port, "url": way.url, "seconds": round(seconds)}
    return Unreached(words.format(**known), cure.format(**known))


_UNKNOWN: Final = (
    "{url} cannot be reached.",
    "Look at the address and this machine's network. Type: curl -v {url}/_matrix/client/versions",
)
_SAID: Final = {
    Outage.NO_NAME: (
        "There is no host named {host}, or no name server answers.",
        "Look at the spelling. Type: getent hosts {host}",
    ),
    Outage.REFUSED: (
        "Nothing answers at {host}, port {port}: the connection was refused.",
        "Look at the port, and whether the homeserver runs. Type: curl -v {url}",
    ),
    Outage.NO_NETWORK: (
        "This machine has no way to {host}.",
        "Look at its network. Type: ip route; ip -6 route",
    ),
    Outage.SILENT: (
        "{host}, port {port}, did not answer within {seconds} seconds.",
        "A firewall may be in between, or the port is wrong. Type: curl -v {url}",
    ),
    Outage.NO_TLS: (
        "What answers at {host}, port {port}, speaks no https: a plain http port, most likely.",
        "Give the https address. http:// is only for a homeserver on this very machine.",
    ),
    Outage.CUT_OFF: (
        "{host}, port {port}, took the connection and broke it off.",
        "Look at the port: it may be https where http:// was given, or another service.",
    ),
    Outage.NOT_MATRIX: (
        "What answers at {host}, port {port}, is no Matrix homeserver.",
        "Look at the port: it may be https where http:// was given, or another service.",
    ),
    Outage.PROXY: (
        "The proxy is away, or finds no way to {host}.",
        "Look at `proxy` in config.toml and STEWARD_PROXY in .env, and whether it runs.",
    ),
}


def _no_homeserver(way: Way) -> Unreached:
    return Unreached(
        f"{way.url} answers, but it is no Matrix homeserver, and names none in its .well-known file.",
        "Look at the address: the homeserver's own is what apps call the homeserver URL.",
    )


async def _certificate(error: Exception, way: Way) -> Unreached:
    code = _verify_code(error)
    shown = None if way.proxy is not None else await _shown(way)
    issuer, until, names = ("", "", "") if shown is None else shown
    by = f" It was signed by {issuer}." if issuer else ""
    match code:
        case _Verify.EXPIRED:
            when = f" since {until}" if until else ""
            return Unreached(
                f"The certificate of {way.host} has expired{when}.{by}",
                "Whoever runs the homeserver has to renew it. Is this machine's clock right? Type: date",
            )
        case _Verify.NOT_YET:
            return Unreached(
                f"The certificate of {way.host} is not valid yet.{by}",
                "This machine's clock is most likely wrong. Type: timedatectl set-ntp true",
            )
        case _Verify.WRONG_NAME | _Verify.WRONG_NUMBER:
            said = f" It is for {names}." if names else ""
            return Unreached(
                f"The certificate is for another name than {way.host}.{said}{by}",
                "Give the address with the name that is in the certificate.",
            )
        case _:
            return Unreached(
                f"No authority that this machine knows signed the certificate of {way.host}.{by}",
                'If that authority is yours: ca_file = "/etc/steward/ca.pem" in config.toml, or '
                "`steward init --ca-file FILE`. If it is not, somebody may be in between.",
            )


async def _speaks_http(way: Way) -> bool:
    """Whether plain http is answered where https was not; nothing of ours is in the question."""
    if way.proxy is not None or not way.url.startswith("https:"):
        return False
    with suppress(OSError, TimeoutError, ValueError):
        async with asyncio.timeout(3):
            reader, writer = await asyncio.open_connection(way.host, way.port)
            try:
                writer.write(f"GET / HTTP/1.0\r\nHost: {way.host}\r\n\r\n".encode())
                return (await reader.read(5)) == b"HTTP/"
            finally:
                await _end(writer)
    return False


async def _end(writer: asyncio.StreamWriter) -> None:
    """End a connection at once: whoever answers there need not take leave, which TLS would wait for."""
    writer.transport.abort()
    with suppress(OSError):
        await writer.wait_closed()


class _Verify:
    """What OpenSSL calls its reasons, X509_V_ERR_ of ``openssl/x509_vfy.h``."""

    NOT_YET = 9
    EXPIRED = 10
    WRONG_NAME = 62
    WRONG_NUMBER = 64


def _verify_code(error: BaseException | None) -> int:
    seen = error
    while seen is not None:
        found = getattr(seen, "certificate_error", seen)
        if isinstance(found, ssl.SSLCertVerificationError):
            return found.verify_code
        seen = seen.__cause__ or seen.__context__
    return 0


async def _shown(way: Way) -> tuple[str, str, str] | None:
    """Issuer, end and names of the certificate that is shown there; nothing is sent or believed."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with suppress(Exception):
        async with asyncio.timeout(5):
            _reader, writer = await asyncio.open_connection(way.host, way.port, ssl=context)
            try:
                raw = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
            finally:
                await _end(writer)
        return _read(raw)
    return None


def _read(raw: bytes) -> tuple[str, str, str]:
    # Imported late: hardly anybody ever meets a certificate that is wrong.
    from cryptography import x509  # noqa: PLC0415

    certificate = x509.load_der_x509_certificate(raw)
    names = ""
    with suppress(x509.ExtensionNotFound):
        found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
        names = ", ".join(str(each.value) for each in found.value)
    until = certificate.not_valid_after_utc
    return _plain(certificate.issuer.rfc4514_string()), f"{until:%Y-%m-%d}", _plain(names)


def _plain(text: str) -> str:
    """What a stranger chose, shortened and without anything that moves a terminal's cursor."""
    return "".join(each for each in text if each.isprintable())[:200]


# ------------------------------------------------------------------ what was answered
def _parsed(body: bytes) -> object:
    try:
        return untrusted_json.parse(body)
    except ValueError:
        return None


def _at(found: object, *keys: str) -> object:
    for key in keys:
        found = found.get(key) if isinstance(found, dict) else None
    return found
