"""Types of parameters for days, read in the calendar of whoever types."""

from datetime import date
from typing import Annotated

from commands.framework.context import Context
from commands.framework.i18n import _
from commands.framework.reader import Reader, Words
from commands.time.refusals import any_day, day_to_come

LONGEST_DAY = 8
"""Words of a day or time: Friday in a week at half past seven."""
_UPTO = Words.upto(LONGEST_DAY, strict=True)


def _read_future(raw: str, ctx: Context) -> date:
    return day_to_come(raw, ctx.today, ctx.locale)


def _read_any(raw: str, ctx: Context) -> date:
    return any_day(raw, ctx.today, ctx.locale)


FutureDate = Annotated[
    date,
    Reader(_read_future, "DAY", lambda: _("When? Like fri, tomorrow, 3d, 2w or 1 dec."), _UPTO),
]
"""A day from today on, in the person's own calendar."""

AnyDay = Annotated[
    date,
    Reader(
        _read_any, "DAY", lambda: _("Which day? Like yesterday, fri, 1 may or 2026-05-01."), _UPTO
    ),
]
"""A day, past or to come, in the person's own calendar."""
