"""Words about issues: how many people each moves, and what is on the list."""

from collections.abc import Mapping, Sequence

from commands.framework.context import Context, Place
from commands.framework.i18n import _, a_day, a_number, joined
from commands.framework.reply import Block, Code, Line, Reply, Strong, line, listed, reply, say
from commands.issues.rules import IssueFigures, RoomRow, Span, by_area, by_week
from commands.shared.figures import area_name, people, row_name
from storage.issues.wordings import IssueList

SHOWN = 10
WEEKS = 8
"""Weeks for which leads see how many named an issue."""


def _nothing_yet() -> Reply:
    return say(
        "Nobody has named an issue yet. Log what moves somebody: {log}. {add} puts one on the list.",
        log=Code("!1on1 log M-41 reached issue=pay"),
        add=Code("!issue add pay"),
    )


def not_listed(ctx: Context) -> Reply:
    """Say that words are no issue on the list, without repeating them, and take them out of the room."""
    words = line("That is not on the list of issues. {issues} shows it.", issues=Code("!issues"))
    return reply(words, retract=ctx.place is Place.ROOM)


def all_(
    rows: Sequence[RoomRow],
    others: RoomRow | None,
    kept: IssueList,
    mine: Sequence[IssueFigures] | None,
) -> Reply:
    """Show how many people named which issue, no small group among them; ``mine``: one's own people's."""
    if not rows and others is None and not mine and not kept.keys:
        return _nothing_yet()
    blocks: list[Block] = []
    if rows or others is not None:
        told = [_of_people(row.name, row.people) for row in rows[:SHOWN]]
        if others is not None:
            told.append(_of_people(_("all other issues"), others.people))
        blocks += [line("What moves people, in the talks of a year:"), listed(told)]
    shown = {row.name for row in rows}
    rest = [kept.name(key) for key in kept.keys if kept.name(key) not in shown]
    # In the room only what five people named: somebody may have put a name on the list.
    if rest and mine is not None:
        blocks.append(
            line(
                "Also on the list: {issues}. An issue is counted here from five people on.",
                issues=joined(rest[:SHOWN]),
            )
        )
    else:
        none = (
            "" if rows or others is not None else _("No issue has been named by five people yet. ")
        )
        added = _("I add people five or more at a time, after the week ends.")
        blocks.append((none + added,))
    if mine:
        own = " · ".join(f"{each.name} {each.count}" for each in mine[:SHOWN])
        blocks.append(line("Your people: {issues}", issues=own))
    if rows:
        one = Code(f"!issues {rows[0].name}")
        blocks.append(line("Where and when, of one: {one}", one=one))
    return reply(*blocks)


def _of_people(name: str, count: int) -> Line:
    return line("{issue}: {people}", issue=Strong(name), people=people(count))


def all_for_leads(every: Sequence[IssueFigures], kept: IssueList) -> Reply:
    """Show how many people named every issue, and which words are on no list."""
    if not every and not kept.keys:
        return _nothing_yet()
    rows: list[Line] = []
    for each in every[:SHOWN]:
        row = list(_of_people(each.name, each.count))
        others = kept.others(each.key)
        if others:
            row.append(_(" (also: {words})").format(words=joined(others[:3])))
        if not each.listed:
            row.append(_(" (not on the list)"))
        rows.append(tuple(row))
    named = {each.key for each in every}
    rest = [kept.name(key) for key in kept.keys if key not in named]
    blocks: list[Block] = []
    if rows:
        blocks += [line("What moves people, in the talks of a year:"), listed(rows)]
    if rest:
        blocks.append(line("Named by nobody: {issues}", issues=joined(rest)))
    more = len(every) - len(rows)
    if more:
        blocks.append(line("{n} more issues.", n=a_number(more)))
    hint = line(
        "{one} · {undecided} · two words for one thing: {merge}",
        one=Code(f"!issues {every[0].name}" if every else "!issues pay"),
        undecided=Code("!issues undecided"),
        merge=Code("!issue merge pay wages"),
    )
    return reply(*blocks, hint)


