"""In which order workers take test files: long ones first, and waiting beside computing.

Files on a homeserver wait for most of their time; conversations and rules compute for all of it. One kind after
the other leaves processors idle, and a file of a minute that comes last leaves all workers but one idle.
"""

from collections.abc import Sequence
from typing import Final

import pytest

WAITING: Final = frozenset({"matrix", "federation", "crash", "forensics", "inside"})
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
)
"""Of the files that wait, the ones that take longest; ``docs/tests.md`` has the figures of their tests."""


def mixed(items: Sequence[pytest.Item]) -> list[pytest.Item]:
    """Order tests so: a file that waits, then as many that compute as there are for each of those."""
    files: dict[str, list[pytest.Item]] = {}
    for item in items:
        files.setdefault(item.nodeid.partition("::")[0], []).append(item)
    waiting = sorted(filter(_waits, files), key=_place)
    computing = [each for each in files if not _waits(each)]
    share = -(-len(computing) // max(1, len(waiting)))
    order: list[str] = []
    for at, each in enumerate(waiting):
        order += [each, *computing[at * share : (at + 1) * share]]
    order += computing[len(waiting) * share :]
    return [item for each in order for item in files[each]]


def _waits(file: str) -> bool:
    return file.split("/")[1] in WAITING


def _place(file: str) -> int:
    name = file.rpartition("/")[2]
    return LONGEST.index(name) if name in LONGEST else len(LONGEST)
