"""The type of the parameter for a group of people compared between tests. Pure."""

from collections.abc import Mapping
from enum import Enum
from typing import Annotated

from commands.framework.i18n import _
from commands.framework.reader import choice


class MoverGroup(Enum):
    """A group of people by what they did from test to test."""

    STEADY = "steady"
    DROPPED = "dropped"
    NEW = "new"


def _more_movers() -> Mapping[MoverGroup, str]:
    return {
        MoverGroup.STEADY: _("always, all, faithful"),
        MoverGroup.DROPPED: _("dropped off, lost, gone"),
        MoverGroup.NEW: _("joined, first time"),
    }


MoverGroupWord = Annotated[
    MoverGroup,
    choice(
        MoverGroup,
        "steady|dropped|new",
        lambda: _("Which: steady, dropped or new?"),
        also=_more_movers,
        upto=2,
    ),
]
"""Who moved between two tests, in a word or two."""
