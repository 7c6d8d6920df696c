"""Syntax trees of the files here, parsed once for whatever the tests of a process ask of the source.

Parsing the product and looking at each node takes 1.5 s of a processor, and a dozen tests ask. The trees are
shared: nobody changes one.
"""

import ast
from functools import cache
from pathlib import Path


@cache
def tree_of(path: Path) -> ast.Module:
    """Return what a file says."""
    return ast.parse(path.read_text("utf-8"))


@cache
def nodes_of(path: Path) -> tuple[ast.AST, ...]:
    """Return all that stands in a file, the outer before the inner."""
    return tuple(ast.walk(tree_of(path)))


def nodes_in(source: str) -> tuple[ast.AST, ...]:
    """Return all that stands in a source that is no file."""
    return tuple(ast.walk(ast.parse(source)))
