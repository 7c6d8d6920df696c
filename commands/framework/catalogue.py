"""The catalogue of all commands, found by the words people type first. Pure."""

from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from typing import Final, Protocol

from commands.framework.context import Context, Provider, Role
from commands.framework.errors import Refusal, cut, did_you_mean
from commands.framework.hearing import AnswerReader, LanguageGuesser, SpokenReader
from commands.framework.i18n import _, one_of
from commands.framework.language_names import begins_a_sentence, fold, plain_word
from commands.framework.ledger import LedgerKind
from commands.framework.reply import Code, Line, Reply, fill, line
from commands.framework.resolver import Resolver
from commands.framework.secrets import Secret
from commands.framework.shown_names import LONGEST, TOPIC
from commands.framework.spec import Command, Where
from commands.framework.suggest import suggest
from commands.framework.typed_names import TypedNames
from commands.framework.undo import UndoPolicy
from commands.framework.words import Word
from storage.core.database import Transaction
from storage.core.lazy_dataclass import dataclass
from storage.core.model import EntryKind

SHORTEST_TRIED = 5
"""Letters from which a slip in a tried word is understood."""


@dataclass(frozen=True, slots=True)
class Group:
    """Commands that belong together in help."""

    title: Callable[[], str]
    commands: tuple[Command, ...]
    topics: tuple[str, ...] = ()
    """Words that help knows the group by; the first is the one it names."""
    fleeting: bool = False
    """Whether what is said to whoever types one wrongly must not be written down (Reply.fleeting)."""

    def __add__(self, more: tuple[Command, ...]) -> "Group":
        """The group with another job's commands behind its own."""
        return replace(self, commands=(*self.commands, *more))


@dataclass(frozen=True, slots=True)
class Guide:
    """A guided dialogue that asks question by question, for whoever does not type everything at once."""

    begins: Mapping[Command, Command]
    """Commands with a guided form: the one typed -> the one that asks for what was left out."""
    answering: Command
    """What plain words go to while somebody is being asked."""
    is_asking: Callable[[Context, Transaction], Awaitable[bool]]
    """Whether somebody is being asked."""


class UnknownCommand(Refusal):
    """No command begins with the words typed."""

    def __init__(
        self, problem: Line, *, meant: Command | None, neutral: Line | None = None
    ) -> None:
        super().__init__(problem, neutral=neutral)
        self.meant: Final = meant
        """The command that was meant, as far as one can tell."""


Instead = Callable[[str, Context, Transaction, Provider], Awaitable[Reply | None]]
"""What to answer to words in a direct chat that are no command; None: they are refused."""
Either = Callable[[str, Context, Provider], Awaitable[Reply | None]]
"""What to answer to a command's name alone, which may be meant for something else; None: the command is run."""


ShownLater = Callable[
    [str, datetime, Context, Transaction, Provider], Awaitable[Reply | str | None]
]
"""What else a number may answer, given the number, and when the list was shown that it would choose from.

A line that may have been meant, or the whole answer; None: nothing with numbers was shown since.
"""


@dataclass(frozen=True, slots=True)
class BareAnswer:
    """Words alone in a direct chat that answer a question which everybody was asked."""

    is_asking: Callable[[str, Context, Transaction], Awaitable[bool]]
    """Whether the words, as they were typed, answer it now."""
    line: Callable[[str], str]
    """The command that they mean, as it would be typed."""


class UndoPolicies(Protocol):
    """A module of a job that says how its kinds of entries are taken back. It may be loaded later."""

    @property
    def UNDO(self) -> Mapping[EntryKind, UndoPolicy]:  # noqa: N802 (as a module's constant is called)
        """A policy for each kind."""


