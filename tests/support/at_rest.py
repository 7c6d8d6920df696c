"""When a running bot has done all that it had to do: nothing more is written, and no thread wants to run."""

import asyncio
import contextlib
import time
from pathlib import Path

from demo.steward import Steward

SETTLED = 1.0
"""Seconds in which a bot that has something to write writes it, once it has a processor."""


def written(data: Path) -> dict[str, tuple[int, int]]:
    """Size and time of writing of each database and log."""
    files = ((path.name, path.stat()) for path in data.glob("*.db*"))
    return {name: (at.st_size, at.st_mtime_ns) for name, at in files if not name.endswith("-shm")}


def at_work(pid: int) -> bool:
    """Whether a thread of a process runs, waits for a processor, or for a disk."""
    for each in Path(f"/proc/{pid}/task").glob("*/stat"):
        # A thread may end while it is looked at.
        with contextlib.suppress(OSError):
            if each.read_text().rpartition(")")[2].split()[0] in "RD":
                return True
    return False


async def quiet(steward: Steward) -> None:
    """Wait until everything that belongs to what was said is in the files, on a busy machine as well."""
    seen, since = written(steward.data), time.monotonic()
    while time.monotonic() - since < SETTLED:
        await asyncio.sleep(0.05)
        now = written(steward.data)
        if now != seen or at_work(steward.pid):
            seen, since = now, time.monotonic()
