"""Types of parameters about a signature list: which one, which of its lines. Pure."""

from collections.abc import Mapping
from enum import Enum
from typing import Annotated

from commands.framework.i18n import _
from commands.framework.reader import choice, numbered

SheetNumber = Annotated[
    int, numbered("LIST", lambda: _("Which list? !test list shows their numbers."))
]
"""A signature list's number within its committee."""


class SheetPart(Enum):
    """A part of a signature list to show."""

    SURE = "sure"
    LIKELY = "likely"
    UNCLEAR = "unclear"
    UNKNOWN = "unknown"
    TWICE = "twice"
    OUTSIDE = "outside"


def _more_parts() -> Mapping[SheetPart, str]:
    return {
        SheetPart.SURE: _("certain"),
        SheetPart.LIKELY: _("probable, typos"),
        SheetPart.UNCLEAR: _("ambiguous, several"),
        SheetPart.UNKNOWN: _("nobody, unmatched"),
        SheetPart.TWICE: _("double, duplicates"),
        SheetPart.OUTSIDE: _("not in the unit"),
    }


SheetPartWord = Annotated[
    SheetPart,
    choice(
        SheetPart,
        "PART",
        lambda: _("Which lines: sure, likely, unclear, unknown, twice or outside?"),
        also=_more_parts,
    ),
]
"""Which lines of a signature list to show, in a word."""
