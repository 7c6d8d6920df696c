"""Words with names of people in a test, for the direct chat alone."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import groupby

from commands.framework.i18n import _, joined, ngettext
from commands.framework.reply import Code, Line, Reply, Strong, fill, line, listed, reply, say
from commands.leaders import views as leaders
from commands.shared.figures import area_name
from commands.structure_tests.status.terms import NameGroup
from commands.structure_tests.views import of_all, title
from storage.contacts.followings import LedGroup
from storage.structure_tests.marks import Marked
from storage.structure_tests.model import OUTSIDE, StructureTest

SHORT = 12


def group_words(group: NameGroup) -> str:
    """A group of people in a test, in words."""
    return {
        NameGroup.NOT_ASKED: _("not asked yet"),
        NameGroup.ASKED: _("asked, no answer yet"),
        NameGroup.YES: _("said yes, and have not done it"),
        NameGroup.NO: _("said no"),
        NameGroup.DID: _("did it"),
        NameGroup.UNABLE: _("cannot"),
        NameGroup.OUTSIDE: _("not in the unit when it opened"),
    }[group]


def person(each: Marked) -> str:
    """Handle and name of one person."""
    return f"{each.handle} {each.name}"


def people(several: Sequence[Marked], most: int) -> str:
    """Handles and names of at most ``most`` people, and how many more there are."""
    shown = joined(person(each) for each in several[:most])
    if len(several) > most:
        shown += _(" and {n} more").format(n=len(several) - most)
    return shown


def gaps(
    test: StructureTest,
    unasked: Sequence[Marked],
    promised: Sequence[Marked],
    progress: tuple[int, int] | None,
    *,
    full: int,
) -> Reply:
    """Show what is left to do, and with whom."""
    own = "" if progress is None else _(" Yours: {share}.").format(share=of_all(*progress))
    if not unasked and not promised:
        words = (
            _("{test}: you have nobody left to ask or to remind.{own}")
            if progress is None or progress[1]
            else _("{test}: none of the people in it are yours.{own}")
        )
        return reply(
            fill(words, test=Strong(title(test)), own=own if progress and progress[1] else "")
        )
    rows: list[Line] = []
    for words, several in (
        (_("Not asked {n}: {people}"), unasked),
        (_("Said yes, not done {n}: {people}"), promised),
    ):
        if several:
            count = str(len(several)) if len(several) < full else f"{full}+"
            rows.append(fill(words, n=Strong(count), people=people(several, SHORT)))
    head = line("{test}.{own}", test=Strong(title(test)), own=own)
    first = (promised or unasked)[0].handle
    what = "did" if promised else "asked"
    tail = line("When you know: {mark}", mark=Code(f"!test mark {test.handle} {what} {first}"))
    return reply(head, listed(rows), tail)


def with_leaders(said: Reply, test: StructureTest, groups: Sequence[LedGroup]) -> Reply:
    """Add how far natural leaders and the people behind them have come."""
    if not groups:
        return said
    head = line("Leaders, and who stands behind them:")
    rows = listed([leaders.group(each, test) for each in groups])
    return replace(said, blocks=(*said.blocks, head, rows))


def names(
    test: StructureTest,
    group: NameGroup,
    told: Sequence[Marked],
    areas: Mapping[int, str],
    *,
    more: bool,
) -> Reply:
    """List the people of one group in a test."""
    if not told:
        return say("{test}, {group}: nobody.", test=Strong(title(test)), group=group_words(group))
    rows = [
        line("{area}: {people}", area=Strong(_area(area, areas)), people=people(each, len(told)))
        for area, each in (
            (area, list(there)) for area, there in groupby(told, key=lambda each: each.area)
        )
    ]
    count = len(told)
    head = fill(
        _("{test}, {group} – the first {n}:")
        if more
        else ngettext("{test}, {group}: {n} person", "{test}, {group}: {n} people", count),
        test=Strong(title(test)),
        group=group_words(group),
        n=count,
    )
    narrower = line(
        "One area at a time: {names}", names=Code(f"!test names {test.handle} {group.value} area=…")
    )
    tail = narrower if more else None
    return reply(head, listed(rows), tail, line("Names: keep them to yourself."))


def _area(area: int, areas: Mapping[int, str]) -> str:
    return _("outside the unit") if area == OUTSIDE else area_name(area, areas)
