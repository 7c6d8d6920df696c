"""A language's glossary beside its catalogue: which sentences say something else for one of its terms.

A glossary is a table of English terms and how they are said. A term counts as said where the translation has the
stem of one of its words: endings change, and the translator may decline. Three things more are read from the page:

- terms with the same English words (``minutes (text)`` and ``minutes (time)``) stand for each other;
- the table under *Other forms* has, for a term, more beginnings of words that say it;
- the table under *Said otherwise* has sentences in which the English word means something else, with the reason.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from babel.messages.catalog import Catalog, Message

from commands.framework.i18n import NAMES

LETTERS = re.compile(r"[^\W\d_](?:[\w'’-]*\w)?")
FILLED_IN = re.compile(r"\{\w*\}|![a-z0-9]+(?: [a-z]+)?|\b\w+=\S*|“[^”]*”|--\w+")
"""What stands in a sentence and is not said: values, and what is to be typed."""
EVERYDAY = {
    "approval": "also a choice in a poll",
    "approve": "also a choice in a poll",
    "closes": "also of a quotation mark",
    "copy": "also to copy",
    "count": "also to be of account",
    "counts": "also is of account",
    "dropped": "also thrown away",
    "due": "also in a sentence in which it goes without saying",
    "follow": "also of a link",
    "heard": "also a word to type",
    "here": "in every other sentence",
    "history": "also a room's",
    "is open": "also of a test, which is no poll",
    "left": "also what is left, and left out",
    "left out": "also when nothing is typed",
    "letters": "also of the alphabet",
    "look at": "also at pictures",
    "maybe": "also an answer to type",
    "mean": "also to mean",
    "merge": "also the noun",
    "new": "in every other sentence",
    "people": "in every other sentence",
    "place": "also instead of",
    "records": "as record",
    "save": "also a link",
    "say that": "also to say anything",
    "share": "also a break",
    "steady": "also a word to type",
    "take": "with every other verb",
    "to ask": "as ask",
    "to compare": "also of meetings",
    "to end": "also of holds",
    "unable": "also a word to type",
    "action": "also what a structure test is about",
    "agree": "also a choice in a poll, and what another lead does",
    "bar": "also the sign between words",
    "leave": "also to leave a room, and to leave out",
    "note": "also to be told of something",
    "notes": "as note",
    "old": "also of age",
    "out": "also with every other verb",
    "refused": "also what a lead does with an export",
    "act": "a verb in every other sentence",
    "ask": "also to ask a question, or to ask me again",
    "asked": "also asked to be forgotten, or asked a question",
    "away": "also two years away",
    "back": "also to go back, to have somebody back",
    "bars": "also the sign between words, and those of a chart",
    "did": "the past of every verb",
    "did it": "also how it went",
    "drop": "also to leave something out",
    "hold": "also to contain",
    "log": "also to write down anything",
    "look": "also to look at a list",
    "mark": "also a sign, and to tick something off",
    "message": "also in a sentence in which it goes without saying",
    "minutes": "also of an hour",
    "not asked": "as asked",
    "phone": "also by phone, and a number",
    "reached": "also a limit, and whatever arrives",
    "record": "also to be on record",
    "said": "also whatever was said",
    "said yes": "also yes to me",
    "skip": "also to leave out a line of a list",
    "space": "also between two words",
    "taken": "also taken out, taken apart, taken over",
    "talk": "also to talk to one another",
    "time": "also how often, and what o'clock",
}
"""English terms that are everyday words as well: alone they are not held, in a longer term they are."""
ELSEWHERE = re.compile(
    r"\bmakes? room\b|\b(?:has|is) room for\b|\bhelp lead\b|\bsum leads\b|\bapprovals lead\b|\bnothing leads\b"
    r"|\bwhen there is room\b|\blegal ballots?\b|\bstands behind your choice\b|\b(?:another|each) organizer\b|\ba lead's direct\b|\bvote \{code\}"
    r"|\bmust lead in it\b|\bclearly lead\b|\bchat backup\b|\bkey backup\b|\bsettings, .*"
)
"""Turns of English in which a term is none, and names of menus of apps."""
TO_TYPE = re.compile(
    r"^(?:say what the columns|what the column|which field|a column can hold|leader, committee|survey, meeting"
    r"|how far did they come|whose names|notasked, asked|where: room|room, with your name|which role|which: steady"
    r"|employee, leave|why\? supervisor|steady, dropped|member, or in|why may we keep|on which fields|vote )"
)
"""How sentences begin that list words to type."""
ABOUT = {"label", "labels", "verb", "noun", "sentence", "sentences", "plural", "adjective", "short"}
"""Words by which a cell says when a term is used."""
NO_SPACES = {"zh_Hans"}
SHARE = 0.7
"""How much of a word is its stem, and the least letters of one."""
LEAST = 3


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence that has a term of the glossary and says something else for it."""

    term: str
    english: str
    translation: str


