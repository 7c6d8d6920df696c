"""The type of the parameter for a follow-up's number. Pure."""

from typing import Annotated

from commands.framework.context import Context
from commands.framework.errors import cut, refuse
from commands.framework.i18n import _
from commands.framework.reader import Reader, number
from commands.framework.reply import Code

_NUMBER = number(1, 999_999_999)


def _read_follow_up(raw: str, _ctx: Context) -> int:
    value = _NUMBER(raw.removeprefix("#"))
    if value is None:
        raise refuse(
            "“{word}” is not a follow-up number; {due} shows yours.",
            word=cut(raw),
            due=Code("!due"),
        )
    return value


FollowUpNumber = Annotated[
    int,
    Reader(_read_follow_up, "NUMBER", lambda: _("Which follow-up? !due shows their numbers.")),
]
"""A follow-up's number within its committee."""
