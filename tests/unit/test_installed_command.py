"""`make install`: a Python that fits, an environment that is not stale, a command that works for its user."""

import os
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FITTING, INSTALL, WRAPPER = (
    ROOT / "deploy" / name for name in ("fitting-python.sh", "install-command.sh", "steward.sh")
)
SYSTEM = Path("/usr/bin/python3")
NOBODY = 65534


def ran(*words: str | Path, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603
        [*map(str, words)],
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, **more},
        timeout=120,
    )


def program(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)
    return path


def python(path: Path, version: str, prefix: str) -> Path:
    """Something that answers what a Python of a version is asked."""
    old = "1" if tuple(map(int, version.split("."))) < (3, 11) else "0"
    answers = f'*"version_info <"*) exit {old};; *version_info*) echo {version};; *base_prefix*) echo {prefix};;'
    return program(path, f'#!/bin/sh\ncase "$2" in {answers} esac\n')


@pytest.fixture
def venv(tmp_path: Path) -> Path:
    """An environment of a Python 3.11."""
    made = tmp_path / ".venv"
    python(made / "bin" / "python", "3.11", str(tmp_path))
    (made / "pyvenv.cfg").write_text("home = /usr/bin\nversion = 3.11.7\n")
    program(made / "bin" / "steward", f"#!{made}/bin/python\n")
    return made


# ------------------------------------------------------------------ a Python that fits
def test_an_environment_that_fits_is_passed_over_in_silence(venv: Path, tmp_path: Path) -> None:
    same = python(tmp_path / "python3.11", "3.11", str(tmp_path))
    for words in ((venv, same), (venv, same, "asked"), (tmp_path / "none", same, "asked")):
        done = ran("sh", FITTING, *words)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_no_python_and_an_old_one_are_refused_before_anything_is_made(tmp_path: Path) -> None:
    venv = tmp_path / ".venv"
    old = python(tmp_path / "python3.9", "3.9", "/")
    assert "none was found" in ran("sh", FITTING, venv, "").stderr
    for asked in ((), ("asked",)):
        done = ran("sh", FITTING, venv, old, *asked)
        assert done.returncode == 1
        assert "is Python 3.9. Steward needs 3.11 or newer. Nothing was made." in done.stderr
    assert "is no Python that starts" in ran("sh", FITTING, venv, tmp_path / "no").stderr
    done = ran("make", "-C", ROOT, "install", f"VENV={venv}", f"PYTHON={old}")
    assert done.returncode != 0
    assert "Nothing was made" in done.stderr
    assert not venv.exists()


def test_a_user_who_is_missing_is_said_before_anything_is_installed(tmp_path: Path) -> None:
    venv = tmp_path / ".venv"
    named = (f"PREFIX={tmp_path}", "SERVICE_USER=nobody-here")
    done = ran("make", "-C", ROOT, "install", f"VENV={venv}", *named)
    assert done.returncode != 0
    assert "There is no user nobody-here on this machine" in done.stderr
    assert "Installing" not in done.stdout
    assert not venv.exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root starts programs as somebody else")
def test_an_interpreter_that_is_closed_to_the_user_is_said_before_anything_is_installed() -> None:
    with tempfile.TemporaryDirectory(prefix="steward-closed-") as made:
        place = Path(made)
        program(place / "python", "")
        asked = '*"version_info <"*) exit 0;; *version_info*) echo 3.11;;'
        answers = f"{asked} *executable*) echo {place}/python;;"
        fitting = program(place / "named", f'#!/bin/sh\ncase "$2" in {answers} esac\n')
        done = ran(
            *("make", "-C", ROOT, "install", f"VENV={place}/.venv", f"PYTHON={fitting}"),
            *(f"PREFIX={place}", "SERVICE_USER=nobody", "SERVICE_HOME=/tmp"),
        )
        assert done.returncode != 0
        assert f"The user nobody cannot start {place}/python: {place} is closed" in done.stderr
        assert not (place / ".venv").exists()


