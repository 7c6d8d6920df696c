"""The type of the parameter for whose names to list. Pure."""

from collections.abc import Mapping
from enum import Enum
from typing import Annotated

from commands.framework.i18n import _
from commands.framework.reader import choice


class NameGroup(Enum):
    """A group of people in a test whose names can be listed."""

    NOT_ASKED = "notasked"
    ASKED = "asked"
    YES = "yes"
    NO = "no"
    DID = "did"
    UNABLE = "unable"
    OUTSIDE = "outside"


def _more_names() -> Mapping[NameGroup, str]:
    return {
        NameGroup.NOT_ASKED: _("not asked, unasked"),
        NameGroup.ASKED: _("were asked"),
        NameGroup.YES: _("promised, said yes"),
        NameGroup.NO: _("declined, said no"),
        NameGroup.UNABLE: _("could not, cannot"),
        NameGroup.DID: _("done, signed"),
        NameGroup.OUTSIDE: _("not in the unit"),
    }


NameGroupWord = Annotated[
    NameGroup,
    choice(
        NameGroup,
        "GROUP",
        lambda: _("Whose names: notasked, asked, yes, no, did, unable or outside?"),
        also=_more_names,
        upto=4,
    ),
]
"""Whose names to list, in a few words."""
