"""The source that a running Steward was made from: its commit, and the digest of its lock file."""

import contextlib
import hashlib
import re
import subprocess
import sys
from pathlib import Path
from typing import Final

from storage.core.lazy_dataclass import dataclass

ROOT: Final = Path(__file__).resolve().parents[2]
WRITTEN: Final = Path(__file__).with_name("origin.txt")
"""Written where a wheel, an image or an installation is made: at its place there is no git to ask."""
LOCK: Final = "requirements/run.txt"
SHOWN: Final = 12
"""Digits of a hash that people compare."""
UNKNOWN: Final = "unknown"


@dataclass(frozen=True, slots=True)
class Origin:
    """Commit and lock of a program; ``unknown`` where neither git nor a file says."""

    commit: str
    """Twelve digits, with ``-changed`` behind them where a file differs from the commit, and ``-unchecked`` where
    nobody could look."""
    lock: str
    """The first twelve digits of the SHA-256 of ``requirements/run.txt``."""

    def __str__(self) -> str:
        return f"commit {self.commit}, lock {self.lock}"


def found(root: Path = ROOT, written: Path = WRITTEN) -> Origin:
    """Ask git and the lock where there is a checkout; read what was written down elsewhere."""
    told = _told(written)
    commit = _asked(root) if (root / ".git").exists() else None
    lock = root / LOCK
    # Beside a wheel's packages anything may lie: a lock counts only where there is a checkout.
    seen = _digest(lock) if (root / "pyproject.toml").exists() and lock.exists() else None
    return Origin(
        commit or told.get("commit") or UNKNOWN, (seen or told.get("lock") or UNKNOWN)[:SHOWN]
    )


def write_down(root: Path, commit: str, lock: Path | None = None) -> None:
    """Write what ``found`` says into a tree that is made into something without git.

    ``lock`` is the lock file where it does not lie in the tree.
    """
    text = f"commit {commit}\nlock {_digest(lock or root / LOCK)}\n"
    (root / WRITTEN.relative_to(ROOT)).write_text(text, encoding="ascii")


def head(git: Path) -> str | None:
    """The commit that HEAD names in what there is of a git directory; None where it does not say.

    Whether files differ from it cannot be told without the rest.
    """
    try:
        named = (git / "HEAD").read_text("ascii").strip()
        if (reference := named.removeprefix("ref: ")) != named:
            named = _reference(git, reference)
    except (OSError, ValueError):
        return None
    return f"{named[:SHOWN]}-unchecked" if re.fullmatch("[0-9a-f]{40,64}", named) else None


def _reference(git: Path, name: str) -> str:
    """What git keeps of a branch: in a file of its own, or in one for all (man 1 git-pack-refs)."""
    with contextlib.suppress(FileNotFoundError):
        return (git / name).read_text("ascii").strip()
    packed = (line.split(" ") for line in (git / "packed-refs").read_text("utf-8").splitlines())
    return next((each[0] for each in packed if each[1:] == [name]), "")


def _told(written: Path) -> dict[str, str]:
    try:
        lines = written.read_text(encoding="ascii").splitlines()
    except (OSError, UnicodeDecodeError):
        return {}
    pairs = (line.partition(" ") for line in lines)
    return {name: value.strip() for name, _space, value in pairs if value.strip()}


def _asked(root: Path) -> str | None:
    # The tree belongs to another user than the bot's, which git refuses unless told; nothing that its
    # configuration names is started.
    plainly = ("-c", f"safe.directory={root}", "-c", "core.fsmonitor=false")
    describe = ("describe", "--always", "--exclude=*", f"--abbrev={SHOWN}", "--dirty=-changed")
    try:
        done = subprocess.run(  # noqa: S603
            ["git", *plainly, *describe],  # noqa: S607 (wherever it is installed)
            cwd=root,
            capture_output=True,
            text=True,
            check=False,
            timeout=5,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() or None if done.returncode == 0 else None


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


if __name__ == "__main__":
    # python -m bot.process.origin COMMIT LOCK [GIT]: what an image, or an installation, is told of itself.
    git = head(Path(sys.argv[3])) if sys.argv[3:] else None
    write_down(ROOT, sys.argv[1] or git or UNKNOWN, Path(sys.argv[2]))
