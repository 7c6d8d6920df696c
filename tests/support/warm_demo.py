"""The demo as it is, but that its bots and homeservers are forked from processes that have imported them.

For what comes after the play, which another test has started as a visitor would: of what such a demo takes, a
third are imports, once for each of ten processes.
"""

import sys

from demo.__main__ import main
from demo.homeserver import Homeserver
from demo.steward import Steward
from tests.support.warm_start import HOMESERVERS, WARM

if __name__ == "__main__":
    Steward.starts = WARM.start
    Homeserver.starts = HOMESERVERS.start
    try:
        status = main()
    finally:
        WARM.close()
        HOMESERVERS.close()
    sys.exit(status)
