"""Words about what other committees of a coalition have of somebody: what was sent to them, and no bot can delete."""

from collections.abc import Sequence

from commands.framework.context import Context
from commands.framework.i18n import _, a_day
from commands.framework.reply import Block, Line, line, listed
from storage.coalition.retention import SAID_KEPT
from storage.coalition.sent_words import SentKind, SentWords


def what_goes(found: Sequence[SentWords], ctx: Context) -> list[Block]:
    """Say to whoever asks what is kept about somebody what other committees get, and what they have of them."""
    goes = line(
        "Other committees in our coalition get counts of at least five people, and words that people here"
        " typed for them. I add no name, no rating and no answer."
    )
    if not found:
        none = line("I find their full name in no such words.")
        return [goes, (*none, " ", *_how_long())]
    return [goes, *held(found, ctx)]


def held(found: Sequence[SentWords], ctx: Context) -> list[Block]:
    """List which words with somebody's name the others have; nothing if there are none."""
    if not found:
        return []
    rows = [
        line(
            "{what}, sent {day}",
            what=_kinds()[each.kind],
            day=a_day(each.at.astimezone(ctx.zone).date(), ctx.today),
        )
        for each in found
    ]
    return [
        line("Other committees have their name in words that were sent to them:"),
        listed(rows),
        (
            *line("I cannot delete it there: ask a lead of each committee to do it."),
            " ",
            *_how_long(),
        ),
    ]


def _how_long() -> Line:
    return line(
        "I look through joint tests, and through what was sent in the last {n} days.",
        n=SAID_KEPT.days,
    )


def _kinds() -> dict[SentKind, str]:
    return {
        SentKind.NEWS: _("News"),
        SentKind.QUESTION: _("Question of a poll"),
        SentKind.TEST: _("Joint test or letter"),
        SentKind.MEETING: _("Title of a meeting"),
        SentKind.MINUTES: _("Minutes of a meeting"),
        SentKind.LABEL: _("What our committee is called"),
    }
