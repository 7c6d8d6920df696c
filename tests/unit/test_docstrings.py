"""What a docstring may not begin with, and how many public names may lack one."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.trees import tree_of

ROOT = Path(__file__).resolve().parents[2]
PRONOUN = re.compile(
    r"(It|They|This|That|These|Those|He|She|Its|Their|Them)\b"
    # "The same" of what? With a noun behind it, it says.
    r"|The same\b(?:[,;.]| (?:for|from|as|with|where|in|of|a)\b)"
)
WITH_PRONOUN = {"bot": 0, "commands": 2, "storage": 0}
"""How many docstrings of a floor may begin with a pronoun. Only ever lowered."""
WITHOUT = {"bot": 0, "commands": 21, "storage": 0}
"""How many public names of a floor may have no docstring. Only ever lowered."""
SLACK = 20
"""By how much a number may lie below its bound before the bound has to follow."""

Documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def public_in(node: ast.AST, module: str) -> Iterator[tuple[str, Documented]]:
    """A module or class, and every public name in it. What stands inside a function is nobody's to call."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If):
            yield from public_in(child, module)
        if not isinstance(child, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if child.name.startswith("_"):
            continue
        yield f"{module}:{child.lineno} {child.name}", child
        if isinstance(child, ast.ClassDef):
            yield from public_in(child, module)


def names_in(tree: ast.Module, module: str) -> Iterator[tuple[str, Documented]]:
    yield f"{module}:1", tree
    yield from public_in(tree, module)


def names_of(floor: str) -> Iterator[tuple[str, Documented]]:
    for path in sorted((ROOT / floor).rglob("*.py")):
        yield from names_in(tree_of(path), str(path.relative_to(ROOT)))


def begin_with_a_pronoun(names: Iterator[tuple[str, Documented]]) -> list[str]:
    return [where for where, node in names if PRONOUN.match(ast.get_docstring(node) or "")]


def undocumented(names: Iterator[tuple[str, Documented]]) -> list[str]:
    return [where for where, node in names if not (ast.get_docstring(node) or "").strip()]


def trouble(found: list[str], bound: int) -> str:
    """Why a number does not fit its bound; empty when it does."""
    if len(found) > bound:
        return f"{len(found)} where {bound} are allowed: {found}"
    if len(found) < bound - SLACK:
        return f"only {len(found)} are left: lower the bound, which is {bound}"
    return ""


@pytest.mark.parametrize("floor", WITH_PRONOUN)
def test_docstrings_begin_with_a_noun_or_a_verb(floor: str) -> None:
    found = begin_with_a_pronoun(names_of(floor))
    assert len(found) <= WITH_PRONOUN[floor], found


@pytest.mark.parametrize("floor", WITHOUT)
def test_public_names_without_a_docstring_only_become_fewer(floor: str) -> None:
    assert not trouble(undocumented(names_of(floor)), WITHOUT[floor])


CONTROL = '''"""They are the module."""
class Good:
    """A noun."""
    def bad(self):
        """It does something."""
        def inside(): ...
    def bare(self): ...
    def again(self):
        """The same as bad."""
    def noun(self):
        """The same house."""
    def _private(self): ...
class _Hidden:
    """This is private."""
    def method(self): ...
def theirs():
    """Itself is no pronoun of these; theirs neither."""
'''


def test_control_both_rules_find_what_they_look_for() -> None:
    assert begin_with_a_pronoun(names_in(ast.parse(CONTROL), "m")) == [
        "m:1",
        "m:4 bad",
        "m:8 again",
    ]
    assert undocumented(names_in(ast.parse(CONTROL), "m")) == ["m:7 bare"]


def test_control_a_bound_holds_in_both_directions() -> None:
    found = ["name"] * 30
    assert not trouble(found, 30)
    assert not trouble(found, 30 + SLACK)
    assert "allowed" in trouble(found, 29)
    assert "lower the bound" in trouble(found, 31 + SLACK)
