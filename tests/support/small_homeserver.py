"""A small homeserver in a thread: the few answers that `steward init` asks for, wrong as wished."""

import datetime as dt
import ipaddress
import json
import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

Answers = Mapping[str, tuple[int, Any]]
"""Status and body (JSON, or bytes as they are) by the end of a path."""

VERSIONS: Answers = {"/_matrix/client/versions": (200, {"versions": ["v1.1", "v1.12"]})}
USER = "@steward:localhost"
LOGGED_IN: Answers = {
    **VERSIONS,
    "GET /login": (200, {"flows": [{"type": "m.login.password"}]}),
    "/login": (200, {"user_id": USER, "device_id": "NEWDEVICE", "access_token": "made"}),
    "/logout": (200, {}),
    "/account/whoami": (200, {"user_id": USER, "device_id": "NEWDEVICE"}),
    "/keys/query": (200, {"device_keys": {}, "master_keys": {}}),
}


@dataclass
class SmallHomeserver:
    """Where it is, and what it heard."""

    url: str
    port: int
    heard: list[str] = field(default_factory=list)


@contextmanager
def small_homeserver(
    answers: Answers = VERSIONS,
    *,
    tls: ssl.SSLContext | None = None,
    host: str = "127.0.0.1",
) -> Iterator[SmallHomeserver]:
    """Answer until the block is left; what no path ends with is a 404 that is no Matrix."""
    heard: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        timeout = 1
        """Seconds for the first line: bytes of TLS have none."""

        def answer(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            heard.append(f"{self.command} {self.path}")
            told = f"{self.command} {self.path}"
            status, body = next(
                (
                    answers[end]
                    for end in sorted(answers, key=len, reverse=True)
                    if _fits(told, end)
                ),
                (404, b"<html>nothing here</html>"),
            )
            raw = body if isinstance(body, bytes) else json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        do_GET = do_POST = do_PUT = answer  # noqa: N815

        def log_message(self, *_words: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        address_family = socket.AF_INET6 if ":" in host else socket.AF_INET

        def handle_error(self, *_what: object) -> None:
            """A handshake that fails is what some tests are about."""

    with Server((host, 0), Handler) as listening:
        if tls is not None:
            listening.socket = tls.wrap_socket(listening.socket, server_side=True)
        thread = threading.Thread(target=listening.serve_forever, args=(0.01,))
        thread.start()
        try:
            scheme = "http" if tls is None else "https"
            named = f"[{host}]" if ":" in host else host
            port = listening.server_port
            yield SmallHomeserver(f"{scheme}://{named}:{port}", port, heard)
        finally:
            listening.shutdown()
            thread.join()


def _fits(told: str, end: str) -> bool:
    """Whether a request ends so; ``GET /login`` stands for that method as well."""
    method, _, path = end.rpartition(" ")
    return told.startswith(method) and told.endswith(path)


class Authority:
    """A throw-away authority, and certificates that it signed."""

    def __init__(self, place: Path, name: str = "Union Hall CA") -> None:
        self._place = place
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        certificate = self._signed(self._name, self._key, authority=True)
        self.file = place / "ca.pem"
        self.file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))

    def context(
        self, *, host: str = "127.0.0.1", days: tuple[int, int] = (-1, 30)
    ) -> ssl.SSLContext:
        """For a server of that name, valid from and until so many days from now."""
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
        certificate = self._signed(name, key, host=host, days=days)
        chain = self._place / f"{host}{days[1]}.pem"
        chain.write_bytes(
            certificate.public_bytes(serialization.Encoding.PEM)
            + key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(chain)
        return context

    def _signed(
        self,
        subject: x509.Name,
        key: ec.EllipticCurvePrivateKey,
        *,
        host: str | None = None,
        days: tuple[int, int] = (-1, 30),
        authority: bool = False,
    ) -> x509.Certificate:
        now = dt.datetime.now(dt.UTC)
        built = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now + dt.timedelta(days=min(days[0], days[1] - 1)))
            .not_valid_after(now + dt.timedelta(days=days[1]))
            .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        )
        if host is not None:
            built = built.add_extension(
                x509.SubjectAlternativeName([_general(host)]), critical=False
            )
        return built.sign(self._key, hashes.SHA256())


def _general(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)
