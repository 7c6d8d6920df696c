"""Types of parameters that many commands take: people, contacts, words, days. Each brings its Reader.

Types that a single job takes stand in its own ``terms.py``; days in ``commands/time/terms.py``, names in
``commands/names/terms.py``, cities in ``commands/zones/terms.py``.
"""

import re
from typing import Annotated, NewType

from commands.framework.context import Context
from commands.framework.errors import cut, refuse
from commands.framework.handles import holds_a_handle, looks_like_a_handle, typed_handle
from commands.framework.i18n import _
from commands.framework.mentions import shown, the_mention
from commands.framework.reader import Form, Reader, Words, numbered, posted, sentence, text
from storage.core.lazy_dataclass import dataclass
from storage.core.model import UserId
from storage.names import folded

LONGEST_ADDRESS = 255
"""Letters of a Matrix user id; the limit of the protocol, in bytes."""


# -- words and numbers


Days = Annotated[int, numbered("DAYS", lambda: _("How many days? Like 30."), 3650)]
"""A number of days."""

Weeks = Annotated[int, numbered("WEEKS", lambda: _("How many weeks? Like 4."), 520)]
"""A number of weeks."""

Label = Annotated[str, text(60, "TEXT", lambda: _("Type a few words."))]
"""An area, a shift, an issue: a few words."""

Sentence = Annotated[str, sentence(text(200, "TEXT", lambda: _("Type one sentence.")))]
"""An ask: one sentence."""

Note = Annotated[str, sentence(text(1000, "TEXT", lambda: _("Type a few words.")))]
"""The rest of the line, or a quoted note."""

PublicLabel = Annotated[str, posted(sentence(text(60, "TEXT", lambda: _("Type a few words."))))]
"""A few words that others read unasked."""

PublicSentence = Annotated[
    str, posted(sentence(text(200, "TEXT", lambda: _("Type one sentence."))))
]
"""One sentence that others read unasked."""

SearchWords = Annotated[str, text(80, "WORDS", lambda: _("Which name? A part of it is enough."))]
"""Words to look for."""


@dataclass(frozen=True, slots=True)
class Pasted:
    """The lines under a command in the same message, as they were sent."""

    text: str


# -- contacts


@dataclass(frozen=True, slots=True)
class ContactRef:
    """A contact as typed: by handle or by name. Which contact that is, the committee's records say."""

    number: int | None = None
    name: str | None = None

    def __str__(self) -> str:
        return f"M-{self.number}" if self.name is None else self.name


_NAME = text(80, "NAME", lambda: _("What is their name?"))


def read_contact(raw: str, ctx: Context) -> ContactRef:
    """A handle, or else a name. Raises Refusal."""
    handle = typed_handle(raw)
    if handle is not None:
        return ContactRef(number=handle)
    if holds_a_handle(raw):
        raise refuse("“{words}” is not one handle. Type one at a time.", words=cut(raw))
    if raw.isdecimal():
        raise refuse(
            "“{number}” alone could be anything: a handle looks like M-{number}.", number=cut(raw)
        )
    if not folded(raw) or folded(raw) == "m":
        raise refuse("“{words}” is not a handle like M-41, and it is not a name.", words=cut(raw))
    return ContactRef(name=_NAME.read(raw, ctx))


Who = Annotated[
    ContactRef,
    Reader(
        read_contact,
        "WHO",
        lambda: _("Who? A handle like M-41, or a name."),
        Words.upto(6, shortest=True),
    ),
]
"""A contact, by handle or name."""


# -- organizers


_Colleague = NewType("_Colleague", str)
_COLLEAGUE = re.compile(r"@?[^\s:@]+(?::[^\s@]+| [^\s:@]+){0,2}")
_USER = re.compile(r"@[^\s:@]+:[^\s@]+\.?[^\s@]*")
_MYSELF = frozenset({"me", "myself"})
_AFTER_A_NAME = ",;:.!?"
"""What apps and people put behind somebody's name."""


def read_colleague(raw: str, ctx: Context) -> _Colleague:
    """Read an organizer's short name, full address or mention, or ``me``. Raises Refusal."""
    meant = the_mention(raw)
    if meant is not None:
        return _Colleague(meant)
    word = shown(raw).rstrip(_AFTER_A_NAME)
    if folded(word) in _MYSELF and not word.startswith("@"):
        return _Colleague(ctx.user)
    handles = any(looks_like_a_handle(part) for part in word.split())
    if not _COLLEAGUE.fullmatch(word) or len(word) > LONGEST_ADDRESS or handles:
        raise refuse("“{word}” is not an organizer. Type one like @ana.", word=cut(shown(raw)))
    return _Colleague(word)


Colleague = Annotated[
    _Colleague,
    Reader(
        read_colleague,
        "@WHO",
        lambda: _("Which organizer? Like @ana."),
        Words.upto(3, shortest=True),
        Form.PEOPLE,
    ),
]
"""An organizer of one's own committee: @ana, or the full address. Who that is, its members say."""


def _read_person(raw: str, _ctx: Context) -> UserId:
    word = the_mention(raw) or shown(raw).rstrip(_AFTER_A_NAME)
    if not _USER.fullmatch(word) or len(word) > LONGEST_ADDRESS:
        raise refuse(
            "“{word}” is not a full Matrix address. Type one like @ana:example.org.", word=cut(word)
        )
    return UserId(word)


Person = Annotated[
    UserId,
    Reader(
        _read_person, "@USER:SERVER", lambda: _("Who? Like @ana:example.org."), form=Form.PEOPLE
    ),
]
"""A Matrix user typed in full."""
