"""What the source of one module says, read as a syntax tree and never imported."""

import ast
import re
import sys
from collections.abc import Container, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeGuard

from tests.support.trees import parsed


@dataclass(frozen=True, slots=True)
class Function:
    """A function or method. ``lines`` counts from ``def`` to its end, decorators left out."""

    module: str
    name: str
    lines: int


@dataclass(frozen=True, slots=True)
class Late:
    """Something that a part is given only after it was made."""

    module: str
    line: int
    target: str


@dataclass(frozen=True)
class Module:
    """One source file, by its dotted name. ``package``: it is the ``__init__`` of a folder.

    Raises ``SyntaxError`` when something is asked of a source that is not Python.
    """

    name: str
    source: str
    package: bool = False

    @classmethod
    def at(cls, path: Path, root: Path) -> "Module":
        """Read ``path``, named as it is imported from the folder ``root``."""
        parts = path.relative_to(root).with_suffix("").parts
        package = parts[-1] == "__init__"
        return cls(".".join(parts[:-1] if package else parts), path.read_text("utf-8"), package)

    @property
    def tree(self) -> ast.Module:
        return parsed(self.source)

    @property
    def floor(self) -> str:
        return self.name.partition(".")[0]

    @property
    def folder(self) -> str:
        """The package that the module lies in; a package is its own folder."""
        return self.name if self.package else self.name.rpartition(".")[0]

    @property
    def lines(self) -> int:
        """Lines of the file, blank ones and comments included."""
        return len(self.source.splitlines())

    def functions(self) -> Iterator[Function]:
        """Every function, those inside of others too."""
        for name, lines in _functions(self.tree, ""):
            yield Function(self.name, name, lines)

    def public_classes(self) -> Iterator[str]:
        """Names of classes that do not begin with ``_``, wherever they stand."""
        for node in statements(self.tree):
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                yield node.name

    def imports(self, modules: Container[str], *, at_run_time: bool) -> frozenset[str]:
        """Which of ``modules`` the source names in an import, inside of functions too.

        Packages that Python passes through on its way do not count. ``at_run_time`` leaves out
        what stands under ``if TYPE_CHECKING``.
        """
        found = set()
        for node in statements(self.tree, for_types=not at_run_time):
            if isinstance(node, ast.Import):
                found |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                base = self._base(node)
                for alias in node.names:
                    inner = f"{base}.{alias.name}"
                    found.add(inner if inner in modules else base)
        return frozenset(name for name in found if name in modules and name != self.name)

    def late(self, *, root: bool) -> list[Late]:
        """Assignments that give something to an object which was made before; in reading order.

        ``root``: parts are put together here. Then every assignment to an attribute counts, but
        for those to ``self`` in ``__init__``, and each lambda that reads what is assigned so.
        Elsewhere only those that an ``__init__`` makes to other objects count.
        """
        foreign = _made_by_the_standard_library(self.tree)
        found = [
            (node.lineno, ast.unparse(node))
            for node, function in _assigned(self.tree, "")
            if (function == "__init__" or root)
            and not (function == "__init__" and re.fullmatch(r"self\.\w+", ast.unparse(node)))
            and ast.unparse(node).partition(".")[0] not in foreign
        ]
        ours = {target for _line, target in found if target.startswith("self.")}
        found += [
            (node.lineno, ast.unparse(node))
            for node in ast.walk(self.tree)
            if ours and isinstance(node, ast.Lambda)
            if ours & set(map(ast.unparse, _read(node.body)))
        ]
        return [Late(self.name, line, target) for line, target in sorted(found)]

    def _base(self, node: ast.ImportFrom) -> str:
        """The module that a ``from`` names, dots at its start resolved."""
        if not node.level:
            return node.module or ""
        parts = self.name.split(".")
        above = parts[: len(parts) - node.level + self.package]
        return ".".join([*above, *filter(None, [node.module])])


def _inside(node: ast.AST) -> Iterator[ast.AST]:
    """The next statements inside of one, and what holds statements without being one."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.stmt | ast.ExceptHandler | ast.match_case):
            yield child


def statements(node: ast.AST, *, for_types: bool = True) -> Iterator[ast.AST]:
    """Every statement inside of one; those under ``if TYPE_CHECKING`` only ``for_types``."""
    for child in _inside(node):
        if (
            not for_types
            and isinstance(child, ast.If)
            and _last_name(child.test) == "TYPE_CHECKING"
        ):
            for other in child.orelse:
                yield other
                yield from statements(other, for_types=for_types)
        else:
            yield child
            yield from statements(child, for_types=for_types)


def _functions(node: ast.AST, prefix: str) -> Iterator[tuple[str, int]]:
    for child in _inside(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            yield prefix + child.name, (child.end_lineno or child.lineno) - child.lineno + 1
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield from _functions(child, f"{prefix}{child.name}.")
        else:
            yield from _functions(child, prefix)


def _assigned(node: ast.AST, function: str) -> Iterator[tuple[ast.expr, str]]:
    """What assigns to an attribute below ``node``, with the name of the function around it."""
    for child in ast.iter_child_nodes(node):
        if _assigns(child):
            yield child, function
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from _assigned(child, child.name)
        else:
            yield from _assigned(child, function)


def _assigns(node: ast.AST) -> TypeGuard[ast.expr]:
    """Whether ``node`` is an attribute that is assigned to, or ``setattr`` in one of its forms."""
    if isinstance(node, ast.Attribute):
        return isinstance(node.ctx, ast.Store)
    return isinstance(node, ast.Call) and _last_name(node.func) in {"setattr", "__setattr__"}


def _last_name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def _read(node: ast.AST) -> Iterator[ast.Attribute]:
    return (each for each in ast.walk(node) if isinstance(each, ast.Attribute))


def _made_by_the_standard_library(tree: ast.Module) -> set[str]:
    """Names of what is no part of ours: a timer has no other way to be told that it is a daemon."""
    modules = {
        alias.asname or alias.name
        for node in statements(tree)
        if isinstance(node, ast.Import)
        for alias in node.names
        if alias.name in sys.stdlib_module_names
    }
    return modules | {
        target.id
        for node in statements(tree)
        if isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Call)
        and ast.unparse(node.value.func).partition(".")[0] in modules
        for target in node.targets
        if isinstance(target, ast.Name)
    }
