"""Warnings about what a result may tell beyond a total: for its maker, a lead, the room, ballots."""

from collections.abc import Sequence

from commands.framework.i18n import _, a_number, joined, ngettext
from commands.framework.reply import Line, Strong, fill, line, plural
from commands.polls.count.comparison import AGAIN_AFTER
from commands.polls.model import Poll
from storage.core.model import UserId


def warnings(poll: Poll) -> tuple[Line, ...]:
    """One line for each risk; none for most polls. The same wherever it is said."""
    risks = poll.risks
    found: list[Line] = []
    if risks.singled:
        found.append(_singled(risks.named, risks.unnamed))
    if risks.again:
        found.append(
            (
                _(
                    "Nearly the same people got nearly the same question lately. Whoever compares"
                    " both results may see the votes of those who changed their mind or voted only"
                    " once."
                ),
            )
        )
    if risks.low_floor:
        found.append(
            plural(
                "{k} ballots are enough for a result, fewer than usual. If {n} person tells the"
                " others their vote, the last vote is known.",
                "{k} ballots are enough for a result, fewer than usual. If {n} people tell each"
                " other their votes, the last vote is known.",
                poll.rules.k - 1,
                k=Strong(str(poll.rules.k)),
                n=a_number(poll.rules.k - 1),
            )
        )
    if risks.spread:
        found.append(
            (
                _(
                    "There are many choices for so few people. If one person alone takes a choice,"
                    " the result may show who it was."
                ),
            )
        )
    return tuple(found)


def left_out(poll: Poll, hours: int) -> tuple[Line, ...]:
    """Say in the room who is not on the roster; ``hours`` is how long one must have been there."""
    outside, found = poll.outside, list[Line]()
    if outside.all_new:
        words = ngettext(
            "Not on it, because I have seen them here for less than {hours} hour: {who}.",
            "Not on it, because I have seen them here for less than {hours} hours: {who}.",
            hours,
        )
        who = names(outside.new, outside.all_new - len(outside.new))
        found.append(fill(words, hours=a_number(hours), who=who))
    if outside.all_held:
        who = names(outside.held, outside.all_held - len(outside.held))
        found.append(
            line(
                "Not on it, because a poll before they came asked nearly the same. The"
                " difference of both results would be their vote: {who}.",
                who=who,
            )
        )
    if outside.all_gone:
        words = ngettext(
            "Not on it, because they left this room or were removed from it in the last"
            " {hours} hour: {who}.",
            "Not on it, because they left this room or were removed from it in the last"
            " {hours} hours: {who}.",
            hours,
        )
        who = names(outside.gone, outside.all_gone - len(outside.gone))
        found.append(fill(words, hours=a_number(hours), who=who))
    return tuple(found)


def names(people: Sequence[UserId], more: int = 0) -> str:
    """Some people of the room, and how many more there are."""
    shown = joined(people)
    return shown if not more else _("{names} and {n} more").format(names=shown, n=a_number(more))


def _singled(named: Sequence[UserId], unnamed: int) -> Line:
    if not named:
        return plural(
            "The same people are in another room, all but {n} person. Whoever compares the"
            " results of both may see what that person thinks.",
            "The same people are in another room, all but {n} people. Whoever compares the"
            " results of both may see what those few think.",
            unnamed,
            n=Strong(a_number(unnamed)),
        )
    return plural(
        "On this roster or on those of other secret polls of the last 30 days, and not on both: {who}."
        " Whoever compares the results may see what that person thinks.",
        "On this roster or on those of other secret polls of the last 30 days, and not on both: {who}."
        " Whoever compares the results may see what those few think.",
        len(named) + unnamed,
        who=Strong(names(named, unnamed)),
    )


def why_not_now(named: Sequence[UserId], unnamed: int) -> Line:
    """Say why the same question is not asked again of nearly the same people."""
    days = AGAIN_AFTER.days
    about = (
        line("The difference is {who}.", who=Strong(names(named)))
        if named
        else plural(
            "The difference is {n} person.",
            "The difference is {n} people.",
            unnamed,
            n=a_number(unnamed),
        )
    )
    return (
        *line(
            "I do not ask that now. Nearly the same people got nearly the same question"
            " less than {days} days ago. Both results together would show what a few people"
            " think.",
            days=a_number(days),
        ),
        " ",
        *about,
        " ",
        *line("Ask something else, or ask it again after {days} days.", days=a_number(days)),
    )
