"""Control groups of the kernel: so much memory and so many processors for one process tree, no more.

Both versions of the kernel's interface: the first has memory and processors apart, the second in one folder.
Where no group can be made nothing is limited, and whoever measures says so.
"""

import secrets
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from demo.processes import Process, cold_start

ROOT: Final = Path("/sys/fs/cgroup")
PERIOD: Final = 100_000
"""Microseconds in which the kernel grants a share of the processors."""


@dataclass(frozen=True, slots=True)
class _Version:
    """Where one version of the interface has what."""

    memory: Path
    limit: str
    peak: str
    events: str
    cpu: Path
    share: str
    """What to write there for so many microseconds of each period."""

    def quota(self, cores: float) -> Mapping[str, str]:
        return {self.share: f"{cores * PERIOD:.0f}" + (f" {PERIOD}" if "max" in self.share else "")}


_VERSIONS: Final = (
    _Version(
        ROOT / "memory",
        *("memory.limit_in_bytes", "memory.max_usage_in_bytes", "memory.oom_control"),
        ROOT / "cpu",
        "cpu.cfs_quota_us",
    ),
    _Version(ROOT, "memory.max", "memory.peak", "memory.events", ROOT, "cpu.max"),
)


class ControlGroup:
    """A control group for one process tree; or none, where none can be made."""

    def __init__(self, memory: int, *, cores: float | None = None) -> None:
        """Make a group of so many bytes, and of so many processors if that is said."""
        self._folders: list[Path] = []
        self._peak: Path | None = None
        self._events: Path | None = None
        self.cores: float | None = None
        """Processors that the kernel grants; None: as many as there are."""
        self.name = name = f"steward-{secrets.token_hex(4)}"
        for version in _VERSIONS:
            folder = version.memory / name
            if not self._limited(folder, {version.limit: str(memory)}):
                continue
            self._peak, self._events = folder / version.peak, folder / version.events
            if cores is not None and self._limited(version.cpu / name, version.quota(cores)):
                self.cores = cores
            return

    def _limited(self, folder: Path, settings: Mapping[str, str]) -> bool:
        try:
            folder.mkdir(exist_ok=True)
            for name, value in settings.items():
                (folder / name).write_text(value)
        except OSError:
            if folder not in self._folders:
                with suppress(OSError):
                    folder.rmdir()
            return False
        if folder not in self._folders:
            self._folders.append(folder)
        return True

    @property
    def made(self) -> bool:
        """Whether there is a group."""
        return bool(self._folders)

    def take(self, pid: int) -> None:
        """Put a process into the group, with whatever it starts later."""
        for folder in self._folders:
            (folder / "cgroup.procs").write_text(str(pid))

    def start(self, line: Sequence[str], environment: Mapping[str, str], log: Path) -> Process:
        """Start a bot that is in the group from its first moment; see ``demo.processes.Start``."""
        entering = "".join(f"echo $$ > {folder}/cgroup.procs; " for folder in self._folders)
        return cold_start(["sh", "-c", f'{entering}exec "$@"', "sh", *line], environment, log)

    @property
    def peak(self) -> int | None:
        """Return the most bytes used, file caches included; None without a group."""
        return None if self._peak is None else int(self._peak.read_text())

    @property
    def killed(self) -> int:
        """Return how many processes the kernel ended, as there was no memory for them."""
        if self._events is None:
            return 0
        rows = map(str.split, self._events.read_text().splitlines())
        return sum(int(count) for what, count in rows if what == "oom_kill")

    def close(self) -> None:
        """Remove the group, when nothing runs in it any more."""
        for folder in self._folders:
            with suppress(OSError):
                folder.rmdir()
