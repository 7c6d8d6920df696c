"""No function that words a message for whoever did not ask names a contact: a lock screen shows it.

Read from the source, so that it holds for messages that no conversation of the tests leads to. What is sent
in random conversations is looked at by tests/chat/test_names_kept_in.py.
"""

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

from tests.support.trees import nodes_in, nodes_of

ROOT = Path(__file__).resolve().parents[2]
UNASKED = {"NAMED", "LEADS"}
"""Audiences that did not ask."""
TELLING = {"tell", "for_others"}
"""Functions that address a reply to those who did not ask."""
NAMING = {"label", "named", "listed_by_name"}
"""Functions that name contacts."""


def functions(nodes: Iterable[ast.AST]) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in nodes:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def called(node: ast.AST) -> set[str]:
    """Names of what is called anywhere within."""
    found = (each.func for each in ast.walk(node) if isinstance(each, ast.Call))
    return {
        each.attr if isinstance(each, ast.Attribute) else getattr(each, "id", "") for each in found
    }


def for_whoever_did_not_ask(node: ast.AST) -> bool:
    audiences = {
        each.attr
        for each in ast.walk(node)
        if isinstance(each, ast.Attribute)
        and isinstance(each.value, ast.Name)
        and each.value.id == "Audience"
    }
    return bool(audiences & UNASKED) or bool(called(node) & TELLING)


def naming(nodes: Iterable[ast.AST]) -> list[str]:
    """Functions that word something for whoever did not ask, and name contacts."""
    return [
        node.name
        for node in functions(nodes)
        if for_whoever_did_not_ask(node) and called(node) & NAMING
    ]


def test_what_comes_unasked_is_worded_without_names() -> None:
    found = {
        f"{path.relative_to(ROOT)}: {name}"
        for floor in ("commands", "bot")
        for path in sorted((ROOT / floor).rglob("*.py"))
        for name in naming(nodes_of(path))
    }
    assert found == set()


def test_many_functions_word_what_comes_unasked() -> None:
    words = [
        node.name
        for floor in ("commands", "bot")
        for path in sorted((ROOT / floor).rglob("*.py"))
        for node in functions(nodes_of(path))
        if for_whoever_did_not_ask(node)
    ]
    assert len(words) > 30


def test_a_name_would_be_found() -> None:
    planted = (
        "def handed_back(contact):\n"
        "    return Reply((Paragraph((label(contact),)),), Audience.LEADS)\n"
    )
    assert naming(nodes_in(planted)) == ["handed_back"]
    assert naming(nodes_in(planted.replace("label(contact)", "contact.handle"))) == []
