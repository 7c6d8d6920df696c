"""The habits of the house that no linter knows."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.trees import nodes_of

ROOT = Path(__file__).resolve().parents[2]
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
SQL = re.compile(
    r"\b(SELECT\s.+\sFROM|INSERT\s+(OR\s+\w+\s+)?INTO|UPDATE\s+\w+\s+SET|DELETE\s+FROM|PRAGMA\s+\w)",
    re.DOTALL,
)


def test_floors_import_only_downward() -> None:
    linted = subprocess.run(  # noqa: S603 (our own tool)
        [Path(sys.executable).with_name("lint-imports"), "--no-logo", "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert linted.returncode == 0, linted.stdout


def words_in(path: Path) -> Iterator[tuple[int, str]]:
    """Every string of a module, f-strings joined, docstrings left out."""
    docstrings = {
        id(node.body[0].value)
        for node in nodes_of(path)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in nodes_of(path):
        if (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in docstrings
        ):
            yield node.lineno, node.value


def holds_sql(path: Path) -> list[str]:
    return [f"{path.name}:{number}" for number, text in words_in(path) if SQL.search(text)]


def test_commands_hold_no_sql() -> None:
    found = [place for path in (ROOT / "commands").rglob("*.py") for place in holds_sql(path)]
    assert found == []


def test_sql_would_be_found() -> None:
    assert [place for path in (ROOT / "storage").rglob("*.py") for place in holds_sql(path)]


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_a_lock_names_versions_and_hashes_and_no_address(lock: Path) -> None:
    text = lock.read_text()
    entries = re.split(r"\n(?=[a-z0-9])", re.sub(r"^\s*#.*\n", "", text, flags=re.MULTILINE))
    assert entries
    for entry in entries:
        assert re.match(r"[a-z0-9._-]+(\[[a-z0-9,-]+\])?==[^\s;]+", entry), entry[:80]
        assert "--hash=sha256:" in entry, entry[:80]
    assert not re.search(r"https?://|file:|^\s*-(-?[a-z]*index|-find|i|f)", text, re.MULTILINE)


def test_every_dependency_is_locked_and_says_what_it_is_for() -> None:
    source = (ROOT / "pyproject.toml").read_text("utf-8")
    project = tomllib.loads(source)
    run = (ROOT / "requirements" / "run.txt").read_text()
    dev = (ROOT / "requirements" / "dev.txt").read_text()
    groups = project["dependency-groups"]
    wanted = [(name, run) for name in project["project"]["dependencies"]]
    wanted += [(name, dev) for group in ("demo", "dev") for name in groups[group]]
    lines = [line.strip() for line in source.splitlines()]
    for requirement, lock in wanted:
        if not isinstance(requirement, str):
            continue
        name = re.split(r"[\[<>=~! ]", requirement)[0].lower()
        assert re.search(rf"^{re.escape(name)}(\[.*\])?==", lock, re.MULTILINE), name
        before = lines[lines.index(f'"{requirement}",') - 1]
        assert before.startswith(("#", '"types-')), f"{name}: what is it for?"


COMPOSING = tuple(
    ROOT / "bot" / name
    for name in (
        "build.py",
        "running.py",
        "incoming/build.py",
        "polls/build.py",
        "verification/build.py",
    )
)


def assigned_afterwards(tree: ast.AST) -> list[int]:
    """Lines in which something is assigned to an attribute of anything but ``self``."""
    targets = [
        (node.lineno, target)
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign)
        for top in (node.targets if isinstance(node, ast.Assign) else [node.target])
        for target in ast.walk(top)
    ]
    return [
        line
        for line, target in targets
        if isinstance(target, ast.Attribute)
        and not (isinstance(target.value, ast.Name) and target.value.id == "self")
    ]


@pytest.mark.parametrize("path", COMPOSING, ids=lambda path: str(path.relative_to(ROOT)))
def test_parts_get_everything_through_their_constructors(path: Path) -> None:
    assert assigned_afterwards(ast.parse(path.read_text("utf-8"))) == []


def test_a_part_that_is_bound_late_would_be_found() -> None:
    late = "outbox = Outbox()\noutbox.exports, x = 1, 2\nqueue = dispatcher.waiting = 3"
    assert assigned_afterwards(ast.parse(late)) == [2, 3]