def test_what_the_system_made_of_its_python_is_noticed(venv: Path, tmp_path: Path) -> None:
    python(venv / "bin" / "python", "3.13", str(tmp_path))
    done = ran("sh", FITTING, venv, SYSTEM)
    assert done.returncode == 1
    assert "was made with Python 3.11, and this machine has 3.13" in done.stderr
    assert f"rm -r {venv}" in done.stderr
    (venv / "bin" / "python").unlink()
    (venv / "bin" / "python").symlink_to(tmp_path / "gone")
    assert "a Python that is not there any more (3.11)" in ran("sh", FITTING, venv, SYSTEM).stderr


def test_an_environment_that_was_moved_is_noticed(venv: Path, tmp_path: Path) -> None:
    moved = tmp_path / "elsewhere"
    shutil.copytree(venv, moved)
    done = ran("sh", FITTING, moved, SYSTEM)
    assert done.returncode == 1
    assert f"was made in another folder ({venv}/bin)" in done.stderr


@pytest.mark.parametrize("version", ["3.11", "3.12"])
def test_another_python_than_was_asked_for_is_noticed(
    venv: Path, tmp_path: Path, version: str
) -> None:
    other = python(tmp_path / "other" / "python", version, str(tmp_path / "other"))
    done = ran("sh", FITTING, venv, other, "asked")
    assert done.returncode == 1
    assert f"you asked for {other} ({version})" in done.stderr
    assert ran("sh", FITTING, venv, other).returncode == 0


# ------------------------------------------------------------------ the command
SAYS = '#!/bin/sh\necho "$(id -un 2>/dev/null) in $(pwd):" "$@"\nenv | grep -E "^(STEWARD|PYTHONPATH|XDG_R|HOME)" | sort\n'


@pytest.fixture
def open_place() -> Iterator[Path]:
    """A folder that every user may look into."""
    with tempfile.TemporaryDirectory(prefix="s-") as made:
        Path(made).chmod(0o755)
        yield Path(made)


def wrapper(place: Path, user: str) -> Path:
    home = place / "home"
    home.mkdir(exist_ok=True)
    home.chmod(0o755)
    said = program(place / "said", SAYS)
    text = WRAPPER.read_text()
    for name, value in (("USER", user), ("HOME", home), ("PROGRAM", said), ("PREFIX", place)):
        text = text.replace(f"@{name}@", str(value))
    return program(place / "bin" / "steward", text)


CALLERS = {"STEWARD_LOG_LEVEL": "debug", "PYTHONPATH": "/of/the/caller", "XDG_RUNTIME_DIR": "/x"}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root becomes another user unasked")
def test_root_and_timers_start_it_as_its_user_without_being_asked(open_place: Path) -> None:
    command = wrapper(open_place, "nobody")
    done = ran(command, "status", "two words", **CALLERS)
    first, home, *rest = done.stdout.splitlines()
    assert first == f"nobody in {open_place / 'home'}: status two words"
    assert home != f"HOME={os.environ.get('HOME')}"
    assert rest == ["STEWARD_LOG_LEVEL=debug"]


def test_the_user_itself_needs_nobody(open_place: Path) -> None:
    command = wrapper(open_place, subprocess.check_output(["id", "-un"], text=True).strip())  # noqa: S607
    said = ran(command, "doctor", PATH="/usr/bin:/bin", **CALLERS).stdout.splitlines()
    assert f"in {open_place / 'home'}: doctor" in said[0]
    assert "STEWARD_LOG_LEVEL=debug" in said
    assert not any(line.startswith(("PYTHONPATH", "XDG_R")) for line in said)


def test_others_go_through_sudo_which_is_told_names_and_never_values(open_place: Path) -> None:
    command = wrapper(open_place, "nobody")
    program(open_place / "fake" / "id", '#!/bin/sh\n[ "${2:-}" ] && echo 1001 || echo 1000\n')
    program(open_place / "fake" / "sudo", '#!/bin/sh\nprintf "%s\\n" "$@"\n')
    path = f"{open_place / 'fake'}:{os.environ['PATH']}"
    secret = {"STEWARD_PROXY": "socks5://user:canary@127.0.0.1:9050"}
    said = ran(command, "status", PATH=path, **CALLERS, **secret).stdout
    assert "canary" not in said
    kept, *rest = said.splitlines()
    assert kept.startswith("--preserve-env=")
    assert set(kept.partition("=")[2].split(",")) >= {"STEWARD_LOG_LEVEL", "STEWARD_PROXY"}
    home = str(open_place / "home")
    assert rest == ["-u", "nobody", "env", "-C", home, str(open_place / "said"), "status"]


