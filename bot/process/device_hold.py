"""One process of a machine for each device of the account: a copied data directory runs beside nobody.

The lock in the data directory is another file in a copy, and the directory for keys of polls may be missing.
So the device itself is held as well: by an address of the kernel (man 7 unix, "abstract"), which needs no
place on a disk, sees all users of the machine, and goes with the process however it ends.
"""

import errno
import hashlib
import os
import socket
import struct
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Final

from bot.process.data_directory import AlreadyRunning
from bot.process.file_trouble import user

WAITING: Final = 1000
"""How many who came second are told who is first: each of them is kept in mind by the kernel, and costs it little."""
_PEER: Final = struct.Struct("3i")
"""Process, user and group of whoever listens: ``struct ucred``, man 7 unix."""


class DeviceInUse(AlreadyRunning):
    """Raised when another process of this machine runs with the same device of the account."""


@contextmanager
def held(account: str, device: str, token: str) -> Iterator[None]:
    """Hold a device of the account for this process. Raises DeviceInUse.

    ``token``, which nobody else knows, makes an address that tells nothing and that nobody can guess.
    Beyond Linux there are no such addresses, and nothing is held.
    """
    if sys.platform != "linux":
        yield
        return
    secret = f"steward device {account} {device} {token}".encode()
    address = f"\0steward-{hashlib.sha256(secret).hexdigest()[:32]}"
    with closing(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)) as holding:
        try:
            holding.bind(address)
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
            raise DeviceInUse(
                f"Another Steward of this machine{_who(address)} runs as the same device of the same "
                "account. One of the two was started on a copy of the other's data directory: two at once "
                "would answer everything twice, and lose what they encrypt with. Stop that one first."
            ) from None
        # Nothing is ever said over it; who listens is what the kernel tells others.
        holding.listen(WAITING)
        yield


def _who(address: str) -> str:
    """The process that holds an address and its user; empty where the kernel does not say."""
    with closing(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)) as asking:
        asking.setblocking(False)
        try:
            asking.connect(address)
            told = asking.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _PEER.size)
        except OSError:
            return ""
    process, uid, _group = _PEER.unpack(told)
    return f" (process {process} of {user(uid)})" if process != os.getpid() else ""
