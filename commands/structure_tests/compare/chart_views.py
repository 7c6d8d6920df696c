"""Charts of structure tests, each with the same figures in words."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from commands.framework.context import Context
from commands.framework.i18n import _, a_day, pgettext
from commands.framework.reply import Line, Reply, Strong, line, listed, reply
from commands.picture import Bars, ChartBar
from commands.shared.figures import row_name
from commands.structure_tests.rules import MarkSums, RowSums, ShareChange, sums
from commands.structure_tests.views import headline, in_words, of_all, participation, title
from storage.structure_tests.model import FrozenCounts, StructureTest

MOST = 12
DID, YES, ASKED, NOT_ASKED = 1, 2, 4, 0
"""Marks of the canvas: a colour and a pattern each."""


def progress(
    test: StructureTest,
    counted: FrozenCounts,
    told: Sequence[RowSums],
    names: Mapping[int, str],
    ctx: Context,
) -> Reply:
    """Chart how far a test has come, row by row."""
    by_name = counted.reported is None
    bars = [
        _bar(row_name(row.areas, names), row.sums, test, by_name=by_name) for row in told[:MOST]
    ]
    if rest := told[MOST:]:
        bars.append(_bar(_("{n} more").format(n=len(rest)), _all(rest), test, by_name=by_name))
    goal = test.terms.goal
    whole = sums(counted.cells)
    picture = Bars(
        title=_("{committee}: {test}").format(committee=ctx.committee.name, test=test.name),
        subtitle=_("{day} · {figure}").format(
            day=a_day(ctx.day, ctx.day), figure=participation(test, whole)
        ),
        keys=_keys(by_name=by_name),
        bars=tuple(bars),
        shares=True,
        sign="" if goal is None else _("the goal, {n} %").format(n=goal),
    )
    rows = [
        line(
            "{area}: {figures}",
            area=Strong(row_name(row.areas, names)),
            figures=in_words(row.sums, goal, asked=by_name),
        )
        for row in told[:MOST]
    ]
    head = headline(test, counted, whole, [row.sums for row in told], told)
    return reply(head, listed(rows), picture=picture)


def _all(rows: Sequence[RowSums]) -> MarkSums:
    every = [row.sums for row in rows]
    return replace(
        every[0],
        people=sum(each.people for each in every),
        asked=sum(each.asked for each in every),
        yes=sum(each.yes for each in every),
        did=sum(each.did for each in every),
    )


def _keys(*, by_name: bool) -> tuple[tuple[int, str], ...]:
    if not by_name:
        return (
            (DID, pgettext("in a legend", "took part")),
            (NOT_ASKED, _("did not, or not counted")),
        )
    return (
        (DID, pgettext("in a legend", "did it")),
        (YES, _("said yes, not done")),
        (ASKED, _("asked")),
        (NOT_ASKED, _("not asked")),
    )


def _bar(label: str, each: MarkSums, test: StructureTest, *, by_name: bool) -> ChartBar:
    parts: tuple[int, ...] = (each.did, each.people - each.did)
    if by_name:
        parts = (each.did, each.yes, each.asked - each.did - each.yes, each.not_asked)
    goal = test.terms.goal
    return ChartBar(label, parts, of_all(each.did, each.people, goal), _line(goal))


def _line(goal: int | None) -> float | None:
    return None if goal is None else goal / 100


def ladder(done: Sequence[tuple[StructureTest, MarkSums]], ctx: Context) -> Reply:
    """Chart tests from the oldest on top: each is to ask more of people than the one above."""
    picture = Bars(
        title=_("{committee}: test by test").format(committee=ctx.committee.name),
        subtitle=_("who took part, of the whole unit at the time"),
        keys=((DID, pgettext("in a legend", "took part")), (NOT_ASKED, _("did not"))),
        bars=tuple(
            ChartBar(
                test.name,
                (each.did, each.people - each.did),
                of_all(each.did, each.people, test.terms.goal),
                _line(test.terms.goal),
            )
            for test, each in done
        ),
        shares=True,
        sign=_("the goal") if any(test.terms.goal for test, _each in done) else "",
    )
    rows: list[Line] = [
        line(
            "{test}, {day}: {figure}",
            test=Strong(title(test)),
            day=a_day(test.opened, ctx.day),
            figure=participation(test, each),
        )
        for test, each in done
    ]
    return reply(line("Test by test, oldest first:"), listed(rows), picture=picture)


def movement(
    both: Sequence[StructureTest],
    moved: Sequence[ShareChange],
    names: Mapping[int, str],
    ctx: Context,
) -> Reply:
    """Chart each area twice: in the earlier and in the later test."""
    before, after = both
    bars = []
    for change in moved[: MOST // 2]:
        area = row_name(change.areas, names)
        for test, each in ((before, change.before), (after, change.after)):
            label = _("{test} · {area}").format(area=area, test=test.handle)
            figure = of_all(each.did, each.people)
            bars.append(ChartBar(label, (each.did, each.people - each.did), figure))
    picture = Bars(
        title=_("{committee}: {before} → {after}").format(
            committee=ctx.committee.name, before=before.handle, after=after.handle
        ),
        subtitle=_("{before} and {after}, areas that lost most first").format(
            before=before.name, after=after.name
        ),
        keys=((DID, pgettext("in a legend", "took part")), (NOT_ASKED, _("did not"))),
        bars=tuple(bars),
        shares=True,
    )
    rows = [
        line(
            "{area}: {before} → {after}",
            area=Strong(row_name(change.areas, names)),
            before=of_all(change.before.did, change.before.people),
            after=of_all(change.after.did, change.after.people),
        )
        for change in moved[: MOST // 2]
    ]
    head = line("From {before} to {after}:", before=title(before), after=title(after))
    return reply(head, listed(rows), picture=picture)
