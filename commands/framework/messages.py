"""Extractor for ``pybabel extract``: the sentences in the source that are shown to people.

They are the literals which ``_``, ``line``, ``say`` and the others in ``SENTENCES`` translate, where these are
the framework's, and the docstrings of commands. Babel's own extractor loses a sentence that stands within the
values of another: ``say("{who} is {state}.", state=_("away"))``.
"""

import ast
from collections.abc import Iterator
from typing import IO

from commands.framework.spec import ParameterGroup, read_docstring

Message = tuple[int, str | None, str | tuple[str, ...], list[str]]

FRAMEWORK = "commands.framework"

SENTENCES = {
    "_": 1,
    "line": 1,
    "say": 1,
    "refuse": 1,
    "impossible": 1,
    "ngettext": 2,
    "pgettext": 2,
    "plural": 2,
}
"""By function that translates, how many literals it takes: one, one and a plural, or a context and one."""


def extract(
    source: IO[bytes], keywords: object, comment_tags: object, options: object
) -> Iterator[Message]:
    """Yield the sentences of a module, and the docstrings of its declared commands and their groups."""
    del keywords, comment_tags, options
    tree = ast.parse(source.read())
    for name, call in translating(tree):
        found = literals(name, call)
        if found is not None:
            kind = "pgettext" if name == "pgettext" else "ngettext" if len(found) > 1 else None
            yield call.lineno, kind, found, []
    for node in ast.walk(tree):
        if isinstance(node, ast.AsyncFunctionDef) and any(map(_declares, node.decorator_list)):
            summary, about = read_docstring(ast.get_docstring(node) or "")
            for words in (summary, *about.values()):
                yield node.lineno, None, words, []
        if isinstance(node, ast.ClassDef) and any(map(_groups, node.bases)):
            _summary, about = read_docstring(ast.get_docstring(node) or "")
            for words in about.values():
                yield node.lineno, None, words, []


def translating(tree: ast.Module) -> Iterator[tuple[str, ast.Call]]:
    """Yield the calls of a module to a function in ``SENTENCES`` that it imports from the framework."""
    imported = {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(FRAMEWORK)
        for alias in node.names
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            name = node.func.id
            if name in imported & SENTENCES.keys():
                yield name, node


def literals(name: str, call: ast.Call) -> tuple[str, ...] | None:
    """The literals that a call of the function ``name`` translates; None when one of them is no literal."""
    words = [
        each.value
        for each in call.args[: SENTENCES[name]]
        if isinstance(each, ast.Constant) and isinstance(each.value, str)
    ]
    return tuple(words) if len(words) == SENTENCES[name] else None


def _groups(base: ast.expr) -> bool:
    return isinstance(base, ast.Name) and base.id == ParameterGroup.__name__


def _declares(decorator: ast.expr) -> bool:
    return (
        isinstance(decorator, ast.Call)
        and isinstance(decorator.func, ast.Name)
        and decorator.func.id == "command"
    )
