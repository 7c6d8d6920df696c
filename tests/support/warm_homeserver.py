"""A process that has imported Synapse, and becomes a homeserver by forking, with its database at hand.

It is Synapse as it is, but for two things that Synapse's own tests do as well. It is forked once everything is
imported (``synapse.app.complement_fork_starter``, for its tests of whole servers), which is four fifths of a start.
And statements are done where they are asked for, not on a thread beside (``tests/server.py`` there): SQLite has
one connection, so that nothing happens at the same time there either, but a message and its answer go there and
back sixty times, which takes longer than the statements. Homeservers of the demo are started as they are.
"""

import gc
import os
import socket
import sys
from pathlib import Path
from typing import Any

from synapse.app.complement_fork_proxied_reactor import ProxiedReactor
from twisted.enterprise import adbapi
from twisted.internet import defer
from twisted.internet.main import installReactor

from tests.support import forking

REACTOR = ProxiedReactor()


class AtOnce(adbapi.ConnectionPool):
    """The one connection to the database, used on the thread that asks."""

    def start(self) -> None:
        """Do without threads."""
        trigger = self._reactor.addSystemEventTrigger
        self.shutdownID = trigger("during", "shutdown", self.finalClose)
        self.running = True

    def runWithConnection(self, func: Any, *args: Any, **more: Any) -> defer.Deferred[Any]:  # noqa: N802 (theirs)
        """Do it, and return a result that is there."""
        return defer.maybeDeferred(self._runWithConnection, func, *args, **more)


def main() -> None:
    """Fork a homeserver for each line of the socket that is handed over, and tell of each that ended."""
    # Else the first import makes a reactor, which no fork can use.
    installReactor(REACTOR)  # type: ignore[no-untyped-call]
    from synapse.app import homeserver  # noqa: PLC0415

    vars(adbapi)["ConnectionPool"] = AtOnce
    gc.freeze()
    request = forking.serve(socket.socket(fileno=int(sys.argv[1])), lambda _request: None)
    if request is None:
        return
    forking.begin(request)
    # Its own folder, should it write something beside what it is told.
    os.chdir(Path(request.words[-1]).parent)
    from twisted.internet.epollreactor import EPollReactor  # noqa: PLC0415

    REACTOR._install_real_reactor(EPollReactor())  # type: ignore[no-untyped-call]
    homeserver.main()


if __name__ == "__main__":
    os.chdir(Path(__file__).resolve().parents[2])
    main()
