"""Which test file a worker takes next: long ones first, and as many that compute as there are processors.

Files on a homeserver wait for most of their time; conversations and rules compute for all of it. Where workers come
to wait all at once, processors idle; where nobody waits any more, files of a minute are left and run alone. So some
workers compute as long as there is something to compute, while the others wait.
"""

import os
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any, Final

import pytest
from xdist.scheduler import LoadFileScheduling  # type: ignore[import-untyped]

RINGS_THAT_WAIT: Final = frozenset({"matrix", "federation", "crash", "forensics"})
COMPUTING_IN_THEM: Final = frozenset(
    {
        "test_ballots_games.py",
        "test_ballots_policy.py",
        "test_ballots_rosters.py",
        "test_ballots_search.py",
        "test_coalition_files.py",
        "test_coalition_sums.py",
        "test_search.py",
    }
)
"""Files of these rings that know no homeserver."""
LONGEST: Final = (
    "test_flipped_bytes.py",
    "test_polls_wire.py",
    "test_ballots_directory.py",
    "test_polls.py",
    "test_demo.py",
    "test_first_start_killed.py",
    "test_benchmarks.py",
    "test_faults.py",
    "test_backup.py",
    "test_backlog.py",
    "test_coalition.py",
    "test_authority.py",
    "test_forged_state.py",
    "test_coalition_polls.py",
    "test_many_ballots.py",
    "test_outages.py",
    "test_rooms.py",
    "test_operations.py",
    # And of those that compute:
    "test_loop_held.py",
    "test_members.py",
    "test_docstrings.py",
    "test_coalition_polls_dies.py",
    "test_distribution.py",
    "test_ballots_games.py",
    "test_files_of_all_kinds.py",
)
"""The ones that take longest; ``docs/tests.md`` has the figures of their tests."""
EVIDENCE: Final = {
    "test_flipped_bytes.py": "what the bot leaves",
    "test_quiet_disks.py": "what the bot leaves",
    "test_terminal.py": "what the bot leaves",
    "test_ballots_directory.py": "what a poll leaves",
    "test_ballots_links.py": "what a poll leaves",
    "test_architecture.py": "what the source says",
    "test_citations.py": "what the source says",
    "test_composition.py": "what the source says",
    "test_docstrings.py": "what the source says",
    "test_house.py": "what the source says",
    "test_house_figures.py": "what the source says",
    "test_one_sense.py": "what the source says",
    "test_python_floor.py": "what the source says",
    "test_readers_of_replies.py": "what the source says",
    "test_rows.py": "what the source says",
    "test_sentences.py": "what the source says",
    "test_transaction_ids.py": "what the source says",
    "test_unasked_words.py": "what the source says",
}
"""Files that look at the same evidence, which takes a minute to gather, or at the same parsed source."""

Tests = Mapping[str, bool]
"""By name of a test, whether it is done; in the order in which they are run."""


def file_of(test: str) -> str:
    """Return the path of the file that a test stands in."""
    return test.partition("::")[0]


def waits(file: str) -> bool:
    """Whether a file's tests wait for homeservers most of the time."""
    ring, name = file.split("/")[1], file.rpartition("/")[2]
    return ring in RINGS_THAT_WAIT and name not in COMPUTING_IN_THEM


def longest_first(items: Iterable[pytest.Item]) -> list[pytest.Item]:
    """Order tests by files: those that take long, then by their names. What stands in a file stays as it is."""
    return sorted(items, key=lambda item: _place(file_of(item.nodeid)))


def _place(file: str) -> tuple[int, str]:
    name = file.rpartition("/")[2]
    return LONGEST.index(name) if name in LONGEST else len(LONGEST), file


class SharedOut(LoadFileScheduling):  # type: ignore[misc]
    """Keeps a file's tests on one worker, and files that share their evidence as well.

    What a worker is given comes as late as can be: it asks when it begins its last test.
    """

    def _split_scope(self, nodeid: str) -> str:
        file = file_of(nodeid)
        return EVIDENCE.get(file.rpartition("/")[2], file)

    def _reschedule(self, node: Any) -> None:
        if not self.workqueue or _left(self.assigned_work[node]) <= 1:
            super()._reschedule(node)

    def _assign_work_unit(self, node: Any) -> None:
        scope = self._next_beside(each for each in self.nodes if each is not node)
        tests = self.workqueue.pop(scope)
        self.assigned_work.setdefault(node, {})[scope] = tests
        node.send_runtest_some([self._numbers[each] for each, done in tests.items() if not done])

    def _next_beside(self, others: Iterable[Any]) -> str:
        """Return the first that computes if too few others do, else the first that waits."""
        computing = sum(_computes(self.assigned_work[each]) for each in others)
        wanted = computing >= at_once(self.numnodes)
        fitting = (each for each, tests in self.workqueue.items() if waits(_file(tests)) is wanted)
        return str(next(fitting, next(iter(self.workqueue))))

    def _pending_of(self, workload: dict[str, dict[str, bool]]) -> int:
        return _left(workload)

    @cached_property
    def _numbers(self) -> dict[str, int]:
        """By name of a test, its place; the list is asked for each of thirteen thousand otherwise."""
        return {each: number for number, each in enumerate(self.collection)}


def at_once(workers: int) -> int:
    """Return how many of so many workers compute at a time: one a processor, and half of them at most."""
    return max(1, min(os.cpu_count() or 1, workers // 2))


def _left(workload: dict[str, dict[str, bool]]) -> int:
    """Count the tests that are not done, and forget files that are.

    Else whatever a worker has ever done would be looked through after each test.
    """
    for scope in [each for each, tests in workload.items() if all(tests.values())]:
        del workload[scope]
    return sum(not done for tests in workload.values() for done in tests.values())


def _computes(workload: Mapping[str, Tests]) -> bool:
    """Whether a worker computes now: what it is at is the first of its files that is not done."""
    now = next((tests for tests in workload.values() if not all(tests.values())), None)
    return now is not None and not waits(_file(now))


def _file(tests: Tests) -> str:
    return file_of(next(iter(tests)))
