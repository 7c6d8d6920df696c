"""Answers as data; ``bot/matrix/render.py`` alone turns them into events.

``line("…")`` and ``say("…")`` take a sentence in English as it stands in the source, and translate it. What is
translated already (``ngettext``, a choice between two ``_("…")``) goes through ``fill``, which never translates.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import field, replace
from enum import Enum
from functools import partial, wraps
from string import Formatter
from typing import LiteralString, ParamSpec

from commands.framework.i18n import SOURCE_LANGUAGE, _, ngettext, speaking
from commands.framework.shown_names import in_readers_words
from commands.picture import Picture
from storage.core.lazy_dataclass import dataclass


class Audience(Enum):
    """The receiver of a reply."""

    HERE = "here"
    """Where the command was typed."""
    PERSON = "person"
    """Who typed it, by direct message."""
    ROOM = "room"
    """The committee room."""
    LEADS = "leads"
    """Each lead, by direct message."""
    NAMED = "named"
    """The people in ``to``, by direct message, those of them who are in the committee."""


@dataclass(frozen=True, slots=True)
class Code:
    """Something to type, shown monospaced."""

    text: str
    """As it is typed in English, by which the program knows it."""
    shown: str = field(default="", compare=False, repr=False)
    """With the names and keys of whoever is spoken to when it is made."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "shown", self.shown or in_readers_words(self.text))


def in_source_words(text: str) -> Code:
    """Make a Code that every reader is shown in English, which always works."""
    with speaking(SOURCE_LANGUAGE):
        return Code(text)


@dataclass(frozen=True, slots=True)
class Strong:
    """A word that carries the line, shown bold."""

    text: str


@dataclass(frozen=True, slots=True)
class CalendarFile:
    """A calendar file (.ics) as text, without anybody's name."""

    text: str


Part = str | Code | Strong
Line = tuple[Part, ...]
"""One line of words. Every part is escaped when it is rendered."""


@dataclass(frozen=True, slots=True)
class Items:
    """A list in a reply, numbered when people choose from the list by number."""

    lines: tuple[Line, ...]
    numbered: bool = False


Block = Line | Items
"""A line is a paragraph of its own."""


@dataclass(frozen=True, slots=True)
class OpenPoll:
    """A poll of Matrix's own, which apps show and count. Everybody sees who voted what."""

    question: str
    answers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reply:
    """One reply. ``retract`` asks the bot to redact the command's own message."""

    blocks: tuple[Block, ...]
    audience: Audience = Audience.HERE
    retract: bool = False
    mentions: tuple[str, ...] = field(default=())
    """User ids the reply means to ping; empty unless pinging is the point."""
    to: tuple[str, ...] = field(default=())
    """User ids, for Audience.NAMED."""
    picture: Picture | None = None
    """What the words say, drawn; they go with it, and without it when it cannot be drawn."""
    export: int | None = None
    """The row id of an approved export whose file goes with the words."""
    calendar: CalendarFile | None = None
    """A calendar file that goes with the words."""
    poll: OpenPoll | None = None
    """Comes after the words."""
    anew: Callable[[], "Reply"] | None = field(default=None, repr=False, compare=False)
    """Makes the same words in whatever language is spoken when it is called; None: these are all there are."""
    fleeting: bool = False
    """Said from memory and kept nowhere, not even until it is sent: nobody learns from a disk what
    was asked about a secret poll. A crash may swallow it."""

    def spoken(self, language: str) -> "Reply":
        """Return the reply in the language of a reader, as far as it can be made anew."""
        if self.anew is None:
            return self
        with speaking(language):
            made = self.anew()
        return replace(
            self, blocks=made.blocks, picture=made.picture, calendar=made.calendar, poll=made.poll
        )


P = ParamSpec("P")


def in_each_language(view: Callable[P, Reply]) -> Callable[P, Reply]:
    """Decorate a view whose reply others read than whoever typed: each gets it in their own language.

    The view must be a function of what it is given: no words in a language may be among that.
    """

    @wraps(view)
    def made(*args: P.args, **kwargs: P.kwargs) -> Reply:
        return replace(view(*args, **kwargs), anew=partial(view, *args, **kwargs))

    return made


def changed(said: Reply, how: Callable[[Reply], Reply]) -> Reply:
    """Return a reply changed by ``how``, which is done to it in each language."""
    made, anew = how(said), said.anew
    return made if anew is None else replace(made, anew=lambda: how(anew()))


def fill(template: str, /, **values: object) -> Line:
    """Fill a template that needs no translation; Code and Strong values keep their style, others become text."""
    parts: list[Part] = []
    for literal, name, _spec, _conversion in Formatter().parse(template):
        if literal:
            parts.append(literal[1:] if literal.startswith(".") and _stopped(parts) else literal)
        if name is not None:
            value = values[name]
            parts.append(value if isinstance(value, Code | Strong) else str(value))
    return tuple(parts)


def _stopped(parts: Sequence[Part]) -> bool:
    """Whether the words so far end in a full stop of their own, as the German "27. Nov." does."""
    last = parts[-1] if parts else ""
    return not isinstance(last, Code) and str(getattr(last, "text", last)).endswith(".")


def line(words: LiteralString, /, **values: object) -> Line:
    """Translate a sentence that stands here as a literal, and fill it."""
    return fill(_(words), **values)


def plural(singular: LiteralString, plural: LiteralString, count: int, /, **values: object) -> Line:
    """Translate a sentence with a form for one and for many; ``{n}`` is the count where nothing else is given."""
    return fill(ngettext(singular, plural, count), **{"n": count, **values})


def listed(lines: Iterable[Line], *, numbered: bool = False) -> Items:
    """Make a list of lines, numbered when people choose from the list by number."""
    return Items(tuple(lines), numbered)


def reply(
    *blocks: Block | None,
    audience: Audience = Audience.HERE,
    to: Sequence[str] = (),
    mentions: Sequence[str] = (),
    retract: bool = False,
    picture: Picture | None = None,
    calendar: CalendarFile | None = None,
    poll: OpenPoll | None = None,
    fleeting: bool = False,
) -> Reply:
    """Put lines and lists together to a reply; a block that is None is left out."""
    return Reply(
        tuple(block for block in blocks if block is not None),
        audience,
        retract,
        mentions=tuple(mentions),
        to=tuple(to),
        picture=picture,
        calendar=calendar,
        poll=poll,
        fleeting=fleeting,
    )


def parts_of(said: Reply) -> list[Part]:
    """Return every part of the words of a reply, in their order."""
    rows = [
        row
        for block in said.blocks
        for row in (block.lines if isinstance(block, Items) else (block,))
    ]
    return [part for row in rows for part in row]


def say(words: LiteralString, /, **values: object) -> Reply:
    """Translate and fill a sentence that stands here as a literal: a reply of one line."""
    return reply(line(words, **values))
