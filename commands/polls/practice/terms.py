"""What is typed in a practice poll. Pure."""

from typing import Annotated, NewType

from commands.framework.context import Context
from commands.framework.errors import cut, refuse
from commands.framework.i18n import _
from commands.framework.reader import Reader, Words
from commands.framework.reply import Code
from commands.polls.model import ABSTAIN
from commands.polls.vote.typed import PRACTICE

NOBODY = ABSTAIN * 2
CODES = ("01", "02", "03", NOBODY)
"""What can be chosen, the abstention last: as long as ballots of a secret poll are."""
_LOOK_ALIKES = str.maketrans("OIL", "011")

_Drink = NewType("_Drink", str)


def _read(raw: str, _ctx: Context) -> _Drink:
    choice = raw.strip().upper()
    if choice != NOBODY:
        choice = choice.translate(_LOOK_ALIKES)
    if choice not in CODES:
        raise refuse(
            "“{word}” is not in the practice ballot. Type 01, 02, 03 or XX, like {like}.",
            word=cut(raw),
            like=Code(f"vote {PRACTICE} {NOBODY}"),
        )
    return _Drink(choice)


Drink = Annotated[
    _Drink,
    Reader(_read, "CHOICE", lambda: _("Which drink? 01, 02, 03 or XX."), Words.upto(2)),
]
"""A choice of a practice poll."""
