"""The data directory: every file's name, who may read it, and that one process has it.

Refusals are plain words for the operator's terminal (``StorageRefusal``).
"""

from __future__ import annotations

import errno
import fcntl
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.logging import logs
from bot.process import failpoints
from bot.process.file_trouble import naming, present, refuse_unusable, user
from storage.core.lazy_dataclass import dataclass
from storage.core.refusals import StorageRefusal

log = logs.get(__name__)

PRIVATE_DIRECTORY = 0o700
PRIVATE_FILE = 0o600
NOT_OURS = 0o077
"""The permission bits that somebody else would use."""

RESERVE_BYTES = 1 << 20

_LOGS = ("-wal", "-shm", "-journal")
"""What SQLite may leave beside a database."""


class DirectoryRefusal(StorageRefusal):
    """Raised when the data directory cannot be created, is another user's, or holds a symbolic link."""


class AlreadyRunning(StorageRefusal):
    """Raised when another process holds the data directory."""


@dataclass(frozen=True, slots=True)
class DataDirectory:
    """Paths of all files; constructing one touches nothing, ``open`` takes possession."""

    path: Path

    @property
    def app_database(self) -> Path:
        """The database of records, SQLCipher."""
        return self.path / "app.db"

    @property
    def nio_store(self) -> Path:
        """The store of nio's encryption sessions, SQLCipher."""
        return self.path / "nio.db"

    @property
    def ballots(self) -> Path:
        """The boxes of open secret polls; left out of backups."""
        return self.path / "ballots.db"

    @property
    def keyslots(self) -> Path:
        """The wrapped data key."""
        return self.path / "keyslots.json"

    @property
    def control_socket(self) -> Path:
        """The unix socket on which the running bot answers."""
        return self.path / "control.sock"

    @property
    def lock(self) -> Path:
        """The file that the running process holds locked."""
        return self.path / "lock"

    @property
    def reserve(self) -> Path:
        """A file that takes up room and is deleted when the disk is full."""
        return self.path / "reserve"

    @property
    def recovery_key_shown(self) -> Path:
        """There once the operator has seen the recovery key; until then `init` makes a new one."""
        return self.path / "recovery-key-shown"

    @property
    def poll_keys(self) -> Path:
        """A random name: the directory in memory where keys of this bot's open polls lie (bot/polls/keys.py)."""
        return self.path / "poll-keys"

    @property
    def starts(self) -> Path:
        """How often the bot was started from here, with random bytes (bot/matrix/starts.py)."""
        return self.path / "starts"

    @property
    def databases(self) -> tuple[Path, ...]:
        """All encrypted databases."""
        return self.app_database, self.nio_store, self.ballots

    @staticmethod
    def new(path: Path) -> Path:
        """The path where a file is rewritten under another key before it takes the file's place."""
        return path.with_name(f"{path.name}.new")

    @property
    def initialised(self) -> bool:
        """Whether ``steward init`` has made keys here. Raises PermissionError where one may not look."""
        return present(self.keyslots)

    @classmethod
    @contextmanager
    def open(cls, path: Path) -> Iterator[DataDirectory]:
        """Create or check the directory and hold it: one process at a time.

        Files made inside the block are private (umask 077, for the whole process).
        Raises ``DirectoryRefusal``, ``AlreadyRunning``.
        """
        directory = cls(path.absolute())
        umask = os.umask(NOT_OURS)
        try:
            directory._make()
            with _exclusive(directory.lock):
                directory._check_files()
                directory.settle()
                directory.refill_reserve()
                yield directory
        finally:
            os.umask(umask)

    def release_reserve(self) -> None:
        """Give the reserved space back, so that a purge can work on a full disk."""
        self.reserve.unlink(missing_ok=True)
        sync_directory(self.path)

    def refill_reserve(self) -> None:
        """Write the reserve file again; on a full disk nothing is written and the bot still starts."""
        if self.reserve.exists() and self.reserve.stat().st_size == RESERVE_BYTES:
            return
        disk = os.statvfs(self.path)
        if disk.f_bavail * disk.f_frsize < 2 * RESERVE_BYTES:
            # It was given up for what has to be said and deleted on a full disk.
            log.warning("disk_full_no_reserve")
            return
        try:
            # Random bytes: a file system that compresses would reserve nothing for zeros.
            write_private(self.reserve, os.urandom(RESERVE_BYTES))
        except OSError as error:
            if error.errno not in {errno.ENOSPC, errno.EDQUOT}:
                raise
            log.warning("disk_full_no_reserve")

    def settle(self) -> None:
        """Finish or undo a change of keys that was interrupted; see bot/backup/rotate.py."""
        fresh = [self.new(path) for path in self.databases]
        slots = self.new(self.keyslots)
        if not any(path.exists() for path in (slots, *fresh)):
            return
        if slots.exists():
            # Last of all: while it is there, the rest belongs to it and not to the files in use.
            for path in (*fresh, *(_beside(path, kind) for path in fresh for kind in _LOGS), slots):
                path.unlink(missing_ok=True)
        for path in (path for path in self.databases if self.new(path).exists()):
            for kind in _LOGS:
                _beside(path, kind).unlink(missing_ok=True)
                _beside(self.new(path), kind).unlink(missing_ok=True)
            self.new(path).replace(path)
            failpoints.reach("rotate_moved")
        sync_directory(self.path)

    def drop_previous_copies(self) -> None:
        """Remove copies from before a migration: they are under the key of their time."""
        for path in self.databases:
            _beside(path, ".previous").unlink(missing_ok=True)

    def _make(self) -> None:
        try:
            self.path.mkdir(mode=PRIVATE_DIRECTORY, parents=True, exist_ok=True)
        except (FileExistsError, NotADirectoryError):
            raise DirectoryRefusal(
                f"{self.path} cannot be the data directory: a file of that name is in the way. "
                "Choose another data_dir."
            ) from None
        _make_private(self.path, PRIVATE_DIRECTORY)

    def _check_files(self) -> None:
        for path in self.path.iterdir():
            _make_private(path, PRIVATE_DIRECTORY if path.is_dir() else PRIVATE_FILE)
            if not stat.S_ISSOCK(path.lstat().st_mode):
                refuse_unusable(path)


