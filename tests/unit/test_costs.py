"""The plugin that says what tests cost, on a small run of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import costs

ROOT = Path(__file__).resolve().parents[2]
COMPUTING = """
import subprocess, sys, time

def test_itself():
    until = time.process_time() + 0.3
    while time.process_time() < until:
        pass

def test_a_child():
    subprocess.run([sys.executable, "-c", "import time\\nwhile time.process_time() < 0.4: pass"], check=True)

def test_a_pause():
    time.sleep(0.3)
"""


def test_what_tests_and_their_children_compute_is_written_down(tmp_path: Path) -> None:
    (tmp_path / "test_small.py").write_text(COMPUTING)
    (tmp_path / "plugin.py").write_text(
        "from pathlib import Path\nfrom tests.support import costs\n"
        "costs.FOLDER = Path('kept').absolute()\n"
        "from tests.support.costs import pytest_runtest_protocol\n"
    )
    options = ("-q", "-c", os.devnull, "--rootdir", ".", "-p", "plugin", "-p", "no:cacheprovider")
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-m", "pytest", *options, "test_small.py"],
        cwd=tmp_path,
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{tmp_path}"},
    )
    assert done.returncode == 0, done.stdout
    found = costs.kept(tmp_path / "kept")
    # Times come in hundredths, cut off.
    assert found["test_small.py::test_itself"] >= 0.28
    assert found["test_small.py::test_a_child"] >= 0.38
    assert found["test_small.py::test_a_pause"] < 0.2
    (worker,) = costs.ran(tmp_path / "kept")
    assert [each.test for each in worker] == list(found)
    assert worker[-1].ended - worker[-1].began >= 0.3, "on the clock a pause counts"


def test_of_several_runs_the_last_counts(tmp_path: Path) -> None:
    for at, (name, cost) in enumerate((("b", 1.0), ("a", 2.0))):
        path = tmp_path / f"{name}.jsonl"
        path.write_text(json.dumps(["tests/unit/test_x.py::test_y", cost, 3.0, 4.0]) + "\n")
        os.utime(path, (at, at))
    assert costs.kept(tmp_path) == {"tests/unit/test_x.py::test_y": 2.0}


def test_the_dearest_come_first_with_what_the_page_says_of_them() -> None:
    found = {
        "tests/unit/test_a.py::test_little": 1.2,
        "tests/unit/test_a.py::test_much_of_it[one]": 7.6,
        "tests/chat/test_b.py::test_new": 3.0,
    }
    page = ["| 9 | `tests/unit/test_a.py`: much of it | a promise |"]
    assert list(costs.dearest(found, page, most=2)) == [
        "| 8 | `tests/unit/test_a.py`: much of it, one | a promise |",
        "| 3 | `tests/chat/test_b.py`: new | ? |",
    ]
    assert list(costs.rings(found)) == [
        "     8.8 s      2 tests  tests/unit",
        "     3.0 s      1 tests  tests/chat",
    ]


def test_files_that_take_longest_on_the_clock_and_who_ended_early() -> None:
    ran = [
        [
            costs.Ran("tests/unit/test_a.py::test_1", 0, 2),
            costs.Ran("tests/unit/test_a.py::test_2", 2, 3.5),
        ],
        [costs.Ran("tests/chat/test_b.py::test_3", 1, 9)],
        [],
    ]
    assert list(costs.longest(ran, most=1)) == ["     8.0 s on the clock  tests/chat/test_b.py"]
    assert list(costs.longest(ran))[1] == "     3.5 s on the clock  tests/unit/test_a.py"
    assert list(costs.workers(ran)) == [
        "     3.5 s on the clock, through 5.5 s before the end: a worker",
        "     8.0 s on the clock, through 0.0 s before the end: a worker",
    ]


def test_each_row_of_the_page_is_read() -> None:
    rows = [line for line in costs.PAGE.read_text().splitlines() if line.startswith("| ")][2:]
    assert len(rows) == costs.MOST
    assert [line for line in rows if not costs.ROW.match(line)] == []


def test_what_runs_below_is_found_either_way(monkeypatch: pytest.MonkeyPatch) -> None:
    line = [
        sys.executable,
        "-c",
        "import os, sys\nif not os.fork(): print(os.getpid(), flush=True)\nsys.stdin.read()",
    ]
    with subprocess.Popen(line, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:  # noqa: S603
        assert child.stdout is not None
        grandchild = int(child.stdout.readline())
        for listed in {costs.LISTED, False}:
            monkeypatch.setattr(costs, "LISTED", listed)
            assert {child.pid, grandchild} <= set(costs._below(os.getpid()))
        assert child.stdin is not None
        child.stdin.close()
    assert costs._children(child.pid) == [], "it has ended"


def test_what_another_process_took_for_us_is_kept_once_it_is_gone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(costs, "_SHARED", {})
    monkeypatch.setattr(costs, "_below", lambda _pid: iter(()))
    computes = "import time\nwhile time.process_time() < 0.2: pass\nprint(flush=True)\ninput()"
    line = [sys.executable, "-c", computes]
    with subprocess.Popen(line, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:  # noqa: S603
        assert other.stdout is not None
        other.stdout.readline()
        monkeypatch.setattr(costs, "forking_for_us", lambda: {other.pid})
        costs.spent()
        taken = costs._SHARED[other.pid]
        assert taken > 0.1
        other.kill()
    costs.spent()
    assert costs._SHARED[other.pid] == taken
