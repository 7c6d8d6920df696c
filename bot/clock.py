"""The wall clock by which secret polls close, and by which chapters act together.

Everything else reads the machine's.

``STEWARD_DEMO=1`` together with ``STEWARD_CLOCK_AHEAD`` (seconds) lets the demo play days in a
minute: the same two words an admin never sets. A clock that is set otherwise is noticed within
seconds.
"""

import os
import time
from datetime import UTC, datetime

from bot.config.messages import DEMO_SWITCH, PREFIX

AHEAD = f"{PREFIX}CLOCK_AHEAD"


def _ahead() -> float:
    return float(os.environ.get(AHEAD, "0")) if os.environ.get(DEMO_SWITCH) == "1" else 0.0


_AHEAD = _ahead()


def unix_time() -> float:
    """Seconds since 1970, UTC."""
    return time.time() + _AHEAD


def now() -> datetime:
    """The present moment, UTC."""
    return datetime.fromtimestamp(unix_time(), UTC)
