"""What pages, comments and docstrings cite is there: files, sections of pages, modules."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from tests.support.source import statements
from tests.support.trees import parsed

ROOT = Path(__file__).resolve().parents[2]
CODE = ("bot", "commands", "storage", "demo", "tests", "benchmarks")
PROSE = (".md", ".toml", ".yml", ".yaml", ".service", ".socket", ".sql", ".editorconfig")

_FOLDERS = "bot|commands|storage|demo|tests|benchmarks|docs|deploy|locales|requirements|findings"
FILE = re.compile(rf"(?<![\w/.-])(?:(?:{_FOLDERS})/[\w*@./-]*[\w*/]|[A-Z]{{4,}}(?:_[A-Z]+)*\.md)")
"""A path from the root of the repository; ``*`` stands for anything."""
COMMENT = re.compile(r"(?:^|\s)#[ ](.*)$")
SECTION = re.compile(r"(?<![\w/])([\w/.-]+\.md), \"([^\"]+)\"")
"""A section of a page, as comments and messages name it."""
MODULE = re.compile(r":(?:mod|class|func|meth|attr|data):`~?((?:bot|commands|storage)[\w.]*)`")
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s#]+)(#[^)\s]*)?\)|<img src=\"([^\"]+)\"")
NOT_HERE = re.compile(r"(?<![\w/])(?:\d-[a-z]+(?:\.md)?(?=[:)])|docs: [A-Z]\w+)")
"""How pages were cited that never were in the repository."""


@dataclass(frozen=True, slots=True)
class Text:
    """Something that people read, with the file that it stands in."""

    path: Path
    words: str

    @property
    def name(self) -> str:
        return str(self.path.relative_to(ROOT))


def comments(source: str) -> Iterator[str]:
    """Comments of Python, those on lines that follow each other as one.

    A string that looks like a comment is read as one: it may cite nothing wrong either.
    """
    held: list[str] = []
    for line in source.splitlines():
        found = COMMENT.search(line)
        if found:
            held.append(found[1])
        elif held:
            yield " ".join(held)
            held = []
    yield " ".join(held)


def docstrings(source: str) -> Iterator[str]:
    """Strings that stand alone: of modules, classes, functions and attributes."""
    for node in statements(parsed(source)):
        if (
            isinstance(node, ast.Expr)
            and isinstance(node.value, ast.Constant)
            and isinstance(node.value.value, str)
        ):
            yield node.value.value


def texts() -> Iterator[Text]:
    for folder in CODE:
        for path in sorted((ROOT / folder).rglob("*.py")):
            source = path.read_text("utf-8")
            for words in (*comments(source), *docstrings(source)):
                yield Text(path, " ".join(words.split()))
    for path in pages():
        yield Text(path, " ".join(path.read_text("utf-8").split()))


def pages() -> list[Path]:
    """Pages and files of settings, hidden folders of ours among them."""
    hidden = [ROOT / name for name in (".github", ".gitlab", ".forgejo")]
    folders = [ROOT / name for name in (*CODE, "docs", "deploy", "findings")]
    found = {path for folder in (*hidden, *folders) for path in folder.rglob("*")}
    found |= {*ROOT.glob("*"), *ROOT.glob(".*.yml"), *ROOT.glob(".*.yaml")}
    named = {ROOT / name for name in ("Makefile", "Dockerfile", "CODEOWNERS")}
    return sorted(path for path in found if path.suffix in PROSE or path in named)


def is_there(cited: str, of: Path) -> bool:
    """From the root, or, as links on pages are, from where it is cited."""
    return any(
        _is_ours(base / cited) or ("*" in cited and any(base.glob(cited)))
        for base in (ROOT, of.parent)
    )


@cache
def _is_ours(path: Path) -> bool:
    """A file, or a folder in which more is left than byte code of what once was there."""
    return path.is_file() or any(
        each.is_file() and each.suffix != ".pyc" for each in path.glob("**/*")
    )


def headings(page: Path) -> set[str]:
    found = re.findall(r"(?m)^#+ (.+)$", page.read_text("utf-8"))
    return {heading.replace("`", "").strip() for heading in found}


def has_module(dotted: str) -> bool:
    """Whether a module of that name is there, or one in which the rest of the name may be."""
    parts = dotted.split(".")
    paths = [ROOT.joinpath(*parts[:length]) for length in range(len(parts), 1, -1)]
    return any(path.with_suffix(".py").exists() for path in paths) or paths[0].is_dir()


@cache
def everything() -> tuple[Text, ...]:
    """All of it. Each worker loads this file, and only one needs the seconds that this takes."""
    return tuple(texts())


def test_every_file_that_is_cited_exists() -> None:
    missing = {
        f"{text.name}: {cited}"
        for text in everything()
        for cited in FILE.findall(text.words)
        if not is_there(cited, text.path)
    }
    assert not missing


def test_every_section_that_is_cited_exists() -> None:
    cited = [
        (text, page, section)
        for text in everything()
        for page, section in SECTION.findall(text.words)
    ]
    missing = [
        f"{text.name}: {page}, {section}"
        for text, page, section in cited
        if not (ROOT / page).exists() or section not in headings(ROOT / page)
    ]
    assert cited
    assert not missing


def test_every_module_that_is_cited_exists() -> None:
    cited = [(text, name) for text in everything() for name in MODULE.findall(text.words)]
    assert not [f"{text.name}: {name}" for text, name in cited if not has_module(name)]


def test_no_page_is_cited_that_was_never_published() -> None:
    assert not [
        f"{text.name}: {cited}"
        for text in everything()
        for cited in NOT_HERE.findall(text.words)
        if text.path != Path(__file__)
    ]


@pytest.mark.parametrize(
    "page", [path for path in pages() if path.suffix == ".md"], ids=lambda p: str(p.name)
)
def test_links_of_a_page_lead_somewhere(page: Path) -> None:
    words = re.sub(r"```.*?```", "", page.read_text("utf-8"), flags=re.DOTALL)
    for linked, anchor, picture in LINK.findall(words):
        target = linked or picture
        if re.match(r"[a-z]+:", target):
            continue
        found = page.parent / target
        assert found.exists(), target
        if anchor:
            anchors = {
                re.sub(r"[^\w -]", "", each.lower()).replace(" ", "-") for each in headings(found)
            }
            assert anchor[1:] in anchors, target + anchor


@pytest.mark.parametrize(
    "words",
    [
        "see bot/matrix/nowhere.py",
        "(docs/nowhere.md says so)",
        "as storage/nothing/*.py do",
        "The table in NOWHERE.md",
    ],
)
def test_a_file_that_is_not_there_would_be_found(words: str) -> None:
    found = FILE.findall(words)
    assert found
    assert not is_there(found[0], ROOT / "bot" / "app.py")


def test_docstrings_are_read_as_well() -> None:
    """The control."""
    source = '"""Of a module."""\ndef f():\n    """Of a function."""\nx = "none"'
    assert list(docstrings(source)) == ["Of a module.", "Of a function."]


def test_what_is_cited_across_lines_is_one_text() -> None:
    source = 'def one():\n    """Say it."""\n    # See docs/admin.md,\n    # "Upgrading".\n    pass\n\n    # Apart.\n'
    assert [*filter(None, comments(source))] == ['See docs/admin.md, "Upgrading".', "Apart."]
    assert SECTION.findall(next(comments(source))) == [("docs/admin.md", "Upgrading")]
    assert NOT_HERE.search("never from inside (2-trust: Receiving, rule 4)")
    assert NOT_HERE.search("words are the field's (docs: Words)")
