"""The bot with a fault: ``python -m tests.support.ballot_faulty_bot FAULT run ...``.

``keeping``: the bot keeps the keys to read every message again. This is a control: what a seizure would
find. ``beating``: boxes are sealed anew every few seconds, so that a test can wait for it.
``telling``: and its figures are written as often.
"""

import sys
from typing import Final, Literal

from nio.crypto import Olm

from bot.cli import main as cli
from bot.health.metrics_file import MetricsFile
from bot.matrix.machine import Machine
from bot.matrix.olm import OurOlm
from bot.polls import officer

Fault = Literal["keeping", "beating", "telling"]
BEAT: Final = 4.0
"""Seconds between heartbeats."""
TOLD_EVERY: Final = 0.3
"""Seconds between two writings of the figures."""


def main() -> None:
    """Put the fault in and hand over to the real command line."""
    fault = sys.argv.pop(1)
    # setattr, because to the type checker these are not to be replaced.
    if fault == "keeping":
        for name in ("move_on", "forget_own", "purge"):
            setattr(Machine, name, lambda *_: None)
        setattr(OurOlm, "create_outbound_group_session", Olm.create_outbound_group_session)  # noqa: B010
    else:
        setattr(officer, "next_beat", lambda: BEAT)  # noqa: B010
    if fault == "telling":
        setattr(MetricsFile.__init__, "__kwdefaults__", {"every": TOLD_EVERY})  # noqa: B010
    cli.main()


if __name__ == "__main__":
    main()
