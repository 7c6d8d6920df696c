"""Types of parameters about reminders: where they reach somebody, and when not. Pure."""

import re
from collections.abc import Mapping
from enum import Enum
from typing import Annotated

from commands.framework.context import Context
from commands.framework.errors import cut, refuse
from commands.framework.i18n import _
from commands.framework.reader import Reader, Words, choice
from storage.names import folded


class Whereto(Enum):
    """The place where reminders reach somebody."""

    ROOM = "room"
    DIRECT = "direct"
    OFF = "off"


def _more_wheretos() -> Mapping[Whereto, str]:
    return {
        Whereto.ROOM: _("mention, here"),
        Whereto.DIRECT: _("dm, private"),
        Whereto.OFF: _("none, never"),
    }


WheretoWord = Annotated[
    Whereto,
    choice(
        Whereto,
        "room|direct|off",
        lambda: _("Where: room, direct or off?"),
        also=_more_wheretos,
    ),
]
"""Where reminders reach somebody, in a word."""


def _read_quiet(raw: str, _ctx: Context) -> str:
    if folded(raw) in {"off", "none", "never", folded(_("off"))}:
        return "0-0"
    match = re.fullmatch(r"(\d{1,2})(?::00)?\s*(?:-|–|to|bis|a)\s*(\d{1,2})(?::00)?", raw.strip())
    if match is None or int(match[1]) > 24 or int(match[2]) > 24:
        raise refuse("“{words}” are not hours. Type them like 22-8, or off.", words=cut(raw))
    return f"{int(match[1]) % 24}-{int(match[2]) % 24}"


QuietHours = Annotated[
    str,
    Reader(
        _read_quiet,
        "FROM-TO",
        lambda: _("From which hour to which? Like 22-8."),
        Words.upto(3),
    ),
]
"""22-8; "off" is never."""
