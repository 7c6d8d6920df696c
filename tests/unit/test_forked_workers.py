"""Workers that are forked from one collection are workers of their own, and are missed when they die."""

import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from demo.processes import ROOT

CONFTEST: Final = """
from tests.support.forked_workers import ForkedWorkers

def pytest_configure(config):
    if config.option.dist != "no":
        config.pluginmanager.register(ForkedWorkers(config))
"""
# Both are under way at once: each waits for what the other writes.
TESTS: Final = """
import os, random, time
from pathlib import Path

def test_alone(worker_id, tmp_path):
    print(f"said by {{worker_id}}")
    assert os.environ["PYTEST_XDIST_WORKER"] == worker_id == tmp_path.parent.name.removeprefix("popen-")
    told = [str(os.getpid()), str(os.getppid()), str(random.random())]
    Path("told{mine}").write_text(" ".join(told))
    while not Path("told{other}").exists():
        time.sleep(0.01)
    print(f"still said by {{worker_id}}")
    assert False, "seen"

def test_dies():
    # xdist gives it to the next as well.
    if {mine} and not Path("died").exists():
        Path("died").touch()
        os.kill(os.getpid(), 9)

def test_passes():
    pass
"""


def run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run the tests of a folder on two workers."""
    return subprocess.run(  # noqa: S603 (our own interpreter)
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-n", "2", *words],
        cwd=folder,
        env={"PYTHONPATH": str(ROOT), "PATH": ""},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of two files of tests."""
    (tmp_path / "pytest.ini").write_text(
        "[pytest]\nasyncio_default_fixture_loop_scope = function\n"
    )
    (tmp_path / "conftest.py").write_text(CONFTEST)
    for mine in (0, 1):
        words = TESTS.format(mine=mine, other=1 - mine)
        (tmp_path / f"test_{mine}.py").write_text(words)
    return tmp_path


def test_each_is_its_own_and_one_that_dies_is_replaced(folder: Path) -> None:
    done = run(folder, "--dist", "loadfile")

    assert done.returncode == pytest.ExitCode.TESTS_FAILED, done.stderr
    assert "3 failed, 4 passed" in done.stdout
    assert "replacing crashed worker" in done.stdout
    assert "crashed while running 'test_1.py::test_dies'" in done.stdout
    first, other = ((folder / f"told{n}").read_text().split() for n in (0, 1))
    assert first[0] != other[0]
    assert first[1] == other[1]
    assert first[2] != other[2]
    for worker in ("gw0", "gw1"):
        assert f"\nsaid by {worker}\nstill said by {worker}\n" in done.stdout


def test_what_cannot_be_collected_is_told(folder: Path) -> None:
    (folder / "test_1.py").write_text("import nothing_of_this_name\n")

    done = run(folder, "-k", "passes", "--maxfail", "1")

    assert done.returncode == pytest.ExitCode.INTERRUPTED, done.stderr
    assert "No module named 'nothing_of_this_name'" in done.stdout
    assert run(folder, "test_2.py").stderr == "ERROR: file or directory not found: test_2.py\n"
