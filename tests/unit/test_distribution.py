"""What `make dist` makes: the same bytes each time, and a wheel that needs no checkout."""

import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot import __version__
from bot.process import origin
from tests.container.test_container import DRAW

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("bot", "commands", "storage", "locales")
OPEN = """
import asyncio, sys
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo
from bot.keys import keyring
from bot.keys.data_key import Purpose
from bot.process.data_directory import DataDirectory
from commands.zones.places import read_zone
from storage.core.database import Database
from storage.polls.ballots import Ballots

async def main():
    with DataDirectory.open(Path(sys.argv[1])) as directory:
        cheap = keyring.Cost(memory_kib=32, iterations=1, lanes=1)
        keyring.create(directory.keyslots, "otter basket canary fjord", cost=cheap)
        key = keyring.unlock(directory.keyslots, "otter basket canary fjord")
        await (await Database.open(directory.app_database, key.derive(Purpose.APP_DATABASE))).close()
        await (await Ballots.open(directory.ballots, key.derive(Purpose.BALLOTS))).close()
    print("opened", read_zone("Lagos", datetime.now(UTC), ZoneInfo("UTC")).zone.key)

asyncio.run(main())
"""


def ran(*words: str | Path, cwd: Path, **more: str) -> str:
    done = subprocess.run(  # noqa: S603
        [*map(str, words)],
        cwd=cwd,
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, **more},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout of this commit, with what is changed here since as one more."""
    place = tmp_path_factory.mktemp("clone") / "steward"
    ran("git", "clone", "-q", "--shared", ROOT, place, cwd=ROOT)
    changed = ran("git", "diff", "--binary", "HEAD", cwd=ROOT)
    if changed:
        (place / "change").write_text(changed)
        ran("git", "apply", "change", cwd=place)
        (place / "change").unlink()
        by = ("-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
        ran("git", *by, "commit", "-qam", "what is changed here", cwd=place)
    return place


def made(clone: Path, target: Path, **more: str) -> dict[str, bytes]:
    target.mkdir(parents=True)
    program = clone / "deploy" / "distribution.py"
    ran(sys.executable, program, target, cwd=clone, PYTHONPATH=str(clone), **more)
    return {path.name: path.read_bytes() for path in sorted(target.iterdir())}


@pytest.fixture(scope="module")
def dist(clone: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("dist") / "first"
    made(clone, target)
    return target


@pytest.fixture(scope="module")
def installed(dist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the wheel is, with nothing else of ours: what it depends on is this interpreter's."""
    (wheel,), place = dist.glob("*.whl"), tmp_path_factory.mktemp("installed")
    pip = (sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--no-index", "--no-compile")
    ran(*pip, "--target", place, wheel, cwd=place)
    return place


@pytest.fixture
def umask() -> Iterator[None]:
    before = os.umask(0o077)
    yield
    os.umask(before)


def alone(installed: Path, place: Path, *words: str | Path) -> str:
    """Run Python with the wheel's packages, from a folder in which nothing is."""
    return ran(
        *(sys.executable, "-P", *words),
        cwd=place,
        PYTHONPATH=str(installed),
        PYTHONDONTWRITEBYTECODE="1",
    )


# ------------------------------------------------------------------ the files
def test_it_is_the_same_bytes_whoever_makes_it(
    clone: Path, dist: Path, tmp_path: Path, umask: None
) -> None:
    """With another umask and clock, and beside files that no commit has."""
    first = {path.name: path.read_bytes() for path in sorted(dist.iterdir())}
    (clone / "bot" / "__pycache__").mkdir(exist_ok=True)
    (clone / "bot" / "__pycache__" / "left.pyc").write_bytes(b"")
    again = made(clone, tmp_path / "again", TZ="Asia/Tokyo")
    assert {name for name in first if first[name] != again[name]} == set()
    named = f"steward-{__version__}"
    ends = ("-build.txt", "-install.txt", "-lock.txt", "-py3-none-any.whl", ".tar.gz")
    assert list(first) == sorted(f"{named}{end}" for end in ends)


def test_the_wheel_has_every_file_of_ours(clone: Path, dist: Path) -> None:
    (wheel,) = dist.glob("*.whl")
    tracked = set(ran("git", "ls-files", "--", *PACKAGES, cwd=clone).splitlines())
    with zipfile.ZipFile(wheel) as files:
        inside = {name for name in files.namelist() if not name.startswith("steward-")}
        assert all(files.read(name) == (clone / name).read_bytes() for name in inside & tracked)
    assert tracked - inside == set()
    assert inside - tracked == {"bot/process/origin.txt"}


def test_the_source_distribution_makes_the_same_wheel(dist: Path, tmp_path: Path) -> None:
    (wheel,), (source,) = dist.glob("*.whl"), dist.glob("*.tar.gz")
    with tarfile.open(source) as files:
        files.extractall(tmp_path)  # noqa: S202 (made here)
    (tree,) = tmp_path.iterdir()
    for name in ("deploy/steward.service", "docs/admin.md", "config.example.toml", "Dockerfile"):
        assert (tree / name).exists(), name
    # What is compared is what is inside.
    stored = "{'--global-option': ['--quiet'], '--build-option': ['--compression=stored']}"
    build = f"from setuptools import build_meta; build_meta.build_wheel('made', {stored})"
    ran(sys.executable, "-c", build, cwd=tree)
    (again,) = (tree / "made").glob("*.whl")
    with zipfile.ZipFile(wheel) as ours, zipfile.ZipFile(again) as theirs:
        assert {each.filename: each.CRC for each in ours.infolist()} == {
            each.filename: each.CRC for each in theirs.infolist()
        }


def test_what_no_commit_has_is_not_made(clone: Path, tmp_path: Path) -> None:
    (clone / "README.md").write_text("changed")
    try:
        with pytest.raises(AssertionError, match="changes that no commit has"):
            made(clone, tmp_path / "none")
    finally:
        ran("git", "checkout", "-q", "README.md", cwd=clone)


def test_the_list_to_install_from_names_a_hash_for_everything(dist: Path) -> None:
    (listed,) = dist.glob("*-install.txt")
    first, second = listed.read_text().splitlines()
    name, _, digest = first.partition(" --hash=sha256:")
    (wheel,) = dist.glob("*.whl")
    assert (dist / name).read_bytes() == wheel.read_bytes()
    assert digest == ran("sha256sum", wheel, cwd=dist).split()[0]
    assert (dist / second.removeprefix("-r ")).read_bytes() == (ROOT / origin.LOCK).read_bytes()


# ------------------------------------------------------------------ without the checkout
def test_installed_alone_it_says_what_it_was_made_from(
    clone: Path, installed: Path, tmp_path: Path
) -> None:
    said = alone(installed, tmp_path, "-c", "import bot; print(bot.__file__)")
    assert said.strip() == str(installed / "bot" / "__init__.py")
    commit = ran("git", "rev-parse", "--short=12", "HEAD", cwd=clone).strip()
    said = alone(installed, tmp_path, "-m", "bot", "--version")
    assert said == f"steward {__version__} (commit {commit}, lock {origin.found(clone).lock})\n"
    assert shutil.which("steward", path=installed / "bin") is not None


def test_installed_alone_it_opens_a_data_directory_and_knows_places(
    installed: Path, tmp_path: Path
) -> None:
    said = alone(installed, tmp_path, "-c", OPEN, tmp_path / "data")
    assert said == "opened Africa/Lagos\n"


def test_installed_alone_it_draws(installed: Path, tmp_path: Path) -> None:
    assert alone(installed, tmp_path, "-c", DRAW) == "drawn 1080\n"