# ------------------------------------------------------------------ installing the command
@pytest.fixture
def checkout(open_place: Path) -> Path:
    """A checkout that was cloned with umask 077, with as much of us in it as is needed here."""
    tree = open_place / "steward"
    needed = ("bot/__init__.py", "bot/process/__init__.py", "bot/process/origin.py")
    floors = ("storage/__init__.py", "storage/core/__init__.py", "storage/core/lazy_dataclass.py")
    for name in (*needed, *floors, "requirements/run.txt", "pyproject.toml", "deploy/steward.sh"):
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, tree / name)
    shutil.copyfile(INSTALL, tree / "deploy" / INSTALL.name)
    for name in ("commands", "locales", ".git"):
        (tree / name).mkdir()
    for path in (tree, *tree.rglob("*")):
        path.chmod(0o700 if path.is_dir() else 0o600)
    return tree


def environment(tree: Path, interpreter: Path) -> Path:
    made = tree / ".venv"
    done = ran(interpreter, "-m", "venv", "--without-pip", made)
    assert done.returncode == 0, done.stderr
    program(made / "bin" / "steward", f"#!{made}/bin/python\nprint('it started')\n")
    made.chmod(0o700)
    return made


def installed(tree: Path, venv: Path, **more: str) -> subprocess.CompletedProcess[str]:
    settings = {"PREFIX": str(tree.parent / "prefix"), "SERVICE_USER": "nobody"}
    home = {"SERVICE_HOME": str(tree.parent)}
    return ran("sh", tree / "deploy" / INSTALL.name, venv, **(settings | home | more))


@pytest.mark.skipif(os.geteuid() != 0, reason="only root becomes another user unasked")
@pytest.mark.skipif(not SYSTEM.exists(), reason="the system has no Python of its own")
def test_what_was_cloned_for_root_alone_is_opened_as_far_as_needed(checkout: Path) -> None:
    venv = environment(checkout, SYSTEM)
    done = installed(checkout, venv)
    assert done.returncode == 0, done.stderr
    command = checkout.parent / "prefix" / "bin" / "steward"
    assert done.stdout.startswith(f"Ready: {command} --help")
    assert ran(command).stdout == "it started\n"
    assert stat.S_IMODE((checkout / ".git").stat().st_mode) == 0o700
    writable = [path for path in checkout.rglob("*") if path.lstat().st_mode & 0o022]
    assert [path for path in writable if not path.is_symlink()] == []
    assert list((checkout / "bot" / "process" / "__pycache__").glob("origin.*.pyc"))
    assert (checkout / "bot" / "process" / "origin.txt").read_text().startswith("commit ")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can close a folder to others' programs")
def test_a_python_that_is_closed_to_the_bots_user_is_named(checkout: Path) -> None:
    real = Path(sys.executable).resolve()
    if real.parents[1].stat().st_uid != 0 or _open_to_all(real):
        pytest.skip("this interpreter is open to everybody")
    done = installed(checkout, environment(checkout, Path(sys.executable)))
    assert done.returncode == 1
    assert "is closed to them" in done.stderr
    assert "PYTHON=/usr/bin/python3" in done.stderr
    assert not (checkout.parent / "prefix").exists()


def test_a_user_who_is_not_there_is_asked_for(checkout: Path) -> None:
    done = installed(checkout, checkout / ".venv", SERVICE_USER="no-such-user")
    assert done.returncode == 1
    assert "There is no user no-such-user" in done.stderr
    assert "useradd --system" in done.stderr


def _open_to_all(path: Path) -> bool:
    return all(each.stat().st_mode & 0o001 for each in (path, *path.parents))
