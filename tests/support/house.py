"""Figures of how the product is put together, read from its source without importing any of it.

``python -m tests.support.house [TREE ...]`` prints them, one column for each tree that is named, so
that an older commit stands beside this one:

    git archive f159b98 | tar x -C "$OLDER"
    python -m tests.support.house "$OLDER" .
"""

import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, cached_property
from pathlib import Path

from tests.support.source import Function, Late, Module

FLOORS = ("bot", "commands", "storage")

ROOTS = frozenset({"account", "app", "build", "station"})
"""Names of the modules of ``bot`` in which parts are put together."""

LONG = 40
"""Lines above which a function is asked what it is really two of."""


class House:
    """The modules of a tree."""

    def __init__(self, modules: Iterable[Module]) -> None:
        self.modules = {module.name: module for module in modules}

    @classmethod
    def at(cls, root: Path) -> "House":
        """Read the three floors that lie in the folder ``root``."""
        return cls(
            Module.at(path, root)
            for floor in FLOORS
            for path in sorted((root / floor).rglob("*.py"))
        )

    @classmethod
    @cache
    def here(cls) -> "House":
        """Return the house that this file belongs to, read once."""
        return cls.at(Path(__file__).resolve().parents[2])

    @cached_property
    def functions(self) -> list[Function]:
        """Every function of the product, the longest first."""
        found = [each for module in self.modules.values() for each in module.functions()]
        return sorted(found, key=lambda each: (-each.lines, each.module, each.name))

    @cached_property
    def imports(self) -> dict[str, frozenset[str]]:
        """By module, the modules of the product that it names in an import.

        Those under ``if TYPE_CHECKING`` count: whoever reads the one has to read the other.
        """
        return {
            name: module.imports(self.modules, at_run_time=False)
            for name, module in self.modules.items()
        }

    @cached_property
    def most_imported(self) -> list[tuple[str, int]]:
        """Modules with the number of others that import them, the most imported first."""
        found = Counter(name for imported in self.imports.values() for name in imported)
        return sorted(found.items(), key=lambda each: (-each[1], each[0]))

    @cached_property
    def circles(self) -> list[list[str]]:
        """Groups of modules of which each reaches each other by imports; the largest first."""
        return _circles(self.imports)

    @cached_property
    def run_time_circles(self) -> list[list[str]]:
        """The same without what stands under ``if TYPE_CHECKING``."""
        return _circles(
            {
                name: module.imports(self.modules, at_run_time=True)
                for name, module in self.modules.items()
            }
        )

    @cached_property
    def job_circles(self) -> list[list[str]]:
        """Folders right under ``commands`` of which each reaches each other by imports."""
        folders: dict[str, set[str]] = {}
        for name, imported in self.imports.items():
            here = self._job(name)
            folders.setdefault(here, set()).update(map(self._job, imported))
        jobs = folders.keys() - {"commands", ""}
        return _circles({job: sorted(folders[job] & jobs - {job}) for job in sorted(jobs)})

    @cached_property
    def namesakes(self) -> dict[str, list[str]]:
        """By name of a public class that several modules define, those modules."""
        homes: dict[str, list[str]] = {}
        for module in self.modules.values():
            for name in module.public_classes():
                homes.setdefault(name, []).append(module.name)
        return {name: homes[name] for name in sorted(homes) if len(homes[name]) > 1}

    @cached_property
    def late(self) -> list[Late]:
        """What parts of ``bot`` are given after they were made; see ``Module.late``."""
        return [
            late
            for module in self.modules.values()
            if module.floor == "bot"
            for late in module.late(root=module.name.rpartition(".")[2] in ROOTS)
        ]

    def lines(self, floor: str) -> int:
        return sum(module.lines for module in self.modules.values() if module.floor == floor)

    def _job(self, name: str) -> str:
        """The folder right under ``commands`` that a module lies in; "" on another floor."""
        folder = self.modules[name].folder
        return ".".join(folder.split(".")[:2]) if self.modules[name].floor == "commands" else ""


