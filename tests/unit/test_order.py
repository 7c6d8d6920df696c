"""Every test is run, once, whatever the order in which workers take files."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import pytest

from tests.support.order import LONGEST, WAITING, mixed

TESTS = Path(__file__).parents[1]


@dataclass(frozen=True)
class Named:
    """What is looked at of a test."""

    nodeid: str


def ordered(*names: str) -> list[str]:
    items = cast("Sequence[pytest.Item]", [Named(name) for name in names])
    return [item.nodeid for item in mixed(items)]


def test_every_test_is_there_once() -> None:
    names = [f"tests/{ring}/test_{n}.py::{t}" for ring in ("chat", "matrix", "unit")
             for n in range(7) for t in "ab"]  # fmt: skip
    assert sorted(ordered(*names)) == sorted(names)
    assert ordered(*names[:5]) == names[:5]


def test_long_ones_come_first_and_each_has_others_beside_it() -> None:
    chat = [f"tests/chat/test_{n}.py::a" for n in range(4)]
    matrix = ["tests/matrix/test_apps.py::a", "tests/matrix/test_backup.py::a"]
    assert ordered(*chat, *matrix) == [matrix[1], *chat[:2], matrix[0], *chat[2:]]


def test_what_is_named_is_there() -> None:
    there = {path.name for ring in WAITING for path in (TESTS / ring).glob("test_*.py")}
    assert set(LONGEST) <= there
