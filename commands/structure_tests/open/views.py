"""Words for lists of tests."""

from collections.abc import Sequence

from commands.framework.context import Context
from commands.framework.i18n import _, a_day
from commands.framework.reply import Code, Line, Reply, Strong, fill, line, listed, reply, say
from commands.structure_tests.compare import ladder
from commands.structure_tests.rules import MarkSums, shown_to_all
from commands.structure_tests.views import of_all
from storage.structure_tests.model import StructureTest


def overview(tests: Sequence[tuple[StructureTest, MarkSums]], ctx: Context, *, more: bool) -> Reply:
    """List tests with their figures."""
    if not tests:
        return say(
            "There has been no structure test yet. A lead begins one: {open}",
            open=Code('!test open petition "RTO petition" goal=60%'),
        )
    head = _("The last tests:") if more else _("Structure tests:")
    tail = line("One of them: {status}", status=Code(f"!test status {tests[0][0].handle}"))
    rows = [_row(test, each, ctx) for test, each in tests]
    return reply((head,), listed(rows), tail)


def _row(test: StructureTest, sums: MarkSums, ctx: Context) -> Line:
    day = a_day(test.opened, ctx.day)
    words = (
        _("{handle} {name}, {kind}: {figure} · open since {day}")
        if test.open
        else _("{handle} {name}, {kind}: {figure} · opened {day}, closed")
    )
    return fill(
        words,
        handle=Code(test.handle),
        name=Strong(test.name),
        kind=ladder.words(test.action),
        figure=result(test, sums),
        day=day,
    )


def result(test: StructureTest, sums: MarkSums) -> str:
    """A result like 37/62 = 59.7 %, if the people are enough to be counted."""
    if not shown_to_all(sums.people):
        return _("too few to count")
    return of_all(sums.did, sums.people, test.terms.goal, test.terms.public)
