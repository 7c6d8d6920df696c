"""Types of parameters about a closed test's review: which item, yes or no. Pure."""

from collections.abc import Mapping
from enum import Enum
from typing import Annotated

from commands.framework.i18n import _
from commands.framework.reader import choice, numbered

ItemNumber = Annotated[
    int, numbered("ITEM", lambda: _("Which item? !test review shows their numbers."))
]
"""An item of a review list."""


class YesNo(Enum):
    """An answer to an item of a review list."""

    YES = "yes"
    NO = "no"


def _more_yes_nos() -> Mapping[YesNo, str]:
    return {YesNo.YES: _("y, yeah, sure, ok"), YesNo.NO: _("n, nope")}


YesNoWord = Annotated[YesNo, choice(YesNo, "yes|no", lambda: _("Yes or no?"), also=_more_yes_nos)]
"""An answer to an item of a review list, in a word."""
