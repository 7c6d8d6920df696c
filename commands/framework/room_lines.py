"""Lines typed in a room: which of them are commands, and which may not stay there. Pure.

Whoever slips types a name all the same: "!lgo Sam Okafor reached". So only a known command for the room
stays in it; what nobody knows is answered in the direct chat, and the message taken away.
"""

from commands.framework.catalogue import Catalogue
from commands.framework.clean import straighten
from commands.framework.mentions import ADDRESS
from commands.framework.parse import BEGINNING, NotRead, Request
from commands.framework.spec import Command, Where

MOST_MARKS = 2
"""A finger that trembles types "!!due"; three marks are a cry."""


def is_a_command_line(text: str, catalogue: Catalogue) -> bool:
    """Whether a line in a room is for the bot: said to it by name, or "!" with words behind.

    "! due" too: a keyboard put the blank there. "! wow" is talk, "! lgo Sam Okafor" a slip.
    """
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
    return is_marked(text) and is_a_command_line(text, catalogue) and len(_words(text)) > 1


def may_be_left(text: str, catalogue: Catalogue) -> bool:
    """Whether a line that is one too many is left where it is: a flood shall not be one of removals too.

    What begins like a command for the room is left; a private one and a slip go.
    """
    return not may_not_wait(text, catalogue) or catalogue.is_for_the_room(_words(text)[0])


def _words(text: str) -> list[str]:
    return straighten(text[:BEGINNING]).lstrip(" !").split()