def strongly_connected(graph: Mapping[str, Iterable[str]]) -> list[set[str]]:
    """Divide the nodes of ``graph`` into groups in which each reaches each other.

    Robert Tarjan, Depth-first search and linear graph algorithms, 1972; with a stack of its own,
    so that a long chain does not run into Python's limit of recursion.
    """
    number: dict[str, int] = {}
    lowest: dict[str, int] = {}
    undecided: list[str] = []
    groups: list[set[str]] = []
    for start in graph:
        path = [] if start in number else [(start, iter(graph[start]))]
        while path:
            node, edges = path[-1]
            if node not in number:
                number[node] = lowest[node] = len(number)
                undecided.append(node)
            for other in edges:
                if other not in number:
                    path.append((other, iter(graph.get(other, ()))))
                    break
                if other in undecided:
                    lowest[node] = min(lowest[node], lowest[other])
            else:
                path.pop()
                if path:
                    above = path[-1][0]
                    lowest[above] = min(lowest[above], lowest[node])
                if lowest[node] == number[node]:
                    first = undecided.index(node)
                    groups.append(set(undecided[first:]))
                    del undecided[first:]
    return groups


def _circles(imports: Mapping[str, Iterable[str]]) -> list[list[str]]:
    groups = [sorted(group) for group in strongly_connected(imports) if len(group) > 1]
    return sorted(groups, key=lambda group: (-len(group), group))


# -- what is printed --------------------------------------------------------------------------


def figures(house: House) -> dict[str, str]:
    """What is compared between two states of the house, in words for a table."""
    longest = house.functions[0]
    return {
        "longest function": f"{longest.lines} (`{longest.name}`)",
        f"functions longer than {LONG} lines": str(
            sum(each.lines > LONG for each in house.functions)
        ),
        "late-bound attributes": str(len(house.late)),
        "import circles": _count(house.circles),
        "of these at run time": _count(house.run_time_circles),
        "jobs in circles": str(sum(map(len, house.job_circles))),
        "words that name two public classes": str(len(house.namesakes)),
        "files": str(len(house.modules)),
        **{f"lines of `{floor}`": f"{house.lines(floor):,}" for floor in FLOORS},
        "lines": f"{sum(map(house.lines, FLOORS)):,}",
    }


def _count(circles: list[list[str]]) -> str:
    return f"{len(circles)}, of {sum(map(len, circles))} modules" if circles else "0"


def page(houses: Mapping[str, House]) -> Iterator[str]:
    """Line by line, the figures of these houses side by side, then what they are made of."""
    columns = [figures(house) for house in houses.values()]
    yield _row("", *houses)
    yield _row(*["---"] * (len(houses) + 1))
    for what in columns[0]:
        yield _row(what, *(column[what] for column in columns))
    for name, house in houses.items():
        yield from ("", *_details(name, house))


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def _details(name: str, house: House) -> Iterator[str]:
    yield f"{name}: the longest functions"
    for function in house.functions[:6]:
        yield f"  {function.lines:4} {function.module}.{function.name}"
    yield f"{name}: the most imported modules"
    for module, count in house.most_imported[:10]:
        yield f"  {count:4} {module}"
    yield f"{name}: late-bound attributes"
    for late in house.late:
        yield f"       {late.module}:{late.line} {late.target}"
    yield f"{name}: import circles"
    for circle in house.circles:
        yield f"  {len(circle):4} {', '.join(circle)}"
    yield f"{name}: folders of commands that import each other in a circle"
    for circle in house.job_circles:
        yield f"  {len(circle):4} {', '.join(circle)}"
    yield f"{name}: words that name two public classes"
    for word, modules in house.namesakes.items():
        yield f"       {word}: {', '.join(modules)}"


def main(trees: list[str]) -> None:
    """Print the page of these trees, or of the one that this file lies in."""
    here = Path(__file__).resolve().parents[2]
    houses = {tree: House.at(Path(tree)) for tree in trees} or {"here": House.at(here)}
    sys.stdout.writelines(f"{line}\n" for line in page(houses))


if __name__ == "__main__":
    main(sys.argv[1:])