@dataclass(frozen=True)
class Glossary:
    """What a glossary says, in one language."""

    language: str
    text: str

    @classmethod
    def read(cls, path: Path) -> "Glossary":
        """Read ``locales/<code>/glossary.md``."""
        return cls(path.parent.name, path.read_text(encoding="utf-8"))

    @cached_property
    def terms(self) -> Mapping[str, tuple[str, ...]]:
        """By English words, the stems of which one stands in the translation."""
        found: dict[str, tuple[str, ...]] = {}
        for english, term, *_note in self._rows("terms"):
            stems = tuple(stem for each in _parts(term) for stem in self._stems(each))
            for each in _parts(english):
                found[_plain(each)] = (*found.get(_plain(each), ()), *stems)
        for english, more, *_why in self._rows("other forms"):
            stems = tuple(map(self.comparable, more.split(", ")))
            found[_plain(english)] = (*found[_plain(english)], *stems)
        return {
            english: stems
            for english, stems in found.items()
            if english and stems and english not in EVERYDAY
        }

    @cached_property
    def otherwise(self) -> Mapping[str, set[str]]:
        """By English words, the beginnings of sentences in which they mean something else."""
        found: dict[str, set[str]] = {}
        for english, begins, *why in self._rows("said otherwise"):
            assert "".join(why), f"no reason: {begins}"
            found.setdefault(_plain(english), set()).add(begins)
        return found

    @property
    def rows(self) -> int:
        """How many terms the page has."""
        return sum(1 for _row in self._rows("terms"))

    def idle(self, catalogue: Catalog) -> list[str]:
        """Return the exceptions that excuse nothing any more."""
        bare = Glossary(self.language, self.text.partition("\n## Said otherwise")[0])
        found = [(each.term, each.english) for each in bare.said_otherwise(catalogue)]
        return [
            begins
            for term, several in self.otherwise.items()
            for begins in several
            if not any(at == term and english.startswith(begins) for at, english in found)
        ]

    def said_otherwise(self, catalogue: Catalog) -> Iterator[Said]:
        """Yield the sentences that have a term and none of the words for it."""
        for message in catalogue:
            if message.id and message.context not in NAMES:
                yield from self._in(message)

    def _in(self, message: Message) -> Iterator[Said]:
        forms = _several(message.id)
        said = _several(message.string)
        whole = self.comparable(" ".join(said))
        for term in self.terms_of(" ".join(forms)):
            excused = any(forms[0].startswith(each) for each in self.otherwise.get(term, ()))
            if not excused and not any(stem in whole for stem in self.terms[term]):
                yield Said(term, forms[0], said[0])

    def terms_of(self, english: str) -> list[str]:
        """Return the terms in a sentence; those within a longer one left out."""
        rest, found = ELSEWHERE.sub(" ", _plain(FILLED_IN.sub(" ", english))), []
        if TO_TYPE.match(rest) or _is_list(english):
            return []
        for term, pattern in self._patterns:
            # Of ten million, nearly all are not there: looking so is ten times as quick as the pattern.
            if term not in rest:
                continue
            kept = pattern.sub(" ", rest)
            if kept != rest:
                found.append(term)
                rest = kept
        return found

    @cached_property
    def _patterns(self) -> Sequence[tuple[str, re.Pattern[str]]]:
        longest_first = sorted(self.terms, key=lambda term: (-len(term), term))
        return [
            (term, re.compile(rf"(?<![\w'-]){re.escape(term)}(?:e?s)?(?![\w'-])"))
            for term in longest_first
        ]

    def comparable(self, text: str) -> str:
        plain = _plain(text)
        return plain.replace(" ", "") if self.language in NO_SPACES else plain

    def _stems(self, term: str) -> list[str]:
        """Return the stem of the longest word of a term; all of it where there are no spaces."""
        if self.language in NO_SPACES:
            return [self.comparable(term)] if term else []
        words = sorted(LETTERS.findall(_plain(term)), key=len)
        if not words:
            return [_plain(term)] if term else []
        longest = words[-1]
        return [longest[: max(LEAST, round(SHARE * len(longest)))]]

    def _rows(self, table: str) -> Iterator[list[str]]:
        """Yield the rows of a table: *other forms*, *said otherwise*, or those of all others."""
        heading = ""
        for line in self.text.splitlines():
            if line.startswith("## "):
                heading = line.removeprefix("## ").strip().casefold()
            cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
            named = heading if heading in {"other forms", "said otherwise"} else "terms"
            if line.startswith("|") and named == table and not _is_head(cells):
                yield cells


def _several(words: object) -> tuple[str, ...]:
    """Return the forms of a message: one, or one for each plural."""
    return tuple(map(str, words)) if isinstance(words, list | tuple) else (str(words),)


def _is_list(english: str) -> bool:
    """Whether a message is a list of words that are understood, and no sentence."""
    items = english.split(", ")
    return len(items) > 1 and all(
        len(each.split()) <= 3 and each == each.casefold() and "{" not in each for each in items
    )


def _is_head(cells: Sequence[str]) -> bool:
    return cells[0].casefold() in {"english", "inglés", ""} or not cells[0].strip("-: ")


def _parts(cell: str) -> list[str]:
    """Return the terms in a cell, without what is said about them in brackets."""
    bare = re.sub(r"[„“”«»\"*`…]", "", re.sub(r"\([^)]*\)|（[^）]*）", "", cell))
    parts = re.split(r"[,;/、；]|: ", bare)
    bare_parts = (each.strip(" .:") for each in parts)
    return [each for each in bare_parts if each and each.casefold() not in ABOUT]


def _plain(text: str) -> str:
    """Return a text in small letters, without accents."""
    apart = unicodedata.normalize("NFKD", text.casefold().replace("’", "'"))
    return "".join(char for char in apart if not unicodedata.combining(char))
