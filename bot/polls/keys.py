"""The halves of poll keys kept on tmpfs alone, and whether the machine can keep them off its disks.

A file of each open poll on tmpfs, so that a restart of the service does not lose its ballots: its
half of the key and the highest number its box has had. It never lies on a disk.
"""

import os
import struct
from collections.abc import Sequence
from dataclasses import field
from pathlib import Path

from bot.process.data_directory import PRIVATE_DIRECTORY, PRIVATE_FILE
from commands.framework.i18n import _
from storage.core.lazy_dataclass import dataclass
from storage.polls.sealed import HALF

IN_MEMORY = frozenset({"tmpfs", "ramfs"})
_RECORD = struct.Struct(f">{HALF}sQ")
_SUFFIX = ".key"


@dataclass(frozen=True, slots=True)
class HalfKey:
    """The half of a poll's key that is in memory alone, and the highest number of its box."""

    half: bytes = field(repr=False)
    seq: int
    """The highest number of the box: a file with a lower one is an older copy."""


@dataclass(frozen=True, slots=True)
class PollKeys:
    """The directory of halves of keys. Names of files are the ids of polls."""

    path: Path

    def refusals(self) -> Sequence[str]:
        """Why no secret poll can be held here, in plain words; empty when they can.

        Looked at again each time: an admin mends it while the bot runs.
        """
        reasons = []
        if not self._made():
            reasons.append(
                _("The directory {path} for the keys of polls cannot be used.").format(
                    path=self.path
                )
            )
        elif file_system(self.path) not in IN_MEMORY:
            reasons.append(
                _("The directory {path} for the keys of polls is on a disk, not in memory.").format(
                    path=self.path
                )
            )
        if swaps_in_clear() and not never_swapped():
            reasons.append(_("This machine writes memory to a disk unencrypted (swap)."))
        return reasons

    def put(self, poll: str, key: HalfKey) -> None:
        """Keep a poll's half key and box number; replaces the record before in one step."""
        target = self._file(poll)
        fresh = target.with_suffix(".new")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE_FILE)
        try:
            os.write(descriptor, _RECORD.pack(key.half, key.seq))
        finally:
            os.close(descriptor)
        fresh.replace(target)

    def get(self, poll: str) -> HalfKey | None:
        """The half key and box number kept for a poll; None if they were lost."""
        try:
            return HalfKey(*_RECORD.unpack(self._file(poll).read_bytes()))
        except (OSError, struct.error):
            return None

    def wipe(self, poll: str) -> None:
        """Overwrite and remove a poll's record; nothing happens where there is none."""
        for path in (self._file(poll), self._file(poll).with_suffix(".new")):
            _wipe(path)

    def wipe_all_but(self, polls: Sequence[str]) -> int:
        """Remove what belongs to no open poll; how many there were."""
        if not self.path.is_dir():
            return 0
        kept = {self._file(poll) for poll in polls}
        orphans = [path for path in self.path.iterdir() if _is_ours(path) and path not in kept]
        for path in orphans:
            _wipe(path)
        return len(orphans)

    def _file(self, poll: str) -> Path:
        return self.path / f"{poll}{_SUFFIX}"

    def _made(self) -> bool:
        try:
            self.path.mkdir(mode=PRIVATE_DIRECTORY, parents=True, exist_ok=True)
            found = self.path.stat()
            if found.st_uid == os.geteuid():
                self.path.chmod(PRIVATE_DIRECTORY)
        except OSError:
            return False
        return found.st_uid == os.geteuid() and os.access(self.path, os.W_OK | os.X_OK)


def file_system(path: Path) -> str:
    """The type of the file system a path is on, as the kernel names it; empty when unknown."""
    device = path.stat().st_dev
    wanted = f"{os.major(device)}:{os.minor(device)}"
    for row in _lines(Path("/proc/self/mountinfo")):
        # id parent major:minor root mount-point options ... - type source options
        before, _dash, after = row.partition(" - ")
        if before.split()[2:3] == [wanted] and after:
            return after.split()[0]
    return ""


def swaps_in_clear(
    swaps: Path = Path("/proc/swaps"), blocks: Path = Path("/sys/class/block")
) -> bool:
    """Whether memory may reach an unencrypted disk; unknown swap counts as unencrypted."""
    return any(
        not _is_safe_swap(row.split()[0], blocks) for row in _lines(swaps)[1:] if row.strip()
    )


def never_swapped(
    groups: Path = Path("/proc/self/cgroup"), root: Path = Path("/sys/fs/cgroup")
) -> bool:
    """Whether the kernel was told to leave this process's memory where it is (MemorySwapMax=0).

    That covers what it writes to tmpfs. The limit of a group holds for all groups in it.
    """
    own = next((row[3:] for row in _lines(groups) if row.startswith("0::")), None)
    if own is None:
        return False
    group = root / own.lstrip("/")
    return any(
        _lines(each / "memory.swap.max")[:1] == ["0"]
        for each in (group, *group.parents)
        if each.is_relative_to(root)
    )


def _is_safe_swap(name: str, blocks: Path) -> bool:
    """Zram is memory itself; dm-crypt is a mapped device that says so in its id."""
    device = Path(os.path.realpath(name)).name
    if device.startswith("zram"):
        # Unless it hands pages on to a disk.
        backing = _lines(blocks / device / "backing_dev")
        return not backing or backing[0].strip() == "none"
    mapped = _lines(blocks / device / "dm" / "uuid")
    return bool(mapped) and mapped[0].startswith("CRYPT-")


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []


def _is_ours(path: Path) -> bool:
    return path.suffix in {_SUFFIX, ".new"} and path.is_file()


def _wipe(path: Path) -> None:
    try:
        size = path.stat().st_size
        with path.open("r+b") as file:
            file.write(os.urandom(size))
        path.unlink()
    except FileNotFoundError:
        return
