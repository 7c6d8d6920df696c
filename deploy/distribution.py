"""Wheel, source distribution and lock of the commit that is checked out, the same bytes each time.

    PYTHONPATH=. python deploy/distribution.py TARGET     with the locked setuptools: `make dist`

What comes out does not depend on the day, the umask, the user or the compression library: files are those
of the commit, as git has them, in order and with the time of the commit. Wheels are stored, not compressed.
"""  # noqa: INP001 (a program beside the units, no part of the bot)

import gzip
import hashlib
import io
import os
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Final

from bot import __version__
from bot.process import origin

ROOT: Final = Path(__file__).resolve().parents[1]
BUILD: Final = (
    "import sys\n"
    "import setuptools\n"
    "from setuptools import build_meta\n"
    "target = sys.argv[1]\n"
    "words = {'--global-option': ['--quiet'], '--build-option': ['--compression=stored']}\n"
    "build_meta.build_wheel(target, words)\n"
    "setuptools.setup(script_args=['--quiet', 'sdist', '--formats=tar', '--dist-dir', target])\n"
)
"""The source not by ``build_sdist``, which always compresses: it would take half of the time, and be undone here."""


def main(target: Path) -> None:
    """Make everything anew in a folder that is empty. Raises SystemExit where a commit does not say it all."""
    if _git("status", "--porcelain"):
        sys.exit("There are changes that no commit has. Commit them, or leave them out, first.")
    commit, made_at = (
        _git("rev-parse", f"--short={origin.SHOWN}", "HEAD"),
        _git("log", "-1", "--format=%ct"),
    )
    os.umask(0o022)
    with tempfile.TemporaryDirectory(prefix="steward-dist-") as place:
        tree = Path(place, "tree")
        _export(tree)
        origin.write_down(tree, commit)
        _build(tree, target, int(made_at))
    (sdist,) = target.glob("*.tar")
    sdist.with_name(f"{sdist.name}.gz").write_bytes(_in_order(sdist.read_bytes(), int(made_at)))
    sdist.unlink()
    (wheel,) = target.glob("*.whl")
    named = f"steward-{__version__}"
    for name, source in (("lock", origin.LOCK), ("build", "requirements/build.txt")):
        (target / f"{named}-{name}.txt").write_bytes((ROOT / source).read_bytes())
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    (target / f"{named}-install.txt").write_text(
        f"./{wheel.name} --hash=sha256:{digest}\n-r {named}-lock.txt\n", encoding="utf-8"
    )


def _git(*words: str) -> str:
    done = subprocess.run(["git", *words], cwd=ROOT, check=True, capture_output=True, text=True)  # noqa: S603, S607
    return done.stdout.strip()


def _export(tree: Path) -> None:
    """Lay out the files of the commit, whatever else lies in the checkout."""
    archive = subprocess.run(
        ["git", "-c", "tar.umask=0022", "archive", "--format=tar", "HEAD"],  # noqa: S607
        cwd=ROOT,
        check=True,
        capture_output=True,
    ).stdout
    with tarfile.open(fileobj=io.BytesIO(archive)) as files:
        # Debian 12's own Python is 3.11.2, and this argument came with 3.11.4. What git made needs no filter.
        careful = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}
        files.extractall(tree, **careful)  # type: ignore[arg-type]  # noqa: S202 (our own archive)


def _build(tree: Path, target: Path, made_at: int) -> None:
    for path in (tree, *tree.rglob("*")):
        os.utime(path, (made_at, made_at))
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", BUILD, str(target.resolve())],
        cwd=tree,
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "SOURCE_DATE_EPOCH": str(made_at), "PYTHONHASHSEED": "0"},
    )
    if done.returncode:
        sys.exit(done.stdout)


def _in_order(archive: bytes, made_at: int) -> bytes:
    """The same files of an archive by name, of nobody, with one time, and stored."""
    out = io.BytesIO()
    with (
        tarfile.open(fileobj=io.BytesIO(archive)) as old,
        tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as new,
    ):
        for member in sorted(old.getmembers(), key=lambda each: each.name):
            member.mtime, member.uid, member.gid, member.uname, member.gname = made_at, 0, 0, "", ""
            member.mode = 0o755 if member.isdir() or member.mode & 0o100 else 0o644
            member.pax_headers = {}
            new.addfile(member, old.extractfile(member) if member.isfile() else None)
    return gzip.compress(out.getvalue(), compresslevel=0, mtime=made_at)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
