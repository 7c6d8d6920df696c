"""The halves of poll keys kept on tmpfs alone, and whether the machine can keep them off its disks.

A file of each open poll on tmpfs, so that a restart of the service does not lose its ballots: its
half of the key and the highest number its box has had. It never lies on a disk.

Each bot has a directory of its own, named at random in its data directory, so that bots of one user,
container or machine may be told the same place and touch nothing of each other. The bot that works
with it holds it locked: two with one name are a bot and its copy.
"""

import fcntl
import os
import re
import struct
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import field
from pathlib import Path

from bot.process import file_trouble
from bot.process.data_directory import (
    PRIVATE_DIRECTORY,
    PRIVATE_FILE,
    AlreadyRunning,
    DataDirectory,
    write_private,
)
from commands.framework.i18n import _
from storage.core.lazy_dataclass import dataclass
from storage.core.refusals import StorageRefusal
from storage.polls.sealed import HALF

IN_MEMORY = frozenset({"tmpfs", "ramfs"})
_RECORD = struct.Struct(f">{HALF}sQ")
_SUFFIX = ".key"
_NAME = re.compile(r"[0-9a-f]{32}")


class KeysInUse(AlreadyRunning):
    """Raised when another process works with the keys of this bot: it has a copy of the data directory."""


class KeysOutOfReach(StorageRefusal):
    """Raised when keys of open polls are there and may not be read: starting would lose the polls."""


@dataclass(frozen=True, slots=True)
class HalfKey:
    """The half of a poll's key that is in memory alone, and the highest number of its box."""

    half: bytes = field(repr=False)
    seq: int
    """The highest number of the box: a file with a lower one is an older copy."""


