"""The type of the parameter for a call's address, and finding such addresses in texts. Pure."""

import re
from typing import Annotated, NewType

from commands.framework.context import Context
from commands.framework.errors import NO_EXAMPLE, refuse
from commands.framework.i18n import _
from commands.framework.reader import Reader, Words
from storage.core.lazy_pattern import lazy_pattern

_MeetingLink = NewType("_MeetingLink", str)
_LINK = lazy_pattern(
    # A host begins where a word does, and its parts have 63 letters at most (RFC 1035): a long word is
    # looked at once, not once for each of its letters.
    r"(?:https?|jitsi|zoommtg|msteams|tel|sip):/?/?\S+|(?<![\w.-])(?:[\w-]{1,63}\.)+[a-z]{2,63}/\S+",
    re.IGNORECASE,
)
_OF_MATRIX = lazy_pattern(
    r"(?<![\w.-])(?:(?:https?://)?(?:www\.)?matrix\.to/#/|matrix:(?:u|r|roomid)/)"
    r"(?:(?!://)[^\s,;|])*",
    re.IGNORECASE,
)
"""A person, a room or a message, as apps write their addresses: no way into a call."""


def _read_link(raw: str, _ctx: Context) -> _MeetingLink:
    """An address. What stands around it is dropped; refusals never show it."""
    match = _LINK.search(_OF_MATRIX.sub(" ", raw))
    if match is None or len(match[0]) > 2000:
        raise refuse("I cannot read that link. A link begins with https://.", example=NO_EXAMPLE)
    return _MeetingLink(match[0])


def holds_link(text: str) -> bool:
    """Whether a text contains the address of a call, or something like one."""
    return _LINK.search(_OF_MATRIX.sub(" ", text)) is not None


def without_links(text: str) -> str:
    """The text with […] in place of every address of a call."""
    return _LINK.sub("[…]", text)


MeetingLink = Annotated[
    _MeetingLink, Reader(_read_link, "LINK", lambda: _("Which link?"), Words.rest())
]
"""The address of a call."""
