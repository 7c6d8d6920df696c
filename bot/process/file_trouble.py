"""What is wrong with a file or a directory, in plain words: which path, which user, what to type."""

from __future__ import annotations

import errno
import os
import pwd
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from bot.process.exit_codes import ExitCode, Stop

_RIGHTS: Final = frozenset({errno.EACCES, errno.EPERM})
_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO})
_SCARCE: Final = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOMEM})
_OF_THE_TARGET: Final = frozenset({errno.EISDIR, errno.ENOTDIR, errno.EEXIST, errno.ENOTEMPTY})
"""Where a file is renamed, these are about the place where it goes."""


def explained(error: OSError) -> Stop | None:
    """What to say and the exit status; None where the error is not about files."""
    if error.errno in _SCARCE:
        return Stop(ExitCode.OS_LIMIT, _scarce(error.errno))
    path = _path(error)
    if path is None:
        return _nameless(error)
    if error.errno in _RIGHTS:
        return Stop(ExitCode.NO_PERMISSION, forbidden(path))
    if error.errno in _FULL:
        return Stop(ExitCode.DISK, _full(error.errno, path))
    words = _in_the_way(error.errno, path)
    return None if words is None else Stop(ExitCode.NOT_CREATED, words)


def reason(error: OSError, path: Path) -> str:
    """Why a file cannot be read, with the user and what to type; the caller has named the file."""
    if error.errno in _RIGHTS:
        return forbidden(path)
    if error.errno == errno.ENOENT:
        return f"There is no file {path}. Type: ls -l '{_last_there(path)}'"
    return (
        _in_the_way(error.errno, path)
        or f"{path}: {error.strerror}. Type: ls -ld '{_last_there(path)}'"
    )


def present(path: Path) -> bool:
    """Whether there is something at a path; ``Path.exists`` says no, in some releases, where one may not look.

    Raises PermissionError.
    """
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    return True


@contextmanager
def naming(path: Path) -> Iterator[None]:
    """Give errors the name of the file they are about: those of writing and flushing come without."""
    try:
        yield
    except OSError as error:
        if error.errno is not None and error.filename is None:
            error.filename = str(path)
        raise


def refuse_unusable(path: Path) -> None:
    """Raise PermissionError, with the name, for what this user may not read and write."""
    wanted = os.R_OK | os.W_OK | (os.X_OK if path.is_dir() else 0)
    if not os.access(path, wanted, effective_ids=True):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))


# ------------------------------------------------------------------ who, and whose
def user(uid: int | None = None) -> str:
    """A user's name and number; without an argument, the user who is asking."""
    number = os.geteuid() if uid is None else uid
    name = _name(number)
    return f"uid {number}" if name is None else f"{name} (uid {number})"


def _name(uid: int) -> str | None:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return None


def _for_sudo(uid: int) -> str:
    return _name(uid) or f"'#{uid}'"


def forbidden(path: Path) -> str:
    """Say that the user who asks may not use a path: whose it is, and what to type."""
    where = _where_it_ends(path)
    found = where.stat()
    mode = f"{stat.S_IMODE(found.st_mode):04o}"
    return (
        f"{path}: {user()} may not read or write this. {where} belongs to {user(found.st_uid)}, "
        f"mode {mode}. {_cure(path, where, found)}"
    )


def _where_it_ends(path: Path) -> Path:
    """The first place on the way that this user may not enter, or else may not use."""
    whole = Path(os.path.abspath(path))  # noqa: PTH100 (a symbolic link stays one)
    for each in reversed(whole.parents):
        if not os.access(each, os.X_OK, effective_ids=True):
            return each if os.path.lexists(each) else each.parent
    last = _last_there(whole)
    usable = os.R_OK | os.W_OK
    return last if last != whole or not _may(whole, usable) else whole.parent


def _may(path: Path, how: int) -> bool:
    return os.access(path, how, effective_ids=True)


def _last_there(path: Path) -> Path:
    whole = Path(os.path.abspath(path))  # noqa: PTH100
    return next((each for each in (whole, *whole.parents) if os.path.lexists(each)), Path("/"))


