"""Words about a structure test: counts for everybody, never who."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from commands.framework.context import Context
from commands.framework.i18n import _, a_day, joined, ngettext
from commands.framework.reply import (
    Block,
    Code,
    Line,
    Reply,
    Strong,
    fill,
    line,
    listed,
    plural,
    reply,
    say,
)
from commands.shared.figures import DASH, area_name, people, row_name
from commands.shared.wording import semicolons
from commands.structure_tests.compare import ladder
from commands.structure_tests.rules import MarkSums, RowSums, reached, tenths, to_go
from storage.structure_tests.model import (
    NEVER,
    AnnouncedTerms,
    Frozen,
    FrozenCounts,
    PublishedCounts,
    StructureTest,
)

ROWS = 5
"""Rows a phone shows beside the rest."""


def percent(part: int, whole: int, *bars: int | None) -> str:
    """A percentage with one decimal, 59.7 %; of nobody a dash."""
    value = tenths(part, whole, bars)
    if value is None:
        return DASH
    return _("{n} %").format(n=f"{value // 10}.{value % 10}")


def of_all(part: int, whole: int, *bars: int | None) -> str:
    """37/62 = 59.7 %: the number never without its n."""
    if whole == 0:
        return DASH
    return f"{part}/{whole} = {percent(part, whole, *bars)}"


def title(test: StructureTest) -> str:
    """A test by name and handle."""
    return f"{test.name} ({test.handle})"


def participation(test: StructureTest, sums: MarkSums) -> str:
    """37/62 = 59.7 %, goal 60 %: not reached, 1 to go."""
    terms = test.terms
    told = of_all(sums.did, sums.people, terms.goal, terms.public)
    if terms.goal is None or not sums.people:
        return told
    if reached(sums.did, sums.people, terms.goal):
        return _("{share}, goal {goal} %: reached").format(share=told, goal=terms.goal)
    n = to_go(sums.did, sums.people, terms.goal)
    return ngettext(
        "{share}, goal {goal} %: not reached, {n} to go",
        "{share}, goal {goal} %: not reached, {n} to go",
        n,
    ).format(share=told, goal=terms.goal, n=n)


def headline(
    test: StructureTest,
    counted: FrozenCounts,
    sums: MarkSums,
    halves: Sequence[MarkSums],
    rows: Sequence[RowSums] = (),
) -> Line:
    """The whole on one line. Where ``rows`` hold several areas it says so: leads are told each apart."""
    parts = [participation(test, sums)]
    if counted.reported is None:
        parts.append(_("not asked {n}").format(n=sums.not_asked))
        if sums.yes:
            parts.append(_("said yes, not done {n}").format(n=sums.yes))
    together = any(len(row.areas) > 1 for row in rows)
    halved = (
        _("areas over half {n} of {all}, small ones counted together")
        if together
        else _("areas over half {n} of {all}")
    )
    parts.append(halved.format(n=sum(half.over_half for half in halves), all=len(halves)))
    if counted.reported is not None:
        parts.append(_("counted {n} of {all}").format(n=counted.reported, all=len(halves)))
    return line("{test}: {figures}", test=Strong(title(test)), figures=semicolons(parts))


def in_words(each: MarkSums, *bars: int | None, asked: bool = True) -> str:
    """12/18 = 66.7 % · not asked 2."""
    parts = [of_all(each.did, each.people, *bars)]
    if asked and each.not_asked:
        parts.append(_("not asked {n}").format(n=each.not_asked))
    if asked and each.yes:
        parts.append(_("said yes, not done {n}").format(n=each.yes))
    return " · ".join(parts)


def state(test: StructureTest, history: Sequence[Frozen], ctx: Context) -> Line:
    """Until when, or since when; and what it was before an amendment."""
    today = ctx.day
    if test.open:
        words = [_("Open since {day}").format(day=a_day(test.opened, today))]
        if test.terms.closes is not None:
            words.append(_("closes {day}").format(day=a_day(test.terms.closes, today)))
        return (" · ".join(words),)
    at = test.closed_at
    words = [] if at is None else [_("Closed {day}").format(day=a_day(_day(at, ctx), today))]
    if len(history) > 1:
        first = history[0]
        times = len(history) - 1
        words.append(
            ngettext(
                "then {figure}; amended once since, last on {day}",
                "then {figure}; amended {n} times since, last on {day}",
                times,
            ).format(
                figure=of_all(first.did, first.people), n=times, day=a_day(_day(history[-1].at, ctx), today)
            )
        )  # fmt: skip
    return (" · ".join(words),)


def as_of(told: PublishedCounts, ctx: Context) -> Line:
    """The line that says as of when everybody's figures of an open test are."""
    today = ctx.day
    how = _(
        "They change when five people or more have done something new: the total every"
        " day, by area once a week."
    )
    if told.whole_day == NEVER:
        return line("No figures yet. {how}", how=how)
    day = a_day(told.whole_day, today)
    if told.rows_day == NEVER:
        return line("Total as of {day}, by area not yet. {how}", day=day, how=how)
    return line(
        "Total as of {day}, by area as of {rows}. {how}",
        day=day,
        rows=a_day(told.rows_day, today),
        how=how,
    )


