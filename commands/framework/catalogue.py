"""All commands there are, found by what people type first. Pure."""

import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from commands.framework.context import Role
from commands.framework.errors import Refusal, cut, refuse
from commands.framework.i18n import _, one_of
from commands.framework.reply import Code
from commands.framework.spec import Command
from commands.framework.suggest import suggest
from commands.framework.words import Word

LONGEST = 3
"""Words in the longest command name."""


@dataclass(frozen=True, slots=True)
class Group:
    """Commands that belong together in help."""

    title: Callable[[], str]
    commands: tuple[Command, ...]


class Catalogue:
    """Every command, by all its names. ``spellings`` are other forms of a first word."""

    def __init__(self, groups: Sequence[Group], spellings: Mapping[str, Sequence[str]]) -> None:
        self.groups = tuple(groups)
        self._by_words: dict[tuple[str, ...], Command] = {}
        for command in self:
            for name in (command.name, *command.also):
                first, *rest = name.split()
                for spelled in (first, *spellings.get(first, ())):
                    self._by_words.setdefault((spelled, *rest), command)

    def __iter__(self) -> Iterator[Command]:
        for group in self.groups:
            yield from group.commands

    def find(self, words: Sequence[Word], role: Role) -> tuple[Command, list[Word]]:
        """The command meant by the first words, and the words after it. Raises Refusal."""
        said = [_plain(word) for word in words[:LONGEST]]
        for length in range(len(said), 0, -1):
            found = self._by_words.get(tuple(said[:length]))
            if found is not None:
                self._not_a_slip(found, said, length, role)
                return found, list(words[length:])
        raise self._unknown(said, words, role)

    def _not_a_slip(self, found: Command, said: list[str], length: int, role: Role) -> None:
        """``!1on1 lgo M-41`` means ``!1on1 log``, not a person called lgo."""
        after = said[length : length + 1]
        subcommands = self._after(tuple(said[:length]), role)
        for sub in subcommands:
            if after and after[0] != sub and sorted(after[0]) == sorted(sub):
                raise _did_you_mean(said[: length + 1], found)

    def _after(self, first: tuple[str, ...], role: Role) -> list[str]:
        """The words that may follow these."""
        return [
            words[len(first)]
            for words, command in self._by_words.items()
            if words[: len(first)] == first and len(words) > len(first) and command.who <= role
        ]

    def _unknown(self, said: list[str], words: Sequence[Word], role: Role) -> Refusal:
        may = {
            " ".join(names): command
            for names, command in self._by_words.items()
            if command.who <= role
        }
        subs = self._after((said[0],), role)
        if subs and len(said) > 1:
            close = suggest(said[1], subs)
            if close is not None:
                return _did_you_mean(said[:2], may[f"{said[0]} {close}"])
        if subs:
            refusal = refuse(
                _("{command} needs one more word: {choices}."),
                command=Code(f"!{said[0]}"),
                choices=one_of(subs),
            )
            refusal.command = may[f"{said[0]} {subs[0]}"]
            return refusal
        for length in (2, 1):
            close = suggest(" ".join(said[:length]), may, cutoff=0.7)
            if close is not None:
                return _did_you_mean(said[:length], may[close])
        return refuse(
            _("I do not know {word}. {help} lists what I can do."),
            word=f"“{cut(words[0].text)}”" if words[0].text else _("that"),
            help=Code("!help"),
        )


def _did_you_mean(said: Sequence[str], meant: Command) -> Refusal:
    refusal = refuse(
        _("I do not know “{word}”. Did you mean {command}?"),
        word=cut(" ".join(said)),
        command=Code(f"!{meant.name}"),
    )
    refusal.command = meant
    refusal.suggested = True
    return refusal


def _plain(word: Word) -> str:
    if word.quoted:
        return ""
    whole = word.text if word.key is None else f"{word.key}={word.text}"
    plain = unicodedata.normalize("NFKC", whole).casefold().lstrip("!")
    return plain.translate(dict.fromkeys(map(ord, "–—−"), "-")).rstrip(".,;:?")
