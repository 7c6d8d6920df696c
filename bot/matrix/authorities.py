"""The usual certificate authorities are read when somebody is first spoken to over TLS.

aiohttp reads them while it is loaded, and twice, for a client that checks certificates and for one that does not.
That takes a start 45 ms and 3 MB, half of it for nothing, and all of it where the homeserver is on this machine.
"""

import ssl
import sys
import threading
from typing import Any, Final

_turn: Final = threading.Lock()


class _Unread(ssl.SSLContext):
    """What aiohttp checks certificates with. It trusts nobody before it has read the usual authorities."""

    def wrap_bio(self, *args: Any, **named: Any) -> ssl.SSLObject:
        """Wrap a connection of asyncio's."""
        self.read()
        return ssl.SSLContext.wrap_bio(self, *args, **named)

    def wrap_socket(self, *args: Any, **named: Any) -> ssl.SSLSocket:
        """Wrap a socket."""
        self.read()
        return ssl.SSLContext.wrap_socket(self, *args, **named)

    def read(self) -> None:
        """Read the authorities, once. Lets other threads work meanwhile."""
        with _turn:
            if type(self) is _Unread:
                self.set_default_verify_paths()
                # Last: whoever finds it so does not wait for the turn.
                self.__class__ = ssl.SSLContext  # type: ignore[assignment]


def install() -> None:
    """Have aiohttp loaded without the authorities, if nobody has loaded it yet."""
    if "aiohttp.connector" in sys.modules:
        return
    # Of the base class, which does the reading; taken away again, so that everybody else reads them at once.
    ssl.SSLContext.set_default_verify_paths = lambda self: None  # type: ignore[method-assign]  # noqa: ARG005
    try:
        from aiohttp import connector  # noqa: PLC0415 (loaded here and nowhere before)
    finally:
        del ssl.SSLContext.set_default_verify_paths
    for context in vars(connector).values():
        if type(context) is ssl.SSLContext:
            context.__class__ = _Unread


def read() -> None:
    """Read the authorities that aiohttp checks certificates with, once. Lets other threads work meanwhile."""
    for context in vars(sys.modules["aiohttp.connector"]).values():
        if type(context) is _Unread and context.verify_mode is ssl.CERT_REQUIRED:
            context.read()
