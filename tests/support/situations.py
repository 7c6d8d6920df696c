"""Situations of an operator: a command in a place where something is wrong, in a child without root's rights."""

import codecs
import json
import os
import shutil
import tempfile
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

# What commands load when they are typed: the child's user may not read where the tests are installed.
from bot import move
from bot.backup import archive, offline, panic, restore, rotate
from bot.cli import command_line, config_check, dead_letters, doctor, verify
from bot.keys import keyring
from bot.process.data_directory import DataDirectory

# So are those that Python loads by itself.
for _name in ("ascii", "latin-1", "idna"):
    codecs.lookup(_name)
LOADED = (
    config_check,
    move,
    archive,
    offline,
    panic,
    restore,
    rotate,
    dead_letters,
    doctor,
    verify,
)

OURS = 4242
"""The user who types: one without a name, as in a container."""
THEIRS = 4343
"""Somebody else on the machine."""
ROOT = os.geteuid() == 0
PASSPHRASE = "otter basket canary fjord"
CHEAP = keyring.Cost(memory_kib=32, iterations=1, lanes=1)

Spoil = Callable[[Path], object]


@dataclass(frozen=True)
class Situation:
    """One row: what is typed, what is wrong, and how it has to end."""

    typed: str
    """With {place} for the directory of config.toml."""
    wrong: str
    """In a few words, for the name of the test."""
    spoil: Spoil
    status: int
    said: tuple[str, ...]
    """Words of the answer, with {place} and {me}."""
    within: Spoil | None = None
    """Done in the child, with its rights: limits, and functions of the system that fail."""
    stays: tuple[str, ...] = ()
    """Files that have to be as before."""

    @property
    def name(self) -> str:
        return f"{self.typed.split(' --config')[0]}: {self.wrong}"


@dataclass(frozen=True)
class Ending:
    """How command lines end where something is wrong."""

    typed: tuple[str, ...]
    status: int
    said: tuple[str, ...]


@dataclass(frozen=True)
class Typed:
    """Command lines, typed in one situation."""

    lines: tuple[str, ...]

    def ends(self, status: int, *said: str) -> Ending:
        """How each of them ends, with words of its answer."""
        return Ending(self.lines, status, said)


def typed(*lines: str) -> Typed:
    """Command lines as they are typed after ``steward``."""
    return Typed(lines)


def wrong(
    what: str,
    spoil: Spoil,
    *endings: Ending,
    within: Spoil | None = None,
    stays: tuple[str, ...] = (),
) -> list[Situation]:
    """The situations in which one thing is wrong, one for each command line."""
    return [
        Situation(
            line if "--config" in line else f"{line} --config {{place}}/config.toml",
            what,
            spoil,
            ending.status,
            ending.said,
            within,
            stays,
        )
        for ending in endings
        for line in ending.typed
    ]


@dataclass
class Ended:
    """How a command ended."""

    status: int
    output: str
    fault: str = field(default="")


@contextmanager
def place() -> Iterator[Path]:
    """A directory of ours with a configuration, a passphrase and keys."""
    with tempfile.TemporaryDirectory(prefix="s-", ignore_cleanup_errors=True) as made:
        root = Path(made)
        try:
            yield root
        finally:
            for each in (root, *root.rglob("*")):
                if each.is_dir() and not each.is_symlink():
                    each.chmod(0o700)


def fill(root: Path) -> None:
    """Write what `steward init` would, without a homeserver."""
    with DataDirectory.open(root / "data") as directory:
        keyring.create(directory.keyslots, PASSPHRASE, cost=CHEAP)
    written(root / "passphrase", PASSPHRASE)
    written(
        root / "config.toml",
        'homeserver = "http://127.0.0.1:9"\nuser = "@steward:localhost"\n'
        'allow_inviters = ["@*:localhost"]\npassphrase_file = "passphrase"\n',
    )


def written(path: Path, words: str, mode: int = 0o600) -> Path:
    path.write_text(words + "\n", "utf-8")
    path.chmod(mode)
    return path


def owned(root: Path) -> None:
    """Give what is root's in a directory to ``OURS``, where the tests may."""
    if ROOT:
        for each in (root, *root.rglob("*")):
            if each.lstat().st_uid == 0:
                os.chown(each, OURS, OURS, follow_symlinks=False)


def theirs(path: Path, mode: int | None = None) -> None:
    os.lchown(path, THEIRS, THEIRS)
    if mode is not None:
        path.chmod(mode)


def as_an_operator(words: list[str], within: Callable[[], object], home: Path) -> Ended:
    """Run a command line in a child of this process, as ``OURS`` where we are root."""
    answers, answer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(answers)
        ended = _as_ours(words, within, home)
        with os.fdopen(answer, "w", encoding="utf-8") as file:
            json.dump(vars(ended), file)
        os._exit(0)
    os.close(answer)
    with os.fdopen(answers, encoding="utf-8") as file:
        told: dict[str, Any] = json.load(file)
    os.waitpid(child, 0)
    return Ended(**told)


def _as_ours(words: list[str], within: Callable[[], object], home: Path) -> Ended:
    try:
        os.chdir(home)
        if ROOT:
            os.setgroups([])
            os.setegid(OURS)
            os.seteuid(OURS)
        within()
        ended = CliRunner().invoke(command_line.app, words)
        fault = "" if ended.exception is None else repr(ended.exception)
        return Ended(ended.exit_code, ended.output, fault)
    except BaseException:  # noqa: BLE001 (the parent is told)
        return Ended(-1, "", traceback.format_exc())


def copied(template: Path, root: Path) -> None:
    """Fill a place from one that was filled before: making keys takes longer."""
    shutil.copytree(template, root, dirs_exist_ok=True, symlinks=True)
    (root / "data").chmod(0o700)
