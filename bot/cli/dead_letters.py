"""The words of ``steward dead-letters``."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

_KINDS = {
    "send": "an answer could not be delivered",
    "command": "a command failed, and its sender was told",
}


def listed(answer: Mapping[str, Any]) -> Iterator[str]:
    """Yield one line for each dead letter (time in UTC), then the commands an operator has for them."""
    letters = answer.get("letters") or []
    if not letters:
        yield "No dead letters: everything was handled and delivered."
        return
    for one in letters:
        at = datetime.fromtimestamp(one["at"] / 1000, UTC)
        what = _KINDS.get(one["kind"], one["kind"])
        kept = "can be sent again" if one["kept"] else "not kept"
        yield f"{one['id']:>6}  {at:%Y-%m-%d %H:%M} UTC  {what} ({one['reason']}), {kept}"
    if answer["count"] > len(letters):
        yield f"and {answer['count'] - len(letters)} older ones"
    yield "Mend the cause, then: steward dead-letters retry NUMBER (or: all). To clear: drop NUMBER."


def done(answer: Mapping[str, Any]) -> str:
    """The words for what a retry or a drop of dead letters came to."""
    if "queued" in answer:
        return f"Queued again: {answer['queued']}. What cannot be delivered comes back here."
    return f"Dropped: {answer['dropped']}."
