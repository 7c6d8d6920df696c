"""Types of parameters for days, read in the calendar of whoever types."""

from datetime import date
from typing import Annotated

from commands.framework.context import Context
from commands.framework.errors import cut, refuse
from commands.framework.i18n import _
from commands.framework.reader import Reader, Words
from commands.time.dates import AskedDay, read_any_day
from commands.time.refusals import any_day, day_to_come

ALSO_WORDS = frozenset(
    [
        "so",
        "do",
        "mi",
        "di",
        "me",
        "ma",
        "mar",
        "sa",
        "sam",
        "dom",
        "va",
        "we",
        "in",
        "la",
        "mer",
        "jeu",
        "lun",
        "ter",
        "qui",
        "sex",
        "do",
    ]
)
"""Short days of some language that are ordinary words or names of another: in a line without keys they are
asked about, and alone they are no day."""
LONGEST_DAY = 8
"""Words of a day or time: Friday in a week at half past seven."""
_UPTO = Words.upto(LONGEST_DAY, strict=True)


def shown_time(typed: str) -> str:
    """Return something typed in English with its times in the reader's words (``shown_words``)."""
    # Late: no start needs it.
    from commands.time import shown_words  # noqa: PLC0415

    return shown_words.shown_time(typed)


def _read_future(raw: str, ctx: Context) -> date:
    return day_to_come(raw, ctx.today, ctx.language)


def _read_any(raw: str, ctx: Context) -> date:
    return any_day(raw, ctx.today, ctx.language)


def _read_past(raw: str, ctx: Context) -> date:
    """A day up to today; of a weekday the last one."""
    answer = read_any_day(raw, ctx.today, ctx.language)
    if isinstance(answer, AskedDay):
        been = [day for day in answer.choices if day <= ctx.today]
        if been:
            return max(been)
    day = any_day(raw, ctx.today, ctx.language)
    if day > ctx.today:
        raise refuse(
            "“{day}” is still to come. Type a day up to today, like yesterday.", day=cut(raw)
        )
    return day


FutureDate = Annotated[
    date,
    Reader(
        _read_future,
        "DAY",
        lambda: _("When? Like fri, tomorrow, 3d, 2w or 1 dec."),
        _UPTO,
        in_example=shown_time,
    ),
]
"""A day from today on, in the person's own calendar."""

PastDay = Annotated[
    date,
    Reader(
        _read_past,
        "DAY",
        lambda: _("Which day was it? Like yesterday, fri or 20 nov."),
        _UPTO,
        in_example=shown_time,
    ),
]
"""A day up to today, in the person's own calendar."""

AnyDay = Annotated[
    date,
    Reader(
        _read_any,
        "DAY",
        lambda: _("Which day? Like yesterday, fri, 1 may or 2026-05-01."),
        _UPTO,
        in_example=shown_time,
    ),
]
"""A day, past or to come, in the person's own calendar."""
