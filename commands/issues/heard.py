"""What a talk's issue is counted as, said back when it is logged. Pure."""

from commands.framework.reply import Code, Line, line
from commands.framework.suggest import suggest
from storage.issues.wordings import IssueList


def heard(issue: str, kept: IssueList, talk: int) -> Line:
    """The issue of a talk, with what it is counted as, or how to put it on the list.

    ``talk`` is the talk's number, for whoever meant another word. Without a list nothing is added.
    """
    return counted_as(issue, kept, talk) or line("Issue: {issue}", issue=issue)


def counted_as(issue: str, kept: IssueList, talk: int) -> Line | None:
    """The issue of a talk with what it is counted as; None where the word is counted as it is."""
    key = kept.key(issue)
    if not kept.keys or (key == IssueList.of(()).key(issue) and kept.listed(key)):
        return None
    if kept.listed(key):
        return line("Issue: {issue}, counted as {as_}", issue=issue, as_=kept.name(key))
    close = suggest(key, [word for word in kept.means if kept.knows(word)])
    if close is not None:
        meant = kept.name(close)
        return line(
            "Issue: {issue}. Is it {meant}? {edit}",
            issue=issue,
            meant=meant,
            edit=Code(f"!1on1 edit {talk} issue={_typed(meant)}"),
        )
    return line(
        "Issue: {issue}, not on the list: {add}", issue=issue, add=Code(f"!issue add {issue}")
    )


def _typed(issue: str) -> str:
    return f'"{issue}"' if " " in issue else issue
