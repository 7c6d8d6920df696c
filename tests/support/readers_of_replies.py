"""Finds replies for others than whoever typed that are not made anew in each reader's language. Pure."""

import ast
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from commands.framework.messages import translating_among
from tests.support.trees import nodes_of, tree_of

OTHERS = {"ROOM", "LEADS", "NAMED"}
"""Audiences in which others read than whoever typed."""
ANEW = "in_each_language"
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Source:
    """A module, with the function around each of its nodes."""

    path: str
    tree: ast.Module
    nodes: Sequence[ast.AST] = field(repr=False)
    parents: Mapping[ast.AST, ast.AST] = field(repr=False)

    @classmethod
    def of(cls, path: str, text: str) -> "Source":
        """Parse a module."""
        tree = ast.parse(text)
        return cls.made(path, tree, tuple(ast.walk(tree)))

    @classmethod
    def made(cls, path: str, tree: ast.Module, nodes: Sequence[ast.AST]) -> "Source":
        """Look at a module that is parsed already."""
        within = ((node, child) for node in nodes for child in ast.iter_child_nodes(node))
        return cls(path, tree, nodes, {child: node for node, child in within})

    def around(self, node: ast.AST) -> Iterator[ast.AST]:
        """Yield what a node stands in, the innermost first."""
        while (outer := self.parents.get(node)) is not None:
            yield outer
            node = outer

    def functions(self, node: ast.AST) -> list[Function]:
        """Return the functions around a node, the innermost first."""
        return [each for each in self.around(node) if isinstance(each, Function)]

    def spoken(self, node: ast.AST) -> bool:
        """Whether a node stands in ``with speaking(…)``, or in a view that is made in each language."""
        inside = (each for each in self.around(node) if isinstance(each, ast.With | ast.AsyncWith))
        return any(
            _called(item.context_expr) == "speaking" for each in inside for item in each.items
        ) or any(ANEW in _decorators(each) for each in self.functions(node))


def sources(root: Path, folders: Iterable[str]) -> list[Source]:
    """Read the modules in some folders."""
    return [
        Source.made(str(path.relative_to(root)), tree_of(path), nodes_of(path))
        for folder in folders
        for path in sorted((root / folder).rglob("*.py"))
    ]


@dataclass(frozen=True)
class House:
    """All modules, in which a reply goes from where it is made to whom it is for."""

    modules: Sequence[Source]

    @cached_property
    def anew(self) -> frozenset[str]:
        """The names of views that are made anew in each language, and of functions that return one."""
        every = [
            node for module in self.modules for node in module.nodes if isinstance(node, Function)
        ]
        views = {each.name for each in every if ANEW in _decorators(each)}
        return frozenset(views | {each.name for each in every if _returns(each) <= views})

    @cached_property
    def calls(self) -> Mapping[str, list[tuple[Source, ast.Call]]]:
        """Where a function of a name is called."""
        found: dict[str, list[tuple[Source, ast.Call]]] = {}
        for module in self.modules:
            for node in module.nodes:
                if isinstance(node, ast.Call):
                    found.setdefault(_called(node), []).append((module, node))
        return found

    def in_one_language(self) -> list[str]:
        """Return where a reply for others is made in one language alone, as ``path: function``."""
        return sorted(
            {
                where
                for module in self.modules
                for call in _for_others(module.nodes)
                for where in self._wrong(module, call, frozenset())
            }
        )

    def said_by_itself(self, folder: str) -> list[str]:
        """Return where a module of a folder says something in whatever language is spoken just then."""
        return sorted(
            {
                f"{module.path}: {around[0].name if (around := module.functions(call)) else '-'}"
                for module in self.modules
                if module.path.startswith(folder)
                for _name, call in translating_among(module.nodes)
                if not self._is_spoken(module, call, frozenset())
            }
        )

    def _is_spoken(self, module: Source, node: ast.AST, seen: frozenset[str]) -> bool:
        """Whether somebody's language is spoken at a node, there or wherever its function is called."""
        around = module.functions(node)
        if module.spoken(node) or not around or around[-1].name in seen:
            return module.spoken(node)
        name = around[-1].name
        callers = self._callers(name, module)
        return bool(callers) and all(
            self._is_spoken(other, caller, seen | {name}) for other, caller in callers
        )

    def _wrong(self, module: Source, call: ast.Call, seen: frozenset[str]) -> Iterator[str]:
        """Yield where the reply of a call comes from one language; ``seen``: functions on the way."""
        if module.spoken(call):
            return
        around = module.functions(call)
        given = {name for each in around[:1] for name in _parameters(each)}
        values = [found for each in call.args for found in _values(module, call, each)]
        if any(self._good(module, each) for each in values):
            return
        name = around[0].name if around else "-"
        passed_on = any(isinstance(each, ast.Name) and each.id in given for each in values)
        callers = [] if name in seen else self._callers(name, module)
        if passed_on and callers:
            # A function that only says to whom: what it is given is made where it is called.
            for other, caller in callers:
                yield from self._wrong(other, caller, seen | {name})
        elif not callers or not all(other.spoken(caller) for other, caller in callers):
            yield f"{module.path}: {name}"

    def _callers(self, name: str, module: Source) -> list[tuple[Source, ast.Call]]:
        """Return where a function is called; of those with one name, only in its own module and folder."""
        found = self.calls.get(name, [])
        if self._defined[name] == 1:
            return found
        folder = module.path.rpartition("/")[0]
        return [each for each in found if each[0].path.startswith(folder)]

    @cached_property
    def _defined(self) -> Counter[str]:
        return Counter(
            node.name
            for module in self.modules
            for node in module.nodes
            if isinstance(node, Function)
        )

    def _good(self, module: Source, value: ast.expr) -> bool:
        """Whether a value is words that a view makes anew, or that were made in their reader's language."""
        made = isinstance(value, ast.Call) and _called(value) in self.anew
        return made or (isinstance(value, ast.Call) and module.spoken(value))