class _Hold:
    """The directory that this process holds locked; the kernel lets go of it when the process ends."""

    def __init__(self) -> None:
        self._descriptor: int | None = None

    def take(self, path: Path) -> None:
        """Lock a directory, unless it is held already. Raises KeysInUse, and OSError where it is not there."""
        found = path.stat()
        if self._descriptor is not None:
            held = os.fstat(self._descriptor)
            if (held.st_dev, held.st_ino) == (found.st_dev, found.st_ino):
                return
            # It was taken away and made anew.
            self.release()
        descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC | os.O_NOFOLLOW)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            raise KeysInUse(
                f"Another Steward works with the keys of this bot's open polls, in {path}. It was "
                "started on a copy of this data directory. Stop that one first."
            ) from None
        self._descriptor = descriptor

    def release(self) -> None:
        """Let go of it; nothing happens when nothing is held."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


@dataclass(frozen=True, slots=True)
class PollKeys:
    """The directory of halves of keys. Names of files are the ids of polls."""

    path: Path
    """Where the keys of one bot lie."""
    shared: Path | None = None
    """The directory of all bots in which it lies. Up to 0.2.0 their keys were here."""
    _hold: _Hold = field(default_factory=_Hold, repr=False, compare=False)

    @classmethod
    def of(cls, directory: DataDirectory, keys_dir: Path) -> "PollKeys":
        """The keys of the bot whose data directory is held; it gets a name for them if it has none."""
        name = _named(directory)
        if name is None:
            name = os.urandom(16).hex()
            write_private(directory.poll_keys, f"{name}\n".encode())
        return cls(keys_dir / name, keys_dir)

    @classmethod
    def seen(cls, directory: DataDirectory, keys_dir: Path) -> "PollKeys":
        """The keys of a bot for whoever only looks; before its first start, and of 0.2.0, they lie in ``keys_dir``."""
        name = _named(directory)
        return cls(keys_dir) if name is None else cls(keys_dir / name, keys_dir)

    def take(self, polls: Sequence[str]) -> None:
        """Keep others off, and take over what an older version left of these polls, this bot's own.

        Raises KeysInUse. Where the directory cannot be used nothing happens: ``refusals`` says why.
        """
        if self.shared is None or not self._made():
            return
        self._hold.take(self.path)
        for poll in polls:
            left = self.shared / f"{poll}{_SUFFIX}"
            if self._file(poll).exists():
                _wipe(left)
            else:
                with suppress(FileNotFoundError):
                    left.rename(self._file(poll))
            _wipe(left.with_suffix(".new"))

    def release(self) -> None:
        """Let others work with the keys: the bot has ended."""
        self._hold.release()

    def unavailable(self) -> Sequence[str]:
        """Why the running bot can hold no secret poll, in plain words; empty when it can.

        Looked at again each time: an admin mends it while the bot runs.
        """
        reasons = self.refusals()
        if reasons:
            return reasons
        try:
            self.take(())
        except KeysInUse:
            return [
                _("Another bot works with the keys of this bot's polls, in {path}.").format(
                    path=self.path
                )
            ]
        return []

    def refusals(self) -> Sequence[str]:
        """Why no secret poll can be held here, in plain words; empty when they can."""
        reasons = []
        owner = _stranger(self.shared or self.path)
        if owner is not None:
            words = _(
                "The directory {path} for the keys of polls belongs to {user}. "
                "Give this bot another one: keys_dir."
            )
            reasons.append(words.format(path=self.shared or self.path, user=owner))
        elif not self._made():
            reasons.append(
                _("The directory {path} for the keys of polls cannot be used.").format(
                    path=self.shared or self.path
                )
            )
        elif file_system(self.path) not in IN_MEMORY:
            reasons.append(
                _("The directory {path} for the keys of polls is on a disk, not in memory.").format(
                    path=self.shared or self.path
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
        """The half key and box number kept for a poll; None if they were lost. Raises KeysOutOfReach."""
        try:
            return HalfKey(*_RECORD.unpack(self._file(poll).read_bytes()))
        except (FileNotFoundError, NotADirectoryError, struct.error):
            return None
        except OSError as error:
            why = file_trouble.reason(error, self._file(poll))
            raise KeysOutOfReach(
                f"A secret poll is open, and its key cannot be read: starting now would lose it. {why}"
            ) from None

    def wipe(self, poll: str) -> None:
        """Overwrite and remove a poll's record; nothing happens where there is none."""
        for path in (self._file(poll), self._file(poll).with_suffix(".new")):
            _wipe(path)

    def wipe_all_but(self, polls: Sequence[str]) -> int:
        """Remove what belongs to no open poll; how many there were."""
        kept = {self._file(poll) for poll in polls}
        try:
            orphans = [path for path in self.path.iterdir() if _is_ours(path) and path not in kept]
        except OSError:
            # There are none, or nobody may look: then none are ours to take away.
            return 0
        for path in orphans:
            _wipe(path)
        return len(orphans)

    def _file(self, poll: str) -> Path:
        return self.path / f"{poll}{_SUFFIX}"

    def _made(self) -> bool:
        return all(_private(each) for each in (self.shared, self.path) if each is not None)


def _named(directory: DataDirectory) -> str | None:
    """The name of a bot's keys; None where it has none, or one that is no name."""
    try:
        found = _NAME.fullmatch(directory.poll_keys.read_text("ascii").strip())
    except (OSError, UnicodeDecodeError):
        return None
    return None if found is None else found[0]


def _private(path: Path) -> bool:
    """Make a directory that is ours alone; False where it cannot be made or is somebody else's."""
    try:
        path.mkdir(mode=PRIVATE_DIRECTORY, parents=True, exist_ok=True)
        found = path.stat()
        if found.st_uid == os.geteuid():
            path.chmod(PRIVATE_DIRECTORY)
    except OSError:
        return False
    return found.st_uid == os.geteuid() and os.access(path, os.W_OK | os.X_OK)


def _stranger(path: Path) -> str | None:
    """Whose directory this is, when it is another user's; None when it is ours or not there."""
    try:
        owner = path.stat().st_uid
    except OSError:
        return None
    return None if owner == os.geteuid() else file_trouble.user(owner)


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
