"""Words of the glossary live where it says."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.support.source import statements

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "glossary.md"


def rows() -> Iterator[tuple[str, str]]:
    """Each word with its place, as the page has them."""
    for line in PAGE.read_text("utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split(" | ")]
        if line.startswith("|") and not line.startswith("|---") and cells[0] != "word":
            assert len(cells) == 3, line
            yield cells[0], cells[2]


def defined(path: Path) -> set[str]:
    """Names of classes, functions and constants of a module."""
    found = set()
    for node in statements(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            found.add(node.name)
        elif isinstance(node, ast.Assign):
            found |= {target.id for target in node.targets if isinstance(target, ast.Name)}
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            found.add(node.target.id)
    return found


def missing(place: str) -> list[str]:
    """What a place names that is not there: files, and names in the file before them."""
    found, path = [], ROOT
    for token in re.findall(r"`([^`]+)`", place):
        if "/" in token:
            path = ROOT / token
            found += [] if path.exists() else [token]
        elif not path.is_file() or token not in defined(path):
            found.append(token)
    return found


def test_every_word_lives_where_the_glossary_says() -> None:
    places = dict(rows())
    assert len(places) > 50
    assert {word: missing(place) for word, place in places.items() if missing(place)} == {}
    assert all("`" in place or "](" in place for place in places.values())


def test_no_word_is_explained_twice() -> None:
    words = [each for word, _place in rows() for each in word.split(", ")]
    assert sorted(words) == sorted(set(words))


def test_a_word_that_moved_would_be_noticed() -> None:
    assert missing("`storage/core/nowhere.py` `Nothing`") == ["storage/core/nowhere.py", "Nothing"]
    assert missing("`storage/core/database.py` `Database`, `Intake`") == ["Intake"]
