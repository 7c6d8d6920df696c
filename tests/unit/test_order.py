"""Every test is run, once, by some worker; long files first, and some workers compute as long as others wait."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from tests.support import order
from tests.support.order import (
    COMPUTING_IN_THEM,
    EVIDENCE,
    LONGEST,
    RINGS_THAT_WAIT,
    SharedOut,
    at_once,
    file_of,
    longest_first,
    waits,
)

TESTS = Path(__file__).parents[1]
RINGS = ("chat", "inside", "matrix", "unit")
FILES = [f"tests/{ring}/test_{n}.py" for ring in RINGS for n in range(7)]
NAMES = [f"{file}::{t}" for file in FILES for t in "abc"]


@dataclass(frozen=True)
class Named:
    """What is looked at of a test."""

    nodeid: str


def ordered(*names: str) -> list[str]:
    items = cast("Sequence[pytest.Item]", [Named(name) for name in names])
    return [item.nodeid for item in longest_first(items)]


@dataclass(eq=False)
class Worker:
    """What the scheduler knows of a worker: it runs what it is given in turn, the last only once it has another."""

    given: list[int] = field(default_factory=list)
    done: list[int] = field(default_factory=list)
    shutting_down: bool = False
    gateway: Any = field(default_factory=lambda: SimpleNamespace(id="gw"))

    def send_runtest_some(self, numbers: Sequence[int]) -> None:
        assert not self.shutting_down
        self.given += numbers

    def shutdown(self) -> None:
        self.shutting_down = True

    @property
    def runs(self) -> int | None:
        """The test that it is at."""
        left = self.given[len(self.done) :]
        return left[0] if len(left) > 1 or (left and self.shutting_down) else None


def begun(count: int, names: Sequence[str]) -> tuple[SharedOut, list[Worker]]:
    """A scheduler that has given each of so many workers its first file."""
    told = SimpleNamespace(
        getvalue=lambda _name: [f"{count}*popen"],
        hook=SimpleNamespace(),
        option=SimpleNamespace(loadscopereorder=False),
    )
    scheduler = SharedOut(told)
    workers = [Worker() for _ in range(count)]
    for worker in workers:
        scheduler.add_node(worker)
        scheduler.add_node_collection(worker, names)
    scheduler.schedule()
    return scheduler, workers


def finish(scheduler: SharedOut, worker: Worker) -> str:
    """Have a worker end the test that it is at."""
    assert worker.runs is not None
    number = worker.runs
    worker.done.append(number)
    scheduler.mark_test_complete(worker, number)
    if scheduler.tests_finished:
        for each in scheduler.nodes:
            each.shutdown()
    return str(scheduler.collection[number])


def played(count: int, names: Sequence[str]) -> list[list[str]]:
    """What each worker ran, in turn, where every test takes as long as another."""
    scheduler, workers = begun(count, names)
    ran: list[list[str]] = [[] for _ in workers]
    while any(worker.runs is not None for worker in workers):
        for worker, list_ in zip(workers, ran, strict=True):
            if worker.runs is not None:
                list_.append(finish(scheduler, worker))
    return ran


def test_every_test_is_there_once() -> None:
    assert sorted(ordered(*NAMES)) == sorted(NAMES)
    assert ordered(*reversed(NAMES[:3])) == NAMES[2::-1], "what stands in a file stays as it is"


def test_long_ones_come_first() -> None:
    chat = [f"tests/chat/test_{n}.py::a" for n in range(4)]
    matrix = ["tests/matrix/test_apps.py::a", "tests/matrix/test_backup.py::a"]
    assert ordered(*chat, *matrix) == [matrix[1], *chat, matrix[0]]


@pytest.mark.parametrize("workers", [1, 2, 3, 6, 40])
def test_every_test_is_run_once_and_a_file_by_one_worker(workers: int) -> None:
    ran = played(workers, NAMES)
    assert sorted(name for each in ran for name in each) == NAMES
    files = [file_of(name) for each in ran for name in dict.fromkeys(map(file_of, each))]
    assert sorted(files) == FILES
    assert [name for each in ran for name in each if name.startswith(FILES[3])] == NAMES[9:12]


def test_files_of_one_evidence_are_run_by_one_worker() -> None:
    rings = {path.name: path.parent.name for path in TESTS.glob("*/test_*.py")}
    names = [f"tests/{rings[name]}/{name}::{test}" for name in EVIDENCE for test in "ab"]
    ran = played(8, names)
    for evidence in set(EVIDENCE.values()):
        with_it = {name for name in names if EVIDENCE[Path(file_of(name)).name] == evidence}
        assert [with_it & set(each) for each in ran if with_it & set(each)] == [with_it]


def test_two_of_six_compute_while_the_others_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(order.os, "cpu_count", lambda: 2)  # type: ignore[attr-defined]
    scheduler, workers = begun(6, NAMES)

    def at() -> list[bool]:
        running = [NAMES[worker.runs] for worker in workers if worker.runs is not None]
        return [waits(file_of(each)) for each in running]

    assert sorted(at()) == [False, False, True, True, True, True]
    # Whoever waits takes long: meanwhile the others compute what there is to compute.
    computing = [worker for worker in workers if not waits(file_of(NAMES[worker.given[0]]))]
    for _ in range(20):
        for worker in computing:
            assert not waits(file_of(finish(scheduler, worker)))
        assert sorted(at()) == [False, False, True, True, True, True]
    # And of the others each takes what waits.
    waiter = next(worker for worker in workers if worker not in computing)
    for _ in range(9):
        finish(scheduler, waiter)
    assert [waits(file_of(NAMES[each])) for each in waiter.done] == [True] * 9


def test_a_worker_is_given_a_file_when_it_begins_its_last_test() -> None:
    scheduler, (worker,) = begun(1, NAMES)
    assert len(worker.given) == 3
    finish(scheduler, worker)
    assert len(worker.given) == 3
    finish(scheduler, worker)
    assert len(worker.given) == 6, "it begins its last test only when it knows of another"


def test_half_compute_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    for processors, workers, computing in (
        (2, 6, 2),
        (2, 2, 1),
        (2, 1, 1),
        (8, 6, 3),
        (None, 6, 1),
    ):
        monkeypatch.setattr(order.os, "cpu_count", lambda count=processors: count)  # type: ignore[attr-defined]
        assert at_once(workers) == computing


def test_what_a_worker_that_died_had_left_is_done_by_another() -> None:
    scheduler, workers = begun(2, NAMES)
    first = finish(scheduler, workers[0])
    crashed = scheduler.remove_node(workers[0])
    assert file_of(crashed) == file_of(first)
    assert crashed != first
    while workers[1].runs is not None:
        finish(scheduler, workers[1])
    assert {NAMES[each] for each in workers[1].done} == set(NAMES) - {first}


def test_what_is_named_is_there() -> None:
    everywhere = {path.name for path in TESTS.glob("*/test_*.py")}
    assert set(LONGEST) | set(EVIDENCE) <= everywhere
    there = {path.name for ring in RINGS_THAT_WAIT for path in (TESTS / ring).glob("test_*.py")}
    assert there >= COMPUTING_IN_THEM
    assert all((TESTS / ring).is_dir() for ring in RINGS_THAT_WAIT)
