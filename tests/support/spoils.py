"""What may be wrong with disk and rights, each as something that is done to a place before a command is typed."""

import errno
import os
import resource
from pathlib import Path
from typing import Any

from tests.support.situations import Spoil, theirs, written


def nothing(_place: Path) -> None:
    """Everything is as it should be."""


def of_others(name: str, mode: int = 0o700) -> Spoil:
    return lambda place: theirs(place / name, mode)


def closed(name: str) -> Spoil:
    return lambda place: (place / name).chmod(0)


def gone(name: str) -> Spoil:
    return lambda place: (place / name).unlink()


def a_directory(name: str) -> Spoil:
    def spoil(place: Path) -> None:
        (place / name).unlink(missing_ok=True)
        (place / name).mkdir(0o700)

    return spoil


def a_circle(name: str) -> Spoil:
    def spoil(place: Path) -> None:
        (place / name).unlink(missing_ok=True)
        (place / name).symlink_to(place / f"{name}.other")
        (place / f"{name}.other").symlink_to(place / name)

    return spoil


def a_file(name: str) -> Spoil:
    return lambda place: written(place / name, "no directory")


def settings(words: str) -> Spoil:
    def spoil(place: Path) -> None:
        config = place / "config.toml"
        config.write_text(
            config.read_text("utf-8").replace('"passphrase"\n', '"passphrase"\n' + words)
        )

    return spoil


def elsewhere(name: str) -> Spoil:
    """The passphrase file lies in a directory of its own."""

    def spoil(place: Path) -> None:
        (place / "secrets").mkdir(0o700)
        (place / "passphrase").rename(place / "secrets" / "passphrase")
        config = place / "config.toml"
        config.write_text(config.read_text().replace('"passphrase"', '"secrets/passphrase"'))
        (place / name).chmod(0)

    return spoil


def failing(number: int, name: str) -> Spoil:
    """Flushing the file of that name fails, as it does where the disk is full."""

    def within(_place: Path) -> None:
        real = os.fsync

        def fsync(descriptor: int) -> None:
            if name in str(Path(f"/proc/self/fd/{descriptor}").readlink()):
                raise OSError(number, os.strerror(number))
            real(descriptor)

        os.fsync = fsync  # type: ignore[assignment]

    return within


def unwritable(name: str) -> Spoil:
    """Files of that name cannot be made: what a read-only file system says."""

    def within(_place: Path) -> None:
        real = os.open

        def opened(path: Any, flags: int, *more: Any, **named: Any) -> int:
            if name in str(path) and flags & (os.O_CREAT | os.O_RDWR):
                raise OSError(errno.EROFS, os.strerror(errno.EROFS), str(path))
            return real(path, flags, *more, **named)

        os.open = opened

    return within


def few_files(_place: Path) -> None:
    """One number is left, to read a module by; others may be free between those of open files."""
    highest = max(int(each.name) for each in Path("/proc/self/fd").iterdir())
    while (number := os.dup(0)) < highest:
        pass
    os.close(number)
    resource.setrlimit(resource.RLIMIT_NOFILE, (number + 1, number + 1))


def linked_lock(place: Path) -> None:
    """The lock leads elsewhere."""
    lock = place / "data/lock"
    lock.unlink()
    lock.symlink_to(place / "elsewhere")


def directory_of_theirs(name: str) -> Spoil:
    """A directory of that name belongs to another user."""

    def within(place: Path) -> None:
        (place / name).mkdir()
        theirs(place / name, 0o755)

    return within