class Catalogue:
    """Every command by all its names, with the ledgers kept and the undo policies declared.

    ``spellings`` are other forms of a first word; ``ledgers`` are kept beside every command, in this
    order; ``secrets`` has every command that takes one, with it; ``notice`` looks at what others will read (withheld.py); ``undo`` holds each job's policies
    for taking back the kinds of entries that the job writes; ``with_more`` holds for commands without
    parameters what they mean with words behind them; ``either`` asks back
    where a command's name alone may have been meant for something else; ``bare`` are questions that plain
    words may answer; ``later`` look for lists shown after the one that a number would choose from;
    ``tried`` names the command that people mean by a
    word that is none; ``spoken`` reads lines as people say them, ``answers`` what they choose of several
    options; ``guesser`` tells by their words which language they want to be answered in.
    """

    def __init__(
        self,
        groups: Sequence[Group],
        *,
        guide: Guide | None = None,
        with_more: Mapping[Command, Command] | None = None,
        spellings: Mapping[str, Sequence[str]] | None = None,
        ledgers: Sequence[LedgerKind] = (),
        instead: Sequence[Instead] = (),
        either: Mapping[Command, Either] | None = None,
        bare: Sequence[BareAnswer] = (),
        later: Sequence[ShownLater] = (),
        notice: Resolver | None = None,
        undo: Sequence[UndoPolicies] = (),
        tried: Mapping[str, str] | None = None,
        spoken: SpokenReader | None = None,
        answers: AnswerReader | None = None,
        guesser: LanguageGuesser | None = None,
        secrets: Mapping[Command, Secret] | None = None,
    ) -> None:
        self.groups = tuple(groups)
        self.guide = guide
        self._with_more = dict(with_more or {})
        self.spoken = spoken
        self.answers = answers
        self.guesser = guesser
        self.ledgers = tuple(ledgers)
        self.instead = tuple(instead)
        self.either = dict(either or {})
        self.bare = tuple(bare)
        self.later = tuple(later)
        self.notice = notice
        self._undo = tuple(undo)
        self._by_words: dict[tuple[str, ...], Command] = {}
        for command in self:
            for name in (command.name, *command.also):
                first, *rest = name.split()
                for spelled in (first, *(spellings or {}).get(first, ())):
                    self._by_words.setdefault((spelled, *rest), command)
        self._by_first: dict[str, dict[tuple[str, ...], Command]] = {}
        for names, command in self._by_words.items():
            self._by_first.setdefault(names[0], {})[names] = command
        self.secrets = dict(secrets or {})
        if self.secrets.keys() != {each for each in self if each.names.has_secret}:
            raise ValueError("each command that takes a secret is named with it, and no other")
        self._tried = {
            tuple(words.split()): self._by_words[tuple(name.split())]
            for words, name in (tried or {}).items()
        }
        self.typed = TypedNames(tuple(self), self._by_words, self._tried, self._with_more)

    def __iter__(self) -> Iterator[Command]:
        for group in self.groups:
            yield from group.commands

    @cached_property
    def undo(self) -> Mapping[EntryKind, UndoPolicy]:
        """How each kind of entry is taken back."""
        found: dict[EntryKind, UndoPolicy] = {}
        for each in self._undo:
            if both := found.keys() & each.UNDO.keys():
                raise ValueError(f"{both}: two jobs say how it is undone")
            found |= each.UNDO
        return found

    def fleeting(self, command: Command) -> bool:
        """Whether replies to the wrongly typed command must not be written down."""
        return any(group.fleeting for group in self.groups if command in group.commands)

    def secret_in(self, text: str, command: Command | None) -> Secret | None:
        """The secret of some command that stands in a message; ``command`` is what it was read as."""
        for each, secret in self.secrets.items():
            if secret.holds(text) and (each is command or secret.concerns(text)):
                return secret
        return None

    def topic(self, word: str) -> Group | None:
        """The group that help knows by a word; None if there is none."""
        found = plain_word(word)
        here = self.typed.heard()
        return next((group for group in self.groups if found in group.topics), None) or next(
            (
                group
                for group in self.groups
                if group.topics and any(each.is_way(word, TOPIC, group.topics[0]) for each in here)
            ),
            None,
        )

    def with_more(self, command: Command) -> Command:
        """The command that is meant when more stands behind the name of this one."""
        return self._with_more.get(command, command)

    def knows(self, word: str) -> bool:
        """Whether any command's name begins with the word, in whatever language."""
        return plain_word(word) in self._by_first or self.typed.knows(word)

    def is_for_the_room(self, word: str) -> bool:
        """Whether there are commands that begin with the word, and each of them may be typed in a room."""
        english = self._by_first.get(plain_word(word), {}).values()
        here = [*english, *self.typed.beginning_with(word)]
        found = here or self.typed.beginning_anywhere(word)
        return bool(found) and not any(each.where is Where.DIRECT for each in found)

    def find(self, words: Sequence[Word], role: Role) -> tuple[Command, list[Word]]:
        """The command meant by the first words, and the words after it. Raises UnknownCommand."""
        said = [_plain(word) for word in words[:LONGEST]]
        for length in range(len(said), 0, -1):
            found = self._by_words.get(tuple(said[:length]))
            if found is not None and not self._is_a_sentence(words, length):
                self._not_a_slip(said, length, role)
                return found, list(words[length:])
        raise self._unknown(said, role)

    def _is_a_sentence(self, words: Sequence[Word], length: int) -> bool:
        alone = self._by_words.get((_plain(words[0]),))
        return begins_a_sentence(alone, [word.text for word in words[:LONGEST]], length)

    def _not_a_slip(self, said: list[str], length: int, role: Role) -> None:
        """``!1on1 lgo M-41`` means ``!1on1 log``, not a person called lgo."""
        after = said[length] if length < len(said) else ""
        for sub, meant in self._after(said[0], role).items():
            if length == 1 and after != sub and sorted(after) == sorted(sub):
                raise _did_you_mean(said[: length + 1], meant)

    def _after(self, first: str, role: Role) -> dict[str, Command]:
        """The words that may follow a first word, and the commands they make."""
        english = {
            words[1]: command
            for words, command in self._by_first.get(first, {}).items()
            if len(words) > 1
        }
        others = [each.after(first) for each in self.typed.heard()]
        found = {sub: command for each in (*others, english) for sub, command in each.items()}
        return {sub: command for sub, command in found.items() if command.who <= role}

    def _choices(self, first: str, commands: Iterable[Command]) -> dict[Command, str]:
        """What may stand behind a first word, as the commands are written that begin so."""
        begun = fold(first)
        written = {
            command: way.partition(" ")[2]
            for each in self.typed.heard()
            for way, command in reversed(each.written.items())
            if fold(way.partition(" ")[0]) == begun and " " in way
        }
        return {each: written.get(each, each.name.rpartition(" ")[2]) for each in commands}

    def _unknown(self, said: list[str], role: Role) -> UnknownCommand:
        # What people mean goes before how it is spelled: "tasks" is near "test".
        for length in range(len(said), 0, -1):
            meant = self._tried.get(tuple(said[:length]))
            if meant is not None:
                return _did_you_mean(said[:length], meant) if meant.who <= role else _above(meant)
        subs = self._after(said[0], role)
        close = suggest(said[1], subs) or suggest(fold(said[1]), subs) if len(said) > 1 else None
        if close is not None:
            return _did_you_mean(said[:2], subs[close])
        if subs:
            return _one_more(said, self._choices(said[0], subs.values()))
        above = [*self._by_first.get(said[0], {}).values(), *self.typed.beginning_with(said[0])]
        return _above(min(above, key=lambda each: each.who)) if above else self._near(said, role)

    def _near(self, said: list[str], role: Role) -> UnknownCommand:
        """What is spelled like the words, as far as anything is."""
        # Short words that are tried are near too much: "how" and "wow".
        for words, shortest in ((self._by_words, 1), (self._tried, SHORTEST_TRIED)):
            may = {
                name: each
                for name, each in ((" ".join(names), each) for names, each in words.items())
                if each.who <= role and len(name) >= shortest
            }
            for length in (2, 1):
                close = suggest(" ".join(said[:length]), may)
                if close is not None:
                    return _did_you_mean(said[:length], may[close])
            # English first, then what it is like in the languages heard.
            meant = self.typed.near(said, role)
            if meant is not None:
                return _did_you_mean(meant[0], meant[1])
        told = line(
            "I do not know {word}. {help} lists what I can do.",
            word=f"“{cut(said[0])}”" if said[0] else _("that"),
            help=Code("!help"),
        )
        return UnknownCommand(told, meant=None)


