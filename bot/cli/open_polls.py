"""What ``steward status`` and ``doctor`` say of secret polls that a stop would lose."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any


def told(answer: Mapping[str, Any]) -> str:
    """How many secret polls are open and until when, from an answer to ``status``; empty for none."""
    count, until = answer.get("open_polls"), answer.get("open_until")
    if not isinstance(count, int) or count < 1 or not isinstance(until, int | float):
        return ""
    # On the machine's own clock, as its logs and timers are.
    end = datetime.fromtimestamp(until, UTC).astimezone()
    when = f"{end:%a %d %b %H:%M %Z}"
    if count == 1:
        return f"1 secret poll is open, until {when}"
    return f"{count} secret polls are open, the last until {when}"