def one(
    row: RoomRow | None,
    areas: Sequence[tuple[tuple[int, ...], int]],
    names: Mapping[int, str],
) -> Reply:
    """Show one issue by area and over the weeks, nowhere fewer than five people."""
    if row is None:
        return say(
            "Fewer than five people have named that so far; a count of so few would tell who."
        )
    blocks: list[Block] = [_of_people(row.name, row.people)]
    if areas:
        told = [
            line("{area}: {n}", area=row_name(there, names), n=a_number(count))
            for there, count in areas
        ]
        blocks += [line("By area:"), listed(told)]
    blocks += [
        line("New people by weeks, five or more together:"),
        listed([_span(span) for span in row.spans[-WEEKS:]]),
    ]
    return reply(*blocks)


def _span(span: Span) -> Line:
    # Days of the past, in one form whatever the day is: the year is that of the talks.
    return line(
        "{begins} to {ends}: {n}",
        begins=a_day(span.begins, span.ends),
        ends=a_day(span.ends, span.ends),
        n=a_number(span.people),
    )


def one_for_leads(
    one: IssueFigures, kept: IssueList, names: Mapping[int, str], ctx: Context
) -> Reply:
    """Show one issue by area and week as leads see it."""
    head = list(_of_people(one.name, one.count))
    others = kept.others(one.key)
    if others:
        head.append(_(" (also: {words})").format(words=joined(others)))
    blocks: list[Block] = [tuple(head)]
    if one.people:
        rows = [
            line("{area}: {n}", area=area_name(area, names), n=a_number(count))
            for area, count in by_area(one)
        ]
        weeks = by_week(one, ctx.day, ctx.committee.zone, WEEKS)
        trend = " · ".join(map(str, weeks))
        blocks += [
            listed(rows),
            line(
                "New people in each of the last {n} weeks, this one last: {trend}",
                n=WEEKS,
                trend=trend,
            ),
        ]
    return reply(*blocks)


def undecided(
    between: Sequence[IssueFigures], unasked: Sequence[IssueFigures], *, everybody: bool
) -> Reply:
    """Show which issues the undecided named, and those whom nobody asked anything."""
    rows: list[Line] = [
        line("Rated 3, undecided: {issues}", issues=_counted(between)),
        line("Never asked to do anything: {issues}", issues=_counted(unasked)),
    ]
    head = (
        _("What moves the undecided, and those not asked yet:")
        if everybody
        else _("What moves your people:")
    )
    return reply(
        (head,), listed(rows), line("An ask that fits what somebody named is easier to say yes to.")
    )


def _counted(every: Sequence[IssueFigures]) -> str:
    return " · ".join(f"{each.name} {each.count}" for each in every[:SHOWN]) or _("nothing yet")


def added(issue: str, close: str | None) -> Reply:
    """Confirm an issue on the list; ``close`` is one that is spelled almost like it."""
    said = line("On the list: {issue}.", issue=Strong(issue))
    if close is None:
        undo = line("To undo it, type {undo} within 15 minutes.", undo=Code("!undo"))
        return reply(said, undo)
    ask = line(
        "Is it the same as {close}? Then a lead counts them together: {merge}",
        close=close,
        merge=Code(f"!issue merge {_typed(close)} {issue}"),
    )
    return reply(said, ask)


def merged(issue: str, words: Sequence[str]) -> Reply:
    """Confirm other words for an issue."""
    said = line(
        "{words}: counted as {issue} from now on, in old talks too.",
        words=joined(words),
        issue=Strong(issue),
    )
    undo = line(
        "To undo it, type {undo} within 15 minutes, or {drop} later.",
        undo=Code("!undo"),
        drop=Code(f"!issue drop {words[0]}"),
    )
    return reply(said, undo)


def dropped(issue: str, was: str | None) -> Reply:
    """Confirm that a word is off the list; ``was`` is the issue that it was counted as, if another."""
    if was is None:
        said = line("{issue} is off the list. Talks keep it.", issue=Strong(issue))
    else:
        said = line("{issue} is no longer counted as {was}.", issue=Strong(issue), was=was)
    undo = line("To undo it, type {undo} within 15 minutes.", undo=Code("!undo"))
    return reply(said, undo)


def _typed(issue: str) -> str:
    return f'"{issue}"' if " " in issue else issue