def _day(at: datetime, ctx: Context) -> date:
    """The day of a moment in the committee's calendar."""
    return at.astimezone(ctx.committee.zone).date()


def for_all(
    test: StructureTest,
    counted: FrozenCounts,
    whole: MarkSums,
    rows: Sequence[RowSums],
    names: Mapping[int, str],
    tail: Sequence[Line],
) -> Reply:
    """Show what everybody may read about a test."""
    if not rows:
        return too_few(test)
    asked = counted.reported is None
    bars = (test.terms.goal,)
    told = [
        line(
            "{area}: {figures}",
            area=Strong(row_name(row.areas, names)),
            figures=_not_five(test, row.sums, asked=asked)
            or in_words(row.sums, *bars, asked=asked),
        )
        for row in rows[:ROWS]
    ]
    rest = rows[ROWS:]
    if rest:
        told.append(_rest(rest))
    head = headline(test, counted, whole, [row.sums for row in rows], rows)
    return reply(head, listed(told) if len(rows) > 1 else None, *tail)


def _not_five(test: StructureTest, each: MarkSums, *, asked: bool) -> str:
    """What is said of a row of an open test in which too few are marked to be told; "" of others."""
    return _("no figure yet") if test.open and asked and not each.asked else ""


def _rest(rows: Sequence[RowSums]) -> Line:
    count = sum(len(row.areas) for row in rows)
    did, everybody = sum(row.sums.did for row in rows), sum(row.sums.people for row in rows)
    return plural(
        "{n} smaller area: {figures}",
        "{n} smaller areas: {figures}",
        count,
        figures=of_all(did, everybody),
    )


def too_few(test: StructureTest) -> Reply:
    """Say that a test has fewer than five people, so that no figures are shown."""
    return say(
        "{test}: fewer than five people, so any count would point at somebody.",
        test=Strong(title(test)),
    )


def finer(
    test: StructureTest,
    counted: FrozenCounts,
    whole: MarkSums,
    groups: Sequence[tuple[str, MarkSums]],
    tail: Sequence[Line],
) -> Reply:
    """Show leads every area, or every shift, apart."""
    asked = counted.reported is None
    told = [
        line(
            "{area}: {figures}",
            area=Strong(name),
            figures=in_words(each, test.terms.goal, asked=asked),
        )
        for name, each in groups[: 2 * ROWS]
    ]
    rest = groups[2 * ROWS :]
    if rest:
        did, everybody = sum(each.did for _n, each in rest), sum(each.people for _n, each in rest)
        told.append(
            plural(
                "{n} smaller: {figures}",
                "{n} smaller: {figures}",
                len(rest),
                figures=of_all(did, everybody),
            )
        )
    head = headline(test, counted, whole, [each for _name, each in groups])
    blocks: list[Block] = [head, listed(told)] if told else [head]
    return reply(*blocks, *_rates(counted, whole), *tail)


