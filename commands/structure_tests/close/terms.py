"""Types of parameters about a closed test's review: which item, yes or no. Pure."""

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


YesNoWord = Annotated[YesNo, choice(YesNo, "yes|no", lambda: _("Yes or no?"))]
"""An answer to an item of a review list, in a word."""
