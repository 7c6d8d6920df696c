"""The tour of the house names every room, and the walk of a message leads through functions that exist."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.support.source import statements
from tests.support.trees import tree_of

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "architecture.md").read_text("utf-8")
STEP = re.compile(r"(?m)^\d+\. `([\w/]+\.py)` `([\w.]+)` .*$")


def walk() -> list[tuple[str, str]]:
    """Files and functions, in order."""
    section = PAGE.split("## The walk of a message")[1].split("\n## ")[0]
    return STEP.findall(section)


def functions(path: Path) -> Iterator[str]:
    """Names of functions and methods, ``Class.method``."""
    for node in statements(tree_of(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name
        elif isinstance(node, ast.ClassDef):
            for inner in node.body:
                if isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef):
                    yield f"{node.name}.{inner.name}"


def test_each_of_the_ten_steps_is_a_function_that_exists() -> None:
    steps = walk()
    assert len(steps) == 10
    assert [step for step in steps if step[1] not in functions(ROOT / step[0])] == []


def test_a_step_that_is_gone_would_be_noticed() -> None:
    assert "Database.nowhere" not in functions(ROOT / "storage/core/database.py")
    assert "Database.transaction" in functions(ROOT / "storage/core/database.py")


def test_every_room_is_on_the_tour() -> None:
    rooms = [
        str(path.parent.relative_to(ROOT))
        for floor in ("bot", "commands", "storage")
        for path in sorted((ROOT / floor).glob("*/__init__.py"))
    ]
    assert len(rooms) > 30
    assert [room for room in rooms if f"`{room}/`" not in PAGE] == []
