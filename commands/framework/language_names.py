"""How commands and keys are typed in one language, and how a line is found to begin with one of them. Pure."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Final

from commands.framework.clean import LIMIT, straighten
from commands.framework.i18n import in_languages_heard, name_in_catalogue
from commands.framework.shown_names import COMMAND, KEY, LONGEST, ways
from commands.framework.spec import Command
from storage.core.lazy_dataclass import dataclass
from storage.core.lazy_pattern import lazy_pattern
from storage.names import folded

Lookup = Callable[[str, str], str]
"""Gives a catalogue's entry, by context and English."""

_BEGINS: Final = frozenset("!！")
_QUOTES: Final = "\"“”„‟«»'‘’‚‛‹›"
_DASHES: Final = str.maketrans("–—−", "---")
_SPELLED_OUT: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
HAN = lazy_pattern("[\u3400-\u9fff]")


def fold(word: str) -> str:
    """Return a typed word without case, accents and signs: "Schließen" and "schliessen" are one."""
    return folded(word).replace(" ", "")


def spellings(way: str) -> set[tuple[str, ...]]:
    """Return the words of a way to type something, folded: with umlauts left out, and spelled as two letters."""
    plain = unicodedata.normalize("NFC", way.casefold())
    said = {plain, plain.translate(_SPELLED_OUT)}
    return {tuple(fold(word) for word in each.split()) for each in said}


class LanguageNames:
    """How commands and keys are typed in one language."""

    def __init__(self, language: str, commands: Sequence[Command], lookup: Lookup) -> None:
        self.language: Final = language
        self.commands: Final[dict[tuple[str, ...], Command]] = {}
        self.written: Final[dict[str, Command]] = {}
        """By the names as they are written, for suggestions."""
        self._lookup = lookup
        self._keys: dict[str, Mapping[str, str]] = {}
        for command in commands:
            for way in ways(lookup(COMMAND, command.name), command.name):
                self.written.setdefault(way, command)
                for words in spellings(way):
                    self.commands.setdefault(words, command)

    @cached_property
    def first(self) -> frozenset[str]:
        """The words that names begin with."""
        return frozenset(words[0] for words in self.commands)

    def after(self, first: str) -> dict[str, Command]:
        """The words that may follow a first word, and the commands they make."""
        begun = fold(first)
        return {
            words[1]: command
            for words, command in self.commands.items()
            if len(words) > 1 and words[0] == begun
        }

    def keys(self, command: Command) -> Mapping[str, str]:
        """The keys and flags of a command by the words that people type for them."""
        if command.name not in self._keys:
            self._keys[command.name] = {
                "".join(words): key
                for key in command.keyed()
                for way in ways(self._lookup(KEY, key), key)
                for words in spellings(way)
            }
        return self._keys[command.name]

    def is_way(self, typed: str, context: str, english: str) -> bool:
        """Whether something typed is a way to type a name."""
        said = tuple(fold(word) for word in typed.split())
        return any(said in spellings(way) for way in ways(self._lookup(context, english), english))

    def run_together(self, text: str) -> Iterator[tuple[int, list[str], Command]]:
        """Where each name ends that a text begins with, as Chinese writes it: without spaces. The longest first."""
        if not HAN.match(text):
            return
        for pattern, words, command in self._without_spaces:
            found = pattern.match(text)
            if found is not None:
                yield found.end(), words, command

    @cached_property
    def _without_spaces(self) -> list[tuple[re.Pattern[str], list[str], Command]]:
        longest_first = sorted(self.written.items(), key=lambda each: -len(each[0]))
        return [
            (re.compile(r"\s*".join(map(re.escape, way.split()))), way.split(), command)
            for way, command in longest_first
            if HAN.match(way)
        ]


@dataclass(frozen=True, slots=True)
class NameMatch:
    """A name found at the beginning of a line."""

    command: Command
    words: int
    end: int
    """Where it ends in the text."""
    language: str


def keys_heard(keys: Iterable[str]) -> dict[str, str]:
    """Return what people type for keys in the languages heard here, folded, English aside; and which it is."""
    names = tuple(keys)
    entries = in_languages_heard(lambda: [(key, name_in_catalogue(KEY, key)) for key in names])
    return {
        "".join(words): key
        for each in reversed(entries)
        for key, found in each
        for way in ways(found, key)
        for words in spellings(way)
    }


def plain_word(typed: str) -> str:
    """Return a word as the names in English are compared: without case, the mark and what ends a sentence."""
    if not typed.isascii():
        typed = unicodedata.normalize("NFKC", typed).translate(_DASHES)
    plain = typed.casefold().lstrip("!")
    return plain.rstrip(".,;:!?。、") or plain


def begins_a_sentence(alone: Command | None, words: Sequence[str], length: int) -> bool:
    """``!poll Open the strike fund?`` asks that, it opens no poll: a capital, then small letters.

    Only where the first word by itself is a command that takes words as they are typed.
    """
    if length != len(("poll", "open")) or len(words) <= length or alone is None:
        return False
    typed = any(p.as_typed for p in alone.positional())
    second, third = words[1], words[length]
    return typed and words[0].islower() and second.istitle() and third[:1].islower()


def match(
    names: LanguageNames, words: Sequence[tuple[int, int]], said: Sequence[str]
) -> NameMatch | None:
    """The longest name that words begin with; None where the next word is a slip in a longer one."""
    folds = ["" if each[0] in _QUOTES else fold(straighten(each)) for each in said]
    for many in range(min(LONGEST, len(said)), 0, -1):
        command = names.commands.get(tuple(folds[:many]))
        alone = names.commands.get((folds[0],))
        if command is None or begins_a_sentence(alone, said, many):
            continue
        after = folds[1] if many == 1 and len(folds) > 1 else ""
        slips = (sorted(sub) == sorted(after) and sub != after for sub in names.after(folds[0]))
        if after and any(slips):
            return None
        return NameMatch(command, many, words[many - 1][1], names.language)
    return None


def glued(names: LanguageNames, text: str, start: int) -> NameMatch | None:
    """The name that a line begins with where nothing parts it from what follows, as in Chinese.

    With a sign, a number or a letter behind it that is clear. With more Chinese behind it, only if the line has its
    mark, the name has two letters, what follows has a place in the command, and no shorter name would do.
    """
    rest = text[start : start + LIMIT]
    found = list(names.run_together(rest))
    if not found:
        return None
    end, name, command = found[0]
    goes_on = HAN.match(rest, end) is not None
    marked = is_behind_a_mark(text, start)
    others = any(
        _takes_words(each) or words != name[: len(words)]
        for _end, words, each in found
        if each is not command
    )
    if goes_on and (not marked or end < len("投票") or others or not command.positional()):
        return None
    return NameMatch(command, 1, start + end, names.language)


def _takes_words(command: Command) -> bool:
    """Whether any words may stand behind a command, a question for one."""
    return any(each.as_typed for each in command.positional())


def longest(found: Sequence[NameMatch | None]) -> list[NameMatch]:
    """The matches that take most words: a longer name leaves less to be something else."""
    there = [each for each in found if each is not None]
    most = max((each.words for each in there), default=0)
    return [each for each in there if each.words == most]


def is_behind_a_mark(text: str, start: int) -> bool:
    """Whether the words of a line that begin there stand behind the mark of a command."""
    return text[:start].rstrip()[-1:] in _BEGINS
