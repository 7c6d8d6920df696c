"""Pseudo-languages: English sentences between marks, by which each word tells who it was written for."""

import gettext
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest

from commands.all import CATALOGUE
from commands.framework import i18n, typed_names
from commands.framework.shown_names import COMMAND
from commands.general import terms, views

MARKS = {"en": ("⟨", "⟩"), "de": ("⟦", "⟧"), "es": ("⟪", "⟫")}
"""A person speaks de, the room es; nobody speaks English."""
_NAMES = frozenset(command.name for command in CATALOGUE)
_ALL = re.compile("[" + "".join(mark for pair in MARKS.values() for mark in pair) + "]")


@dataclass(frozen=True)
class Pseudo(gettext.NullTranslations):
    """A catalogue that marks what it translates; what is filled in stands outside of the marks."""

    language: str

    def gettext(self, message: str) -> str:
        begin, end = MARKS[self.language]
        marked = re.sub(r"\{\w+\}", lambda field: f"{end}{field[0]}{begin}", message)
        return f"{begin}{marked}{end}".replace(begin + end, "")

    def pgettext(self, context: str, message: str) -> str:
        """A name to type, which readers are shown between marks, too, and type as in English."""
        known = context != COMMAND or message in _NAMES
        return self.gettext(message) if known else message

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self.gettext(msgid1 if n == 1 else msgid2)


@contextmanager
def pseudo() -> Iterator[None]:
    """Translate into pseudo-languages inside the block."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(i18n, "_catalogue", Pseudo)
        for module in (i18n, terms, typed_names, views):
            patch.setattr(module, "available", lambda: tuple(MARKS))
        yield


def foreign(text: str, language: str) -> list[str]:
    """Which marks of other languages are in a text for a reader of ``language``."""
    own = MARKS[language]
    return sorted({mark for mark in _ALL.findall(text) if mark not in own})


def outside(text: str, language: str) -> str:
    """What stands outside of all marks, a blank for each that is left out: what nobody translates."""
    begin, end = MARKS[language]
    depth, kept = 0, []
    for letter in text:
        depth += letter == begin
        if not depth:
            kept.append(letter)
        elif letter == end:
            kept.append(" ")
        depth -= letter == end
    return "".join(kept)
