"""Syntax trees of the files here, parsed once for whatever the tests of a process ask of the source.

Parsing the product and looking at each node takes 1.5 s of a processor, and a dozen tests ask. The trees are
shared: nobody changes one. At the end of a session they are let go (tests/conftest.py), as Python then looks for
garbage five times, through half a million nodes if they are there.
"""

import ast
import gc
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path


@cache
def parsed(source: str) -> ast.Module:
    """Return what a source says. Whoever asks for the same again is given the same."""
    with _no_looking_for_garbage():
        return ast.parse(source)


def tree_of(path: Path) -> ast.Module:
    """Return what a file says."""
    return parsed(path.read_text("utf-8"))


@cache
def nodes_of(path: Path) -> tuple[ast.AST, ...]:
    """Return all that stands in a file, the outer before the inner."""
    return tuple(ast.walk(tree_of(path)))


def nodes_in(source: str) -> tuple[ast.AST, ...]:
    """Return all that stands in a source that is no file."""
    return tuple(ast.walk(ast.parse(source)))


def let_go() -> None:
    """Keep no tree any more."""
    parsed.cache_clear()
    nodes_of.cache_clear()


@contextmanager
def _no_looking_for_garbage() -> Iterator[None]:
    """Where every node stays, looking for garbage meanwhile takes three times as long as parsing."""
    looked = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if looked:
            gc.enable()
