"""deploy/quickest-python.sh: which Python an environment is made with where nobody names one."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "deploy" / "quickest-python.sh"


def python(folder: Path, takes: int | None, name: str = "python3") -> Path:
    """A stand-in that says how many microseconds it took, or None: that it is too old."""
    folder.mkdir(exist_ok=True)
    made = folder / name
    made.write_text("#!/bin/sh\n" + ("exit 1" if takes is None else f"echo {takes}") + "\n")
    made.chmod(0o755)
    return made


def chosen(*folders: Path) -> str:
    done = subprocess.run(  # noqa: S603
        ["/bin/sh", SCRIPT],
        env={"PATH": ":".join(map(str, folders))},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert not done.stderr
    return done.stdout.strip()


@pytest.mark.parametrize(
    ("first", "second", "wins"),
    [
        (2000, 1424, "second"),
        (1424, 2000, "first"),
        # What a busy machine makes of two that are alike changes nothing.
        (2000, 1800, "first"),
        (2000, 1710, "second"),
        (None, 9000, "second"),
        (9000, None, "first"),
    ],
)
def test_the_quickest_is_taken_and_the_first_where_it_makes_no_difference(
    tmp_path: Path, first: int | None, second: int | None, wins: str
) -> None:
    both = {
        "first": python(tmp_path / "first", first),
        # As many name their folders.
        "second": python(tmp_path / "a second", second),
    }
    (tmp_path / "empty").mkdir()
    folders = (tmp_path / "empty", both["first"].parent, tmp_path / "none", both["second"].parent)
    assert chosen(*folders) == str(both[wins])


def test_where_every_python3_is_old_a_newer_one_is_found_by_its_name(tmp_path: Path) -> None:
    python(tmp_path, None)
    python(tmp_path, 1, "python3.11")
    assert chosen(tmp_path) == "python3.11"
    python(tmp_path, 1, "python3.12")
    assert chosen(tmp_path) == "python3.12"


def test_where_there_is_none_nothing_is_said(tmp_path: Path) -> None:
    python(tmp_path, None)
    assert not chosen(tmp_path)


def test_real_pythons_say_how_quick_they_are() -> None:
    """The work that is timed is Python that runs, or none would ever be chosen."""
    found = chosen(*map(Path, os.environ["PATH"].split(":")))
    assert Path(found).name.startswith("python3")
    assert shutil.which(found)