def _for_others(nodes: Iterable[ast.AST]) -> Iterator[ast.Call]:
    """Yield calls that are given an audience of others."""
    for node in nodes:
        if isinstance(node, ast.Call):
            named = {each.arg: each.value for each in node.keywords}
            within = ast.walk(named.get("audience", ast.Constant(None)))
            if any(isinstance(each, ast.Attribute) and each.attr in OTHERS for each in within):
                yield node


def _returns(function: Function) -> set[str]:
    """Return the names of the functions whose values a function returns; "" for any other value."""
    found = [each.value for each in ast.walk(function) if isinstance(each, ast.Return)]
    return {_called(each or ast.Pass()) for each in found} or {""}


def _parameters(function: Function) -> list[str]:
    """Return the names of parameters that hold words: those of whom no type is said, and replies."""
    given = function.args
    rest = [each for each in (given.vararg, given.kwarg) if each is not None]
    return [
        each.arg
        for each in (*given.posonlyargs, *given.args, *given.kwonlyargs, *rest)
        if each.annotation is None or {"Reply", "Line"} & _names(each.annotation)
    ]


def _names(node: ast.expr) -> set[str]:
    return {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}


def _values(
    module: Source, at: ast.AST, value: ast.expr, seen: frozenset[str] = frozenset()
) -> list[ast.expr]:
    """Return what an expression may be: itself, or what a variable was given in the same function."""
    if isinstance(value, ast.Await | ast.Starred):
        return _values(module, at, value.value, seen)
    if isinstance(value, ast.IfExp):
        both = (value.body, value.orelse)
        return [found for each in both for found in _values(module, at, each, seen)]
    if not isinstance(value, ast.Name) or value.id in seen:
        return [value]
    around = module.functions(at)
    given = [
        each.value
        for each in ast.walk(around[0] if around else module.tree)
        if isinstance(each, ast.Assign)
        and any(isinstance(name, ast.Name) and name.id == value.id for name in each.targets)
    ]
    seen |= {value.id}
    return [found for each in given for found in _values(module, at, each, seen)] or [value]


def _called(node: ast.AST) -> str:
    """Return the last name of what is called."""
    if not isinstance(node, ast.Call):
        return ""
    named = node.func
    return named.attr if isinstance(named, ast.Attribute) else getattr(named, "id", "")


def _decorators(node: Function) -> set[str]:
    return {
        each.id if isinstance(each, ast.Name) else _called(each) for each in node.decorator_list
    }
