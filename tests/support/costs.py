"""What each test costs in seconds of processors: a plugin that writes it down, and a table of the dearest.

    make test ARGS="-p tests.support.costs"
    python -m tests.support.costs

The first writes into ``build/costs``, a file for each worker; the second prints how much each ring takes, how
long each worker had something to do, which files take longest on the clock (``tests/support/order.py`` begins
with those), and the thirty dearest tests as ``docs/tests.md`` has them. What is set up for many is counted with the first of them. Of
bots and homeservers what they have taken so far is counted, so a busy machine changes the figures little.
"""

import contextlib
import json
import os
import re
import sys
import time
from collections import Counter
from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psutil
import pytest

from tests.support.warm_start import forking_for_us

ROOT: Final = Path(__file__).resolve().parents[2]
FOLDER: Final = ROOT / "build" / "costs"
PAGE: Final = ROOT / "docs" / "tests.md"
ROW: Final = re.compile(r"^\| \d+ \| `(?P<file>[^`]+)`: (?P<name>[^|]+) \| (?P<buys>[^|]+) \|$")
MOST: Final = 30
LISTED: Final = Path(f"/proc/self/task/{os.getpid()}/children").exists()
GONE: Final = (FileNotFoundError, ProcessLookupError)
"""What is raised where a process or a thread has ended meanwhile."""


def spent() -> float:
    """Return the seconds of processors that this process and all those below it have taken so far.

    Of others the kernel tells hundredths: a test of its own that takes 0.3 s took 0.29 by that.
    """
    ours = set(_below(os.getpid()))
    for shared in forking_for_us() - ours:
        now = _taken({shared, *_below(shared)})
        _SHARED[shared] = max(now, _SHARED.get(shared, 0.0))
    own = time.process_time() + sum(os.times()[2:4])
    return own + _taken(ours) + sum(_SHARED.values())


_SHARED: Final[dict[int, float]] = {}
"""By a process that is below another and forks for us, what it and those below it had taken when last looked at.

Of what has ended below us, the kernel tells us; of these, nobody does.
"""


def _taken(pids: Iterable[int]) -> float:
    total = 0.0
    for pid in pids:
        with contextlib.suppress(psutil.NoSuchProcess):
            total += sum(psutil.Process(pid).cpu_times()[:4])
    return total


def _below(pid: int) -> Iterator[int]:
    """Yield the processes below one, as Linux lists them where it does.

    To look for parents among all processes of a machine takes 3 ms of a processor, twice for each test.
    """
    if not LISTED:
        yield from (each.pid for each in psutil.Process(pid).children(recursive=True))
        return
    for child in _children(pid):
        yield child
        yield from _below(child)


def _children(pid: int) -> list[int]:
    found: list[int] = []
    with contextlib.suppress(*GONE):
        for thread in Path(f"/proc/{pid}/task").iterdir():
            with contextlib.suppress(*GONE):
                found += map(int, (thread / "children").read_text("ascii").split())
    return found


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Write down what a test took, with what was set up for it."""
    before, began = spent(), time.time()
    try:
        return (yield)
    finally:
        FOLDER.mkdir(parents=True, exist_ok=True)
        with (FOLDER / f"{os.getpid()}.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps([item.nodeid, spent() - before, began, time.time()]) + "\n")


@dataclass(frozen=True, slots=True)
class Ran:
    """When a worker ran a test: seconds since the epoch."""

    test: str
    began: float
    ended: float


def kept(folder: Path) -> dict[str, float]:
    """Read what was written down, by test; of several runs the last counts."""
    return {test: cost for lines in _lines(folder) for test, cost, _began, _ended in lines}


def ran(folder: Path) -> list[list[Ran]]:
    """Read by worker when it ran its tests, in turn."""
    return [
        [Ran(test, began, ended) for test, _cost, began, ended in lines] for lines in _lines(folder)
    ]


def _lines(folder: Path) -> Iterator[list[tuple[str, float, float, float]]]:
    for path in sorted(folder.glob("*.jsonl"), key=lambda path: path.stat().st_mtime):
        yield [tuple(json.loads(line)) for line in path.read_text("utf-8").splitlines()]


def workers(ran: Iterable[Sequence[Ran]]) -> Iterator[str]:
    """Yield a line for each worker: seconds in tests, and how long it had nothing to do before the others ended."""
    known = [tests for tests in ran if tests]
    end = max((tests[-1].ended for tests in known), default=0.0)
    for tests in known:
        busy = sum(each.ended - each.began for each in tests)
        yield f"{busy:8.1f} s on the clock, through {end - tests[-1].ended:.1f} s before the end: a worker"


def longest(ran: Iterable[Sequence[Ran]], most: int = MOST) -> Iterator[str]:
    """Yield a line for each of the files that take longest on the clock."""
    seconds: Counter[str] = Counter()
    for tests in ran:
        for each in tests:
            seconds[each.test.partition("::")[0]] += each.ended - each.began  # type: ignore[assignment]
    for file, took in seconds.most_common(most):
        yield f"{took:8.1f} s on the clock  {file}"


def rings(costs: dict[str, float]) -> Iterator[str]:
    """Yield a line for each ring: seconds, tests, name; the dearest first."""
    seconds: Counter[str] = Counter()
    tests: Counter[str] = Counter()
    for test, cost in costs.items():
        ring = "/".join(test.split("/")[:2])
        seconds[ring] += cost  # type: ignore[assignment]
        tests[ring] += 1
    for ring, took in seconds.most_common():
        yield f"{took:8.1f} s {tests[ring]:6} tests  {ring}"


def dearest(costs: dict[str, float], page: Iterable[str], most: int = MOST) -> Iterator[str]:
    """Yield the rows of the table, with what the page says already of what a test buys."""
    known = [found.groupdict() for line in page if (found := ROW.match(line))]
    ordered = sorted(costs.items(), key=lambda each: -each[1])[:most]
    for test, cost in ordered:
        file, _, function = test.partition("::")
        name, _, given = function.removeprefix("test_").partition("[")
        words = name.replace("_", " ") + (f", {given[:-1]}" if given else "")
        buys = [
            each["buys"]
            for each in known
            if each["file"] == file and words.startswith(each["name"])
        ]
        yield f"| {cost:.0f} | `{file}`: {words} | {buys[0] if buys else '?'} |"


if __name__ == "__main__":
    found, when = kept(FOLDER), ran(FOLDER)
    table = dearest(found, PAGE.read_text().splitlines())
    parts = (rings(found), workers(when), longest(when), table)
    sys.stdout.write("\n\n".join("\n".join(part) for part in parts) + "\n")
