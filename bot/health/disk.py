"""Watches the room left on the disk: below a limit no new message is taken, so that none is lost."""

import os
import time

from bot.logging import logs
from bot.process.data_directory import DataDirectory

LOW = 16 << 20
"""Bytes free below which only what takes things away is done. Answering needs a few thousand."""
ENOUGH = 24 << 20
"""Bytes free from which on everything is done again."""
LOOK_EVERY = 1.0
"""Seconds for which one look at the disk counts."""

log = logs.get("bot.health.disk")


class DiskGuard:
    """Looks at the data directory's disk. Comes back by itself when there is room again."""

    def __init__(self, directory: DataDirectory) -> None:
        self._directory = directory
        self._low = False
        self._looked = -LOOK_EVERY
        self.free = 0
        """Bytes that this process may still use."""

    @property
    def low(self) -> bool:
        """Whether the disk is too full to take new messages."""
        now = time.monotonic()
        if now - self._looked >= LOOK_EVERY:
            self._looked = now
            self._look()
        return self._low

    def _look(self) -> None:
        disk = os.statvfs(self._directory.path)
        self.free = disk.f_bavail * disk.f_frsize
        # On a disk that is small as a whole, a share of it.
        size = disk.f_blocks * disk.f_frsize
        low = self.free < min(ENOUGH if self._low else LOW, size // 4)
        if low != self._low:
            self._low = low
            if low:
                log.warning("disk_low", free=self.free)
            else:
                log.warning("disk_has_room", free=self.free)
                self._directory.refill_reserve()

    def look(self) -> None:
        """Look whether there is room, and set the reserve aside again once there is."""
        _ = self.low

    def release_reserve(self) -> bool:
        """Call after a failed write. True if the disk was full and the reserve file was deleted."""
        self._looked = -LOOK_EVERY
        if not self.low:
            return False
        kept = self._directory.reserve.exists()
        self._directory.release_reserve()
        return kept
