"""Synapse's statements done where they are asked for, as Synapse's own tests have it (``tests/server.py`` there).

SQLite has one connection, so that nothing happens in the database at the same time anyway; but a message and its
answer go to its thread and back sixty times. Results come in the reactor's next turn, never at once: Synapse counts
on it where it notes what it has begun, and forgets it at the end.
"""

from typing import Any

from twisted.enterprise import adbapi
from twisted.internet import defer


class AtOnce(adbapi.ConnectionPool):
    """The one connection to the database, used on the thread that asks."""

    def start(self) -> None:
        """Do without threads."""
        trigger = self._reactor.addSystemEventTrigger
        self.shutdownID = trigger("during", "shutdown", self.finalClose)
        self.running = True

    def runWithConnection(self, func: Any, *args: Any, **more: Any) -> defer.Deferred[Any]:  # noqa: N802 (theirs)
        """Do it, and return what will have the result."""
        done: defer.Deferred[Any] = defer.Deferred()
        result = defer.maybeDeferred(self._runWithConnection, func, *args, **more)
        # What it left for the reactor's thread comes before, as from a thread.
        self._reactor.callLater(0, result.chainDeferred, done)
        return done


def do_at_once() -> None:
    """Have a homeserver that is set up from now on do so."""
    vars(adbapi)["ConnectionPool"] = AtOnce
