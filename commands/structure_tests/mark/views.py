"""Words about marks, for whoever made them."""

from collections.abc import Mapping, Sequence

from commands.framework.errors import Refusal, impossible
from commands.framework.i18n import _, joined
from commands.framework.reply import (
    Block,
    Code,
    Items,
    Line,
    Reply,
    Strong,
    line,
    listed,
    plural,
    reply,
)
from commands.shared.figures import area_name, row_name
from commands.shared.wording import mark_words
from commands.structure_tests.rules import by_area, sums
from commands.structure_tests.views import of_all, participation, title
from storage.core.lazy_dataclass import dataclass
from storage.core.model import Contact, ContactId
from storage.structure_tests.marks import Marked
from storage.structure_tests.model import OUTSIDE, FrozenCounts, Mark, StructureTest

SHOWN = 6


@dataclass(frozen=True, slots=True)
class MarkedLine:
    """The outcome of one line of marks."""

    mark: Mark
    people: Sequence[Contact]
    unclear: Sequence[str]
    before: Mapping[ContactId, Marked]
    after: Mapping[ContactId, Marked]


def of_yours(did: int, people: int) -> str:
    """How many of somebody's own people did it."""
    if not people:
        return _("none of the people in it are yours")
    return _("{share} of yours did it").format(share=of_all(did, people))


def marked(test: StructureTest, done: MarkedLine, so_far: str) -> Reply:
    """Show who has the mark now, who had a stronger one, who was not meant, and the test's figures."""
    count = len(done.people)
    shown = joined(f"{each.handle} {each.name}" for each in done.people[:SHOWN])
    if count > SHOWN:
        shown += _(" and {n} more").format(n=count - SHOWN)
    head = line(
        "{test}: {mark} {people}.",
        test=Strong(test.name),
        mark=Strong(mark_words(done.mark)),
        people=shown,
    )
    now = line(
        "Now {figures}. To undo it, type {undo} within 15 minutes.",
        figures=so_far,
        undo=Code("!undo"),
    )
    rows = _remarks(done)
    blocks: list[Block] = [head, *([listed(rows)] if rows else []), now]
    return reply(*blocks)


def _remarks(done: MarkedLine) -> list[Line]:
    stay = [
        each
        for each in done.people
        if each.id in done.after and done.after[each.id].mark is not done.mark
    ]
    rows: list[Line] = [
        line(
            "{handle} stays “{mark}”, because that is further.",
            handle=each.handle,
            mark=mark_words(done.after[each.id].mark),
        )
        for each in stay[:SHOWN]
    ]
    outside = [
        each.handle
        for each in done.people
        if each.id in done.after and done.after[each.id].area == OUTSIDE
    ]
    if outside:
        rows.append(
            plural(
                "{handles} was not in the unit when the test opened. I noted it, but no figure"
                " counts it.",
                "{handles} were not in the unit when the test opened. I noted it, but no figure"
                " counts it.",
                len(outside),
                handles=joined(outside[:SHOWN]),
            )
        )
    rows += [line("Not saved: {why}", why=why) for why in done.unclear[:SHOWN]]
    if len(done.unclear) > SHOWN:
        rows.append(line("and {n} more not saved", n=len(done.unclear) - SHOWN))
    return rows


def nobody(unclear: Sequence[str]) -> Refusal:
    """Refuse to mark anybody, and say why."""
    return impossible("Nothing was saved. {why}", why=" · ".join(unclear[:SHOWN]))


# -- counts without names ----------------------------------------------------------------------

Rows = Mapping[int, tuple[int, int]]
"""Area -> (its row, people)."""


def counted_row(row: int, rows: Rows, names: Mapping[int, str]) -> str:
    """A row by its areas: Payments, or Payments with Search."""
    areas = sorted(
        (area for area, (each, _n) in rows.items() if each == row),
        key=lambda area: (area != row, -rows[area][1], area),
    )
    called = [area_name(area, names) for area in areas]
    if len(called) == 1:
        return called[0]
    if len(called) <= 3:
        return _("{area} with {others}").format(area=called[0], others=_(" and ").join(called[1:]))
    return row_name(areas, names)


def counted(test: StructureTest, now: FrozenCounts, row: str) -> Reply:
    """Confirm a count without names for one area."""
    whole = sums(now.cells)
    return reply(
        line("{test}: counted {area}.", test=Strong(test.name), area=Strong(row)),
        line(
            "Now {figures}. To undo it, type {undo} within 15 minutes.",
            figures=participation(test, whole),
            undo=Code("!undo"),
        ),
    )


def to_count(test: StructureTest, now: FrozenCounts, rows: Rows, names: Mapping[int, str]) -> Reply:
    """List every row with its number so far; small areas are counted together."""
    areas = by_area(now.cells)
    told = [
        line(
            "{area}: {figure}",
            area=Strong(counted_row(row, rows, names)),
            figure=of_all(each.did, each.people),
        )
        for row, each in list(areas.items())[: 2 * SHOWN]
    ]
    head = line(
        "{test} counts by area and keeps nobody's name. One number for each: {count}",
        test=Strong(title(test)),
        count=Code(f"!test count {test.handle} AREA 14"),
    )
    items: Items = listed(told)
    return reply(head, items)
