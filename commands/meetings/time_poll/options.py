"""Reading the times of a poll on times, and until when it is open. Pure."""

from collections.abc import Iterable
from datetime import datetime, time

from commands.framework.context import Context
from commands.framework.errors import ambiguous, refuse
from commands.framework.i18n import _, in_languages_heard
from commands.time.instants import Moment
from commands.time.read import AmbiguousTime, UnreadTime, read_time
from commands.time.refusals import moment_reading, moment_to_come, unclear
from storage.names import folded

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


def behind(part: str, words: Iterable[str]) -> str | None:
    """Return what stands behind one of some words; None where none of them stands there.

    Chinese writes no space between a word and the next.
    """
    for word in words:
        first, rest = part[: len(word)], part[len(word) :]
        if folded(first) == folded(word) and (not rest[:1].isalpha() or not word.isascii()):
            return rest.strip(" :：")
    return None


def read_end(part: str, ctx: Context) -> datetime | None:
    """Read until when answers are taken, ``until sun 20:00``; None if the words say something else.

    Raises Refusal.
    """
    rest = behind(part, {"until", "till", "by", *in_languages_heard(lambda: _("until"))})
    if rest is None:
        return None
    return moment_to_come(rest, ctx.now, ctx.committee.zone, ctx.language, EVENING)
