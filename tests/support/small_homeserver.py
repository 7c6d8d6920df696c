"""A small homeserver in a thread: the few answers that `steward init` asks for, wrong as wished."""

import json
import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from demo.certificates import CertificateAuthority

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


def certified(
    authority: CertificateAuthority, *, host: str = "127.0.0.1", days: tuple[int, int] = (-1, 30)
) -> ssl.SSLContext:
    """For a server of that name, whose certificate is valid from and until so many days from now."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority.certify(host, days=days))
    return context
