"""Names of commands and keys in the languages people type, put into English before anything else is read.

Whatever is parsed, stored or typed anew later is English then, and is understood whoever chooses another language.
A name in English goes before one in the committee's language, and that before one in the writer's own. Where the
committee's and the writer's language mean two things by it, both are shown and nothing is done. A name of any other
language is taken where nothing else knows the word, and all languages that do know it mean the same.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property, partial
from itertools import chain, islice
from typing import Final
from weakref import WeakKeyDictionary

from commands.framework.as_typed import QUOTED, QUOTES
from commands.framework.clean import LIMIT
from commands.framework.context import Place
from commands.framework.errors import NO_EXAMPLE, AnswerOption, Refusal, cut
from commands.framework.i18n import (
    SOURCE_LANGUAGE,
    available,
    catalogue_of,
    languages_heard,
    names_kept,
)
from commands.framework.language_names import (
    HAN,
    LanguageNames,
    NameMatch,
    fold,
    glued,
    is_behind_a_mark,
    longest,
    match,
    plain_word,
)
from commands.framework.mentions import unaddressed
from commands.framework.reply import in_source_words, line, listed
from commands.framework.shown_names import LONGEST
from commands.framework.spec import Command
from commands.framework.suggest import suggest
from commands.framework.values import Pasted
from commands.roles.standing import Role
from storage.core.lazy_dataclass import dataclass
from storage.core.lazy_pattern import LazyPattern, lazy_pattern

Names = Mapping[tuple[str, ...], Command]

_BEGINNING: Final = 80
"""Letters of a word that are looked at."""
_LOOKED_AT: Final = 4_096
"""Letters of a message in which it is looked for what may need other languages."""
_MARKS_IN_ROOMS: Final = "!！/¡"
"""Without one of these nothing in a room is looked up (room_lines.py)."""
_ENDS: Final = ".,;:!?。、，；：！？"
"""What may stand behind a name, as at the end of a sentence or before what follows."""
_MARKS = lazy_pattern(r"[\s!！]*")
_WORD = lazy_pattern(r"\S+")
_LETTERS: Final = "[^\\W\\d_][\\w\u0300-\u036f]*"
_TYPED_KEY = lazy_pattern(
    rf"{QUOTED}|(?<!\S)'[^']*'(?!\S)"
    rf"|(?<![^\s,;|?!。，；？！{QUOTES}])(?P<key>{_LETTERS})(?P<sign>[ \t]?[=＝][ \t]?|[:：](?=\S))"
    rf"|(?<!\S)(?P<dashes>[-–—―－]{{1,2}})(?P<flag>{_LETTERS})(?!\S)"
)


@dataclass(frozen=True, slots=True)
class HeardLine:
    """A line as it would be typed in English."""

    text: str
    language: str | None = None
    """The one language that knows its words, where neither the committee nor the writer speaks it."""
    named: bool = False
    """Whether the name of a command was put into English, and not keys alone."""
    foreign: bool = False
    """Whether its words are of a language that neither the committee nor the writer speaks."""
    ask: Callable[[], Refusal] | None = None
    """Makes the question where its words mean several things, in whatever language is spoken then."""
    commands: tuple[Command, ...] = ()
    """Those that may be meant where that is unclear."""


class TypedNames:
    """The names of all commands, by language."""

    def __init__(
        self,
        commands: Sequence[Command],
        english: Names,
        tried: Names,
        with_more: Mapping[Command, Command],
    ) -> None:
        """``english``: the commands by their names there. ``tried``: by words that are none, and are asked about.

        ``with_more``: what a command means with words behind it.
        """
        self._commands = commands
        self._with_more = with_more
        self._english = english
        self._tried = tried
        self._heard: WeakKeyDictionary[object, LanguageNames] = WeakKeyDictionary()
        self._others: dict[str, LanguageNames] = {}

    def needs_others(self, text: str, place: Place) -> bool:
        """Whether names of languages that are not heard here may be looked for in a message, and are not read yet."""
        if len(self._others) >= len(available()) - 1:
            return False
        if place is Place.ROOM and not any(mark in text for mark in _MARKS_IN_ROOMS):
            return False
        return any(self._is_foreign(each) for each in text[:_LOOKED_AT].splitlines())

    def read_others(self) -> None:
        """Read the names of every language: 20 ms of work, for a thread of its own."""
        self._others |= {each: self._kept(each) for each in available() if each != SOURCE_LANGUAGE}

    def _is_foreign(self, line: str) -> bool:
        """Whether a line begins with no name in a language heard here, or has a key that is none in English."""
        start = _end(_MARKS, line, len(line) - len(unaddressed(line)))
        said = line[start : start + _BEGINNING].split(maxsplit=1)
        heard = self.heard()
        if not said or any(fold(said[0]) in each.first for each in heard):
            return False
        if plain_word(said[0]) not in self._first_in_english:
            return all(next(each.run_together(line[start:]), None) is None for each in heard)
        keys = () if heard else _TYPED_KEY.finditer(line, start)
        typed = (each["key"] or each["flag"] for each in keys)
        return any(each is not None and each.lower() not in self._keys_in_english for each in typed)

    @cached_property
    def _first_in_english(self) -> frozenset[str]:
        return frozenset(words[0] for words in self._english)

    @cached_property
    def _keys_in_english(self) -> frozenset[str]:
        return frozenset(key for command in self._commands for key in command.keyed())

    def heard(self) -> list[LanguageNames]:
        """How commands are typed in the languages heard here, English aside."""
        return [self._of(each) for each in languages_heard() if each != SOURCE_LANGUAGE]

    def knows(self, first: str) -> bool:
        """Whether a name begins with the word, in whatever language: before it is clear who hears it."""
        said = fold(first)
        return any(said in each.first for each in chain(self.heard(), self._not_heard()))

    def beginning_with(self, first: str) -> list[Command]:
        """The commands whose names in a language heard here begin with the word."""
        return _beginning(self.heard(), fold(first))

    def beginning_anywhere(self, first: str) -> list[Command]:
        """The commands whose names begin with the word, in languages heard here or else in any."""
        return self.beginning_with(first) or _beginning(self._not_heard(), fold(first))

    def near(self, said: Sequence[str], role: Role) -> tuple[Sequence[str], Command] | None:
        """The command whose name in a language heard here words are like, and how many of them."""
        begun = "".join(said)
        for each in self.heard():
            for _end, _words, command in each.run_together(begun):
                if command.who <= role:
                    return said[:1], command
            may = {
                " ".join(words): command
                for words, command in each.commands.items()
                if command.who <= role
            }
            for length in (2, 1):
                close = suggest(" ".join(map(fold, said[:length])), may)
                if close is not None:
                    return said[:length], may[close]
        return None

    def in_english(self, text: str, usual: Command | None = None) -> HeardLine:
        """Return a line with names and keys in English; every other word stays.

        ``usual`` is the command of lines without a name, for their keys.
        """
        start = len(text) - len(unaddressed(text))
        start = _end(_MARKS, text, start)
        words = [(w.start(), w.end()) for w in islice(_WORD.finditer(text, start), LONGEST + 1)]
        if not words:
            return HeardLine(text)
        said = [text[begin:end][:_BEGINNING] for begin, end in words]
        english, command = self._in_source(said)
        matches, aside = self._matches(text, words, said, english)
        meant = list(dict.fromkeys(each.command for each in matches))
        if len(meant) > 1:
            return _unclear(text, start, matches)
        if matches:
            match, command = matches[0], matches[0].command
            rest = text[match.end :].lstrip(_ENDS if match.end < len(text) else "")
            rest = rest if not rest or rest[0].isspace() else f" {rest}"
            text = f"{text[:start]}{command.name}{rest}"
            start += len(command.name)
        with_keys = self._with_keys(text, start, command or usual)
        if not matches:
            return with_keys
        foreign = matches[0].language not in languages_heard()
        return replace(with_keys, language=aside, named=True, foreign=foreign)

    def _of(self, language: str) -> LanguageNames:
        """The names in a language that is heard: its catalogue is loaded."""
        catalogue = catalogue_of(language)
        if catalogue not in self._heard:
            self._heard[catalogue] = LanguageNames(language, self._commands, catalogue.pgettext)
        return self._heard[catalogue]

    def _not_heard(self) -> list[LanguageNames]:
        """The names in all other languages, read without their sentences when the first is needed."""
        others = [each for each in available() if each not in languages_heard()]
        for each in others:
            if each not in self._others:
                self._others[each] = self._kept(each)
        return [self._others[each] for each in others]

    def _kept(self, language: str) -> LanguageNames:
        kept = names_kept(language)
        return LanguageNames(language, self._commands, lambda *of: kept.get(of, ""))

    def _in_source(self, said: Sequence[str]) -> tuple[int, Command | None]:
        """How many words are a name in English, and whose."""
        plain = [plain_word(each) for each in said]
        for many in range(min(LONGEST, len(plain)), 0, -1):
            found = self._english.get(tuple(plain[:many]))
            if found is not None:
                return many, found
        return 0, None

    def _matches(
        self, text: str, words: Sequence[tuple[int, int]], said: Sequence[str], english: int
    ) -> tuple[list[NameMatch], str | None]:
        """The names that a line begins with, none where English knows it; and which language knows it alone.

        ``english``: how many of its words are a name there.
        """
        found = longest([match(each, words, said) for each in self.heard()])
        if not is_behind_a_mark(text, words[0][0]):
            # "ich" asks who I am, and begins many a sentence.
            found = [e for e in found if len(words) == e.words or e.command.parameters]
        if not found and not english:
            found = longest([glued(each, text, words[0][0]) for each in self.heard()])
        if found or english:
            return ([each for each in found if each.words > english], None)
        if any(
            tuple(map(plain_word, said[:many])) in self._tried for many in range(1, LONGEST + 1)
        ):
            return ([], None)
        others = [
            match(each, words, said) or glued(each, text, words[0][0]) for each in self._not_heard()
        ]
        found = longest(others)
        if len({each.command for each in found}) != 1:
            return ([], None)
        return (found, found[0].language if len(found) == 1 else None)

    def _with_keys(self, text: str, start: int, command: Command | None) -> HeardLine:
        """The line with the keys of a command in English."""
        command = None if command is None else self._with_more.get(command, command)
        english = {} if command is None else command.keyed()
        if command is None or not english:
            return HeardLine(text)
        until = min(len(text), LIMIT)
        if Pasted in command.facts.values():
            below = text.find("\n", start)
            until = until if below < 0 else below
        putting = _Keys(self, command)

        def put(found: re.Match[str]) -> str:
            typed = found["key"] or found["flag"]
            # Chinese puts a colon where others put an equals sign.
            sign = found["sign"] and found["sign"][0] in ":：" and not HAN.match(typed)
            key = None if typed is None or typed.lower() in english or sign else putting.key(typed)
            if key is None:
                return found[0]
            if found["flag"]:
                return f"{found['dashes']}{key}"
            before = found.string[found.start() - 1 : found.start()]
            return f"{'' if not before or before.isspace() else ' '}{key}="

        made = text[:start] + _TYPED_KEY.sub(put, text[start:until]) + text[until:]
        if putting.unclear is not None:
            return HeardLine(text, ask=putting.unclear, commands=(command,))
        languages = set(putting.languages)
        language = languages.pop() if len(languages) == 1 else None
        return HeardLine(made, language, foreign=putting.foreign)

    def languages_of(self, command: Command, typed: str) -> tuple[dict[str, str], dict[str, str]]:
        """The key of a command that something typed is, by language: in those heard here, and in all others."""
        here = {each.language: each.keys(command).get(typed) for each in self.heard()}
        found = {language: key for language, key in here.items() if key is not None}
        if found:
            return found, {}
        others = {each.language: each.keys(command).get(typed) for each in self._not_heard()}
        return {}, {language: key for language, key in others.items() if key is not None}


class _Keys:
    """The keys of one line, put into English; keeps which languages know them, and what is unclear."""

    def __init__(self, names: TypedNames, command: Command) -> None:
        self._names = names
        self._command = command
        self.languages: list[str] = []
        """Those of nobody here that alone know a key."""
        self.foreign = False
        """Whether one is of a language of nobody here, or of several."""
        self.unclear: Callable[[], Refusal] | None = None

    def key(self, typed: str) -> str | None:
        """The key in English; None for what is none."""
        here, others = self._names.languages_of(self._command, fold(typed))
        keys = list(dict.fromkeys((here or others).values()))
        if here and len(keys) > 1:
            self.unclear = partial(_which_key, typed, keys)
        if not keys or (others and len(keys) > 1):
            return None
        self.foreign = self.foreign or bool(others)
        if len(others) == 1:
            self.languages += others
        return keys[0]


def _beginning(languages: Iterable[LanguageNames], first: str) -> list[Command]:
    return [
        command
        for each in languages
        for words, command in each.commands.items()
        if words[0] == first
    ]


def _unclear(text: str, start: int, matches: Sequence[NameMatch]) -> HeardLine:
    """A line that begins with a name which two languages have."""
    meant = {each.command: each for each in matches}
    lines = {command: f"!{command.name}{text[match.end :]}" for command, match in meant.items()}
    word = text[start : matches[0].end]
    return HeardLine(text, ask=partial(_which_command, word, lines), commands=tuple(lines))


def _which_command(typed: str, lines: Mapping[Command, str]) -> Refusal:
    told = line(
        "“{word}” means two things here, one in each language. Which did you mean?",
        word=cut(typed),
    )
    return Refusal(
        told,
        example=NO_EXAMPLE,
        choices=listed(
            [(in_source_words(f"!{c.name}"), " ", c.help) for c in lines], numbered=True
        ),
        options=[AnswerOption(c.name, typed) for c, typed in lines.items()],
    )


def _end(pattern: LazyPattern, text: str, start: int) -> int:
    found = pattern.match(text, start)
    return start if found is None else found.end()


def _which_key(typed: str, keys: Sequence[str]) -> Refusal:
    told = line(
        "“{word}=” means two things here, one in each language. Type {first} or {second}.",
        word=cut(typed),
        first=in_source_words(f"{keys[0]}="),
        second=in_source_words(f"{keys[1]}="),
    )
    return Refusal(told, example=NO_EXAMPLE)
