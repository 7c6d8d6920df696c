"""Lines typed in a room: which of them are commands, and which may not stay there. Pure.

Whoever slips types a name all the same: "!lgo Sam Okafor reached". So only a known command for the room
stays in it; what nobody knows is answered in the direct chat, and the message taken away.
"""

import re
import unicodedata

from commands.framework.catalogue import Catalogue
from commands.framework.clean import straighten
from commands.framework.mentions import ADDRESS
from commands.framework.parse import BEGINNING, NotRead, Request
from commands.framework.spec import Command, Where

MOST_MARKS = 2
"""A finger that trembles types "!!due"; three marks are a cry."""


_ALSO_MARKS = "/¡"
"""Marks of commands elsewhere, and on keyboards for Spanish."""
_OF_APPS = frozenset(
    {"me", "j", "join", "part", "leave", "nick", "topic", "invite", "kick", "ban", "help"}
)
"""Words that apps take behind a slash."""
_SIGNS = frozenset({"So", "Sk", "Mn", "Me", "Cf"})
"""Categories of characters that emoji are made of."""
_LOOKED_THROUGH = 4_096
"""Letters of talk that are looked through for a command below it."""


def as_a_command(text: str, catalogue: Catalogue) -> str:
    """Return a line in a room from its mark on: behind emoji, or with another mark, or below talk.

    "👋 !log Sam", "/log Sam", and "hi all" with "!log Sam" in the next line were meant as commands, and have a
    name in them. Behind other marks and below talk only a private command with words is one.
    """
    if text.startswith(ADDRESS) or is_marked(text):
        return text
    start = straighten(text)
    at = 0
    while at < len(start) and (start[at].isspace() or unicodedata.category(start[at]) in _SIGNS):
        at += 1
    if start[at : at + 1] == "!":
        return start[at:]
    if start[at : at + 1] in set(_ALSO_MARKS) and _is_private(start[at + 1 :], catalogue):
        return f"!{start[at + 1 :]}"
    for below in re.split(r"[\r\n]+", start[:_LOOKED_THROUGH])[1:]:
        said = below.strip()
        if said.startswith("!") and _is_private(said[1:], catalogue):
            return said
    return text


def _is_private(words: str, catalogue: Catalogue) -> bool:
    """Whether words are a command for the direct chat with more behind it."""
    said = words.split()
    known = len(said) > 1 and words[:1].isalnum() and catalogue.knows(said[0])
    return known and said[0].casefold() not in _OF_APPS and not catalogue.is_for_the_room(said[0])


def is_a_command_line(text: str, catalogue: Catalogue) -> bool:
    """Whether a line in a room is for the bot: said to it by name, or "!" with words behind.

    "! due" too: a keyboard put the blank there. "! wow" is talk, "! lgo Sam Okafor" a slip.
    """
    text = as_a_command(text, catalogue)
    if text.startswith(ADDRESS):
        return True
    start = straighten(text).lstrip()
    rest = start.lstrip("!")
    marks = len(start) - len(rest)
    if not 1 <= marks <= MOST_MARKS or not rest:
        return False
    if rest[0].isalnum():
        return True
    words = rest.split()
    if marks > 1 or not words:
        return False
    several = len(words) > 1 and any(map(str.isalnum, rest))
    return several or (rest[0].isspace() and catalogue.knows(words[0]))


def is_marked(text: str) -> bool:
    """Whether a line begins with the mark of a command, a stray sign nobody sees aside."""
    start = straighten(text).lstrip()
    return start.startswith("!") or (start[1:2] == "!" and not start[0].isprintable())


def is_private(command: Command | None) -> bool:
    """Whether a command belongs in the direct chat, where nobody else reads it."""
    return command is not None and command.where is Where.DIRECT


def may_not_stay(asked: Request | NotRead, text: str, catalogue: Catalogue) -> bool:
    """Whether a line in a room is taken away for what it was read as.

    A private command goes, and so does what is none with words behind it, since they may be a name. Where
    every command that begins like it is one for the room, it was meant as one of those.
    """
    if is_private(asked.command):
        return True
    if isinstance(asked, Request) or asked.certain or not is_marked(text):
        return False
    words = straighten(text).lstrip().lstrip("!").split()
    return len(words) > 1 and not catalogue.is_for_the_room(words[0])


def may_not_wait(text: str, catalogue: Catalogue) -> bool:
    """Whether a line in a room that nobody acts upon is taken away.

    Whatever has words behind its first one: nobody looked whether they name somebody.
    """
    text = as_a_command(text, catalogue)
    return is_marked(text) and is_a_command_line(text, catalogue) and len(_words(text)) > 1


def may_be_left(text: str, catalogue: Catalogue) -> bool:
    """Whether a line that is one too many is left where it is: a flood shall not be one of removals too.

    What begins like a command for the room is left; a private one and a slip go.
    """
    text = as_a_command(text, catalogue)
    return not may_not_wait(text, catalogue) or catalogue.is_for_the_room(_words(text)[0])


def _words(text: str) -> list[str]:
    return straighten(text[:BEGINNING]).lstrip(" !").split()
