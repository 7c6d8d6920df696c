"""A process that has imported Synapse, and becomes a homeserver by forking: ``warm_start`` asks it to.

It forks as Synapse does for tests of whole servers (``synapse.app.complement_fork_starter``): imports are seven
eighths of a start. Homeservers of the demo are started as they are.
"""

import gc
import os
from pathlib import Path

from synapse.app.complement_fork_proxied_reactor import ProxiedReactor
from twisted.internet.main import installReactor

from tests.support import forking


def main() -> None:
    """Fork a homeserver for each line of the socket that is handed over, and tell of each that ended."""
    reactor = ProxiedReactor()
    # Before the first import that makes one, which no fork could use.
    installReactor(reactor)  # type: ignore[no-untyped-call]
    from synapse.app import homeserver  # noqa: PLC0415

    gc.freeze()
    request = forking.serve(forking.handed_over(), lambda _request: None)
    if request is None:
        return
    forking.begin(request)
    # Its own folder, should it write something beside what it is told.
    os.chdir(Path(request.words[-1]).parent)
    from twisted.internet.epollreactor import EPollReactor  # noqa: PLC0415

    reactor._install_real_reactor(EPollReactor())  # type: ignore[no-untyped-call]
    homeserver.main()


if __name__ == "__main__":
    os.chdir(Path(__file__).resolve().parents[2])
    main()