def _above(meant: Command) -> UnknownCommand:
    """Whoever types what is for leads hears that, and not that there is no such thing."""
    words = (
        _("{command} is for leads.")
        if meant.who is Role.LEAD
        else _("{command} is for keepers of the data.")
    )
    return UnknownCommand(fill(words, command=Code(f"!{meant.name}")), meant=meant)


def unknown() -> Line:
    """The line for a room about a command that nobody can make out."""
    return line("I do not know that command. {help} lists what I can do.", help=Code("!help"))


def _did_you_mean(said: Sequence[str], meant: Command) -> UnknownCommand:
    name = Code(f"!{meant.name}")
    return UnknownCommand(
        did_you_mean(" ".join(said), name).problem,
        meant=meant,
        neutral=line("I do not know that command. Did you mean {name}?", name=name),
    )


def _one_more(said: Sequence[str], choices: Mapping[Command, str]) -> UnknownCommand:
    told = fill(
        _("{command} needs one more word: {choices}.")
        if len(said) == 1
        else _("I do not know “{word}” there. After {command} comes {choices}."),
        command=Code(f"!{said[0]}"),
        word=cut(said[-1] if len(said) == 1 else said[1]),
        choices=one_of(list(choices.values())),
    )
    return UnknownCommand(told, meant=next(iter(choices)))


def _plain(word: Word) -> str:
    if word.quoted:
        return ""
    return plain_word(word.text if word.key is None else f"{word.key}={word.text}")
