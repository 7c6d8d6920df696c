"""Extractor for ``pybabel extract``: command docstrings are shown to people, so they are translated."""

import ast
from collections.abc import Collection, Iterator, Mapping
from typing import IO, Any

from babel.messages.extract import extract_python

from commands.framework.spec import ParameterGroup, read_docstring

Message = tuple[int, Any, Any, Any]


def extract(
    source: IO[bytes],
    keywords: Mapping[str, Any],
    comment_tags: Collection[str],
    options: Any,
) -> Iterator[Message]:
    """Yield what Babel's own extractor finds, and the docstrings of declared commands and their groups."""
    yield from extract_python(source, keywords, comment_tags, options)
    source.seek(0)
    for node in ast.walk(ast.parse(source.read())):
        if isinstance(node, ast.AsyncFunctionDef) and any(map(_declares, node.decorator_list)):
            summary, about = read_docstring(ast.get_docstring(node) or "")
            for words in (summary, *about.values()):
                yield node.lineno, None, words, []
        if isinstance(node, ast.ClassDef) and any(map(_groups, node.bases)):
            _summary, about = read_docstring(ast.get_docstring(node) or "")
            for words in about.values():
                yield node.lineno, None, words, []


def _groups(base: ast.expr) -> bool:
    return isinstance(base, ast.Name) and base.id == ParameterGroup.__name__


def _declares(decorator: ast.expr) -> bool:
    return (
        isinstance(decorator, ast.Call)
        and isinstance(decorator.func, ast.Name)
        and decorator.func.id == "command"
    )
