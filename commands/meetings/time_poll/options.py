"""Reading the times of a poll on times, and until when it is open. Pure."""

from datetime import datetime, time

from commands.framework.context import Context
from commands.framework.errors import ambiguous, refuse
from commands.framework.i18n import _
from commands.time.instants import Moment
from commands.time.read import AmbiguousTime, UnreadTime, read_time
from commands.time.refusals import moment_reading, moment_to_come, unclear

MOST_OPTIONS = 9
EVENING = time(20)
"""When answers are due on a day that was named without a time."""


def read_options(raw: str, ctx: Context, example: str) -> list[Moment]:
    """Read two or more times with commas between. Raises Refusal."""
    options = [read_one(part, ctx, example) for part in raw.split(",") if part.strip()]
    if not 2 <= len(options) <= MOST_OPTIONS:
        raise refuse(
            "Two to {most} times, with commas between.", most=MOST_OPTIONS, example=example
        )
    return options


def read_one(words: str, ctx: Context, example: str) -> Moment:
    """Read one time where there is no room to ask back. Raises Refusal."""
    found = read_time(words, ctx.now, ctx.committee.zone, ctx.language)
    if isinstance(found, UnreadTime):
        raise unclear(found.why, words.strip(), ctx.committee.zone, example)
    if isinstance(found, AmbiguousTime):
        raise ambiguous(
            words.strip(), [moment_reading(c, ctx.now, ctx.committee.zone) for c in found.choices]
        )
    return found


def read_end(part: str, ctx: Context) -> datetime | None:
    """Read until when answers are taken, ``until sun 20:00``; None if the words say something else.

    Raises Refusal.
    """
    first, _space, rest = part.partition(" ")
    if first.casefold() not in {"until", "till", "by", _("until")}:
        return None
    return moment_to_come(rest, ctx.now, ctx.committee.zone, ctx.language, EVENING)
