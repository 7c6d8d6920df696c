"""Every sentence that people read is translated once, and stands in the catalogue for translators."""

import ast
import gettext
import io
from collections.abc import Sequence
from pathlib import Path
from string import Formatter
from typing import ClassVar

import pytest

from commands.framework import i18n, impossible, refuse, say
from commands.framework.messages import SENTENCES, extract, literals, translating_among
from commands.framework.reply import Code, Line, Reply, fill, line, listed, plural, reply
from tests.support.trees import nodes_in, nodes_of

ROOT = Path(__file__).resolve().parents[2]
READY = SENTENCES.keys() - {"_"}
"""``_`` also takes the docstring of a command, which is extracted as such."""
MADE = ROOT / "commands" / "framework" / "reply.py"
"""Where the functions that translate are made of each other."""
HEAD = "from commands.framework.reply import fill, line, say\nfrom commands.framework import _\n"


def escaping(nodes: Sequence[ast.AST]) -> list[int]:
    """The lines of a module on which something may be said that the extractor does not see."""
    calls = [(name, call) for name, call in translating_among(nodes) if name in READY]
    called = {id(call.func) for _name, call in calls}
    imports = [
        node
        for node in nodes
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("commands.framework")
    ]
    imported = {alias.name for node in imports for alias in node.names}
    return sorted(
        {
            *(call.lineno for name, call in calls if literals(name, call) is None),
            *(
                node.lineno
                for node in nodes
                if isinstance(node, ast.Name)
                and isinstance(node.ctx, ast.Load)
                and node.id in READY & imported
                and id(node) not in called
                and not _is_local(nodes, node.id)
            ),
            *(
                node.lineno
                for node in imports
                for alias in node.names
                if alias.name in SENTENCES and alias.asname
            ),
            *(call.lineno for call in _filling(nodes) if _speaks(call)),
        }
    )


def _is_local(nodes: Sequence[ast.AST], name: str) -> bool:
    """Whether the module has a variable of that name as well, like the lines of a list."""
    return any(
        (isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and node.id == name)
        or (isinstance(node, ast.arg) and node.arg == name)
        for node in nodes
    )


def _filling(nodes: Sequence[ast.AST]) -> list[ast.Call]:
    return [
        node
        for node in nodes
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "fill"
    ]


def _speaks(call: ast.Call) -> bool:
    """Whether ``fill`` is given words of ours rather than a bare form like ``{label}: {names}``."""
    template = call.args[0]
    return isinstance(template, ast.Constant) and any(
        letter.isalpha()
        for words, *_field in Formatter().parse(str(template.value))
        for letter in words
    )


@pytest.mark.parametrize(
    ("source", "escapes"),
    [
        ('line("Hello {who}.", who=say)', True),
        ('line("Hello {who}.", who=_("you"))', False),
        ('line("Hello" " there.")', False),
        ("line(words)", True),
        ('line(_("Hello."))', True),
        ('line(f"Hello {you}.")', True),
        ('say("Hello." if you else "Bye.")', True),
        ('fill(_("Hello.") if you else _("Bye."))', False),
        ('fill("{label}: {names}", label=a, names=b)', False),
        ('fill("Hello {who}.", who=you)', True),
        ("rows = map(line, words)", True),
        ("from commands.framework.reply import line as row", True),
    ],
)
def test_what_escapes_the_extractor_is_noticed(source: str, *, escapes: bool) -> None:
    assert bool(escaping(nodes_in(HEAD + source))) is escapes


@pytest.mark.parametrize("folder", ["bot", "commands"])
def test_no_sentence_escapes_the_extractor(folder: str) -> None:
    found = {
        str(path.relative_to(ROOT)): escaping(nodes_of(path))
        for path in (ROOT / folder).rglob("*.py")
        if path != MADE
    }
    assert {path: lines for path, lines in found.items() if lines} == {}


def extracted(source: str) -> list[str | tuple[str, ...]]:
    return [words for _line, _kind, words, _about in extract(_file(source), None, None, None)]


def _file(source: str) -> io.BytesIO:
    return io.BytesIO(source.encode())


def test_a_sentence_within_the_values_of_another_is_extracted() -> None:
    source = HEAD + 'say("{who} is {state}.", who=f"{_(\'somebody\')}", state=_("away"))'
    assert set(extracted(source)) == {("{who} is {state}.",), ("somebody",), ("away",)}


def test_words_of_others_are_not_extracted() -> None:
    """The command line has a ``say`` of its own, for the admin."""
    assert extracted('from bot.cli.terminal import say\nsay("Type the passphrase.")') == []


class _German(gettext.NullTranslations):
    """Says the German of an English word, and something else of the German one."""

    WORDS: ClassVar = {
        "Hello {who}.": "Hallo {who}.",
        "Hallo {who}.": "twice",
        "{n} list": "{n} Liste",
    }

    def gettext(self, message: str) -> str:
        return self.WORDS[message]

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        del msgid2, n
        return self.WORDS[msgid1]


@pytest.fixture
def german(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(i18n, "_catalogue", lambda _locale: _German())


HALLO: Line = ("Hallo ", "Ana", ".")


@pytest.mark.usefixtures("german")
def test_sentences_are_translated_once() -> None:
    assert line("Hello {who}.", who="Ana") == HALLO
    assert fill(i18n._("Hello {who}."), who="Ana") == HALLO
    assert plural("{n} list", "{n} lists", 1, n=1) == ("1", " Liste")
    assert say("Hello {who}.", who="Ana") == Reply((HALLO,))
    assert refuse("Hello {who}.", who="Ana").problem == HALLO
    assert impossible("Hello {who}.", who="Ana").problem == HALLO
    assert line("Hallo {who}.") == ("twice",)  # what a second translation would make of it


def test_a_reply_is_lines_and_lists_in_their_order() -> None:
    rows: list[Line] = [("one",), (Code("two"),)]
    assert reply(("head",), None, listed(rows), ("tail",)).blocks == (
        ("head",),
        listed(rows),
        ("tail",),
    )
