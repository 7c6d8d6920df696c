"""The list of every part of ``make bench``. A module that is neither here nor in SHARED fails a test."""

from typing import Any, Final

from benchmarks import (
    backlog,
    chapters,
    coalition,
    files,
    growth,
    holding,
    importing,
    keeping,
    matching,
    polls,
    refusals,
    reminders,
    reports,
    round_trip,
    small_board,
    soak,
    structure_tests,
    times,
)
from benchmarks.part import Part

MODULES: Final = (
    round_trip,
    backlog,
    growth,
    holding,
    polls,
    coalition,
    chapters,
    reports,
    importing,
    structure_tests,
    keeping,
    matching,
    times,
    refusals,
    reminders,
    files,
    small_board,
    soak,
)
PARTS: Final[dict[str, Part[Any]]] = {module.PART.name: module.PART for module in MODULES}
SHARED: Final = frozenset({"driver", "echo_loop", "page", "part", "parts", "provided", "resident"})
"""Modules that parts use, and that measure nothing themselves."""
