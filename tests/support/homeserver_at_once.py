"""Synapse's statements done where they are asked for, as Synapse's own tests have it (``tests/server.py`` there).

SQLite has one connection, so that nothing happens in the database at the same time anyway; but a message and its
answer go to its thread and back sixty times, which takes longer than the statements. To be imported once a
reactor is installed.
"""

from collections.abc import Callable
from typing import Any

from synapse.storage.databases.main import lock
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
        """Do it, and return a result that is there."""
        return defer.maybeDeferred(self._runWithConnection, func, *args, **more)


class Here:
    """The reactor, for what believes to be on the database's thread."""

    @staticmethod
    def callFromThread(what: Callable[..., object], *args: object) -> None:  # noqa: N802 (theirs)
        """Do now what the reactor's thread should do in its next turn: this is it."""
        what(*args)


class Lock(lock.Lock):
    """A lock that is renewed from when it is taken; given back before that, it would be renewed for ever."""

    def __init__(self, name: str, _reactor: object, *args: Any, **more: Any) -> None:
        super().__init__(name, Here, *args, **more)  # type: ignore[arg-type]


def do_at_once() -> None:
    """Have a homeserver that is set up from now on do so."""
    vars(adbapi)["ConnectionPool"] = AtOnce
    vars(lock)["Lock"] = Lock
