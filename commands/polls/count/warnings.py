"""Warnings about what a result may tell beyond a total: for its maker, a lead, the room, ballots."""

from collections.abc import Sequence

from commands.framework.i18n import _, a_number, ngettext
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
                    "Nearly the same people were asked nearly the same lately. Whoever compares both"
                    " results may see what those think who changed their mind or voted only once."
                ),
            )
        )
    if risks.low_floor:
        found.append(
            plural(
                "{k} ballots are enough for a result, fewer than usual: {n} who tells the others what"
                " they voted is enough to know the vote that is left.",
                "{k} ballots are enough for a result, fewer than usual: {n} who tell each other what"
                " they voted are enough to know the vote that is left.",
                poll.rules.k - 1,
                k=Strong(str(poll.rules.k)),
                n=a_number(poll.rules.k - 1),
            )
        )
    if risks.spread:
        found.append(
            (
                _(
                    "There are many choices for so few people: a choice that one person takes alone"
                    " stands in the result as theirs."
                ),
            )
        )
    return tuple(found)


def left_out(poll: Poll, hours: int) -> tuple[Line, ...]:
    """Say in the room who is not on the roster; ``hours`` is how long one must have been there."""
    outside, found = poll.outside, list[Line]()
    if outside.all_new:
        words = ngettext(
            "Not on it, since I have seen them here for less than {hours} hour: {who}.",
            "Not on it, since I have seen them here for less than {hours} hours: {who}.",
            hours,
        )
        who = names(outside.new, outside.all_new - len(outside.new))
        found.append(fill(words, hours=a_number(hours), who=who))
    if outside.all_held:
        who = names(outside.held, outside.all_held - len(outside.held))
        found.append(
            line(
                "Not on it, since nearly the same was asked before they came, and the difference of"
                " both results would be what they think: {who}.",
                who=who,
            )
        )
    if outside.all_gone:
        words = ngettext(
            "Not on it, since they left this room or were removed from it in the last {hours} hour:"
            " {who}.",
            "Not on it, since they left this room or were removed from it in the last {hours} hours:"
            " {who}.",
            hours,
        )
        who = names(outside.gone, outside.all_gone - len(outside.gone))
        found.append(fill(words, hours=a_number(hours), who=who))
    return tuple(found)


def names(people: Sequence[UserId], more: int = 0) -> str:
    """Some people of the room, and how many more there are."""
    shown = ", ".join(people)
    return shown if not more else _("{names} and {n} more").format(names=shown, n=a_number(more))


def _singled(named: Sequence[UserId], unnamed: int) -> Line:
    if not named:
        return plural(
            "The same people meet in another room, but for {n} person. Whoever compares the results of"
            " both may see what that person thinks.",
            "The same people meet in another room, but for {n} people. Whoever compares the results of"
            " both may see what those few think.",
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
            "I do not ask that now. Nearly the same people were asked nearly the same less than"
            " {days} days ago, and both results together would tell what a few think.",
            days=a_number(days),
        ),
        " ",
        *about,
        " ",
        *line("Ask something else, or ask it again after {days} days.", days=a_number(days)),
    )
