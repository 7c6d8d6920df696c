"""A server in a thread of its own that takes connections and says nothing, not even farewell."""

import contextlib
import os
import socket
import socketserver
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from threading import Semaphore

LONG = 20.0
"""Seconds that are waited at most for what comes at once; TLS would wait 30 for a farewell."""


@dataclass(slots=True)
class MuteServer:
    """Where it is, and what became of its connections."""

    port: int
    heard: Semaphore = field(default_factory=lambda: Semaphore(0))
    """Released whenever a connection has said all that it says before it waits for an answer."""
    ended: Semaphore = field(default_factory=lambda: Semaphore(0))
    """Released whenever a connection is gone: TCP's end, whatever TLS said before."""
    accepted: int = 0


@contextlib.contextmanager
def mute_server(tls: ssl.SSLContext | None = None, answer: bytes = b"") -> Iterator[MuteServer]:
    """Listen until the block is left. ``tls``: shake hands first; ``answer``: to each request."""
    open_ones: list[socket.socket] = []

    class Mute(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            server.accepted += 1
            with contextlib.suppress(OSError):
                self.listen(self.request)
            server.ended.release()

        def listen(self, stream: socket.socket) -> None:
            open_ones.append(socket.socket(fileno=os.dup(stream.fileno())))
            if tls is not None:
                stream = tls.wrap_socket(stream, server_side=True)
            while answer and stream.recv(1 << 16):
                stream.sendall(answer)
            # From here on nobody understands TLS, so that no farewell is answered.
            with socket.socket(fileno=stream.detach()) as bare:
                if bare.recv(1 << 16):
                    server.heard.release()
                    while bare.recv(1 << 16):
                        pass

    class Listening(socketserver.ThreadingTCPServer):
        def handle_error(self, *_what: object) -> None:
            """Who is gone in the middle of a handshake is what tests are about."""

    with Listening(("127.0.0.1", 0), Mute) as listening:
        server = MuteServer(listening.server_address[1])
        thread = threading.Thread(target=listening.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield server
        finally:
            listening.shutdown()
            thread.join()
            # What was not ended as it should have been would keep its thread, and the test, waiting.
            for each in open_ones:
                with each, contextlib.suppress(OSError):
                    each.shutdown(socket.SHUT_RDWR)
