"""Names of commands and keys in the languages people type, put into English before anything else is read.

Whatever is parsed, stored or typed anew later is English then, and is understood whoever chooses another language.
A name in English goes before one in the committee's language, and that before one in the writer's own. Where the
committee's and the writer's language mean two things by it, both are shown and nothing is done. A name of any other
language is taken where nothing else knows the word, and all languages that do know it mean the same.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property, partial
from itertools import chain, islice
from typing import Final
from weakref import WeakKeyDictionary

from commands.framework.as_typed import QUOTED, QUOTES
from commands.framework.clean import LIMIT, straighten
from commands.framework.errors import NO_EXAMPLE, AnswerOption, Refusal, cut
from commands.framework.i18n import (
    SOURCE_LANGUAGE,
    available,
    catalogue_of,
    in_languages_heard,
    languages_heard,
    name_in_catalogue,
    names_kept,
)
from commands.framework.mentions import unaddressed
from commands.framework.reply import in_source_words, line, listed
from commands.framework.shown_names import COMMAND, KEY, LONGEST, ways
from commands.framework.spec import Command
from commands.framework.suggest import suggest
from commands.framework.values import Pasted
from commands.roles.standing import Role
from storage.core.lazy_dataclass import dataclass
from storage.names import folded

Names = Mapping[tuple[str, ...], Command]
Lookup = Callable[[str, str], str]
"""Gives a catalogue's entry, by context and English."""

_BEGINNING: Final = 80
"""Letters of a word that are looked at."""
_ENDS: Final = ".,;:!?。、，；：！？"
"""What may stand behind a name, as at the end of a sentence or before what follows."""
_BEGINS: Final = frozenset("!！")
_QUOTES: Final = "\"“”„‟«»'‘’‚‛‹›"
_SPELLED_OUT: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
_HAN = re.compile("[\u3400-\u9fff]")
_MARKS = re.compile(r"[\s!！]*")
_WORD = re.compile(r"\S+")
_LETTERS: Final = "[^\\W\\d_][\\w\u0300-\u036f]*"
_TYPED_KEY = re.compile(
    rf"{QUOTED}|(?<!\S)'[^']*'(?!\S)"
    rf"|(?<![^\s,;|?!。，；？！{QUOTES}])(?P<key>{_LETTERS})(?P<sign>[ \t]?[=＝][ \t]?|[:：](?=\S))"
    rf"|(?<!\S)(?P<dashes>[-–—―－]{{1,2}})(?P<flag>{_LETTERS})(?!\S)"
)


def fold(word: str) -> str:
    """Return a typed word without case, accents and signs: "Schließen" and "schliessen" are one."""
    return folded(word).replace(" ", "")


def spellings(way: str) -> set[tuple[str, ...]]:
    """Return the words of a way to type something, folded: with umlauts left out, and spelled as two letters."""
    plain = unicodedata.normalize("NFC", way.casefold())
    said = {plain, plain.translate(_SPELLED_OUT)}
    return {tuple(fold(word) for word in each.split()) for each in said}


@dataclass(frozen=True, slots=True)
class HeardLine:
    """A line as it would be typed in English."""

    text: str
    language: str | None = None
    """The one language that knows its words, where neither the committee nor the writer speaks it."""
    ask: Callable[[], Refusal] | None = None
    """Makes the question where its words mean several things, in whatever language is spoken then."""
    commands: tuple[Command, ...] = ()
    """Those that may be meant where that is unclear."""


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
        if not _HAN.match(text):
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
            if _HAN.match(way)
        ]


