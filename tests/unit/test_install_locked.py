"""deploy/install-locked.sh: by which program a lock is installed, and that nothing comes in unchecked."""

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "deploy" / "install-locked.sh"

PYTHON = """#!/bin/sh
# A stand-in for a Python with pip.
echo "pip $*" >> "$LOG"
case "$*" in
*"config list") printf '%s\\n' "$CONFIG" ;;
*uv.txt*) [ -z "$NO_UV" ] && printf '%s\\n' "$UV" > "$ENVIRONMENT/bin/uv" && chmod +x "$ENVIRONMENT/bin/uv" ;;
esac
"""
UV = """#!/bin/sh
echo "uv $*" >> "$LOG"
[ -z "$UV_FAILS" ]"""


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A checkout with locks, and an environment in it."""
    (tmp_path / "requirements").symlink_to(ROOT / "requirements")
    for path in ("python", ".venv/bin/python"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(PYTHON)
        (tmp_path / path).chmod(0o755)
    return tmp_path


def installed(tree: Path, which: str, **told: str) -> list[str]:
    """What was run, one line each: of pip and of uv."""
    log = tree / "log"
    settings = {"CONFIG": "", "NO_UV": "", "UV_FAILS": "", **told}
    here = {"LOG": str(log), "UV": UV, "ENVIRONMENT": str(tree / ".venv")}
    done = subprocess.run(  # noqa: S603
        ["sh", SCRIPT, ".venv", tree / "python", which],  # noqa: S607
        cwd=tree,
        env={**os.environ, **here, **settings},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    lines = log.read_text().splitlines()
    fetching = [line for line in lines if " install " in line]
    assert fetching
    for line in fetching:
        assert "--require-hashes" in line
        assert "--no-deps" in line
    return lines


def locks(lines: list[str], program: str) -> list[str]:
    """The files that a program installed from, in order."""
    of_it = (line for line in lines if line.startswith(f"{program} ") and " -r " in line)
    return [Path(line.rpartition(" -r ")[2].split()[0]).name for line in of_it]


@pytest.mark.parametrize("which", ["demo", "dev"])
def test_what_people_try_and_build_with_comes_by_uv(tree: Path, which: str) -> None:
    lines = installed(tree, which)
    assert locks(lines, "pip") == ["uv.txt"]
    assert locks(lines, "uv") == ["build.txt", f"{which}.txt"]


def test_what_operators_run_comes_by_pip_which_is_told_of_their_index(tree: Path) -> None:
    lines = installed(tree, "run")
    assert locks(lines, "uv") == []
    assert locks(lines, "pip")[0] == "build.txt"
    assert sorted(locks(lines, "pip")[1:]) == ["half0", "half1"]


@pytest.mark.parametrize(
    ("config", "by_uv"),
    [
        ("global.index-url='https://mirror.example/simple'", False),
        (":env:.index-url='https://mirror.example/simple'", False),
        (":env:.no-index='1'", False),
        ("global.extra-index-url='https://mirror.example/simple'", True),
        ("global.cert='/etc/ssl/ca.pem'", True),
    ],
)
def test_an_index_that_pip_was_told_of_is_kept_to(tree: Path, config: str, *, by_uv: bool) -> None:
    lines = installed(tree, "demo", CONFIG=config)
    assert bool(locks(lines, "uv")) == by_uv


@pytest.mark.parametrize("trouble", ["NO_UV", "UV_FAILS"])
def test_where_uv_cannot_be_had_or_fails_pip_does_it(tree: Path, trouble: str) -> None:
    lines = installed(tree, "demo", **{trouble: "1"})
    assert {"build.txt", "half0", "half1"} <= set(locks(lines, "pip"))


def test_every_package_goes_to_one_of_the_two(tree: Path) -> None:
    kept = tree / "kept"
    for path in ("python", ".venv/bin/python"):
        text = (tree / path).read_text()
        copy = f'case "$*" in *half?) cat "$ENVIRONMENT"/half? | sort > {kept} ;; esac\n'
        (tree / path).write_text(text + copy)
    installed(tree, "run")
    lock = (ROOT / "requirements" / "run.txt").read_text().splitlines()
    assert sorted(kept.read_text().splitlines()) == sorted(lock)
    assert not list((tree / ".venv").glob("half*"))
