"""``make demo`` as a visitor sees it."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def directory() -> Iterator[Path]:
    """A short path: the bot's socket is in it, and a socket's path may have 107 bytes."""
    with tempfile.TemporaryDirectory(prefix="d-") as path:
        yield Path(path)


def start_demo(directory: Path) -> "subprocess.Popen[str]":
    environment = {name: item for name, item in os.environ.items() if name != "TERM"}
    return subprocess.Popen(
        [sys.executable, "-m", "demo"],
        cwd=ROOT,
        env={**environment, "TMPDIR": str(directory), "NO_COLOR": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


# Every step of the play has a limit of its own and ends it; this is only against hanging.
@pytest.mark.timeout(600)
def test_the_demo_plays_to_its_end_without_a_terminal(directory: Path) -> None:
    with start_demo(directory) as demo:
        output, _ = demo.communicate()
    assert demo.returncode == 0, output
    for part in ("Added M-1 Alex Kim", "Logged M-1", "2 supports", "Your follow-ups", "encrypted"):
        assert part in output
    assert "\x1b" not in output
    assert list(directory.iterdir()) == []


def test_a_killed_demo_leaves_no_process_behind(directory: Path) -> None:
    with start_demo(directory) as demo:
        children: list[psutil.Process] = []
        while not children and demo.poll() is None:
            children = psutil.Process(demo.pid).children(recursive=True)
            time.sleep(0.05)
        assert children
        demo.send_signal(signal.SIGKILL)
    gone, alive = psutil.wait_procs(children, timeout=10)
    assert not alive
    assert gone