@dataclass(frozen=True, slots=True)
class _Match:
    """A name found at the beginning of a line."""

    command: Command
    words: int
    end: int
    """Where it ends in the text."""
    language: str


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
        matches, aside = self._matches(text, words, said)
        meant = list(dict.fromkeys(each.command for each in matches))
        if len(meant) > 1:
            return _unclear(text, start, matches)
        command = self._in_source(said)[1]
        if matches:
            match, command = matches[0], matches[0].command
            rest = text[match.end :].lstrip(_ENDS if match.end < len(text) else "")
            rest = rest if not rest or rest[0].isspace() else f" {rest}"
            text = f"{text[:start]}{command.name}{rest}"
            start += len(command.name)
        with_keys = self._with_keys(text, start, command or usual)
        return replace(with_keys, language=aside) if matches else with_keys

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
                kept = names_kept(each)
                self._others[each] = LanguageNames(
                    each, self._commands, lambda *of, kept=kept: kept.get(of, "")
                )
        return [self._others[each] for each in others]

    def _in_source(self, said: Sequence[str]) -> tuple[int, Command | None]:
        """How many words are a name in English, and whose."""
        plain = [plain_word(each) for each in said]
        for many in range(min(LONGEST, len(plain)), 0, -1):
            found = self._english.get(tuple(plain[:many]))
            if found is not None:
                return many, found
        return 0, None

    def _matches(
        self, text: str, words: Sequence[tuple[int, int]], said: Sequence[str]
    ) -> tuple[list[_Match], str | None]:
        """The names that a line begins with, none where English knows it; and which language knows it alone."""
        english, _command = self._in_source(said)
        found = _longest([_match(each, words, said) for each in self.heard()])
        if not _is_marked(text, words[0][0]):
            # "ich" asks who I am, and begins many a sentence.
            found = [e for e in found if len(words) == e.words or e.command.parameters]
        if not found and not english:
            found = _longest([_glued(each, text, words[0][0]) for each in self.heard()])
        if found or english:
            return ([each for each in found if each.words > english], None)
        if any(
            tuple(map(plain_word, said[:many])) in self._tried for many in range(1, LONGEST + 1)
        ):
            return ([], None)
        others = [
            _match(each, words, said) or _glued(each, text, words[0][0])
            for each in self._not_heard()
        ]
        found = _longest(others)
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
            sign = found["sign"] and found["sign"][0] in ":：" and not _HAN.match(typed)
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
        return HeardLine(made, languages.pop() if len(languages) == 1 else None)

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
        self.unclear: Callable[[], Refusal] | None = None

    def key(self, typed: str) -> str | None:
        """The key in English; None for what is none."""
        here, others = self._names.languages_of(self._command, fold(typed))
        keys = list(dict.fromkeys((here or others).values()))
        if here and len(keys) > 1:
            self.unclear = partial(_which_key, typed, keys)
        if not keys or (others and len(keys) > 1):
            return None
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


def _unclear(text: str, start: int, matches: Sequence[_Match]) -> HeardLine:
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
    plain = unicodedata.normalize("NFKC", typed).casefold().lstrip("!")
    return plain.translate(dict.fromkeys(map(ord, "–—−"), "-")).rstrip(".,;:!?。、") or plain


def begins_a_sentence(alone: Command | None, words: Sequence[str], length: int) -> bool:
    """``!poll Open the strike fund?`` asks that, it opens no poll: a capital, then small letters.

    Only where the first word by itself is a command that takes words as they are typed.
    """
    if length != len(("poll", "open")) or len(words) <= length or alone is None:
        return False
    typed = any(p.as_typed for p in alone.positional())
    second, third = words[1], words[length]
    return typed and words[0].islower() and second.istitle() and third[:1].islower()


def _is_marked(text: str, start: int) -> bool:
    """Whether the words of a line that begin there stand behind the mark of a command."""
    return text[:start].rstrip()[-1:] in _BEGINS


def _end(pattern: re.Pattern[str], text: str, start: int) -> int:
    found = pattern.match(text, start)
    return start if found is None else found.end()


def _match(
    names: LanguageNames, words: Sequence[tuple[int, int]], said: Sequence[str]
) -> _Match | None:
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
        return _Match(command, many, words[many - 1][1], names.language)
    return None


def _glued(names: LanguageNames, text: str, start: int) -> _Match | None:
    """The name that a line begins with where nothing parts it from what follows, as in Chinese.

    With a sign, a number or a letter behind it that is clear. With more Chinese behind it, only if the line has its
    mark, the name has two letters, what follows has a place in the command, and no shorter name would do.
    """
    rest = text[start : start + LIMIT]
    found = list(names.run_together(rest))
    if not found:
        return None
    end, name, command = found[0]
    goes_on = _HAN.match(rest, end) is not None
    marked = _is_marked(text, start)
    others = any(
        _takes_words(each) or words != name[: len(words)]
        for _end, words, each in found
        if each is not command
    )
    if goes_on and (not marked or end < len("投票") or others or not command.positional()):
        return None
    return _Match(command, 1, start + end, names.language)


def _takes_words(command: Command) -> bool:
    """Whether any words may stand behind a command, a question for one."""
    return any(each.as_typed for each in command.positional())


def _longest(found: Sequence[_Match | None]) -> list[_Match]:
    """The matches that take most words: a longer name leaves less to be something else."""
    there = [each for each in found if each is not None]
    most = max((each.words for each in there), default=0)
    return [each for each in there if each.words == most]


def _which_key(typed: str, keys: Sequence[str]) -> Refusal:
    told = line(
        "“{word}=” means two things here, one in each language. Type {first} or {second}.",
        word=cut(typed),
        first=in_source_words(f"{keys[0]}="),
        second=in_source_words(f"{keys[1]}="),
    )
    return Refusal(told, example=NO_EXAMPLE)
