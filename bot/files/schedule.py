"""The order in which files are fetched, and when one that did not come is tried again. Pure."""

from collections.abc import Collection, Sequence
from typing import Final

from storage.imports.uploads import Upload

FIRST_MS, LONGEST_MS = 5_000, 1_800_000
"""Between two attempts at a file that does not come."""
GIVE_UP_MS: Final = 24 * 3_600_000
"""How long a file is asked for."""


def next_ones(waiting: Sequence[Upload], busy: Collection[str], now: int) -> list[Upload]:
    """The files to fetch now (Unix ms UTC), the oldest first: one of each person who has none under way.

    What does not come holds up nothing that its sender sent after it, and nobody else.
    """
    found: dict[str, Upload] = {}
    for each in waiting:
        if each.due <= now and each.sender not in busy and each.sender not in found:
            found[each.sender] = each
    return list(found.values())


def wakes(waiting: Sequence[Upload], now: int) -> float | None:
    """Seconds until the next file is due; None when there is none."""
    later = [each.due - now for each in waiting if each.due > now]
    return min(later) / 1000 if later else None


def due_again(tries: int, now: int) -> int:
    """When to try a file again after the given number of attempts."""
    return now + min(FIRST_MS << min(tries, 10), LONGEST_MS)