def _beside(path: Path, kind: str) -> Path:
    return path.with_name(path.name + kind)


def write_private(path: Path, content: bytes) -> None:
    """Replace a file in one step, durably, readable by its owner only.

    After a crash at any moment the old content or the new is there, never a mixture.
    """
    unfinished = path.with_name(path.name + ".tmp")
    unfinished.unlink(missing_ok=True)
    try:
        descriptor = os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY, PRIVATE_FILE)
        with naming(path), os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
    unfinished.replace(path)
    sync_directory(path.parent)


def sync_directory(path: Path) -> None:
    """Flush a directory to disk: a rename is durable only then."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _make_private(path: Path, mode: int) -> None:
    """Take others' permissions away; refuse what is not ours, because we cannot vouch for it."""
    found = path.lstat()
    if stat.S_ISLNK(found.st_mode):
        if path.is_dir() and mode == PRIVATE_DIRECTORY:
            _make_private(path.resolve(), mode)
            return
        raise _linked(path)
    if found.st_uid != os.geteuid():
        raise DirectoryRefusal(
            f"{path} belongs to {user(found.st_uid)}, who could read or replace it. You are {user()}. "
            f"Type the command as that user (sudo -u), or: sudo chown -R {os.geteuid()} '{path}'"
        )
    if stat.S_IMODE(found.st_mode) & NOT_OURS:
        path.chmod(mode)
        log.warning("permissions_closed")


def _linked(path: Path) -> DirectoryRefusal:
    return DirectoryRefusal(
        f"{path} is a symbolic link. Put the file itself into the data directory."
    )


@contextmanager
def _exclusive(path: Path) -> Iterator[None]:
    """Hold an advisory lock; the kernel lets go of it when the process dies, however it dies."""
    if path.is_symlink():
        raise _linked(path)
    descriptor = os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW, PRIVATE_FILE)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(descriptor, 20).decode("ascii", "replace").strip() or "unknown"
            raise AlreadyRunning(
                f"Another Steward (process {holder}) is using {path.parent}. Two at once would "
                "answer everything twice. Stop that one first, or give this one its own data_dir."
            ) from None
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(descriptor)
