"""Extractor for ``pybabel extract``: the sentences in the source that are shown to people.

They are the literals which ``_``, ``line``, ``say`` and the others in ``SENTENCES`` translate, where these are
the framework's, and the docstrings of commands. Names that people type come with a context: of commands, of their
keys and flags, and of the topics of help. Babel's own extractor loses a sentence that stands within the
values of another: ``say("{who} is {state}.", state=_("away"))``.
"""

import ast
from collections.abc import Iterable, Iterator, Sequence
from typing import IO, TypeGuard

from commands.framework.shown_names import COMMAND, IN_CAPITALS, KEY, PLACEHOLDER, TOPIC, topic_name
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
READERS = frozenset({"Reader", "text", "numbered", "choice"})
"""What makes a reader, whose placeholder is a literal."""


def extract(
    source: IO[bytes], keywords: object, comment_tags: object, options: object
) -> Iterator[Message]:
    """Yield the sentences of a module, and the docstrings of its declared commands and their groups."""
    del keywords, comment_tags, options
    nodes = tuple(ast.walk(ast.parse(source.read())))
    for name, call in translating_among(nodes):
        found = literals(name, call)
        if found is not None:
            kind = "pgettext" if name == "pgettext" else "ngettext" if len(found) > 1 else None
            yield call.lineno, kind, found, []
    readers = _imported(nodes) & READERS
    for node in nodes:
        if isinstance(node, ast.AsyncFunctionDef):
            yield from _declared(node)
        elif isinstance(node, ast.ClassDef) and any(map(_groups, node.bases)):
            _summary, about = read_docstring(ast.get_docstring(node) or "")
            for words in about.values():
                yield node.lineno, None, words, []
            yield from _names(node.lineno, KEY, map(ast.Constant, about))
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield from _topics(node, node.func.id)
            if node.func.id in readers:
                yield from _placeholders(node)


def _declared(function: ast.AsyncFunctionDef) -> Iterator[Message]:
    """Yield the docstring of a declared command, its name, and its keys; nothing of other functions."""
    for declared in filter(_declares, function.decorator_list):
        summary, about = read_docstring(ast.get_docstring(function) or "")
        for words in (summary, *about.values()):
            yield function.lineno, None, words, []
        yield from _names(function.lineno, COMMAND, declared.args[:1])
        keys = [each.arg for each in function.args.kwonlyargs if each.arg.rstrip("_") in about]
        yield from _names(function.lineno, KEY, map(ast.Constant, keys))


def _topics(call: ast.Call, function: str) -> Iterator[Message]:
    """Yield the topics of help that a call names, each by its first word."""
    if function == topic_name.__name__:
        yield from _names(call.lineno, TOPIC, call.args)
    for each in call.keywords if function == "Group" else ():
        if each.arg == "topics" and isinstance(each.value, ast.Tuple):
            yield from _names(call.lineno, TOPIC, each.value.elts[:1])


def _placeholders(call: ast.Call) -> Iterator[Message]:
    """Yield the words in capitals that stand for what a reader reads, in the calls that make one."""
    for each in call.args:
        if isinstance(each, ast.Constant) and isinstance(each.value, str):
            yield from _names(
                call.lineno, PLACEHOLDER, map(ast.Constant, IN_CAPITALS.findall(each.value))
            )


def _imported(nodes: Sequence[ast.AST]) -> set[str]:
    """The names that a module imports from the framework."""
    return {
        alias.name
        for node in nodes
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(FRAMEWORK)
        for alias in node.names
    }


def _names(line: int, context: str, names: Iterable[ast.expr]) -> Iterator[Message]:
    """Yield names that people type; a Python name without the underscores behind it."""
    for each in names:
        if isinstance(each, ast.Constant):
            yield line, "pgettext", (context, str(each.value).rstrip("_")), []


def translating(tree: ast.Module) -> Iterator[tuple[str, ast.Call]]:
    """Yield the calls of a module to a function in ``SENTENCES`` that it imports from the framework."""
    return translating_among(tuple(ast.walk(tree)))


def translating_among(nodes: Sequence[ast.AST]) -> Iterator[tuple[str, ast.Call]]:
    """Do what ``translating`` does with all that stands in a module, for whoever looks through it anyway."""
    imported = _imported(nodes) & SENTENCES.keys()
    if not imported:
        return
    for node in nodes:
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in imported
        ):
            yield node.func.id, node


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


def _declares(decorator: ast.expr) -> TypeGuard[ast.Call]:
    return (
        isinstance(decorator, ast.Call)
        and isinstance(decorator.func, ast.Name)
        and decorator.func.id == "command"
    )