def _cure(path: Path, where: Path, found: os.stat_result) -> str:
    me = os.geteuid()
    if found.st_uid == me:
        bits = stat.S_IRUSR | stat.S_IWUSR | (stat.S_IXUSR if where.is_dir() else 0)
        if found.st_mode & bits != bits:
            return f"Type: chmod u+rwX '{where}'"
    if me in {found.st_uid, 0}:
        return (
            "The rights look right, so something else forbids it: SELinux, a container, or a flag. "
            f"Type: ls -ldZ '{where}'; lsattr -d '{where}'"
        )
    if found.st_uid != 0:
        return f"Type it as that user: sudo -u {_for_sudo(found.st_uid)} steward ..."
    if where == Path(os.path.abspath(path)):  # noqa: PTH100
        return f"If it shall be yours, type: sudo chown {_for_sudo(me)} '{where}'"
    return (
        "Choose a place that is yours, or have one made: "
        f"sudo install -d -m 0700 -o {_for_sudo(me)} DIRECTORY"
    )


# ------------------------------------------------------------------ what else can be wrong
def _path(error: OSError) -> Path | None:
    named = error.filename
    if error.errno in _OF_THE_TARGET and error.filename2 is not None:
        named = error.filename2
    return Path(os.fsdecode(named)) if isinstance(named, str | bytes) else None


def _nameless(error: OSError) -> Stop | None:
    if error.errno in _FULL:
        return Stop(ExitCode.DISK, "The disk is full or cannot be written. Make room on it.")
    if error.errno == errno.EPIPE:
        return Stop(
            ExitCode.NOT_CREATED,
            "Whatever read the output ended before all of it was written. Look at the other half of the pipe.",
        )
    return None


def _scarce(number: int) -> str:
    if number == errno.ENOMEM:
        return "This machine has no memory left for it. Type: free -m"
    return (
        f"{user()} may have no more files open. Type: ulimit -n 4096, and the command again. "
        "For the service: LimitNOFILE=4096 in `sudo systemctl edit steward`."
    )


def _full(number: int, path: Path) -> str:
    place = _last_there(path)
    place = place if place.is_dir() else place.parent
    if number == errno.EDQUOT:
        return f"{path} was not written: {user()} has used up its quota. Type: quota -s"
    if number == errno.EFBIG:
        return f"{path} was not written: it may not be that large. Type: ulimit -f"
    if number == errno.EIO:
        return f"{path}: the disk does not do what it is told. Type: sudo dmesg | tail"
    return f"{path} was not written: its disk is full. Make room, then again. Type: df -h '{place}'"


def _in_the_way(number: int | None, path: Path) -> str | None:  # noqa: PLR0911 (a list)
    there = _last_there(path)
    match number:
        case errno.ENOENT:
            return (
                f"{path}: there is no such place; {there} is the last part that is there. "
                f"Type: mkdir -p '{path.absolute().parent}'"
            )
        case errno.ENOTDIR:
            return (
                f"{path}: {there} is a file, not a directory. Choose another place, or look what "
                f"it is: ls -l '{there}'"
            )
        case errno.EISDIR:
            return f"{path} is a directory. Name a file in it, such as {path / 'NAME'}"
        case errno.EEXIST | errno.ENOTEMPTY:
            kind = "" if path.is_dir() else ", and it is a file"
            return f"{path} is there already{kind}. Choose another name, or look: ls -ld '{path}'"
        case errno.ELOOP:
            return (
                f"{path}: a symbolic link is in the way, or links lead in a circle. "
                f"Type: namei -l '{path}'"
            )
        case errno.ENAMETOOLONG:
            return f"The name is too long for this disk: {path}. Choose a shorter one."
        case errno.EROFS:
            return (
                f"{path} lies where nothing can be written. Type: findmnt -T '{there}'. For the "
                f"service: ReadWritePaths={path.absolute().parent} in `sudo systemctl edit steward`."
            )
        case _:
            return None
