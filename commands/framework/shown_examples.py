"""Examples of commands as their reader types them: names, keys, and the values that the language has words for. Pure."""

import re
from collections.abc import Iterable
from typing import TypeVar

from commands.framework.catalogue import Catalogue
from commands.framework.errors import Refusal
from commands.framework.i18n import speaks_source_language
from commands.framework.reader import Reader
from commands.framework.shown_names import in_readers_words
from commands.framework.spec import Command
from commands.framework.words import split
from commands.roles.standing import Role

R = TypeVar("R", bound=Refusal)

_VALUE = re.compile(
    r"(?<!\S)(?P<key>[a-z]\w*)=(?:\"(?P<quoted>[^\"]*)\"|(?P<bare>\S+))"
    r"|\"[^\"]*\"|(?P<plain>[^\s\"=-][^\s\"=]*(?:[ ]+(?!--)[^\s\"=]+(?=[ ]|$))*)"
)
"""A value with its key, words in quotes, which stay, or words that stand alone."""


def shown_example(command: Command, example: str) -> str:
    """Return a line that is typed in English, and is one of a command's, in the reader's words."""
    names = [f"!{each}" for each in (command.name, *command.also)]
    name = max(
        (each for each in names if f"{example} ".startswith(f"{each} ")), key=len, default=""
    )
    if speaks_source_language() or not name:
        return in_readers_words(example)
    first, newline, below = example.removeprefix(name).partition("\n")
    with_values = _VALUE.sub(lambda found: _value(command, found), first)
    return in_readers_words(f"{name}{with_values}") + newline + below


def shown_line(example: str, catalogue: Catalogue) -> str:
    """Return a line that is typed in English, whatever command it is of, in the reader's words."""
    if speaks_source_language() or not example.startswith("!"):
        return in_readers_words(example)
    try:
        command, _rest = catalogue.find(split(example.removeprefix("!")), Role.KEEPER)
    except Refusal:
        return in_readers_words(example)
    return shown_example(command, example)


def in_words_shown(refusal: R, catalogue: Catalogue) -> R:
    """Return a refusal with its example in the words of whoever reads it now."""
    if not refusal.example or speaks_source_language():
        return refusal
    return refusal.with_example_shown(shown_line(refusal.example, catalogue))


def _value(command: Command, found: re.Match[str]) -> str:
    if found["plain"] is not None:
        readers = [
            each.reader for each in command.parameters if not each.keyed or _bare(each.reader)
        ]
        return _through(readers, found["plain"])
    parameter = command.keyed().get(found["key"] or "")
    if parameter is None:
        return found[0]
    typed = found["bare"] if found["quoted"] is None else found["quoted"]
    shown = _through([parameter.reader], typed)
    quote = '"' if found["quoted"] is not None or " " in shown else ""
    return f"{found['key']}={quote}{shown}{quote}"


def _bare(reader: Reader[object] | None) -> bool:
    return reader is not None and bool(reader.bare)


def _through(readers: Iterable[Reader[object] | None], typed: str) -> str:
    """Words as every one of some readers shows them."""
    for each in readers:
        typed = typed if each is None else each.shown(typed)
    return typed
