"""``make demo`` as a visitor sees it."""

import os
import pty
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def directory() -> Iterator[Path]:
    """A short path: the bot's socket is in it, and a socket's path may have 107 bytes."""
    with tempfile.TemporaryDirectory(prefix="d-") as path:
        yield Path(path)


def start_demo(
    directory: Path, typing: int = subprocess.DEVNULL, module: str = "demo"
) -> "subprocess.Popen[str]":
    environment = {name: item for name, item in os.environ.items() if name != "TERM"}
    return subprocess.Popen(  # noqa: S603 (our own interpreter and modules)
        [sys.executable, "-m", module],
        cwd=ROOT,
        env={**environment, "TMPDIR": str(directory), "NO_COLOR": "1"},
        stdin=typing,
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
    for chapter in ("Steward in the room", "Steward of Milan in the room"):
        said = f"{chapter}\n  On-call pay, all committees, at the end:\n  Together, 2 committees: 15/20"
        assert output.count(said) == 1, output
    assert "\x1b" not in output
    assert list(directory.iterdir()) == []


@dataclass(slots=True)
class Visitor:
    """Somebody at the terminal of the demo, who reads before they type on."""

    demo: "subprocess.Popen[str]"
    keyboard: int
    read: str = ""

    def reads(self, *wanted: str) -> str:
        """Read on until a line has one of the wanted words; return what was new until there."""
        assert self.demo.stdout is not None
        new = ""
        for line in self.demo.stdout:
            new += line
            if any(each in line for each in wanted):
                self.read += new
                return new
        raise AssertionError(f"{wanted} did not come:\n{self.read + new}")

    def types(self, line: str) -> None:
        os.write(self.keyboard, f"{line}\n".encode())


@pytest.fixture
def visitor(directory: Path) -> Iterator[Visitor]:
    keyboard, terminal = pty.openpty()
    with start_demo(directory, terminal, "tests.support.warm_demo") as demo:
        os.close(terminal)
        yield Visitor(demo, keyboard)
        demo.kill()
    os.close(keyboard)


@pytest.mark.timeout(600)
def test_a_visitor_opens_a_poll_votes_as_several_people_and_closes_it(visitor: Visitor) -> None:
    """What the README shows; the play before has set the clock three days ahead.

    The play itself is for the first test, which starts each process as a visitor does.
    """
    visitor.reads("Now you.")
    visitor.types("/close")
    visitor.reads("No secret poll is open")
    visitor.types('!poll temp "Ready to march on the boss?"')
    visitor.reads("!ok to ask it")
    visitor.types("!ok")
    announced = visitor.reads("/close lets days go by, and")
    code = re.findall(r"vote (\w{4}) 01", announced)[-1]
    visitor.types("/dm")
    for who, choice in (("ana", "05"), ("ben", "04"), ("eva", "04"), ("flo", "03"), ("hal", "00")):
        visitor.types(f"/{who}")
        visitor.types(f"vote {code} {choice}")
        said = visitor.reads("Recorded for", "I took no vote", "That is not a ballot")
        assert f"Recorded for {code}" in said, "it was open no longer"
    visitor.types("/close")
    result = visitor.reads("Today again.")
    assert f"{code} is closed" in result
    assert "5 ballots of 7" in result
    assert "2 · 4 good" in result
    assert visitor.read.rpartition("Now you.")[2].count("00 no, not this") == 1, (
        "one ballot for all"
    )
    visitor.types("/ben")
    visitor.types("!due")
    visitor.reads("Nothing")
    visitor.types("/quit")
    assert visitor.demo.wait() == 0


def test_a_killed_demo_leaves_no_process_behind(directory: Path) -> None:
    with start_demo(directory) as demo:
        children: list[psutil.Process] = []
        while not children and demo.poll() is None:
            children = psutil.Process(demo.pid).children(recursive=True)
            time.sleep(0.05)
        assert children
        demo.send_signal(signal.SIGKILL)
    gone, alive = psutil.wait_procs(children, timeout=60)
    assert not alive
    assert gone
