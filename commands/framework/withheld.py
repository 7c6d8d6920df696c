"""Lines that are withheld from the room until their author says what stands in the place of a name.

Such a line waits in memory alone: what is asked in a secret poll is written nowhere. It is done as if it
had just been typed, with the handle where the name stood.
"""

import unicodedata
from abc import ABC, abstractmethod
from datetime import datetime, timedelta

from commands.framework.catalogue import Catalogue
from commands.framework.clean import straighten
from commands.framework.context import Context, Place
from commands.framework.parse import NotRead, Request
from commands.framework.room_lines import is_private
from commands.framework.spec import Abroad
from storage.core.lazy_dataclass import dataclass

KEPT = timedelta(minutes=30)
"""How long a line waits, as everything does that was said back."""


@dataclass(frozen=True, slots=True)
class PostedLine:
    """A line that others will read, or read already, as it is looked at for names."""

    text: str
    """The whole line as it came."""
    words: tuple[str, ...]
    """The parts of it that others read."""
    place: Place
    readable: bool
    """Whether it can be done with other words in the place of a name."""
    fleeting: bool
    """Whether what it says must not be written down (Reply.fleeting)."""
    known: bool = False
    """Whether each value is a known word, like the city of a time zone: somebody may be called so all the
    same, but it is said without anybody in mind."""
    begins: int = 0
    """Letters at the beginning of what others read that are the command's own name: nobody is meant by it."""
    abroad: Abroad | None = None
    """Set where other committees read it: a handle tells them nothing, or of somebody else."""
    may_name: bool = False
    """Whether its author said that whoever is named agreed to it."""


def posted_line(
    asked: Request | NotRead, text: str, ctx: Context, catalogue: Catalogue
) -> PostedLine | None:
    """What others read of a line: all of one in the room, and what its parameters post; None: nothing."""
    said = asked.arguments if isinstance(asked, Request) else {}
    typed = [
        each
        for each in (asked.command.parameters if asked.command and said else ())
        if each.name in said
    ]
    words = tuple(
        each.reader.posted(said[each.name]) for each in typed if each.reader and each.reader.posted
    )
    readable = bool(words)
    known = bool(typed) and all(each.reader and each.reader.known for each in typed)
    # As it is read: names with invisible marks in them, or in wide letters, are names all the same.
    text = unicodedata.normalize("NFC", straighten(text))
    begins = 0
    if ctx.place is Place.ROOM and not is_private(asked.command):
        words, begins = (text,), _letters_of_the_name(asked, text)
    if asked.command is None:
        return PostedLine(text, words, ctx.place, readable, fleeting=False) if words else None
    fleeting, abroad = catalogue.fleeting(asked.command), asked.command.declared.abroad
    may_name = abroad is not None and said.get(abroad.key) is not None
    line = PostedLine(text, words, ctx.place, readable, fleeting, known, begins, abroad, may_name)
    return line if words else None


def _letters_of_the_name(asked: Request | NotRead, text: str) -> int:
    """How many letters of a line are the mark and the name of the command it was read as; 0 if it has another."""
    if not isinstance(asked, Request):
        return 0
    said = text.lstrip("! ")
    name = asked.command.name
    if said[: len(name)].lower() != name or said[len(name) : len(name) + 1].strip():
        return 0
    return len(text) - len(said) + len(name)


@dataclass(frozen=True, slots=True)
class WithheldLine:
    """A line with handles in the places of names, and where it was typed."""

    text: str
    place: Place
    until: datetime


class WithheldLines(ABC):
    """The line of one person in one committee that waits for their ok. Provided by the bot."""

    @abstractmethod
    def waiting(self, now: datetime) -> WithheldLine | None:
        """The line that waits; None if there is none, or it has waited for too long."""

    @abstractmethod
    def keep(self, line: WithheldLine) -> None:
        """Have a line wait, in the place of an earlier one, once the message is handled."""

    @abstractmethod
    def drop(self) -> None:
        """Drop the line that waits, once the message is handled."""

    def newest(self, now: datetime, *others: datetime | None) -> WithheldLine | None:
        """The line that waits if nothing that waits besides, each until then, was said back later."""
        line = self.waiting(now)
        later = line is not None and any(other and other > line.until for other in others)
        return None if later else line


class SaidAnew(Exception):
    """Somebody said ok: a withheld line is to be answered in the place of what they typed."""

    def __init__(self, line: WithheldLine) -> None:
        super().__init__()
        self.line = line
