"""Catalogues are merged by sentences: what lines would call a conflict is none, and a real one cannot be missed."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from commands.framework import translations

ROOT = Path(__file__).resolve().parents[2]
SENTENCES = ("Yes", "No", "Perhaps", "Never", "Always")
"""As a source with five sentences has them."""

Words = str | tuple[str, ...]


def written(path: Path, words: dict[str, Words]) -> Path:
    """A catalogue with German words for English ones; a tuple stands for one and for many."""
    catalogue = Catalog(locale="de", fuzzy=False)
    for number, (english, german) in enumerate(words.items()):
        name = english if isinstance(german, str) else (english, f"{english}s")
        catalogue.add(name, german, locations=[(f"commands/{number}.py", 1)])
    path.parent.mkdir(parents=True, exist_ok=True)
    translations.write(path, catalogue)
    return path


def found(path: Path) -> dict[str, Words]:
    with path.open("rb") as file:
        read = read_po(file, locale="de")
    entries = [each for each in read if each.id]
    return {
        str(each.id) if isinstance(each.id, str) else each.id[0]: words(each) for each in entries
    }


def words(message: Message) -> Words:
    said = message.string or ""
    return said if isinstance(said, str) else tuple(said)


EMPTY: dict[str, Words] = dict.fromkeys(SENTENCES, "")
CASES: dict[str, tuple[dict[str, Words], ...]] = {
    # What was before, what we made of it, what they made of it, and what both did.
    "each side translated another sentence": (
        EMPTY,
        EMPTY | {"Yes": "Ja"},
        EMPTY | {"No": "Nein"},
        EMPTY | {"Yes": "Ja", "No": "Nein"},
    ),
    "both translated one alike": (
        EMPTY,
        EMPTY | {"Yes": "Ja"},
        EMPTY | {"Yes": "Ja"},
        EMPTY | {"Yes": "Ja"},
    ),
    "one side mended what both had": (
        {"Yes": "Jo", "No": "Nein"},
        {"Yes": "Jo", "No": "Nein"},
        {"Yes": "Ja", "No": "Nein"},
        {"Yes": "Ja", "No": "Nein"},
    ),
    "our mending stays": (
        {"Yes": "Jo"},
        {"Yes": "Ja"},
        {"Yes": "Jo"},
        {"Yes": "Ja"},
    ),
    "each side brought a sentence": (
        {"Yes": "Ja"},
        {"Yes": "Ja", "No": "Nein"},
        {"Yes": "Ja", "Never": "Nie"},
        {"Yes": "Ja", "No": "Nein", "Never": "Nie"},
    ),
    "theirs dropped one": (
        {"Yes": "Ja", "No": "Nein"},
        {"Yes": "Ja", "No": "Nein"},
        {"Yes": "Ja"},
        {"Yes": "Ja"},
    ),
    "ours dropped one": (
        {"Yes": "Ja", "No": "Nein"},
        {"Yes": "Ja"},
        {"Yes": "Ja", "No": "Nein"},
        {"Yes": "Ja"},
    ),
    "what was mended is not dropped": (
        {"Yes": "Ja", "No": "Nö"},
        {"Yes": "Ja"},
        {"Yes": "Ja", "No": "Nein"},
        {"Yes": "Ja", "No": "Nein"},
    ),
    "an empty one takes nothing away": (
        {"Yes": "Ja"},
        {"Yes": "Ja"},
        {"Yes": ""},
        {"Yes": "Ja"},
    ),
    "one and many": (
        {"Day": ("", "")},
        {"Day": ("", "")},
        {"Day": ("Tag", "Tage")},
        {"Day": ("Tag", "Tage")},
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_what_both_sides_did_is_there(tmp_path: Path, case: tuple[dict[str, Words], ...]) -> None:
    base, ours, theirs = (
        written(tmp_path / name, words)
        for name, words in zip(("base", "ours", "theirs"), case, strict=False)
    )
    assert translations.merge(base, ours, theirs) == []
    assert found(ours) == case[3]
    assert "fuzzy" not in ours.read_text("utf-8")


def test_what_both_said_differently_waits_for_somebody(tmp_path: Path) -> None:
    base = written(tmp_path / "base", {"Yes": "", "No": "Nein"})
    ours = written(tmp_path / "ours", {"Yes": "Ja", "No": "Nein"})
    theirs = written(tmp_path / "theirs", {"Yes": "Jawohl", "No": "Nein"})
    assert translations.merge(base, ours, theirs) == ["Yes"]
    text = ours.read_text("utf-8")
    assert "#, fuzzy" in text, "the catalogues' tests let no fuzzy entry through"
    assert "# The other side: Jawohl" in text
    assert found(ours)["Yes"] == "Ja"


@pytest.mark.parametrize("path", translations.catalogues(), ids=lambda path: path.parts[-3])
def test_merging_nothing_changes_no_byte(path: Path, tmp_path: Path) -> None:
    ours = tmp_path / "ours.po"
    shutil.copy(path, ours)
    assert translations.merge(path, ours, path) == []
    assert ours.read_bytes() == path.read_bytes()


# -- as git does it -------------------------------------------------------------------------------


class Clone:
    """A repository with the project's attributes, and what `make merging` tells git."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.catalogue = place / "locales/de/LC_MESSAGES/steward.po"
        place.mkdir()
        self.git("init", "-q", "-b", "main")
        shutil.copy(ROOT / ".gitattributes", place)
        (place / ".venv/bin").mkdir(parents=True)
        python = place / ".venv/bin/python"
        python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
        python.chmod(0o755)
        (place / "Makefile").symlink_to(ROOT / "Makefile")
        (place / ".gitignore").write_text(".venv\nMakefile\n")

    def git(self, *words: str, ok: bool = True) -> str:
        done = self.run("git", "-c", "user.name=x", "-c", "user.email=x@example.org", *words)
        assert not ok or done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    def run(self, *words: str) -> "subprocess.CompletedProcess[str]":
        environment = os.environ | {"PYTHONPATH": str(ROOT)}
        return subprocess.run(  # noqa: S603
            words, cwd=self.place, env=environment, capture_output=True, text=True, check=False
        )

    def commit(self, words: dict[str, Words], generated: str) -> None:
        written(self.catalogue, words)
        (self.place / "docs").mkdir(exist_ok=True)
        (self.place / "docs/commands.md").write_text(generated)
        self.git("add", "-A")
        self.git("commit", "-qm", "x")


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    clone = Clone(tmp_path / "clone")
    clone.commit(EMPTY, "one\n")
    clone.git("checkout", "-qb", "theirs")
    clone.commit(EMPTY | {"No": "Nein"}, "two\n")
    clone.git("checkout", "-q", "main")
    clone.commit(EMPTY | {"Yes": "Ja"}, "three\n")
    return clone


def test_git_calls_it_a_conflict_where_nobody_told_it(clone: Clone) -> None:
    """The control: the same merge by lines."""
    assert "CONFLICT" in clone.git("merge", "theirs", ok=False)


def test_git_merges_by_sentences(clone: Clone) -> None:
    made = clone.run("make", "-o", "dev", "merging")
    assert made.returncode == 0, made.stderr
    said = clone.git("merge", "theirs")
    assert found(clone.catalogue) == EMPTY | {"Yes": "Ja", "No": "Nein"}
    assert "docs/commands.md is made from the source: make docs" in said
    assert (clone.place / "docs/commands.md").read_text() == "three\n"


def test_git_says_where_somebody_has_to_choose(clone: Clone) -> None:
    clone.run("make", "-o", "dev", "merging")
    clone.git("checkout", "-q", "theirs")
    clone.commit(EMPTY | {"Yes": "Jawohl"}, "two\n")
    said = clone.git("merge", "main", ok=False)
    assert "locales/de/LC_MESSAGES/steward.po: both sides translated anew: Yes" in said
    assert "UU locales/de/LC_MESSAGES/steward.po" in clone.git("status", "--short")