def _rates(counted: FrozenCounts, whole: MarkSums) -> list[Line]:
    """What became of whom was asked, where that is known, and who is in no figure."""
    rates = []
    if counted.reported is None and whole.asked:
        rates.append(
            line(
                "Asked {asked} · said yes {promised} · kept it {kept} · no {no} · unable {unable}",
                asked=of_all(whole.asked, whole.people),
                promised=of_all(whole.promised, whole.asked),
                kept=of_all(whole.kept, whole.promised),
                no=whole.no,
                unable=whole.unable,
            )
        )
    if counted.outside:
        rates.append(
            plural(
                "{n} more person did it who was not in the unit when the test opened; no figure"
                " here counts them.",
                "{n} more people did it who were not in the unit when the test opened; no"
                " figure here counts them.",
                counted.outside,
            )
        )
    return rates


def groups_by_area(
    areas: Mapping[int, MarkSums], names: Mapping[int, str]
) -> list[tuple[str, MarkSums]]:
    """Sums by area, with the areas' names."""
    return [(area_name(area, names), each) for area, each in areas.items()]


def groups_by_shift(shifts: Mapping[str | None, MarkSums]) -> list[tuple[str, MarkSums]]:
    """Sums by shift; people without a shift are a group of their own."""
    return [(shift or _("no shift"), each) for shift, each in shifts.items()]


def bars_line(terms: AnnouncedTerms, test: StructureTest) -> Line:
    """One line on the public bar announced for a test, and on the bars others set for its kind."""
    others = ladder.BARS.get(test.action, ())
    words = []
    if terms.public is not None:
        words.append(_("Public bar {n} %").format(n=terms.public))
    if others:
        words.append(_("bars of others: {bars}").format(bars=ladder.bars(others)))
    return (" · ".join(words),)


def opening(
    action: str,
    sizes: Mapping[int, int],
    names: Mapping[int, str],
    terms: AnnouncedTerms,
    hints: Sequence[Line],
    command: str,
    today: date,
) -> Reply:
    """Show what would be opened: the denominator first."""
    whole = sum(sizes.values())
    ordered = sorted(sizes.items(), key=lambda each: (-each[1], each[0]))
    areas = joined(f"{area_name(area, names)} {n}" for area, n in ordered[:6])
    if len(ordered) > 6:
        areas += _(" and {n} more areas").format(n=len(ordered) - 6)
    head = line(
        "{action}, for {people} as of today. Nothing is open yet.",
        action=Strong(action),
        people=Strong(people(whole)),
    )
    rows: list[Line] = [line("Areas: {areas}", areas=areas)]
    said = []
    if terms.goal is not None:
        goal = _("goal {n} % = {people}")
        said.append(goal.format(n=terms.goal, people=people(to_go(0, whole, terms.goal))))
    if terms.public is not None:
        public = _("public from {n} % = {people}")
        said.append(public.format(n=terms.public, people=people(to_go(0, whole, terms.public))))
    if terms.closes is not None:
        said.append(_("closes {day}").format(day=a_day(terms.closes, today)))
    if said:
        rows.append((" · ".join(said),))
    rows += hints
    do_it = line("Right? {open}", open=Code(command))
    return reply(
        head,
        listed(rows),
        line("People who leave, come or move later change nothing in it."),
        do_it,
    )


def opened(test: StructureTest, whole: int) -> Reply:
    """Confirm that a test is open, and say how to record in it."""
    how = (
        _("Per area, when it is counted: {count}")
        if test.count_only
        else _("As you hear from people: {mark}")
    )
    return reply(
        line(
            "{test} is open: {people} in it. {handle} is short for it.",
            test=Strong(test.name),
            people=people(whole),
            handle=Code(test.handle),
        ),
        fill(
            how,
            count=Code(f"!test count {test.handle} Payments 14"),
            mark=Code(f"!test mark {test.handle} asked M-41 M-42"),
        ),
    )
