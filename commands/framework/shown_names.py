"""Names of commands and keys as the reader types them: a catalogue has them beside its sentences. Pure.

An entry whose context is ``command``, ``key`` or ``topic`` holds one way to type a name, or several with commas between; the
first is shown. An empty one is typed as in English, which always works.
"""

import re
from typing import Final, LiteralString

from commands.framework.i18n import NAMES, name_in_catalogue, speaks_source_language
from storage.core.lazy_pattern import lazy_pattern

COMMAND, KEY, TOPIC, PLACEHOLDER = NAMES
ABOUT_OTHERS: Final = frozenset({"help", "try"})
"""Commands behind whose name that of another stands, or a topic."""
LONGEST: Final = 3
"""Words in the longest name of a command."""

IN_CAPITALS: Final = lazy_pattern(r"[A-Z]{2,}")
"""What stands for something to be put in: WHO, DAY."""
_BETWEEN: Final = lazy_pattern(r"\s*[,，、]\s*")
_KEYS = lazy_pattern(r"\"[^\"]*\"|(?<![^\s\[])(?:([a-z]\w*)(?==)|--([a-z]\w*)(?![\w=]))")
_A_KEY = lazy_pattern(r"\[?(?:[a-z]\w*=|--[a-z])")


def ways(found: str, english: str) -> tuple[str, ...]:
    """Return the ways to type a name that an entry of a catalogue holds; none where it is typed as in English."""
    if not found or found == english:
        return ()
    return tuple(each for each in _BETWEEN.split(found.strip()) if each)


def shown_name(context: str, english: str) -> str:
    """Return a name as the reader is shown it."""
    found = ways(name_in_catalogue(context, english), english)
    return found[0] if found else english


def shown_key(english: str) -> str:
    """Return a key or a flag as the reader is shown it."""
    return shown_name(KEY, english)


def topic_name(english: LiteralString) -> str:
    """Return a topic of help, which stands here as a literal, as the reader is shown it."""
    return shown_name(TOPIC, english)


def shown_placeholder(english: str) -> str:
    """Return what stands for a value in a usage line, as the reader is shown it."""
    return IN_CAPITALS.sub(lambda found: shown_name(PLACEHOLDER, found[0]), english)


def in_readers_words(typed: str) -> str:
    """Return something to type with the reader's names and keys; what they are for stays as it is.

    ``!poll cancel K7QX --yes`` in German is ``!umfrage löschen K7QX --ja``. What is no command and begins with no
    key stays, a ballot for one.
    """
    if speaks_source_language():
        return typed
    if typed.startswith("!"):
        name, rest = _named(typed[1:])
        return f"!{name}{_KEYS.sub(_key, rest)}"
    return _KEYS.sub(_key, typed) if _A_KEY.match(typed) else typed


def line_in_readers_words(typed: str) -> str:
    """Return a whole line, with the mark of a command or without it, with the reader's names and keys."""
    if typed.startswith("!"):
        return in_readers_words(typed)
    return in_readers_words(f"!{typed}").removeprefix("!")


def _named(typed: str) -> tuple[str, str]:
    """The name of the command that something to type begins with, in the reader's words, and what is behind it."""
    words = typed.split(" ")
    for many in range(min(LONGEST, len(words)), 0, -1):
        english = " ".join(words[:many])
        shown = shown_name(COMMAND, english)
        if shown != english:
            rest = typed[len(english) :]
            return shown, f" {_about(rest[1:])}" if english in ABOUT_OTHERS and rest else rest
    return "", typed


def _about(typed: str) -> str:
    """What help is asked about or what is practised, in the reader's words: a topic, perhaps with a page, or a command."""
    topic, space, page = typed.partition(" ")
    shown = shown_name(TOPIC, topic)
    if shown != topic and (not page or page.isdecimal()):
        return f"{shown}{space}{page}"
    name, rest = _named(typed)
    return f"{name}{rest}"


def _key(found: re.Match[str]) -> str:
    key, flag = found[1], found[2]
    if key is not None:
        return shown_key(key)
    return found[0] if flag is None else f"--{shown_key(flag)}"
